"""Round-ups: documents that carry two or more different texts whole, at different places.

A round-up begins with one of its texts, so that pair alone looks like a cut copy; only the others show what it is. The
pairs between a digest and the texts it carries become ``contained`` / ``digest``.
"""

import dataclasses
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.records import Comparison, DocumentId, Relation, Sides

OVERLAP = 0.5
"""Two texts stand at one place of a third when they share more than this of the shorter stretch."""

Int64s = NDArray[np.int64]


class Carried(NamedTuple):
    """That a pair's one document carries the other's text whole: whether the second one does, and where."""

    by_b: bool
    start: int
    end: int


class Stretches(NamedTuple):
    """Where documents carry others whole, as columns ``int64[n]``: which document does, from where to where."""

    digests: Int64s
    starts: Int64s
    ends: Int64s


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
    spans = [passage.a if side == "a" else passage.b for passage in pair.passages]
    return Carried(side == "b", min(span.start for span in spans), max(span.end for span in spans))


def in_digests(stretches: Stretches) -> NDArray[np.bool_]:
    """Mark the stretches of documents that carry others at two places or more.

    Places are counted as an interval schedule does: a stretch that ends first makes one, and another one that hardly
    overlaps with it makes a second.
    """
    order = np.lexsort((stretches.starts, stretches.ends, stretches.digests))
    digests, starts, ends = (column[order] for column in stretches)
    opens = np.ones(len(order), dtype=np.bool_)
    np.not_equal(digests[1:], digests[:-1], out=opens[1:])
    group = np.cumsum(opens) - 1
    first = np.flatnonzero(opens)[group]
    shorter = np.minimum(ends[first] - starts[first], ends - starts)
    apart = ~opens & (ends[first] - starts <= OVERLAP * shorter)
    marked = np.empty(len(order), dtype=np.bool_)
    marked[order] = (np.bincount(group, weights=apart) > 0)[group]
    return marked


def mark_digests(comparisons: Iterable[Comparison], config: Config) -> list[Comparison]:
    """Find the digests among documents that were compared, and make their pairs what they are."""
    pairs = list(comparisons)
    found = [(number, each) for number, pair in enumerate(pairs) if (each := carried(pair, config)) is not None]
    places: dict[DocumentId, int] = {}
    rows = [
        (places.setdefault(digest_of(pairs[number], each.by_b), len(places)), each.start, each.end)
        for number, each in found
    ]
    if len(places) == len(rows):
        return pairs
    marked = in_digests(Stretches(*np.array(rows, dtype=np.int64).T))
    for (number, each), is_marked in zip(found, marked.tolist(), strict=True):
        if is_marked:
            pairs[number] = as_digest(pairs[number], digest_of(pairs[number], each.by_b))
    return pairs


def digest_of(pair: Comparison, by_b: bool) -> DocumentId:  # noqa: FBT001 - which side, as columns have it
    """Return the document of a pair that carries the other."""
    return pair.b if by_b else pair.a


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
