"""What an index holds, as one transaction sees it: rows, texts and look-ups, each checked when it is read."""

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from dedupe.config import Config
from dedupe.engine.index.caches import KEPT_ROWS, Caches, Facts, Text
from dedupe.engine.index.coding import decode_id, decode_numbers, decode_row
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import ROW_BITS, Int64s, Kind, UInt64s, posting_keys, row_key, rows_of
from dedupe.engine.index.rows import Row
from dedupe.engine.index.state import Counters
from dedupe.engine.index.stored import (
    delete_contents,
    delete_row,
    read_contents,
    read_payloads,
    write_contents,
    write_rows,
)
from dedupe.engine.index.tables import Tables
from dedupe.records import Body
from dedupe.verify.material import Material


class Shelf:
    """Rows and texts within one transaction; what is written waits for ``put_down`` at its end.

    Attributes:
        keeps_texts: Whether bodies have their words.
        oldest_us: Documents dated before this no longer count.
        ties: Of texts that were grouped lately, the ties to every other text.
        removals: How many texts were taken out.
    """

    def __init__(
        self, connection: sqlite3.Connection, tables: Tables, config: Config, caches: Caches, *, oldest_us: int
    ) -> None:
        """Begin with nothing read."""
        self.keeps_texts = caches.keeps_texts
        self.connection = connection
        self.tables = tables
        self.config = config
        self.oldest_us = oldest_us
        self._materials = caches.materials
        self._facts = caches.facts
        self.ties = caches.ties
        self._rows = caches.rows
        self._payloads: dict[int, bytes] = {}  # rows that were read, and not asked for whole yet
        self.removals = 0
        self._living: dict[int, int] = {}
        self._unwritten_rows: dict[int, Row] = {}
        self._unwritten_texts: dict[int, Incoming] = {}

    def row(self, number: int) -> Row:
        """Return a row; the same object every time within the transaction."""
        found = self._rows.get(number)
        if found is None:
            self._read([number])
            found = self._rows[number] = decode_row(number, self._payloads.pop(number))
            self._facts.put(number, found)
        return found

    def expect_rows(self, numbers: Iterable[int]) -> None:
        """Read together those of some rows that are about to be asked for one after the other."""
        gone = self.tables.gone
        self._read([number for number in numbers if number not in self._rows and number not in gone])

    def _read(self, numbers: Sequence[int]) -> None:
        """Read those of some rows that were not read within this transaction."""
        missing = [number for number in numbers if number not in self._payloads]
        if not missing:
            return
        if len(self._payloads) > KEPT_ROWS:
            kept = [number for number in numbers if number in self._payloads]
            self._payloads = {number: self._payloads[number] for number in kept}
        self._payloads.update(read_payloads(self.connection, missing))

    def doubt(self) -> None:
        """Give up the rows and ties that are kept in memory, after rows were written past this shelf."""
        self._rows.clear()
        self._payloads.clear()
        self.ties.clear()

    def learn(self, numbers: Int64s) -> Facts:
        """Return the facts, those of some rows among them; rows that were not read yet are read together."""
        unknown = self._facts.unknown(numbers)
        self._read(unknown)
        for number in unknown:
            self._facts.put(number, decode_numbers(number, self._payloads[number]))
        return self._facts

    def standing(self, numbers: Int64s) -> Int64s:
        """Return for each of some learnt rows the row that stands for its text; 0 for none, or where not the first."""
        first = self._facts.base[numbers] == numbers
        there = self._facts.count(numbers, self.oldest_us)
        if first.all() and there.all():
            return numbers
        stands: Int64s = np.where(first & there, numbers, 0)
        for place in np.flatnonzero(first & ~there).tolist():
            stands[place] = self.living(int(numbers[place]))
        return stands

    def facts(self, number: int) -> Facts:
        """Return the facts, those of a row among them."""
        if not self._facts.knows(number):
            self.row(number)
        return self._facts

    def write(self, number: int, row: Row) -> None:
        """Write a row."""
        self._rows[number] = self._unwritten_rows[number] = row
        self._facts.put(number, row)
        self._living.clear()

    def is_carried(self, number: int) -> bool:
        """Tell whether a document that is in, however old, has the text first seen in a row."""
        if number in self.tables.gone:
            return False
        if self.row(number).alive:
            return True
        copies = [copy for copy in self.tables.rows(row_key(number, Kind.COPY)) if copy != number]
        return any(number in {self.row(copy).base, self.row(copy).variant} and self.is_carried(copy) for copy in copies)

    def drop_rows(self, numbers: Iterable[int], counters: Counters) -> None:
        """Delete those of some rows that nobody carries any more; within this transaction they stay readable."""
        gone = self.tables.gone
        left = [number for number in sorted(set(numbers)) if number not in gone and not self.is_carried(number)]
        for number in left:
            self.row(number)
            self._unwritten_rows.pop(number, None)
            delete_row(self.connection, number)
        self.tables.gone.add(left, counters)

    def expect(self, number: int) -> None:
        """Take a row for living that is about to be written."""
        self._living[number] = number

    def counts(self, number: int) -> bool:
        """Tell whether the document of a row is in and not too old."""
        return number not in self.tables.gone and self.facts(number).counts(number, self.oldest_us)

    def living(self, number: int) -> int:
        """Return the row whose document stands for the text first seen in ``number``; 0 where nobody is left.

        That is the row itself, or after it was forgotten the first of its copies that is still in.
        """
        if number not in self._living:
            gone = number in self.tables.gone
            self._living[number] = number if self.counts(number) else 0 if gone else self._heir(number)
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

    def body(self, number: int) -> Body:
        """Return the body of a row."""
        return self.bodies([number])[0]

    def bodies(self, numbers: Sequence[int]) -> list[Body]:
        """Return the bodies of some rows; those that are not kept ready are read together."""
        return [text.body for text in self._texts(numbers)]

    def material(self, number: int) -> Material:
        """Return the text of a row, ready for comparison."""
        (found,) = self._texts([number])
        if isinstance(found, Material):
            return found
        made = found.material
        self._materials.put(number, made)
        return made

    def _texts(self, numbers: Sequence[int]) -> list[Text]:
        found = {number: self._materials.get(number) for number in numbers}
        missing = [number for number, text in found.items() if text is None]
        if missing:
            if not self._unwritten_texts.keys().isdisjoint(missing):
                self._write_texts()
            read = read_contents(self.connection, missing, self._ids(missing), self.config)
            for number, contents in zip(missing, read, strict=True):
                found[number] = contents
                self._materials.put(number, contents)
        return [text for number in numbers if (text := found[number]) is not None]

    def _ids(self, numbers: Sequence[int]) -> list[bytes]:
        """Return the ids of some rows as they are written."""
        rows = self._rows
        self._read([number for number in numbers if number not in rows])
        return [rows[each].id if each in rows else decode_id(each, self._payloads[each]) for each in numbers]

    def write_text(self, number: int, incoming: Incoming) -> None:
        """Write the text of a row."""
        self._unwritten_texts[number] = incoming
        if incoming.whole:
            self._materials.put(number, incoming)

    def delete_text(self, number: int) -> None:
        """Delete the text of a row."""
        self._materials.drop(number)
        self.removals += 1
        if self._unwritten_texts.pop(number, None) is None:
            delete_contents(self.connection, number)

    def put_down(self, counters: Counters) -> None:
        """Put everything written into the file: each row once, however often it changed."""
        self._write_texts()
        write_rows(self.connection, sorted(self._unwritten_rows.items()))
        self._unwritten_rows.clear()
        self.tables.write_note(counters)

    def _write_texts(self) -> None:
        """Put texts into the file; those without their words are read from there."""
        unwritten = self._unwritten_texts.items()
        if unwritten:
            write_contents(
                self.connection,
                ((number, each.body, None if each.whole else each.material) for number, each in unwritten),
            )
            self._unwritten_texts.clear()

    def gather(self, keys: UInt64s) -> UInt64s:
        """Look keys up; return the hits of rows that were not dropped."""
        return self.with_fresh(keys, self.tables.find(keys))

    def with_fresh(self, keys: UInt64s, hits: UInt64s) -> UInt64s:
        """Add to what keys found what was written since within this transaction; without dropped rows."""
        return self.tables.gone.without(self.tables.with_fresh(keys, hits))

    def noted_with(self, numbers: list[int], kind: Kind) -> dict[int, list[int]]:
        """Return, for each of some rows, the rows noted for it."""
        keys = posting_keys(np.array(numbers, dtype=np.uint64), np.full(len(numbers), kind, dtype=np.uint64))
        hits = self.gather(keys)
        noted: dict[int, list[int]] = {}
        for position, row in zip((hits >> np.uint64(ROW_BITS)).tolist(), rows_of(hits).tolist(), strict=True):
            noted.setdefault(numbers[position], []).append(row)
        return noted
