"""Verified pairs to groups of texts."""

from itertools import combinations

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from dedupe._kernels import APART, SAME, Kernel, Ties

TEXTS = 6_000
CROWD = 8


def _ties() -> Ties:
    """Crowds of which half of the pairs are verified, and as many chance pairs across that tell texts apart."""
    chosen = np.random.RandomState(1)
    crowds = range(0, TEXTS, CROWD)
    pairs = {pair for start in crowds for pair in combinations(range(start, start + CROWD), 2) if chosen.rand() < 0.5}
    across = chosen.randint(0, TEXTS, (len(pairs), 2))
    wanted = {(min(pair), max(pair)) for pair in across.tolist() if pair[0] // CROWD != pair[1] // CROWD}
    ends = sorted(pairs | wanted)
    kinds = [SAME if pair in pairs or place % 20 == 0 else APART for place, pair in enumerate(ends)]
    return Ties(np.array(ends, dtype=np.uint32), np.array(kinds, dtype=np.uint8), chosen.rand(len(ends)))


def test_partition(benchmark: BenchmarkFixture, kernel: Kernel) -> None:
    """Components that are not plain, and that chance pairs would weld."""
    ties = _ties()
    benchmark.group = f"{TEXTS:,} texts grouped by {len(ties.kinds):,} pairs"
    groups = benchmark(kernel.partition, TEXTS, ties)
    assert TEXTS // CROWD <= len(set(groups.tolist())) < TEXTS // 2
