"""The look-up tables: sorted segments on disk, and a tail in memory that catches up note by note.

Every document leaves one *note*, its postings, in the database; in memory they go into a plain dictionary. When
enough notes have gathered they become a segment, and segments become larger segments (``merging``). What is in memory
is a cache: another process that added documents is caught up with by reading its notes.
"""

import sqlite3

import numpy as np

from dedupe.engine.index import merging
from dedupe.engine.index.gone import Gone
from dedupe.engine.index.postings import (
    KEY_MASK,
    ROW_MASK,
    Int64s,
    Table,
    UInt64s,
    filter_places,
    rows_of,
    seal,
    sorted_distinct,
    unseal,
)
from dedupe.engine.index.segments import Segment, load_segment, read_block
from dedupe.engine.index.state import Counters, Levels, read_state, write_state
from dedupe.errors import CorruptStoreError

TAIL_POSTINGS = 600_000
"""Postings in the tail from which it becomes a segment: about 4,000 documents, 80 MB of dictionary."""

BULK_POSTINGS = 20_000
"""Postings read from notes at once from which they are sorted instead of put into a dictionary: ten times as fast."""

KEPT_BLOCKS = 4_096
"""Blocks kept in memory, the last used ones: 16 MB. A block never changes; its number is never given out again."""

_NOTHING = np.empty(0, dtype=np.uint64)

_Entry = int | list[int]


class Tables:
    """Keys to rows, for one connection.

    Attributes:
        levels: Which segments there are.
        gone: Rows that were dropped; ``find`` and ``tail_hits`` may still speak of them.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with nothing loaded; ``refresh`` reads what there is."""
        self._connection = connection
        self._segments: dict[int, Segment] = {}
        self.levels = Levels()
        self.gone = Gone(connection)
        self._tail: dict[int, _Entry] = {}
        self._loaded = _NOTHING
        self._notes: list[UInt64s] = []
        self._tail_postings = 0
        self._generation = -1
        self._last_note = 0
        self._blocks: dict[int, bytes] = {}

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
        self._generation = -1
        self._blocks.clear()
        self.gone.distrust()

    def find(self, keys: UInt64s) -> tuple[Int64s, Int64s]:
        """Look keys up in the segments; the tail is looked up with ``tail_hits``.

        Returns:
            For everything found: which key, ascending, and the row; each once.
        """
        order = keys.argsort()  # neighbours in the arrays are asked one after another
        ordered = keys[order]
        places, ends = filter_places(ordered), ordered | np.uint64(ROW_MASK)
        found = [segment.find(ends, places) for segment in self._segments.values()]
        found = [each for each in found if len(each[0])]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        which = order[np.concatenate([positions for positions, _ in found])]
        rows = rows_of(np.concatenate([postings for _, postings in found]))
        arranged = which.argsort(kind="stable")
        return which[arranged], rows[arranged]

    def tail_hits(self, keys: UInt64s) -> list[tuple[int, list[int]]]:
        """Return which keys the tail holds, by position, and their rows."""
        get = self._tail.get
        found = [(position, entry) for position, key in enumerate(keys.tolist()) if (entry := get(key)) is not None]
        hits = [(position, [entry] if isinstance(entry, int) else entry) for position, entry in found]
        return hits + self._loaded_hits(keys) if len(self._loaded) else hits

    def _loaded_hits(self, keys: UInt64s) -> list[tuple[int, list[int]]]:
        """Look keys up among the postings that were read in bulk."""
        low = self._loaded.searchsorted(keys)
        there = self._loaded[np.minimum(low, len(self._loaded) - 1)] & KEY_MASK == keys
        positions = there.nonzero()[0]
        high = self._loaded.searchsorted(keys[positions] | np.uint64(ROW_MASK), side="right")
        return [
            (position, rows_of(self._loaded[begin:end]).tolist())
            for position, begin, end in zip(positions.tolist(), low[positions].tolist(), high.tolist(), strict=True)
        ]

    def rows(self, key: int) -> list[int]:
        """Return all rows for one key that were not dropped, ascending."""
        keys = np.array([key], dtype=np.uint64)
        _, found = self.find(keys)
        rows = sorted({*found.tolist(), *(row for _, rows in self.tail_hits(keys) for row in rows)})
        return [row for row in rows if row not in self.gone] if self.gone else rows

    def note(self, counters: Counters, postings: UInt64s) -> None:
        """Note postings, on disk and in the tail, inside a write transaction."""
        counters.last_note += 1
        sealed = seal(Table.NOTES, counters.last_note, postings.astype("<u8").tobytes())
        self._connection.execute("INSERT INTO notes (number, data) VALUES (?, ?)", (counters.last_note, sealed))
        self._remember(postings)
        self._last_note = counters.last_note

    @property
    def is_full(self) -> bool:
        """Whether the tail should become a segment."""
        return self._tail_postings >= TAIL_POSTINGS

    def flush(self, counters: Counters) -> None:
        """Make a segment of the tail, inside a write transaction."""
        if not self._notes:
            return
        merging.write_run(
            self._connection, self.levels, sorted_distinct(self.gone.without(np.concatenate(self._notes)))
        )
        self._connection.execute("DELETE FROM notes WHERE number <= ?", (counters.last_note,))
        counters.flushed = counters.last_note
        self._changed(counters)

    def advance(self, counters: Counters, postings: int) -> None:
        """Carry every merge on by about so many postings, inside a write transaction."""
        if merging.advance(self._connection, self.levels, self._segments, postings, self.gone.without):
            self._changed(counters)
        else:
            write_state(self._connection, self.levels)

    def rewrite(self, counters: Counters) -> None:
        """Make one segment of all that does not speak of dropped rows, inside a write transaction."""
        self.flush(counters)
        merging.rewrite(self._connection, self.levels, self._segments, self.gone.without)
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
        return self._tail_postings

    def _changed(self, counters: Counters) -> None:
        write_state(self._connection, self.levels)
        counters.generation += 1
        self._load(counters)

    def _load(self, counters: Counters) -> None:
        """Read which segments there are, load those that are new, and begin the tail again where notes were flushed."""
        self.levels = read_state(self._connection, Levels)
        listed = {run.id: run for run in self.levels.runs}
        # Those that were merged away go first: their filters are as large as those of what they became.
        self._segments = {number: segment for number, segment in self._segments.items() if number in listed}
        for run in self.levels.runs:
            if run.id not in self._segments:
                self._segments[run.id] = load_segment(self._connection, run, self._fetch)
        self._tail, self._notes, self._tail_postings, self._loaded = {}, [], 0, _NOTHING
        self._last_note = counters.flushed
        self._generation = counters.generation
        self._read_notes(counters)

    def _read_notes(self, counters: Counters) -> None:
        fresh: list[UInt64s] = []
        query = "SELECT number, data FROM notes WHERE number > ? ORDER BY number"
        for number, sealed in self._connection.execute(query, (self._last_note,)):
            payload = unseal(Table.NOTES, number, sealed)
            if payload is None or number != self._last_note + 1:
                raise CorruptStoreError(f"note {self._last_note + 1} of the look-up tables is missing or damaged")
            fresh.append(np.frombuffer(payload, dtype="<u8"))
            self._last_note = number
        if self._last_note != counters.last_note:
            raise CorruptStoreError(f"note {self._last_note + 1} of the look-up tables is missing")
        if sum(map(len, fresh)) < max(BULK_POSTINGS, len(self._loaded) // 4):
            for postings in fresh:
                self._remember(postings)
            return
        self._loaded = sorted_distinct(np.concatenate([self._loaded, *fresh]))
        self._notes += fresh
        self._tail_postings += sum(map(len, fresh))

    def _remember(self, postings: UInt64s) -> None:
        self._notes.append(postings)
        self._tail_postings += len(postings)
        tail = self._tail
        setdefault = tail.setdefault
        rows = rows_of(postings)
        for key, row in zip((postings & KEY_MASK).tolist(), rows.tolist(), strict=True):
            entry = setdefault(key, row)
            if entry == row:
                continue
            if isinstance(entry, int):
                tail[key] = [entry, row]
            elif row not in entry:
                entry.append(row)

    def _fetch(self, number: int) -> bytes:
        """Return a block; those of crowded keys are asked for again and again."""
        found = self._blocks.pop(number, None)
        if found is None:
            found = read_block(self._connection, number)
            if len(self._blocks) >= KEPT_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
        self._blocks[number] = found
        return found
