"""Signatures, fingerprints, band keys and candidates: who might be related."""

import numpy as np
from pytest_benchmark.fixture import BenchmarkFixture

from dedupe import _kernels
from dedupe._kernels import Held, Kernel, Sketch
from dedupe.config import Config
from dedupe.sketch.candidates import Candidates, Sketches, find_candidates
from dedupe.sketch.lsh import choose_bands
from dedupe.sketch.minhash import permutations
from dedupe.sketch.pairs import pack

CONFIG = Config()
NO_FINGERPRINTS = (2**31 - 1, 1)


def _sketch(kernel: Kernel, texts: list[str], fingerprints: tuple[int, int]) -> Sketch:
    a, b = permutations(CONFIG.num_perm, CONFIG.seed)
    tokens, window = fingerprints
    return kernel.sketch(
        texts, shingle_size=CONFIG.shingle_size, a=a, b=b, fingerprint_tokens=tokens, fingerprint_window=window
    )


def test_signatures(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Text to 128 slots, nothing else."""
    benchmark.group = "signatures of 200 documents"
    made = benchmark(_sketch, kernel, texts, NO_FINGERPRINTS)
    assert made.has_signature.all()


def test_sketch(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """The whole first pass: signatures, body hashes and winnowed fingerprints."""
    benchmark.group = "whole sketch of 200 documents"
    made = benchmark(_sketch, kernel, texts, (CONFIG.fingerprint_tokens, CONFIG.fingerprint_window))
    assert len(made.fingerprints) > 20 * len(texts)


def test_band_keys(benchmark: BenchmarkFixture, kernel: Kernel) -> None:
    """Band keys of 10,000 signatures at the default bands."""
    signatures = np.random.RandomState(1).randint(0, 2**32, (10_000, CONFIG.num_perm), dtype=np.uint32)
    bands = choose_bands(CONFIG.num_perm, jaccard=CONFIG.nominate_jaccard, recall=CONFIG.nominate_recall)
    benchmark.group = "band keys of 10,000 signatures"
    keys = benchmark(kernel.band_keys, signatures, *bands)
    assert keys.shape == (10_000, bands.bands)


def test_candidates(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    """Nomination over ready sketches, with the kernel in force: joining, buckets, union of the channels."""
    made = _sketch(_kernels, texts, (CONFIG.fingerprint_tokens, CONFIG.fingerprint_window))
    bands = choose_bands(CONFIG.num_perm, jaccard=CONFIG.nominate_jaccard, recall=CONFIG.nominate_recall)
    sketches = Sketches(
        body_hashes=made.body_hashes,
        comparable=made.token_counts >= CONFIG.min_tokens,
        band_keys=_kernels.band_keys(made.signatures, *bands),
        has_signature=made.has_signature,
        fingerprints=made.fingerprints,
        fingerprint_offsets=made.fingerprint_offsets,
    )

    def nominate() -> Candidates:
        return find_candidates(sketches, bucket_cap=CONFIG.bucket_cap, fingerprint_cap=CONFIG.fingerprint_max_documents)

    benchmark.group = "candidates among 200 documents"
    assert len(benchmark(nominate)) > 50


def test_joining(benchmark: BenchmarkFixture, kernel: Kernel) -> None:
    """A part of the postings: documents that share a fingerprint, most of which stand alone."""
    chosen = np.random.RandomState(1)
    hashes = chosen.randint(0, 2**62, 100_000, dtype=np.uint64)
    hashes[:10_000] = hashes[50_000:60_000]
    documents = np.sort(chosen.randint(0, 5_000, len(hashes))).astype(np.uint32)
    present = np.ones(5_000, dtype=np.bool_)
    benchmark.group = "100,000 postings joined"
    postings, _ = kernel.post(Held(hashes, documents), width=13)
    groups, _ = benchmark(kernel.collide, [postings], 13, present, 100)
    assert len(groups.sizes) > 9_000


def test_may_reach(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Pairs told by their bags of words."""
    a, b = permutations(16, 1)
    made = kernel.sketch(
        texts, shingle_size=5, a=a, b=b, fingerprint_tokens=NO_FINGERPRINTS[0], fingerprint_window=1, bags=True
    )
    pairs = pack(*np.triu_indices(len(texts), 1))
    benchmark.group = f"{len(pairs):,} pairs told by their bags"
    marked = benchmark(kernel.may_reach, made.bags, made.token_counts, pairs, 0.64)
    assert len(marked) == len(pairs)


def test_post(benchmark: BenchmarkFixture, kernel: Kernel) -> None:
    """Hashes of documents to postings that can be joined."""
    hashes = np.random.RandomState(1).randint(0, 2**62, 100_000, dtype=np.uint64)
    documents = np.arange(100_000, dtype=np.uint32) // 50
    benchmark.group = "100,000 hashes posted"
    postings, _ = benchmark(kernel.post, Held(hashes, documents), width=13)
    assert len(postings) == 100_000
