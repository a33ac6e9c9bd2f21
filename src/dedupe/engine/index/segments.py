"""Segments: sorted runs of postings on disk, each with a directory and a filter in memory.

The directory holds the first posting of every block, the filter tells for almost every key that is not there that it
is not, so that a look-up reads about one block for each thing it finds.
"""

import sqlite3
from collections.abc import Callable

import numpy as np

from dedupe.engine.index.blocks import NUMBER_BITS
from dedupe.engine.index.postings import FILTER_WORDS, Table, UInt64s, decode_block, unseal, widen
from dedupe.engine.index.state import Run
from dedupe.errors import CorruptStoreError


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
        self.row_bits = run.row_bits
        self.firsts = firsts
        self.words = words
        self._fetch = fetch

    def block(self, place: int) -> UInt64s:
        """Return the postings of the block at ``place``, ascending."""
        return widen(decode_block(self._fetch(self.id << NUMBER_BITS | place)), self.row_bits)

    def filter(self, place: int) -> UInt64s:
        """Return the filter of the block at ``place``."""
        return self.words[place * FILTER_WORDS : (place + 1) * FILTER_WORDS]


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
