"""What an index holds, as one transaction sees it: rows, texts and look-ups, each checked when it is read."""

import sqlite3
from collections import OrderedDict, defaultdict

import numpy as np

from dedupe.config import Config
from dedupe.engine.index.postings import Int64s, Kind, UInt64s, row_key
from dedupe.engine.index.rows import Contents, Row, id_of, read_contents, read_row, write_row
from dedupe.engine.index.tables import Tables
from dedupe.records import Body
from dedupe.verify.material import Material

CACHED_MATERIALS = 512
"""Texts kept ready for comparison: about 20 kB each."""

Hits = dict[int, list[int]]
"""Rows found, by position of the key."""


class Materials:
    """Texts ready for comparison, the last used ones; a row's text never changes, so they stay true for ever."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[int, Material] = OrderedDict()

    def get(self, number: int) -> Material | None:
        """Return a material that is kept."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
        return found

    def put(self, number: int, material: Material) -> None:
        """Keep a material, and drop the one that was not used for longest."""
        self._kept[number] = material
        if len(self._kept) > CACHED_MATERIALS:
            self._kept.popitem(last=False)

    def drop(self, number: int) -> None:
        """Forget a row's text."""
        self._kept.pop(number, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


class Shelf:
    """Rows and texts within one transaction.

    Attributes:
        oldest_us: Documents dated before this no longer count.
    """

    def __init__(
        self, connection: sqlite3.Connection, tables: Tables, config: Config, materials: Materials, *, oldest_us: int
    ) -> None:
        """Begin with nothing read."""
        self.connection = connection
        self.tables = tables
        self.config = config
        self.oldest_us = oldest_us
        self._materials = materials
        self._rows: dict[int, Row] = {}
        self._living: dict[int, int] = {}

    def row(self, number: int) -> Row:
        """Return a row; the same object every time within the transaction."""
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = read_row(self.connection, number)
        return found

    def write(self, number: int, row: Row) -> None:
        """Write a row."""
        write_row(self.connection, number, row)
        self._rows[number] = row
        self._living.clear()

    def expect(self, number: int) -> None:
        """Take a row for living that is about to be written."""
        self._living[number] = number

    def counts(self, number: int) -> bool:
        """Tell whether the document of a row is in and not too old."""
        row = self.row(number)
        return row.alive and row.dated_us >= self.oldest_us

    def living(self, number: int) -> int:
        """Return the row whose document stands for the text first seen in ``number``; 0 where nobody is left.

        That is the row itself, or after it was forgotten the first of its copies that is still in.
        """
        if number not in self._living:
            self._living[number] = number if self.counts(number) else self._heir(number)
        return self._living[number]

    def _heir(self, number: int) -> int:
        for copy in self.tables.rows(row_key(number, Kind.COPY)):
            row = self.row(copy)
            if number not in {row.base, row.variant} or copy == number:
                continue
            heir = self.living(copy)
            if heir:
                return heir
        return 0

    def contents(self, number: int) -> Contents:
        """Read the text of a row."""
        return read_contents(self.connection, number, id_of(self.row(number).id), self.config)

    def body(self, number: int) -> Body:
        """Return the body of a row."""
        return self.contents(number).body

    def material(self, number: int) -> Material:
        """Return the text of a row, ready for comparison."""
        found = self._materials.get(number)
        if found is None:
            found = self.contents(number).material
            self._materials.put(number, found)
        return found

    def drop(self, number: int) -> None:
        """Let go of a row's text."""
        self._materials.drop(number)

    def gather(self, keys: UInt64s) -> Hits:
        """Look keys up in segments and tail."""
        return self.with_tail(keys, *self.tables.find(keys))

    def with_tail(self, keys: UInt64s, which: Int64s, rows: Int64s) -> Hits:
        """Add to what was found in the segments what the tail holds."""
        hits: defaultdict[int, list[int]] = defaultdict(list)
        for position, row in zip(which.tolist(), rows.tolist(), strict=True):
            hits[position].append(row)
        for position, fresh in self.tables.tail_hits(keys):
            hits[position] += fresh
        return {position: sorted(set(found)) if len(found) > 1 else found for position, found in hits.items()}

    def noted_with(self, numbers: list[int], kind: Kind) -> dict[int, list[int]]:
        """Return, for each of some rows, the rows noted for it."""
        keys = np.array([row_key(number, kind) for number in numbers], dtype=np.uint64)
        return {numbers[position]: rows for position, rows in self.gather(keys).items()}
