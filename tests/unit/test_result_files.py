"""A result into files of every format: what its methods return, and what the suffix of a path chooses."""

import io
import json

import pytest

import dedupe
from commands import OTHER, STORY
from dedupe.group.clusters import Bridge

PAGES = [
    {"id": "b", "text": STORY, "title": "=cmd()", "url": "https://one.example/a"},
    {"id": "a\ud800", "text": STORY},
    {"id": 7, "text": OTHER},
    {"id": "empty", "text": " "},
]


@pytest.fixture(scope="module", params=["balanced", "corpus"])
def result(request):
    return dedupe.cluster(PAGES, config=dedupe.Config.preset(request.param))


def rows_of(result):
    parquet = pytest.importorskip("pyarrow.parquet")
    content = result.to_parquet()
    assert content == result.to_parquet()
    return parquet.read_table(io.BytesIO(content)).to_pylist()


def test_parquet_holds_the_rows_of_json_lines(result):
    rows = [json.loads(line) for line in result.to_jsonl().splitlines()]
    for row in rows:
        for name in ("id", "representative"):
            row[name] = None if row[name] is None else str(row[name])
    assert rows_of(result) == rows


@pytest.mark.parametrize(("ids", "read"), [([3, -1], [-1, 3]), ([3, "x"], ["3", "x"]), ([1, 2**63], ["1", str(2**63)])])
def test_ids_of_parquet_stay_numbers_where_all_of_them_are(ids, read):
    rows = rows_of(dedupe.cluster(zip(ids, (STORY, OTHER), strict=True)))
    assert [row["id"] for row in rows] == read
    assert rows_of(dedupe.cluster([])) == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("a.json", "to_json"),
        ("a.JSONL", "to_jsonl"),
        ("a.b.ndjson", "to_jsonl"),
        ("a.csv", "to_csv"),
        ("a.parquet", "to_parquet"),
        ("a.html", "to_html"),
    ],
)
def test_a_file_holds_what_its_suffix_says(result, tmp_path, name, method):
    if method == "to_parquet":
        pytest.importorskip("pyarrow")
    result.save(tmp_path / name)
    content = getattr(result, method)()
    assert (tmp_path / name).read_bytes() == (
        content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.xlsx", "a", "json"])
def test_a_suffix_that_names_no_format_is_refused_and_nothing_written(result, tmp_path, name):
    with pytest.raises(dedupe.InputError, match=r"there are \.json, "):
        result.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_html_page_shows_the_shared_words():
    page = dedupe.cluster(dedupe.read("seeds")).to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "<mark" in page


def test_parquet_without_pyarrow_names_the_extra(result, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(dedupe.MissingExtraError, match=r"dedupe-syndication\[parquet\]"):
        result.to_parquet()


def test_json_holds_the_bridges():
    clusters, pages = ("00000000000000aa", "00000000000000bb"), dedupe.cluster(PAGES)
    bridge = Bridge("a", 7, 0.9, clusters, "but the others do not match")
    found = json.loads(pages.replace(bridges=(bridge,)).to_json())
    assert found["bridges"] == [
        {"a": "a", "b": 7, "similarity": 0.9, "clusters": [*clusters], "why": "but the others do not match"}
    ]
    assert json.loads(pages.to_json())["bridges"] == []
