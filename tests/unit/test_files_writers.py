"""Results out: the same bytes for the same result, a file whole or not at all, nothing that acts."""

import csv
import io
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.files import writers
from dedupe.files.formats import ratio, result_to_dict
from dedupe.files.writers import (
    body_to_json,
    comparison_to_json,
    safe_cell,
    to_csv,
    to_json,
    to_jsonl,
    write_atomically,
)

STORY = (
    "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel. "
    "Passengers were taken ashore by bus, the operator said, and nobody was hurt in the three hours of waiting."
)
OTHER = (
    "A court in the valley has ordered the mill to stop work until its owners can show that the dam is safe. "
    "Neighbours had complained for years about cracks in the wall, which an engineer called shallow but growing."
)


@pytest.fixture(scope="module")
def result():
    return dedupe.cluster(
        [
            {"id": 10, "text": STORY},
            {"id": "b", "text": STORY, "title": "=cmd|' /C calc'!A0"},
            {"id": "\u202ec", "text": OTHER, "url": "https://x.example/\x9b31m"},
            {"id": "empty", "text": " "},
        ]
    )


def test_the_json_schema_is_the_documented_one(result):
    found = json.loads(to_json(result))
    assert found["schema"] == "dedupe.result/1"
    assert found["counts"] == {"seen": 4, "used": 3, "skipped": 1, "failed": 0}
    assert [cluster["members"] for cluster in found["clusters"]] == [[10, "b"], ["\u202ec"]]
    assert found["clusters"][0]["representative"] in {10, "b"}
    pair = found["pairs"][0]
    assert (pair["a"], pair["b"], pair["coverage"]) == (10, "b", {"of_a": 1.0, "of_b": 1.0})
    assert set(pair["relation"]) >= {"text", "editorial", "confidence", "why"}
    assert found["skipped"] == [
        {"id": "empty", "stage": "read", "reason": found["skipped"][0]["reason"], "failed": False}
    ]
    assert found["independent_origins"] == result.independent_origins


@pytest.mark.parametrize("at_once", [1, 2, 64])
def test_json_in_parts_is_the_whole_value_indented(result, monkeypatch, at_once):
    monkeypatch.setattr(writers, "RECORDS_AT_ONCE", at_once)
    for each in (result, dedupe.cluster([])):
        whole = json.loads(json.dumps(result_to_dict(each), default=str))
        parts = [*writers.json_parts(each)]
        assert "".join(parts) == to_json(each)
        assert json.loads("".join(parts)) == whole
        laid_out = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
        assert "".join(parts).replace("\\u202e", "\u202e").replace("\\u009b", "\x9b") == laid_out
    assert sum('"extractor"' in part for part in writers.json_parts(result)) == -(-3 // at_once)


def test_every_document_has_its_line_and_its_row(result):
    lines = [json.loads(line) for line in to_jsonl(result).splitlines()]
    assert [line["id"] for line in lines] == [10, "b", "empty", "\u202ec"]
    assert [line["size"] for line in lines] == [2, 2, None, 1]
    rows = list(csv.DictReader(io.StringIO(to_csv(result))))
    assert [row["size"] for row in rows] == ["2", "2", "", "1"]
    assert rows[2]["skipped"].startswith("read: no text")


def test_equal_results_are_equal_bytes(result):
    again = dedupe.cluster(
        [
            {"id": "empty", "text": " "},
            {"id": "\u202ec", "text": OTHER, "url": "https://x.example/\x9b31m"},
            {"id": "b", "text": STORY, "title": "=cmd|' /C calc'!A0"},
            {"id": 10, "text": STORY},
        ]
    )
    assert (to_json(again), to_jsonl(again), to_csv(again)) == (to_json(result), to_jsonl(result), to_csv(result))


def test_nothing_in_json_acts_in_a_terminal(result):
    for written in (to_json(result), to_jsonl(result)):
        assert not any(sign in written for sign in "\x1b\x9b\u202e\x07")
    assert "\\u202ec" in to_json(result)


def test_ids_that_are_no_text_can_still_be_written():
    result = dedupe.cluster([{"id": "a\ud800", "text": STORY}, {"id": 2**70, "text": OTHER}])
    written = to_json(result) + to_jsonl(result) + to_csv(result)
    written.encode("utf-8", "backslashreplace")
    assert str(2**70) in written


def test_no_cell_is_a_formula(result):
    cells = [cell for row in csv.reader(io.StringIO(to_csv(result))) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


@given(st.text(max_size=20))
def test_a_text_cell_never_begins_as_a_formula_does(text):
    cell = str(safe_cell(text)).lstrip(" ")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_numbers_stay_numbers():
    assert (safe_cell(-3), safe_cell(-0.5), safe_cell(None)) == (-3, -0.5, "")


def test_ratios_have_six_digits_and_no_minus_zero():
    assert (ratio(1 / 3), str(ratio(-0.0)), ratio(1)) == (0.333333, "0.0", 1.0)


def test_a_body_and_a_comparison_can_be_written_alone(result):
    body = json.loads(body_to_json(result.body("b")))
    assert body["text"] == STORY
    assert [body["original"][start:end] for start, end in body["kept"]] == [STORY]
    comparison = json.loads(comparison_to_json(result.pair(10, "b")))
    passage = comparison["passages"][0]
    assert STORY[slice(*passage["a"])] == STORY[slice(*passage["b"])] == passage["quote"]


def test_a_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path):
    path = tmp_path / "out.json"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(path, "nöw")
    assert path.read_text(encoding="utf-8") == "nöw"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_what_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    (tmp_path / "out").write_text("old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_atomically(tmp_path / "out", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_device_is_written_to_as_it_is():
    write_atomically("/dev/null", "gone")
