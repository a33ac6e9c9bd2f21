"""Segments: sorted runs of postings on disk, each with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds.
"""

import mmap
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Sequence

import numpy as np

from dedupe.engine.index.blocks import NUMBER_BITS
from dedupe.engine.index.postings import FILTER_WORDS, Table, UInt64s, decode_blocks, unseal, widen
from dedupe.engine.index.state import Run
from dedupe.errors import CorruptStoreError

_NO_POSTINGS = np.empty(0, dtype=np.uint64)


class Segment:
    """One sorted run.

    Its blocks never change. While it is made others are appended at its end, and while it is merged those at its
    beginning go.

    Args:
        run: What is listed of it.
        fetch: Reads the payloads of blocks by number.
    """

    def __init__(self, run: Run, fetch: Callable[[Sequence[int]], list[bytes]]) -> None:
        """Begin with no directory and no filter; ``catch_up`` reads them."""
        self.id = run.id
        self.row_bits = run.row_bits
        self._fetch = fetch
        self._gone, self._parts = run.parted, run.gone_parts
        self._ends: list[int] = []
        self._firsts = self._words = _NO_POSTINGS
        self._begin = self._end = 0

    @property
    def firsts(self) -> UInt64s:
        """First posting of every block, ascending."""
        return self._firsts[self._begin : self._end]

    @property
    def words(self) -> UInt64s:
        """Filters, ``uint64[blocks * FILTER_WORDS]``."""
        return self._words[self._begin * FILTER_WORDS : self._end * FILTER_WORDS]

    @property
    def first_number(self) -> int:
        """The number of its first block."""
        return self.id << NUMBER_BITS | self._gone

    def parts_before(self, block: int) -> tuple[int, int]:
        """Return how many of all parts are about blocks before ``block`` only, and of how many blocks."""
        before = bisect_right(self._ends, block)
        return (self._parts - len(self._ends) + before, self._ends[before - 1]) if before else (0, 0)

    def block(self, place: int) -> UInt64s:
        """Return the postings of the block at ``place``, ascending."""
        return self.postings(place, place + 1)

    def postings(self, begin: int, end: int) -> UInt64s:
        """Return the postings of some blocks that follow each other, ascending."""
        numbers = range(self.first_number + begin, self.first_number + end)
        return widen(decode_blocks(self._fetch(numbers)), self.row_bits)

    def filter(self, place: int) -> UInt64s:
        """Return the filter of the block at ``place``."""
        return self.words[place * FILTER_WORDS : (place + 1) * FILTER_WORDS]

    def catch_up(self, connection: sqlite3.Connection, run: Run) -> None:
        """Read what was appended since, and let go of what was deleted.

        Raises:
            CorruptStoreError: A part is missing or damaged.
        """
        self._reserve(run.blocks - self._gone - len(self.firsts))
        while self._parts < run.parts:
            self._append(_read_part(connection, run.id, self._parts))
            self._parts += 1
            self._ends.append(self._gone + len(self.firsts))
        self._begin += run.gone - self._gone
        self._gone = run.gone
        if 2 * self._begin > self._end:  # so that memory is given back
            self._move(self._end - self._begin)

    def _reserve(self, blocks: int) -> None:
        """Make room for so many blocks more; what is not written to yet takes no memory."""
        room = self._end + blocks
        if room > len(self._firsts):
            self._move(max(room, 2 * self._end))

    def _move(self, room: int) -> None:
        """Go on in room for so many blocks, without those that went."""
        old_firsts, old_words = self.firsts, self.words
        self._firsts, self._words = _room(room), _room(room * FILTER_WORDS)
        self._firsts[: len(old_firsts)], self._words[: len(old_words)] = old_firsts, old_words
        self._begin, self._end = 0, len(old_firsts)

    def _append(self, part: UInt64s) -> None:
        """Append a part of directory and filters."""
        blocks = len(part) // (FILTER_WORDS + 1)
        self._reserve(blocks)
        begin, self._end = self._end, self._end + blocks
        self._firsts[begin : self._end] = part[:blocks]
        self._words[begin * FILTER_WORDS : self._end * FILTER_WORDS] = part[blocks:]


def _room(count: int) -> UInt64s:
    """Return room for so many numbers that takes memory as it is written to, and gives all of it back at its end.

    What ``numpy`` asks for may come from the heap, which large pieces that come and go leave full of holes.
    """
    return np.frombuffer(mmap.mmap(-1, max(1, 8 * count)), dtype=np.uint64, count=count)


def _read_part(connection: sqlite3.Connection, segment: int, part: int) -> UInt64s:
    """Read the first postings of some blocks, and their filters behind."""
    number = segment << NUMBER_BITS | part
    found = connection.execute("SELECT data FROM filters WHERE number = ?", (number,)).fetchone()
    payload = unseal(Table.FILTERS, number, found[0] if found is not None else None)
    if payload is None:
        raise CorruptStoreError(
            f"part {part} of the filter of segment {segment} is {'missing' if found is None else 'damaged'}"
        )
    return np.frombuffer(payload, dtype="<u8")
