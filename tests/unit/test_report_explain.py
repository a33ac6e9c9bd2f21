"""The account of one pair: every number with the words behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.config import Config
from dedupe.errors import InputError
from dedupe.records import Relation, Sides, Span
from dedupe.report.counterfactual import what_would_change
from dedupe.report.differences import changes, only_in
from dedupe.report.explain import explain_comparison, explain_pair
from handmade import COPY, SHARED, UNREADABLE, body, comparison, five_pages, passage
from stories import sentence, story


def test_an_account_holds_everything_in_the_order_it_is_read():
    text = explain_pair(five_pages(), "wire-a.txt", "wire-b.txt")
    wanted = ["A  wire-a.txt", "B  wire-b.txt", "partial, shared source (AFP) (confidence: high)", "both carry AFP words",
              "How much they share", "55 % of A's body", "65 % of B's body", "Shared passages: 1", "A characters 44-141",
              "Talks to restore", "What only one of them has", "Our correspondent", "Credits found",
              "photo AFP (about a picture, not the text)", "What would have changed the answer", "In this run"]  # fmt: skip
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert text.endswith("\n")


def test_ids_in_either_order_give_the_same_account():
    result = five_pages()
    assert explain_pair(result, "copy.txt", "original.txt") == explain_pair(result, "original.txt", "copy.txt")


def test_an_account_does_not_say_that_nothing_nominated_what_was_dropped():
    shared = " ".join(sentence(900 + number) for number in range(6))
    documents = [("a", f"{story(1)} {shared}"), ("b", f"{story(2)} {shared}")]
    text = dedupe.cluster(documents, config=Config.preset("corpus")).explain("a", "b")
    (said,) = [" ".join(part.split()) for part in text.split("In this run")[1:]]
    assert "nothing nominated it, or it was seen to share too little; it was compared for this account" in said


def test_positions_are_those_of_the_quoted_words():
    result = five_pages()
    text = explain_pair(result, "wire-a.txt", "wire-b.txt")
    original = result.body("wire-a.txt").original
    start = original.index(SHARED)
    assert f"A characters {start}-{start + len(SHARED)}" in text


@pytest.mark.parametrize("ids", [("copy.txt", "nowhere"), ("locked.html", "copy.txt")])
def test_an_unknown_or_skipped_document_is_named(ids):
    with pytest.raises(InputError, match=r"nowhere|locked\.html"):
        explain_pair(five_pages(skipped=(UNREADABLE,)), *ids)


def test_one_document_twice_is_refused():
    with pytest.raises(InputError, match="two"):
        explain_pair(five_pages(), "copy.txt", "copy.txt")


def test_changed_words_inside_a_passage_are_shown():
    a = body("a", "It is very important for me to know your opinion on the plan.")
    b = body("b", "It is very important for me to known your frank opinion on the plan.")
    whole = passage(a, a, a.original)
    shared = type(whole)(a=whole.a, b=Span(0, len(b.original)), tokens=12, identity=0.9, kind="quote", quote=a.original)
    found = changes(shared, a, b)
    assert [(change.of_a, change.of_b) for change in found] == [("know", "known"), ("", "frank")]
    relation = Relation(text="quotes_only", editorial="unknown", confidence="medium", why="one quotation")
    text = explain_comparison(comparison(a, b, [shared], relation), a, b, config=Config())
    assert "changed: A “know”, B “known”" in text
    assert "changed: only B has “frank”" in text
    assert "quotation marks" in text


def test_chrome_that_was_set_aside_is_not_a_difference():
    result = five_pages()
    copy = result.body("copy.txt")
    assert only_in(copy, [result.pairs[0].passages[0].a]) == ()


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8),
)
def test_what_is_outside_equals_a_count_by_hand(kept, shared):
    # Letters that stand for positions; a stretch is whatever is kept and not shared.
    text = "".join(chr(0x4E00 + position) for position in range(200))
    edges = sorted({position for pair in kept for position in pair})
    keep = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))
    spans = [Span(min(pair), max(pair)) for pair in shared]
    wanted = {p for span in keep for p in range(*span)} - {p for span in spans for p in range(*span)}
    found = only_in(body("a", text, kept=keep or (Span(0, 0),)), spans, min_words=1)
    assert "".join(found) == "".join(text[position] for position in sorted(wanted) if position < 200)


def test_a_hostile_document_cannot_act_in_an_account():
    a = body("a\x1b[2J", f"{COPY}\u202e evil words at the end here.", title="[bold]")
    b = body("b\nB", COPY)
    relation = Relation(text="partial", editorial="unknown", confidence="low", why="because \x07")
    text = explain_comparison(comparison(a, b, [passage(a, b, COPY)], relation), a, b, config=Config())
    assert not {char for char in text if char in "\x1b\x07\u202e"}
    assert "B  b B" in text


def near(text, **numbers):
    a, b = body("a", COPY), body("b", COPY)
    relation = Relation(text=text, editorial="unknown", confidence="high", why="")
    return what_would_change(comparison(a, b, [passage(a, b, COPY)], relation, **numbers), Config())


def test_a_merged_pair_is_told_how_much_room_it_had():
    sentences = near("near_identical", coverage=Sides(0.98, 0.91), residual=Sides(0.0, 0.08))
    assert any("A threshold above 0.91 would part them" in sentence for sentence in sentences)
    assert any("no threshold is higher" in sentence for sentence in near("abridged", coverage=Sides(1.0, 0.5)))
    assert any("8 %" in sentence and "20 %" in sentence for sentence in sentences)


def test_a_pair_far_from_merging_is_told_that_no_threshold_would_do():
    assert any("No threshold would do it" in sentence for sentence in near("partial", coverage=Sides(0.3, 0.2)))
    assert any("threshold of 0.60 or lower" in sentence for sentence in near("partial", coverage=Sides(0.7, 0.6)))


def test_an_edited_copy_says_that_it_rests_on_its_opening():
    sentences = near("abridged", coverage=Sides(0.72, 0.4), order=0.85)
    assert any("less than the 80 % that a copy needs" in sentence for sentence in sentences)
    assert any("85 % of the shared words" in sentence and "needs 97 %" in sentence for sentence in sentences)
    assert not any("would part them" in sentence for sentence in sentences)


def test_a_whole_copy_with_a_moved_paragraph_says_that_it_rests_on_its_opening():
    assert any("without their opening" in each for each in near("near_identical", order=0.85))


def test_every_answer_says_what_would_change_it():
    a, b = body("a", COPY), body("b", SHARED)
    for text in ("identical", "none"):
        relation = Relation(text=text, editorial="unknown", confidence="high", why="")
        assert what_would_change(comparison(a, b, [], relation), Config())
    for text in ("near_identical", "abridged", "contained", "reordered", "partial", "quotes_only", "template_only"):
        assert near(text)


def test_a_pair_that_the_run_never_looked_at_is_not_said_to_be_kept_apart_by_others():
    short = "The ferry was late again today."  # fewer words than any run compares
    result = dedupe.cluster([("a", short), ("b", short)])
    account = result.explain("a", "b")
    assert "the run kept nothing of the pair" in " ".join(account.split())
    assert "other members" not in account
