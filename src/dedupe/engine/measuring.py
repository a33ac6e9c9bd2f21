"""Candidates in, whole numbers out: pairs measured natively, a block at a time, on as many threads as wanted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.sketch.candidates import Candidates

BLOCK_PAIRS = 2_048
"""Pairs measured at once: some 20 MB of tokens where documents are pages of news."""

BLOCK_BYTES = 1 << 26
"""Bodies read at once, unless one pair alone takes more: books fill a block before there are many pairs. Made ready for
measuring, a text takes some four times its size more (measured on words of six letters)."""

_STEPS = 3
"""How often the way to a crowd's first document is doubled; more changed no order of 100,000 documents."""

_ROUNDING = 1e-9


class Block(NamedTuple):
    """Some candidates, and what was measured of them.

    Attributes:
        numbers: Which candidates ``int64[m]``.
        pairs: Their positions ``int64[m, 2]``.
        places: Their places in ``positions`` ``int64[m, 2]``.
        positions: Those of each body that a pair names, once.
        columns: The measures, one row a pair.
    """

    numbers: NDArray[np.int64]
    pairs: NDArray[np.int64]
    places: NDArray[np.int64]
    positions: NDArray[np.int64]
    columns: _kernels.Measured


def reach_of(config: Config) -> float:
    """Return the share of the shorter text's tokens that both texts of a copy have.

    Passages match to ``min_passage_identity``: a covered body shares at least that much of the threshold in tokens, in
    whatever order.
    """
    return config.threshold * config.min_passage_identity - _ROUNDING


def limits_of(config: Config, reach: float) -> _kernels.Limits:
    """Return the kernel's limits: those of the configuration, and the share of tokens without which none is aligned."""
    return _kernels.Limits(
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
        shingle_size=config.shingle_size,
        reach=reach,
    )


def measure_blocks(
    candidates: Candidates, bodies: Bodies, limits: _kernels.Limits, *, threads: int = 1
) -> Iterator[Block]:
    """Measure all candidates, those of one crowd together, whatever their order.

    Args:
        candidates: The pairs.
        bodies: Their bodies, by position.
        limits: How they are measured.
        threads: Threads that measure; as many blocks are in memory at once.
    """
    order = _near_each_other(candidates.pairs)

    def measured(part: _Part) -> Block:
        return Block(*part, _kernels.measure(bodies.texts(part.positions), part.places, limits))

    parts = _cut(order, candidates.pairs, bodies.sizes())
    if threads == 1:
        yield from map(measured, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        while together := list(islice(parts, threads)):
            yield from pool.map(measured, together)


class _Part(NamedTuple):
    """The candidates of a block, and their bodies; as in :class:`Block`."""

    numbers: NDArray[np.int64]
    pairs: NDArray[np.int64]
    places: NDArray[np.int64]
    positions: NDArray[np.int64]


def _cut(order: NDArray[np.int64], pairs: NDArray[np.int64], sizes: NDArray[np.int64]) -> Iterator[_Part]:
    """Cut the ordered pairs into blocks of limited number and size; a body that several pairs name counts once."""
    begin = 0
    while begin < len(order):
        numbers = order[begin : begin + BLOCK_PAIRS]
        positions, first, places = _distinct(pairs[numbers].ravel())
        taken = sizes[positions]
        if len(numbers) > 1 and int(taken.sum()) > BLOCK_BYTES:
            added = np.zeros(2 * len(numbers), dtype=np.int64)
            added[first] = taken
            count = max(1, int(np.searchsorted(np.cumsum(added)[1::2], BLOCK_BYTES, side="right")))
            numbers = numbers[:count]
            positions, _, places = _distinct(pairs[numbers].ravel())
        yield _Part(numbers, pairs[numbers], places.reshape(-1, 2), positions)
        begin += len(numbers)


def _distinct(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct values, ascending, where each stands first, and the place of every value among them."""
    width = len(values).bit_length()
    keys = values << width | np.arange(len(values))
    keys.sort()
    ordered, places = keys >> width, keys & (1 << width) - 1
    begins = np.ones(len(values), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    inverse = np.empty_like(places)
    inverse[places] = np.cumsum(begins) - 1
    return ordered[begins], places[begins], inverse


def _near_each_other(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order ascending pairs so that those of one crowd stand together: a block then holds few texts, each read once.

    What many documents share (a site's furniture) makes all pairs of a crowd; its members all meet its first document,
    or meet others that do: from each document the way leads to earlier and earlier ones, and ``_STEPS`` double it.
    """
    first = np.arange(int(pairs.max()) + 1 if len(pairs) else 0)
    np.minimum.at(first, pairs[:, 1], pairs[:, 0])
    for _ in range(_STEPS):
        first = first[first]
    width = len(pairs).bit_length()
    keys = first[pairs[:, 0]] << width | np.arange(len(pairs))
    keys.sort()  # all different, so that the quickest sort will do
    return keys & (1 << width) - 1
