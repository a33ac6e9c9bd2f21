"""A segment: a sorted run of postings on disk, with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds.
"""

import sqlite3
from collections.abc import Callable

import numpy as np

from dedupe.engine.index.postings import (
    FILTER_WORDS,
    ROW_MASK,
    Int64s,
    UInt64s,
    decode_block,
    unseal,
)
from dedupe.errors import CorruptStoreError

NUMBER_BITS = 32
"""A block's number is its segment's id, shifted by this, plus its place."""

_TOP = np.uint64(ROW_MASK)


class Segment:
    """One sorted run; immutable.

    Args:
        segment: Its id.
        firsts: First posting of every block, ascending.
        words: Filters, ``uint64[blocks * FILTER_WORDS]``.
        fetch: Reads the payload of a block by number.
    """

    def __init__(self, segment: int, firsts: UInt64s, words: UInt64s, fetch: Callable[[int], bytes]) -> None:
        """Keep directory and filter."""
        self.id = segment
        self.firsts = firsts
        self._words = words
        self._fetch = fetch

    def block(self, place: int) -> UInt64s:
        """Return the postings of the block at ``place``, ascending."""
        return decode_block(self._fetch(self.id << NUMBER_BITS | place))

    def filter(self, place: int) -> UInt64s:
        """Return the filter of the block at ``place``."""
        return self._words[place * FILTER_WORDS : (place + 1) * FILTER_WORDS]

    def find(self, keys: UInt64s, words: Int64s, bits: UInt64s) -> tuple[Int64s, UInt64s]:
        """Look keys up.

        Args:
            keys: Keys, lower bits 0.
            words: Where each stands in a filter, from ``filter_places``.
            bits: Its bits.

        Returns:
            For every posting found: which key, and the posting.
        """
        last = np.searchsorted(self.firsts, keys | _TOP, side="right") - 1
        place = np.maximum(last, 0)
        spread = self.firsts[place] >= keys  # the key begins in an earlier block, or exactly here
        perhaps = (self._words[place * FILTER_WORDS + words] & bits) == bits
        wanted = np.flatnonzero((last >= 0) & (perhaps | spread))
        if not len(wanted):
            return np.empty(0, np.int64), np.empty(0, np.uint64)
        found: list[tuple[Int64s, UInt64s]] = []
        for position, last_place in zip(wanted.tolist(), place[wanted].tolist(), strict=True):
            at, key = last_place, keys[position]
            found += self._in_block(position, key, at)
            while at and self.firsts[at] >= key:
                at -= 1
                found += self._in_block(position, key, at)
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.uint64)
        return np.concatenate([which for which, _ in found]), np.concatenate([each for _, each in found])

    def _in_block(self, position: int, key: np.uint64, place: int) -> list[tuple[Int64s, UInt64s]]:
        postings = self.block(place)
        begin, end = np.searchsorted(postings, (key, key | _TOP)).tolist()
        end += end < len(postings) and postings[end] == key | _TOP
        if begin == end:
            return []
        return [(np.full(end - begin, position, dtype=np.int64), postings[begin:end])]


def read_block(connection: sqlite3.Connection, number: int) -> bytes:
    """Read the payload of a block.

    Raises:
        CorruptStoreError: It is not there, or not what was written.
    """
    found = connection.execute("SELECT data FROM blocks WHERE number = ?", (number,)).fetchone()
    payload = unseal(number, found[0]) if found is not None and isinstance(found[0], bytes) else None
    if payload is None:
        where = f"block {number & 0xFFFF_FFFF} of segment {number >> NUMBER_BITS}"
        raise CorruptStoreError(f"{where} of the look-up tables is {'missing' if found is None else 'damaged'}")
    return payload


def load_segment(connection: sqlite3.Connection, segment: int, parts: int, fetch: Callable[[int], bytes]) -> Segment:
    """Read directory and filter of a segment.

    Raises:
        CorruptStoreError: A part is missing or damaged.
    """
    firsts, words = [], []
    for part in range(parts):
        number = segment << NUMBER_BITS | part
        found = connection.execute("SELECT data FROM filters WHERE number = ?", (number,)).fetchone()
        payload = unseal(number, found[0]) if found is not None and isinstance(found[0], bytes) else None
        if payload is None:
            raise CorruptStoreError(
                f"part {part} of the filter of segment {segment} is {'missing' if found is None else 'damaged'}"
            )
        numbers = np.frombuffer(payload, dtype="<u8")
        blocks = len(numbers) // (FILTER_WORDS + 1)
        firsts.append(numbers[:blocks])
        words.append(numbers[blocks:])
    nothing = np.empty(0, dtype=np.uint64)
    return Segment(segment, np.concatenate([nothing, *firsts]), np.concatenate([nothing, *words]), fetch)
