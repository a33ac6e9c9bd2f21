"""The command line as scripts and people meet it: data on standard output, everything else on standard error."""

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dedupe
from dedupe.cli.app import app
from dedupe.cli.exits import ExitCode, exit_code_of
from dedupe.cli.explain import find_id
from dedupe.cli.options import PresetName, config_of
from dedupe.errors import BusyStoreError, ConfigError, CorpusError, CorruptStoreError, DedupeError, InputError

ROOT = Path(__file__).parents[2]
STORY = (
    "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel, the port "
    "authority said. Nobody was hurt, and the forty passengers spent the night in the terminal, where the canteen "
    "stayed open. Two icebreakers are under way from the north and should arrive before noon on Wednesday."
)
OTHER = (
    "A court in the capital ruled on Friday that the museum must return three bronze figures to the island from which "
    "they were taken in 1912. The director said that the house would study the ruling and answer within a month."
)


@pytest.fixture
def folder(tmp_path):
    """Two copies and one other text."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "first.txt").write_text(STORY)
    (pages / "second.txt").write_text(STORY)
    (pages / "third.txt").write_text(OTHER)
    return pages


def run(*arguments):
    """Run the command in this process; an error that is not ours is raised."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def run_process(*arguments, **options):
    """Run the command as a shell would."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")} | options.pop("env", {})
    command = [sys.executable, "-m", "dedupe", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60, **options)


# --- scan ---------------------------------------------------------------------------------------------------------


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
    assert done.stderr == f"dedupe: {target}: No such file or directory\n"


def test_a_hostile_file_name_cannot_act_at_a_terminal(tmp_path):
    (tmp_path / "\x1b[31m[red]\n\u202ename.txt").write_text(STORY)
    done = run("scan", tmp_path)
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "[red]" in done.stdout


# --- compare, explain, extract, report, params --------------------------------------------------------------------


def test_compare_explains_two_files(folder):
    done = run("compare", folder / "first.txt", folder / "second.txt")
    assert done.exit_code == ExitCode.DONE
    assert "identical" in done.stdout
    assert str(folder / "first.txt") in done.stdout


def test_compare_keeps_two_files_of_one_name_apart(tmp_path):
    for name, text in (("a", STORY), ("b", OTHER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.txt").write_text(text)
    done = run("compare", tmp_path / "a" / "page.txt", tmp_path / "b" / "page.txt", "--format", "json")
    answer = json.loads(done.stdout)
    assert (answer["a"], answer["b"]) == (str(tmp_path / "a" / "page.txt"), str(tmp_path / "b" / "page.txt"))
    assert answer["relation"]["text"] == "none"


def test_compare_refuses_a_file_of_many_documents_and_says_what_to_do(folder):
    table = folder / "t.jsonl"
    table.write_text("".join(json.dumps({"id": n, "text": STORY}) + "\n" for n in (1, 2)))
    done = run("compare", table, folder / "first.txt")
    assert done.exit_code == ExitCode.USAGE
    assert "holds 2 documents" in done.stderr
    assert "dedupe explain" in done.stderr


def test_compare_says_why_a_file_cannot_be_used(folder):
    (folder / "empty.txt").write_text("")
    done = run("compare", folder / "empty.txt", folder / "first.txt")
    assert done.exit_code != ExitCode.DONE
    assert "empty" in done.stderr
    assert done.stdout == ""


def test_explain_takes_how_an_id_begins(folder):
    done = run("explain", "fi", "thi", "--in", folder)
    assert done.exit_code == ExitCode.DONE
    assert done.stdout.startswith("A  first.txt\nB  third.txt\n")


def test_explain_lists_what_an_unclear_prefix_could_be(folder):
    (folder / "first-again.txt").write_text(OTHER)
    done = run("explain", "first", "third", "--in", folder)
    assert done.exit_code == ExitCode.USAGE
    assert "could be any of 2: first-again.txt, first.txt" in done.stderr


def test_explain_lists_what_there_is_for_an_unknown_id(folder):
    done = run("explain", "zebra", "third", "--in", folder)
    assert done.exit_code == ExitCode.USAGE
    assert "there are first.txt, second.txt, third.txt" in done.stderr


def test_explain_refuses_one_document_twice(folder):
    assert run("explain", "third", "third.txt", "--in", folder).exit_code == ExitCode.USAGE


def test_an_exact_id_wins_over_longer_ones_and_numbers_are_found():
    assert find_id("a", ["a", "ab"]) == "a"
    assert find_id("7", [7, 70]) == 7


def test_extract_prints_the_body(folder):
    assert run("extract", folder / "third.txt").stdout == OTHER + "\n"


def test_extract_shows_what_was_set_aside_and_why():
    done = run("extract", ROOT / "seeds" / "000_b4cc24a21e3830ba.txt", "--show-lines")
    assert re.search(r"^\+ prose +Iranian president talks", done.stdout, re.MULTILINE)
    assert re.search(r"^- headline_list +Diamonds Are Powering", done.stdout, re.MULTILINE)


def test_extract_as_json_has_text_and_lines(folder):
    answer = json.loads(run("extract", folder / "third.txt", "--format", "json").stdout)
    assert answer["text"] == OTHER


def test_extract_says_why_there_is_nothing(folder):
    (folder / "empty.txt").write_text(" \n")
    done = run("extract", folder / "empty.txt")
    assert done.exit_code != ExitCode.DONE
    assert done.stderr.startswith("dedupe: ")
    assert done.stdout == ""


def test_report_writes_one_page(folder, tmp_path):
    target = tmp_path / "out.html"
    done = run("report", folder, "--output", target)
    assert done.exit_code == ExitCode.DONE
    assert done.stdout == ""
    assert target.read_text().startswith("<!DOCTYPE html>")
    assert run("report", folder, "--output", target, "--quiet").stderr == ""


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


def test_params_prints_the_curve_of_the_chosen_bands():
    done = run("params", "--jaccard", "0.8", "--recall", "0.99")
    found = re.search(r"cut into (\d+) bands of (\d+) rows", done.stdout)
    bands, rows = map(int, found.groups())
    assert 1 - (1 - 0.8**rows) ** bands >= 0.99
    curve = dict(re.findall(r"^ *([01]\.\d\d) +([01]\.\d{4})", done.stdout, re.MULTILINE))
    assert len(curve) == 21
    assert float(curve["0.40"]) == pytest.approx(1 - (1 - 0.4**rows) ** bands, abs=5e-5)


def test_params_refuses_what_no_bands_can_reach():
    done = run("params", "--jaccard", "0.01", "--recall", "0.999")
    assert done.exit_code == ExitCode.USAGE
    assert "no bands of 128 slots" in done.stderr


# --- the whole ----------------------------------------------------------------------------------------------------


def test_version_names_the_kernel():
    done = run("--version")
    assert re.fullmatch(r"dedupe \S+ \(kernel: (native|numpy), Python [\d.]+\S*\)\n", done.stdout)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), ExitCode.USAGE),
        (dedupe.MissingExtraError("x"), ExitCode.USAGE),
        (InputError("x"), ExitCode.REFUSED),
        (CorpusError("x"), ExitCode.REFUSED),
        (CorruptStoreError("x"), ExitCode.REFUSED),
        (BusyStoreError("x"), ExitCode.BUSY),
        (DedupeError("x"), ExitCode.REFUSED),
    ],
)
def test_every_error_has_its_exit_code(error, code):
    assert exit_code_of(error) is code


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (BusyStoreError("held by\nprocess 12"), 4, "dedupe: held by process 12\n"),
        (KeyboardInterrupt(), 130, "dedupe: interrupted\n"),
        (PermissionError(13, "Permission denied", "locked"), 3, "dedupe: locked: Permission denied\n"),
    ],
)
def test_an_error_is_one_line_without_a_traceback(folder, monkeypatch, raised, code, said):
    def failing(*_, **__):
        raise raised

    monkeypatch.setattr(dedupe, "cluster", failing)
    done = run("scan", folder)
    assert (done.exit_code, done.stderr, done.stdout) == (code, said, "")


def test_a_mistake_of_ours_is_not_hidden(folder, monkeypatch):
    def failing(*_, **__):
        raise AssertionError("a bug")

    monkeypatch.setattr(dedupe, "cluster", failing)
    with pytest.raises(AssertionError, match="a bug"):
        run("scan", folder)


def test_a_reader_that_goes_away_is_no_error_message():
    command = [sys.executable, "-m", "dedupe", "params"]
    read, write = os.pipe()
    os.close(read)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, stdout=write, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(write)
    assert done.returncode == ExitCode.PIPE_CLOSED == 128 + signal.SIGPIPE
    assert done.stderr == b""


def test_a_narrow_encoding_gets_escapes_instead_of_a_crash(folder):
    (folder / "räksmörgås.txt").write_text(OTHER)
    done = run_process("scan", folder, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == ExitCode.DONE
    assert b"independent origins" in done.stdout


def test_progress_needs_a_terminal(folder):
    done = run_process("scan", folder, "--format", "json")
    assert done.stderr == b""
    json.loads(done.stdout)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("options", "shown"), [((), True), (("--quiet",), False)])
def test_at_a_terminal_progress_goes_to_standard_error_alone(folder, options, shown):
    watched, terminal = os.openpty()
    target = folder.parent / "answer.json"
    command = [sys.executable, "-m", "dedupe", "scan", str(folder), "--format", "json", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"}
    seen = b""
    with (
        target.open("wb") as answer,
        subprocess.Popen(command, env=environment, stdout=answer, stderr=terminal) as done,
    ):
        os.close(terminal)
        with contextlib.suppress(OSError):  # how Linux says that nobody writes to a terminal any more
            while block := os.read(watched, 65_536):
                seen += block
    os.close(watched)
    assert done.returncode == ExitCode.DONE
    assert (b"reading" in seen) is shown
    assert json.loads(target.read_text())["counts"]["used"] == 3


def test_help_loads_nothing_heavy():
    heavy = ["trafilatura", "datasketch", "scipy", "numpy", "lxml", "dedupe.engine.batch"]
    code = (
        "import sys; from typer.testing import CliRunner; from dedupe.cli.app import app;"
        "done = CliRunner().invoke(app, ['--help']); assert done.exit_code == 0, done.output;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", ["scan", "compare", "explain", "extract", "report", "params"])
def test_every_command_helps(command):
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Options:" in done.stdout


def test_a_preset_is_kept_unless_an_option_says_otherwise():
    assert config_of(preset=PresetName.CORPUS) == dedupe.Config.preset("corpus")
    assert config_of(preset=PresetName.CORPUS, clean=True).clean
    assert not config_of(clean=False).clean
    assert config_of().clean
