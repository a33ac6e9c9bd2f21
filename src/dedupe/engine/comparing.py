"""Candidates in, verified pairs out: every pair compared word by word, here or on further cores."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.engine.outlines import Outline
from dedupe.engine.pairs import Pairs
from dedupe.engine.requests import (
    CACHED_MATERIALS,
    Block,
    CompareAnswer,
    CompareRequest,
    Holding,
    decode_answer,
    encode,
)
from dedupe.engine.workers import Crew, Worker
from dedupe.group.verdicts import Edge
from dedupe.records import Comparison
from dedupe.sketch.candidates import Candidates, channel_names
from dedupe.verify.aligning import aligned
from dedupe.verify.compare import compare_aligned, compare_materials
from dedupe.verify.material import Material, prepare
from dedupe.verify.parts import tell_part
from dedupe.verify.wording import phrases_of

BLOCK_PAIRS = 2_048
"""Pairs that one worker is given at once."""

CACHED_PHRASES = 16_384
"""Documents whose phrases are kept: some 4 kB each for a page of news."""

_REPORTED = 64


class Comparer:
    """Compares documents by position and keeps the materials that were used last."""

    def __init__(self, bodies: Bodies, config: Config) -> None:
        """Compare these bodies."""
        self.bodies = bodies
        self.config = config
        self.material = lru_cache(maxsize=CACHED_MATERIALS)(self._prepare)
        self.phrases = lru_cache(maxsize=CACHED_PHRASES)(self._phrases)

    def _prepare(self, position: int) -> Material:
        return prepare(self.bodies[position], shingle_size=self.config.shingle_size)

    def _phrases(self, position: int) -> NDArray[np.uint64]:
        return phrases_of(self.bodies.words(position))

    def compare(self, a: int, b: int, channels: tuple[str, ...] = ()) -> Comparison:
        """Compare two documents, smaller position (and so smaller id) first."""
        first, second = min(a, b), max(a, b)
        return compare_materials(self.material(first), self.material(second), self.config, channels)

    def candidates(self, candidates: Candidates) -> Callable[[int], Comparison]:
        """Return what compares a candidate, given by its number."""

        def compare(number: int) -> Comparison:
            a, b = candidates.pairs[number].tolist()
            return self.compare(a, b, channel_names(int(candidates.channels[number])))

        return compare

    def outline(self, a: int, b: int, channels: tuple[str, ...] = ()) -> tuple[Outline, Comparison | None]:
        """Tell what two documents are to each other, the smaller position first.

        The comparison comes with it where it had to be made.
        """
        left, right = self.material(a), self.material(b)
        found = aligned(left, right, self.config)
        part = tell_part(left, right, found, self.config)
        if part is not None:
            return Outline.of_part(part), None
        pair = compare_aligned(left, right, found, self.config, channels)
        return Outline.of(pair, self.config), pair

    def forget(self) -> None:
        """Let go of the materials."""
        self.material.cache_clear()
        self.phrases.cache_clear()

    def edge(self, a: int, b: int) -> Edge:
        """Compare two documents that nothing nominated, for the cluster guard."""
        return Edge.from_comparison(a, b, self.compare(a, b))


class Remaining:
    """The candidates that are left to be compared, and the pairs of a run as they are settled in order."""

    def __init__(self, candidates: Candidates, known: NDArray[np.bool_], pairs: Pairs) -> None:
        """Leave out what is known already."""
        left = np.flatnonzero(~known)
        self.candidates = Candidates(pairs=candidates.pairs[left], channels=candidates.channels[left])
        self._pairs = pairs
        self._numbers = [*left.tolist(), len(known)]
        self._place = 0

    @property
    def done(self) -> int:
        """The number of the next candidate that is left, and of all candidates when none is."""
        return self._numbers[self._place]

    def append(self, pair: Comparison | bytes | None, outline: Outline) -> None:
        """Settle the next candidate that was left, with its comparison where that was made."""
        self._pairs.settle(self._numbers[self._place], outline, pair)
        self._place += 1


def compare_here(left: Remaining, comparer: Comparer) -> Iterator[int]:
    """Compare candidates in this process; yields the number of pairs done now and then.

    Of those that share no more than passages only the outline is made.
    """
    for number, candidate in enumerate(left.candidates, 1):
        outline, pair = comparer.outline(candidate.a, candidate.b, candidate.channels)
        left.append(pair, outline)
        if number % _REPORTED == 0 or number == len(left.candidates):
            yield left.done


def compare_elsewhere(left: Remaining, crew: Crew, comparer: Comparer) -> Iterator[int]:
    """Compare candidates in worker processes; yields the number of pairs done now and then.

    A block with a body that cannot be sent (a lone surrogate in its id) is compared here.
    """
    desk = _Desk(comparer.bodies)
    for block, answer in crew.map(desk.send, _blocks(left.candidates)):
        if answer is None:
            for a, b, mask in block:
                pair = comparer.compare(a, b, channel_names(mask))
                left.append(pair, Outline.of(pair, comparer.config))
        else:
            for content, outline in zip(answer.pairs, answer.outlines, strict=True):
                left.append(content, outline)
        yield left.done


def _blocks(candidates: Candidates) -> Iterator[Block]:
    for begin in range(0, len(candidates), BLOCK_PAIRS):
        part = slice(begin, begin + BLOCK_PAIRS)
        masks = candidates.channels[part].tolist()
        yield [(a, b, mask) for (a, b), mask in zip(candidates.pairs[part].tolist(), masks, strict=True)]


class _Desk:
    """Sends blocks to workers, with only those bodies that a worker does not hold."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._held: dict[Worker, Holding[None]] = {}

    def send(self, worker: Worker, block: Block) -> tuple[Block, CompareAnswer | None]:
        """Have a worker compare a block; no answer where the bodies cannot be sent."""
        known = self._held.pop(worker, None)
        held: Holding[None] = known or Holding()
        try:
            sent = [(position, self._bodies.encoded(position)) for position in held.missing(block)]
        except (ValueError, OverflowError):
            return block, None  # what the worker holds is forgotten here; it is told so with the next block
        for position, _ in sent:
            held.put(position, None)
        self._held[worker] = held
        request = CompareRequest(block, sent, forget=known is None)
        return block, decode_answer(worker.ask(encode(request)))
