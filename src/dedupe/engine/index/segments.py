"""Segments: sorted runs of postings on disk, each with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds.
"""

import sqlite3
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.index.postings import (
    FILTER_WORDS,
    ROW_MASK,
    Int64s,
    Places,
    Table,
    UInt64s,
    decode_block,
    decode_blocks,
    narrow,
    unseal,
    widen,
)
from dedupe.engine.index.state import Run
from dedupe.errors import CorruptStoreError

NUMBER_BITS = 32
"""A block's number is its segment's id, shifted by this, plus its place."""

_TOP = np.uint64(ROW_MASK)
_READ_AT_ONCE = 1_024
"""Blocks in memory at once: about 5 MB."""

_NO_POSITIONS = np.empty(0, dtype=np.int64)
_NO_POSTINGS = np.empty(0, dtype=np.uint64)


class Segment:
    """One sorted run; immutable.

    Args:
        run: What is listed of it.
        firsts: First posting of every block, ascending.
        words: Filters, ``uint64[blocks * FILTER_WORDS]``.
        fetch: Reads the payload of a block by number.
    """

    def __init__(self, run: Run, firsts: UInt64s, words: UInt64s, fetch: Callable[[int], bytes]) -> None:
        """Keep directory and filter."""
        self.id = run.id
        self._row_bits = run.row_bits
        self.firsts = firsts
        self.words = words
        self._fetch = fetch

    def block(self, place: int) -> UInt64s:
        """Return the postings of the block at ``place``, ascending."""
        return widen(decode_block(self._fetch(self.id << NUMBER_BITS | place)), self._row_bits)

    def filter(self, place: int) -> UInt64s:
        """Return the filter of the block at ``place``."""
        return self.words[place * FILTER_WORDS : (place + 1) * FILTER_WORDS]

    def find(self, ends: UInt64s, places: Places) -> tuple[Int64s, UInt64s]:
        """Look keys up, given as the last posting each can have, ascending, and their places in a filter.

        Returns:
            Positions of the keys found, ascending and repeated, and one posting for each.
        """
        if not len(self.firsts):
            return _NO_POSITIONS, _NO_POSTINGS
        last = self.firsts.searchsorted(ends, side="right") - 1
        begins = last * FILTER_WORDS
        perhaps = (self.words[begins + places.first] & places.first_bits) == places.first_bits
        perhaps &= (self.words[begins + places.second] & places.second_bits) == places.second_bits
        perhaps &= last >= 0
        positions = perhaps.nonzero()[0]
        parts = [positions[begin : begin + _READ_AT_ONCE] for begin in range(0, len(positions), _READ_AT_ONCE)]
        found = [self._read(part, last[part], ends[part]) for part in parts]
        if len(found) == 1:
            return found[0]
        which = np.concatenate([_NO_POSITIONS, *(positions for positions, _ in found)])
        return which, np.concatenate([_NO_POSTINGS, *(postings for _, postings in found)])

    def _read(self, positions: Int64s, last: Int64s, ends: UInt64s) -> tuple[Int64s, UInt64s]:
        """Read the blocks that some keys may stand in, each once, and search them together: they follow one another."""
        keys = ends ^ _TOP
        wanted, reached, asked = [last], last, keys
        while len(reached):  # the postings of a key that begins a block may begin in the one before
            further = (self.firsts[reached] >= asked) & (reached > 0)
            reached, asked = reached[further] - 1, asked[further]
            wanted.append(reached)
        begin = self.id << NUMBER_BITS
        places = np.sort(np.concatenate(wanted))
        postings = decode_blocks([self._fetch(begin | place) for place in places[_fresh(places)].tolist()])
        low = postings.searchsorted(narrow(keys, self._row_bits))
        high = postings.searchsorted(narrow(keys, self._row_bits) | np.uint64((1 << self._row_bits) - 1), side="right")
        counts = high - low
        which = np.repeat(positions, counts)
        found = postings[np.arange(len(which)) + np.repeat(high - counts.cumsum(), counts)]
        return which, widen(found, self._row_bits)


def _fresh(places: Int64s) -> NDArray[np.bool_]:
    """Mark what differs from the place before."""
    fresh = np.ones(len(places), dtype=bool)
    fresh[1:] = places[1:] != places[:-1]
    return fresh


def read_block(connection: sqlite3.Connection, number: int) -> bytes:
    """Read the payload of a block.

    Raises:
        CorruptStoreError: It is not there, or not what was written.
    """
    found = connection.execute("SELECT data FROM blocks WHERE number = ?", (number,)).fetchone()
    payload = unseal(Table.BLOCKS, number, found[0] if found is not None else None)
    if payload is None:
        where = f"block {number & 0xFFFF_FFFF} of segment {number >> NUMBER_BITS}"
        raise CorruptStoreError(f"{where} of the look-up tables is {'missing' if found is None else 'damaged'}")
    return payload


def load_segment(connection: sqlite3.Connection, run: Run, fetch: Callable[[int], bytes]) -> Segment:
    """Read directory and filter of a segment.

    Raises:
        CorruptStoreError: A part is missing or damaged.
    """
    firsts, words = [], []
    for part in range(run.parts):
        number = run.id << NUMBER_BITS | part
        found = connection.execute("SELECT data FROM filters WHERE number = ?", (number,)).fetchone()
        payload = unseal(Table.FILTERS, number, found[0] if found is not None else None)
        if payload is None:
            raise CorruptStoreError(
                f"part {part} of the filter of segment {run.id} is {'missing' if found is None else 'damaged'}"
            )
        numbers = np.frombuffer(payload, dtype="<u8")
        blocks = len(numbers) // (FILTER_WORDS + 1)
        firsts.append(numbers[:blocks])
        words.append(numbers[blocks:])
    nothing = np.empty(0, dtype=np.uint64)
    return Segment(run, np.concatenate([nothing, *firsts]), np.concatenate([nothing, *words]), fetch)
