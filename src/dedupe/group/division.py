"""Many documents divided into clusters, by columns: no object is made for what is plain.

A component of same-text pairs is plain where it is one text, or nearly complete as :mod:`dedupe.group.partition` says:
all of it is one cluster. Only the texts of the other components are looked at one by one, by that module; what it
decides about one component depends on nothing outside.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.group.columns import TEXT_CODES, EdgeColumns
from dedupe.group.partition import NEARLY_COMPLETE, partition
from dedupe.group.sets import roots
from dedupe.group.texts import Numbered
from dedupe.group.verdicts import Ask, Edge, Verdicts

Positions = NDArray[np.int64]


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
    degrees = np.bincount(_distinct(between, count).ravel(), minlength=count)
    lacking = firsts[degrees[firsts] < NEARLY_COMPLETE * (texts[clusters[firsts]] - 1)]
    marked = np.zeros(count, dtype=bool)
    marked[clusters[lacking]] = True
    doubtful: NDArray[np.bool_] = marked[clusters]
    return doubtful


def _distinct(pairs: Positions, count: int) -> Positions:
    """Return pairs of different numbers below ``count`` once each, whichever way round they came."""
    lower, higher = pairs.min(axis=1), pairs.max(axis=1)
    keys = np.sort((lower * count + higher)[lower != higher])  # not np.unique: it hashes, which is slower here
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    return np.stack(np.divmod(keys[fresh], max(1, count)), axis=1)


def _look_at(
    doubtful: NDArray[np.bool_], division: Division, hashes: NDArray[np.uint64], edges: EdgeColumns, verify: Ask | None
) -> None:
    """Partition the components of marked documents, and put into ``division`` what comes of it."""
    numbered = Numbered.of(np.flatnonzero(doubtful), division.bodies, hashes)
    texts = numbered.texts
    numbers = inside(division.clusters, division.bodies, edges)
    numbers = numbers[doubtful[edges.ends[numbers, 0]]]

    def ask(a: int, b: int) -> Edge | None:
        edge = verify(texts[a][0], texts[b][0]) if verify is not None else None
        if edge is None:
            return None
        division.asked.append(edge._replace(a=texts[a][0], b=texts[b][0]))
        return edge._replace(a=a, b=b)

    known = Verdicts(edges.between(numbers, numbered), ask if verify is not None else None)
    divided = partition(known)
    documents: list[int] = []
    firsts: list[int] = []
    for group in divided.groups:
        members = [document for text in group for document in texts[text]]
        documents += members
        firsts += [min(members)] * len(members)
    division.clusters[documents] = firsts
    division.bridges.extend(edge._replace(a=texts[edge.a][0], b=texts[edge.b][0]) for edge in divided.bridges)
