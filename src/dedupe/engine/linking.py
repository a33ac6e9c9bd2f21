"""What follows from all verified pairs together: digests, links between clusters, independent origins."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence

from dedupe.config import Config
from dedupe.records import MERGING, Cluster, Comparison, DocumentId, Link, Relation, TextRelation

LINKING: frozenset[TextRelation] = frozenset({"contained", "reordered", "partial", "quotes_only", "template_only"})
"""Text relations that are reported as links between clusters."""

BORROWING: frozenset[TextRelation] = MERGING | {"contained", "reordered", "partial"}
"""Text relations after which two clusters are not independent accounts: narrative words were handed on."""

OVERLAP = 0.5
"""Two texts stand at one place of a third when they share more than this of the shorter stretch."""


def mark_digests(comparisons: Iterable[Comparison], config: Config) -> list[Comparison]:
    """Find round-ups: documents that carry two or more different texts whole, at different places.

    A round-up begins with one of its texts, so that pair alone looks like a cut copy; only the others show what it is.
    The pairs between a digest and the texts it carries become ``contained`` / ``digest``.
    """
    pairs = list(comparisons)
    carried: dict[DocumentId, list[tuple[int, int, int]]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        whole = pair.coverage.of_a >= config.threshold, pair.coverage.of_b >= config.threshold
        if whole == (True, False):
            carried[pair.b].append((number, *_extent(pair, side="b")))
        elif whole == (False, True):
            carried[pair.a].append((number, *_extent(pair, side="a")))
    for digest, stretches in carried.items():
        if _places(stretches) >= 2:
            for number, _, _ in stretches:
                pairs[number] = _as_digest(pairs[number], digest)
    return pairs


def _extent(pair: Comparison, *, side: str) -> tuple[int, int]:
    spans = [passage.a if side == "a" else passage.b for passage in pair.passages]
    return min(span.start for span in spans), max(span.end for span in spans)


def _places(stretches: list[tuple[int, int, int]]) -> int:
    """Count the different places: stretches that hardly overlap, taken by their ends (interval scheduling)."""
    count, reach, width = 0, -1, 0
    for _, start, end in sorted(stretches, key=lambda stretch: (stretch[2], stretch[1], stretch[0])):
        shorter = min(width, end - start)
        if count == 0 or reach - start <= OVERLAP * shorter:
            count, reach, width = count + 1, end, end - start
    return count


def _as_digest(pair: Comparison, digest: DocumentId) -> Comparison:
    relation = Relation(
        text="contained",
        editorial="digest",
        confidence=pair.relation.confidence,
        why=f"{digest} carries this and other texts whole, one after the other",
        decided_by=pair.relation.decided_by,
        value=pair.relation.value,
        limit=pair.relation.limit,
    )
    return dataclasses.replace(pair, relation=relation)


def links_between(comparisons: Iterable[Comparison], clusters: Sequence[Cluster]) -> tuple[Link, ...]:
    """Return the related pairs whose documents stand in different clusters, in the order of the comparisons."""
    home = {member: number for number, cluster in enumerate(clusters) for member in cluster.members}
    return tuple(
        Link(
            a=pair.a,
            b=pair.b,
            relation=pair.relation,
            source=pair.source,
            similarity=pair.similarity,
            passages=pair.passages,
        )
        for pair in comparisons
        if home[pair.a] != home[pair.b] and pair.relation.text in LINKING | MERGING
    )


def independent_origins(links: Iterable[Link], clusters: Sequence[Cluster]) -> int:
    """Count the groups of clusters that no handed-on narrative ties together: the least number of separate accounts."""
    home = {member: number for number, cluster in enumerate(clusters) for member in cluster.members}
    parent = list(range(len(clusters)))

    def find(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for link in links:
        if link.relation.text in BORROWING:
            parent[find(home[link.a])] = find(home[link.b])
    return sum(find(number) == number for number in range(len(clusters)))
