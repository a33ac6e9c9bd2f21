"""From what the kernel counted of pairs to their outlines, wherever the counts are enough to know.

The ladder of :mod:`dedupe.verify.relations` decides here as everywhere: for most pairs at once by its columns, for the
others one by one. What it would have to know of quotations, lists, forms or lines is not among the counts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.linking import Carried, carrier
from dedupe.engine.outlines import Outline
from dedupe.records import MERGING, Body, EditorialRelation, Sides
from dedupe.verify.editorial import is_revision
from dedupe.verify.openings import may_open_alike
from dedupe.verify.relations import MOSTLY, MOVED_ORDER, Geometry, are_copies, edited_coverage, relate
from dedupe.verify.slots import are_forms

_SURE = MERGING | {"reordered"}
"""Relations that the ladder reaches without knowing what is quoted, or how alike the texts open."""

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Row(NamedTuple):
    """What was measured of one pair: the columns that decide, and the shares made of them."""

    equal: bool
    doubtful: bool
    passages: int
    similarity: float
    jaccard: float
    order: float
    coverage_a: float
    coverage_b: float
    residual_a: float
    residual_b: float
    first_a: int
    first_b: int
    from_a: int
    from_b: int
    to_a: int
    to_b: int


class Measures:
    """Rows of :func:`dedupe._kernels.measure` with the shares made of them, as columns.

    Attributes:
        equal: Same words in the same order.
        passages: How many.
        similarity, jaccard: As in :class:`dedupe.records.Comparison`.
        doubtful: The pair may share a list or be a form filled in twice: the counts cannot tell.
    """

    def __init__(self, columns: _kernels.Measured) -> None:
        """Make the shares."""
        counts = dict(zip(_kernels.COLUMNS, columns.T, strict=True))
        self._counts = counts
        self.equal: Booleans = counts["equal"] > 0
        self.passages = counts["passages"]
        tokens = counts["tokens_a"] + counts["tokens_b"]
        self.similarity = np.minimum(1.0, _ratio(2 * counts["matched"], tokens))
        shared = counts["shared_shingles"]
        self.jaccard = _ratio(shared, counts["shingles_a"] + counts["shingles_b"] - shared)
        self._order = _ratio(counts["ordered"], counts["matched"])
        self._coverage = tuple(_ratio(counts[f"covered_{side}"], counts[f"tokens_{side}"]) for side in "ab")
        self._residual = tuple(
            _ratio(counts[f"tokens_{side}"] - counts[f"covered_{side}"], counts[f"tokens_{side}"]) for side in "ab"
        )
        forms = are_forms(counts["places"], counts["numeric_places"], counts["aligned"])
        self.doubtful = ~self.equal & (forms | (counts["listed"] >= MOSTLY * counts["matched"]))

    def copies(self, config: Config) -> Booleans:
        """Mark the pairs that are identical or near-identical, for bodies that are prose without a title."""
        coverage = np.minimum(*self._coverage)
        near = are_copies(coverage, self._order, np.maximum(*self._residual), config) & (self.passages > 0)
        marked: Booleans = self.equal | (near & ~self.doubtful)
        return marked

    def row(self, place: int) -> Row:
        """Return one pair's numbers."""
        counts = {name: int(self._counts[name][place]) for name in Row._fields if name[:-2] in {"first", "from", "to"}}
        return Row(
            equal=bool(self.equal[place]),
            doubtful=bool(self.doubtful[place]),
            passages=int(self.passages[place]),
            similarity=float(self.similarity[place]),
            jaccard=float(self.jaccard[place]),
            order=float(self._order[place]),
            coverage_a=float(self._coverage[0][place]),
            coverage_b=float(self._coverage[1][place]),
            residual_a=float(self._residual[0][place]),
            residual_b=float(self._residual[1][place]),
            **counts,
        )


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    """Return ``part / whole``, and 0.0 where there is no whole, as :func:`dedupe.verify.measures.ratio` does."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole != 0)


def outline_of(measured: Row, a: Body, b: Body, config: Config) -> Outline | None:
    """Judge a pair by its measures; ``None`` where only the whole comparison can tell.

    Args:
        measured: Those of the two texts.
        a: One body.
        b: The other.
        config: The limits.
    """
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    share = coverage.larger()
    if share < edited_coverage(config, untouched=True) and not measured.equal:
        return Outline("none", "unknown", measured.similarity, measured.jaccard, share, 0, None)
    renamed = measured.equal and a.title and b.title and a.title != b.title
    if a.lines or b.lines or renamed or measured.doubtful:
        return None
    if share < config.threshold and not may_open_alike(measured.first_a, measured.first_b):
        return Outline("none", "unknown", measured.similarity, measured.jaccard, share, 0, None)
    verdict = relate(geometry_of(measured, coverage), range(measured.passages), config)
    moved = verdict.text == "reordered" and measured.order >= config.min_order - MOVED_ORDER
    if verdict.text not in _SURE or moved:
        return None
    editorial: EditorialRelation = (
        "revision" if verdict.text in MERGING and is_revision(verdict.text, a, b) else "unknown"
    )
    carried = _carried(measured, coverage, a, b, config)
    return Outline(verdict.text, editorial, measured.similarity, measured.jaccard, share, measured.passages, carried)


def geometry_of(measured: Row, coverage: Sides) -> Geometry:
    """Return what the ladder looks at, for two bodies that are prose throughout."""
    return Geometry(
        same_tokens=measured.equal,
        coverage=coverage,
        residual=Sides(measured.residual_a, measured.residual_b),
        order=measured.order,
        quoted=0.0,
        furniture=0.0,
        longest_narrative=0,
        opening=(measured.first_a, measured.first_b),
        alike=0.0,
        substituted="",
    )


def _carried(measured: Row, coverage: Sides, a: Body, b: Body, config: Config) -> Carried | None:
    side = carrier(coverage, config)
    if side is None:
        return None
    if side == "a":
        return Carried(a.id, measured.from_a, measured.to_a)
    return Carried(b.id, measured.from_b, measured.to_b)
