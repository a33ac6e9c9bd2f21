"""What a document and its candidates are to each other, found with as few whole comparisons as the answer needs.

The kernel counts what two texts share; for copies the ladder of :mod:`dedupe.verify.relations` decides by the counts
alone, and pairs that share no more than passages are told by them, too. Clusters need nothing else. The answer names
one other document: the one that says most is compared in full, and of those that share passages the most similar first,
until one is found that shares narrative. What the counts leave open is compared in full at once.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.index.decide import RANK, Verified, action_of, as_told
from dedupe.engine.index.rows import Tie
from dedupe.engine.judging import Measures, Row, outline_of
from dedupe.records import Body, Comparison

Compare = Callable[[], Comparison]


class Weighed:
    """The pair of a new document and a row, as far as it was looked at.

    Attributes:
        row: The other text.
        tie: What is kept of the pair.
        judged: Whether the tie says what the pair is; if not, it says only that it is no more than shared passages.
    """

    __slots__ = ("_compare", "_verified", "judged", "row", "tie")

    def __init__(self, row: int, tie: Tie, compare: Compare, *, judged: bool) -> None:
        """Keep the way to compare both in full."""
        self.row = row
        self.tie = tie
        self.judged = judged
        self._compare = compare
        self._verified: Verified | None = None

    @classmethod
    def whole(cls, row: int, compare: Compare) -> "Weighed":
        """Compare both in full."""
        verified = Verified(row, compare())
        made = cls(row, verified.tie(), compare, judged=True)
        made._verified = verified
        return made

    @property
    def verified(self) -> Verified:
        """The whole comparison, made when it is first asked for."""
        if self._verified is None:
            self._verified = Verified(self.row, self._compare())
        return self._verified


def weigh(body: Body, others: Sequence[tuple[int, Body, Compare]], config: Config) -> list[Weighed]:
    """Weigh a document against candidates.

    Args:
        body: Its body, with its words.
        others: Their rows and bodies, and the way to compare each in full.
        config: The index's parameters.
    """
    if _kernels.name != "native":  # the other kernel counts in plain Python, far slower than it compares
        return [Weighed.whole(row, compare) for row, _, compare in others]
    texts = [body.text, *(other.text for _, other, _ in others)]
    pairs = np.zeros((len(others), 2), dtype=np.int64)
    pairs[:, 1] = np.arange(1, len(others) + 1)
    limits = _kernels.Limits(
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
        shingle_size=config.shingle_size,
        reach=0.0,
    )
    measures = Measures(_kernels.measure(texts, pairs, limits))
    return [_weighed(measures.row(place), body, other, config) for place, other in enumerate(others)]


def _weighed(measured: Row, body: Body, other: tuple[int, Body, Compare], config: Config) -> Weighed:
    row, stored, compare = other
    outline = outline_of(measured, body, stored, config)
    if outline is None or len(body.kept) != 1 or len(stored.kept) != 1:
        return Weighed.whole(row, compare)
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
    return Weighed(row, tie, compare, judged=outline.text != "none")


def choose(weighed: Sequence[Weighed], told: Mapping[int, Tie]) -> Verified | None:
    """Return the pair that says most, compared in full: the same text before a part of it, the most similar first.

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
