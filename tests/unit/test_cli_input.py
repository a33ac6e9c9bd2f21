"""What comes in on standard input is read as a file would be."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from commands import OTHER, STORY, run
from dedupe.cli.exits import ExitCode
from dedupe.files import incoming

LINES = "".join(
    json.dumps({"id": name, "text": text}) + "\n" for name, text in zip("abc", (STORY, STORY, OTHER), strict=True)
)


class Terminal(io.StringIO):
    """A standard input at which somebody sits."""

    def isatty(self):
        return True


def clusters_of(done):
    return [cluster["members"] for cluster in json.loads(done.stdout)["clusters"]]


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())], ids=["plain", "gzip"])
def test_lines_of_json_are_documents(pack):
    done = run("scan", "-", "--format", "json", given=pack(LINES))
    assert (done.exit_code, done.stderr) == (ExitCode.DONE, "")
    assert clusters_of(done) == [["a", "b"], ["c"]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_answer_is_that_of_a_file(tmp_path, jobs):
    path = tmp_path / "docs.jsonl"
    path.write_text(LINES)
    printed = [
        run("scan", source, "-f", "jsonl", "--jobs", jobs, "--preset", "corpus", given=LINES).stdout
        for source in (path, "-")
    ]
    assert printed[0] == printed[1] != ""


def test_lines_longer_than_a_block_are_read_whole(monkeypatch):
    monkeypatch.setattr(incoming, "BLOCK", 64)
    assert clusters_of(run("scan", "-", "-f", "json", given=LINES)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        (f"id,text\nx,{OTHER.replace(',', '')}\n", [["x"]]),
        (json.dumps([{"text": OTHER}, {"id": "named", "text": STORY}]), [["stdin:1"], ["named"]]),
        (STORY, [["stdin"]]),
        (f"<html><body><p>{STORY}</p></body></html>", [["stdin"]]),
    ],
    ids=["table", "array", "text", "page"],
)
def test_what_it_is_shows_in_the_content(given, ids):
    assert clusters_of(run("scan", "-", "-f", "json", given=given)) == ids


def test_a_broken_line_costs_itself_and_is_named():
    done = run("scan", "-", "-f", "json", given=LINES + "{broken\n")
    assert done.exit_code == ExitCode.SOME_FAILED
    assert done.stderr.startswith("dedupe: stdin:4: ")
    assert clusters_of(done) == [["a", "b"], ["c"]]


def test_files_and_standard_input_are_read_together(folder):
    done = run("scan", folder, "-", "-f", "json", given=LINES)
    assert clusters_of(done) == [["a", "b", "first.txt", "second.txt"], ["c", "third.txt"]]


def test_an_index_takes_in_what_is_piped(tmp_path):
    done = run("index", "add", tmp_path / "i", "-", given=LINES)
    assert [json.loads(line)["action"] for line in done.stdout.splitlines()] == ["new", "exact", "new"]
    assert json.loads(run("index", "check", tmp_path / "i", "-", given=LINES).stdout.splitlines()[2])["id"] == "c"


def test_two_documents_of_it_are_explained():
    assert "identical" in run("explain", "a", "b", "--in", "-", given=LINES).stdout


def test_a_page_is_extracted():
    done = run("extract", "-", given=f"<html><body><nav>Home</nav><p>{STORY}</p></body></html>")
    assert (done.exit_code, done.stdout) == (ExitCode.DONE, f"{STORY}\n")
    assert run("extract", "-", given=LINES).stderr == "dedupe: - holds 3 documents; extract takes one page\n"
    assert "'nowhere' does not exist" in run("extract", "nowhere").stderr


def test_one_of_two_that_are_compared_is_piped(folder):
    done = run("compare", folder / "first.txt", "-", "--format", "json", given=STORY)
    answer = json.loads(done.stdout)
    assert (answer["a"], answer["relation"]["text"]) in {("-", "identical"), (str(folder / "first.txt"), "identical")}
    assert run("compare", "-", "-", given=STORY).exit_code == ExitCode.USAGE


def test_nothing_at_all_is_a_failure_that_says_so():
    done = run("scan", "-", given="")
    assert done.exit_code == ExitCode.SOME_FAILED
    assert done.stderr == "dedupe: stdin: nothing came in; see whether what should have written it did\n"


def test_a_terminal_is_refused_before_anybody_waits(monkeypatch):
    import typer

    from dedupe.cli.index import query
    from dedupe.cli.options import STANDARD_INPUT
    from dedupe.cli.reading import read_paths
    from dedupe.config import Config

    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stderr", said)
    with pytest.raises(typer.Exit) as stopped:
        read_paths([STANDARD_INPUT], fields={}, config=Config())
    assert stopped.value.exit_code == ExitCode.USAGE
    with pytest.raises(typer.Exit):
        query(Path("no-index"), "-")
    assert "terminal; pipe documents into it, as in: cat docs.jsonl | dedupe scan -" in said.getvalue()


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (b"PAR1\x15\x04", "a Parquet or Arrow file"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n", "a web archive"),
        (gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n"), "a web archive"),
    ],
)
def test_what_is_not_read_from_front_to_end_is_refused_by_name(given, kind):
    done = run("scan", "-", given=given)
    assert done.exit_code == ExitCode.SOME_FAILED
    assert f"stdin: {kind}, which is not read from front to end; save it to a file" in done.stderr


def test_a_stream_that_was_cut_keeps_what_came_before():
    done = run("scan", "-", "-f", "json", given=gzip.compress(LINES.encode() * 50)[:-9])
    assert done.exit_code == ExitCode.SOME_FAILED
    assert "the file was cut" in done.stderr


def test_an_estimate_needs_files():
    done = run("scan", "-", "--estimate", given=LINES)
    assert done.exit_code == ExitCode.USAGE
    assert "name the files" in done.stderr


def test_a_path_that_is_not_there_is_named():
    done = run("scan", "nowhere", "-", given=LINES)
    assert done.exit_code == ExitCode.USAGE
    assert "'nowhere' does not exist" in done.stderr
