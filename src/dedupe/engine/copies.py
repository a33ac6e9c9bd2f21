"""Candidates in, outlines out: pairs of which one body can stand in the other whole, measured natively by the block.

The kernel counts; the ladder of :mod:`dedupe.verify.relations` decides, as everywhere. Where the counts do not say what
the ladder has to know (quotations, lists, forms, lines that are no prose), the pair is compared in full at once.
Otherwise its comparison is made when somebody looks at it: most pairs of a large run nobody ever does.
"""

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.comparing import Comparer
from dedupe.engine.judging import Measures, outline_of
from dedupe.engine.measuring import Block, limits_of, measure_blocks
from dedupe.engine.outlines import Outline, Outlines
from dedupe.engine.pairs import BodyOf, Kept, PairCodec
from dedupe.records import Comparison
from dedupe.sketch.candidates import Candidates

_ROUNDING = 1e-9


class CopyPairs(Outlines):
    """The pairs of a run that looks for copies only; a comparison is made when it is first read."""

    def __init__(self, candidates: Candidates, comparer: Comparer) -> None:
        """Begin with none of the candidates."""
        super().__init__()
        self._candidates = candidates
        self._candidate = comparer.candidates(candidates)
        self._numbers = array("q")
        self._positions: NDArray[np.int64] | None = None
        self._kept = Kept(PairCodec(BodyOf(comparer.bodies)), self._compare)

    @property
    def positions(self) -> NDArray[np.int64]:  # type: ignore[override] # made when all pairs are there
        """Positions of both documents ``int64[m, 2]``, ascending."""
        if self._positions is None:
            self._positions = self._candidates.pairs[np.frombuffer(self._numbers, dtype=np.int64)]
        return self._positions

    @property
    def held(self) -> bool:
        """Never: comparisons are made when somebody looks at them."""
        return False

    def append(self, number: int, outline: Outline) -> None:
        """Add the pair of a candidate; in any order, until they are arranged."""
        self._numbers.append(number)
        self.note(outline)

    def extend(self, numbers: NDArray[np.int64], measures: Measures, rows: NDArray[np.int64]) -> None:
        """Add the pairs of candidates that are copies beyond doubt."""
        self._numbers.frombytes(numbers.tobytes())
        self.note_copies(
            measures.equal[rows], measures.passages[rows] > 0, measures.similarity[rows], measures.jaccard[rows]
        )

    def arrange(self) -> None:
        """Put the pairs into the order of the candidates, once all are there."""
        order = np.argsort(np.frombuffer(self._numbers, dtype=np.int64), kind="stable")
        self._numbers = array("q", np.frombuffer(self._numbers, dtype=np.int64)[order].tobytes())
        self.reorder(order)

    def __getitem__(self, number: int) -> Comparison:
        """Return the comparison of a pair, made when somebody first looks at it."""
        return self._kept[number]

    def _compare(self, number: int) -> Comparison:
        return self._candidate(self._numbers[number])

    def replace(self, number: int, pair: Comparison) -> None:
        """Keep another comparison for a pair."""
        self._kept.put(number, pair)


def find_copies(candidates: Candidates, comparer: Comparer, pairs: CopyPairs, *, threads: int = 1) -> Iterator[int]:
    """Measure all candidates and keep those that can be copies; yields the number of candidates done now and then.

    Passages match to ``min_passage_identity``: a covered body shares at least that much of the threshold in tokens, in
    whatever order, and pairs that share less are never aligned.

    Args:
        candidates: The pairs.
        comparer: Compares in full what the measures do not decide.
        pairs: Where the outlines go.
        threads: Threads that measure.
    """
    config, done = comparer.config, 0
    reach = config.threshold * config.min_passage_identity - _ROUNDING
    for block in measure_blocks(candidates, comparer.bodies, limits_of(config, reach), threads=threads):
        _judge(block, comparer, pairs)
        done += len(block.numbers)
        yield done
    pairs.arrange()


def _judge(block: Block, comparer: Comparer, pairs: CopyPairs) -> None:
    """Add the candidates that share enough words, each with its outline."""
    reached = np.flatnonzero(block.columns[:, 0])
    measures = Measures(block.columns[reached])
    bare = comparer.bodies.bare(block.positions)[block.places[reached]].all(axis=1)
    sure = measures.copies(comparer.config) & bare
    pairs.extend(block.numbers[reached[sure]], measures, np.flatnonzero(sure))
    for place in np.flatnonzero(~sure).tolist():
        a, b = block.pairs[reached[place]].tolist()
        outline = outline_of(measures.row(place), comparer.bodies[a], comparer.bodies[b], comparer.config)
        pairs.append(int(block.numbers[reached[place]]), outline or Outline.of(comparer.compare(a, b), comparer.config))
