"""What a handle keeps in memory from one transaction to the next is what is stored, whatever happened in between."""

import random
import threading

import msgspec
import pytest

from dedupe import Document, Index
from dedupe.engine.index import graph, opened, tables
from dedupe.engine.index.adding import Adding
from dedupe.engine.index.caches import Caches
from dedupe.engine.index.graph import Graph
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.stored import read_row
from dedupe.engine.index.tables import Tables
from stories import DAM, FERRY, noisy, story

BASES = [story(number, paragraphs=3) for number in range(4)]


def version(made):
    """Copies, versions, parts and round-ups of a few stories, under ids that come again."""
    text = made.choice(BASES)
    text = made.choice(
        [
            text,
            noisy(text, made.choice([0.004, 0.03]), made.randrange(99)),
            f"{text[: len(text) // 2]}\n\n{story(90 + made.randrange(40), paragraphs=2)}",
            "\n\n".join(made.sample(BASES, 3)),
            text[: made.randrange(200, len(text))],
        ]
    )
    return Document(id=made.randrange(30), text=text, title=f"t{made.randrange(2)}", clean=True)


def fails(index, made, monkeypatch):
    """A transaction that comes to nothing, at any of its steps."""
    owner, name = made.choice([(Adding, "take_in"), (Shelf, "drop_rows"), (Shelf, "put_down"), (opened, "write_state")])
    working, left = getattr(owner, name), [made.randrange(1, 4)]

    def failing(*given, **options):
        left[0] -= 1
        done = working(*given, **options)
        return done if left[0] else 1 / 0

    with monkeypatch.context() as broken:
        broken.setattr(owner, name, failing)
        try:
            index.add_many([version(made) for _ in range(4)])
        except ZeroDivisionError:
            return


def plain(row):
    """A row, with its ties in one order."""
    return msgspec.structs.replace(row, ties=sorted(row.ties, key=lambda tie: tie.other))


def stale(index):
    """What is kept in memory of rows and ties, and is not what stands in the file."""
    with index._opened.reading() as (shelf, counters):
        kept, gone = index._opened._caches, shelf.tables.gone
        cold = Caches(keeps_texts=True)
        cold.catch_up(shelf.connection, counters)
        fresh = Shelf(shelf.connection, shelf.tables, shelf.config, cold, oldest_us=shelf.oldest_us)

        def living(ties):
            return {other: tie for other, tie in ties.items() if fresh.living(other)}

        rows = [
            n for n, row in kept.rows.items() if n not in gone and plain(row) != plain(read_row(fresh.connection, n))
        ]
        known = {node: ties for node, ties in kept.ties.items() if node not in gone}
        tied = [node for node, ties in known.items() if living(ties) != living(Graph(fresh).ties([node])[node])]
        return rows, tied


@pytest.mark.parametrize("seed", [6, 7, 9, 16])
def test_what_two_handles_remember_is_what_is_stored(path, seed, monkeypatch):
    made = random.Random(seed)
    monkeypatch.setattr(graph.Graph.settle, "__kwdefaults__", {"limit": made.choice([400, 3])})
    with Index(path) as one, Index(path) as other:
        for _ in range(25):
            index = made.choice([one, other])
            made.choice(
                [
                    lambda index=index: index.add_many([version(made) for _ in range(made.randrange(1, 8))]),
                    lambda index=index: index.check(version(made)),
                    lambda index=index: index.forget(made.randrange(30)),
                    lambda index=index: fails(index, made, monkeypatch),
                    index.recluster,
                    index.compact,
                ]
            )()
            assert stale(one) == stale(other) == ([], [])
        assert one.verify() == ()


def test_a_thread_that_waited_sees_nothing_of_what_was_rolled_back(path, monkeypatch):
    said, threads = [], []
    distrust = Tables.distrust

    def slowly(of):
        threads.append(threading.Thread(target=lambda: said.append(index.check(("c", FERRY)).action)))
        threads[0].start()
        threads[0].join(0.3)
        distrust(of)

    with Index(path) as index:
        index.add(("a", DAM))
        with monkeypatch.context() as failing:
            failing.setattr(Tables, "distrust", slowly)
            failing.setattr(opened, "write_state", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add(("b", FERRY))
        threads[0].join()
    assert said == ["new"]


def test_a_look_that_is_interrupted_leaves_no_note_unread(path, monkeypatch):
    unseal, left = tables.unseal, [2]

    def interrupted(*given):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return unseal(*given)

    with Index(path) as one, Index(path) as other:
        one.add(("a", DAM))
        one.add(("b", FERRY))
        with monkeypatch.context() as broken:
            broken.setattr(tables, "unseal", interrupted)
            with pytest.raises(KeyboardInterrupt):
                len(other)
        assert [other.check(("c", text)).duplicate_of for text in (DAM, FERRY)] == ["a", "b"]


def test_who_only_asks_keeps_no_more_rows_than_who_adds(path, monkeypatch):
    with Index(path) as index:
        index.add_many((n, story(n)) for n in range(40))
    monkeypatch.setattr("dedupe.engine.index.caches.KEPT_ROWS", 8)
    with Index(path) as index:
        for number in range(40):
            assert index.get(number).action == "new"
            assert len(index._opened._caches.rows) <= 9
