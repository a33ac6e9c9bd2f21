"""What the kernel counted of pairs, with the shares made of it: one by one, and as columns.

By columns the text relations of most pairs are told at once, with the ladder of :mod:`dedupe.verify.relations`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.group.columns import TEXT_CODES
from dedupe.records import TextRelation
from dedupe.verify.measures import ratio
from dedupe.verify.openings import open_alike
from dedupe.verify.parts import UNTOLD, Counts, carrying, plain_parts
from dedupe.verify.relations import Cuts, are_copies, are_cut, edited_coverage
from dedupe.verify.sharing import MOSTLY
from dedupe.verify.slots import are_forms, is_form

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Codes = NDArray[np.uint8]

OPEN = 255
"""The code of pairs whose text relation columns do not tell."""

UNREAD = 254
"""The code of pairs of which no count tells the text relation, taken one by one either."""


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
    form: bool
    identity: float
    tokens_a: int
    tokens_b: int
    matched: int


class Carrying(NamedTuple):
    """Which body of a pair carries the other whole, as columns; see :class:`dedupe.engine.digests.Carried`.

    Attributes:
        is_carried: Whether any does.
        by_b: The second; otherwise the first.
        start, end: Where, in code points.
    """

    is_carried: Booleans
    by_b: Booleans
    start: NDArray[np.int64]
    end: NDArray[np.int64]


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
        self._columns = columns
        self._counts = counts
        self.equal: Booleans = counts["equal"] > 0
        self.passages = counts["passages"]
        tokens = counts["tokens_a"] + counts["tokens_b"]
        self.similarity = np.minimum(1.0, _ratio(2 * counts["matched"], tokens))
        shared = counts["shared_shingles"]
        self.jaccard = _ratio(shared, counts["shingles_a"] + counts["shingles_b"] - shared)
        self._order = _ratio(counts["ordered"], counts["matched"])
        self._first = counts["first_a"], counts["first_b"]
        self._coverage = self._shares_of(counts["covered_a"], counts["covered_b"])
        self._residual = self._shares_of(*(counts[f"tokens_{side}"] - counts[f"covered_{side}"] for side in "ab"))
        forms = are_forms(counts["places"], counts["numeric_places"], counts["aligned"])
        self.doubtful = ~self.equal & (forms | (counts["listed"] >= MOSTLY * counts["matched"]))

    def _shares_of(self, of_a: NDArray[np.int64], of_b: NDArray[np.int64]) -> tuple[Floats, Floats]:
        return _ratio(of_a, self._counts["tokens_a"]), _ratio(of_b, self._counts["tokens_b"])

    def told(self, config: Config) -> Codes:
        """Tell the text relations of pairs of bodies that are prose without a title.

        Returns:
            Places in :data:`dedupe.group.columns.TEXTS`, as :func:`dedupe.engine.judging.outline_of` has them;
            :data:`OPEN` where columns do not tell, :data:`UNREAD` where that function does not, either.
        """
        share = self.shares()
        apart = (share < edited_coverage(config, untouched=True)) | (
            (share < config.threshold) & ~self.doubtful & ~open_alike(*self._first)
        )
        smaller = np.minimum(*self._coverage)
        near = are_copies(smaller, self._order, np.maximum(*self._residual), config)
        cut = are_cut(Cuts(self._coverage, self._order, self._first), config)
        sharing = (self.passages > 0) & ~self.doubtful
        codes = np.where(smaller < config.threshold, np.uint8(UNREAD), np.uint8(OPEN))  # not whole, nor cut
        told: list[tuple[Booleans, TextRelation]] = [
            (cut & sharing, "abridged"),
            (near & sharing, "near_identical"),
            (apart, "none"),
            (self.equal, "identical"),
        ]
        for marked, text in told:
            codes[marked] = TEXT_CODES[text]
        return codes

    def carrying(self, config: Config) -> Carrying:
        """Tell which body of each pair carries the other whole, itself not covered, and where."""
        covered = tuple(coverage >= config.threshold for coverage in self._coverage)
        by_b = covered[0]
        start, end = (np.where(by_b, self._counts[f"{end}_b"], self._counts[f"{end}_a"]) for end in ("from", "to"))
        return Carrying(covered[0] != covered[1], by_b, start, end)

    def parts(self, config: Config) -> NDArray[np.int8]:
        """Tell pairs of plain bodies that share no more than passages; see :func:`dedupe.verify.parts.plain_parts`."""
        told = np.full(len(self.equal), UNTOLD, dtype=np.int8)
        rows = np.flatnonzero((self.passages > 0) & (self.shares() < carrying(config)) & ~self.equal)
        matched, listed = (self._counts[name][rows] for name in ("matched", "listed"))
        counts = Counts(np.minimum(*self._coverage)[rows], matched, listed, self.passages[rows])
        told[rows] = plain_parts(counts, config)
        return told

    def whole_shares(self) -> Floats:
        """Return similarity and the coverage of both sides ``float64[m, 3]``."""
        return np.column_stack((self.similarity, *self._coverage))

    @property
    def listed(self) -> Booleans:
        """Whether a passage reads like a list on both sides."""
        marked: Booleans = self._counts["listed"] > 0
        return marked

    def shares(self) -> Floats:
        """Return the coverage of the side that is covered more."""
        larger: Floats = np.maximum(*self._coverage)
        return larger

    def rows(self, places: NDArray[np.int64]) -> list[Row]:
        """Return the numbers of some pairs."""
        return [row_of(counts) for counts in self._columns[places].tolist()]


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Floats:
    """Return ``part / whole``, and 0.0 where there is no whole, as :func:`dedupe.verify.measures.ratio` does."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole != 0)


def row_of(counts: Sequence[int]) -> Row:
    """Return what was measured of one pair, with the shares made of it.

    Args:
        counts: A row of :func:`dedupe._kernels.measure`.
    """
    (
        _, is_equal, passages, matched, ordered, longer, listed, places, numeric_places, aligned,
        shared,
        tokens_a, shingles_a, covered_a, first_a, from_a, to_a,
        tokens_b, shingles_b, covered_b, first_b, from_b, to_b,
    ) = counts  # fmt: skip # as _kernels.COLUMNS has them; by their names it takes half as long again
    equal = is_equal > 0
    form = is_form(places, numeric_places, aligned)
    return Row(
        equal=equal,
        doubtful=not equal and (form or listed >= MOSTLY * matched),
        passages=passages,
        similarity=min(1.0, ratio(2 * matched, tokens_a + tokens_b)),
        jaccard=ratio(shared, shingles_a + shingles_b - shared),
        order=ratio(ordered, matched),
        coverage_a=ratio(covered_a, tokens_a),
        coverage_b=ratio(covered_b, tokens_b),
        residual_a=ratio(tokens_a - covered_a, tokens_a),
        residual_b=ratio(tokens_b - covered_b, tokens_b),
        first_a=first_a,
        first_b=first_b,
        from_a=from_a,
        from_b=from_b,
        to_a=to_a,
        to_b=to_b,
        form=form and not equal,
        identity=ratio(matched, longer),
        tokens_a=tokens_a,
        tokens_b=tokens_b,
        matched=matched,
    )
