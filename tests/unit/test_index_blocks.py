"""Blocks on their way from the file: each is read once while it is used, and memory stays bounded."""

import sqlite3

import pytest

from dedupe import CorruptStoreError
from dedupe.engine.index import blocks
from dedupe.engine.index.postings import Table, seal


class Counting(sqlite3.Connection):
    """A connection that counts what is asked of it."""

    asked = 0

    def execute(self, *arguments):
        self.asked += 1
        return super().execute(*arguments)


@pytest.fixture
def connection():
    made = sqlite3.connect(":memory:", isolation_level=None, factory=Counting)
    made.execute("CREATE TABLE blocks (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
    rows = [(number, seal(Table.BLOCKS, number, b"%d" % number)) for number in range(1_000)]
    made.executemany("INSERT INTO blocks (number, data) VALUES (?, ?)", rows)
    made.asked = 0
    yield made
    made.close()


@pytest.mark.parametrize("numbers", [[], [7], [5, 3, 4], list(range(900, 300, -1)), [4, 4, 9, 4]])
def test_blocks_come_in_the_order_they_are_asked_for(connection, numbers):
    assert blocks.Blocks(connection).some(numbers) == [b"%d" % number for number in numbers]


def test_a_block_that_was_asked_for_is_not_read_again(connection):
    kept = blocks.Blocks(connection)
    kept.some(range(100))
    before = connection.asked
    assert kept.some(range(50, 100)) == [b"%d" % number for number in range(50, 100)]
    assert kept.passing([60]) == [b"60"]
    assert connection.asked == before


def test_what_is_read_once_takes_no_other_blocks_place(connection):
    kept = blocks.Blocks(connection)
    for _ in range(2):
        before = connection.asked
        assert kept.passing([3]) == [b"3"]
        assert connection.asked == before + 1


def test_blocks_in_use_stay_while_others_pass_through(connection, monkeypatch):
    monkeypatch.setattr(blocks, "KEPT_BLOCKS", 40)
    kept = blocks.Blocks(connection)
    for begin in range(0, 1_000, 10):
        kept.some([1, 2, *range(begin, begin + 10)])
        assert len(kept._young) + len(kept._old) <= 2 * 40
    before = connection.asked
    kept.some([1, 2])
    assert connection.asked == before
    kept.some([100])
    assert connection.asked == before + 1


@pytest.mark.parametrize("sealed", [None, seal(Table.BLOCKS, 4, b"5"), seal(Table.FILTERS, 5, b"5"), b"5", 5])
def test_a_block_that_is_not_what_was_written_is_named(connection, sealed):
    connection.execute("DELETE FROM blocks WHERE number = ?", (5,))
    if sealed is not None:
        connection.execute("INSERT INTO blocks VALUES (?, ?)", (5, sealed))
    kept = blocks.Blocks(connection)
    for ask in (lambda: kept.some([4, 5, 6]), lambda: kept.passing([5])):
        with pytest.raises(CorruptStoreError, match=r"block 5 of segment 0 of the look-up tables is (missing|damaged)"):
            ask()
