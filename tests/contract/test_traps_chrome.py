"""Traps of page furniture: what surrounds a text must neither hide a copy nor make one."""

import pytest

import dedupe
from dedupe.records import MERGING
from stories import COMMENT_FORM, CONSENT, as_page, chrome, headlines, in_chrome, noisy, sentence, story

RATIOS = (0.25, 0.5, 1, 2, 4, 9)


def clusters(documents, **options):
    return [cluster.members for cluster in dedupe.cluster(documents, **options).clusters]


def linked(result):
    return {(link.a, link.b): link.relation.text for link in result.links}


@pytest.mark.parametrize("where", ["before", "after", "between"])
@pytest.mark.parametrize("ratio", RATIOS)
def test_a_copy_in_chrome_of_any_size_stays_with_its_original(ratio, where):
    """T01, as plain text."""
    body = story(1)
    assert clusters([("copy", in_chrome(body, ratio, where)), ("original", body)]) == [("copy", "original")]


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_copy_in_a_page_of_any_size_stays_with_its_original(ratio):
    """T01, as HTML."""
    body = story(2)
    pages = [
        {"id": "copy", "html": as_page(body, title="One headline", ratio=ratio)},
        {"id": "original", "html": as_page(body, title="Another headline", ratio=0.1, seed=5)},
    ]
    assert clusters(pages) == [("copy", "original")]


@pytest.mark.parametrize("form", ["text", "html"])
def test_two_articles_of_one_site_stay_apart_under_five_times_their_length_of_shared_chrome(form):
    """T02."""
    if form == "html":
        pages = [{"id": str(seed), "html": as_page(story(seed), title=f"Story {seed}", ratio=5)} for seed in (3, 4)]
    else:
        pages = [{"id": str(seed), "text": in_chrome(story(seed), 5, "after")} for seed in (3, 4)]
    result = dedupe.cluster(pages)
    assert [cluster.members for cluster in result.clusters] in ([("3",), ("4",)], [("4",), ("3",)])
    assert set(linked(result).values()) <= {"template_only"}


@pytest.mark.parametrize("form", ["text", "one line", "html"])
def test_two_stubs_under_one_navigation_stay_apart(form):
    """T03."""
    stubs = [" ".join(sentence(seed * 10 + n, 13) for n in range(3)) for seed in (5, 6)]
    if form == "html":
        pages = [{"id": seed, "html": as_page(stub, title="News", ratio=15)} for seed, stub in enumerate(stubs)]
    else:
        menu = chrome(9, 600) if form == "text" else chrome(9, 600).replace("\n", " | ")
        pages = [{"id": seed, "text": f"{stub}\n\n{menu}"} for seed, stub in enumerate(stubs)]
    assert sorted(clusters(pages)) == [(0,), (1,)]


def test_one_consent_notice_on_fifty_pages_ties_nothing():
    """T04."""
    pages = [(f"page{seed}", f"{story(100 + seed, 3)}\n\n{CONSENT}") for seed in range(50)]
    result = dedupe.cluster(pages)
    assert len(result.clusters) == 50
    assert result.links == ()


def test_a_donation_appeal_ties_nothing():
    """T05."""
    appeal = (
        "We need your help now more than ever. Your donation directly supports independent journalism. "
        "Please consider making a contribution today, it takes less than two minutes."
    )
    result = dedupe.cluster([(str(seed), f"{story(200 + seed, 4)}\n\n{appeal}") for seed in range(6)])
    assert len(result.clusters) == 6
    assert result.links == ()


def test_a_comment_form_ties_nothing():
    """T06."""
    result = dedupe.cluster([(str(seed), f"{story(300 + seed, 3)}\n\n{COMMENT_FORM}") for seed in range(6)])
    assert len(result.clusters) == 6
    assert result.links == ()


def test_what_is_printed_twice_is_counted_once():
    """T07."""
    body, headline = story(7), headlines(7, 1)[0]
    pull_quote = body.split("\n\n")[2]
    twice = f"{headline}\n\n{headline}\n\n{body}\n\n{pull_quote}"
    pair = dedupe.compare(("a", twice), ("b", f"{headline}\n\n{body}"))
    assert pair.coverage.larger() <= 1.0
    assert pair.similarity <= 1.0
    assert pair.relation.text in MERGING


def test_a_paywall_stub_is_an_abridged_copy():
    """T08."""
    body = story(8)
    stub = "\n\n".join(body.split("\n\n")[:4])
    result = dedupe.cluster([("full", body), ("stub", stub)])
    assert [(cluster.members, cluster.kind) for cluster in result.clusters] == [(("full", "stub"), "abridged")]
    assert result.pair("full", "stub").relation.text == "abridged"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("\n\n", "\r\n\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(" the ", " the\u00a0"),
        lambda text: "\u00ad".join(text[i : i + 7] for i in range(0, len(text), 7)),
        lambda text: "\u200b".join(text[i : i + 9] for i in range(0, len(text), 9)),
        lambda text: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
        lambda text: "".join(chr(0xFF21 + ord(c) - 65) if "A" <= c <= "Z" else c for c in text),
        lambda text: "\u202e".join(text.split("\n")),
        lambda text: text.upper(),
    ],
    ids=["crlf", "bom", "nbsp", "soft hyphens", "zero width", "ligatures", "full width", "bidi", "capitals"],
)
def test_the_form_of_the_letters_does_not_matter(damage):
    """T29 and T30."""
    body = story(9).replace("ba", "fi")
    pair = dedupe.compare(("a", body), ("b", damage(body)))
    assert pair.relation.text == "identical"


def test_curly_and_straight_quotation_marks_are_one():
    """T29."""
    curly = story(10) + " “It’s done,” she said."
    straight = curly.replace("“", '"').replace("”", '"').replace("’", "'")
    assert dedupe.compare(("a", curly), ("b", straight)).relation.text == "identical"


@pytest.mark.parametrize(("share", "least"), [(0.01, 0.85), (0.03, 0.6)])
def test_scanner_noise_lowers_similarity_but_keeps_the_copy(share, least):
    """T30: at 1 and 3 % damaged letters; at 5 % one word in four is another word, and we say so below."""
    body = story(11, 10)
    pair = dedupe.compare(("a", body), ("b", noisy(body, share, 3)))
    assert pair.similarity >= least
    assert pair.relation.text in {*MERGING, "partial", "contained"}


def test_at_a_tenth_of_the_letters_damaged_the_words_are_gone():
    """T30, the limit: no word-based method finds this copy, and none may pretend to."""
    body = story(12, 10)
    assert dedupe.compare(("a", body), ("b", noisy(body, 0.10, 3))).similarity < 0.5


def test_one_page_extracted_six_times_gives_six_equal_bodies():
    """T31."""
    page = as_page(story(13), title="Again and again")
    bodies = [dedupe.extract(dedupe.Document(id="x", html=page)) for _ in range(6)]
    assert all(body == bodies[0] for body in bodies)
    assert len(bodies[0].text) > 1000
