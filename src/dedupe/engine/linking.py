"""What follows from all verified pairs together: digests, links between clusters, independent origins."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.group.sets import roots
from dedupe.records import MERGING, Comparison, DocumentId, Link, Relation, Sides, TextRelation

LINKING: frozenset[TextRelation] = frozenset({"contained", "reordered", "partial", "quotes_only"})
"""Text relations that are reported as links between clusters. Furniture ties no two texts: it stays a pair."""

BORROWING: frozenset[TextRelation] = MERGING | {"contained", "reordered", "partial"}
"""Text relations after which two clusters are not independent accounts: narrative words were handed on."""

OVERLAP = 0.5
"""Two texts stand at one place of a third when they share more than this of the shorter stretch."""


class Carried(NamedTuple):
    """That a pair's one document carries the other's text whole: which one carries it, and where."""

    digest: DocumentId
    start: int
    end: int


def mark_digests(comparisons: Iterable[Comparison], config: Config) -> list[Comparison]:
    """Find round-ups: documents that carry two or more different texts whole, at different places.

    A round-up begins with one of its texts, so that pair alone looks like a cut copy; only the others show what it is.
    The pairs between a digest and the texts it carries become ``contained`` / ``digest``.
    """
    pairs = list(comparisons)
    for number, digest in find_digests(enumerate(carried(pair, config) for pair in pairs)).items():
        pairs[number] = as_digest(pairs[number], digest)
    return pairs


def carrier(coverage: Sides, config: Config) -> Literal["a", "b"] | None:
    """Return the side that carries the other whole and is itself not covered."""
    if (coverage.of_a >= config.threshold) == (coverage.of_b >= config.threshold):
        return None
    return "b" if coverage.of_a >= config.threshold else "a"


def carried(pair: Comparison, config: Config) -> Carried | None:
    """Return what one document of a pair carries of the other where it carries it whole and is itself not covered."""
    side = carrier(pair.coverage, config)
    if side is None:
        return None
    return Carried(pair.a if side == "a" else pair.b, *_extent(pair, side=side))


def find_digests(found: Iterable[tuple[int, Carried | None]]) -> dict[int, DocumentId]:
    """Return the digest of every numbered pair that stands between a digest and a text it carries."""
    stretches: dict[DocumentId, list[tuple[int, int, int]]] = defaultdict(list)
    for number, each in found:
        if each is not None:
            stretches[each.digest].append((number, each.start, each.end))
    several = ((digest, held) for digest, held in stretches.items() if len(held) > 1)
    return {number: digest for digest, held in several if _places(held) > 1 for number, _, _ in held}


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


def as_digest(pair: Comparison, digest: DocumentId) -> Comparison:
    """Return the pair as what it is once one side is known to be a digest."""
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


def link_of(pair: Comparison) -> Link:
    """Return two related documents as a link."""
    return Link(
        a=pair.a,
        b=pair.b,
        relation=pair.relation,
        source=pair.source,
        similarity=pair.similarity,
        passages=pair.passages,
    )


def independent_origins(borrowed: NDArray[np.int64], clusters: int) -> int:
    """Count the groups of clusters that no handed-on narrative ties together: the least number of separate accounts.

    Args:
        borrowed: Numbers of two clusters that narrative was handed on between ``int64[m, 2]``.
        clusters: How many there are.
    """
    return int(np.count_nonzero(roots(clusters, *borrowed.T) == np.arange(clusters)))
