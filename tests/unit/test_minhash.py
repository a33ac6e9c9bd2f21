"""Signatures: what they mean, and what they refuse."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.errors import InputError
from dedupe.sketch import minhash


def test_texts_shorter_than_a_shingle_have_no_signature(kernel):
    made, mask = minhash.signatures(["cat", "", "dog", "one two three four", "one two three four five"])
    assert mask.tolist() == [False, False, False, False, True]
    assert (made[:4] == 0xFFFFFFFF).all()


def test_texts_without_signature_are_never_estimated_alike(kernel):
    (cat, dog), _ = minhash.signatures(["cat", "dog"])
    assert minhash.estimate(cat, dog) == 0.0


def test_no_texts_make_no_rows(kernel):
    made, mask = minhash.signatures([])
    assert made.shape == (0, 128)
    assert mask.shape == (0,)


def test_signatures_of_other_lengths_are_refused():
    with pytest.raises(InputError, match="16 and 32 slots"):
        minhash.estimate(np.zeros(16, np.uint32), np.zeros(32, np.uint32))
    with pytest.raises(InputError, match="16 and 32 slots"):
        minhash.merge(np.zeros(16, np.uint32), np.zeros(32, np.uint32))


def test_permutations_are_odd_cached_and_cannot_be_changed():
    a, b = minhash.permutations(128, 1)
    assert (a % 2 == 1).all()
    assert minhash.permutations(128, 1)[0] is a
    with pytest.raises(ValueError, match="read-only"):
        b[0] = 1


@given(seed=st.integers(0, 2**32 - 1), num_perm=st.integers(1, 200))
@example(seed=0, num_perm=700)
@example(seed=2**32 - 1, num_perm=1)
def test_permutations_are_those_of_the_frozen_stream(seed, num_perm):
    generator = np.random.RandomState(seed)
    multipliers = generator.randint(0, 2**31, num_perm, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    a, b = minhash.permutations(num_perm, seed)
    assert a.tolist() == multipliers.tolist()
    assert b.tolist() == generator.randint(0, 2**32, num_perm, dtype=np.uint32).tolist()


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_the_stream_does_not_know_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be from 0"):
        minhash.permutations(8, seed)


def test_the_estimate_is_close_to_the_truth(kernel):
    words = [f"w{number}" for number in range(1_000)]
    (x, y), _ = minhash.signatures([" ".join(words[:750]), " ".join(words[250:])], num_perm=4096)
    truth = 496 / 996
    assert abs(minhash.estimate(x, y) - truth) < 4 * (truth * (1 - truth) / 4096) ** 0.5


def test_threads_share_the_texts_and_change_nothing(kernel):
    texts = [f"story number {number} of a long day at the harbour" * (number % 5) for number in range(50)]
    for alone, shared in zip(minhash.signatures(texts), minhash.signatures(texts, threads=3), strict=True):
        np.testing.assert_array_equal(alone, shared)
