"""``dedupe index`` as scripts meet it."""

import json
import re
import sqlite3

import pytest
from typer.testing import CliRunner

from dedupe import Index
from dedupe.cli.app import app
from stories import story

STORY = "The ferry was turned back on Monday after its pilot reported thick ice on both sides of the channel."


@pytest.fixture
def pages(tmp_path):
    """Two copies, a retouched one and another text."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.txt").write_text(STORY)
    (folder / "b.txt").write_text(STORY)
    (folder / "c.txt").write_text(STORY + " Nobody was hurt.")
    (folder / "d.txt").write_text(
        "The council voted nine to four on Tuesday to keep the library open on Sundays till May."
    )
    return folder


@pytest.fixture
def path(tmp_path):
    """Where the index goes."""
    return tmp_path / "news.dedupe"


def run(*arguments, **options):
    """Run a command; an error that is not ours is raised."""
    return CliRunner().invoke(app, ["index", *map(str, arguments)], catch_exceptions=False, **options)


def lines(done):
    """What was printed, as objects."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_adding_answers_in_lines_of_json(path, pages):
    done = run("add", path, pages)
    assert done.exit_code == 0
    assert [(line["id"], line["action"], line["duplicate_of"]) for line in lines(done)] == [
        ("a.txt", "new", None),
        ("b.txt", "exact", "a.txt"),
        ("c.txt", "near", "a.txt"),
        ("d.txt", "new", None),
    ]
    again = run("add", path, pages)
    assert [line["seen_at"] for line in lines(again)] == [line["seen_at"] for line in lines(done)]


@pytest.mark.parametrize("command", [["check"], ["add", "--dry-run"]])
def test_a_dry_run_changes_nothing(path, pages, command):
    run("create", path)
    done = run(*command, path, pages)
    assert {line["action"] for line in lines(done)} == {"new"}
    with Index(path) as index:
        assert len(index) == 0


def test_a_log_grows(path, pages, tmp_path):
    log = tmp_path / "log.jsonl"
    for _ in range(2):
        done = run("add", path, pages, "--log", log)
        assert (done.exit_code, done.stdout) == (0, "")
    assert len(log.read_text().splitlines()) == 8


def test_forgetting_and_expiring(path, pages):
    run("add", path, pages)
    assert run("forget", path, "a.txt", "--dry-run").exit_code == 0
    done = run("forget", path, "a.txt", "nobody.txt")
    assert (done.exit_code, done.stderr) == (1, "dedupe: no document has the id 'nobody.txt'\n")
    assert run("expire", path, "--before", "2001-01-01").stdout == "0\n"
    assert run("expire", path, "--before", "2100-01-01T00:00:00Z", "--dry-run").stdout == "3\n"
    assert run("expire", path, "--before", "2100-01-01").stdout == "3\n"
    assert run("expire", path, "--before", "soon").exit_code == 2


def test_a_number_is_found_by_its_digits(path):
    with Index(path) as index:
        index.add((17, STORY))
    assert run("forget", path, "17").exit_code == 0
    with Index(path) as index:
        assert len(index) == 0


def test_a_query_for_the_name_of_a_file_is_refused_with_what_to_do(path, pages):
    run("add", path, pages)
    asked = run("query", path, next(pages.iterdir()))
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "- < FILE" in asked.stderr
    assert run("query", path, f"{STORY} " * 40).exit_code == 0


def test_a_query_for_people_shows_the_beginning_of_what_is_shared(path):
    with Index(path) as index:
        index.add(("long", story(1)))
    (whole,) = lines(run("query", path, story(1)))
    assert whole["longest"] == " ".join(story(1).split())[:-1]
    shown = run("query", path, story(1), "--format", "text").stdout.splitlines()
    assert shown[0] == "long: identical, similarity 100 %"
    assert shown[1].strip() == whole["why"]
    quote = shown[2].strip()
    assert quote.startswith(f"“{whole['longest'][:100]}")
    assert quote.endswith("…”")
    assert len(quote) <= 162
    nothing = run("query", path, "Nothing of this is known.", "--format", "text")
    assert (nothing.stdout, nothing.stderr) == (
        "",
        "dedupe: no document of the index shares a passage with this text\n",
    )
    assert run("query", path, "Nothing of this is known.").stderr == ""


def test_queries_clusters_and_numbers(path, pages):
    run("add", path, pages)
    assert [line["id"] for line in lines(run("query", path, "-", input=STORY))] == ["a.txt", "c.txt"]
    assert [line["id"] for line in lines(run("query", path, STORY, "--top", "1"))] == ["a.txt"]
    assert [line["members"] for line in lines(run("clusters", path))] == [["a.txt", "b.txt", "c.txt"]]
    assert len(lines(run("clusters", path, "--smallest", "1"))) == 2
    (numbers,) = lines(run("stats", path, "--format", "json"))
    assert (numbers["documents"], numbers["clusters"], numbers["copies"]) == (4, 2, 2)
    assert "documents            4\n" in run("stats", path).stdout


def test_a_copy_and_a_compact_index_are_whole(path, pages, tmp_path):
    run("add", path, pages)
    copy = tmp_path / "copy.dedupe"
    for command, said in (
        (("compact", path), rf"{path} takes [\d,]+ bytes, [\d,]+ before\n"),
        (("backup", path, copy), f"wrote {copy}: 4 documents\n"),
        (("verify", copy), f"{copy} is whole: every row, text and look-up of 4 documents\n"),
    ):
        done = run(*command)
        assert (done.exit_code, done.stdout) == (0, "")
        assert re.fullmatch(f"dedupe: {said}", done.stderr)


def test_a_copy_is_not_written_over_what_is_there(path, pages):
    run("add", path, pages)
    done = run("backup", path, path)
    assert done.exit_code == 2
    assert f"{path} exists" in done.stderr


def test_what_is_damaged_is_named_with_exit_code_3(path, pages):
    run("add", path, pages)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE contents SET data = substr(data, 2) WHERE row = 2")
    file.close()
    done = run("verify", path)
    assert done.exit_code == 3
    assert "the text of document 2 is damaged" in done.stdout
    path.write_bytes(path.read_bytes()[:100])
    done = run("stats", path)
    assert done.exit_code == 3
    assert str(path) in done.stderr


def test_what_cannot_be_opened_is_named_with_what_helps(path, pages):
    run("add", path, pages)
    content = path.read_bytes()
    for damaged in (content[:5_000], content[:-1], bytes(512) + content[512:], b"x" * 9_000):
        path.write_bytes(damaged)
        done = run("verify", path)
        assert done.exit_code == 3
        assert str(path) in done.stderr
        assert "restore a backup, or build" in done.stderr
        assert "dedupe index verify" not in done.stderr


def test_damage_to_bytes_that_hold_nothing_is_gone_once_the_file_is_compact(path, pages):
    run("add", path, pages)
    content = bytearray(path.read_bytes())
    content[80] ^= 1
    path.write_bytes(content)
    done = run("verify", path)
    assert done.exit_code == 3
    assert "page 1 (from byte 0) is not what was written there" in done.stdout
    assert "`dedupe index compact` writes it anew" in done.stderr
    assert run("compact", path).exit_code == run("verify", path).exit_code == 0


def test_a_file_without_its_sums_is_sound_and_said_to_be_uncovered(path, pages):
    run("add", path, pages)
    assert "have no sum" not in run("verify", path).stderr
    path.with_name(f"{path.name}-sums").unlink()
    done = run("verify", path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "of its pages have no sum" in done.stderr
    run("compact", path)
    done = run("verify", path)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "have no sum" not in done.stderr


def test_another_index_is_not_made_by_asking(path, pages):
    for command in (["check", path, pages], ["stats", path], ["query", path, "x"], ["verify", path]):
        assert run(*command).exit_code == 3
    assert not path.exists()
    run("create", path, "--ttl", "7", "--ttl-from-published", "--no-bodies", "--threshold", "0.9")
    assert run("create", path).exit_code == 2
    with Index(path) as index:
        assert index.config.threshold == 0.9


def test_a_busy_index_exits_with_4(path, pages):
    run("create", path)
    with Index(path) as index, index._opened.writing():
        done = run("add", path, pages, "--busy-timeout", "0.05")
    assert done.exit_code == 4
    assert "is being written by process" in done.stderr


def test_the_secret_seed_comes_from_the_environment(path, pages, monkeypatch):
    monkeypatch.setenv("DEDUPE_SECRET_SEED", "12345")
    assert run("add", path, pages).exit_code == 0
    monkeypatch.setenv("DEDUPE_SECRET_SEED", "words")
    assert run("stats", path).exit_code == 2
    monkeypatch.delenv("DEDUPE_SECRET_SEED")
    done = run("stats", path)
    assert done.exit_code == 3
    assert "secret seed" in done.stderr
