"""Texts given as UTF-8 are the same texts: both kernels, every answer."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe._kernels import Limits, PackedTexts, _numpy
from dedupe.sketch.minhash import permutations
from scripts import many_texts

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

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


@pytest.mark.parametrize("isa", native.isas())
@pytest.mark.parametrize(
    "between", ["\u2019", " \u201cx", "\u2026\u0301", "\u200b", "\u2030", "\u00e9", "e\u0301", "\u20ac\u2010"]
)
def test_punctuation_of_several_bytes_ends_tokens_wherever_it_stands(isa, between):
    best = native.isa()
    texts = ["ab " * (at // 3) + "c" * (at % 3) + between + "d" * rest for at in range(55, 70) for rest in (0, 1, 80)]
    native.set_isa(isa)
    made = native.sketch(packed(texts), **RECIPE), native.sketch(texts, **RECIPE)
    native.set_isa(best)
    assert same(made[0], made[1])
    assert same(made[0], _numpy.sketch(texts, **RECIPE))


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_strings_of_every_width_are_sketched_alike_by_any_number_of_threads(threads):
    texts = [
        word * times for word in ("ascii ", "caf\u00e9 ", "\u2019s ", "\U0001f389a ") for times in (0, 1, 9_000, 40_000)
    ]
    assert same(native.sketch(texts, **RECIPE, threads=threads), native.sketch(packed(texts), **RECIPE))


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
    texts = packed(["word " * 20_000] * 5)
    behind = PackedTexts(texts.content + content, np.append(texts.ends, len(texts.content) + len(content)))
    with pytest.raises(ValueError, match="text 5 is not UTF-8"):
        native.sketch(behind, **RECIPE, threads=3)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(None, [4]), (None, [3, 2]), (None, [-1]), ([2], [1]), ([-1], [2]), ([0, 1], [1]), ([[0]], [[1]])],
)
def test_texts_outside_the_content_are_refused(starts, ends):
    with pytest.raises(ValueError, match="ascend within the 3 bytes"):
        PackedTexts(b"one", np.array(ends), None if starts is None else np.array(starts))


def test_the_native_kernel_trusts_no_spans():
    packed_text = PackedTexts(b"one", np.array([3]))
    packed_text.ends[0] = 1 << 40
    with pytest.raises(ValueError, match="within the content"):
        native.sketch(packed_text, **RECIPE)
    with pytest.raises(ValueError, match="within the content"):
        native.measure(packed_text, np.array([[0, 0]]), LIMITS)


def test_texts_may_lie_anywhere_in_their_content():
    texts = PackedTexts(b"xx one two three yy one two four", np.array([32, 16]), np.array([20, 3]))
    assert list(texts) == ["one two four", "one two three"]
    assert texts.lengths().tolist() == [12, 13]
    pairs = np.array([[0, 1]])
    assert same(native.sketch(texts, **RECIPE), native.sketch(list(texts), **RECIPE))
    assert np.array_equal(native.measure(texts, pairs, LIMITS), _numpy.measure(list(texts), pairs, LIMITS))


STUCK_AT_FIRST = """
import itertools, time
from dedupe._kernels import PackedTexts, _native_kernel as native
from dedupe.sketch.minhash import permutations
import numpy as np
plain = b"some words of a plain text, again and again " * 700
strange = [chr(0x100 * page + 0x50).encode() + plain for page in range(3, 33)]
texts = strange + [plain] * 1500
a, b = permutations(64, 1)
packed = PackedTexts(b"".join(texts), np.array(list(itertools.accumulate(map(len, texts))), dtype=np.int64))
every, own = time.process_time(), time.thread_time()
native.sketch(packed, a=a, b=b, shingle_size=3, fingerprint_tokens=5, fingerprint_window=4, threads=2)
every, own = time.process_time() - every, time.thread_time() - own
print((every - own) / every)
"""


def test_a_thread_that_found_nothing_to_do_goes_on_when_there_is_something():
    """Every text is a round, and the first ones want pages that nobody knows yet in a process of its own: the second
    thread gets stuck in all of them at once. Shares of processor time, so that a busy machine is all one: without the
    second thread its share is nothing, with it about a half."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", STUCK_AT_FIRST], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0.1
