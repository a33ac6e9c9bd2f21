"""What a list of documents says of their clusters: kind and representative, by columns, and few records made."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.group.assembly import KINDS, ClusterKind
from dedupe.group.columns import EDITORIAL_CODES, TEXT_CODES
from dedupe.group.division import Positions
from dedupe.group.grouped import Columns, Grouped

_SINGLE, _IDENTICAL = KINDS.index("single"), KINDS.index("identical")
_UNKNOWN = len(KINDS)


class Briefs:
    """Kind and representative of the clusters of a run, found when first asked for; 17 bytes of memory each."""

    def __init__(self, grouped: Grouped) -> None:
        """Know those of single documents."""
        self._grouped = grouped
        self._columns = grouped.columns()
        self._ties = _Ties.of(self._columns)
        self._representatives = self._columns.members[self._columns.starts]
        self._kinds = np.where(grouped.sizes == 1, _SINGLE, _UNKNOWN).astype(np.uint8)

    def of(self, numbers: Positions) -> tuple[list[ClusterKind], Positions]:
        """Return the kind of every cluster, and the position of its representative, as its record has them."""
        unknown = numbers[self._kinds[numbers] == _UNKNOWN]
        for number in dict.fromkeys(unknown.tolist()):
            self._find(number)
        return [KINDS[kind] for kind in self._kinds[numbers].tolist()], self._representatives[numbers]

    def _find(self, number: int) -> None:
        """Find what a cluster is: by columns where its representative was compared with every other body in it."""
        start, size = self._columns.starts.item(number), self._columns.sizes.item(number)
        members = self._columns.members[start : start + size].tolist()
        ties = self._ties
        chosen = self._grouped.chosen(members) if ties.plain[number] else None
        if chosen is not None and ties.partners[chosen] == ties.texts[number] - 1:
            self._kinds[number], self._representatives[number] = ties.kinds[number], chosen
            return
        record = self._grouped.cluster(number)
        self._kinds[number] = KINDS.index(record.kind)
        self._representatives[number] = members[record.members.index(record.representative)]


class _Ties(NamedTuple):
    """How the documents of every cluster hang together.

    Attributes:
        texts: Different bodies in every cluster ``int64[k]``.
        plain: Whether its pairs tell all there is to know of a cluster ``bool[k]``: its documents carry one body or
            each its own, no pair is there twice, and clustering asked for none.
        kinds: Its kind by them, as a place in :data:`dedupe.group.assembly.KINDS` ``uint8[k]``.
        partners: Documents of its cluster with another body that a document was compared with ``int64[n]``.
    """

    texts: Positions
    plain: NDArray[np.bool_]
    kinds: NDArray[np.uint8]
    partners: Positions

    @classmethod
    def of(cls, clusters: Columns) -> "_Ties":
        """Look at the pairs inside the clusters, all at once."""
        homes, sizes, bodies = clusters.homes, clusters.sizes, clusters.bodies
        ends = clusters.edges.ends[clusters.inside]
        texts = np.bincount(homes[bodies == np.arange(len(bodies))], minlength=len(sizes))
        plain = (texts == 1) | (texts == sizes)
        plain[clusters.asked] = False
        plain[homes[_repeated(ends, len(homes))]] = False
        return cls(texts, plain, _kinds(clusters), np.bincount(ends.ravel(), minlength=len(homes)))


def _kinds(clusters: Columns) -> NDArray[np.uint8]:
    """Name every cluster by the loosest of its same-text pairs, as :mod:`dedupe.group.assembly` does."""
    edges = clusters.edges
    same = np.intersect1d(clusters.inside, edges.same_text(), assume_unique=True)
    looseness = np.zeros(len(same), dtype=np.uint8)
    for kind in ("near_identical", "abridged"):
        looseness[edges.texts[same] == TEXT_CODES[kind]] = KINDS.index(kind)
    looseness[edges.editorials[same] == EDITORIAL_CODES["revision"]] = KINDS.index("version_chain")
    kinds = np.full(len(clusters.sizes), _IDENTICAL, dtype=np.uint8)
    np.maximum.at(kinds, clusters.homes[edges.ends[same, 0]], looseness)
    return kinds


def _repeated(pairs: Positions, count: int) -> Positions:
    """Return one document of every pair, of numbers below ``count``, that is there again, whichever way round."""
    lower, higher = np.sort(pairs, axis=1).T
    keys = np.sort(lower * count + higher)
    again: Positions = keys[1:][keys[1:] == keys[:-1]] // max(1, count)
    return again
