"""What an index answers, one document at a time."""

import pytest

from dedupe import Document, Index, InputError
from stories import DAM, FERRY, FIRE


def test_a_text_that_nothing_resembles_is_new(path):
    with Index(path) as index:
        decision = index.add(("a", DAM))
    assert (decision.action, decision.duplicate_of, decision.relation) == ("new", None, "none")
    assert len(decision.cluster) == 16


@pytest.mark.parametrize(
    ("text", "action", "relation"),
    [
        (DAM, "exact", "identical"),
        (DAM.upper(), "exact", "identical"),
        (DAM + " Schools stay closed.", "near", "near_identical"),
        (FERRY, "new", "none"),
        ("Too short.", "too_short", "none"),
        ("", "too_short", "none"),
    ],
)
def test_what_a_second_text_is_called(path, text, action, relation):
    with Index(path) as index:
        index.add(("a", DAM))
        decision = index.add(("b", text))
    assert (decision.action, decision.relation) == (action, relation)
    assert decision.duplicate_of == ("a" if action in {"exact", "near"} else None)


def test_a_round_up_contains_its_parts_and_a_part_is_contained(path):
    other = " ".join(
        f"Ship {number} carries {number * 7} crates of fruit to port {number % 5}." for number in range(20)
    )
    both = f"{other}\n{FERRY}\n{FIRE}"
    with Index(path) as index:
        index.add(Document(id="digest", text=both, clean=True))
        assert index.add(Document(id="part", text=FERRY, clean=True)).action == "contained"
    with Index(path.with_name("other")) as index:
        index.add(Document(id="part", text=FERRY, clean=True))
        decision = index.add(Document(id="digest", text=both, clean=True))
        assert (decision.action, decision.duplicate_of) == ("contains", "part")


def test_a_round_up_does_not_weld_what_it_carries(path):
    with Index(path) as index:
        for name, text in (("dam", DAM), ("ferry", FERRY), ("fire", FIRE)):
            index.add(Document(id=name, text=text, clean=True))
        index.add(Document(id="digest", text=f"{DAM}\n{FERRY}\n{FIRE}", clean=True))
        assert len({index.get(name).cluster for name in ("dam", "ferry", "fire", "digest")}) == 4


def test_a_later_version_of_a_page_is_a_revision(path):
    with Index(path) as index:
        index.add(Document(id=1, text=DAM, url="https://example.org/dam"))
        decision = index.add(Document(id=2, text=DAM + " Schools stay closed.", url="https://example.org/dam"))
    assert (decision.action, decision.editorial, decision.duplicate_of) == ("revision", "revision", 1)


def test_checking_stores_nothing_and_committing_does(path):
    with Index(path) as index:
        checked = index.check(("a", DAM))
        assert (checked.action, checked.cluster, len(index)) == ("new", "", 0)
        assert index.commit(checked).action == "new"
        assert len(index) == 1
        with pytest.raises(InputError, match="not among the last"):
            index.commit(checked)


def test_what_came_between_check_and_commit_counts(path):
    with Index(path) as index:
        checked = index.check(("a", DAM))
        index.add(("b", DAM))
        assert index.commit(checked).duplicate_of == "b"


def test_many_at_once_are_answered_like_one_after_the_other(path):
    documents = [(n, text + extra) for n, (text, extra) in enumerate(
        [(DAM, ""), (FERRY, ""), (DAM, " Schools stay closed."), (DAM, ""), ("short", ""), (FIRE, " " + FERRY), (FERRY, "")]
    )]  # fmt: skip
    with Index(path) as one, Index(path.with_name("many")) as many:
        answers = [one.add(document) for document in documents]
        for a, b in zip(answers, many.add_many(iter(documents)), strict=True):
            assert (a.id, a.action, a.duplicate_of, a.cluster) == (b.id, b.action, b.duplicate_of, b.cluster)


def test_a_query_finds_the_nearest_first(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY), ("c", DAM + " Schools stay closed until the end of the week, too.")])
        assert [pair.b for pair in index.query(DAM)] == ["a", "c"]
        assert [pair.b for pair in index.query(DAM, top=1)] == ["a"]
        assert index.query(FIRE) == ()
        with pytest.raises(InputError, match="cannot be compared"):
            index.query(" ")


def test_passages_are_there_on_demand(path):
    with Index(path) as index:
        new = index.add(("a", DAM))
        near = index.add(("b", DAM + " Schools stay closed."))
        assert index.passages(new) == ()
        (passage,) = index.passages(near)
        assert passage.quote == DAM.rstrip(".")
        assert index.compare("b", "a").coverage == near.coverage
        with pytest.raises(InputError, match="no document has the id"):
            index.compare("a", "nobody")


def test_an_address_is_remembered(path):
    with Index(path) as index:
        index.add(Document(id="a", text=DAM, url="https://example.org/dam"))
        index.add(Document(id="b", text=DAM, url="https://example.com/copy"))
        assert index.seen_url("https://example.org/dam") == "a"
        assert index.seen_url("https://example.com/copy") in {"a", "b"}
        assert index.seen_url("https://example.org/other") is None
        index.forget("a")
        assert index.seen_url("https://example.org/dam") == "b"


def test_nothing_is_kept_of_the_words_without_bodies(path):
    with Index(path, keep_bodies=False) as index:
        first = index.add(("a", DAM))
        near = index.add(("b", DAM + " Schools stay closed."))
        assert (first.action, near.action, near.duplicate_of) == ("new", "near", "a")
        assert index.add(("c", DAM)).action == "exact"
        assert index.body("a").text == ""
        assert index.verify() == ()


def test_the_budget_of_comparisons_is_kept_and_reported(path):
    with Index(path, max_comparisons=2) as index:
        index.add_many([(n, DAM + f" Number {n} says so, and nobody else does.") for n in range(6)])
        decision = index.add(("last", DAM))
        assert decision.action == "near"
        assert decision.unverified == 4
        assert "4 less alike candidates" in decision.reason
        assert index.stats().unverified > 0
