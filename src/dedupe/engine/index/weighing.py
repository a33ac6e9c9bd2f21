"""What a document and its candidates are to each other, found with as few whole comparisons as the answer needs.

The kernel counts what two texts share. For copies the ladder of :mod:`dedupe.verify.relations` decides by the counts
alone, and pairs that share no more than passages are told by them, too; clusters need nothing else. Where no copy is
found, those that share passages are told by what kind of text they share, the most similar first, until one is found
that shares narrative. What the counts leave open is told so at once, and what that cannot tell is compared in full.
"""

from collections.abc import Callable, Mapping, Sequence

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.counts import OPEN, UNREAD, row_of
from dedupe.engine.index.counting import Counted, count_few
from dedupe.engine.index.decide import RANK, Verified, action_of, as_told, tie_of
from dedupe.engine.index.rows import Tie
from dedupe.engine.judging import extent_of, geometry_of, outline_of
from dedupe.engine.telling import Asked, tell
from dedupe.group.columns import TEXTS
from dedupe.records import MERGING, Body, Comparison, EditorialRelation, Sides, TextRelation
from dedupe.verify.compare import Judged, compare_materials, judge, relation_of
from dedupe.verify.editorial import NO_WORDS, interpret, is_revision
from dedupe.verify.material import Material
from dedupe.verify.relations import edited_coverage, relate

_EQUAL, _PASSAGES = map(_kernels.COLUMNS.index, ("equal", "passages"))
_FROM_A, _TO_A, _FROM_B, _TO_B = map(_kernels.COLUMNS.index, ("from_a", "to_a", "from_b", "to_b"))


Pair = tuple[list[int], Body, Body]
"""What was measured of a pair, and both bodies."""


class Compare:
    """The way to compare a document in full with the one that stands for a row.

    Args:
        materials: Makes both ready.
        config: The index's parameters.
        channels: What proposed the pair.

    Attributes:
        config: The same.
    """

    __slots__ = ("_channels", "_materials", "config")

    def __init__(
        self, materials: Callable[[], tuple[Material, Material]], config: Config, channels: tuple[str, ...] = ()
    ) -> None:
        """Compare nothing yet."""
        self._materials = materials
        self.config = config
        self._channels = channels

    def whole(self) -> Comparison:
        """Return the comparison."""
        return compare_materials(*self._materials(), self.config, self._channels)

    def judged(self) -> Judged:
        """Return as much of the comparison as an answer needs."""
        return judge(*self._materials(), self.config)


class Weighed:
    """The pair of a new document and a row, as far as it was looked at.

    Attributes:
        row: The other text.
        tie: What is kept of the pair.
        judged: Whether the tie says what the pair is; if not, it says only that it is no more than shared passages.
    """

    __slots__ = ("_compare", "_pair", "_verified", "judged", "row", "tie")

    def __init__(self, row: int, tie: Tie, compare: Compare, *, judged: bool, pair: Pair | None = None) -> None:
        """Keep the way to compare both in full, and what was counted of them."""
        self.row = row
        self.tie = tie
        self.judged = judged
        self._compare = compare
        self._pair = pair
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
        if self._verified is None and self._pair is not None:
            pair, config = self.asked, self._compare.config
            self._verified = _verified(self.row, pair, config) if self.judged else None
            if self._verified is None:
                self.tell(*tell([pair], config))
        if self._verified is None:
            self._verified = Verified.of(self.row, self._compare.judged())
        return self._verified

    @property
    def asked(self) -> Asked:
        """The pair with what was counted of it, where that does not say what it is."""
        assert self._pair is not None
        numbers, body, other = self._pair
        return Asked(body, other, row_of(numbers))

    def tell(self, judged: Judged | None) -> None:
        """Take what the pair was told to be; ``None`` where only the whole comparison can tell."""
        if judged is not None:
            self._verified = Verified.of(self.row, judged)


def weigh(
    body: Body, others: Sequence[tuple[int, Body, Compare]], config: Config, counted: Sequence[Counted] | None = None
) -> list[Weighed]:
    """Weigh a document against candidates.

    Args:
        body: Its body, with its words.
        others: Their rows and bodies, and the way to compare each in full.
        config: The index's parameters.
        counted: What was measured of each pair already.
    """
    if _kernels.name != "native":  # the other kernel counts in plain Python, far slower than it compares
        return [Weighed.whole(row, compare) for row, _, compare in others]
    known = counted or count_few(body, [other for _, other, _ in others], config)
    least = edited_coverage(config, untouched=True)
    weighed = [
        _apart(each, body, other, least) or _weighed(each, body, other, config)
        for each, other in zip(known, others, strict=True)
    ]
    left = [place for place, each in enumerate(weighed) if each is None]
    if left:
        told = tell([Asked(body, others[place][1], row_of(known[place].counts)) for place in left], config)
        for place, judged in zip(left, told, strict=True):
            row, _, compare = others[place]
            weighed[place] = Weighed.told(row, compare, judged or compare.judged())
    return [each for each in weighed if each is not None]


def _apart(counted: Counted, body: Body, other: tuple[int, Body, Compare], least: float) -> Weighed | None:
    """Weigh a pair of which neither side is covered enough for more than shared passages: most are, and soon told."""
    numbers, (_, coverage, other_coverage), _ = counted
    if coverage >= least or other_coverage >= least or numbers[_EQUAL]:
        return None
    row, stored, compare = other
    tie = _tie(counted, row, body, stored)
    return Weighed(row, tie, compare, judged=False, pair=(numbers, body, stored))


def _tie(counted: Counted, row: int, body: Body, stored: Body) -> Tie:
    """Return what is kept of a pair that shares nothing but passages."""
    numbers, (similarity, coverage, other_coverage), _ = counted
    extent = other_extent = (0, 0)
    if numbers[_PASSAGES]:
        extent = _extent(body, numbers[_FROM_A], numbers[_TO_A])
        other_extent = _extent(stored, numbers[_FROM_B], numbers[_TO_B])
    return Tie(row, "none", "unknown", similarity, coverage, other_coverage, extent, other_extent)


def _extent(body: Body, start: int, end: int) -> tuple[int, int]:
    kept = body.kept
    if len(kept) == 1:  # as most are; a plain pair is made sooner than a span
        ((begin, _),) = kept
        return begin + start, begin + end
    span = extent_of(body, start, end)
    return span.start, span.end


def _weighed(counted: Counted, body: Body, other: tuple[int, Body, Compare], config: Config) -> Weighed | None:
    """Weigh a pair by what was counted; ``None`` where the counts do not tell what it is."""
    row, stored, compare = other
    numbers = counted.counts
    told = _relation(counted, body, stored, config)
    if told is None or len(body.kept) != 1 or len(stored.kept) != 1:
        return None
    tie = _tie(counted, row, body, stored)
    tie.text, tie.editorial = told
    return Weighed(row, tie, compare, judged=tie.text != "none", pair=(numbers, body, stored))


def _relation(counted: Counted, a: Body, b: Body, config: Config) -> tuple[TextRelation, EditorialRelation] | None:
    """Return what the counts of a pair say it is; ``None`` where they do not tell."""
    numbers, _, code = counted
    plain = not a.lines and not b.lines and not (numbers[_EQUAL] and a.title and b.title and a.title != b.title)
    if code == OPEN or not plain:
        outline = outline_of(row_of(numbers), a, b, config)
        return outline and (outline.text, outline.editorial)
    if code == UNREAD:
        return None
    text = TEXTS[code]
    return text, "revision" if text in MERGING and is_revision(text, a, b) else "unknown"


def _verified(row: int, pair: Asked, config: Config) -> Verified | None:
    """Put into words what the counts decided; ``None`` where credits have to be held against the shared words."""
    bodies, measured = (pair.a, pair.b), pair.measured
    if any(credit.organisation for body in bodies for credit in body.credits):
        return None
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    geometry = geometry_of(measured, coverage)
    verdict = relate(geometry, range(measured.passages), config)
    residual = geometry.residual.larger()
    reading = interpret(verdict.text, *bodies, identity=measured.identity, residual=residual, aligned=NO_WORDS)
    return Verified(row, bodies[1].id, relation_of(verdict, reading), measured.similarity, coverage)


def tell_ahead(documents: Sequence[Sequence[Weighed]], config: Config) -> None:
    """Tell together what :func:`choose` asks of documents of which the counts show no copy."""
    asking = [
        iter(sorted(weighed, key=lambda each: (-each.tie.similarity, each.row)))
        for weighed in documents
        if not any(each.judged for each in weighed)
    ]
    while asking:
        turns = [(each, pairs) for pairs in asking if (each := next(pairs, None)) is not None]
        told = tell([each.asked for each, _ in turns], config)
        for (each, _), judged in zip(turns, told, strict=True):
            each.tell(judged)
        asking = [
            pairs
            for (each, pairs), judged in zip(turns, told, strict=True)
            if judged is not None and each.verified.action == "new"
        ]


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
