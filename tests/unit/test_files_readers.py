"""Folders and files in: every record accounted for, one bad record costs itself."""

import gzip
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.errors import ConfigError, CorpusError, InputError
from dedupe.files import lines as line_reading
from dedupe.files.lines import line_windows, split_lines
from dedupe.files.readers import read
from dedupe.files.streams import Blocks, DamagedStreamError
from dedupe.pages.inputs import coerce
from dedupe.records import Document, Skipped

TEXT = "The harbour ferry was turned back on Monday."


def jsonl(*records):
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()


def texts(entries):
    return {entry.id: entry.text for entry in entries if isinstance(entry, Document)}


def reasons(entries):
    return {entry.id: entry.reason for entry in entries if isinstance(entry, Skipped)}


def test_a_folder_gives_its_files_by_relative_path_in_order(tmp_path):
    for name in ("b.txt", "a.html", "sub/c.md", "sub/deeper/d", "Z.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    assert [entry.id for entry in read(tmp_path)] == ["Z.txt", "a.html", "b.txt", "sub/c.md", "sub/deeper/d"]


def test_a_single_file_is_called_by_its_name(tmp_path):
    (tmp_path / "one.txt").write_text(TEXT)
    assert list(read(tmp_path / "one.txt")) == [Document(id="one.txt", content=TEXT.encode())]


def test_folders_side_by_side_keep_their_files_apart(tmp_path):
    for name in ("x/a.txt", "y/a.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(TEXT)
    assert [entry.id for entry in read(tmp_path / "x", tmp_path / "y")] == ["x/a.txt", "y/a.txt"]


def test_files_are_read_one_at_a_time(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT)
    entries = read(tmp_path)
    next(entries)
    (tmp_path / "b.txt").write_text("changed")
    assert next(entries).content == b"changed"


def test_a_wrong_path_says_so_before_anything_is_read(tmp_path):
    with pytest.raises(CorpusError, match=r"nowhere: no such file or folder; check"):
        read(tmp_path, tmp_path / "nowhere")


def test_json_lines_give_a_document_each(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_bytes(jsonl({"id": "x", "maintext": "one", "url": "u"}, {"id": 7, "content": "two"}, {"body": "three"}))
    assert texts(read(path)) == {"x": "one", 7: "two", "news.jsonl:3": "three"}


def test_json_lines_are_known_by_content_too(tmp_path):
    (tmp_path / "dump.txt").write_bytes(jsonl({"id": 1, "text": "one"}, {"id": 2, "text": "two"}))
    assert texts(read(tmp_path)) == {1: "one", 2: "two"}


def test_an_array_of_json_objects_is_read_like_lines(tmp_path):
    (tmp_path / "all.json").write_text(json.dumps([{"text": "one"}, {"text": "two"}], indent=1))
    assert texts(read(tmp_path)) == {"all.json:1": "one", "all.json:2": "two"}


def test_json_that_holds_no_text_is_skipped_and_is_no_failure(tmp_path):
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "version": 1}, indent=2))
    (entry,) = read(tmp_path)
    assert "no text: none of the fields ('name', 'version')" in entry.reason
    assert not entry.failed


def test_fields_are_chosen_by_the_order_of_the_aliases_not_of_the_record():
    record = {"content": "second", "text": "first", "body": "third", "_id": {"$oid": "abc"}, "headline": "T"}
    for keys in itertools.islice(itertools.permutations(record), 40):
        document = coerce({key: record[key] for key in keys}, 0)
        assert (document.id, document.text, document.title) == ("abc", "first", "T")


def test_fields_can_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl({"nr": 5, "story": "words", "text": "not this"}))
    assert texts(read(tmp_path, fields={"text": "story", "id": "nr"})) == {5: "words"}
    with pytest.raises(ConfigError, match="no field 'txt'"):
        read(tmp_path, fields={"txt": "story"})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("words", Document(id=0, text="words")),
        (("a", "words"), Document(id="a", text="words")),
        ((2**70, b"words"), Document(id=2**70, content=b"words")),
        ({"html": "<p>x"}, Document(id=0, html="<p>x")),
        ({"text": "", "html": "<p>x", "id": -3}, Document(id=-3, html="<p>x")),
        ({"Text": "words", "ID": "k"}, Document(id="k", text="words")),
        ({"text": "words", "id": 12.0, "published": 1642595400}, Document(id=12, text="words", published="1642595400")),
        ({"text": "words", "id": float("nan"), "title": None}, Document(id=0, text="words")),
    ],
)
def test_what_callers_hold_becomes_a_document(given, expected):
    assert coerce(given, 0) == expected


@pytest.mark.parametrize("given", [None, 5, ["a", "b"], ("a", "b", "c"), ("a", 5), object()])
def test_what_no_document_is_made_of_is_a_mistake_in_the_program(given):
    with pytest.raises(InputError, match="give a Document"):
        coerce(given, 0)


@pytest.mark.parametrize(
    "given", [{}, {"id": 1}, {"text": "  "}, {"text": 5}, Document(id=1), Document(id=1, text="", html="")]
)
def test_a_record_without_text_is_data_not_an_error(given):
    assert isinstance(coerce(given, 0), Skipped)


def test_one_bad_line_costs_that_line(tmp_path):
    lines = [
        b'{"id": 1, "text": "one"}',
        b"{broken",
        b'"a string"',
        b"",
        b'{"id": 5, "text": "caf\xe9"}',
        b'{"id": 6, "text": "six"}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    entries = list(read(tmp_path))
    assert texts(entries) == {1: "one", 6: "six"}
    assert sorted(reasons(entries)) == ["a.jsonl:2", "a.jsonl:3", "a.jsonl:5"]
    assert "not UTF-8 at byte 22" in reasons(entries)["a.jsonl:5"]
    assert all(entry.failed for entry in entries if isinstance(entry, Skipped))


def test_lines_end_at_newlines_and_nowhere_else(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"id": 1, "text": "one\u2028two\x85three"}\r\n{"id": 2, "text": "x"}'.encode())
    assert texts(read(tmp_path)) == {1: "one\u2028two\x85three", 2: "x"}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_do_not_depend_on_the_blocks(size):
    data = b"one\n\ntwo\nthree three three\nfour"
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    expected = [(number, line) for number, line in enumerate(data.split(b"\n"), 1)]
    expected[3] = (4, "a line of 17 bytes, limit 10")
    assert list(split_lines(iter(blocks), 10)) == expected


@given(
    st.lists(st.sampled_from([b"", b"a", b"bcd", b"\n", b"\n\n", b"\xe2\x80\xa8", b"x" * 9])),
    st.sampled_from([0, 1, 5, 100]),
    st.sampled_from([1, 4, 16, 1000]),
    st.booleans(),
)
def test_windows_hold_whole_lines_whatever_their_size_and_that_of_the_blocks(blocks, limit, window, breaks):
    def given_blocks():
        yield from blocks
        if breaks:
            raise DamagedStreamError("broken")

    every = b"".join(blocks).split(b"\n")
    last = [] if breaks or not every[-1] else every[-1:]
    expected = [
        line if len(line) <= limit else f"a line of {len(line)} bytes, limit {limit}" for line in [*every[:-1], *last]
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(line_reading, "WINDOW", window)
        windows = [one if isinstance(one, str) else bytes(one) for one in line_windows(given_blocks(), limit)]
        split = list(split_lines(given_blocks(), limit))
    assert split == list(enumerate([*expected, "broken"] if breaks else expected, 1))
    made = [one if isinstance(one, str) else one.removesuffix(b"\n").split(b"\n") for one in windows]
    found = [line for one in made for line in ([one] if isinstance(one, str) else one)]
    assert len(found) == len(split)
    assert all(line == known for line, (_, known) in zip(found, split, strict=True) if isinstance(known, bytes))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_blocks_may_be_read_into_memory_or_one_by_one(tmp_path, pack):
    content = bytes(range(256)) * 40_000
    path = tmp_path / "file"
    path.write_bytes(pack(content))
    for room in (bytearray(7), bytearray(100_000), bytearray(len(content) + 1)):
        with path.open("rb") as file:
            blocks, made = Blocks(file.fileno()), bytearray()
            while len(made) < 200_000 and (size := blocks.readinto(memoryview(room))):
                made += room[:size]
            assert bytes(made) + b"".join(blocks) == content
            assert blocks.readinto(memoryview(room)) == 0
            assert next(blocks, None) is None


def test_what_was_read_before_the_damage_is_given_before_the_error():
    def given_blocks():
        yield b"before"
        raise DamagedStreamError("broken")

    blocks, room = Blocks(given_blocks()), memoryview(bytearray(100))
    assert (blocks.readinto(room), bytes(room[:6])) == (6, b"before")
    with pytest.raises(DamagedStreamError, match="broken"):
        blocks.readinto(room)
    assert blocks.readinto(room) == 0


def test_a_line_without_end_is_counted_not_held(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "' + b"x" * 5000 + b'"}\n{"id": 2, "text": "two"}\n')
    entries = list(read(tmp_path, config=dedupe.Config(max_page_bytes=1024)))
    assert texts(entries) == {2: "two"}
    assert "a line of 5012 bytes, limit 1024" in reasons(entries)["a.jsonl:1"]


def test_what_the_world_writes_into_json_is_read(tmp_path):
    lines = [
        b'\xef\xbb\xbf{"id": 1, "text": "bom"}',
        b'{"id": 2, "text": "nan", "score": NaN, "low": -Infinity}',
        b'{"id": 3, "text": "sur\\ud800rogate"}',
        b'{"id": 4, "text": "first", "text": "last"}',
        b'{"id": 9223372036854775808, "text": "big"}',
        b'{"id": null, "text": "nothing"}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    assert texts(read(tmp_path)) == {
        1: "bom", 2: "nan", 3: "sur\ud800rogate", 4: "last", 2**63: "big", "a.jsonl:6": "nothing",
    }  # fmt: skip


def test_compressed_files_read_like_plain_ones(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(jsonl({"id": 1, "text": "one"})) + gzip.compress(jsonl({"id": 2, "text": "two"}))
    )
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(b"<html><body>x</body></html>"))
    entries = list(read(tmp_path))
    assert texts(entries) == {1: "one", 2: "two", "page.html.gz": None}
    assert entries[-1].content == b"<html><body>x</body></html>"


def test_zstd_files_read_like_plain_ones(tmp_path):
    zstandard = pytest.importorskip("zstandard")
    frames = [zstandard.compress(jsonl({"id": 1, "text": "one"})), zstandard.compress(jsonl({"id": 2, "text": "two"}))]
    (tmp_path / "a.jsonl.zst").write_bytes(b"".join(frames))
    assert texts(read(tmp_path)) == {1: "one", 2: "two"}


def test_a_missing_package_is_named_by_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    (tmp_path / "a.jsonl.zst").write_bytes(b"\x28\xb5\x2f\xfd\x00")
    with pytest.raises(dedupe.MissingExtraError, match=r"dedupe-syndication\[zst\]"):
        list(read(tmp_path))


def test_csv_rows_are_documents(tmp_path):
    (tmp_path / "a.csv").write_text('id,title,text\n1,"A, b","two\nlines ""quoted"""\n,,three\n')
    assert texts(read(tmp_path)) == {"1": 'two\nlines "quoted"', "a.csv:4": "three"}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_headers(tmp_path, mark):
    (tmp_path / "a.csv").write_bytes(
        b"\xef\xbb\xbf" + mark.join(["id", "text"]).encode() + b"\r\n" + mark.join(["1", "x"]).encode() + b"\r\n"
    )
    assert texts(read(tmp_path)) == {"1": "x"}


def test_a_csv_field_may_be_long(tmp_path):
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{"word " * 60_000}"\n2,two\n')
    assert sorted(texts(read(tmp_path))) == ["1", "2"]


def test_an_unclosed_quotation_mark_costs_its_row_only(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,one\n2,"never closed\n3,three\n4,four\n')
    entries = list(read(tmp_path))
    assert texts(entries) == {"1": "one", "3": "three", "4": "four"}
    assert reasons(entries) == {"a.csv:3": "a quotation mark that is never closed"}


def test_a_swallowed_row_is_found_out(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,"never closed\n2,"two"\n3,three\n')
    entries = list(read(tmp_path))
    assert texts(entries) == {"2": "two", "3": "three"}
    assert list(reasons(entries)) == ["a.csv:2"]


def test_rows_with_too_many_fields_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,one,more\n2,two\n")
    entries = list(read(tmp_path))
    assert texts(entries) == {"2": "two"}
    assert reasons(entries) == {"a.csv:2": "3 fields, the header has 2"}


def test_a_table_without_a_text_column_is_skipped_by_name(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    assert "no text: none of the columns ('x', 'y')" in reasons(read(tmp_path))["a.csv"]


def test_parquet_and_arrow_rows_are_documents(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"id": [1, 2, 3], "text": ["one", "two", None], "other": [[1], [2], [3]]})
    parquet.write_table(table, tmp_path / "a.parquet")
    with arrow.ipc.new_file(tmp_path / "b.arrow", table.schema) as file:
        file.write(table)
    for entries in (list(read(tmp_path / "a.parquet")), list(read(tmp_path / "b.arrow")), list(read(table))):
        assert texts(entries) == {1: "one", 2: "two"}
        assert list(reasons(entries)) == [3]


def test_a_damaged_table_is_named(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing of the kind")
    assert "damaged table" in reasons(read(tmp_path))["a.parquet:1"]


def test_binaries_are_named_without_being_read_whole(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4" + b"x" * 3_000_000)
    assert reasons(read(tmp_path)) == {"a.pdf": "not text: a PDF file"}


def test_a_file_over_the_limit_is_skipped_by_name(tmp_path):
    (tmp_path / "a.txt").write_text("word " * 1000)
    entries = list(read(tmp_path, config=dedupe.Config(max_page_bytes=1024)))
    assert reasons(entries) == {"a.txt": "more than 1024 bytes (max_page_bytes)"}
