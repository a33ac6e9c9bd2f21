"""Columns of plain texts hold what reading record by record gives, whatever the lines hold."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dedupe
from dedupe import Config, _kernels
from dedupe._kernels import _numpy
from dedupe.files import jsonl_texts, lines
from dedupe.files.jsonl import read_jsonl
from dedupe.files.jsonl_texts import read_texts
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import Fields
from dedupe.pages.plain import PlainTexts, body_of
from dedupe.records import Document, Skipped

CONFIG = Config.preset("corpus")
MAX_BYTES = 400


def body(entry):
    return entry if isinstance(entry, Skipped) else extract_body(entry, CONFIG)


def by_record(blocks, fields=None):
    return [body(entry) for entry in read_jsonl(iter(blocks), "file", fields or Fields(), MAX_BYTES)]


def by_column(blocks, fields=None):
    """Every record of the columns in the order of the file, as a body or the reason why there is none."""
    entries = []
    for batch in read_texts(iter(blocks), "file", fields or Fields(), MAX_BYTES):
        assert batch.seen == len(batch.ids) + len(batch.others) == len(batch.places) + len(batch.others)
        rows = enumerate(zip(batch.places, batch.ids, batch.texts, strict=True))
        made = [(place, body_of(name, text, batch.notes.get(row))) for row, (place, name, text) in rows]
        made += [(place, body(entry)) for place, entry in batch.others]
        entries += [entry for _, entry in sorted(made, key=lambda each: each[0])]
    return entries


values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)
)
keys = st.sampled_from(
    [
        "id",
        "_id",
        "uuid",
        "text",
        "content",
        "body",
        "html",
        "url",
        "URL",
        "title",
        "headline",
        "published",
        "date",
        "source",
        "clean",
        "charset",
        "other",
        "é",
    ]
)
records = st.dictionaries(keys, values | st.dictionaries(st.just("$oid"), values, max_size=1), max_size=6)
some_lines = records.flatmap(
    lambda record: st.sampled_from([json.dumps(record).encode(), json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")])
) | st.sampled_from(
    [
        b"", b"  ", b"{", b"[]", b'"x"', b"null", b'{"text": "a\xff"}', b'{"text": "x", "junk": "\xff"}', b"\xef\xbb\xbf{}",
        b'{"text": "x", "id": "\\ud800"}', b'{"text": "\\ud800 a"}', b'{"text": "x", "text": "y"}', b'{"text": "x"} z',
        b'{"text": "x", "id": 1e400}', b'{"text": "x", "id": 12345678901234567890123}', b'{"text": "x", "n": NaN}',
        b'{"text": "x\\q"}', b'{"text": "x", "other": "\\q"}', b'{"id": " ", "uuid": "u", "text": "x"}', b'{"id": "a", "text": "\\u0000"}',
        b'{"text": "' + b"x" * MAX_BYTES + b'"}', b'{"text":"x","title":"t","url":"https://a.b/c","date":"2024-05-01"}',
        b'{"text": "x", "title": "\\ud800"}', b'{"text": "x", "other": {"deep": [1, {"er": "\xff"}]}}',
        b'{"text": "x", "other": {"deep": [1, {"er": "ok"}]}, "id": {"$oid": "5"}}\r', b'{"text": "x", "n": 1e999, "o": 01}',
        b'{"text": "x", "n": 1e999}', b'{"text": "x", "n": ' + b"9" * 310 + b"}", b'{"text": "x", "id": 1.5e3}', b"\x0b", b"\x00",
        b'{"text": "x", "id": "\xe2\x80\xa6", "uuid": "u"}', b'{"text": "x", "id": "\xc2\xa0"}', b'{"text": "x", "Text": "y"}',
        b'{"text": "x", "date": 1714521600, "url": ["u"], "title": 7, "source": true}', b'{"text": "x", "": 1, "te\\u0078t": "y"}',
        b'{"text": "x", "other": ' + b"[" * 40 + b"]" * 40 + b"}", b'{"text": "x", "other": "\x7f\xef\xbb\xbf"}', b'{"text":"x",}',
    ]
)  # fmt: skip


@given(
    st.lists(some_lines, max_size=6), st.integers(1, 60), st.sampled_from([1, 30, 1000]), st.sampled_from([0, 2, 64])
)
@example([b'{"text": "' + b"x" * MAX_BYTES + b'"}', b"\xef\xbb\xbf{}", b""], 10, 1, 64)
@example([b"\xef\xbb\xbf" + b'{"text": "first"}', b'{"text": "second"}'], 1000, 1000, 64)
@example([b'{"text": "one"}', b'{"text": "two", "id": 2}', b'{"text": "three"}'], 1000, 1000, 1)
def test_columns_hold_what_reading_by_record_gives(given_lines, size, window, most_shapes):
    content = b"\n".join(given_lines)
    blocks = [content[begin : begin + size] for begin in range(0, len(content), size)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "WINDOW", window)
        patched.setattr(jsonl_texts, "MOST_SHAPES", most_shapes)
        made = by_column(blocks)
        patched.setattr(_kernels, "rows", _numpy.rows)
        assert made == by_column(blocks) == by_record(blocks)


@given(st.lists(records, max_size=4))
def test_fields_that_the_caller_names_are_read_from_columns(some):
    fields = Fields.from_names({"text": "other", "id": "é", "title": "body"})
    content = [b"\n".join(json.dumps(record).encode() for record in some)]
    assert by_column(content, fields) == by_record(content, fields)


def test_ordinary_records_are_read_as_columns():
    many = [{"id": f"d{n}", "text": f"Text number {n}, café.", "lang": ["en"]} for n in range(50)]
    many += [{"id": n, "text": "A text", "url": "https://example.org/1", "title": "A title"} for n in range(50)]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in many * 2).encode()
    batches = list(read_texts(iter([content + b"\n"]), "file", Fields(), 10_000))
    assert len(batches) == 2
    assert not any(batch.others for batch in batches)
    assert sum(len(batch.notes) for batch in batches) == 100
    assert batches[0].ids[:2] == ["d0", "d1"]
    assert [len(batch.ids) for batch in batches] == [50, 150]


def test_a_reader_gives_columns_only_where_none_of_it_was_read(tmp_path):
    (tmp_path / "two.jsonl").write_text('{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n')
    (batch,) = dedupe.read(tmp_path).plain_texts()
    assert isinstance(batch, PlainTexts)
    reader = dedupe.read(tmp_path)
    assert next(reader).id == "a"
    (left,) = reader.plain_texts()
    assert isinstance(left, Document)
    with pytest.raises(StopIteration):
        next(reader)
