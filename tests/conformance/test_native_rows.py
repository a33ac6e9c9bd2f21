"""Lines of JSON read natively, against their specification and Python's own decoder; and what is called plain is harmless."""

import itertools
import json
import time

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe._kernels import CHOICES, NO_KEY, WANTED, Shape, _rows
from dedupe.pages.guards import safe_characters
from scripts import many_texts

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

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
JSON_STRINGS = st.text(st.characters(codec=None), max_size=40).flatmap(
    lambda text: st.sampled_from([json.dumps(text), json.dumps(text, ensure_ascii=False)])
)
NUMBERS = ["0", "-0", "01", "-", "1.", ".5", "1e5", "1E+400", "1e", "12345678901234567890", "0.1234567890123456789", "9" * 201, "9" * 200, "-" + "9" * 150 + "." + "1" * 40, "9" * 190 + "e99", "2.5e-10", "1.7e+09", "1e100", "1e001", "+1", "1_0"]  # fmt: skip
VALUES = [
    "null", "true", "nul", "[]", "{}", "[1,]", "[1 2]", '{"a":1,}', '{"a" 1}', "{1:2}", '[{"a":[null,{"b":"\\ud800"}]}]',
    '{"$oid":"507f"}', "[" * 32 + "]" * 32, "[" * 33 + "]" * 33, "[[", "]", '["a", 1e999]', "NaN", "", '"', '""', '" "',
    '"x"', '"é"', '"\u3000"', '"a\\"', '"\x7f"', "\x00", '"\\u0000"', '"a\tb"', '" \\t "', *NUMBERS,
]  # fmt: skip
KEYS = ['"text"', '"id"', '"url"', '"uuid"', '"guid"', '"a"', '""', '"é"', '"te\\u0078t"', '"a\tb"', "text", '"x']


def shape(*keys, **places):
    """The shape of these keys, with the places of the keys that hold a meaning."""
    rows = (bytes(places.get(what, ())).ljust(CHOICES, bytes([NO_KEY])) for what in WANTED)
    return Shape(b"".join(key.encode() + b"\n" for key in keys), b"".join(rows))


SHAPES = (
    shape("text", text=[0]),
    shape("text", "id", text=[0], id=[1]),
    shape("id", "text", text=[1], id=[0]),
    shape("id", "uuid", "guid", "text", text=[3], id=[0, 1, 2]),
    shape("url", "text", "a", text=[1], url=[0, 2]),
    shape("a", "text", "é", text=[2], source=[0]),
    shape("id", "a", id=[0]),
    shape("", "text", text=[9], id=[200]),
    shape("a", "text", text=[1], id=[200, 0], url=[0, 200, 1]),
    shape("text", "text"),
    Shape(b"", bytes(CHOICES * len(WANTED))),
)


def read(kernel, lines, shapes=SHAPES, **options):
    """Everything a kernel says of lines."""
    rows = kernel.rows(lines, shapes, **{"start": 0, "skip": 0, "longest": 10_000, "stops": False} | options)
    texts = [bytes(rows.texts.content), rows.texts.ends.tolist()]
    return [*texts, rows.taken.tolist(), rows.records.tolist(), rows.columns, rows.lines, rows.read, rows.names]


def of_strings(kernel, raws):
    """Each string as the text of a record, if it is taken."""
    lines = b"\n".join(b'{"text":' + raw.replace(b"\n", b"") + b"}" for raw in raws)
    rows = kernel.rows(lines, SHAPES, start=0, skip=0, longest=10**9, stops=False)
    assert [number for number, _, _ in rows.records.tolist()] == list(range(len(raws)))
    texts = dict(zip(rows.taken.tolist(), rows.texts, strict=True))
    return [texts.get(number) for number in range(len(raws))]


@st.composite
def records(draw):
    """A line that is an object, or was one before something happened to it."""
    known = draw(st.sampled_from(SHAPES)).names.decode().split("\n")[:-1]
    keys = (
        [f'"{key}"' for key in known] if draw(st.integers(0, 3)) else draw(st.lists(st.sampled_from(KEYS), max_size=4))
    )
    blank = st.sampled_from(["", "", " ", "\t", "\r", "\x0b"])
    value = st.sampled_from(VALUES) | JSON_STRINGS | st.just('"some text"')
    fields = [f"{key}{draw(blank)}:{draw(blank)}{draw(value)}{draw(blank)}" for key in keys]
    line = (
        "{"
        + draw(blank)
        + draw(st.sampled_from([",", ", ", ",,", ""][: 1 + 3 * draw(st.booleans())])).join(fields)
        + "}"
    )
    return (line + draw(blank)).replace("\n", "").encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw):
    """A line after something has happened to it."""
    line = bytearray(draw(records()))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(line)))
        line[place : place + draw(st.integers(0, 2))] = draw(
            st.sampled_from(
                [b"\\", b'"', b"\xff", b"\xe2\x80", b"\xed\xa0\x80", b"\x00", b"\x1f", b"{", b"]", b",", b""]
            )
        )
    return bytes(line)


LINES = st.lists(
    records() | damaged() | st.sampled_from([b"", b" \t\r\x0b\x0c", b"\xef\xbb\xbf{}", b"null", b"[]", b"\x1c"]),
    max_size=6,
)


@given(LINES, st.booleans(), st.sampled_from([0, 8, 40, 10_000]), st.sampled_from([0, 1, 3]), st.integers(0, 9))
@example([b'{"text":"a"}', b'{"id":1,"text":"b"}', b""], True, 10_000, 0, 0)
def test_lines_are_read_alike(lines, stops, longest, skip, few):
    content = b"\n".join(lines)
    given_shapes = SHAPES[: len(SHAPES) - few]
    options = {"longest": longest, "skip": min(skip, len(content)), "stops": stops}
    assert read(native, bytearray(content), given_shapes, **options) == read(_rows, content, given_shapes, **options)


@given(LINES)
def test_reading_goes_on_where_it_stopped(lines):
    content, start, count = b"\n".join(lines), 0, 0
    known = []
    while start < len(content):
        rows = native.rows(content, known, start=start, skip=0, longest=10_000, stops=True)
        assert read(_rows, content, known, start=start, stops=True) == read(
            native, content, known, start=start, stops=True
        )
        assert rows.read > start or rows.names is not None
        start, count = rows.read, count + rows.lines
        if rows.names is not None:
            assert rows.names not in [names for names, _ in known]
            known.append(Shape(rows.names, bytes([NO_KEY] * CHOICES * len(WANTED))))
    assert count == content.count(b"\n") + (not content.endswith(b"\n")) if content else count == 0


def test_texts_stay_what_they_are_while_later_lines_are_read():
    """The memory of texts is used again, but never while somebody looks at it."""
    held = []
    for number in range(12):
        content = b'{"text":"%d of many","id":"a"}' % number
        rows = native.rows(content, SHAPES, start=0, skip=0, longest=10_000, stops=False)
        if number % 3:
            held.append((number, rows.texts))
        del rows
        assert [list(texts) for _, texts in held] == [[f"{each} of many"] for each, _ in held]


def test_memory_of_texts_is_used_again_once_nobody_looks_at_it():
    content = b'{"text":"One text of some words.","id":"a"}'
    addresses = set()
    for _ in range(20):
        rows = native.rows(content, SHAPES, start=0, skip=0, longest=10_000, stops=False)
        addresses.add(np.frombuffer(rows.texts.content, dtype=np.uint8).ctypes.data)
    assert len(addresses) <= 4  # of two pieces, each of which moves when it grows for the first time


@given(LINES)
@example([b'{"a":null,"text":"0"}'])  # of the shape whose choices end before the last of them
def test_what_is_taken_is_what_decoders_read(lines):
    content = b"\n".join(lines)
    rows = native.rows(content, SHAPES, start=0, skip=0, longest=10_000, stops=False)
    columns = [msgspec.json.decode(b"[" + (column or b"")[:-1] + b"]") for column in rows.columns]
    known = dict(reversed(SHAPES))
    for row, (record, text) in enumerate(zip(rows.taken.tolist(), rows.texts, strict=True)):
        number, start, end = rows.records[record].tolist()
        assert content[start:end] == content.split(b"\n")[number]
        pairs = json.loads(content[start:end], object_pairs_hook=list)
        assert [key for key, _ in pairs] == known_keys(pairs)
        decoded = json.loads(content[start:end])
        places = known["".join(f"{key}\n" for key, _ in pairs).encode()]
        held = [
            [pairs[place][0] for place in itertools.takewhile(len(pairs).__gt__, places[at : at + CHOICES])]
            for at in range(0, len(places), CHOICES)
        ]
        assert decoded[held[0][0]] == text
        for keys, column in zip(held[1:], columns, strict=True):
            if keys:
                said = (
                    [decoded[key] for key in keys if decoded[key] not in {None, ""}]
                    if hashable(decoded, keys)
                    else None
                )
                assert said is None or column[row] == (said[0] if said else None)


def hashable(decoded, keys):
    return not any(isinstance(decoded[key], dict | list) for key in keys)


def known_keys(pairs):
    return list(dict.fromkeys(key for key, _ in pairs))


@given(st.lists(JSON_STRINGS, max_size=5))
def test_any_json_string_is_turned_alike(strings):
    raws = [string.encode("utf-8", "surrogatepass") for string in strings]
    assert of_strings(native, raws) == of_strings(_rows, raws)


@given(st.lists(SOUPS | st.binary(max_size=20), max_size=5))
@example([b'"', b'""', b"", b"12", b"null", b'"\xff"', b'"\xed\xa0\x80"', b'"a', b'" "', b'"a\\'])
@example([b'"a\\"', b'"a\\u00"', b'"a\\ud800\\u0041"', b'"a\\ud800\\udc00"', b'"a\\u0000b"'])
def test_what_is_no_json_string_is_told_alike(raws):
    assert of_strings(native, raws) == of_strings(_rows, raws)


@given(st.lists(SOUPS, max_size=5))
def test_what_is_plain_needs_no_second_look(raws):
    for raw, text in zip(raws, of_strings(native, raws), strict=True):
        if text is not None:
            assert text == json.loads(raw)
            assert text.strip()
            assert safe_characters(text) == (text, ())


def test_texts_of_all_scripts_are_plain():
    texts = [text for text in many_texts(20) if text.isprintable() and text.isalpha()]
    raws = [json.dumps(text, ensure_ascii=index % 2 == 0).encode() for index, text in enumerate(texts)]
    assert of_strings(native, raws) == texts


def test_ordinary_records_of_many_lengths_are_taken():
    texts = ["x" * length + tail for length in range(1, 70) for tail in ("y", "é", "”.", '"', "\n", "\\", "😀")]
    lines = "\n".join(json.dumps({"id": n, "text": text}, ensure_ascii=n % 2 == 0) for n, text in enumerate(texts))
    rows = native.rows(lines.encode(), SHAPES, start=0, skip=0, longest=10_000, stops=False)
    assert list(rows.texts) == texts
    assert json.loads(b"[" + rows.columns[0][:-1] + b"]") == list(range(len(texts)))


@pytest.mark.parametrize("kernel", [native, _rows])
def test_numbers_beyond_the_lines_are_refused(kernel):
    for start, skip, longest in ((-1, 0, 9), (4, 0, 9), (2, 2, 9), (0, -1, 9), (0, 0, -1)):
        with pytest.raises(ValueError, match="out of range"):
            kernel.rows(b"abc", (), start=start, skip=skip, longest=longest, stops=True)


@pytest.mark.parametrize("shapes", [[(b"a\n", b"")], [b"ab"], [(b"a", b"b", b"c")], [("a\n", 3)]])
def test_shapes_that_are_none_are_refused(shapes):
    with pytest.raises((ValueError, TypeError)):
        native.rows(b"{}", shapes, start=0, skip=0, longest=9, stops=True)


def test_it_is_linear():
    begun = time.process_time()
    raws = [b'"' + piece * 100_000 + b'"' for piece in (b"\\u0061", "\u0301a".encode(), b"\\n", b"ab")]
    assert [text is not None for text in of_strings(native, raws)] == [True, True, False, True]
    hostile = [
        b'{"text":' + piece * 200_000 for piece in (b"[", b'{"a":', b'"a",', b'"\\"', b" ", b"1", b'"\n{"text":')
    ]
    rows = native.rows(b"\n".join(hostile), SHAPES, start=0, skip=0, longest=10**9, stops=False)
    assert len(rows.records) == 200_000 + len(hostile)
    keys = b"\n".join(b"{" + b",".join(b'"%d":%d' % (n, line) for n in range(400)) + b"}" for line in range(300))
    assert not len(native.rows(keys, SHAPES, start=0, skip=0, longest=10**9, stops=True).taken)
    assert time.process_time() - begun < 1
    assert np.count_nonzero(rows.taken) == 0
