"""Segments: sorted runs of postings on disk, each with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds.
"""

import sqlite3
from collections.abc import Callable

import numpy as np

from dedupe.engine.index.postings import (
    FILTER_WORDS,
    ROW_MASK,
    Places,
    Table,
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
        self.words = words
        self._fetch = fetch

    def block(self, place: int) -> UInt64s:
        """Return the postings of the block at ``place``, ascending."""
        return decode_block(self._fetch(self.id << NUMBER_BITS | place))

    def filter(self, place: int) -> UInt64s:
        """Return the filter of the block at ``place``."""
        return self.words[place * FILTER_WORDS : (place + 1) * FILTER_WORDS]

    def find(self, ends: UInt64s, places: Places) -> list[tuple[int, UInt64s]]:
        """Look keys up, given as the last posting each can have, ascending, and their places in a filter.

        Returns:
            For every key found: its position, and its postings, perhaps in several stretches.
        """
        if not len(self.firsts):
            return []
        last = self.firsts.searchsorted(ends, side="right") - 1
        begins = last * FILTER_WORDS
        perhaps = (self.words[begins + places.first] & places.first_bits) == places.first_bits
        perhaps &= (self.words[begins + places.second] & places.second_bits) == places.second_bits
        return [
            (position, each)
            for position in perhaps.nonzero()[0].tolist()
            if last[position] >= 0
            for each in self.postings_of(ends[position] ^ _TOP, int(last[position]))
        ]

    def postings_of(self, key: np.uint64, last: int) -> list[UInt64s]:
        """Return the postings of a key that is at its end in the block ``last``, stretch by stretch."""
        found = []
        place = last
        while True:
            block = self.block(place)
            begin, end = int(block.searchsorted(key)), int(block.searchsorted(key | _TOP, side="right"))
            if begin < end:
                found.append(block[begin:end])
            if begin or not place:
                return found
            place -= 1


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


def load_segment(connection: sqlite3.Connection, segment: int, parts: int, fetch: Callable[[int], bytes]) -> Segment:
    """Read directory and filter of a segment.

    Raises:
        CorruptStoreError: A part is missing or damaged.
    """
    firsts, words = [], []
    for part in range(parts):
        number = segment << NUMBER_BITS | part
        found = connection.execute("SELECT data FROM filters WHERE number = ?", (number,)).fetchone()
        payload = unseal(Table.FILTERS, number, found[0] if found is not None else None)
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
