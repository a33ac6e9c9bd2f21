"""Sums over every page of an index's file, so that damage is named even in bytes that hold nothing.

In write-ahead mode the main file changes only when the log is copied into it, which one process does at a time. After
each such checkpoint, and before anybody can begin the log again, the sums of the pages in the log are written to a file
beside the index (``sums``). A sum counts only where it is proven that its page did not change since but by what stands
in the log:

- The index counts its transactions. All between the state the sums speak of and the one on disk have to be in the log:
  it must hold as many. Where it does not - another program has copied it - the sums are given up.
- The state has the lineage of the index and, where none came after it, a random number of its own, so that sums of
  another index, or of another copy of this one, are never held against it.
- Sums are written only of frames that are copied, which SQLite syncs to disk first. A process that is killed before
  they are leaves a mark in the lock, and the next writer makes up for it before it writes.

So to lose the file of sums, or a process at any instant, costs coverage at worst, and never a false alarm.
"""

import contextlib
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dedupe.engine.index.beneath import Beneath
from dedupe.engine.index.log import Frames, Log, page_sum
from dedupe.engine.index.postings import UInt64s
from dedupe.engine.index.state import Counters, read_state
from dedupe.engine.index.sums import Head, Record, Stamp, SumsFile
from dedupe.errors import StoreError

COVERS = sys.platform != "win32"
"""Where the write lock holds processes apart; without it there are no sums."""

_AT_ONCE = 128
_LOCK_BYTE = 1 << 30
"""Where SQLite locks on some systems; the page there is never written."""

_FAILURES = (OSError, sqlite3.Error, StoreError)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the bytes of a file agree with their sums.

    Attributes:
        damages: A sentence for each page that does not hold what was written there.
        uncovered: Pages without a sum.
    """

    damages: tuple[str, ...]
    uncovered: int


@dataclass(frozen=True, slots=True)
class _News:
    """What the log holds beyond the state that the sums speak of; ``follows``: it holds all that came since."""

    head: Head
    frames: Frames | None
    follows: bool


class Cover:
    """The sums of one index; every method but ``confirmed`` is called with the write lock held.

    Args:
        index: Its file.
    """

    def __init__(self, index: Path) -> None:
        """Begin, with the file in place."""
        self._sums = SumsFile(index)
        self._log = index.with_name(index.name + "-wal")
        self._file = Beneath(index)

    def close(self) -> None:
        """Let go of the file, after SQLite has."""
        self._file.close()

    def begin(self, connection: sqlite3.Connection) -> None:
        """Give up sums that are of another file, or of a state this one is no longer or not yet in.

        Files are put into the place of others while nobody has them open, so that opening is when to look.
        """
        if not COVERS:
            return
        try:
            head = self._sums.last()
            if head is not None and not self._may_be_of(head, connection):
                self._sums.drop()
        except _FAILURES:  # a file that cannot be read is refused by who opens it
            return

    def _may_be_of(self, head: Head, connection: sqlite3.Connection) -> bool:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return False
        now = stamp_of(connection)
        if not self._log.exists() or not self._log.stat().st_size:
            return head.stamp == now
        return head.stamp.lineage == now.lineage and head.stamp.changes <= now.changes

    def follow(self, connection: sqlite3.Connection, frames: int) -> None:
        """Write the sums of what was copied: all of so many frames. Whatever fails costs coverage, and nothing else."""
        if not COVERS or not frames:
            return
        try:
            news = self._news(connection, frames)
            if news.frames is None:
                return
            record = Record(news.head, news.frames.numbers, news.frames.sums)
            (self._sums.append if news.follows else self._sums.write)(record)
        except _FAILURES:
            return

    def _news(self, connection: sqlite3.Connection, frames: int) -> _News:
        last = self._sums.last()
        stamp = stamp_of(connection)
        with Log(self._log) as log:
            known = 0
            if last is not None and 0 < last.frame <= frames and log.mark(last.frame) == last.mark:
                known = last.frame
            if last is not None and known == frames:
                return _News(last, None, last.stamp == stamp)
            read = log.frames(known, frames)
        head = Head(stamp, log.page_bytes, read.pages, frames, read.mark)
        return _News(head, read, last is not None and _is_since(last, head, read.commits))

    def confirmed(self, connection: sqlite3.Connection) -> UInt64s:
        """Return the sums of the pages that agree with theirs, 0 for others; reads the whole file.

        Without the lock, others may copy the log meanwhile: what does not agree has to be looked at again.

        Raises:
            OSError: The file cannot be read.
        """
        sums, _ = self._kept(connection)
        sums[self._differing(sums, _page_bytes(connection))] = 0
        return sums

    def uncovered(self, connection: sqlite3.Connection, frames: int) -> int:
        """Return how many pages have no sum that counts, with so many frames in the log."""
        return int(np.count_nonzero(self._counting(connection, frames)[1:] == 0))

    def agreement(self, connection: sqlite3.Connection, frames: int, confirmed: UInt64s) -> Agreement:
        """Hold the file against its sums, with so many frames in the log; what agreed a moment ago is not read again.

        Raises:
            OSError: The file cannot be read.
        """
        sums = self._counting(connection, frames)
        left, known = sums.copy(), confirmed[: len(sums)]
        left[: len(known)][known == sums[: len(known)]] = 0
        page_bytes = _page_bytes(connection)
        damages = tuple(
            f"page {number} (from byte {(number - 1) * page_bytes}) is not what was written there"
            for number in self._differing(left, page_bytes).tolist()
        )
        return Agreement(damages, int(np.count_nonzero(sums[1:] == 0)))

    def _counting(self, connection: sqlite3.Connection, frames: int) -> UInt64s:
        """Return the sums by which a page can be judged now: proven to be of this state, and of no page in the log."""
        try:
            sums, head = self._kept(connection)
            if frames < 0:  # nobody knows what the log holds
                return np.zeros_like(sums)
            if head is None or not frames:
                fits = head is not None and head.stamp == stamp_of(connection)
                return sums if fits else np.zeros_like(sums)
            news = self._news(connection, frames)
        except _FAILURES:
            return np.zeros(_pages(connection) + 1, dtype=np.uint64)
        if not news.follows:
            return np.zeros_like(sums)
        if news.frames is not None:
            sums[news.frames.numbers] = 0
        return sums

    def _kept(self, connection: sqlite3.Connection) -> tuple[UInt64s, Head | None]:
        pages, page_bytes = _pages(connection), _page_bytes(connection)
        head, sums = self._sums.read(pages)
        if not COVERS or head is None or head.page_bytes != page_bytes:
            return np.zeros_like(sums), None
        unwritten = _LOCK_BYTE // page_bytes + 1
        if unwritten <= pages:
            sums[unwritten] = page_sum(bytes(page_bytes), unwritten)
        return sums, head

    def _differing(self, sums: UInt64s, page_bytes: int) -> UInt64s:
        """Return the pages that do not hold what their sums say, of those that have one; page ``n`` at ``n``."""
        found = []
        for begin in range(1, len(sums), _AT_ONCE):
            wanted = sums[begin : begin + _AT_ONCE].tolist()
            if not any(wanted):
                continue
            content = memoryview(self._file.read(len(wanted) * page_bytes, (begin - 1) * page_bytes))
            for place, expected in enumerate(wanted):
                page = content[place * page_bytes : (place + 1) * page_bytes]
                if expected and page_sum(page, begin + place) != expected:
                    found.append(begin + place)
        return np.array(found, dtype=np.uint64)


def cover_whole(file: Path, index: Path, stamp: Stamp, page_bytes: int) -> None:
    """Write the sums of a file that nobody has open, beside the name it is going to have; without room, none."""
    if not COVERS:
        return
    sums: list[int] = []
    with file.open("rb", buffering=0) as content:
        while page := content.read(page_bytes):
            sums.append(page_sum(page, len(sums) + 1))
    head = Head(stamp, page_bytes, len(sums), 0, bytes(8))
    with contextlib.suppress(OSError):
        SumsFile(index).write(
            Record(head, np.arange(1, len(sums) + 1, dtype=np.uint32), np.array(sums, dtype=np.uint64))
        )


def stamp_of(connection: sqlite3.Connection) -> Stamp:
    """Return the state of an index.

    Raises:
        CorruptStoreError: Its counters are damaged.
    """
    counters = read_state(connection, Counters)
    (cookie,) = connection.execute("PRAGMA schema_version").fetchone()
    return Stamp(counters.lineage, counters.changes, counters.token, cookie & 0xFFFF_FFFF)


def _is_since(last: Head, head: Head, commits: int) -> bool:
    """Tell whether so many transactions are all that came between two states.

    Each of ours raises the count of changes by one, ``VACUUM`` raises SQLite's cookie instead.
    """
    changes, redefined = head.stamp.changes - last.stamp.changes, head.stamp.cookie - last.stamp.cookie
    of_one = last.stamp.lineage == head.stamp.lineage and last.page_bytes == head.page_bytes
    if not of_one or (changes == 0 and last.stamp.token != head.stamp.token):
        return False
    return changes >= 0 and redefined >= 0 and changes + redefined <= commits


def _pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_count").fetchone()[0])


def _page_bytes(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])
