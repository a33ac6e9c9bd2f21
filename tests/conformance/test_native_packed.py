"""Texts given as UTF-8 are the same texts: both kernels, every answer."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe._kernels import Limits, PackedTexts, _numpy
from dedupe.sketch.minhash import permutations
from scripts import many_texts

native = pytest.importorskip("dedupe._kernels._native_kernel", reason="the native kernel is not built")

SLOTS = dict(zip("ab", permutations(16, 1), strict=True))
RECIPE = {"shingle_size": 3, "fingerprint_tokens": 5, "fingerprint_window": 4} | SLOTS
LIMITS = Limits(max_gap_tokens=4, min_passage_tokens=4, min_passage_identity=0.6, shingle_size=3, reach=0.0)


def packed(texts):
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.array(list(itertools.accumulate(map(len, encoded))), dtype=np.int64)
    return PackedTexts(b"".join(encoded), ends)


def same(first, second):
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


@given(st.lists(st.text(st.characters(codec=None), max_size=40), max_size=6))
def test_packed_texts_are_a_sequence_of_the_texts(texts):
    assert list(packed(texts)) == texts
    assert packed(texts)[1:] == texts[1:]


@given(st.lists(st.text(st.characters(codec=None), max_size=60), max_size=6))
def test_packed_texts_are_sketched_like_strings(texts):
    wanted = native.sketch(texts, **RECIPE)
    assert same(native.sketch(packed(texts), **RECIPE), wanted)
    assert same(_numpy.sketch(packed(texts), **RECIPE), wanted)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_packed_texts_of_all_scripts_are_sketched_like_strings(threads):
    texts = list(many_texts(120))
    assert same(native.sketch(packed(texts), **RECIPE, threads=threads), native.sketch(texts, **RECIPE))


def test_packed_texts_are_measured_like_strings():
    texts = list(many_texts(40))
    pairs = np.array(list(itertools.combinations(range(40), 2)))
    assert np.array_equal(native.measure(packed(texts), pairs, LIMITS), native.measure(texts, pairs, LIMITS))


@pytest.mark.parametrize(
    "content",
    [
        b"\x80",
        b"\xc0\xaf",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x98",
        b"\xf4\x90\x80\x80",
        b"\xe0\x80\x80",
        b"\xff",
        b"word \xc3(",
    ],
)
def test_bytes_that_are_no_utf8_are_refused(content):
    with pytest.raises(ValueError, match="not UTF-8"):
        native.sketch(PackedTexts(content, np.array([len(content)])), **RECIPE)


@pytest.mark.parametrize("ends", [[4], [3, 2], [-1]])
def test_ends_outside_the_content_are_refused(ends):
    with pytest.raises(ValueError, match="ends of texts"):
        native.sketch(PackedTexts(b"one", np.array(ends)), **RECIPE)
