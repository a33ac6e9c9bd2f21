"""Prose or chrome, as examples: the user's pages, furniture of several languages, and texts that must come out whole."""

import itertools
import textwrap
from pathlib import Path

import pytest

from chrome_pages import PARAGRAPHS, kept
from dedupe.records import Span
from dedupe.text import chrome

SEEDS = Path(__file__).parents[2] / "seeds"
CHINESE = "桥梁将于明年春天重建，市议会星期一投票决定拨款，工程预计持续两年，居民表示欢迎，但也有人担心费用。"
HEADLINES = [
    f"{who} {what}"
    for what, who in itertools.product(
        (
            "Sees Its Largest Factory Close After Forty Years",
            "Moves to Limit Night Flights Over Old Town",
            "Wins Regional Cup After Long Wait",
        ),
        (
            "Northern Port",
            "Mountain Province",
            "River District",
            "Island Capital",
            "Border Region",
            "Lake Council",
            "Coastal Village",
            "Desert State",
        ),
    )
]


def classes(text):
    return {text[line.span.start : line.span.end]: line.line_class for line in chrome.classify(text)}


def seed(number):
    return next(SEEDS.glob(f"{number:03}_*.txt")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "gone"),
    [
        (0, ["Saudi Arabia and the world", "Monday, Jan 05, 2026", "Newsletter", "Related Articles", "0:00", "OPEC+", "Cardi B", "Bankrolling", "Hackers"]),
        (1, ["Skip to Content", "[File: Atta Kenare/AFP]", "Maziar Motamedi", "19 Jan 2022", "Follow Al Jazeera", "©", "You rely on", "cookies", "Cookie Policy"]),
        (2, ["Leave a Reply", "Your email address"]),
        (3, ["BEDNYAKOV", "speaks with Iranian President Ebrahim Raisi (R)", "With reporting by"]),
        (4, ["Support The Moscow Times", "Contribute today", "By AFP", "Updated:", "POOL/TASS", "Read more", "missile attack, a collision", "Medvedev", "Soleimani", "donation", "We need your help", "undesirable"]),
    ],
)  # fmt: skip
def test_the_users_pages_lose_their_furniture(number, gone):
    body = kept(seed(number))
    assert [phrase for phrase in gone if phrase in body] == []


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        (0, "Iranian president talks of the need", "fighter jets, helicopters and tanks."),
        (1, "Iran’s Raisi says Moscow visit", "fighter jets, helicopters and tanks."),
        (2, "At a summit in Moscow", "the Iranian president added."),
        (3, "Russian President Vladimir Putin hosted", "Moscow Cathedral Mosque."),
        (4, "Russian President Vladimir Putin and his Iranian counterpart", "decade-long civil war."),
    ],
)
def test_the_users_pages_keep_their_articles(number, first, last):
    text, body = seed(number), kept(seed(number))
    assert first in body
    assert body.endswith(last)
    paragraphs = text[text.index(first) : text.index(last)].split("\n")
    lost = [paragraph for paragraph in paragraphs if len(paragraph.split()) > 20 and paragraph.strip() not in body]
    assert all("Pavel Bednyakov" in paragraph or "Atta Kenare" in paragraph for paragraph in lost)


@pytest.mark.parametrize("ratio", [0.25, 0.5, 1, 2, 4, 9])
@pytest.mark.parametrize("place", ["before", "after", "between"])
def test_headlines_around_an_article_go_at_every_ratio(ratio, place):
    words = sum(len(paragraph.split()) for paragraph in PARAGRAPHS)
    lines, count = [], 0
    for headline, number in zip(itertools.cycle(HEADLINES), itertools.count(1)):
        if count >= ratio * words:
            break
        lines.append(f"{headline} ({number})")
        count += len(headline.split()) + 1
    if place == "before":
        page = lines + PARAGRAPHS
    elif place == "after":
        page = PARAGRAPHS + lines
    else:
        page, share = [], -(-len(lines) // 4)
        for at in range(0, len(PARAGRAPHS), 3):
            page += PARAGRAPHS[at : at + 3] + lines[at // 3 * share : (at // 3 + 1) * share]
    assert kept("\n".join(page)).split("\n") == PARAGRAPHS


SONNET = """Shall I compare thee to a summer’s day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer’s lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature’s changing course untrimm'd;
But thy eternal summer shall not fade,
Nor lose possession of that fair thou ow’st;
Nor shall death brag thou wander’st in his shade,
When in eternal lines to time thou grow’st:
So long as men can breathe or eyes can see,
So long lives this, and this gives life to thee."""


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(PARAGRAPHS),
        " ".join(PARAGRAPHS),
        "Bridge to be rebuilt\n\n" + "\n\n".join(PARAGRAPHS[:4]) + "\n\nA long wait\n\n" + "\n\n".join(PARAGRAPHS[4:]),
        SONNET,
        "Milk\nBread\nEggs\nButter\nSalt\nRice\nTea",
        "\n".join(HEADLINES),
        "one line without any end",
        "word",
        "Newsletter",
        "We use cookies. You can change your cookie settings at any time.",
        "By AFP\n19 Jan 2022",
        "桥梁将于明年春天重建，市议会星期一投票决定拨款，工程预计持续两年，居民表示欢迎，但也有人担心费用。\n" * 3,
    ],
    ids=["paragraphs", "one line", "headings", "poem", "list", "headlines only", "line", "word", "furniture word", "consent only", "credits only", "chinese"],
)  # fmt: skip
def test_a_text_without_a_body_to_tell_from_furniture_comes_out_whole(text):
    assert chrome.body_spans(chrome.classify(text), text) == (Span(0, len(text)),)
    assert chrome.removed_share(chrome.classify(text), text) == 0.0


@pytest.mark.parametrize(
    "plug",
    [
        "Get the stories you care about delivered to your inbox.",
        "We use cookies to improve your visit.",
        "Der Verlag hat unseren Newsletter vorgestellt.",
        "编辑部提醒说本网站使用cookie。",
    ],
)
@pytest.mark.parametrize("at", [0, 3, 8])
def test_a_story_in_one_line_is_a_story_whatever_it_mentions(kernel, plug, at):
    """Many pipelines fold a page into one line; a phrase in its midst must not cost the page."""
    sentences = PARAGRAPHS[:8] if " " in plug else [CHINESE] * 12
    text = " ".join([*sentences[:at], plug, *sentences[at:]])
    assert kept(text) == text


@pytest.mark.parametrize(("words", "phrases"), [(160, 1), (161, 2), (480, 2), (481, 3)])
def test_the_longer_a_line_the_more_phrases_mark_it(kernel, words, phrases):
    marks = ["to your inbox", "protected by recaptcha", "already a subscriber"]
    for count, line_class in ((phrases, "newsletter"), (phrases - 1, "prose")):
        marked = " ".join(marks[:count]).split()
        line = " ".join([*marked, *(f"word{number}" for number in range(words - len(marked)))]) + "."
        assert list(classes(line).values()) == [line_class]


def test_a_long_line_that_says_nothing_but_furniture_is_furniture(kernel):
    terms = (
        "By signing up you agree to our terms of use, and you can unsubscribe at any time. Our newsletters are free of charge. "
        "We need your help now: your donation keeps us going, and your support helps. You have successfully subscribed. "
    )
    line = f"{terms} {' '.join(f'country{number}' for number in range(160))} Please check your inbox. Protected by reCAPTCHA."
    assert len(line.split()) > 200
    assert kept("\n".join([*PARAGRAPHS, line])).split("\n") == PARAGRAPHS


def test_text_wrapped_by_hand_comes_out_whole():
    words, lines, line = " ".join(PARAGRAPHS[:4]).split(), [], []
    for word in words:
        line.append(word)
        if sum(map(len, line)) + len(line) > 60:
            lines.append(" ".join(line))
            line = []
    text = "\n".join([*lines, " ".join(line)])
    assert kept(text) == text


def test_text_wrapped_by_hand_keeps_its_lines_between_menus():
    menu = ["Home", "News", "Sport", "Weather", "Contact us"]
    lines = [line for text in PARAGRAPHS[:4] for line in textwrap.wrap(text, 40)]
    assert kept("\n".join([*menu, *lines, *menu])).split("\n")[-3:] == lines[-3:]


def test_blank_texts_have_no_lines():
    for text in ("", "   ", "\n\n \t\n"):
        assert chrome.classify(text) == ()
        assert chrome.body_spans((), text) == ()
        assert chrome.removed_share((), text) == 0.0


def test_a_headline_and_a_pull_quote_printed_twice_count_once():
    page = "\n".join(
        ["Menu", "News", "Weather", "Traffic jams", "Letters", *PARAGRAPHS[:4], PARAGRAPHS[1], *PARAGRAPHS[4:6]]
    )
    assert kept(page).count(PARAGRAPHS[1]) == 1


def test_comments_below_an_article_go():
    thread = [
        line
        for name in ("Ann", "Bob", "Cid")
        for line in (
            f"{name} says:",
            "19 Jan 2022 at 6:34 am",
            "I have crossed that bridge every day of my life, and I will miss it dearly.",
        )
    ]
    page = "\n".join([*PARAGRAPHS[:4], "3 Comments", *thread])
    assert kept(page).split("\n") == PARAGRAPHS[:4]


def test_a_box_in_the_middle_does_not_cut_the_article_off():
    page = "\n".join([*PARAGRAPHS[:5], "Related Articles", *HEADLINES[:5], *PARAGRAPHS[5:]])
    assert kept(page).split("\n") == PARAGRAPHS
