"""From verified pairs to the answer of a run: clusters, links, origins."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.intake import Intake
from dedupe.engine.linking import BORROWING, LINKING, independent_origins, link_of
from dedupe.engine.nominate import Nominated
from dedupe.engine.outlines import Outlines
from dedupe.engine.pairs import ShownLinks, ShownPairs
from dedupe.engine.result import Result
from dedupe.group.clusters import Clustering, Lookups, build_clusters
from dedupe.group.origin import find_origin, origin_of_link
from dedupe.group.representative import Traits
from dedupe.records import MERGING, Cluster, Comparison, Link, Origin


def answer(
    intake: Intake,
    pairs: Outlines,
    nominated: Nominated,
    comparer: Comparer,
) -> Result:
    """Cluster the documents, name the origins, link what is related.

    Args:
        intake: The documents.
        pairs: Their verified pairs.
        nominated: The candidates, and what is known of every document since.
        comparer: Compares further pairs where the cluster guard asks for them.
    """
    bodies = intake.bodies
    pairs.mark_digests()
    clustering = _clustering(bodies, pairs, nominated, comparer)
    homes = _homes(bodies, clustering.clusters)
    linked = _linked(pairs, homes)
    borrowed = np.intersect1d(linked, pairs.with_relation(BORROWING), assume_unique=True)
    tied = homes[pairs.positions[borrowed]].tolist()
    return Result(
        documents=bodies.public(),
        clusters=clustering.clusters,
        pairs=_public(pairs, bodies),
        links=_links(pairs, bodies, linked),
        skipped=intake.skipped,
        overflows=nominated.candidates.overflows,
        seen=intake.seen,
        independent_origins=independent_origins(((a, b) for a, b in tied), len(clustering.clusters)),
        config=comparer.config,
        bridges=clustering.bridges,
    )


def _clustering(bodies: Bodies, pairs: Outlines, nominated: Nominated, comparer: Comparer) -> Clustering:
    origin = _Origins(bodies, pairs).origin if comparer.config.origins else None

    def traits(position: int) -> Traits:
        about = bodies.about(position)
        return Traits(
            body_tokens=int(nominated.token_counts[position]),
            published=about.published.earliest if about.published else None,
            url=about.url,
        )

    lookups = Lookups(verify=comparer.edge, traits=traits, origin=origin)
    return build_clusters(bodies.ids, nominated.content_hashes, pairs.edges(), lookups=lookups)


class _Origins:
    """Answers where the text of a cluster comes from, out of the comparisons of its members."""

    def __init__(self, bodies: Bodies, pairs: Outlines) -> None:
        self._bodies = bodies
        self._pairs = pairs
        self._merging = pairs.with_relation(MERGING)
        self._firsts = pairs.positions[self._merging, 0]

    def origin(self, members: Sequence[int]) -> Origin | None:
        """Return the origin of the text that the documents at these positions carry."""
        return find_origin([self._bodies[position] for position in members], self._comparisons(members))

    def _comparisons(self, members: Sequence[int]) -> Iterator[Comparison]:
        """Yield the merging pairs whose first document is a member."""
        for position in members:
            start, stop = np.searchsorted(self._firsts, (position, position + 1)).tolist()
            for number in self._merging[start:stop].tolist():
                yield self._pairs[number]


def _homes(bodies: Bodies, clusters: tuple[Cluster, ...]) -> NDArray[np.int64]:
    """Return the number of every document's cluster, by position."""
    positions = bodies.positions
    homes = np.zeros(len(bodies), dtype=np.int64)
    for number, cluster in enumerate(clusters):
        for member in cluster.members:
            homes[positions[member]] = number
    return homes


def _linked(pairs: Outlines, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of the related pairs whose documents stand in different clusters, ascending."""
    related = pairs.with_relation(LINKING | MERGING)
    ends = homes[pairs.positions[related]]
    apart: NDArray[np.int64] = related[ends[:, 0] != ends[:, 1]]
    return apart


def _public(pairs: Outlines, bodies: Bodies) -> Sequence[Comparison]:
    """Return the pairs that a result shows: those that share a passage."""
    shown = ShownPairs(pairs, bodies.ids)
    return tuple(shown) if pairs.held and bodies.held else shown


def _links(pairs: Outlines, bodies: Bodies, linked: NDArray[np.int64]) -> Sequence[Link]:
    """Return the links, each with the organisation whose words both sides share where both credit it."""
    positions = bodies.positions

    def make(number: int) -> Link:
        link = link_of(pairs[number])
        if not link.source:
            return link
        first, second = bodies[positions[link.a]], bodies[positions[link.b]]
        return dataclasses.replace(link, origin=origin_of_link(link, first, second))

    links = ShownLinks(linked, make, pairs=pairs, ids=bodies.ids)
    return tuple(links) if pairs.held and bodies.held else links
