"""What separates and what is a digit: native and specification agree on every character."""

import functools
import unicodedata

import numpy as np
import pytest

from dedupe._kernels import DIGITS, _numpy

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

LARGE = (range(0x3400, 0xA000), range(0xAC00, 0xD800), range(0xE000, 0xF900))
"""Ideographs, Hangul syllables and private use: of these one character in 61 stands for the others."""


@functools.cache
def words_of_all_scripts():
    codes = [code for code in range(0x20, 0xD800) if not any(code in block for block in LARGE)]
    codes += [code for block in LARGE for code in block[::61]] + [*range(0xF900, 0x10000)]
    return " ".join(f"a{chr(code)}b" for code in codes)


@functools.cache
def as_specified(text):
    return _numpy.read(text, 5)


@pytest.mark.usefixtures("isa")
@pytest.mark.parametrize("before", ["", "x", "é", "字"])
@pytest.mark.parametrize("wide", ["", "\U0001f600"], ids=["utf-8", "code points"])
def test_digits_and_separators_of_all_scripts_are_known(before, wide):
    """A word of every character, in UTF-8 and in code points, at every place of a block."""
    text = before + words_of_all_scripts() + wide
    ours, specified = native.read(text, 5), as_specified(text)
    np.testing.assert_array_equal(ours.numeric, specified.numeric)
    np.testing.assert_array_equal(ours.separators, specified.separators)


def test_digits_are_those_of_python():
    known = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Nd"]
    assert set(DIGITS) <= set(known)
    assert unicodedata.unidata_version != "14.0.0" or set(DIGITS) == set(known)
