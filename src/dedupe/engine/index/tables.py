"""The look-up tables: sorted segments on disk, and a tail in memory that catches up note by note.

Every transaction leaves one *note*, the postings of its documents, in the database; in memory they go into a table of
their keys. When enough notes have gathered they become a segment, and segments become larger segments (``merging``).
What is in memory is a cache: another process that added documents is caught up with by reading its notes.
"""

import sqlite3

import numpy as np

from dedupe import _kernels
from dedupe.engine.index import merging
from dedupe.engine.index.blocks import Blocks
from dedupe.engine.index.gone import Gone
from dedupe.engine.index.postings import Int64s, Table, UInt64s, rows_of, seal, sorted_distinct, unseal
from dedupe.engine.index.segments import Segment
from dedupe.engine.index.state import Counters, Levels, read_state, write_state
from dedupe.errors import CorruptStoreError

TAIL_POSTINGS = 600_000
"""Postings in the tail from which it becomes a segment: about 4,000 documents, 16 MB."""

_READ_AT_ONCE = 2_048
"""Look-ups in blocks made together: at most as many blocks are held at once."""

_NOTHING = np.empty(0, dtype=np.uint64)


class Tables:
    """Keys to rows, for one connection.

    Attributes:
        levels: Which segments there are.
        gone: Rows that were dropped; what is found may still speak of them.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with nothing loaded; ``refresh`` reads what there is."""
        self._connection = connection
        self._segments: dict[int, Segment] = {}
        self.levels = Levels()
        self.gone = Gone(connection)
        self._tail = _kernels.tail()
        self._fresh = _kernels.tail()
        self._unwritten: list[UInt64s] = []
        self._generation = self._flushed = -1
        self._last_note = 0
        self._blocks = Blocks(connection)

    def refresh(self, counters: Counters) -> None:
        """Catch up with the database, inside a transaction.

        Raises:
            CorruptStoreError: A note, a filter, the list of segments or that of dropped rows is missing or damaged.
        """
        self.gone.refresh(counters)
        if counters.generation != self._generation:
            self._load(counters)
        if counters.last_note != self._last_note:
            self._read_notes(counters)

    def distrust(self) -> None:
        """Forget what is in memory, after a transaction that was rolled back."""
        self._generation = self._flushed = -1
        self._begin_note()
        self._segments.clear()
        self._blocks.clear()
        self.gone.distrust()

    def find(self, keys: UInt64s) -> UInt64s:
        """Look keys up in all that was noted; what was put into the tail since is added with ``with_fresh``.

        Returns:
            The hits, ascending and distinct: the position of a key above a row.
        """
        return self._tail.find(keys, self._find_in_segments(keys))

    def with_fresh(self, keys: UInt64s, hits: UInt64s) -> UInt64s:
        """Return what keys found, and what they find of what was put into the tail since the last note."""
        return self._fresh.find(keys, hits) if self._unwritten else hits

    def _find_in_segments(self, keys: UInt64s) -> UInt64s:
        segments = list(self._segments.values())
        order = keys.argsort()  # neighbours in the arrays are asked one after another
        looks = _kernels.perhaps(keys[order], [(segment.firsts, segment.words) for segment in segments])
        found = [
            self._search(keys, segments, order, looks[begin : begin + _READ_AT_ONCE])
            for begin in range(0, len(looks), _READ_AT_ONCE)
        ]
        return joined(*found)

    def _search(self, keys: UInt64s, segments: list[Segment], order: Int64s, looks: Int64s) -> UInt64s:
        """Read the blocks that some keys may stand in, each once, and search them."""
        runs = looks[:, 0]
        begins, bits = np.array([(each.first_number, each.row_bits) for each in segments], dtype=np.int64).T
        numbers = begins[runs] + looks[:, 2]
        fresh = np.ones(len(numbers), dtype=bool)  # most looks into a block follow each other
        np.not_equal(numbers[1:], numbers[:-1], out=fresh[1:])
        wanted = np.empty_like(looks)
        wanted[:, 0] = order[looks[:, 1]]
        wanted[:, 1] = fresh.cumsum() - 1
        wanted[:, 2] = bits[runs]
        return _kernels.search(keys, self._blocks.some(numbers[fresh].tolist()), wanted)

    def rows(self, key: int) -> list[int]:
        """Return all rows for one key that were not dropped, ascending."""
        keys = np.array([key], dtype=np.uint64)
        found: list[int] = rows_of(self.gone.without(self.with_fresh(keys, self.find(keys)))).tolist()
        return found

    def hold(self, postings: UInt64s) -> None:
        """Put postings into the tail, inside a write transaction that ends with ``write_note``."""
        self._fresh.add(postings)
        self._unwritten.append(postings)

    def write_note(self, counters: Counters) -> None:
        """Write the postings put into the tail since the last note."""
        if not self._unwritten:
            return
        counters.last_note += 1
        postings = np.concatenate(self._unwritten)
        sealed = seal(Table.NOTES, counters.last_note, postings.astype("<u8").tobytes())
        self._connection.execute("INSERT INTO notes (number, data) VALUES (?, ?)", (counters.last_note, sealed))
        self._tail.add(postings)
        self._begin_note()
        self._last_note = counters.last_note

    def _begin_note(self) -> None:
        self._fresh = _kernels.tail()
        self._unwritten.clear()

    @property
    def is_full(self) -> bool:
        """Whether the tail should become a segment."""
        return self.tail_postings >= TAIL_POSTINGS

    def flush(self, counters: Counters) -> None:
        """Make a segment of the tail, inside a write transaction."""
        if not self.tail_postings:
            return
        self.write_note(counters)  # so that its number tells others of the flush, though it is deleted at once
        merging.write_run(self._connection, self.levels, sorted_distinct(self.gone.without(self._tail.postings())))
        self._connection.execute("DELETE FROM notes WHERE number <= ?", (counters.last_note,))
        counters.flushed = counters.last_note
        self._changed(counters)

    def advance(self, counters: Counters, postings: int) -> None:
        """Carry every merge on by about so many postings, inside a write transaction."""
        if merging.advance(self._connection, self.levels, self._segments, postings, self.gone.without):
            self._changed(counters)
        else:
            write_state(self._connection, self.levels)

    def sweep(self, counters: Counters) -> None:
        """Begin to be rid of postings of dropped rows where they are as many as others; ``advance`` stores it."""
        merging.sweep(self.levels, counters)

    def rewrite(self, counters: Counters) -> None:
        """Make one segment of all that does not speak of dropped rows, inside a write transaction."""
        self.flush(counters)
        merging.rewrite(self._connection, self.levels, self._segments, self.gone.without)
        self.levels.swept = counters.gone
        self._changed(counters)

    @property
    def is_merging(self) -> bool:
        """Whether there is a merge to carry on."""
        return merging.is_due(self.levels)

    def segment(self, number: int) -> Segment:
        """Return a segment in use."""
        return self._segments[number]

    @property
    def tail_postings(self) -> int:
        """Postings in memory that are in no segment yet."""
        return len(self._tail) + len(self._fresh)

    def _changed(self, counters: Counters) -> None:
        write_state(self._connection, self.levels)
        counters.generation += 1
        self._load(counters)

    def _load(self, counters: Counters) -> None:
        """Read which segments there are, catch up with each, and begin the tail again where notes were flushed."""
        self.levels = read_state(self._connection, Levels)
        runs = {run.id: run for run in self.levels.in_use}
        # Those that were merged away go first: their filters are as large as those of what they became.
        known = {number: segment for number, segment in self._segments.items() if number in runs}
        self._segments = {
            number: known.get(number) or Segment(run, self._blocks.passing) for number, run in runs.items()
        }
        for number, segment in self._segments.items():
            segment.catch_up(self._connection, runs[number])
        self._generation = counters.generation
        if counters.flushed != self._flushed:
            self._tail = _kernels.tail()
            self._last_note = self._flushed = counters.flushed
            self._read_notes(counters)

    def _read_notes(self, counters: Counters) -> None:
        fresh: list[UInt64s] = []
        last = self._last_note
        query = "SELECT number, data FROM notes WHERE number > ? ORDER BY number"
        for number, sealed in self._connection.execute(query, (last,)):
            payload = unseal(Table.NOTES, number, sealed)
            if payload is None or number != last + 1:
                raise CorruptStoreError(f"note {last + 1} of the look-up tables is missing or damaged")
            fresh.append(np.frombuffer(payload, dtype="<u8"))
            last = number
        if last != counters.last_note:
            raise CorruptStoreError(f"note {last + 1} of the look-up tables is missing")
        if fresh:
            self._tail.add(np.concatenate(fresh))
        self._last_note = last  # not before: who is interrupted reads them again


def joined(*hits: UInt64s) -> UInt64s:
    """Return the hits of several look-ups of the same keys together, ascending and distinct."""
    found = [each for each in hits if len(each)]
    if len(found) < 2:
        return found[0] if found else _NOTHING
    return sorted_distinct(np.concatenate(found))
