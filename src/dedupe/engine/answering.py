"""From verified pairs to the answer of a run: clusters, links, origins."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.intake import Intake
from dedupe.engine.linking import BORROWING, LINKING, independent_origins, link_of
from dedupe.engine.nominate import Nominated
from dedupe.engine.outlines import Outlines
from dedupe.engine.result import Result
from dedupe.engine.shown import ShownClusters, ShownLinks, ShownPairs
from dedupe.group.assembly import Assembly, Lookups
from dedupe.group.grouped import Grouped
from dedupe.group.origin import find_origin, origin_of_link
from dedupe.group.representative import Traits
from dedupe.records import MERGING, Comparison, Link, Origin


def answer(
    intake: Intake,
    pairs: Outlines,
    nominated: Nominated,
    comparer: Comparer,
    *,
    judge: Callable[[Config], Result] | None = None,
) -> Result:
    """Cluster the documents, name the origins, link what is related.

    Args:
        intake: The documents.
        pairs: Their verified pairs.
        nominated: The candidates, and what is known of every document since.
        comparer: Compares further pairs where the cluster guard asks for them.
        judge: Answers again by other limits.
    """
    bodies = intake.bodies
    pairs.mark_digests()
    grouped = _grouped(bodies, pairs, nominated, comparer)
    linked = _linked(pairs, grouped.homes)
    clusters, shown, links = ShownClusters(grouped), ShownPairs(pairs, bodies.ids), _links(pairs, bodies, linked)
    held = pairs.held and bodies.held
    result = Result(
        documents=bodies.public(),
        clusters=tuple(clusters) if held else clusters,
        pairs=tuple(shown) if held else shown,
        links=tuple(links) if held else links,
        skipped=intake.skipped,
        overflows=nominated.candidates.overflows,
        seen=intake.seen,
        independent_origins=None if comparer.config.copies_only else _accounts(pairs, linked, grouped),
        config=comparer.config,
        bridges=grouped.bridges,
        _judge=judge,
    )
    comparer.forget()
    return result


def _grouped(bodies: Bodies, pairs: Outlines, nominated: Nominated, comparer: Comparer) -> Grouped:
    origin = _Origins(bodies, pairs).origin if comparer.config.origins else None

    counts = nominated.token_counts

    def traits(position: int) -> Traits:
        return Traits.of(bodies.about(position), int(counts[position]))

    lookups = Lookups(verify=comparer.edge, traits=traits, origin=origin)
    return Grouped(Assembly(bodies.ids, lookups, comparer.config.keep), nominated.content_hashes, pairs.edges())


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


def _linked(pairs: Outlines, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of the related pairs whose documents stand in different clusters, ascending."""
    related = pairs.with_relation(LINKING | MERGING)
    ends = homes[pairs.positions[related]]
    apart: NDArray[np.int64] = related[ends[:, 0] != ends[:, 1]]
    return apart


def _accounts(pairs: Outlines, linked: NDArray[np.int64], grouped: Grouped) -> int:
    """Count the clusters that no handed-on narrative ties together."""
    borrowed = np.intersect1d(linked, pairs.with_relation(BORROWING), assume_unique=True)
    return independent_origins(grouped.homes[pairs.positions[borrowed]], len(grouped))


def _links(pairs: Outlines, bodies: Bodies, linked: NDArray[np.int64]) -> ShownLinks:
    """Return the links, each with the organisation whose words both sides share where both credit it."""

    def make(number: int) -> Link:
        link = link_of(pairs[number])
        if not link.source:
            return link
        first, second = (bodies[position] for position in pairs.positions[number].tolist())
        return dataclasses.replace(link, origin=origin_of_link(link, first, second))

    return ShownLinks(linked, make, pairs=pairs, ids=bodies.ids)
