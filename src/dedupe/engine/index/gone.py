"""Rows that were dropped: documents taken out whose text nobody stands for any more.

The row of a forgotten document is deleted at once, unless copies of it live on. Its number is never given out again; it
is kept here, a bit a row, so that a row that is missing through damage is told from one that was dropped, and postings
that still speak of it are passed over until a merge leaves them out.
"""

import sqlite3
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.index.postings import Int64s, Table, UInt64s, rows_of, seal, unseal
from dedupe.engine.index.state import Counters
from dedupe.errors import CorruptStoreError

STRETCH = 8_192
"""Rows whose bits are stored together: 20 bytes on disk where all are gone, 1 kB at most."""

_NOBODY = np.zeros(1, dtype=bool)


class Gone:
    """The rows that were dropped, in memory and on disk.

    Args:
        connection: The file.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin empty; ``refresh`` reads what there is."""
        self._connection = connection
        self._marks = _NOBODY  # one for each row, and one more that is never set
        self._count = 0

    def __bool__(self) -> bool:
        """Tell whether any row was dropped."""
        return self._count > 0

    def __contains__(self, row: int) -> bool:
        """Tell whether a row was dropped."""
        return row < len(self._marks) and bool(self._marks[row])

    def of(self, rows: Int64s) -> NDArray[np.bool_]:
        """Return which of some rows were dropped."""
        return self._marks.take(rows, mode="clip")

    def without(self, postings: UInt64s) -> UInt64s:
        """Return postings without those that speak of dropped rows."""
        return postings[~self.of(rows_of(postings))] if self._count else postings

    def refresh(self, counters: Counters) -> None:
        """Catch up with the database, inside a transaction.

        Raises:
            CorruptStoreError: Marks are missing or damaged.
        """
        if counters.gone != self._count:
            self._load(counters)

    def distrust(self) -> None:
        """Forget what is in memory."""
        self._count = -1

    def add(self, rows: Iterable[int], counters: Counters) -> None:
        """Drop rows for ever, inside a write transaction; they must not be dropped yet."""
        numbers = np.fromiter(rows, dtype=np.int64)
        if not len(numbers):
            return
        stretches = np.unique(numbers // STRETCH)
        self._grow(int(stretches[-1]) + 1)
        self._marks[numbers] = True
        self._count += len(numbers)
        counters.gone = self._count
        for stretch in stretches.tolist():
            bits = np.packbits(self._marks[stretch * STRETCH : (stretch + 1) * STRETCH])
            sealed = seal(Table.GONE, stretch, zlib.compress(bits.tobytes(), 1))
            self._connection.execute("INSERT OR REPLACE INTO gone (number, data) VALUES (?, ?)", (stretch, sealed))

    def _grow(self, stretches: int) -> None:
        missing = stretches * STRETCH + 1 - len(self._marks)
        if missing > 0:
            self._marks = np.concatenate([self._marks, np.zeros(missing, dtype=bool)])

    def _load(self, counters: Counters) -> None:
        self._marks = _NOBODY
        for number, sealed in self._connection.execute("SELECT number, data FROM gone ORDER BY number"):
            payload = unseal(Table.GONE, number, sealed)
            if payload is None:
                raise CorruptStoreError(f"the marks of dropped rows from {number * STRETCH} on are damaged")
            self._grow(number + 1)
            bits = np.unpackbits(np.frombuffer(zlib.decompress(payload), dtype=np.uint8))
            self._marks[number * STRETCH : (number + 1) * STRETCH] = bits
        self._count = int(np.count_nonzero(self._marks))
        if self._count != counters.gone:
            found, self._count = self._count, -1
            raise CorruptStoreError(f"{found} rows are marked as dropped, {counters.gone} were counted")
