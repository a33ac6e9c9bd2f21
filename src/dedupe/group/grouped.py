"""Clusters of many documents: in columns, each made a record when somebody looks at it."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.group.assembly import Assembly, Known, cluster_name, id_hash, single
from dedupe.group.clusters import Bridge, bridges_of
from dedupe.group.columns import EdgeColumns
from dedupe.group.division import Positions, divide, inside
from dedupe.group.texts import Numbered, between_texts
from dedupe.group.verdicts import Edge, Verdicts
from dedupe.records import Cluster

KEPT_DOCUMENTS = 8
"""A record of so many documents is kept once it is made: it takes work, and hardly any memory for each of them."""


class Columns(NamedTuple):
    """The clusters of a run as columns.

    Attributes:
        homes, sizes: As in :class:`Grouped`.
        bodies: First document with the same body, of every document ``int64[n]``.
        members: Documents by cluster, then ascending ``int64[n]``.
        starts: Where the members of every cluster begin ``int64[k]``.
        edges: Verified pairs.
        inside: Numbers of the pairs of different bodies inside clusters.
        asked: Numbers of the clusters of which pairs were verified on the way.
    """

    homes: Positions
    sizes: Positions
    bodies: Positions
    members: Positions
    starts: Positions
    edges: EdgeColumns
    inside: Positions
    asked: list[int]


class Grouped:
    """The clusters of a run, largest first and then by id: those of :func:`dedupe.group.clusters.build_clusters`.

    A record is made when it is asked for, anew each time where it is small. What its documents say of themselves is
    looked up then, and pairs that it names and nobody verified yet are verified then.

    Attributes:
        homes: Number of every document's cluster ``int64[n]``.
        sizes: Documents of every cluster ``int64[k]``.
        bridges: Pairs verified to carry one text whose clusters were kept apart, in id order.
    """

    def __init__(self, assembly: Assembly, hashes: NDArray[np.uint64], edges: EdgeColumns) -> None:
        """Cluster documents by verified pairs.

        Args:
            assembly: Makes the records. Its ids ascend in id order.
            hashes: Content hash of every document ``uint64[n]``; equal for equal bodies.
            edges: Every verified pair, also those that are *not* one text: they keep groups apart. Copies need one
                ``identical`` pair each, to any other copy. The columns must stay as they are.
        """
        self._assembly = assembly
        self._hashes = hashes
        self._edges = edges
        division = divide(hashes, edges, assembly.lookups.verify)
        self._bodies = division.bodies
        self._kept: dict[int, Cluster] = {}
        self._order_clusters(division.clusters)
        self._asked: defaultdict[int, list[Edge]] = defaultdict(list)
        for edge in division.asked:
            if self.homes[edge.a] == self.homes[edge.b]:
                self._asked[int(self.homes[edge.a])].append(edge)
        self.bridges: tuple[Bridge, ...] = bridges_of(division.bridges, assembly.ids, self._name_of)

    def _order_clusters(self, clusters: Positions) -> None:
        """Number and name the clusters, given by the first document of each document's."""
        heads = np.flatnonzero(clusters == np.arange(len(clusters)))
        sizes = np.bincount(clusters, minlength=len(clusters))[heads]
        smallest = self._hashes.copy()
        others = np.flatnonzero(clusters != np.arange(len(clusters)))
        np.minimum.at(smallest, clusters[others], self._hashes[others])
        smallest = smallest[heads]
        order, shared = _by_value(smallest)
        told_apart = np.zeros(len(heads), dtype=np.uint64)
        alike = order[shared]
        told_apart[alike] = [id_hash(self._assembly.ids[head]) for head in heads[alike].tolist()]
        order[shared] = alike[np.lexsort((told_apart[alike], smallest[alike]))]  # as the names: digits of one length
        largest = _largest_first(sizes[order])
        order, shared = order[largest], shared[largest]
        numbers = np.zeros(len(clusters), dtype=np.int64)
        numbers[heads[order]] = np.arange(len(heads))
        self.homes: Positions = numbers[clusters]
        self.sizes: Positions = sizes[order]
        self._names = smallest[order], shared, told_apart[order]

    def __len__(self) -> int:
        """Return the number of clusters."""
        return len(self.sizes)

    def cluster(self, number: int) -> Cluster:
        """Make the record of a cluster."""
        start, size = self._starts.item(number), self.sizes.item(number)
        if size == 1:
            return single(self._name(number), self._assembly.ids[self._members.item(start)])
        if number not in self._kept:
            cluster = self._assembled(number, self._members[start : start + size])
            if size < KEPT_DOCUMENTS:
                return cluster
            self._kept[number] = cluster
        return self._kept[number]

    def _assembled(self, number: int, members: Positions) -> Cluster:
        numbered = Numbered.of(members, self._bodies, self._hashes)
        texts = numbered.texts()
        pairs = [*self._edges.between(self._pairs_inside(number), numbered)]
        pairs += between_texts(self._asked.get(number, ()), texts)
        known = Known(texts, Verdicts(pairs, self._assembly.lookups.verify_texts(texts)))
        return self._assembly.cluster(self._name(number), list(range(len(texts))), members.tolist(), known)

    def columns(self) -> Columns:
        """Return what is known of all clusters before any record is made."""
        inside, _ = self._inside
        found = self._members, self._starts, self._edges, inside, sorted(self._asked)
        return Columns(self.homes, self.sizes, self._bodies, *found)

    def chosen(self, members: list[int]) -> int | None:
        """Return the representative of documents in id order; ``None`` where their origin has a say in it."""
        if self._assembly.lookups.origin is not None:
            return None
        choice = self._assembly.choice(members, None)
        return next(document for document in members if self._assembly.ids[document] == choice.id)

    def names(self, numbers: Positions) -> list[str]:
        """Return the ids of clusters."""
        smallest, shared, told_apart = (column[numbers].tolist() for column in self._names)
        apart = (other if more else None for more, other in zip(shared, told_apart, strict=True))
        return [*map(cluster_name, smallest, apart)]

    def in_reading_order(self) -> Positions:
        """Return the numbers of the clusters, largest first and then by their first member."""
        return np.lexsort((self._members[self._starts], -self.sizes))

    def _name(self, number: int) -> str:
        smallest, shared, told_apart = self._names
        return cluster_name(smallest.item(number), told_apart.item(number) if shared.item(number) else None)

    def _name_of(self, document: int) -> str:
        return self._name(self.homes.item(document))

    @cached_property
    def _members(self) -> Positions:
        """Documents by cluster, then ascending."""
        return np.argsort(self.homes, kind="stable")

    @cached_property
    def _starts(self) -> Positions:
        """Where every cluster begins among its members."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def _inside(self) -> tuple[Positions, Positions]:
        """Numbers of the pairs of different bodies inside clusters, by cluster; and where those of each end."""
        numbers = inside(self.homes, self._bodies, self._edges)
        homes = self.homes[self._edges.ends[numbers, 0]]
        return numbers[np.argsort(homes, kind="stable")], np.cumsum(np.bincount(homes, minlength=len(self)))

    def _pairs_inside(self, number: int) -> Positions:
        numbers, ends = self._inside
        return numbers[ends.item(number - 1) if number else 0 : ends.item(number)]


def _by_value(values: NDArray[np.uint64]) -> tuple[Positions, NDArray[np.bool_]]:
    """Return the places of values as they ascend, and mark those of values that stand more than once."""
    order = np.argsort(values)
    ranked = values[order]
    repeated = np.zeros(len(ranked), dtype=bool)
    again = ranked[1:] == ranked[:-1]
    repeated[1:] = again
    repeated[:-1] |= again
    return order, repeated


def _largest_first(sizes: Positions) -> Positions:
    """Return the places of sizes as they descend, of equal ones as they come."""
    most = int(sizes.max(initial=0))
    narrow = (most - sizes).astype(np.min_scalar_type(most))  # numbers of 16 bits are sorted without comparing them
    return np.argsort(narrow, kind="stable")
