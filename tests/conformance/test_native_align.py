"""Alignments by the native kernel against their specification: bit for bit. No instruction set has a part in them."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import _numpy

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

tokens = st.integers(0, 9).flatmap(lambda most: st.lists(st.integers(0, most * most), max_size=120))
edits = st.lists(st.tuples(st.sampled_from("dirm"), st.integers(0, 130), st.integers(1, 30)), max_size=8)


def edited(values, changes):
    """Delete, insert, repeat and move stretches."""
    values = list(values)
    for kind, place, length in changes:
        stretch = values[place : place + length]
        if kind in "dm":
            del values[place : place + length]
        if kind == "m":
            values[:0] = stretch
        elif kind == "i":
            values[place:place] = range(1_000, 1_000 + length)
        elif kind == "r":
            values[place:place] = stretch
    return values


def assert_alignments_equal(a, b, **changes):
    options = {"max_gap_tokens": 12, "min_passage_tokens": 8, "min_passage_identity": 0.8} | changes
    arrays = [np.array(values, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) for values in (a, b)]
    ours, specified = (kernel.align(*arrays, **options) for kernel in (native, _numpy))
    assert ours.dtype == specified.dtype
    np.testing.assert_array_equal(ours, specified)


@given(tokens, edits, st.integers(0, 30), st.integers(1, 12), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
@settings(max_examples=400)
def test_alignments_of_edited_texts_are_equal(values, changes, gap, least, identity):
    options = {"max_gap_tokens": gap, "min_passage_tokens": least, "min_passage_identity": identity}
    assert_alignments_equal(values, edited(values, changes), **options)


@given(tokens, tokens)
def test_alignments_of_any_texts_are_equal(x, y):
    assert_alignments_equal(x, y, min_passage_tokens=3, min_passage_identity=0.5)


@pytest.mark.parametrize("gap", [0, 1, 12, 100])
def test_alignments_of_hard_texts_are_equal(gap):
    chosen = random.Random(gap)
    base = [chosen.randrange(10_000) for _ in range(3_000)]
    scattered = [value if place % 5 else value + 20_000 for place, value in enumerate(base)]
    blocks = [value for start in range(0, 3_000, 100) for value in reversed_blocks(base[start : start + 100])]
    for other in (scattered, blocks, base[1_000:] + base[:1_000], [7] * 3_000, base[:10] * 300, base + base, []):
        assert_alignments_equal(base, other, max_gap_tokens=gap)
        assert_alignments_equal(other, base, max_gap_tokens=gap, min_passage_identity=0.95)


def reversed_blocks(values):
    return values[50:] + values[:50]
