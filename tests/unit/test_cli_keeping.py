"""What a user keeps and drops, and the formats that a file's suffix chooses, from the command line."""

import json

import pytest

import dedupe
from commands import OTHER, STORY, run
from dedupe.cli.exits import ExitCode

FORMATS = ["json", "jsonl", "csv", "parquet"]


def test_a_list_holds_ids_and_nothing_else(folder, tmp_path):
    kept, dropped = (run("scan", folder, "--list", which) for which in ("kept", "dropped"))
    assert (kept.stdout, kept.stderr, kept.exit_code) == ("first.txt\nthird.txt\n", "", ExitCode.DONE)
    assert dropped.stdout == "second.txt\n"
    target = tmp_path / "kept.json"  # a suffix says nothing of a list
    assert run("scan", folder, "--list", "kept", "--output", target).stdout == ""
    assert target.read_text() == kept.stdout
    assert run("scan", folder, "--list", "dropped", "--fail-on-duplicates").exit_code == ExitCode.DUPLICATES


def test_an_id_in_a_list_is_one_line(tmp_path):
    pages = tmp_path / "pages.jsonl"
    names = ["two  blanks", "line\nend", "\x1b[31mred", 7]
    pages.write_text("".join(json.dumps({"id": name, "text": STORY}) + "\n" for name in names))
    listed = run("scan", pages, "--list", "dropped").stdout + run("scan", pages, "--list", "kept").stdout
    assert sorted(listed.splitlines()) == ["7", "<U+001B>[31mred", "line end", "two  blanks"]
    exact = run("scan", pages, "--list", "dropped", "--format", "jsonl").stdout.splitlines()
    assert {json.loads(line) for line in exact} | {7} == set(names)
    assert len(exact) == 3


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_a_list_has_no_other_format(folder, form):
    done = run("scan", folder, "--list", "kept", "--format", form)
    assert done.exit_code == ExitCode.USAGE
    assert "--list prints ids" in done.stderr


def test_keep_orders_the_rules(tmp_path):
    pages = tmp_path / "pages.jsonl"
    rows = [
        {"id": "a", "text": STORY, "url": "https://one.example/long/address", "published": "2022-01-21"},
        {"id": "b", "text": STORY, "url": "https://two.example/", "published": "2022-01-20"},
        {"id": "c", "text": OTHER},
    ]
    pages.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def kept(rules):
        return run("scan", pages, "--list", "kept", "--keep", rules).stdout.split()

    assert kept("latest, id") == ["a", "c"]
    assert kept("source:two.example,latest") == ["b", "c"]
    assert "earliest published" in run(
        "report", pages, "--keep", "earliest", "--output", tmp_path / "r.html"
    ).stdout + (tmp_path / "r.html").read_text(encoding="utf-8")
    wrong = run("scan", pages, "--keep", "latest,newest")
    assert wrong.exit_code == ExitCode.USAGE
    assert "no rule 'newest'" in wrong.stderr
    run("index", "create", tmp_path / "n.dedupe", "--keep", "latest")
    run("index", "add", tmp_path / "n.dedupe", pages)
    assert json.loads(run("index", "clusters", tmp_path / "n.dedupe").stdout)["representative"] == "a"


@pytest.mark.parametrize("form", FORMATS)
def test_the_suffix_of_the_output_chooses_the_format(folder, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    by_suffix, by_name = tmp_path / f"a.{form}", tmp_path / "a.data"
    run("scan", folder, "--output", by_suffix)
    run("scan", folder, "--output", by_name, "--format", form)
    assert by_suffix.read_bytes() == by_name.read_bytes() != b""
    assert run("scan", folder, "--output", by_name).exit_code == ExitCode.DONE
    assert "independent origins" in by_name.read_text()
    run("scan", folder, "--output", by_suffix, "--format", "table")
    assert by_suffix.read_bytes() == by_name.read_bytes()


def test_parquet_goes_into_a_pipe_as_it_is(folder):
    pytest.importorskip("pyarrow")
    printed = run("scan", folder, "--format", "parquet").stdout_bytes
    result = dedupe.cluster(dedupe.read(folder))
    assert printed == result.to_parquet()


def test_parquet_is_refused_before_the_work_where_it_cannot_be_written(folder, monkeypatch):
    def fail(*_, **__):
        pytest.fail("documents were read first")

    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    monkeypatch.setattr("dedupe.cli.scan.read_paths", fail)
    done = run("scan", folder, "--format", "parquet")
    assert done.exit_code == ExitCode.USAGE
    assert "dedupe-syndication[parquet]" in done.stderr


def test_an_index_is_added_to_another(tmp_path):
    one, two = tmp_path / "one.dedupe", tmp_path / "two.dedupe"
    with dedupe.Index(one) as index:
        index.add_many([("a", STORY), ("b", OTHER)])
    with dedupe.Index(two) as index:
        index.add_many([("b", OTHER), ("c", STORY)])
    lines = [json.loads(line) for line in run("index", "merge", one, two).stdout.splitlines()]
    assert [(line["id"], line["action"], line["duplicate_of"]) for line in lines] == [
        ("b", "new", None),
        ("c", "exact", "a"),
    ]
    with dedupe.Index(one) as merged, dedupe.Index(two) as other:
        assert (len(merged), len(other)) == (3, 2)
    missing = run("index", "merge", one, tmp_path / "none.dedupe")
    assert missing.exit_code != ExitCode.DONE
    assert "none.dedupe" in missing.stderr
    assert run("index", "merge", one, one).exit_code == ExitCode.REFUSED
