"""Candidates in, verified pairs out: every pair compared word by word, here or on further cores."""

from collections.abc import Iterator
from functools import lru_cache

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
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import Material, prepare

BLOCK_PAIRS = 2_048
"""Pairs that one worker is given at once."""

_REPORTED = 64


class Comparer:
    """Compares documents by position and keeps the materials that were used last."""

    def __init__(self, bodies: Bodies, config: Config) -> None:
        """Compare these bodies."""
        self.bodies = bodies
        self.config = config
        self.material = lru_cache(maxsize=CACHED_MATERIALS)(self._prepare)

    def _prepare(self, position: int) -> Material:
        return prepare(self.bodies[position], shingle_size=self.config.shingle_size)

    def compare(self, a: int, b: int, channels: tuple[str, ...] = ()) -> Comparison:
        """Compare two documents, smaller position (and so smaller id) first."""
        first, second = min(a, b), max(a, b)
        return compare_materials(self.material(first), self.material(second), self.config, channels)

    def edge(self, a: int, b: int) -> Edge:
        """Compare two documents that nothing nominated, for the cluster guard."""
        return Edge.from_comparison(a, b, self.compare(a, b))


def compare_here(candidates: Candidates, comparer: Comparer, pairs: Pairs) -> Iterator[int]:
    """Compare all candidates in this process; yields the number of pairs done now and then."""
    for number, candidate in enumerate(candidates, 1):
        pair = comparer.compare(candidate.a, candidate.b, candidate.channels)
        pairs.append(pair, Outline.of(pair, comparer.config))
        if number % _REPORTED == 0 or number == len(candidates):
            yield number


def compare_elsewhere(candidates: Candidates, crew: Crew, comparer: Comparer, pairs: Pairs) -> Iterator[int]:
    """Compare all candidates in worker processes; yields the number of pairs done now and then.

    A block with a body that cannot be sent (a lone surrogate in its id) is compared here.
    """
    desk = _Desk(comparer.bodies)
    for block, answer in crew.map(desk.send, _blocks(candidates)):
        if answer is None:
            for a, b, mask in block:
                pair = comparer.compare(a, b, channel_names(mask))
                pairs.append(pair, Outline.of(pair, comparer.config))
        else:
            for content, outline in zip(answer.pairs, answer.outlines, strict=True):
                pairs.append(content, outline)
        yield len(pairs)


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
            sent = [(position, self._bodies.stored.encoded(position)) for position in held.missing(block)]
        except (ValueError, OverflowError):
            return block, None  # what the worker holds is forgotten here; it is told so with the next block
        for position, _ in sent:
            held.put(position, None)
        self._held[worker] = held
        request = CompareRequest(block, sent, forget=known is None)
        return block, decode_answer(worker.ask(encode(request)))
