"""Texts in, candidates out: what is alike is nominated, and brute force says what is alike."""

import itertools
import random

import pytest

from dedupe.config import Config
from dedupe.sketch.candidates import Sketches, find_candidates
from dedupe.sketch.lsh import choose_bands
from dedupe.sketch.minhash import permutations


def families(seed, count=60, words=260):
    """Articles in four states of editing each: as it was, retouched, cut, and inside chrome of twice its length."""
    source = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(4000)]
    texts = []
    for _ in range(count):
        article = source.choices(vocabulary, k=words)
        retouched = [source.choice(vocabulary) if source.random() < 0.04 else word for word in article]
        cut = article[: int(words * 0.6)]
        framed = source.choices(vocabulary, k=words) + article + source.choices(vocabulary, k=words)
        texts += [" ".join(each) for each in (article, retouched, cut, framed)]
    return texts


@pytest.fixture
def nominated(kernel):
    """The texts, their candidates with channels, and their shingle sets."""
    config, texts = Config(), families(1)
    a, b = permutations(config.num_perm, config.seed)
    made = kernel.sketch(
        texts,
        shingle_size=config.shingle_size,
        a=a,
        b=b,
        fingerprint_tokens=config.fingerprint_tokens,
        fingerprint_window=config.fingerprint_window,
    )
    bands = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall)
    sketches = Sketches(
        body_hashes=made.body_hashes,
        comparable=made.token_counts >= config.min_tokens,
        band_keys=kernel.band_keys(made.signatures, *bands),
        has_signature=made.has_signature,
        fingerprints=made.fingerprints,
        fingerprint_offsets=made.fingerprint_offsets,
    )
    found = find_candidates(sketches, bucket_cap=config.bucket_cap, fingerprint_cap=config.fingerprint_max_documents)
    shingles = [set(kernel.shingle_hashes(text, config.shingle_size).tolist()) for text in texts]
    return {(each.a, each.b): each.channels for each in found}, shingles


def test_every_alike_pair_is_nominated_and_few_others(nominated):
    found, shingles = nominated
    alike = [
        (i, j)
        for i, j in itertools.combinations(range(len(shingles)), 2)
        if len(shingles[i] & shingles[j]) >= 0.5 * len(shingles[i] | shingles[j])
    ]
    by_bands = sum("lsh" in found.get(pair, ()) for pair in alike)
    assert len(alike) > 100
    assert by_bands >= 0.99 * len(alike)
    assert set(alike) <= found.keys()
    assert sum(i // 4 != j // 4 for i, j in found) < 20


def test_passages_that_jaccard_cannot_see_are_nominated_by_fingerprints(nominated):
    found, shingles = nominated
    framed = [(4 * family + 2, 4 * family + 3) for family in range(60)]
    assert all(len(shingles[i] & shingles[j]) < 0.3 * len(shingles[i] | shingles[j]) for i, j in framed)
    assert all("fingerprint" in found[pair] for pair in framed)
