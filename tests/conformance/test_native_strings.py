"""JSON strings turned natively, against Python's own decoder; and what is called plain is harmless."""

import json
import time

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe._kernels import _strings
from dedupe.pages.guards import safe_characters
from scripts import many_texts

native = pytest.importorskip("dedupe._kernels._native_kernel", reason="the native kernel is not built")

PIECES = st.sampled_from(
    [
        '"',
        "\\",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "\\u00e9",
        "\\u0301",
        "\\n",
        "\\q",
        "\\/",
        "\\u12",
        "d83d",
        "\x00",
        "\x1f",
        "\x7f",
        "́" * 31,
        "א" * 40,
        "ิ" * 30,
        "\u3000",
        "\xa0",
        "\u2028",
        "Ͱ",
        " ",
        "a",
        "é",
        "中",
        "😀",
    ]
)
SOUPS = st.lists(PIECES, max_size=12).map(lambda pieces: ('"' + "".join(pieces) + '"').encode())


def answers(kernel, raws):
    texts, plain = kernel.plain_strings(raws)
    return bytes(texts.content), texts.ends.tolist(), plain.tolist()


@given(
    st.lists(
        st.text(st.characters(codec=None), max_size=40).flatmap(
            lambda t: st.sampled_from([json.dumps(t), json.dumps(t, ensure_ascii=False)])
        ),
        max_size=5,
    )
)
def test_any_json_string_is_turned_alike(strings):
    raws = [string.encode("utf-8", "surrogatepass") for string in strings]
    assert answers(native, raws) == answers(_strings, raws)


@given(st.lists(SOUPS | st.binary(max_size=20), max_size=5))
@example([b'"', b'""', b"", b"12", b"null", b'"\xff"', b'"\xed\xa0\x80"', b'"a', b'" "', b'"a\\'])
@example([b'"a\\"', b'"a\\u00"', b'"a\\ud800\\u0041"', b'"a\\ud800\\udc00"', b'"a\\u0000b"'])
def test_what_is_no_json_string_is_told_alike(raws):
    assert answers(native, raws) == answers(_strings, raws)


@given(st.lists(SOUPS, max_size=5))
def test_what_is_plain_needs_no_second_look(raws):
    texts, plain = native.plain_strings(raws)
    for raw, text, fine in zip(raws, texts, plain, strict=True):
        if fine:
            assert text == json.loads(raw)
            assert text.strip()
            assert safe_characters(text) == (text, ())
        else:
            assert text == ""


def test_texts_of_all_scripts_are_plain():
    texts = [text for text in many_texts(20) if text.isprintable() and text.isalpha()]
    raws = [json.dumps(text, ensure_ascii=index % 2 == 0).encode() for index, text in enumerate(texts)]
    assert list(native.plain_strings(raws)[0]) == texts


def test_undecoded_pieces_of_a_record_are_taken_without_a_copy():
    record = msgspec.json.decode(b'{"a": "one", "b": "tw\\u006f", "c": 3}', type=dict[str, msgspec.Raw])
    texts, plain = native.plain_strings(list(record.values()))
    assert list(texts) == ["one", "two", ""]
    assert plain.tolist() == [True, True, False]


def test_it_is_linear():
    raws = [b'"' + piece * 100_000 + b'"' for piece in (b"\\u0061", "\u0301a".encode(), b"\\n", b"ab")]
    begun = time.process_time()
    _, plain = native.plain_strings(raws)
    assert plain.tolist() == [True, True, False, True]
    assert time.process_time() - begun < 1
    assert np.count_nonzero(plain) == 3
