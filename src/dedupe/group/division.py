"""Many documents divided into clusters, by columns: no object is made for what is plain.

A component of same-text pairs is plain where it is one text, or nearly complete as :mod:`dedupe._kernels._partition`
says: all of it is one cluster. Only the texts of the other components are grouped there; what is decided about one
component depends on nothing outside.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.group.columns import TEXT_CODES, EdgeColumns
from dedupe.group.sets import roots
from dedupe.group.texts import Numbered
from dedupe.group.verdicts import Ask, Edge

Positions = NDArray[np.int64]

_HALF, _LOWER = 32, 2**32 - 1
"""A pair of positions is one number: the first in its upper half."""


class Division(NamedTuple):
    """Which documents belong together. Documents are positions, ascending in id order.

    Attributes:
        bodies: First document with the same body, of every document ``int64[n]``.
        clusters: First document of the same cluster, of every document ``int64[n]``.
        bridges: Same-text pairs across clusters, by the first documents with their bodies.
        asked: Pairs that were verified on the way, likewise.
    """

    bodies: Positions
    clusters: Positions
    bridges: list[Edge]
    asked: list[Edge]


def divide(hashes: NDArray[np.uint64], edges: EdgeColumns, verify: Ask | None) -> Division:
    """Divide documents into clusters.

    Args:
        hashes: Content hashes of all documents ``uint64[n]``.
        edges: Their verified pairs.
        verify: Verifies a further pair of positions.

    Cost: a few sorts of the same-text pairs; for components that are not plain as :func:`partition`.
    """
    same = edges.same_text()
    equal = edges.texts[same] == TEXT_CODES["identical"]
    bodies = roots(len(hashes), *edges.ends[same[equal]].T)
    between = bodies[edges.ends[same[~equal]]]
    clusters = roots(len(hashes), *between.T)[bodies]
    doubtful = _doubtful(bodies, clusters, between)
    division = Division(bodies, clusters, [], [])
    if doubtful.any():
        _look_at(doubtful, division, hashes, edges, verify)
    return division


def inside(groups: Positions, bodies: Positions, edges: EdgeColumns) -> Positions:
    """Return the numbers of the pairs of two different bodies inside one group, ascending.

    Args:
        groups: The group of every document.
        bodies: The body of every document.
        edges: Verified pairs.
    """
    first, second = edges.ends.T
    within: Positions = np.flatnonzero((groups[first] == groups[second]) & (bodies[first] != bodies[second]))
    return within


def _doubtful(bodies: Positions, clusters: Positions, between: Positions) -> NDArray[np.bool_]:
    """Mark the documents of components in which some text is verified the same as too few of the others."""
    count = len(bodies)
    firsts = np.flatnonzero(bodies == np.arange(count))
    texts = np.bincount(clusters[firsts], minlength=count)
    degrees = np.bincount(_ends_of_distinct(between), minlength=count)
    lacking = firsts[degrees[firsts] < _kernels.NEARLY_COMPLETE * (texts[clusters[firsts]] - 1)]
    marked = np.zeros(count, dtype=bool)
    marked[clusters[lacking]] = True
    doubtful: NDArray[np.bool_] = marked[clusters]
    return doubtful


def _ends_of_distinct(pairs: Positions) -> Positions:
    """Return both ends of pairs of different numbers, of each pair once, whichever way round it came."""
    first, second = pairs.T
    lower, higher = np.minimum(first, second), np.maximum(first, second)
    keys = np.sort((lower << _HALF | higher)[lower != higher])  # not np.unique: it hashes, which is slower here
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    keys = keys[fresh]
    return np.concatenate((keys >> _HALF, keys & _LOWER))


def _look_at(
    doubtful: NDArray[np.bool_], division: Division, hashes: NDArray[np.uint64], edges: EdgeColumns, verify: Ask | None
) -> None:
    """Partition the components of marked documents, and put into ``division`` what comes of it."""
    numbered = Numbered.of(np.flatnonzero(doubtful), division.bodies, hashes)
    numbers = inside(division.clusters, division.bodies, edges)
    numbers = numbers[doubtful[edges.ends[numbers, 0]]]
    pairs = numbered.of_pairs(edges.ends[numbers])
    chosen = edges.foremost(numbers, pairs[:, 0] << _HALF | pairs[:, 1])
    numbers, pairs = numbers[chosen], pairs[chosen]
    kinds, similarities = edges.ties(numbers)
    asking = None if verify is None else _Asking(verify, numbered.firsts.tolist(), division.asked)
    ties = _kernels.Ties(pairs.astype(np.uint32), kinds, similarities)
    groups = _kernels.partition(len(numbered.firsts), ties, asking)
    firsts = numbered.firsts.copy()
    np.minimum.at(firsts, groups, numbered.firsts)
    division.clusters[numbered.documents] = firsts[groups[numbered.numbers]]
    across = (kinds & _kernels.SAME > 0) & (groups[pairs[:, 0]] != groups[pairs[:, 1]])
    division.bridges.extend(edges.named(numbers[across], numbered.firsts[pairs[across]]))
    asked = [edge for edge in division.asked if edge.same_text]
    division.bridges.extend(edge for edge in asked if division.clusters[edge.a] != division.clusters[edge.b])


class _Asking:
    """Asks about texts by their first documents, and keeps what is answered."""

    def __init__(self, verify: Ask, firsts: list[int], asked: list[Edge]) -> None:
        self._verify = verify
        self._firsts = firsts
        self._asked = asked

    def __call__(self, a: int, b: int) -> tuple[int, float] | None:
        first, second = self._firsts[a], self._firsts[b]
        edge = self._verify(first, second)
        if edge is None:
            return None
        self._asked.append(edge._replace(a=first, b=second))
        return edge.kinds, edge.similarity
