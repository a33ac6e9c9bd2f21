"""``dedupe scan``: answers in every format, the files it refuses, and what it says of those it skipped."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import OTHER, STORY, run
from dedupe.cli.exits import ExitCode

FULL = Path("/dev/full")


def test_scan_prints_a_table_and_nothing_else(folder):
    done = run("scan", folder)
    assert done.exit_code == ExitCode.DONE
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "3 pages, 2 texts, at least 2 independent origins"
    assert "identical" in done.stdout
    assert "\x1b" not in done.stdout


def test_scan_as_json_is_one_object_that_counts_everything(folder):
    (folder / "empty.txt").write_text("")
    answer = json.loads(run("scan", folder, "--format", "json").stdout)
    assert answer["schema"] == "dedupe.result/1"
    assert [cluster["members"] for cluster in answer["clusters"]] == [["first.txt", "second.txt"], ["third.txt"]]
    assert [entry["id"] for entry in answer["skipped"]] == ["empty.txt"]
    assert answer["counts"] == {"seen": 4, "used": 3, "skipped": 1, "failed": 0}


def test_scan_as_json_lines_and_csv_has_one_row_a_document(folder):
    rows = [json.loads(line) for line in run("scan", folder, "--format", "jsonl").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["first.txt", "second.txt", "third.txt"]
    table = list(csv.DictReader(io.StringIO(run("scan", folder, "--format", "csv").stdout)))
    assert [row["id"] for row in table] == ["first.txt", "second.txt", "third.txt"]
    assert table[0]["cluster"] == table[1]["cluster"] != table[2]["cluster"]


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv"])
def test_an_output_file_holds_what_standard_output_would(folder, tmp_path, format_):
    target = tmp_path / "answer"
    printed = run("scan", folder, "--format", format_)
    written = run("scan", folder, "--format", format_, "--output", target)
    assert written.stdout == ""
    assert target.read_text() == printed.stdout
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["answer"]


def test_the_threshold_is_the_one_knob(folder):
    (folder / "first.txt").write_text(f"{STORY} {OTHER[:60]}")
    (folder / "second.txt").write_text(f"{STORY} {OTHER[60:120]}")
    answers = {
        threshold: json.loads(run("scan", folder, "--format", "json", "--threshold", threshold).stdout)["clusters"]
        for threshold in ("0.8", "0.95")
    }
    assert [len(clusters) for clusters in answers.values()] == [2, 3]


def test_a_threshold_out_of_range_is_refused_with_its_limits(folder):
    done = run("scan", folder, "--threshold", "7")
    assert done.exit_code == ExitCode.USAGE
    assert done.stdout == ""
    assert done.stderr == "dedupe: threshold must be from 0.5 to 1.0, not 7.0; leave it out for the default\n"


def test_fields_of_a_table_can_be_named(tmp_path):
    table = tmp_path / "stories.jsonl"
    table.write_text("".join(json.dumps({"nr": number, "story": STORY}) + "\n" for number in (7, 9)))
    done = run("scan", table, "--field", "text=story", "--field", "id=nr", "--format", "json")
    assert [cluster["members"] for cluster in json.loads(done.stdout)["clusters"]] == [[7, 9]]


@pytest.mark.parametrize("field", ["story", "text=", "colour=red", "=x"])
def test_a_field_that_names_nothing_is_refused(folder, field):
    done = run("scan", folder, "--field", field)
    assert done.exit_code == ExitCode.USAGE
    assert "--field takes NAME=COLUMN" in done.stderr


def test_duplicates_fail_only_where_asked(folder):
    assert run("scan", folder).exit_code == ExitCode.DONE
    assert run("scan", folder, "--fail-on-duplicates").exit_code == ExitCode.DUPLICATES
    (folder / "second.txt").unlink()
    assert run("scan", folder, "--fail-on-duplicates").exit_code == ExitCode.DONE


def test_a_document_that_fails_is_named_and_the_rest_is_answered(folder):
    (folder / "bad.jsonl").write_text(json.dumps({"id": "fine", "text": OTHER}) + "\n{broken\n")
    done = run("scan", folder, "--format", "json")
    assert done.exit_code == ExitCode.SOME_FAILED
    assert len(json.loads(done.stdout)["documents"]) == 4
    (line,) = done.stderr.splitlines()
    assert line.startswith("dedupe: bad.jsonl")


def test_an_id_that_comes_twice_is_named_and_the_rest_is_answered(tmp_path):
    table = tmp_path / "t.jsonl"
    records = [{"id": "x", "text": STORY}, {"id": "x", "text": OTHER}, {"id": "y", "text": STORY}]
    table.write_text("".join(json.dumps(record) + "\n" for record in records))
    done = run("scan", table, "--format", "json")
    assert done.exit_code == ExitCode.SOME_FAILED
    assert json.loads(done.stdout)["counts"] == {"seen": 3, "used": 2, "skipped": 0, "failed": 1}
    assert "dedupe: x: another document carries this id" in done.stderr


def test_a_binary_file_is_skipped_with_its_reason(folder):
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    done = run("scan", folder)
    assert done.exit_code == ExitCode.DONE
    assert re.search(r"picture\.png: skipped at read: not text", done.stdout)


def test_answers_of_earlier_runs_are_not_read_as_pages(folder):
    expected = json.loads(run("scan", folder, "--format", "json").stdout)
    for name in ("a.json", "a.jsonl", "a.csv", "a.txt"):
        run("scan", folder, "--output", folder / name)
    (folder / "jsonl").write_text((folder / "a.jsonl").read_text())
    run("report", folder, "--output", folder / "report.html")
    answer = json.loads(run("scan", folder, "--format", "json").stdout)
    assert {name: answer[name] for name in ("documents", "clusters", "links")} == {
        name: expected[name] for name in ("documents", "clusters", "links")
    }
    assert {entry["id"] for entry in answer["skipped"]} == {
        "a.json",
        "a.jsonl",
        "a.csv",
        "a.txt",
        "jsonl",
        "report.html",
    }
    assert {entry["reason"] for entry in answer["skipped"]} == {"an answer that dedupe wrote, not a page"}


def test_an_answer_to_which_texts_were_added_is_a_table_as_any_other(folder, tmp_path):
    rows = [json.loads(line) for line in run("scan", folder, "--format", "jsonl").stdout.splitlines()]
    table = tmp_path / "rows.jsonl"
    table.write_text("".join(json.dumps(row | {"text": STORY}, separators=(",", ":")) + "\n" for row in rows))
    assert json.loads(run("scan", table, "--format", "json").stdout)["counts"]["used"] == 3


def test_an_empty_folder_is_an_answer(tmp_path):
    done = run("scan", tmp_path)
    assert done.exit_code == ExitCode.DONE
    assert done.stdout == "0 pages, 0 texts, at least 0 independent origins\n"


def test_a_path_that_does_not_exist_is_a_usage_error(tmp_path):
    done = run("scan", tmp_path / "nowhere")
    assert done.exit_code == ExitCode.USAGE
    assert "does not exist" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["scan", "report"])
def test_an_output_that_cannot_be_written_is_one_clear_line_before_any_work(command, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("dedupe.engine.intake.coerce", None)
    target = tmp_path / "no" / "such" / "folder"
    done = run(command, folder, "--output", target)
    assert done.exit_code == ExitCode.REFUSED
    assert done.stderr == f"dedupe: {target}: there is no folder {target.parent}\n"


@pytest.mark.parametrize("command", ["scan", "report"])
def test_an_output_that_is_write_protected_is_not_replaced(command, folder, tmp_path, monkeypatch):
    target = tmp_path / "kept"
    target.write_text("kept")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path) != target)
    done = run(command, folder, "--output", target)
    assert done.exit_code == ExitCode.REFUSED
    assert done.stderr == f"dedupe: {target}: may not be written to\n"
    assert target.read_text() == "kept"


@pytest.mark.parametrize("command", ["scan", "report"])
def test_an_output_that_is_a_dash_is_standard_output(command, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(command, folder, "--output", "-")
    assert "first.txt" in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "-").exists()


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device here")
@pytest.mark.parametrize("options", [("--output", str(FULL)), ()])
def test_a_full_disk_is_named_with_what_could_not_be_written(folder, options):
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "dedupe", "scan", str(folder), *options]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == ExitCode.REFUSED
    assert done.stderr == f"dedupe: {options[1] if options else 'standard output'}: No space left on device\n"


def test_a_hostile_file_name_cannot_act_at_a_terminal(tmp_path):
    (tmp_path / "\x1b[31m[red]\n\u202ename.txt").write_text(STORY)
    done = run("scan", tmp_path)
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "[red]" in done.stdout


@pytest.mark.parametrize("several", [False, True])
def test_an_answer_written_into_the_folder_is_not_read_as_a_page(folder, tmp_path, several):
    paths = [folder]
    if several:
        (tmp_path / "more").mkdir()
        paths.append(tmp_path / "more")
    target = folder / "report.html"
    for _ in range(2):
        run("report", *paths, "--output", target)
    assert "3 pages, 2 texts, at least 2 independent origins; 1 more not used" in target.read_text()
    again = run("scan", *paths, "--output", target, "--format", "json")
    assert again.exit_code == ExitCode.DONE
    answer = json.loads(target.read_text())
    assert len(answer["documents"]) == 3
    assert [entry["reason"] for entry in answer["skipped"]] == ["this run writes its answer there"]
