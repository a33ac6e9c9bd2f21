"""What is done with an index as a whole: age, clusters, counts, checks, copies."""

import datetime as dt
from pathlib import Path

from dedupe.engine.index import checks, keeping, upkeep
from dedupe.engine.index.opened import Opened
from dedupe.engine.index.upkeep import Stats
from dedupe.records import Cluster, Decision


class House:
    """The housekeeping of an index."""

    _opened: Opened

    def expire(self, before: dt.datetime | None = None) -> int:
        """Take out what is dated before a moment, and return how many documents that were.

        Args:
            before: The moment, aware of its time zone. ``None``: by the index's time to live; without one, nothing.

        Raises:
            InputError: The moment has no time zone.
        """
        return keeping.expire(self._opened, before)

    def expired(self, before: dt.datetime | None = None) -> int:
        """Return how many documents ``expire`` would take out."""
        return keeping.expired(self._opened, before)

    def clusters(self, *, smallest: int = 1) -> tuple[Cluster, ...]:
        """Return the clusters of at least ``smallest`` documents, largest first. Reads every row."""
        with self._opened.reading() as (shelf, counters):
            return upkeep.all_clusters(shelf, counters, smallest=smallest)

    def recluster(self) -> int:
        """Group all texts anew from their verified pairs, whatever their number; return how many changed cluster.

        Needed only after a connected part outgrew what is grouped for every document (``graph.PART_LIMIT``).
        """
        return keeping.recluster(self._opened)

    def stats(self) -> Stats:
        """Count documents, clusters and bytes. Reads every row's facts, but no text."""
        with self._opened.reading() as (shelf, counters):
            return upkeep.counted_stats(shelf, counters, self._opened.path, self._opened.settings.fingerprint)

    def verify(self) -> tuple[str, ...]:
        """Check every byte, row, text and look-up, and name what is damaged; empty when all is well.

        Bytes that hold nothing are checked on pages that have a sum, see ``uncovered``.
        """
        return checks.verify(self._opened)

    def uncovered(self) -> int:
        """Return how many pages of the file have no sum: 0 for one that only this version has written to.

        Pages are without where the file was copied without the sums beside it, was made by an older version, or another
        program has written to it or copied its log, and on Windows; ``compact`` gives every page one.
        """
        return self._opened.store.uncovered()

    def compact(self) -> None:
        """Put the look-up tables into one piece without what was forgotten, and give free pages back to the disk."""
        keeping.compact(self._opened)

    def backup(self, path: str | Path) -> None:
        """Write a copy to ``path`` while the index is in use: whole, or not at all.

        Raises:
            InputError: There is a file already.
        """
        keeping.backup(self._opened, Path(path))

    def merge(self, other: "House") -> list[Decision]:
        """Add every document of another index, in the order it took them in, with the times it saw them.

        Documents whose id is here already with the same content change nothing. Both need the same parameters and
        must keep texts.

        Raises:
            IncompatibleStoreError: The other index has other parameters.
            InputError: It keeps no texts, or is this very file.
        """
        return keeping.merge(self._opened, other._opened)  # noqa: SLF001 - another of our own
