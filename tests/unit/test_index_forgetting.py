"""What an index keeps of documents that were forgotten: nothing, unless copies of their text live on."""

import datetime as dt
import sqlite3
import time
from contextlib import closing

import pytest

from dedupe import CorruptStoreError, Document, Index
from dedupe.engine.index import gone, keeping, merging, opened, shelf, tables
from stories import DAM, FERRY, noisy, story


def rows_on_disk(path):
    """The numbers of all rows, by table."""
    with closing(sqlite3.connect(path)) as file:
        return [
            [number for (number,) in file.execute(f"SELECT row FROM {table} ORDER BY row")]
            for table in ("documents", "contents")
        ]


def titled(name, title):
    """A document of one text under a headline: two headlines are two versions."""
    return Document(id=name, text=DAM, title=title, clean=True)


def postings_of(index):
    """How many postings the segments hold."""
    return sum(run.postings for run in index._opened.tables.levels.in_use)


@pytest.fixture
def _small(monkeypatch):
    """Segments and merges after a few documents."""
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 400)
    monkeypatch.setattr(merging, "FAN", 2)
    monkeypatch.setattr(opened, "_MERGE_EVERY", 2)


def test_a_forgotten_document_leaves_no_row(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY), ("c", "short")])
        for name in ("a", "c"):
            index.forget(name)
        assert index.verify() == ()
        assert index.stats().forgotten == 2
        assert index.add(("a", DAM)).action == "new"
    assert rows_on_disk(path) == [[2, 4], [2, 4]]


def test_what_expires_leaves_no_row(path):
    with Index(path) as index:
        index.add_many([(n, story(n)) for n in range(5)])
        index.expire(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))
        assert index.verify() == ()
    assert rows_on_disk(path) == [[], []]


def test_a_row_stays_while_a_copy_carries_its_text(path):
    with Index(path) as index:
        index.add_many([titled("a", "one title"), titled("b", "another title"), titled("c", "another title")])
        index.forget("a")
        index.forget("b")
        assert rows_on_disk(path)[0] == [1, 2, 3]
        assert index.check(titled("d", "another title")).duplicate_of == "c"
        index.forget("c")
        assert rows_on_disk(path)[0] == []
        assert index.check(titled("d", "another title")).action == "new"
        assert index.verify() == ()


def test_compacting_keeps_the_way_from_a_text_to_the_copy_of_another_version(path):
    with Index(path) as index:
        index.add_many([titled("a", "one title"), titled("b", "another title"), titled("c", "another title")])
        index.forget("a")
        index.forget("b")
        before = [index.check(titled("d", title)) for title in ("another title", "third")]
        index.compact()
        after = [index.check(titled("d", title)) for title in ("another title", "third")]
    assert [each.duplicate_of for each in before] == [each.duplicate_of for each in after] == ["c", "c"]


def test_compacting_keeps_what_is_too_old_until_it_is_taken_out(path):
    with Index(path, ttl=dt.timedelta(seconds=0.05)) as index:
        index.add(("a", DAM))
        time.sleep(0.1)
        index.compact()
        assert index.verify() == ()
    with Index(path, ttl=dt.timedelta(days=1)) as index:
        assert index.add(("b", DAM)).duplicate_of == "a"


@pytest.mark.usefixtures("_small")
def test_a_window_of_documents_stays_as_large_as_it_is(path):
    with Index(path) as index:
        sizes = []
        for number in range(400):
            index.add((number, noisy(story(number % 150), 0.01, number)))
            if number >= 40:
                index.forget(number - 40)
            if number % 100 == 99:
                sizes.append(postings_of(index))
        assert len(index) == 40
        assert len(rows_on_disk(path)[0]) < 60
        assert max(sizes[1:]) < 2 * sizes[0]
        assert index.verify() == ()


@pytest.mark.usefixtures("_small")
def test_idle_postings_are_swept_though_no_level_is_full(path, monkeypatch):
    monkeypatch.setattr(merging, "FAN", 100)
    with Index(path) as index:
        sizes = []
        for number in range(400):
            index.add((number, noisy(story(number % 150), 0.01, number)))
            if number >= 40:
                index.forget(number - 40)
            sizes.append(postings_of(index))
        index.compact()
        assert max(sizes) < 4 * postings_of(index)
        assert index.verify() == ()


@pytest.mark.usefixtures("_small")
def test_compacting_drops_what_older_versions_left(path, monkeypatch):
    kept = [Document(id=n, text=noisy(story(n % 12), 0.003, n), clean=True) for n in range(60)]
    with monkeypatch.context() as before:
        before.setattr(shelf.Shelf, "drop_rows", lambda *_: None)
        with Index(path) as index:
            index.add_many(kept)
            for number in range(0, 60, 2):
                index.forget(number)
            clusters = index.clusters()
            with index._opened.writing() as (seen, counters):
                while seen.tables.is_merging:
                    seen.tables.advance(counters, 1 << 20)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE gone")
        file.execute("PRAGMA user_version = 2")
    with Index(path) as index:
        assert len(rows_on_disk(path)[0]) == 60
        assert (index.verify(), index.clusters()) == ((), clusters)
        index.compact()
        assert rows_on_disk(path)[0] == list(range(2, 61, 2))
        assert (index.verify(), index.clusters()) == ((), clusters)
        with index._opened.reading() as (seen, _):
            ties = [tie.other for number in range(2, 61, 2) for tie in seen.row(number).ties]
            assert ties
            assert not any(other % 2 for other in ties)
        assert index.recluster() == 0


def test_other_processes_see_what_was_dropped(path):
    with Index(path) as one, Index(path) as two:
        one.add_many([("a", DAM), ("b", f"{DAM} Schools stay closed.")])
        assert two.check(("x", DAM)).duplicate_of == "a"
        one.forget("a")
        assert two.check(("x", DAM)).duplicate_of == "b"
        two.forget("b")
        assert one.check(("x", DAM)).action == "new"


def test_what_is_rolled_back_was_not_dropped(path, monkeypatch):
    with Index(path) as index:
        index.add(("a", DAM))
        with monkeypatch.context() as failing:
            failing.setattr(opened, "write_state", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.forget("a")
        assert index.check(("b", DAM)).duplicate_of == "a"
        assert index.forget("a")
        assert index.check(("b", DAM)).action == "new"


def test_a_document_that_takes_another_place_is_compared_with_the_one_it_replaces(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY)])
        again = index.add_many([("a", f"{DAM} Schools stay closed."), ("c", DAM)])
        assert [(each.action, each.duplicate_of) for each in again] == [("revision", "a"), ("near", "a")]
    assert rows_on_disk(path)[0] == [2, 3, 4]


def test_what_another_process_takes_out_meanwhile_is_not_taken_out_again(path, monkeypatch):
    with Index(path) as index, Index(path) as other:
        index.add_many([(n, story(n)) for n in range(6)])
        monkeypatch.setattr(keeping, "_expired", lambda *_: (other.forget(2), other.forget(3), [1, 2, 3, 4])[-1])
        assert index.expire(dt.datetime.now(dt.UTC)) == 2
        assert index.verify() == ()


@pytest.mark.parametrize("how", ["flip", "delete", "other"])
def test_damage_to_the_marks_of_dropped_rows_is_named(path, how, monkeypatch):
    monkeypatch.setattr(gone, "STRETCH", 8)
    with Index(path) as index:
        index.add_many([(n, story(n)) for n in range(20)])
        for number in (3, 4, 12):
            index.forget(number)
    with closing(sqlite3.connect(path)) as file, file:
        data = file.execute("SELECT data FROM gone WHERE number = 1").fetchone()[0]
        flipped = bytes([data[0] ^ 4]) + data[1:]
        file.execute(
            *{
                "flip": ("UPDATE gone SET data = ? WHERE number = 1", (flipped,)),
                "delete": ("DELETE FROM gone WHERE number = 1",),
                "other": ("UPDATE gone SET data = ? WHERE number = 0", (data,)),
            }[how]
        )
    with pytest.raises(CorruptStoreError, match="dropped"):
        Index(path)
