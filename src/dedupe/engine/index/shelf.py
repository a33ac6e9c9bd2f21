"""What an index holds, as one transaction sees it: rows, texts and look-ups, each checked when it is read."""

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice

import numpy as np

from dedupe.config import Config
from dedupe.engine.index.coding import Numbers
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import ROW_BITS, Kind, UInt64s, posting_keys, row_key, rows_of
from dedupe.engine.index.rows import Row, Tie, id_of
from dedupe.engine.index.state import Counters
from dedupe.engine.index.stored import Contents, delete_row, read_contents, read_numbers, read_row, write_row
from dedupe.engine.index.tables import Tables, joined
from dedupe.records import Body
from dedupe.verify.material import Material

CACHED_MATERIALS = 512
"""Texts kept ready for comparison: about 20 kB each."""

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
        self.body_hash = array("Q")
        self.tokens = array("q")
        self.base = array("i")
        self._dated_us = array("q")
        self._states = bytearray()
        self._forgotten = -1

    def catch_up(self, forgotten: int) -> None:
        """Doubt everything if documents were forgotten since, by whomever; ``forgotten`` counts them."""
        if forgotten != self._forgotten:
            self.clear()
            self._forgotten = forgotten

    def agree(self, forgotten: int) -> None:
        """Take what is known for true: all that was forgotten since was noted here."""
        self._forgotten = forgotten

    def clear(self) -> None:
        """Forget everything."""
        self._states = bytearray(len(self._states))
        self._forgotten = -1

    def put(self, number: int, row: Row | Numbers) -> None:
        """Note a row as it is now."""
        missing = number + 1 - len(self._states)
        if missing > 0:
            more = max(missing, len(self._states) // 4, 1024)
            for column in (self.body_hash, self.tokens, self.base, self._dated_us):
                column.frombytes(bytes(more * column.itemsize))
            self._states += bytes(more)
        self.body_hash[number], self.tokens[number], self.base[number] = row.body_hash, row.tokens, row.base
        self._dated_us[number] = row.dated_us
        self._states[number] = _IN if row.alive else _OUT

    def knows(self, number: int) -> bool:
        """Tell whether a row's numbers are known."""
        return number < len(self._states) and self._states[number] != _UNKNOWN

    def counts(self, number: int, oldest_us: int) -> bool:
        """Tell whether the document of a known row is in and not too old."""
        return self._states[number] == _IN and self._dated_us[number] >= oldest_us


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
        """Give up what another process has made untrue, inside a transaction."""
        self.facts.catch_up(counters.last_row - counters.documents)
        (others,) = connection.execute("PRAGMA data_version").fetchone()  # changes when another connection has written
        if (others, counters.gone) != self._state:
            self.rows.clear()
            self.ties.clear()
            self._state = (others, counters.gone)

    def agree(self, counters: Counters) -> None:
        """Take what is known for true after a transaction of our own."""
        self.facts.agree(counters.last_row - counters.documents)
        for kept in (self.rows, self.ties):
            if len(kept) > KEPT_ROWS:
                for number in list(islice(kept, len(kept) // 2)):
                    del kept[number]

    def clear(self) -> None:
        """Forget everything."""
        self.materials.clear()
        self.facts.clear()
        self.rows.clear()
        self.ties.clear()


class Shelf:
    """Rows and texts within one transaction.

    Attributes:
        keeps_texts: Whether bodies have their words.
        oldest_us: Documents dated before this no longer count.
        ties: Of texts that were grouped lately, the ties to every other text.
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
        self._living: dict[int, int] = {}

    def row(self, number: int) -> Row:
        """Return a row; the same object every time within the transaction."""
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = read_row(self.connection, number)
            self._facts.put(number, found)
        return found

    def learn(self, numbers: Iterable[int]) -> Facts:
        """Return the facts, those of some rows among them; rows that were not read yet are read together."""
        unknown = [number for number in numbers if not self._facts.knows(number)]
        for number, row in read_numbers(self.connection, unknown):
            self._facts.put(number, row)
        return self._facts

    def standing(self, numbers: list[int]) -> list[int]:
        """Return for each of some learnt rows the row that stands for its text; 0 for none, or where not the first."""
        facts, oldest_us, living = self._facts, self.oldest_us, self.living
        base, counts = facts.base, facts.counts
        return [
            (number if counts(number, oldest_us) else living(number)) if base[number] == number else 0
            for number in numbers
        ]

    def facts(self, number: int) -> Facts:
        """Return the facts, those of a row among them."""
        if not self._facts.knows(number):
            self.row(number)
        return self._facts

    def write(self, number: int, row: Row) -> None:
        """Write a row."""
        write_row(self.connection, number, row)
        self._rows[number] = row
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
        return self._text(number).body

    def material(self, number: int) -> Material:
        """Return the text of a row, ready for comparison."""
        found = self._text(number)
        if isinstance(found, Material):
            return found
        made = found.material
        self._materials.put(number, made)
        return made

    def _text(self, number: int) -> Text:
        found = self._materials.get(number)
        if found is None:
            found = read_contents(self.connection, number, id_of(self.row(number).id), self.config)
            self._materials.put(number, found)
        return found

    def expect_text(self, number: int, incoming: Incoming) -> None:
        """Keep the text of a row that was just written, as it is written whole."""
        self._materials.put(number, incoming)

    def drop(self, number: int) -> None:
        """Let go of a row's text."""
        self._materials.drop(number)

    def gather(self, keys: UInt64s) -> UInt64s:
        """Look keys up in segments and tail; return the hits of rows that were not dropped."""
        return self.with_tail(keys, self.tables.find(keys))

    def with_tail(self, keys: UInt64s, hits: UInt64s) -> UInt64s:
        """Add what the tail holds to what was found in the segments; without dropped rows."""
        return self.tables.gone.without(joined(hits, self.tables.tail_hits(keys)))

    def noted_with(self, numbers: list[int], kind: Kind) -> dict[int, list[int]]:
        """Return, for each of some rows, the rows noted for it."""
        keys = posting_keys(np.array(numbers, dtype=np.uint64), np.full(len(numbers), kind, dtype=np.uint64))
        hits = self.gather(keys)
        noted: dict[int, list[int]] = {}
        for position, row in zip((hits >> np.uint64(ROW_BITS)).tolist(), rows_of(hits).tolist(), strict=True):
            noted.setdefault(numbers[position], []).append(row)
        return noted
