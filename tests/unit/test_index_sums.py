"""Every byte of an index's file has a sum; damage is named wherever it lies, and nothing that is sound ever is."""

import datetime as dt
import errno
import os
import random
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covered import PAGE, beside, looked_at, take, texts
from dedupe import Index
from dedupe.engine.index import cover, sums
from dedupe.engine.index.log import Log, page_sum
from dedupe.engine.index.sums import Head, Record, Stamp, SumsFile
from dedupe.errors import CorruptStoreError


@pytest.mark.usefixtures("often")
def test_whatever_is_done_every_page_has_its_sum(path, tmp_path):
    with Index(path) as index, Index(tmp_path / "merged.dedupe") as merged:
        for document in texts(20):
            index.add(document)
        assert (index.verify(), index.uncovered()) == ((), 0)
        index.add_many(texts(80, seed=2))
        for number in range(30):
            index.forget(f"d{number}")
        index.recluster()
        assert (index.verify(), index.uncovered()) == ((), 0)
        index.expire(dt.datetime.now(dt.UTC))
        index.add_many(texts(80, seed=3))
        merged.merge(index)
        index.backup(tmp_path / "copy.dedupe")
        index.compact()
        assert (index.verify(), index.uncovered()) == ((), 0)
        assert (merged.verify(), merged.uncovered()) == ((), 0)
    assert looked_at(path) == looked_at(tmp_path / "copy.dedupe") == looked_at(tmp_path / "merged.dedupe") == ((), 0)


def test_a_flip_anywhere_is_named_with_its_page(sound, tmp_path):
    made, target, size = random.Random(5), tmp_path / "damaged.dedupe", sound.stat().st_size
    spare = [place for place, byte in enumerate(sound.read_bytes()) if not byte]  # most hold nothing
    for place in [made.choice(spare) for _ in range(40)] + [made.randrange(100, size) for _ in range(20)]:
        take(sound, target)
        content = bytearray(target.read_bytes())
        content[place] ^= 1 << made.randrange(8)
        target.write_bytes(content)
        try:
            damages, _ = looked_at(target)
        except CorruptStoreError:
            continue
        page = f"page {place // PAGE + 1} (from byte {place // PAGE * PAGE}) is not what was written there"
        assert any(damage.startswith(page) for damage in damages)


def test_damage_that_hits_no_row_says_so_and_is_gone_once_the_file_is_written_anew(sound, tmp_path):
    target = take(sound, tmp_path / "damaged.dedupe")
    content = bytearray(target.read_bytes())
    content[72] = 7  # room for expansion, in the header
    target.write_bytes(content)
    with Index(target) as index:
        whole = "page 1 (from byte 0) is not what was written there; every row, text and look-up is whole"
        assert index.verify() == (whole,)
        index.compact()
        assert (index.verify(), index.uncovered()) == ((), 0)


def test_a_file_that_is_cut_while_it_is_open_is_named(sound, tmp_path):
    target = take(sound, tmp_path / "damaged.dedupe")
    with Index(target) as index:
        os.truncate(target, target.stat().st_size - 1)
        (damage,) = index.verify()
        assert damage.startswith("the file cannot be read")
        assert "`dedupe index verify`" not in damage


def test_a_file_without_its_sums_is_not_covered_until_it_is_compacted(sound, tmp_path):
    target = tmp_path / "alone.dedupe"
    shutil.copy(sound, target)
    with Index(target) as index:
        assert index.verify() == ()
        assert index.uncovered() == sound.stat().st_size // PAGE
        index.add(("more", texts(1, seed=9)[0][1]))
        assert index.verify() == ()
        assert 0 < index.uncovered() < target.stat().st_size // PAGE
        index.compact()
        assert index.uncovered() == 0
    assert looked_at(target) == ((), 0)


def test_every_damage_to_the_sums_gives_them_up_and_names_nothing(sound, tmp_path):
    target = take(sound, tmp_path / "damaged.dedupe")
    content = beside(target).read_bytes()
    for place in range(0, len(content), 3):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        for damaged in (flipped, content[:place]):
            beside(target).write_bytes(damaged)
            damages, uncovered = looked_at(target)
            assert damages == ()
            assert uncovered == target.stat().st_size // PAGE


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("half", [False, True])
def test_a_full_disk_costs_sums_and_no_document(path, monkeypatch, half):
    with Index(path) as index:
        index.add_many(texts(20))
        with monkeypatch.context() as patch:
            put = sums._put
            full = lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full"))  # noqa: E731
            patch.setattr(sums, "_put", (lambda file, content: put(file, content[:50])) if half else full)
            for document in texts(20, seed=2):
                assert index.add(document).action
            assert index.verify() == ()
        for document in texts(20, seed=3):
            index.add(document)
        assert len(index) == 20  # the same ids with other texts
        assert index.verify() == ()
        index.compact()
        assert (index.verify(), index.uncovered()) == ((), 0)
    assert not beside(path, "-sums.partial").exists()


@pytest.mark.parametrize(
    ("after", "commits", "follows"),
    [
        ((7, 10, 55, 9), 0, True),  # nothing came in between
        ((7, 10, 56, 9), 0, False),  # another state after as many transactions
        ((7, 12, 60, 9), 2, True),
        ((7, 12, 60, 9), 3, True),  # some were known
        ((7, 12, 60, 9), 1, False),  # one is missing
        ((7, 12, 60, 10), 3, True),  # written anew on the way
        ((7, 12, 60, 10), 2, False),
        ((7, 9, 60, 9), 5, False),  # an older copy
        ((7, 12, 60, 8), 5, False),
        ((8, 12, 60, 9), 5, False),  # another index
    ],
)
def test_a_state_follows_another_if_all_between_is_in_the_log(after, commits, follows):
    before, now = (Head(Stamp(*each), PAGE, 3, 4, bytes(8)) for each in ((7, 10, 55, 9), after))
    assert cover._is_since(before, now, commits) is follows


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_the_page_that_sqlite_never_writes_is_held_to_be_empty(path):
    """It lies at 1 GiB (https://www.sqlite.org/fileformat2.html#the_lock_byte_page)."""
    with Index(path) as index, index._opened.writing() as (shelf, _):
        rows = ((number, os.urandom(8) * 1_000) for number in range(10, 135_000))
        shelf.connection.executemany("INSERT INTO contents (row, data) VALUES (?, ?)", rows)
    with Index(path) as index:
        found = index._opened.store.agreement()
        assert (found.damages, found.uncovered) == ((), 0)
    with path.open("r+b") as file:
        file.seek(1 << 30)
        file.write(b"x")
    with Index(path) as index:
        (damage,) = index._opened.store.agreement().damages
        assert damage.startswith("page 131073 ")


def test_the_frames_of_a_log_are_what_they_make_of_the_file(path):
    with Index(path) as index:
        index.add_many(texts(30))
        index.forget("d3")
        index.add_many(texts(30, seed=2))
        log = beside(path, "-wal").read_bytes()
        size = 24 + PAGE
        pages, commits = {}, 0
        for begin in range(32, len(log), size):
            frame = log[begin : begin + size]
            pages[int.from_bytes(frame[:4], "big")] = frame[24:]
            commits += bool(int.from_bytes(frame[4:8], "big"))
        count = (len(log) - 32) // size
        with Log(beside(path, "-wal")) as opened:
            frames = opened.frames(0, count)
            assert opened.mark(count) == frames.mark
            with pytest.raises(CorruptStoreError, match="ends before"):
                opened.frames(0, count + 1)
        index._opened.store.checkpoint()
    assert frames.numbers.tolist() == sorted(pages)
    assert frames.commits == commits
    assert frames.pages == path.stat().st_size // PAGE
    content = path.read_bytes()
    for number, summed in zip(frames.numbers.tolist(), frames.sums.tolist(), strict=True):
        assert pages[number] == content[(number - 1) * PAGE : number * PAGE]
        assert summed == page_sum(pages[number], number)


entries = st.dictionaries(st.integers(1, 30), st.integers(1, 2**64 - 1), max_size=12)


steps = st.lists(st.tuples(st.sampled_from(("append", "write", "tear")), st.integers(1, 30), entries), max_size=12)


@given(steps)
def test_a_file_of_sums_holds_what_a_dictionary_holds(tmp_path_factory, steps):
    kept, head, file = {}, None, SumsFile(tmp_path_factory.mktemp("sums") / "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "_SPARE_BYTES", 300)
        for number, (step, pages, entries) in enumerate(steps):
            if step == "tear":
                if head is not None:
                    with file.path.open("ab") as end:
                        end.write(random.Random(number).randbytes(pages * 7))
                continue
            within = {page: value for page, value in sorted(entries.items()) if page <= pages}
            head = Head(Stamp(1, number, number * 7, 9), PAGE, pages, number, bytes(8))
            values = np.array(list(within), dtype=np.uint32), np.array(list(within.values()), dtype=np.uint64)
            begins = step == "write" or not file.path.exists()
            (file.write if begins else file.append)(Record(head, *values))
            kept = ({} if begins else {page: value for page, value in kept.items() if page <= pages}) | within
            assert file.last() == head
    found, read = file.read(35)
    assert found == file.last() == head
    assert {page: value for page, value in enumerate(read.tolist()) if value} == kept
