"""Folders, streams and records made to hang, lead astray or eat memory: each named, the rest read."""

import gzip
import json
import os
import sys
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.files.readers import read
from dedupe.records import Document, Skipped

TEXT = "The harbour ferry was turned back on Monday."
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and modes of POSIX")


def reasons(entries):
    return {entry.id: entry.reason for entry in entries if isinstance(entry, Skipped)}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.txt").write_text(TEXT)
    return tmp_path


def others(folder):
    """What is skipped in the folder, once it is sure that the good page was read."""
    entries = list(read(folder))
    assert [entry.id for entry in entries if isinstance(entry, Document)] == ["good.txt"]
    return reasons(entries)


@needs_posix
def test_a_named_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.html")
    assert others(folder) == {"pipe.html": "a named pipe, not a file"}


@needs_posix
def test_loops_of_links_end(folder):
    (folder / "self").symlink_to(folder)
    (folder / "sub").mkdir()
    (folder / "sub" / "up").symlink_to("..")
    (folder / "round").symlink_to("round")
    found = others(folder)
    assert sorted(found) == ["round", "self", "sub/up"]
    assert found["self"] == "symbolic link to a folder, not followed"


@needs_posix
def test_links_out_of_the_folder_are_not_followed(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("not yours")
    (folder / "link.txt").symlink_to(secret)
    (folder / "dots.txt").symlink_to("../" * 20 + "etc/hostname")
    assert set(others(folder).values()) <= {
        "symbolic link that leads out of the folder, not followed",
        "dangling symbolic link",
    }


@needs_posix
def test_links_inside_the_folder_are_pages(folder):
    (folder / "same.txt").symlink_to("good.txt")
    assert [entry.id for entry in read(folder)] == ["good.txt", "same.txt"]


@needs_posix
def test_dangling_links_are_named(folder):
    (folder / "gone.html").symlink_to("nowhere")
    assert others(folder) == {"gone.html": "dangling symbolic link"}


@needs_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is forbidden to root")
def test_what_may_not_be_read_is_named(folder):
    (folder / "secret.txt").write_text(TEXT)
    (folder / "secret.txt").chmod(0)
    assert "Permission denied" in others(folder)["secret.txt"]


def test_a_file_that_fails_while_it_is_read_costs_itself(folder, monkeypatch):
    (folder / "a.txt").write_text("bad disk")

    def read_or_fail(descriptor, size, original=os.read):
        data = original(descriptor, size)
        if data == b"bad disk":
            raise OSError(5, "Input/output error")
        return data

    monkeypatch.setattr("os.read", read_or_fail)
    assert "Input/output error" in others(folder)["a.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text_become_ids_that_are(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(TEXT)
    (folder / "two\nlines\x1b[31m.txt").write_text(TEXT)
    ids = [entry.id for entry in read(folder)]
    assert ids == ["caf\\xe9.txt", "good.txt", "two\nlines\x1b[31m.txt"]
    "".join(ids).encode()


def test_hidden_files_are_counted(folder):
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(TEXT)
    (folder / ".DS_Store").write_bytes(b"\0")
    assert others(folder) == {".DS_Store": "hidden file", ".git": "hidden folder"}


def test_a_deep_folder_needs_no_recursion(folder):
    deep = folder
    for _ in range(150):
        deep = deep / "d"
        deep.mkdir()
    (deep / "page.txt").write_text(TEXT)
    assert len(list(read(folder))) == 2


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_truncated_gzip_gives_what_is_whole_and_says_so(tmp_path, cut):
    lines = "".join(json.dumps({"id": n, "text": os.urandom(30).hex()}) + "\n" for n in range(2000))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-cut])
    entries = list(read(tmp_path))
    documents = [entry for entry in entries if isinstance(entry, Document)]
    assert len(documents) > 1900
    assert "ends early" in next(iter(reasons(entries).values()))
    assert entries[-1].failed


def test_a_damaged_gzip_is_named(tmp_path):
    packed = bytearray(gzip.compress(os.urandom(5000)))
    packed[3000] ^= 0xFF
    (tmp_path / "a.html.gz").write_bytes(packed)
    assert "damaged gzip" in reasons(read(tmp_path))["a.html.gz"]


@pytest.fixture(scope="module", params=["gzip", "zstd"])
def bomb(request):
    """A few kB that become 200 MB."""
    if request.param == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        return b"".join(packer.compress(b"0" * 1_000_000) for _ in range(200)) + packer.flush()
    zstandard = pytest.importorskip("zstandard")
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join(packer.compress(b"0" * 1_000_000) for _ in range(200)) + packer.flush()


@pytest.mark.parametrize("name", ["a.jsonl", "page.html"])
def test_a_bomb_is_refused_and_never_held(tmp_path, bomb, name):
    path = tmp_path / f"{name}.gz"
    path.write_bytes(bomb)
    tracemalloc.start()
    entries = list(read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(isinstance(entry, Skipped) for entry in entries)
    assert "refused as a decompression bomb" in entries[-1].reason or "more than 50000000 bytes" in entries[-1].reason
    assert peak < 130_000_000  # 200 MB would come out of it


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"text": ' * 50_000, b'{"id": ' + b"9" * 10_000 + b"}", b"\0\0\0", b"nul"]
)
def test_lines_that_break_parsers_cost_themselves(tmp_path, line):
    (tmp_path / "a.jsonl").write_bytes(line + b'\n{"id": 2, "text": "two"}\n')
    entries = list(read(tmp_path))
    assert [entry.id for entry in entries] == ["a.jsonl:1", 2]
    assert isinstance(entries[0], Skipped)
    assert len(entries[0].reason) < 300


SUFFIXES = st.sampled_from(["a.jsonl", "a.csv", "a.tsv", "a.json", "a.txt", "a.html", "a.gz", "a.jsonl.gz", "a.csv.gz"])
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [
                b'{"text": "x"}',
                b"\n",
                b'"',
                b",",
                b"id,text\n",
                b"\x1f\x8b\x08\0",
                b"\xff\xfe",
                b"[",
                b"{",
                b"\r",
                b"\0",
            ]
        ),
    ),
    max_size=20,
).map(b"".join)


@settings(max_examples=200, deadline=None)
@given(name=SUFFIXES, content=PIECES, packed=st.booleans())
def test_no_file_makes_reading_raise(tmp_path_factory, name, content, packed):
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(gzip.compress(content) if packed else content)
    assert all(isinstance(entry, Document | Skipped) for entry in read(path))
