"""The ladder of text relations: what a copy is, cut, edited or moved about, and what only borrows."""

from dataclasses import replace

import pytest

import dedupe
from dedupe.config import Config
from dedupe.engine.batch import compare_bodies
from dedupe.records import MERGING, Sides
from dedupe.verify.relations import Geometry, edited_coverage, relate
from stories import sentence, sentences

NARRATIVE = Geometry(
    same_tokens=False,
    coverage=Sides(0.9, 0.5),
    residual=Sides(0.1, 0.5),
    order=1.0,
    quoted=0.0,
    furniture=0.0,
    longest_narrative=200,
    opening=(0, 0),
    alike=1.0,
    substituted="",
)
OWN_LEADS = replace(NARRATIVE, opening=(40, 90), alike=0.0)


def told(geometry, config=None):
    return relate(geometry, range(3), config or Config()).text


def text_of(lines):
    return "\n\n".join(" ".join(lines[start : start + 2]) for start in range(0, len(lines), 2))


def relation(left, right, **options):
    return dedupe.compare({"id": "a", "text": text_of(left)}, {"id": "b", "text": text_of(right)}, **options).relation


# --- made texts


def test_two_texts_are_said_to_begin_alike_only_where_they_do():
    """A new lead of three sentences stands before a cut copy."""
    lines = sentences(81, 20)
    alike = relation(lines, lines[:9])
    assert (alike.text, alike.why.split("; ")[1]) == ("abridged", "both begin alike")
    lead = " ".join(sentences(82, 3))
    new = dedupe.compare(("a", f"{lead}\n\n{text_of(lines)}"), ("b", text_of(lines[:7]))).relation
    assert new.text == "abridged"
    assert new.why.split("; ")[1] == f"what they share begins {len(lead.split())} words into one of them"


def test_a_cut_copy_with_a_moved_paragraph_is_still_a_copy():
    lines = sentences(301, 40)
    moved = [*lines[:4], *lines[24:28], *lines[4:24]]
    found = relation(lines, moved)
    assert found.text == "abridged"
    assert "open alike" in found.why


def test_the_same_paragraphs_under_leads_of_their_own_are_two_stories():
    shared = sentences(302, 16)
    left = [*sentences(303, 3), *shared]
    right = [*sentences(304, 7), *shared]
    assert relation(left, right).text == "contained"
    assert relation(shared, right).text in MERGING


def test_an_edited_copy_that_keeps_the_opening_is_a_copy_and_without_it_is_not():
    lines = sentences(305, 30)
    edited = [line if number % 4 or number < 4 else sentence(30600 + number) for number, line in enumerate(lines)]
    grown = [*lines, *sentences(307, 14)]
    assert relation(edited, grown).text == "abridged"
    rewritten = [*sentences(308, 4), *edited[4:]]
    assert relation(rewritten, grown).text == "partial"


def test_a_paragraph_moved_down_leaves_a_whole_copy_a_copy_where_the_opening_stands():
    lines = sentences(309, 30)
    moved = [*lines[:6], *lines[11:26], *lines[6:11], *lines[26:]]
    assert relation(lines, moved).text == "near_identical"
    turned = [*lines[15:], *lines[:15]]
    assert relation(lines, turned).text == "reordered"


def test_a_teaser_is_a_cut_copy_of_a_story_fifteen_times_its_length():
    lines = sentences(310, 60)
    assert relation(lines[:4], lines).text == "abridged"
    assert relation(lines[20:24], lines).text == "contained"


def test_two_headlines_that_share_most_of_their_words_are_not_merged():
    left = {"id": "a", "text": "Governor says the dam above the valley will hold through the coming winter storms."}
    right = {"id": "b", "text": "Governor says the dam above the valley will hold, engineers doubt his word again."}
    assert dedupe.compare(left, right).relation.text not in MERGING


def test_who_looks_for_copies_only_gets_no_edited_ones():
    lines = sentences(311, 30)
    edited = [line if number % 3 or number < 6 else sentence(31200 + number) for number, line in enumerate(lines)]
    pages = [("a", text_of(edited)), ("b", text_of([*lines, *sentences(313, 14)]))]
    assert len(dedupe.cluster(pages).clusters) == 1
    assert len(dedupe.cluster(pages, config=Config(copies_only=True)).clusters) == 2


# --- one rule at a time


def test_nothing_merges_two_stories_that_both_begin_anew():
    assert told(replace(OWN_LEADS, coverage=Sides(0.84, 0.75))) == "contained"
    assert told(replace(OWN_LEADS, coverage=Sides(0.84, 0.75), opening=(0, 90))) == "abridged"


@pytest.mark.parametrize(("order", "alike", "text"), [(0.85, 1.0, "abridged"), (0.79, 1.0, "contained"),
                                                      (0.96, 0.4, "contained"), (0.97, 0.4, "abridged")])  # fmt: skip
def test_a_cut_copy_may_be_moved_about_as_far_as_its_opening_proves(order, alike, text):
    assert told(replace(NARRATIVE, order=order, alike=alike)) == text


@pytest.mark.parametrize(
    ("covered", "alike", "opening", "text"),
    [
        (0.71, 0.5, (20, 20), "abridged"),
        (0.69, 0.5, (20, 20), "partial"),
        (0.79, 0.49, (20, 20), "partial"),
        (0.61, 0.9, (0, 15), "abridged"),
        (0.61, 0.9, (0, 16), "partial"),
        (0.59, 1.0, (0, 0), "partial"),
    ],
)
def test_the_more_of_the_opening_stands_the_more_may_be_missing_below(covered, alike, opening, text):
    assert told(replace(NARRATIVE, coverage=Sides(covered, 0.4), alike=alike, opening=opening)) == text


@pytest.mark.parametrize(("longer", "text"), [(0.05, "abridged"), (0.04, "contained")])
def test_a_teaser_may_be_a_twentieth_of_its_story(longer, text):
    assert told(replace(NARRATIVE, coverage=Sides(0.95, longer))) == text


def test_an_edited_copy_is_at_least_a_tenth_of_the_other():
    assert told(replace(NARRATIVE, coverage=Sides(0.75, 0.1))) == "abridged"
    assert told(replace(NARRATIVE, coverage=Sides(0.75, 0.09), longest_narrative=0)) not in MERGING


def test_reports_that_open_with_one_statement_are_no_edited_copies():
    assert told(replace(NARRATIVE, coverage=Sides(0.75, 0.6), quoted=0.5)) == "partial"


def test_a_form_filled_in_twice_is_no_edited_copy():
    assert told(replace(NARRATIVE, coverage=Sides(0.75, 0.6), substituted="the numbers differ")) == "partial"


def test_a_list_inside_two_texts_is_no_edited_copy_and_a_list_that_is_the_text_can_be():
    lists = replace(NARRATIVE, furniture=0.9, longest_narrative=0)
    assert told(replace(lists, coverage=Sides(0.9, 0.49))) == "template_only"
    assert told(replace(lists, coverage=Sides(0.9, 0.5))) == "abridged"


def test_no_threshold_makes_a_copy_of_less_than_half_a_text():
    assert edited_coverage(Config.preset("generous"), untouched=True) == 0.5
    assert edited_coverage(Config.preset("strict"), untouched=True) == 0.9


def test_the_deciding_number_of_an_edited_copy_is_named_with_its_limit():
    found = relate(replace(NARRATIVE, coverage=Sides(0.72, 0.4), alike=0.6), range(3), Config())
    assert (found.decided_by, found.limit, found.confidence) == ("coverage.of_a", 0.7, "low")
    assert "close: coverage.of_a is 0.72, the limit 0.70" in found.why


# --- what it means


@pytest.mark.parametrize(
    ("canonicals", "place"),
    [
        ((None, None), "paper.example"),
        (("https://paper.example/dam", "https://paper.example/dam"), "https://paper.example/dam"),
        (("https://paper.example/dam", "https://paper.example/dam?amp"), "paper.example"),
    ],
)
def test_a_revision_says_where_both_versions_stand(canonicals, place):
    lines = sentences(41, 14)
    bodies = [
        replace(dedupe.extract({"id": key, "text": text_of(kept)}), host="paper.example", canonical=canonical)
        for key, kept, canonical in zip("ab", (lines, lines[:-1]), canonicals, strict=True)
    ]
    relation = compare_bodies(*bodies, Config()).relation
    assert relation.editorial == "revision"
    assert f"both stand at {place} and" in relation.why
