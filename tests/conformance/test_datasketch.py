"""Our signatures are datasketch's: bit for bit, in every script, both ways."""

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH

from dedupe.errors import InputError
from dedupe.sketch import minhash
from dedupe.text.shingles import shingles
from scripts import BLOCKS, SENTENCES, many_texts


def oracle(text, *, num_perm, seed, size):
    peer = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=minhash.shingle_hash)
    peer.update_batch([shingle.encode() for shingle in shingles(text, size)])
    return peer.hashvalues


def test_the_sample_is_large_and_wide():
    assert len(many_texts()) >= 2_000
    assert len(SENTENCES) >= 30
    assert len(BLOCKS) >= 30


def test_every_signature_equals_datasketch_bit_for_bit(kernel):
    texts = many_texts()
    ours, mask = minhash.signatures(texts)
    assert mask.sum() >= 2_000
    for text, signature, has_one in zip(texts, ours, mask, strict=True):
        if has_one:
            np.testing.assert_array_equal(signature, oracle(text, num_perm=128, seed=1, size=5))
        else:
            assert len(shingles(text, 5)) == 0
            assert (signature == 0xFFFFFFFF).all()


@pytest.mark.parametrize(("num_perm", "seed", "size"), [(16, 0, 1), (100, 7, 3), (129, 2**32 - 1, 8), (256, 42, 5)])
def test_other_parameters_agree_too(kernel, num_perm, seed, size):
    texts = list(SENTENCES.values())
    ours, mask = minhash.signatures(texts, num_perm=num_perm, seed=seed, shingle_size=size)
    for text, signature in zip(np.array(texts)[mask], ours[mask], strict=True):
        np.testing.assert_array_equal(signature, oracle(str(text), num_perm=num_perm, seed=seed, size=size))


def test_a_signature_goes_there_and_comes_back(kernel):
    (signature,), _ = minhash.signatures([SENTENCES["latin"]], seed=3)
    peer = minhash.to_datasketch(signature, seed=3)
    assert peer.seed == 3
    np.testing.assert_array_equal(minhash.from_datasketch(peer), signature)
    assert minhash.from_datasketch(peer).dtype == np.uint32


def test_datasketch_continues_where_we_stopped(kernel):
    (signature,), _ = minhash.signatures(["one two three four five six"])
    peer = minhash.to_datasketch(signature)
    peer.update(b"seven eight nine ten eleven")
    (other,), _ = minhash.signatures(["seven eight nine ten eleven"])
    np.testing.assert_array_equal(minhash.from_datasketch(peer), minhash.merge(signature, other))


def test_datasketch_estimates_what_we_estimate(kernel):
    (x, y), _ = minhash.signatures([SENTENCES["french"], SENTENCES["french"][20:]])
    assert 0 < minhash.estimate(x, y) < 1
    assert minhash.to_datasketch(x).jaccard(minhash.to_datasketch(y)) == minhash.estimate(x, y)


def test_datasketch_finds_our_signatures_in_its_own_index(kernel):
    texts = [SENTENCES["polish"], SENTENCES["polish"] + " Koniec.", SENTENCES["greek"]]
    made, _ = minhash.signatures(texts)
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for key, signature in enumerate(made):
        index.insert(key, minhash.to_datasketch(signature))
    assert sorted(index.query(minhash.to_datasketch(made[0]))) == [0, 1]


def test_a_legacy_minhash_is_refused_by_name():
    with pytest.raises(InputError, match="'legacy'"):
        minhash.from_datasketch(MinHash(num_perm=16, scheme="legacy"))
