"""Tokens and shingles: the first pass over every text."""

import itertools

from pytest_benchmark.fixture import BenchmarkFixture

from dedupe._kernels import Kernel


def test_tokenize(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Hash, start and end of every token of 200 documents."""
    benchmark.group = "tokenize 200 documents"
    counts = benchmark(lambda: [len(kernel.tokenize(text)[0]) for text in texts])
    assert min(counts) > 100


def test_shingle_hashes(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Sorted unique shingle hashes of 200 documents, as verification needs them."""
    benchmark.group = "shingle hashes of 200 documents"
    counts = benchmark(lambda: [len(kernel.shingle_hashes(text, 5)) for text in texts])
    assert min(counts) > 100


def test_intersection(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Exact Jaccard's numerator for each document and its neighbour."""
    sets = [kernel.shingle_hashes(text, 5) for text in texts]
    benchmark.group = "intersection of 199 pairs of shingle sets"
    shared = benchmark(lambda: [kernel.intersection_size(x, y) for x, y in itertools.pairwise(sets)])
    assert len(shared) == len(texts) - 1
