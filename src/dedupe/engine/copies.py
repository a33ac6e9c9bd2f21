"""Candidates in, outlines out: pairs of which one body can stand in the other whole, measured natively by the block.

The kernel counts; the ladder of :mod:`dedupe.verify.relations` decides, as everywhere. Where the counts do not say what
the ladder has to know (quotations, lists, lines that are no prose), the pair is read once more for that, or compared.
Otherwise its comparison is made when somebody looks at it: most pairs of a large run nobody ever does.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.counts import OPEN, UNREAD, Measures, Row, row_of
from dedupe.engine.judging import BARE, Bare, outline_by, outline_judged, outline_of, outline_told
from dedupe.engine.measuring import Block, limits_of, measure_blocks, reach_of
from dedupe.engine.outlines import Outline, Outlines, Shares
from dedupe.engine.pairs import BodyOf, Kept, PairCodec
from dedupe.engine.telling import Asked, AskedTexts, tell, tell_texts
from dedupe.group.columns import TEXT_CODES
from dedupe.group.verdicts import Edge
from dedupe.records import Body, Comparison
from dedupe.sketch.candidates import Candidates

Numbers = NDArray[np.int64]

_ROUNDING = 1e-9
_ONE_PAIR = np.array([[0, 1]])


class CopyPairs(Outlines):
    """The pairs of a run that looks for copies only; a comparison is made when it is first read."""

    def __init__(self, candidates: Candidates, comparer: Comparer) -> None:
        """Begin with none of the candidates."""
        super().__init__()
        self._candidates = candidates
        self._config = comparer.config
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

    def extend(self, numbers: NDArray[np.int64], texts: NDArray[np.uint8], measures: Measures, rows: Numbers) -> None:
        """Add the pairs of candidates whose relation columns tell.

        Args:
            numbers: Of the candidates.
            texts: Their text relations, as places in :data:`dedupe.group.columns.TEXTS`.
            measures: What was measured of these pairs and others.
            rows: Where these are.
        """
        first = len(self)
        self._numbers.frombytes(numbers.tobytes())
        shown = (measures.passages[rows] > 0) & (texts != TEXT_CODES["none"])
        self.note_many(texts, shown, Shares(measures.similarity[rows], measures.jaccard[rows], measures.shares()[rows]))
        carrying = measures.carrying(self._config)
        carried = np.flatnonzero((texts == TEXT_CODES["abridged"]) & carrying.is_carried[rows])
        chosen = rows[carried]
        columns = first + carried, carrying.by_b[chosen], carrying.start[chosen], carrying.end[chosen]
        self.note_carried(np.stack(columns, axis=1))

    def arrange(self) -> None:
        """Put the pairs into the order of the candidates, once all are there."""
        order = np.argsort(np.frombuffer(self._numbers, dtype=np.int64), kind="stable")
        self._numbers = array("q", np.frombuffer(self._numbers, dtype=np.int64)[order].tobytes())
        self.reorder(order)

    def compared(self, number: int) -> Comparison:
        """Return the comparison of a pair, made when somebody first looks at it."""
        return self._kept[number]

    def _compare(self, number: int) -> Comparison:
        return self._candidate(self._numbers[number])


def find_copies(candidates: Candidates, comparer: Comparer, pairs: CopyPairs, *, threads: int = 1) -> Iterator[int]:
    """Measure all candidates and keep those that can be copies; yields the number of candidates done now and then.

    Pairs that share fewer tokens than a copy does, in whatever order, are never aligned.

    Args:
        candidates: The pairs.
        comparer: Compares in full what the measures do not decide.
        pairs: Where the outlines go.
        threads: Threads that measure.
    """
    limits, done = limits_of(comparer.config, reach_of(comparer.config)), 0
    for block in measure_blocks(candidates, comparer.bodies, limits, threads=threads):
        _judge(block, comparer, pairs)
        done += len(block.numbers)
        yield done
    pairs.arrange()


def _judge(block: Block, comparer: Comparer, pairs: CopyPairs) -> None:
    """Add the candidates that share enough words, each with its outline."""
    config, bodies = comparer.config, comparer.bodies
    reached = np.flatnonzero(block.columns[:, 0])
    numbers, measures = block.numbers[reached], Measures(block.columns[reached])
    bare = np.logical_and.reduce(bodies.bare(block.positions)[block.places[reached]], axis=1)
    texts = np.where(bare, measures.told(config), np.uint8(OPEN))
    told = np.flatnonzero(texts < UNREAD)
    pairs.extend(numbers[told], texts[told], measures, told)

    def named(code: int) -> list[_Named]:
        rows = np.flatnonzero(texts == code)
        ends = block.pairs[reached[rows]].T.tolist()
        return [*map(_Named, numbers[rows].tolist(), *ends, measures.rows(rows), bare[rows].tolist())]

    unread = named(UNREAD)
    for pair in named(OPEN):
        outline = outline_of(pair.row, *_ends(bodies, pair), config)
        if outline is None:
            unread.append(pair)
        else:
            pairs.append(pair.number, outline)
    outlines = _outlines([(pair.a, pair.b, pair.row) for pair in unread], comparer)
    for pair, outline in zip(unread, outlines, strict=True):
        pairs.append(pair.number, outline)


class _Named(NamedTuple):
    """A candidate by its number, the positions of its bodies, what was measured, and whether both are bare."""

    number: int
    a: int
    b: int
    row: Row
    is_bare: bool


def _outlines(rows: Sequence[tuple[int, int, Row]], comparer: Comparer) -> list[Outline]:
    """Return the outlines of pairs of positions whose counts do not tell what they are."""
    told = _of_texts(rows, comparer)
    left = [number for number in range(len(rows)) if number not in told]
    told.update(zip(left, _of_bodies([rows[number] for number in left], comparer), strict=True))
    return [told[number] for number in range(len(rows))]


def _of_texts(rows: Sequence[tuple[int, int, Row]], comparer: Comparer) -> dict[int, Outline]:
    """Return the outlines of pairs of which nothing is known but their texts, by their places; bodies are not made."""
    bodies, config = comparer.bodies, comparer.config
    ends = np.array([(a, b) for a, b, _ in rows], dtype=np.int64).reshape(-1, 2)
    numbers = np.flatnonzero(bodies.unknown(ends.ravel()).reshape(-1, 2).all(axis=1))
    if not len(numbers):
        return {}
    positions, inverse = np.unique(ends[numbers], return_inverse=True)
    measured = [rows[number][2] for number in numbers.tolist()]
    asked = AskedTexts(bodies.texts(positions), inverse.reshape(-1, 2), measured)
    return {
        number: outline_told(row, told, (BARE, BARE), config)
        for number, row, told in zip(numbers.tolist(), measured, tell_texts(asked, config), strict=True)
        if told is not None
    }


def _of_bodies(rows: Sequence[tuple[int, int, Row]], comparer: Comparer) -> Iterator[Outline]:
    """Return the outlines of pairs of which all is looked at that is known of their bodies."""
    config = comparer.config
    known = {position: comparer.bodies[position] for position in sorted({end for a, b, _ in rows for end in (a, b)})}
    asked = [Asked(known[a], known[b], row) for a, b, row in rows]
    for (a, b, row), pair, told in zip(rows, asked, tell(asked, config), strict=True):
        if told is not None:
            yield outline_by(row, told.relation, (pair.a, pair.b), config)
        else:
            yield outline_judged(row, comparer.material(a), comparer.material(b), config)


def _ends(bodies: Bodies, pair: _Named) -> tuple[Body | Bare, Body | Bare]:
    """Return what outlines look at of two bodies; bodies are not made where only their words can matter."""
    return (BARE, BARE) if pair.is_bare else (bodies[pair.a], bodies[pair.b])


class CopyComparer(Comparer):
    """Compares documents of a run that looks for copies only."""

    def edge(self, a: int, b: int) -> Edge:
        """Compare two documents that nothing nominated; in full only where counting does not decide."""
        a, b = min(a, b), max(a, b)
        texts, limits = self.bodies.texts(np.array([a, b])), limits_of(self.config, 0.0)
        row = row_of(_kernels.measure(texts, _ONE_PAIR, limits)[0].tolist())
        pair = _Named(0, a, b, row, is_bare=bool(self.bodies.bare(np.array([a, b])).all()))
        outline = outline_of(row, *_ends(self.bodies, pair), self.config)
        if outline is None:
            (outline,) = _outlines([(a, b, row)], self)
        return Edge(a, b, outline.text, outline.editorial, outline.similarity, outline.share)
