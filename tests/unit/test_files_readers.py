"""Folders and files in: every record accounted for, one bad record costs itself."""

import itertools
import json
import os
from pathlib import Path

import pytest

import dedupe
from dedupe.errors import ConfigError, CorpusError, InputError
from dedupe.files.readers import read
from dedupe.pages.inputs import coerce
from dedupe.records import Document, Skipped
from entries import TEXT, jsonl, reasons, texts


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


def test_a_file_that_several_paths_lead_to_is_read_once(tmp_path, monkeypatch):
    for name in ("a.txt", "sub/b.txt", "sub/.hidden/c.txt", "sub/.d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "sub" / "link").symlink_to(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)

    def read_of(*paths):
        return sorted(str(entry.id) for entry in read(*paths) if isinstance(entry, Document))

    assert read_of(".", "a.txt", "./sub", tmp_path / "sub/b.txt", "sub/../sub") == ["a.txt", "sub/b.txt", "sub/link"]
    assert read_of("a.txt", "a.txt", tmp_path / "a.txt") == ["a.txt"]
    assert read_of("sub/b.txt", "a.txt") == ["a.txt", "b.txt"]
    # What a folder leaves out is read where it is named.
    assert read_of("sub", "sub/.hidden", "sub/.d.txt") == [".d.txt", ".hidden/c.txt", "sub/b.txt"]
    assert read_of("sub", "sub/link") == ["a.txt", "sub/b.txt"]


def test_of_several_paths_one_that_cannot_be_read_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "secret.txt"):
        (tmp_path / name).write_text(TEXT)
    os.mkfifo("pipe")
    for name, target in (("dangling", "nowhere"), ("loop", "loop")):
        (tmp_path / name).symlink_to(target)
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "secret.txt" and allowed(path, mode))
    found = {str(entry.id): entry for entry in read("a.txt", "secret.txt", "pipe", "dangling", "loop")}
    assert isinstance(found.pop("a.txt"), Document)
    assert {name: (entry.reason.split(";")[0], entry.failed) for name, entry in found.items()} == {
        "secret.txt": ("permission denied", True),
        "pipe": ("a named pipe, not a file or folder", True),
        "dangling": ("dangling symbolic link", True),
        "loop": ("cannot be read (Too many levels of symbolic links)", True),
    }
    for name in ("secret.txt", "pipe", "dangling", "loop"):
        with pytest.raises(CorpusError, match=name):
            read(name)


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


def test_binaries_are_named_without_being_read_whole(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4" + b"x" * 3_000_000)
    assert reasons(read(tmp_path)) == {"a.pdf": "not text: a PDF file"}


def test_a_file_over_the_limit_is_skipped_by_name(tmp_path):
    (tmp_path / "a.txt").write_text("word " * 1000)
    entries = list(read(tmp_path, config=dedupe.Config(max_page_bytes=1024)))
    assert reasons(entries) == {"a.txt": "more than 1024 bytes (max_page_bytes)"}
