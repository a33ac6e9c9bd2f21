"""What a document and its candidates are to each other, found with as few whole comparisons as the answer needs.

The kernel counts what two texts share. For copies the ladder of :mod:`dedupe.verify.relations` decides by the counts
alone, and pairs that share no more than passages are told by them, too; clusters need nothing else. Where no copy is
found, those that share passages are told by what kind of text they share, the most similar first, until one is found
that shares narrative. What the counts leave open is told so at once, and what that cannot tell is compared in full.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.index.decide import RANK, Verified, action_of, as_told, tie_of
from dedupe.engine.index.rows import Tie
from dedupe.engine.judging import extent_of, geometry_of, outline_of, row_of
from dedupe.engine.measuring import limits_of
from dedupe.engine.telling import Asked, tell
from dedupe.records import Body, Comparison, Sides
from dedupe.verify.compare import Judged, compare_materials, judge, relation_of
from dedupe.verify.editorial import interpret
from dedupe.verify.material import Material
from dedupe.verify.measures import ratio
from dedupe.verify.relations import edited_coverage, relate

_MATCHED, _EQUAL, _PASSAGES = map(_kernels.COLUMNS.index, ("matched", "equal", "passages"))
_TOKENS_A, _COVERED_A, _FROM_A, _TO_A = map(_kernels.COLUMNS.index, ("tokens_a", "covered_a", "from_a", "to_a"))
_TOKENS_B, _COVERED_B, _FROM_B, _TO_B = map(_kernels.COLUMNS.index, ("tokens_b", "covered_b", "from_b", "to_b"))


class Compare:
    """The way to compare a document in full with the one that stands for a row.

    Args:
        materials: Makes both ready.
        config: The index's parameters.
        channels: What proposed the pair.
    """

    __slots__ = ("_channels", "_config", "_materials")

    def __init__(
        self, materials: Callable[[], tuple[Material, Material]], config: Config, channels: tuple[str, ...] = ()
    ) -> None:
        """Compare nothing yet."""
        self._materials = materials
        self._config = config
        self._channels = channels

    def whole(self) -> Comparison:
        """Return the comparison."""
        return compare_materials(*self._materials(), self._config, self._channels)

    def judged(self) -> Judged:
        """Return as much of the comparison as an answer needs."""
        return judge(*self._materials(), self._config)


class Weighed:
    """The pair of a new document and a row, as far as it was looked at.

    Attributes:
        row: The other text.
        tie: What is kept of the pair.
        judged: Whether the tie says what the pair is; if not, it says only that it is no more than shared passages.
    """

    __slots__ = ("_compare", "_verified", "_verify", "judged", "row", "tie")

    def __init__(
        self, row: int, tie: Tie, compare: Compare, *, judged: bool, verify: Callable[[], Verified | None] | None = None
    ) -> None:
        """Keep the way to compare both in full, and the way to know without."""
        self.row = row
        self.tie = tie
        self.judged = judged
        self._compare = compare
        self._verify = verify
        self._verified: Verified | None = None

    @classmethod
    def whole(cls, row: int, compare: Compare) -> "Weighed":
        """Compare both in full."""
        return cls.told(row, compare, compare.judged())

    @classmethod
    def told(cls, row: int, compare: Compare, judged: Judged) -> "Weighed":
        """Take what is said of both."""
        made = cls(row, tie_of(row, judged), compare, judged=True)
        made._verified = Verified.of(row, judged)
        return made

    @property
    def comparison(self) -> Comparison:
        """The whole comparison."""
        return self._compare.whole()

    @property
    def verified(self) -> Verified:
        """What the pair is, with the sentence that says why; compared in full where the counts do not give it."""
        if self._verified is None:
            known = self._verify() if self._verify is not None else None
            self._verified = known or Verified.of(self.row, self._compare.judged())
        return self._verified


def weigh(
    body: Body, others: Sequence[tuple[int, Body, Compare]], config: Config, counts: list[list[int]] | None = None
) -> list[Weighed]:
    """Weigh a document against candidates.

    Args:
        body: Its body, with its words.
        others: Their rows and bodies, and the way to compare each in full.
        config: The index's parameters.
        counts: What was measured of each pair already, as :func:`dedupe._kernels.measure` says it.
    """
    if _kernels.name != "native":  # the other kernel counts in plain Python, far slower than it compares
        return [Weighed.whole(row, compare) for row, _, compare in others]
    columns = counts or _measured(body, [other for _, other, _ in others], config)
    least = edited_coverage(config, untouched=True)
    weighed = [
        _apart(numbers, body, other, config, least) or _weighed(numbers, body, other, config)
        for numbers, other in zip(columns, others, strict=True)
    ]
    left = [place for place, each in enumerate(weighed) if each is None]
    told = tell([Asked(body, others[place][1], row_of(columns[place])) for place in left], config)
    for place, judged in zip(left, told, strict=True):
        row, _, compare = others[place]
        weighed[place] = Weighed.told(row, compare, judged or compare.judged())
    return [each for each in weighed if each is not None]


def _measured(body: Body, others: Sequence[Body], config: Config) -> list[list[int]]:
    texts = [body.text, *(other.text for other in others)]
    pairs = np.zeros((len(others), 2), dtype=np.int64)
    pairs[:, 1] = np.arange(1, len(others) + 1)
    columns: list[list[int]] = _kernels.measure(texts, pairs, limits_of(config, 0.0)).tolist()
    return columns


def _told(row: int, pair: Asked, config: Config) -> Verified | None:
    """Tell a pair natively; ``None`` where only the whole comparison can tell."""
    (judged,) = tell([pair], config)
    return Verified.of(row, judged) if judged is not None else None


def _apart(
    numbers: list[int], body: Body, other: tuple[int, Body, Compare], config: Config, least: float
) -> Weighed | None:
    """Weigh a pair of which neither side is covered enough for more than shared passages: most are, and soon told."""
    row, stored, compare = other
    coverage = ratio(numbers[_COVERED_A], numbers[_TOKENS_A])
    other_coverage = ratio(numbers[_COVERED_B], numbers[_TOKENS_B])
    if max(coverage, other_coverage) >= least or numbers[_EQUAL]:
        return None
    similarity = min(1.0, ratio(2 * numbers[_MATCHED], numbers[_TOKENS_A] + numbers[_TOKENS_B]))
    extent = other_extent = (0, 0)
    if numbers[_PASSAGES]:
        extent = _extent(body, numbers[_FROM_A], numbers[_TO_A])
        other_extent = _extent(stored, numbers[_FROM_B], numbers[_TO_B])
    tie = Tie(row, "none", "unknown", similarity, coverage, other_coverage, extent, other_extent)
    return Weighed(
        row, tie, compare, judged=False, verify=lambda: _told(row, Asked(body, stored, row_of(numbers)), config)
    )


def _extent(body: Body, start: int, end: int) -> tuple[int, int]:
    span = extent_of(body, start, end)
    return span.start, span.end


def _weighed(numbers: list[int], body: Body, other: tuple[int, Body, Compare], config: Config) -> Weighed | None:
    """Weigh a pair by what was counted; ``None`` where the counts do not tell what it is."""
    row, stored, compare = other
    measured = row_of(numbers)
    outline = outline_of(measured, body, stored, config)
    if outline is None or len(body.kept) != 1 or len(stored.kept) != 1:
        return None
    begin, other_begin = body.kept[0].start, stored.kept[0].start
    tie = Tie(
        other=row,
        text=outline.text,
        editorial=outline.editorial,
        similarity=outline.similarity,
        coverage=measured.coverage_a,
        other_coverage=measured.coverage_b,
        extent=(measured.from_a + begin, measured.to_a + begin) if measured.passages else (0, 0),
        other_extent=(measured.from_b + other_begin, measured.to_b + other_begin) if measured.passages else (0, 0),
    )
    pair = Asked(body, stored, measured)
    if outline.text == "none":
        return Weighed(row, tie, compare, judged=False, verify=lambda: _told(row, pair, config))
    return Weighed(
        row, tie, compare, judged=True, verify=lambda: _verified(row, pair, config) or _told(row, pair, config)
    )


def _verified(row: int, pair: Asked, config: Config) -> Verified | None:
    """Put into words what the counts decided; ``None`` where credits have to be held against the shared words."""
    bodies, measured = (pair.a, pair.b), pair.measured
    if any(credit.organisation for body in bodies for credit in body.credits):
        return None
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    geometry = geometry_of(measured, coverage)
    verdict = relate(geometry, range(measured.passages), config)
    residual = geometry.residual.larger()
    reading = interpret(verdict.text, *bodies, identity=measured.identity, residual=residual, aligned="")
    return Verified(row, bodies[1].id, relation_of(verdict, reading), measured.similarity, coverage)


def choose(weighed: Sequence[Weighed], told: Mapping[int, Tie]) -> Verified | None:
    """Return the pair that says most: the same text before a part of it, the most similar first.

    Of several alike, the one whose document came first.

    Args:
        weighed: The pairs.
        told: Their ties by row, with what they became where the document or another is a round-up.
    """
    judged = [(_order_of(told.get(each.row, each.tie)), each) for each in weighed if each.judged]
    best = min(judged, key=lambda pair: pair[0], default=None)
    waiting = [((RANK["shares_passages"], -each.tie.similarity, each.row), each) for each in weighed if not each.judged]
    for at_best, each in sorted(waiting, key=lambda pair: pair[0]):
        if best is not None and best[0] < at_best:
            break
        found = (RANK[each.verified.action], *at_best[1:])
        if best is None or found < best[0]:
            best = found, each
    return as_told(best[1].verified, told.get(best[1].row)) if best is not None else None


def _order_of(tie: Tie) -> tuple[int, float, int]:
    text, editorial = tie.told
    return RANK[action_of(text, editorial, tie.coverage, tie.other_coverage)], -tie.similarity, tie.other
