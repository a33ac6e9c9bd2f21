"""What outlives a transaction in memory: texts, the few numbers of every row that was read, rows and ties."""

import sqlite3
from collections import OrderedDict
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.index.coding import Numbers
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import Int64s
from dedupe.engine.index.rows import Row, Tie
from dedupe.engine.index.state import Counters
from dedupe.engine.index.stored import Contents
from dedupe.verify.material import Material

CACHED_MATERIALS = 2_048
"""Texts kept: about 5 kB each, 20 kB once one was made ready for comparison."""

KEPT_ROWS = 8_192
"""Rows, and texts with their ties, kept from one transaction to the next: 1 kB each."""

_UNKNOWN, _IN, _OUT = 0, 1, 2

Text = Material | Incoming | Contents
"""A text, ready for comparison or not yet."""


class Materials:
    """Texts, the last used ones; a row's text never changes, so they stay true for ever.

    Each is kept as it came, and made ready for comparison when that is first asked for.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[int, Text] = OrderedDict()

    def get(self, number: int) -> "Text | None":
        """Return a text that is kept."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
        return found

    def put(self, number: int, text: "Text") -> None:
        """Keep a text, and drop the one that was not used for longest."""
        self._kept[number] = text
        if len(self._kept) > CACHED_MATERIALS:
            self._kept.popitem(last=False)

    def drop(self, number: int) -> None:
        """Forget a row's text."""
        self._kept.pop(number, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


class Facts:
    """The few numbers of every row that was read which stay true for as long as no document is forgotten.

    Candidates are weighed by them: most are never compared, and so need not be read again. 29 bytes a row.

    Attributes:
        body_hash, tokens, base: See :class:`~dedupe.engine.index.rows.Row`.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.body_hash = np.zeros(0, dtype=np.uint64)
        self.tokens = np.zeros(0, dtype=np.int64)
        self.base = np.zeros(0, dtype=np.int32)
        self._dated_us = np.zeros(0, dtype=np.int64)
        self._states = np.zeros(1, dtype=np.uint8)  # the first is of no row
        self._forgotten = -1

    def catch_up(self, last_row: int, forgotten: int) -> None:
        """Make room for all rows; doubt everything if documents were forgotten since, of whom there are so many."""
        if last_row >= len(self.tokens):
            self._grow(max(last_row + 1, len(self.tokens) * 5 // 4, 1024))
        if forgotten != self._forgotten:
            self.clear()
            self._forgotten = forgotten

    def agree(self, forgotten: int) -> None:
        """Take what is known for true: all that was forgotten since was noted here."""
        self._forgotten = forgotten

    def clear(self) -> None:
        """Forget everything."""
        self._states[:] = _UNKNOWN
        self._forgotten = -1

    def put(self, number: int, row: Row | Numbers) -> None:
        """Note a row as it is now."""
        if number >= len(self.tokens):
            self._grow(max(number + 1, len(self.tokens) * 5 // 4, 1024))
        self.body_hash[number], self.tokens[number], self.base[number] = row.body_hash, row.tokens, row.base
        self._dated_us[number] = row.dated_us
        self._states[number] = _IN if row.alive else _OUT

    def _grow(self, count: int) -> None:
        """Make room for rows below ``count``; all that is more is unknown."""
        for name in ("body_hash", "tokens", "base", "_dated_us", "_states"):
            column = getattr(self, name)
            larger = np.zeros(count, dtype=column.dtype)
            larger[: len(column)] = column
            setattr(self, name, larger)

    def knows(self, number: int) -> bool:
        """Tell whether a row's numbers are known."""
        return number < len(self._states) and bool(self._states[number] != _UNKNOWN)

    def unknown(self, numbers: Int64s) -> list[int]:
        """Return those of some rows whose numbers are not known."""
        states = self._states.take(numbers, mode="clip")
        if len(numbers) and numbers.max() >= len(self._states):  # damage may speak of rows that were never given out
            states[numbers >= len(self._states)] = _UNKNOWN
        return [] if states.all() else numbers[states == _UNKNOWN].tolist()

    def count(self, numbers: Int64s, oldest_us: int) -> NDArray[np.bool_]:
        """Return which of the documents of some known rows are in and not too old."""
        marked: NDArray[np.bool_] = (self._states[numbers] == _IN) & (self._dated_us[numbers] >= oldest_us)
        return marked

    def counts(self, number: int, oldest_us: int) -> bool:
        """Tell whether the document of a known row is in and not too old."""
        return bool(self._states[number] == _IN and self._dated_us[number] >= oldest_us)


class Caches:
    """What outlives a transaction: never more than what is stored, and given up when one is rolled back.

    Args:
        keeps_texts: Whether bodies are stored with their words.

    Attributes:
        rows: Rows that were read or written lately; true for as long as no other process writes and none is dropped.
        ties: Of texts that were grouped lately, the ties to every other text, likewise.
    """

    def __init__(self, *, keeps_texts: bool) -> None:
        """Begin empty."""
        self.keeps_texts = keeps_texts
        self.materials = Materials()
        self.facts = Facts()
        self.rows: dict[int, Row] = {}
        self.ties: dict[int, dict[int, Tie]] = {}
        self._state = (-1, -1)

    def catch_up(self, connection: sqlite3.Connection, counters: Counters) -> None:
        """Begin a transaction: give up what another process has made untrue, and what is too much to keep."""
        self.facts.catch_up(counters.last_row, counters.last_row - counters.documents)
        (others,) = connection.execute("PRAGMA data_version").fetchone()  # changes when another connection has written
        if (others, counters.gone) != self._state:
            self.rows.clear()
            self.ties.clear()
            self._state = (others, counters.gone)

        for kept in (self.rows, self.ties):
            if len(kept) > KEPT_ROWS:
                for number in list(islice(kept, len(kept) - KEPT_ROWS // 2)):
                    del kept[number]

    def agree(self, counters: Counters) -> None:
        """Take what is known for true after a transaction of our own."""
        self.facts.agree(counters.last_row - counters.documents)

    def clear(self) -> None:
        """Forget everything."""
        self.materials.clear()
        self.facts.clear()
        self.rows.clear()
        self.ties.clear()
