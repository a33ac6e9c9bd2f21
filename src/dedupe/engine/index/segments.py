"""Segments: sorted runs of postings on disk, each with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds. The filters of all segments stand in one array:
they are asked together.
"""

import sqlite3
from collections.abc import Callable, Iterable

import numpy as np

from dedupe.engine.index.postings import (
    FILTER_WORDS,
    ROW_MASK,
    Int64s,
    UInt64s,
    decode_block,
    filter_places,
    unseal,
)
from dedupe.errors import CorruptStoreError

NUMBER_BITS = 32
"""A block's number is its segment's id, shifted by this, plus its place."""

_TOP = np.uint64(ROW_MASK)
_SLACK = 1.25


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

    def postings_of(self, key: np.uint64, last: int) -> list[UInt64s]:
        """Return the postings of a key that is at its end in the block ``last``, stretch by stretch."""
        found = []
        place = last
        while True:
            block = self.block(place)
            begin, end = np.searchsorted(block, (key, key | _TOP)).tolist()
            end += end < len(block) and block[end] == key | _TOP
            if begin < end:
                found.append(block[begin:end])
            if begin or not place:
                return found
            place -= 1


class Shelves:
    """All segments in use, looked up together.

    Attributes:
        segments: By id, in the order they are listed.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.segments: dict[int, Segment] = {}
        self._words = np.empty(0, dtype=np.uint64)
        self._begins: dict[int, int] = {}
        self._end = 0

    def replace(self, segments: Iterable[Segment]) -> None:
        """Use these segments from now on; filters that stand in the array already stay where they are."""
        self.segments = {segment.id: segment for segment in segments}
        self._begins = {number: begin for number, begin in self._begins.items() if number in self.segments}
        fresh = [segment for segment in self.segments.values() if segment.id not in self._begins]
        if self._end + sum(len(segment.words) for segment in fresh) > len(self._words):
            self._move(int(_SLACK * sum(len(segment.words) for segment in self.segments.values())))
        for segment in fresh:
            self._place(segment)

    def _move(self, size: int) -> None:
        """Begin a new array, without the filters of segments that are gone."""
        known = [self.segments[number] for number in self._begins]
        before, self._words = self._words, np.zeros(size, dtype=np.uint64)
        self._begins, self._end = {}, 0
        for segment in known:
            self._place(segment)
        del before

    def _place(self, segment: Segment) -> None:
        begin, end = self._end, self._end + len(segment.words)
        self._words[begin:end] = segment.words
        segment.words = self._words[begin:end]
        self._begins[segment.id], self._end = begin, end

    def find(self, keys: UInt64s) -> tuple[Int64s, UInt64s]:
        """Look keys up, lower bits 0.

        Returns:
            For every posting found: which key, and the posting.
        """
        nothing = np.empty(0, np.int64), np.empty(0, np.uint64)
        segments = [segment for segment in self.segments.values() if len(segment.firsts)]
        if not segments or not len(keys):
            return nothing
        order = np.argsort(keys)  # neighbours in the arrays are asked one after another
        ordered = keys[order]
        words, bits = filter_places(ordered)
        ends = ordered | _TOP
        last = np.stack([segment.firsts.searchsorted(ends, side="right") for segment in segments]) - 1
        begins = np.array([[self._begins[segment.id]] for segment in segments])
        asked = self._words[begins + np.maximum(last, 0) * FILTER_WORDS + words]
        wanted = np.argwhere((asked & bits == bits) & (last >= 0))
        found: list[tuple[int, UInt64s]] = []
        for number, position in wanted.tolist():
            which = int(order[position])
            postings = segments[number].postings_of(ordered[position], int(last[number, position]))
            found += [(which, each) for each in postings]
        if not found:
            return nothing
        sizes = [len(each) for _, each in found]
        return np.repeat([which for which, _ in found], sizes), np.concatenate([each for _, each in found])


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
