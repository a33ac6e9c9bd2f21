"""Galleries, players, teasers and pitches inside a story: what recurs in furniture, and what writers repeat themselves."""

import itertools

import pytest

from dedupe.pages.cleaning import clean_dump, is_furniture
from dedupe.text import chrome
from dedupe.text.galleries import is_gallery

STORY = [
    f"The council of {town} voted on Monday to rebuild the old bridge, which had been closed since the flood of {year}, "
    f"and set aside {year - 1900} million crowns for the work that is to begin next spring."
    for town, year in zip(("Arden", "Belmont", "Carrow", "Dunmore", "Elsworth", "Farley"), range(1961, 1973, 2), strict=True)
]  # fmt: skip
CAPTIONS = [
    f"A worker {what} the {where} bank of the river on a cold morning in {month}."
    for what, where, month in (
        ("measures", "northern", "January"),
        ("clears", "southern", "February"),
        ("paints a rail on", "eastern", "March"),
        ("rests on", "western", "April"),
        ("leaves", "upper", "May"),
    )
]


def kept(text):
    return "\n".join(text[start:end] for start, end in chrome.body_spans(chrome.classify(text), text))


def inside(*lines):
    """A story with lines between its third and its fourth paragraph."""
    return "\n".join([*STORY[:3], *lines, *STORY[3:]])


def line_classes(page, *lines):
    found = {page[line.span.start : line.span.end]: line for line in chrome.classify(page)}
    return {(found[line].line_class, found[line].kept) for line in lines}


def gallery(of, title="Photos: The bridge", close="Hide Caption"):
    return " ".join(
        f"{title} {caption} {close} {number} {of} {len(CAPTIONS)}" for number, caption in enumerate(CAPTIONS, start=1)
    )


@pytest.mark.parametrize("of", ["of", "von", "sur", "de", "di", "van", "из", "من", "/"])
def test_a_gallery_flattened_into_one_paragraph_is_a_caption(of):
    line = gallery(of, title="", close="").strip()
    page = inside(line)
    assert line_classes(page, line) == {("caption", False)}
    assert kept(page).split("\n") == STORY


def test_a_counter_before_each_caption_does_as_well():
    line = " ".join(f"{number}/{len(CAPTIONS)} {caption}" for number, caption in enumerate(CAPTIONS, start=1))
    assert line_classes(inside(line), line) == {("caption", False)}


def test_a_title_that_recurs_needs_no_counter():
    line = "Photos: The bridge Photos: The bridge " + " Photos: The bridge ".join(CAPTIONS)
    assert is_gallery(line, line.casefold().split())


@pytest.mark.parametrize(
    "line",
    [
        "Voter Rolls Under Review Ahead Of Election Day Voter Rolls Under Review Ahead Of Election Day Listen · 4:55 4:55",
        "JUST WATCHED Parliament opens its doors Replay More Videos ... MUST WATCH Parliament opens its doors 02:26",
        "LISTEN TO ARTICLE 6:31 SHARE THIS ARTICLE Share Tweet Post Email and more of these buttons for everybody who reads",
    ],
)
def test_a_player_is_set_aside(line):
    page = inside(line)
    assert kept(page).split("\n") == STORY


@pytest.mark.parametrize(
    "line",
    [
        "In the first poll 44 of 100 were for the bridge, in the second 45 of 100, in the third 46 of 120, and in the last, taken on the eve of the vote, 47 of 90 were for it.",
        "My father is gone. My father is gone. And my sorrow is immense, for I knew his life, and I know it was good, and no day goes by on which I do not see the bridge and think: my father is gone.",
        "The bridge, the bridge, the bridge: nobody in the valley speaks of anything else but the bridge since the council voted on Monday evening.",
        "We shall not close it, we shall not sell it, we shall not let it rot, said the mayor, and we shall not wait for another flood to open our eyes.",
        "Chapters 1 of 3, 2 of 3 and 3 of 3 were read aloud to the council, which then spent the better part of the night on the question who should pay for a bridge that nobody had asked for, that half of the town did not want, and that the other half would never be able to afford without help from the state.",
        "On 1/2 of the days, on 2/3 of the nights and on 3/4 of all the weekends of that year the bridge was closed to everybody but the ferrymen and their guests.",
    ],
    ids=["poll", "lament", "triple", "anaphora", "three chapters", "fractions"],
)
def test_what_a_writer_repeats_is_prose(line):
    assert kept(inside(line)) == inside(line)


def test_captions_printed_twice_in_a_row_are_a_gallery():
    doubled = list(itertools.chain.from_iterable((caption, caption) for caption in CAPTIONS))
    page = inside(*doubled)
    assert line_classes(page, *CAPTIONS) == {("caption", False)}
    assert kept(page).split("\n") == STORY


def test_two_paragraphs_printed_twice_are_no_gallery():
    page = inside(CAPTIONS[0], CAPTIONS[0], CAPTIONS[1], CAPTIONS[1])
    assert CAPTIONS[0] in kept(page)


def test_a_text_of_which_every_paragraph_is_printed_twice_keeps_its_words():
    page = "\n".join(itertools.chain.from_iterable((paragraph, paragraph) for paragraph in STORY))
    assert all(paragraph in kept(page) for paragraph in STORY)
    assert line_classes(page, *STORY) <= {("prose", True), ("prose", False)}


TEASERS = [
    f"The {number} finest {things} of the valley See the {things} that our readers chose{stop} Shares"
    for number, things, stop in (
        (10, "bridges", "."),
        (12, "old mills and weirs", ""),
        (7, "ferries", "."),
        (15, "walks along the river", ""),
        (20, "inns", "."),
    )
]


def test_a_list_whose_lines_end_in_one_button_is_a_list_of_headlines():
    page = "\n".join([*STORY, "More Photo Galleries", *TEASERS])
    assert line_classes(page, *TEASERS) == {("headline_list", False)}
    assert kept(page).split("\n") == STORY


@pytest.mark.parametrize(
    "lines",
    [
        [f"the {who}, {office} of the empire and first among the electors of the empire" for who, office in (("king", "cupbearer"), ("count", "steward"), ("duke", "marshal"), ("margrave", "chamberlain"))],
        [f"{paragraph[:-1]}, wrote Anna Berg" for paragraph in STORY[:5]],
    ],
    ids=["phrases with one ending", "long paragraphs"],
)  # fmt: skip
def test_lines_that_end_alike_without_a_button_are_no_list_of_headlines(lines):
    assert kept(inside(*lines)) == inside(*lines)


@pytest.mark.parametrize(
    "line",
    [
        "Something to Consider If you enjoyed this article, we have a proposition for you: Join us. Members read all of it, without a meter, and keep us going. Consider it?",
        "Hat Ihnen dieser Artikel gefallen? Dann lesen Sie unser Blatt vier Wochen lang zur Probe und kündigen Sie, wann Sie wollen.",
        "Cet article vous a plu ? Recevez notre sélection du matin et lisez sans limite pendant un mois, sans engagement de votre part.",
        "¿Te ha gustado este artículo? Hazte socio y lee todo lo que publicamos, sin anuncios y sin límites, desde tres euros al mes.",
        "Se gostou deste artigo, torne-se assinante e leia tudo o que publicamos, sem anúncios e sem limites, a partir de três euros por mês.",
        "Вам понравилась статья? Оформите доступ и читайте всё, что мы публикуем, без рекламы и без ограничений, с первого дня месяца.",
        "この記事が気に入ったら、有料会員になって、すべての記事を広告なしで、いつでも、どこでもお読みください。初月は無料です。",
    ],
)
def test_a_pitch_set_as_a_paragraph_is_an_appeal(line):
    assert line_classes(inside(line), line) == {("newsletter", False)}


@pytest.mark.parametrize(
    "line",
    [
        "( Also on POLITICO: Who's up and who's down in the latest polls on the bridge?)",
        "[Related: How popular is the president of the council?]",
        "RELATED: Northern Port Sees Its Largest Factory Close After Forty Years of Work, And Nobody Knows What Comes Next.",
        "More:Northern Port sees its largest factory close after forty years of work",
        "Read more: Northern Port sees its largest factory close after forty years of work",
        "MORE: Will a second flood follow the first one down the valley?",
        "( PHOTOS: Ten unforgettable bridges)",
        "Lesen Sie auch: Warum die alte Brücke am Hafen nun doch nicht gebaut wird",
        "À lire aussi : Pourquoi le vieux pont du port ne sera finalement pas reconstruit cette année",
        "Lea también: Por qué el viejo puente del puerto no se reconstruirá este año",
        "Читайте также: почему старый мост в порту всё-таки не построят в этом году",
    ],
)
def test_a_teaser_between_two_paragraphs_is_no_part_of_the_story(line):
    page = inside(line)
    assert not any(keep for _, keep in line_classes(page, line))
    assert kept(page).split("\n") == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Also on Friday, an official who is involved in the inquiry asked the families for patience.",
        "“I agreed to come on your show today,” the minister replied, “to talk about the bridge.”",
        "More than forty people crossed the bridge on foot on Sunday, a day before it was closed.",
        "Read out in court, the letter said that the bridge would not stand another winter.",
        "Related companies of the builder were paid twice for the same work, the auditors found.",
    ],
)
def test_prose_that_begins_like_a_teaser_is_prose(line):
    assert kept(inside(line)) == inside(line)


@pytest.mark.parametrize(
    ("line_class", "line"),
    [
        ("navigation", "Anna Berg is a professor of law and a member of our board of contributors. Follow her on Twitter: @annaberg"),
        ("navigation", "• Anna Berg can be reached at [email protected] or on Twitter, @annaberg."),
        ("navigation", "Write to Anna Berg at anna.berg@example.com"),
        ("navigation", "Anna Berg ist Professorin für Verkehr und schreibt über Brücken. Folgen Sie ihr auf Twitter: @annaberg"),
        ("navigation", "Jean Dupont est professeur de droit et écrit sur les ponts. Suivez-le sur Twitter : @jdupont"),
        ("dateline", "(This post was last updated at 6:50 p.m. ET.)"),
        ("dateline", "This story has been updated with additional developments Monday."),
        ("legal", "This is a rush transcript. Copy may not be in its final form."),
        ("legal", "The opinions expressed in this commentary are solely those of the author and of nobody else in this house."),
        ("newsletter", "We want to hear what you think about this article. Submit a letter to the editor or write to us."),
    ],
)  # fmt: skip
def test_what_stands_below_a_story_is_no_part_of_it(line_class, line):
    page = "\n".join([*STORY, line])
    assert line_classes(page, line) == {(line_class, False)}
    assert kept(page).split("\n") == STORY


def test_an_address_that_was_hidden_inside_a_sentence_leaves_it_prose():
    line = "Using “[email protected]” for a password is not really using a password: it is more like a welcome sign."
    assert kept(inside(line)) == inside(line)


def test_a_teaser_late_in_a_story_does_not_end_it():
    page = "\n\n".join(
        [*STORY, "[Related: All we know about the bridge]", STORY[0].replace("Arden", "Garrick"), "A last short line"]
    )
    assert "Garrick" in kept(page)


def test_players_and_galleries_do_not_part_the_opening_of_a_story_from_the_rest():
    players = [
        f"JUST WATCHED Parliament opens door {n} of its house Replay More Videos ... MUST WATCH Parliament opens door {n} 02:2{n}"
        for n in range(9)
    ]
    menu = ["Story highlights The council votes", "The bridge is closed", "Nobody may cross it", "The mayor is silent"]
    page = "\n\n".join([*menu, *STORY[:2], *players, *STORY[2:]])
    assert STORY[0] in kept(page)
    assert "JUST WATCHED" not in kept(page)


MENU = [
    f"{name} {kind}" for kind in ("News", "Maps", "Jobs") for name in ("Arden", "Belmore", "Coast", "Dover", "Eden")
]


@pytest.mark.parametrize("between", [" ", " | ", " • "])
def test_a_menu_in_one_line_is_no_prose(between):
    page = "\n".join([between.join(MENU), *STORY, between.join(reversed(MENU))])
    assert kept(page) == "\n".join(STORY)


@pytest.mark.parametrize(
    "line",
    [
        " ".join(MENU).lower(),
        " ".join(MENU).upper(),
        ", ".join(MENU),
        " ".join(MENU[:10]),
        " ".join(f"{name} said that it was closed" for name in MENU[:8]),
        "总统周三在首都会见了外长" * 12,
    ],
    ids=["small letters", "capitals", "commas", "short", "few names", "no spaces"],
)
def test_what_has_no_full_stop_is_not_therefore_a_menu(line):
    assert line in kept("\n".join([*STORY[:2], line, *STORY[2:]]))


def test_a_text_in_one_line_is_kept_however_it_is_written():
    title = " ".join(" ".join(STORY).replace(".", "").replace(",", "").title().split())
    assert kept(title) == title


def test_a_page_of_pictures_keeps_its_own_words_and_not_the_list_below_them():
    page = "\n".join(["A look back at the bridges that shaped the past year", "More Photo Galleries", *TEASERS])
    assert kept(page) == "\n".join(page.split("\n")[:2])


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("We use cookies to improve your visit.\nAccept all cookies\n© 2022 Example", True),
        ("Home\nNews\nSport\nContact\nAbout us\nPrivacy policy", True),
        ("Related articles\nMost read\nTrending now\nNewsletter", True),
        ("Share\nTweet", False),
        ("Read more: the bridge is open", False),
        ("\n".join(STORY), False),
        (gallery("of"), False),
        ("Milk\nBread\nEggs\nButter\nSalt", False),
        ("", False),
    ],
    ids=["cookie wall", "menu", "boxes", "two buttons", "one teaser", "story", "gallery", "list", "blank"],
)
def test_a_page_of_nothing_but_furniture_is_known_and_keeps_its_lines(page, expected):
    cleaned = clean_dump(page)
    assert is_furniture(cleaned.lines) is expected
    assert bool(cleaned.kept) == bool(page)
