"""``dedupe compare``, ``explain``, ``extract`` and ``report``: pairs, bodies and pages for people."""

import json
import os
import re

from commands import OTHER, ROOT, STORY, run
from dedupe.cli.exits import ExitCode
from dedupe.cli.explain import find_id


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
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    for name, reason in (("empty.txt", "empty"), ("picture.png", "not text: a PNG image")):
        done = run("compare", folder / name, folder / "first.txt")
        assert done.exit_code != ExitCode.DONE
        assert reason in done.stderr
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


def test_an_id_is_found_though_another_document_that_carried_it_was_set_aside(tmp_path):
    table = tmp_path / "t.jsonl"
    records = [("k1", STORY), ("k2", OTHER), ("k1", OTHER + " More.")]
    table.write_text("".join(json.dumps({"id": each, "text": text}) + "\n" for each, text in records))
    assert run("explain", "k1", "k2", "--in", table).exit_code == ExitCode.DONE
    done = run("explain", "k", "k2", "--in", table)
    assert "could be any of 2: k1, k2" in done.stderr


def test_explain_takes_the_paths_that_a_shell_completes(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    done = run("explain", f"{folder.name}/first.txt", f"./{folder.name}/third.txt", "--in", folder)
    assert done.stdout.startswith("A  first.txt\nB  third.txt\n")
    (folder.parent / "first.txt").write_text(OTHER)  # of this name, but not of the folder
    (folder / "first.txt").rename(folder / "page.txt")
    assert run("explain", "./first.txt", "third", "--in", folder).exit_code == ExitCode.USAGE


def test_an_id_is_known_by_its_bytes_and_as_it_is_shown():
    ids = ["caf\\xe9.txt", "red\x1b[31m.txt", "two\nlines.txt"]
    assert find_id(os.fsdecode(b"caf\xe9.txt"), ids) == ids[0]
    assert find_id("red<U+001B>", ids) == ids[1]
    assert find_id("two lines.txt", ids) == ids[2]


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
