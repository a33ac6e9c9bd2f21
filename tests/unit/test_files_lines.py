"""Lines of files, packed or not: none torn, none held without measure, a bad one costs itself."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.files import lines as line_reading
from dedupe.files.lines import line_windows, split_lines
from dedupe.files.readers import read
from dedupe.files.streams import Blocks, DamagedStreamError
from dedupe.records import Skipped
from entries import jsonl, reasons, texts


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
