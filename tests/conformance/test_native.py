"""The native kernel against its specification: bit for bit, on every instruction set."""

import functools
import random

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import _numpy, _unicode
from dedupe.sketch.minhash import permutations
from scripts import SENTENCES, many_texts

_native = pytest.importorskip("dedupe._kernels._native", reason="the native kernel is not built")
native = pytest.importorskip("dedupe._kernels._native_kernel")
pytestmark = pytest.mark.usefixtures("isa")

RECIPE = {"shingle_size": 3, "fingerprint_tokens": 5, "fingerprint_window": 4}
crafted = st.text(
    st.sampled_from(
        "aZ09 \n'\u2019\u2010\u2017\u2026\u2027\u2028=<\u00adﬁé½가ᄀ中かｶกं्क\u0958ΐſŉ㎏\ufdfa\u0301\u0308\u0323\u0345\u0344\u0f77"
        "\u093c\u09be\u0e33\u0e48\u3099\uff9e\u1161\u11a8\u200d\ufe0f\ud800\U0001d7da\U000e0041"
    ),
    max_size=200,
)
anything = st.text(st.characters(codec=None), max_size=80)
long_ascii = st.text(st.sampled_from("abcXYZ019 '-\u2019"), min_size=50, max_size=300)


def assert_equal(ours, specified):
    for mine, theirs in zip(ours, specified, strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)


@functools.cache
def specified(name, text, *more):
    """What the specification says of a text; it is asked once for all instruction sets."""
    return getattr(_numpy, name)(text, *more)


def assert_sketches_equal(texts, num_perm=128, threads=1, **changes):
    a, b = permutations(num_perm, 1)
    recipe = RECIPE | changes
    assert_equal(native.sketch(texts, a=a, b=b, threads=threads, **recipe), _numpy.sketch(texts, a=a, b=b, **recipe))


def test_xxh3_is_right_for_every_length(isa):
    noise = random.Random(1).randbytes(5_000)
    for length in range(4_097):
        assert _native.xxh3_64(noise[:length]) == xxhash.xxh3_64_intdigest(noise[:length])
    for length in (65_535, 65_536, 1_000_001):
        assert _native.xxh3_64((noise * 201)[:length]) == xxhash.xxh3_64_intdigest((noise * 201)[:length])


def test_sketches_are_equal_in_every_script(isa):
    assert_sketches_equal(many_texts(6), threads=2)


def test_tokens_are_equal_in_every_script(isa):
    for text in many_texts(6):
        assert_equal(native.tokenize(text), specified("tokenize", text))


@given(st.one_of(crafted, anything, long_ascii))
@settings(max_examples=300)
def test_tokens_are_equal_on_any_text(text):
    assert_equal(native.tokenize(text), _numpy.tokenize(text))


@given(
    st.lists(st.one_of(crafted, anything, long_ascii), max_size=5),
    st.integers(1, 40),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 9),
    st.booleans(),
)
@settings(max_examples=200)
def test_sketches_are_equal_for_any_texts_and_parameters(texts, num_perm, size, tokens, window, distinct):
    changes = {"shingle_size": size, "fingerprint_tokens": tokens, "fingerprint_window": window, "distinct": distinct}
    assert_sketches_equal(texts, num_perm, **changes)


def test_fingerprints_in_the_order_of_the_text_are_the_same_ones(kernel):
    a, b = permutations(16, 1)
    text = " ".join(f"w{number % 40}" for number in range(200))  # everything comes five times
    once = kernel.sketch([text], a=a, b=b, **RECIPE).fingerprints
    again = kernel.sketch([text], a=a, b=b, **RECIPE, distinct=False).fingerprints
    assert len(again) > len(once) > 1
    assert np.unique(again).tolist() == once.tolist()
    assert (again[1:] != again[:-1]).all()


@pytest.mark.parametrize("num_perm", [*range(16, 129, 16), 31, 33, 127, 129, 200, 256, 300])
def test_any_number_of_slots_is_served(isa, num_perm):
    assert_sketches_equal([SENTENCES["latin"], SENTENCES["thai"], "x"], num_perm)


@pytest.mark.parametrize("tail", ["", "\u0301", "\u200d\u0301b", "’s", "é", " \u0345", "\u0301" * 40 + "x"])
def test_what_follows_a_block_of_ascii_is_not_torn_from_it(isa, tail):
    for length in (*range(60, 70), *range(124, 132), 255, 256, 257):
        for head in ("a" * length, "ab " * (length // 3) + "a" * (length % 3), " " * length):
            text = head + tail + " end"
            assert_equal(native.tokenize(text), _numpy.tokenize(text))


@given(st.text(st.sampled_from("abc defg éß中"), max_size=400), st.integers(1, 12))
@settings(max_examples=100)
def test_shingle_hashes_are_equal(text, size):
    assert_equal([native.shingle_hashes(text, size)], [_numpy.shingle_hashes(text, size)])


@pytest.mark.parametrize("words", [10, 25, 100, 5_000, 40_000])
def test_many_shingles_are_sorted_and_unique(isa, words):
    chosen = random.Random(words)
    text = " ".join(str(chosen.randrange(words)) for _ in range(words))
    assert_equal([native.shingle_hashes(text, 2)], [_numpy.shingle_hashes(text, 2)])


@given(st.integers(1, 20), st.integers(1, 6), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_band_keys_are_equal(bands, rows, count, seed):
    signatures = np.random.default_rng(seed).integers(0, 2**32, (count, bands * rows + 2), dtype=np.uint32)
    assert_equal([native.band_keys(signatures, bands, rows)], [_numpy.band_keys(signatures, bands, rows)])


@given(st.lists(anything, max_size=4), st.integers(1, 9), st.integers(1, 5), st.integers(0, 30), st.integers(1, 3))
def test_band_keys_instead_of_signatures_are_those_of_the_signatures(texts, bands, rows, more, threads):
    a, b = permutations(bands * rows + more, 1)
    whole = native.sketch(texts, a=a, b=b, **RECIPE)
    made = native.sketch(texts, a=a, b=b, **RECIPE, bands=(bands, rows), threads=threads)
    assert_equal(made, _numpy.sketch(texts, a=a, b=b, **RECIPE, bands=(bands, rows)))
    assert_equal([made.band_keys], [native.band_keys(whole.signatures, bands, rows)])
    assert made.signatures.shape == (len(texts), 0)
    assert whole.band_keys.shape == (len(texts), 0)


def test_more_bands_than_slots_are_refused(kernel):
    a, b = permutations(16, 1)
    with pytest.raises(ValueError, match="6 bands of 3 rows need more than the 16 slots"):
        kernel.sketch(["x"], a=a, b=b, **RECIPE, bands=(6, 3))


def test_band_keys_of_a_view_are_those_of_its_copy(isa):
    signatures = np.arange(400, dtype=np.uint32).reshape(20, 20)[::2, ::2]
    assert_equal([native.band_keys(signatures, 5, 2)], [_numpy.band_keys(signatures, 5, 2)])


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_intersections_are_equal(x, y):
    left, right = (np.array(sorted(values), dtype=np.uint64) for values in (x, y))
    assert native.intersection_size(left, right) == _numpy.intersection_size(left, right) == len(x & y)


@pytest.mark.parametrize(
    "text",
    [
        "\u1161" * 1_000,
        "가" + "\u11a8" * 100 + " 각",
        "a" + "\u0301" * 100_000 + "b",
        "a" + "\u200b" * 100_000 + "\u0301b",
        "\ufdfa" * 10_000,
        "".join(f"{chr(97 + i % 26)}\u0323{chr(0x300 + i % 80)}{chr(0x300 + i // 80 % 80)} " for i in range(7_000)),
        " ".join(
            chr(0x1100 + i % 19) + chr(0x1161 + i // 19 % 21) + chr(0x11A8 + i // 399 % 27) for i in range(11_000)
        ),
        "x" * 200_000,
        "word " * 50_000,
        "\ud800" * 1_000 + "\udc00a",
        "\x00a\x00",
    ],
    ids=[
        "vowels",
        "finals",
        "marks",
        "invisible",
        "phrases",
        "chunks",
        "syllables",
        "word",
        "words",
        "surrogates",
        "nul",
    ],
)
def test_hard_texts_are_equal(isa, text):
    assert_equal(native.tokenize(text), specified("tokenize", text))
    assert_equal([native.shingle_hashes(text, 5)], [specified("shingle_hashes", text, 5)])
    assert_sketches_equal(["before", text, "one two three four five six seven"])


def test_quick_punctuation_separates_in_python_too(isa):
    for code in range(0x2010, 0x2028):
        folded = _unicode.fold(chr(code))
        assert {_unicode.CLASSES[ord(character)] for character in folded} <= {_unicode.SEPARATOR, _unicode.MARK}
        assert not _unicode.CHARACTERS[chr(code)].continues


def test_an_unknown_instruction_set_is_refused(isa):
    with pytest.raises(ValueError, match="no instruction set 'mmx'"):
        native.set_isa("mmx")
    assert native.isa() == isa


def test_what_is_not_text_is_refused_by_c_itself(isa):
    with pytest.raises(TypeError):
        _native.tokenize(b"bytes")
    with pytest.raises(ValueError, match="out of range"):
        _native.sketch([("x",), b"\x01"], (1, 1, 1, 1), 1, (0, 1), 0, (b"", b""), (b"",) * 6)
    for bands in ((-1, 1), (1, 0), (2, 1), (1, 2), (2**62, 2**62)):
        with pytest.raises(ValueError, match="out of range"):
            _native.sketch([("x",), b"\x01"], (1, 1, 1, 1), 1, bands, 1, (b"", b""), (b"",) * 6)
    with pytest.raises((ValueError, BufferError), match=r"too small|not writable"):
        _native.sketch([("x",), b"\x01"], (1, 1, 1, 1), 1, (0, 1), 1, (b"", b""), (b"",) * 6)
    columns = (bytearray(4), bytearray(), bytearray(4), *[bytearray(8)] * 3)
    for texts in (("x",), [], [["x"], b"\x01"], [("x",), b""], [b"", b"12345678", b""]):
        with pytest.raises((TypeError, ValueError, BufferError)):
            _native.sketch(texts, (1, 1, 1, 1), 1, (0, 1), 1, (b"1234", b"1234"), columns)
    assert _native.sketch([("x",), b"\x01"], (1, 1, 1, 1), 1, (0, 1), 1, (b"1234", b"1234"), columns)
    with pytest.raises((ValueError, BufferError), match="too small"):
        _native.sketch([("x",), b"\x01"], (1, 1, 1, 1), 1, (1, 1), 1, (b"1234", b"1234"), columns)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_character_there_is_folds_alike(isa):
    for start in range(0, 0x110000, 4_096):
        alone = " ".join(map(chr, range(start, start + 4_096)))
        between = "a".join(map(chr, range(start, start + 4_096)))
        marked = "\u0301\u0323 e".join(map(chr, range(start, start + 4_096))) if isa == native.isas()[0] else ""
        for text in (alone, between, marked):
            assert_equal(native.tokenize(text), _numpy.tokenize(text))
