"""Documents that share a transaction: answered as one after the other, written once, and never half."""

import random
import sqlite3
from contextlib import closing

import msgspec
import pytest

from dedupe import Document, Index, _kernels
from dedupe.engine.index import stored
from dedupe.engine.index.shelf import Shelf
from stories import noisy, story


def documents(seed):
    """Stories with copies, versions, retries, other texts under known ids, and texts too short, in any order."""
    rng = random.Random(seed)
    made = []
    for number in range(60):
        kind = rng.randrange(6)
        text = story(rng.randrange(8), paragraphs=3)
        if kind == 1:
            text = noisy(text, 0.01, number)
        elif kind == 2:
            text = text[: len(text) // 2] + "\n\n" + story(90 + number, paragraphs=2)
        elif kind == 3:
            text = "Too short."
        made.append(Document(id=number if kind != 4 else rng.randrange(20), text=text, title=f"t{kind}", clean=True))
        if kind == 5:
            made.append(rng.choice(made))
    return made


def answers(decisions):
    return [{name: getattr(each, name) for name in each.__slots__ if name != "seen_at"} for each in decisions]


def rows(index):
    with index._opened.reading() as (shelf, counters):
        numbers = [n for n in range(1, counters.last_row + 1) if n not in shelf.tables.gone]
        return {
            number: msgspec.structs.replace(shelf.row(number), seen_us=0, dated_us=0, ties=list(shelf.row(number).ties))
            for number in numbers
        }


@pytest.mark.parametrize(
    ("seed", "keep_bodies", "at_once", "tokens"), [(0, True, 64, 1 << 19), (1, False, 64, 9), (2, True, 7, 1_500)]
)
def test_a_chunk_is_answered_and_stored_as_one_after_the_other(path, seed, keep_bodies, at_once, tokens, monkeypatch):
    monkeypatch.setattr("dedupe.engine.index.answering.AT_ONCE", at_once)
    monkeypatch.setattr("dedupe.engine.index.ahead.MOST_TOKENS", tokens)
    monkeypatch.setattr("dedupe.engine.index.caches.CACHED_MATERIALS", 2)  # texts of the chunk are read before its end
    given = documents(seed)
    with (
        Index(path, keep_bodies=keep_bodies) as one,
        Index(path.with_name("many"), keep_bodies=keep_bodies) as many,
    ):
        assert answers(many.add_many(given)) == answers([one.add(document) for document in given])
        assert rows(many) == rows(one)
        assert many.clusters() == one.clusters()
        assert many.verify() == one.verify() == ()
        known = {document.id for document in given}
        assert [many.body(each) for each in known] == [one.body(each) for each in known]


@pytest.mark.skipif(_kernels.name != "native", reason="the other kernel looks nothing up ahead")
def test_what_grouping_asks_for_is_looked_up_together_and_no_row_is_read_twice(path, monkeypatch):
    with Index(path) as index:
        index.add_many(Document(id=n, text=story(n, paragraphs=3), clean=True) for n in range(40))
    asked, read = [], []
    noted_with, read_payloads = Shelf.noted_with, stored.read_payloads
    monkeypatch.setattr(Shelf, "noted_with", lambda *given: asked.append(1) or noted_with(*given))
    monkeypatch.setattr(
        "dedupe.engine.index.shelf.read_payloads", lambda file, rows: read.extend(rows) or read_payloads(file, rows)
    )
    with Index(path) as index:
        decisions = index.add_many(
            Document(id=100 + n, text=noisy(story(n, paragraphs=3), 0.01, n), clean=True) for n in range(40)
        )
        assert [each.action for each in decisions] == ["near"] * 40
    assert len(asked) <= 2  # of what is met first, and of what that is tied to
    assert sorted(read) == sorted(set(read))


@pytest.mark.skipif(_kernels.name != "native", reason="the other kernel measures nothing ahead")
def test_candidates_of_a_chunk_are_measured_together(path, monkeypatch):
    calls, measure = [], _kernels.measure
    monkeypatch.setattr(
        _kernels, "measure", lambda texts, pairs, limits: calls.append(1) or measure(texts, pairs, limits)
    )
    with Index(path) as index:
        index.add_many(Document(id=n, text=story(n, paragraphs=3), clean=True) for n in range(50))
        calls.clear()
        decisions = index.add_many(
            Document(id=100 + n, text=noisy(story(n, paragraphs=3), 0.004, n), clean=True) for n in range(50)
        )
    assert {each.action for each in decisions} <= {"exact", "near"}
    assert len(calls) == 1


@pytest.mark.skipif(_kernels.name != "native", reason="the other kernel tells nothing ahead")
def test_what_shares_a_passage_with_others_is_told_together(path, monkeypatch):
    pairs, texture = [], _kernels.texture

    def counted(texts, ends, limits, **options):
        pairs.append(len(ends))
        return texture(texts, ends, limits, **options)

    given = [
        Document(id=100 + n, text=f"{story(n, paragraphs=1)}\n\n{story(50 + n, paragraphs=4)}", clean=True)
        for n in range(20)
    ]
    with Index(path) as many, Index(path.with_name("one")) as one:
        for index in (many, one):
            index.add_many(Document(id=n, text=story(n, paragraphs=4), clean=True) for n in range(20))
        with monkeypatch.context() as counting:
            counting.setattr(_kernels, "texture", counted)
            together = many.add_many(given)
        assert pairs == [20]
        assert {each.action for each in together} == {"shares_passages"}
        assert answers(together) == answers([one.add(document) for document in given])


def test_who_stands_for_a_text_is_asked_again_once_a_document_of_the_chunk_took_another_away(path):
    first = [Document(id=name, text=story(1, paragraphs=3), clean=True) for name in ("gone", "stays")]
    given = [
        Document(id="gone", text=story(2, paragraphs=3), clean=True),
        Document(id="later", text=noisy(story(1, paragraphs=3), 0.004, 1), clean=True),
    ]
    with Index(path) as one, Index(path.with_name("many")) as many:
        for index in (one, many):
            index.add_many(first)
        together = many.add_many(given)
        assert answers(together) == answers([one.add(document) for document in given])
        assert together[1].duplicate_of == "stays"


@pytest.mark.skipif(_kernels.name != "native", reason="the other kernel measures nothing ahead")
@pytest.mark.parametrize(("tokens", "calls"), [(1 << 19, [20]), (1_100, [3] + [1] * 17), (9, [1] * 20)])
def test_no_more_is_measured_ahead_than_fits(path, monkeypatch, tokens, calls):
    monkeypatch.setattr("dedupe.engine.index.ahead.MOST_TOKENS", tokens)
    sizes, measure = [], _kernels.measure

    def counted(texts, ends, limits):
        sizes.append(len(ends))
        return measure(texts, ends, limits)

    with Index(path) as index:
        index.add_many(Document(id=n, text=story(n, paragraphs=3), clean=True) for n in range(20))
        with monkeypatch.context() as counting:
            counting.setattr(_kernels, "measure", counted)
            index.add_many(
                Document(id=100 + n, text=noisy(story(n, paragraphs=3), 0.004, n), clean=True) for n in range(20)
            )
    assert sizes == calls


def test_a_chunk_leaves_one_note_and_each_row_once(path):
    with Index(path) as index:
        index.add_many(Document(id=n, text=noisy(story(1), 0.002, n), clean=True) for n in range(20))
        statements = []
        index._opened.store.connection.set_trace_callback(statements.append)
        index.add_many(Document(id=100 + n, text=noisy(story(1), 0.002, n), clean=True) for n in range(20))
    written = [statement for statement in statements if statement.startswith("INSERT")]
    assert len([each for each in written if "INTO notes" in each]) == 1
    assert len([each for each in written if "INTO contents" in each]) == 20
    assert 20 <= len([each for each in written if "INTO documents" in each]) <= 40
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM notes").fetchone() == (2,)


@pytest.mark.parametrize("what", ["write_rows", "write_contents"])
def test_a_chunk_that_cannot_be_put_down_leaves_nothing(path, what, monkeypatch):
    given = documents(5)
    with Index(path) as index:
        index.add_many(given[:20])
        before = rows(index)
        with monkeypatch.context() as failing:
            failing.setattr(f"dedupe.engine.index.shelf.{what}", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add_many(given[20:])
        assert rows(index) == before
        assert index.verify() == ()
        rest = index.add_many(given[20:])
    with Index(path.with_name("other")) as index:
        assert answers(index.add_many(given)[20:]) == answers(rest)
