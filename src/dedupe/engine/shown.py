"""What a large run shows: clusters, pairs and links that are made when they are looked at."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.outlines import Outlines
from dedupe.engine.spool import Selected
from dedupe.group.briefs import Briefs
from dedupe.group.grouped import Grouped
from dedupe.records import Cluster, Comparison, DocumentId, Link, TextRelation

AT_ONCE = 1 << 16
"""Rows of a column that become Python numbers at once."""

SCORES_AT_ONCE = 1 << 12
"""Pairs of which that is done for several columns: what they take stays in the processor's cache until it is read."""


class ShownClusters(Selected[Cluster]):
    """The clusters of a large run."""

    def __init__(self, grouped: Grouped) -> None:
        """Show all of them."""
        self._grouped = grouped
        super().__init__(np.arange(len(grouped)), grouped.cluster)

    def number_of(self, position: int) -> int:
        """Return where the cluster of the document at a position stands."""
        return self._grouped.homes.item(position)

    def homes(self, begin: int, end: int) -> NDArray[np.int64]:
        """Return where the clusters of the documents at the positions from ``begin`` to ``end`` stand."""
        return self._grouped.homes[begin:end]

    def sizes(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many documents some clusters have."""
        return self._grouped.sizes[numbers]

    def names(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return the ids of some clusters."""
        return self._grouped.names(numbers)

    @cached_property
    def briefs(self) -> Briefs:
        """What they are in short, for lists of documents."""
        return Briefs(self._grouped)

    def in_reading_order(self) -> Selected[Cluster]:
        """Return them largest first and then by their first member."""
        return Selected(self._grouped.in_reading_order(), self._grouped.cluster)


class ShownPairs(Selected[Comparison]):
    """The pairs of a large run that share a passage, read when they are looked at.

    Args:
        pairs: All pairs.
        ids: Ids by position.
    """

    def __init__(self, pairs: Outlines, ids: Sequence[DocumentId]) -> None:
        """Choose those with passages."""
        self.ids = ids
        self._shown = pairs.with_passages()
        self._pairs = pairs
        super().__init__(self._shown, pairs.__getitem__)

    def number_of(self, a: int, b: int) -> int | None:
        """Return where the pair of two positions stands here, the smaller position first."""
        number = self._pairs.number_of(a, b)
        if number is None:
            return None
        place = int(np.searchsorted(self._shown, number))
        return place if place < len(self._shown) and self._shown[place] == number else None

    def similarity(self, place: int) -> float:
        """Return a pair's similarity without reading the pair."""
        return self._pairs.similarities[int(self._shown[place])]

    def similarities(self, pairs: NDArray[np.int64]) -> list[float | None]:
        """Return the similarities of pairs ``int64[p, 2]``, smaller position first; ``None`` for those not here."""
        numbers = _places(self._pairs.positions, pairs)
        shown = np.isin(numbers, self._shown)
        column = np.frombuffer(self._pairs.similarities, dtype=np.float64)[numbers[shown]]
        found: list[float | None] = [None] * len(pairs)
        for place, similarity in zip(np.flatnonzero(shown).tolist(), column.tolist(), strict=True):
            found[place] = similarity
        return found

    def scores(self) -> Iterator[tuple[DocumentId, DocumentId, TextRelation, float, float]]:
        """Return ids, text relation, similarity and Jaccard of every pair, without reading the pairs."""
        ids = np.empty(len(self.ids), dtype=object)  # picks out many of a list at once
        ids[:] = self.ids

        def block(begin: int) -> Iterator[tuple[DocumentId, DocumentId, TextRelation, float, float]]:
            positions, *columns = self._pairs.scores(self._shown[begin : begin + SCORES_AT_ONCE])
            return zip(*(ids[ends].tolist() for ends in positions.T), *columns, strict=True)

        return chain.from_iterable(map(block, range(0, len(self._shown), SCORES_AT_ONCE)))


class ShownLinks(Selected[Link]):
    """The links of a large run, made of their pairs when they are looked at.

    Args:
        linked: Numbers of the pairs.
        make: Makes a link of a pair's number.
        pairs: All pairs.
        ids: Ids by position.
    """

    def __init__(
        self, linked: NDArray[np.int64], make: Callable[[int], Link], *, pairs: Outlines, ids: Sequence[DocumentId]
    ) -> None:
        """Choose the pairs."""
        self._ends = pairs.positions[linked]
        self._ids = ids
        super().__init__(linked, make)

    def ids(self) -> Iterator[tuple[DocumentId, DocumentId]]:
        """Yield the two ids of every link."""
        for begin in range(0, len(self._ends), AT_ONCE):
            for a, b in self._ends[begin : begin + AT_ONCE].tolist():
                yield self._ids[a], self._ids[b]


def _places(rows: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where rows of two numbers stand among ascending ones; -1 for those that do not."""
    firsts, seconds = rows.T
    low, stops = (np.searchsorted(firsts, wanted[:, 0], side) for side in ("left", "right"))
    high = stops.copy()
    while (open_ := low < high).any():  # all at once by halves, as numpy searches a single column
        middle = (low + high) // 2
        before = open_ & (seconds[np.minimum(middle, len(seconds) - 1)] < wanted[:, 1])
        low = np.where(before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    there = low < stops
    there[there] = seconds[low[there]] == wanted[there, 1]
    return np.where(there, low, -1)
