"""Bags of words: native and specification agree, and what a bag refuses would not have been measured either."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import COLUMNS, Limits, _numpy
from dedupe._kernels._bags import BAG_BYTES, FULL, GROUPS
from dedupe.sketch.minhash import permutations
from dedupe.sketch.pairs import pack
from scripts import many_texts

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)
KERNELS = pytest.mark.parametrize("kernel", [native, _numpy], ids=["native", "numpy"])

SLOTS = dict(zip("ab", permutations(16, 1), strict=True))
RECIPE = {"shingle_size": 3, "fingerprint_tokens": 5, "fingerprint_window": 4} | SLOTS
words = st.lists(st.sampled_from(["the", "a", "of", "ferry", "late", "ice", *"bcdefghijklmnopqrstuvwxyz"]), max_size=80)
reaches = st.sampled_from([0.0, 0.3, 0.64, 0.8, 1.0])


def every_pair(count):
    return np.array([(a, b) for a in range(count) for b in range(count)], dtype=np.int64).reshape(-1, 2)


def assert_bound(texts, reach):
    """Both kernels make the same bags and mark the same pairs, those that are reached among them."""
    made, specified = (kernel.sketch(texts, **RECIPE, bags=True) for kernel in (native, _numpy))
    np.testing.assert_array_equal(made.bags, specified.bags)
    pairs = every_pair(len(texts))
    for isa in native.isas():
        native.set_isa(isa)
        marked, wanted = (
            kernel.may_reach(made.bags, made.token_counts, pack(*pairs.T), reach) for kernel in (native, _numpy)
        )
        np.testing.assert_array_equal(marked, wanted)
    native.set_isa(native.isas()[0])
    measured = native.measure(texts, pairs, Limits(12, 8, 0.8, 5, reach))
    assert marked[measured[:, COLUMNS.index("reached")] > 0].all()
    return marked


@given(st.lists(words.map(" ".join), min_size=1, max_size=4), reaches)
@settings(max_examples=200)
def test_bags_are_alike_and_refuse_nothing_that_is_reached(texts, reach):
    assert_bound(texts, reach)


@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=1, max_size=3), reaches)
@settings(max_examples=100)
def test_bags_of_any_texts_are_alike(texts, reach):
    assert_bound(texts, reach)


def test_bags_of_all_scripts_are_alike_and_tell_texts_apart():
    marked = assert_bound(list(many_texts(1)), 0.64)
    assert 0 < marked.sum() < len(marked)


@pytest.mark.parametrize("times", [254, 255, 256, 300])
def test_a_word_that_stands_all_the_time_makes_no_bound(times):
    texts = ["same " * times + "a b c d " * 99, "other words of its own " * 200, "same " * times]
    marked = assert_bound(texts, 2.0).reshape(3, 3)
    assert marked[0].all() == marked[:, 2].all() == (times >= FULL + 3)


@KERNELS
def test_a_text_without_words_has_an_empty_bag(kernel):
    made = kernel.sketch(["", "... !", "one"], **RECIPE, bags=True)
    assert made.bags.shape == (3, BAG_BYTES)
    assert [int(bag.sum()) for bag in made.bags[:2]] == [0, 0]
    assert np.unpackbits(made.bags[2]).sum() == 1
    assert not made.bags[:, -GROUPS:].any()


@KERNELS
def test_bags_nobody_asks_for_are_not_made(kernel):
    assert kernel.sketch(["one two three"], **RECIPE).bags.shape == (1, 0)


@KERNELS
@pytest.mark.parametrize("threads", [1, 3])
def test_bags_do_not_depend_on_threads(kernel, threads):
    texts = list(many_texts(1))[:40]
    np.testing.assert_array_equal(
        kernel.sketch(texts, **RECIPE, bags=True, threads=threads).bags, native.sketch(texts, **RECIPE, bags=True).bags
    )


@KERNELS
def test_bags_of_other_texts_are_refused(kernel):
    bags, counts = np.zeros((2, BAG_BYTES), dtype=np.uint8), np.ones(2, dtype=np.uint32)
    with pytest.raises(ValueError, match="bags must be"):
        kernel.may_reach(bags[:1], counts, np.array([1], dtype=np.uint64), 0.5)
    with pytest.raises(ValueError, match="bags must be"):
        kernel.may_reach(bags[:, 1:], counts, np.array([1], dtype=np.uint64), 0.5)
    with pytest.raises(ValueError, match="a text that is not there"):
        kernel.may_reach(bags, counts, np.array([2], dtype=np.uint64), 0.5)
    with pytest.raises(ValueError, match="a text that is not there"):
        kernel.may_reach(bags, counts, np.array([2 << 32], dtype=np.uint64), 0.5)
