"""Sums of an index that others copy, replace, write to or leave behind: they are given up before they are ever wrong."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from covered import PAGE, another_program_copies_the_log, as_another_program, beside, looked_at, take, texts
from dedupe import Index
from dedupe.engine.index import cover, store


def test_sums_of_another_index_are_never_held_against_one(sound, path):
    with Index(path) as index:
        index.add_many(texts(60))
    shutil.copy(beside(sound), beside(path))
    damages, uncovered = looked_at(path)
    assert damages == ()
    assert uncovered == path.stat().st_size // PAGE


def test_a_new_index_beside_the_sums_of_one_that_was_deleted(sound, path):
    shutil.copy(beside(sound), beside(path))
    with Index(path) as index:
        index.add_many(texts(30))
        assert (index.verify(), index.uncovered()) == ((), 0)


@pytest.mark.parametrize("more", [1, 30])
def test_an_older_copy_in_the_place_of_the_file(sound, tmp_path, more):
    """Put back alone, beside sums of a later state; then fewer transactions follow than it lacks, or more."""
    target, old = take(sound, tmp_path / "live.dedupe"), tmp_path / "old.dedupe"
    shutil.copy(target, old)
    with Index(target) as index:
        for number in range(1, 20, 3):
            index.forget(f"d{number}")
    shutil.copy(old, target)
    with Index(target) as index:
        for document in texts(more, seed=5):
            index.add(("new", document[1]))
        assert index.verify() == ()
    assert looked_at(target)[0] == ()


def test_a_twin_in_the_place_of_the_file(sound, tmp_path):
    """Two copies of one index go different ways for as many transactions; one takes the place of the other."""
    one, other = take(sound, tmp_path / "one.dedupe"), take(sound, tmp_path / "other.dedupe")
    for path, seed in ((one, 4), (other, 5)):
        with Index(path) as index:
            for document in texts(10, seed=seed):
                index.add(document)
    shutil.copy(other, one)
    damages, uncovered = looked_at(one)
    assert damages == ()
    assert uncovered == one.stat().st_size // PAGE


def test_another_program_that_copies_the_log(path):
    with Index(path) as index:
        index.add_many(texts(30))
        as_another_program(path, "PRAGMA wal_checkpoint(TRUNCATE)")
        index.add_many(texts(30, seed=2))
        assert index.verify() == ()
        assert index.uncovered() > 0
        index.compact()
        assert (index.verify(), index.uncovered()) == ((), 0)


def test_another_program_that_writes_the_file_anew(sound, tmp_path):
    target = take(sound, tmp_path / "news.dedupe")
    with Index(target) as index:
        index.add_many(texts(10, seed=3))
        as_another_program(target, "VACUUM")  # into the log, which we copy
        assert (index.verify(), index.uncovered()) == ((), 0)
        index.add_many(texts(10, seed=4))
        assert (index.verify(), index.uncovered()) == ((), 0)
    as_another_program(target, "VACUUM")  # with nobody there, it copies the log itself
    with Index(target) as index:
        assert index.verify() == ()
        assert index.uncovered() == target.stat().st_size // PAGE
        index.add_many(texts(10, seed=5))
        assert index.verify() == ()


@pytest.mark.usefixtures("often")
def test_what_was_interrupted_before_its_sums_the_next_writer_makes_up_for(path, monkeypatch):
    with Index(path) as index, Index(path) as other:
        index.add_many(texts(20))
        with monkeypatch.context() as patch:
            patch.setattr(cover.Cover, "follow", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            for document in texts(3, seed=2):
                with contextlib.suppress(KeyboardInterrupt):
                    index.add(document)
        other.add_many(texts(10, seed=3))  # would begin the log again
        other.add_many(texts(10, seed=4))
        assert (other.verify(), other.uncovered()) == ((), 0)


def test_an_index_that_nobody_closed_has_its_sums(path):
    script = (
        "import sys, dedupe\n"
        "index = dedupe.Index(sys.argv[1])\n"
        "index.add(('a', ' '.join(f'word{n}' for n in range(40))))\n"
        "other = dedupe.Index(sys.argv[2])\n"
        "other.add(('a', ' '.join(f'word{n}' for n in range(40))))\n"
        "del other\n"
    )
    second = path.with_name("second.dedupe")
    environment = os.environ | {"PYTHONPATH": str(Path(cover.__file__).parents[3])}
    subprocess.run([sys.executable, "-W", "error", "-c", script, path, second], check=True, env=environment)
    for each in (path, second):
        assert not beside(each, "-wal").exists()
        assert looked_at(each) == ((), 0)


@pytest.mark.usefixtures("often")
def test_pages_in_a_log_that_a_reader_holds_are_not_judged(path):
    with Index(path) as index, Index(path) as reader:
        index.add_many(texts(40))
        assert index.uncovered() == 0
        with reader._opened.reading():
            index.add_many(texts(40, seed=2))
            assert index.verify() == ()
            assert 0 < index.uncovered() <= path.stat().st_size // PAGE + 100
        assert (index.verify(), index.uncovered()) == ((), 0)


def test_pages_of_a_log_that_is_copied_in_part_are_not_judged(path):
    with Index(path) as index, Index(path) as reader:
        index.add_many(texts(60))
        assert index.uncovered() == 0
        for number in range(10):
            index.forget(f"d{number}")
        with reader._opened.reading():
            index.add_many(texts(10, seed=2))
            index._opened.store.uncovered()  # copies what the reader sees
            assert index.verify() == ()
            assert 0 < index.uncovered() < path.stat().st_size // PAGE
        assert (index.verify(), index.uncovered()) == ((), 0)


def test_reading_the_file_takes_no_lock_of_sqlite_away(path):
    """Another process that opens and closes the file must not take itself for the last one, and delete the log."""
    with Index(path) as index:
        with Index(path) as other:
            other.add_many(texts(10))
            assert other.verify() == ()
        index.add_many(texts(10, seed=2))
        code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM state'); c.close()"
        subprocess.run([sys.executable, "-c", code, path], check=True)
        assert beside(path, "-wal").exists()
        assert (index.verify(), index.uncovered()) == ((), 0)


@pytest.mark.usefixtures("often")
def test_an_index_opened_through_a_link_is_the_same_index(path, tmp_path):
    link = tmp_path / "link.dedupe"
    Index(path).close()
    link.symlink_to(path)
    with Index(link) as index, Index(path) as other:
        for document in texts(10):
            index.add(document)
        other.add_many(texts(10, seed=2))
        assert (index.verify(), index.uncovered()) == ((), 0)
    assert not beside(link).exists()
    assert not beside(link, "-lock").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no sums there")
@pytest.mark.usefixtures("often")
def test_documents_go_in_while_another_program_copies_the_log(path, monkeypatch):
    monkeypatch.setattr(store, "COPY_PATIENCE_S", 0.02)
    with Index(path) as index:
        index.add_many(texts(10))
        with another_program_copies_the_log(path):
            for document in texts(10, seed=2):
                index.add((f"later {document[0]}", document[1]))
            assert index.uncovered() == path.stat().st_size // PAGE, "nobody knows what the log holds"
            assert index.verify() == ()
        assert index.uncovered() == 0, "the next to write makes up for it"
    assert looked_at(path) == ((), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="no sums there")
def test_an_index_that_is_closed_waits_for_one_who_copies_the_log(path):
    index = Index(path)
    index.add_many(texts(10))
    with another_program_copies_the_log(path) as holder:
        threading.Timer(0.1, holder.kill).start()
        index.close()
    assert looked_at(path) == ((), 0)
