"""Candidates in, outlines out: pairs of which one body can stand in the other whole, measured natively by the block.

The kernel counts; the ladder of :mod:`dedupe.verify.relations` decides, as everywhere. Where the counts do not say what
the ladder has to know (quotations, lists, forms, lines that are no prose), the pair is compared in full at once.
Otherwise its comparison is made when somebody looks at it: most pairs of a large run nobody ever does.
"""

from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.judging import Measures, outline_of
from dedupe.engine.outlines import Outline, Outlines
from dedupe.records import Body, Comparison
from dedupe.sketch.candidates import Candidates, channel_names

BLOCK_PAIRS = 2_048
"""Pairs measured at once: some 20 MB of tokens."""

_ROUNDING = 1e-9


class CopyPairs(Outlines):
    """The pairs of a run that looks for copies only; a comparison is made whenever it is read."""

    def __init__(self, candidates: Candidates, comparer: Comparer) -> None:
        """Begin with none of the candidates."""
        super().__init__()
        self._candidates = candidates
        self._comparer = comparer
        self._numbers = array("q")
        self._positions: NDArray[np.int64] | None = None
        self._replaced: dict[int, Comparison] = {}

    @property
    def positions(self) -> NDArray[np.int64]:  # type: ignore[override] # made when all pairs are there
        """Positions of both documents ``int64[m, 2]``, ascending."""
        if self._positions is None:
            self._positions = self._candidates.pairs[np.frombuffer(self._numbers, dtype=np.int64)]
        return self._positions

    @property
    def held(self) -> bool:
        """Never: comparisons are made anew."""
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
        """Compare the two documents of a pair."""
        if number in self._replaced:
            return self._replaced[number]
        candidate = self._numbers[number]
        a, b = self._candidates.pairs[candidate].tolist()
        return self._comparer.compare(a, b, channel_names(int(self._candidates.channels[candidate])))

    def replace(self, number: int, pair: Comparison) -> None:
        """Keep another comparison for a pair."""
        self._replaced[number] = pair


def find_copies(candidates: Candidates, comparer: Comparer, pairs: CopyPairs, *, threads: int = 1) -> Iterator[int]:
    """Measure all candidates and keep those that can be copies; yields the number of candidates done now and then.

    Args:
        candidates: The pairs.
        comparer: Compares in full what the measures do not decide.
        pairs: Where the outlines go.
        threads: Threads that measure.
    """
    limits = limits_of(comparer.config)
    order = _near_each_other(candidates.pairs)
    done = 0

    def measured(begin: int) -> "_Block":
        numbers = order[begin : begin + BLOCK_PAIRS]
        return _measured(numbers, candidates.pairs[numbers], comparer.bodies, limits)

    begins = range(0, len(candidates), BLOCK_PAIRS)
    with ThreadPoolExecutor(threads) as pool:
        waves = (begins[first : first + threads] for first in range(0, len(begins), threads))
        for block in (block for wave in waves for block in (pool.map if threads > 1 else map)(measured, wave)):
            block.judge(comparer, pairs)
            done += len(block.numbers)
            yield done
    pairs.arrange()


def _near_each_other(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order pairs so that those of one crowd stand together: a block then holds few texts, and each is read once.

    What many documents share (a site's furniture) makes all pairs of a crowd; its members all meet its first document.
    """
    first = np.arange(int(pairs.max()) + 1 if len(pairs) else 0)
    np.minimum.at(first, pairs[:, 1], pairs[:, 0])
    return np.lexsort((pairs[:, 1], pairs[:, 0], first[pairs[:, 0]]))


def limits_of(config: Config) -> _kernels.Limits:
    """Return the limits of the kernel.

    Passages match to ``min_passage_identity``, so a covered body shares that much of the threshold in tokens.
    """
    return _kernels.Limits(
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
        shingle_size=config.shingle_size,
        reach=config.threshold * config.min_passage_identity - _ROUNDING,
    )


def _measured(
    numbers: NDArray[np.int64], pairs: NDArray[np.int64], bodies: Bodies, limits: _kernels.Limits
) -> "_Block":
    positions, places = np.unique(pairs, return_inverse=True)
    read = [bodies[position] for position in positions.tolist()]
    columns = _kernels.measure([body.text for body in read], places.reshape(-1, 2), limits)
    return _Block(numbers, pairs, places.reshape(-1, 2), read, columns)


class _Block(NamedTuple):
    """Some candidates by their numbers, their bodies, and what was measured."""

    numbers: NDArray[np.int64]
    pairs: NDArray[np.int64]
    places: NDArray[np.int64]
    bodies: list[Body]
    columns: _kernels.Measured

    def judge(self, comparer: Comparer, pairs: CopyPairs) -> None:
        """Add the candidates that share enough words, each with its outline."""
        reached = np.flatnonzero(self.columns[:, 0])
        ends, measures = self.places[reached], Measures(self.columns[reached])
        sure = measures.copies(comparer.config) & self._plain()[ends].all(axis=1)
        pairs.extend(self.numbers[reached[sure]], measures, np.flatnonzero(sure))
        for place in np.flatnonzero(~sure).tolist():
            first, second = (self.bodies[end] for end in ends[place].tolist())
            outline = outline_of(measures.row(place), first, second, comparer.config)
            if outline is None:
                a, b = self.pairs[reached[place]].tolist()
                outline = Outline.of(comparer.compare(a, b), comparer.config)
            pairs.append(int(self.numbers[reached[place]]), outline)

    def _plain(self) -> NDArray[np.bool_]:
        """Mark the bodies of which nothing but the words can matter: no lines, no title, no address."""
        return np.array(
            [not (body.lines or body.title or body.host or body.canonical) for body in self.bodies], dtype=bool
        )
