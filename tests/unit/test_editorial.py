"""What a text relation means: who published whose words, and the evidence that is named for it."""

from dataclasses import replace

import pytest

import dedupe
from dedupe.config import Config
from dedupe.engine.batch import compare_bodies
from dedupe.records import Credit, Span
from stories import sentence, sentences, story

STORY = story(71, 5)
AFP = Credit(kind="agency", organisation="AFP", quote="AFP", span=Span(0, 3))


def body(name, text=STORY, **known):
    return replace(dedupe.extract({"id": name, "text": text, "clean": True}), **{"credits": (), **known})


def credit(kind, organisation, quote="(c)"):
    return Credit(kind=kind, organisation=organisation, quote=quote, span=Span(0, len(quote)))


def readings(one, other):
    """The relation of two bodies, either way round: but for the order of words it must be the same."""
    there, back = (compare_bodies(*pair, Config()) for pair in ((one, other), (other, one)))
    assert (there.relation.editorial, there.source) == (back.relation.editorial, back.source)
    return there.relation


def test_nothing_on_two_pages_says_nothing():
    assert readings(body("x"), body("y")).editorial == "unknown"


def test_one_text_at_two_places_was_published_twice():
    relation = readings(body("x", host="one.example"), body("y", host="two.example"))
    assert relation.editorial == "republication"
    assert "published at one.example and at two.example" in relation.why


def test_one_text_at_one_place_in_the_same_words_is_no_revision():
    assert readings(body("x", host="one.example"), body("y", host="one.example")).editorial == "unknown"


def test_outlets_that_the_caller_names_say_so_too():
    relation = readings(body("x", source="BBC"), body("y", source="Fox News"))
    assert relation.editorial == "republication"
    assert "carried by BBC and by Fox News" in relation.why


def test_a_page_that_says_it_republishes_is_believed():
    said = credit("republication", "The Conversation", "originally published on The Conversation")
    relation = readings(body("x"), body("y", credits=(said,)))
    assert relation.editorial == "republication"
    assert "y says “originally published on The Conversation”" in relation.why


@pytest.mark.parametrize("kind", ["byline", "agency", "copyright", "dateline"])
def test_a_mark_of_authorship_that_one_page_lost(kind):
    relation = readings(body("x", credits=(credit(kind, "Ada Pilot", "By Ada Pilot"),)), body("y"))
    assert relation.editorial == "republication"
    assert "x carries “By Ada Pilot”, which y lacks" in relation.why


def test_marks_of_one_kind_on_both_pages_show_nothing():
    marks = [(credit("byline", name, f"By {name}"),) for name in ("Ada Pilot", "Bo Ferry")]
    assert readings(body("x", credits=marks[0]), body("y", credits=marks[1])).editorial == "unknown"


def test_photo_credits_say_nothing():
    assert readings(body("x", credits=(credit("photo", "AFP"),)), body("y")).editorial == "unknown"


@pytest.mark.parametrize("written", ["Al Jazeera", "Al Jazeera Media Network"])
def test_whoever_claims_a_text_that_names_it_wrote_it(written):
    text = f"{STORY}\n\nThe minister told {written} on Monday that {sentence(72)}"
    owner = credit("copyright", "Al Jazeera Media Network")
    relation = readings(
        body("x", text, credits=(owner,)), body("y", text, credits=(credit("copyright", "Gulf Press"),))
    )
    assert relation.editorial == "republication"
    assert "x is by Al Jazeera Media Network, which the shared words name, and y is not" in relation.why


@pytest.mark.parametrize(
    ("named", "owner"),
    [("The minister told Al Jazeera and Gulf Press", "Al Jazeera"), ("Nobody at the CAPITOL said", "AP")],
    ids=["both owners", "inside another word"],
)
def test_what_the_words_do_not_name_as_one_owners_shows_nothing(named, owner):
    text = f"{STORY}\n\n{named} on Monday that {sentence(72)}"
    pages = [
        body(name, text, credits=(credit("copyright", each),)) for name, each in (("x", owner), ("y", "Gulf Press"))
    ]
    assert readings(*pages).editorial == "unknown"


def test_a_name_in_one_of_both_texts_is_no_shared_word():
    """The passages run on where a word or two differ: what stands there is not shared."""
    texts = [
        f"{STORY}\n\nThe minister told {name} on Monday that {sentence(72)}" for name in ("Al Jazeera", "the station")
    ]
    marks = [(credit("copyright", name),) for name in ("Al Jazeera", "Gulf Press")]
    pages = [body(name, text, credits=mark) for name, text, mark in zip("xy", texts, marks, strict=True)]
    assert readings(*pages).editorial == "unknown"


def test_an_owner_whose_name_one_text_writes_otherwise_is_still_named():
    """One owner, read from two spellings of one line: neither page is shown to have it from the other."""
    lines = [f"Copyright 2019 The Washington Times{ending}" for ending in (", LLC. Click here", " LLC. Click here")]
    owners = ("The Washington Times", "The Washington Times LLC. Click")
    pages = [
        body(name, f"{STORY} {line}", credits=(credit("copyright", owner, line),))
        for name, line, owner in zip("xy", lines, owners, strict=True)
    ]
    assert readings(*pages).editorial == "unknown"


def test_a_retouched_copy_is_an_edited_one():
    lines = sentences(73, 16)
    edited = " ".join([*lines[:14], *sentences(74, 2)])
    relation = readings(body("x", " ".join(lines), source="BBC"), body("y", edited, source="AFP"))
    assert (relation.text, relation.editorial) == ("near_identical", "edited_copy")


def test_the_agency_that_both_credit_is_the_source():
    shared = " ".join(sentences(75, 4))
    pages = [body(name, f"{story(seed, 5)}\n\n{shared}", credits=(AFP,)) for name, seed in (("x", 76), ("y", 77))]
    relation = readings(*pages)
    assert (relation.text, relation.editorial) == ("partial", "shared_source")
    assert "both credit AFP" in relation.why
    assert compare_bodies(*pages, Config()).source == "AFP"


def test_an_agency_that_one_page_credits_is_no_shared_source():
    shared = " ".join(sentences(75, 4))
    pages = [body(name, f"{story(seed, 5)}\n\n{shared}") for name, seed in (("x", 76), ("y", 77))]
    assert readings(replace(pages[0], credits=(AFP,)), pages[1]).editorial == "unknown"


def test_who_wrote_a_text_comes_before_who_contributed():
    marks = [
        (credit("contributed", "AAP"), credit("agency", "TASS")),
        (credit("contributed", "AAP"), credit("contributed", "TASS")),
    ]
    pages = [body(name, credits=mark) for name, mark in zip("xy", marks, strict=True)]
    assert compare_bodies(*pages, Config()).source == "TASS"


def test_a_text_inside_another_is_an_excerpt():
    inside = " ".join(sentences(78, 5))
    assert (
        readings(body("x", inside), body("y", f"{story(79, 8)}\n\n{inside}\n\n{story(80, 3)}")).editorial == "excerpt"
    )
