"""Hash vectors fixed for ever: a stored index must never be misread by a later version.

If one of these fails, stored signatures are worthless: raise the index's schema version and say so in the changelog.
The sentences use only characters that every supported Unicode version knows alike.
"""

import hashlib

import numpy as np
import pytest

from dedupe.sketch.minhash import permutations
from scripts import SENTENCES

NAMES = ("latin", "german", "greek", "arabic", "devanagari", "thai", "chinese", "japanese", "korean", "mathematical")

A_HEAD = [3582191691, 4270784983, 1892572953]
B_HEAD = [214548472, 3287733501, 2301657549]
A_DIGEST = "242d1201b25a4bd7"
B_DIGEST = "bef90aa95f80de76"
VECTORS = {
    "latin": (19, "b9a0841e6d5fbaa4", "b401dfc603f6c65f", "889dd341fd9abe87"),
    "german": (14, "cfaa10fd73d91441", "4a32c19a3213b6bc", "407f0e44fa38733f"),
    "greek": (16, "38d1a082424f58b6", "aaaff32ac17a0832", "30f7683d8e742cc4"),
    "arabic": (15, "e4639b3d91479916", "45290025a8b92fbd", "fdbd0c2557ca1e0f"),
    "devanagari": (17, "af77b7196bf4cd19", "a77669930ba7b67d", "6584274d91cd98a4"),
    "thai": (61, "d77eb316fea8039f", "9a355b581d55dc0a", "16bb9f4388df5a87"),
    "chinese": (38, "f72128fa31c53ebb", "a60f82159d202e48", "42c2236ad3861c0a"),
    "japanese": (47, "7d1311c89f49abcd", "687ef5373fa69700", "eaaf0fc77b450f30"),
    "korean": (14, "f07662630775bb51", "2d961e77da574a96", "b25ec329c65dc051"),
    "mathematical": (27, "4e12c597270e1d26", "eaee44a8a17d1ceb", "660d2c402b2a6ed6"),
}
SLOTS = [158470607, 682019322, 766459721, 586582026, 1055431753, 1903432289, 117538713, 1306850331]
SHINGLES = ["10fda5e649def3d2", "e9c5b411d66567a8"]
TOKENS = ("5a3f6aed5efe4a76", "3ae11c510e50a22f", "3485290d8a871203")
KEYS = ["8d648b7708be21a2", "466bb1a08098cedf", "b010eb1ef2424c25"]
KEYS_DIGEST = "c7c89bbbbaeeb3f0"


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()[
        :16
    ]


def sketched(kernel, texts):
    a, b = permutations(128, 1)
    return kernel.sketch(texts, shingle_size=5, a=a, b=b, fingerprint_tokens=13, fingerprint_window=8)


def test_permutations_are_fixed():
    a, b = permutations(128, 1)
    assert a[:3].tolist() == A_HEAD
    assert b[:3].tolist() == B_HEAD
    assert digest(a) == A_DIGEST
    assert digest(b) == B_DIGEST


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_sketch_is_fixed(kernel, name):
    made = sketched(kernel, [SENTENCES[name]])
    tokens, body, signature, fingerprints = VECTORS[name]
    assert int(made.token_counts[0]) == tokens
    assert f"{int(made.body_hashes[0]):016x}" == body
    assert digest(made.signatures) == signature
    assert digest(made.fingerprints) == fingerprints


def test_the_first_signature_is_fixed_slot_by_slot(kernel):
    made = sketched(kernel, ["the quick brown fox jumps over the lazy dog"])
    assert made.signatures[0, :8].tolist() == SLOTS
    assert [f"{int(value):016x}" for value in kernel.shingle_hashes("to be or not to be", 5)] == SHINGLES


def test_token_hashes_and_spans_are_fixed(kernel):
    hashes, starts, ends = kernel.tokenize(" ".join(SENTENCES[name] for name in NAMES))
    assert (digest(hashes), digest(starts), digest(ends)) == TOKENS


def test_band_keys_are_fixed(kernel):
    made = sketched(kernel, ["the quick brown fox jumps over the lazy dog"])
    keys = kernel.band_keys(made.signatures, 42, 3)
    assert [f"{int(value):016x}" for value in keys[0, :3]] == KEYS
    assert digest(keys) == KEYS_DIGEST
