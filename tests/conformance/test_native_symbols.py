"""Bytes as numbers of runs: native and specification write the same, and both read it back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe._kernels import Codebook, _numpy
from dedupe.engine.index.symbols import CODEBOOK

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

few = st.sampled_from([b"a", b"b", b"\x00", b"\xff"])
runs = st.one_of(st.binary(min_size=1, max_size=8), st.lists(few, min_size=1, max_size=8).map(b"".join))
codebooks = st.lists(runs, unique=True, max_size=40).map(lambda each: Codebook(tuple(each)))
texts = st.one_of(st.binary(max_size=60), st.lists(few, max_size=60).map(b"".join))


@given(texts, codebooks)
def test_both_write_the_same_and_read_it_back(data, codebook):
    written = native.squeeze(data, codebook)
    assert written == _numpy.squeeze(data, codebook)
    assert native.unsqueeze(written, codebook) == _numpy.unsqueeze(written, codebook) == data


@given(st.text(max_size=200))
def test_any_text_comes_back_from_the_stored_codebook(text):
    data = text.encode()
    written = native.squeeze(data, CODEBOOK)
    assert written == _numpy.squeeze(data, CODEBOOK)
    assert len(written) <= 2 * len(data)
    assert native.unsqueeze(written, CODEBOOK) == data


@given(st.binary(max_size=40), codebooks)
def test_other_bytes_are_refused_by_both_or_read_alike(written, codebook):
    answers = []
    for kernel in (native, _numpy):
        try:
            answers.append(kernel.unsqueeze(written, codebook))
        except ValueError:
            answers.append(None)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("kernel", [native, _numpy])
@pytest.mark.parametrize("wrong", [(b"",), (b"123456789",), (b"a", b"a"), tuple(b"%03d" % n for n in range(256))])
def test_what_is_no_codebook_is_refused(kernel, wrong):
    with pytest.raises(ValueError, match="at most 255 different runs of 1 to 8 bytes"):
        kernel.squeeze(b"abc", Codebook(wrong))


def test_the_longest_run_is_taken():
    assert native.squeeze(b"abcabd", Codebook((b"ab", b"abc", b"d"))) == bytes([1, 0, 2])
    assert native.squeeze(b"x", Codebook(())) == b"\xffx"


def test_english_prose_takes_little_more_than_half():
    data = (
        b"The dam above the valley held through the night, the governor said on Saturday, and the people who had left "
        b"their homes may go back on Sunday. Officials said that more than a thousand of them had spent two nights in "
        b"schools and churches, and that nobody was hurt. It was the third flood in the state this year."
    )
    assert len(native.squeeze(data, CODEBOOK)) < 0.6 * len(data)
