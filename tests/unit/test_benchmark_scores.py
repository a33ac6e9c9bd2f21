"""How the benchmarks score an engine: what is a hit, what chaining costs, and what copies stand for."""

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.syspath_prepend(str(BENCHMARKS / "peers"))
    return importlib.import_module


@pytest.fixture
def files(tmp_path):
    truth = tmp_path / "truth.tsv"
    truth.write_text("a\tb\t0.900000\nb\tc\t0.700000\nd\te\t0.699999\nf\tg\t1.000000\n")
    return SimpleNamespace(truth=truth, answer=tmp_path / "answer.tsv")


def test_an_answer_of_pairs_is_scored_pair_by_pair(load, files):
    files.answer.write_text("pair\tb\ta\npair\td\te\n")
    score = load("evaluate").evaluate(files.answer, files.truth, 0.7)
    assert score["reports"] == "pairs"
    assert (score["pairs_recall"], score["pairs_precision"]) == (round(1 / 3, 5), 0.5)


def test_chaining_costs_an_answer_of_clusters_precision_but_not_when_both_sides_are_closed(load, files):
    files.answer.write_text("cluster\ta\tb\tc\ncluster\tf\tg\n")
    score = load("evaluate").evaluate(files.answer, files.truth, 0.7)
    assert score["reports"] == "clusters"
    assert (score["pairs_recall"], score["pairs_precision"]) == (1.0, 0.75)
    assert (score["closed_recall"], score["closed_precision"]) == (1.0, 1.0)


def test_an_empty_answer_finds_nothing_and_says_nothing_wrong(load, files):
    files.answer.write_text("")
    score = load("evaluate").evaluate(files.answer, files.truth, 0.7)
    assert (score["pairs_recall"], score["pairs_precision"]) == (0.0, 1.0)


def test_copies_stand_for_all_pairs_of_their_texts(load):
    found = load("common").multiply_out(
        [("a1", "a2", True), ("a1", "a3", True), ("b1", "b2", True), ("a1", "b1", False), ("c", "d", False)]
    )
    inside = [("a1", "a2"), ("a1", "a3"), ("a2", "a3"), ("b1", "b2")]
    across = [(a, b) for a in ("a1", "a2", "a3") for b in ("b1", "b2")]
    assert found == sorted([*inside, *across, ("c", "d")])


def test_the_page_says_why_an_engine_has_no_figure(load, tmp_path):

    measured = {
        "environment": dict.fromkeys(
            ("cpu", "cores", "memory_gb", "kernel", "python", "numpy", "date", "commit", "load_before", "load_after"),
            "x",
        )
        | {"simd": []},
        "corpus": {"name": "tiny", "documents": 10, "bytes": 1_000_000},
        "threshold": 0.7,
        "repeats": 1,
        "results": [
            {"engine": "gone", "task": "signatures", "setting": "documented", "failed": "not installed"},
            {
                "engine": "dedupe",
                "task": "signatures",
                "setting": "documented",
                "docs_per_cpu_s": 100.0,
                "peak_rss_mb": 1.0,
                "runs": 1,
            },
            {
                "engine": "other",
                "task": "signatures",
                "setting": "documented",
                "docs_per_cpu_s": 200.0,
                "peak_rss_mb": 1.0,
                "runs": 1,
            },
        ],
    }
    (tmp_path / "tiny-j0.7.json").write_text(json.dumps(measured))
    load("render").render(tmp_path, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text()
    assert "| gone | failed: not installed |" in page
    assert page.index("| other | 200 | 0.5 |") < page.index("| dedupe | 100 |  |")


def test_the_page_shows_what_an_index_costs_at_every_size(load, tmp_path):
    times = {"p50": 0.5, "p90": 1.25, "p99": 4.0}
    record = {"add_cpu_ms": times, "add_many_docs_per_cpu_s": 2_100, "rss_mb": 300, "bytes_per_document": 3_210}
    measured = {
        "environment": dict.fromkeys(
            ("cpu", "cores", "memory_gb", "kernel", "python", "numpy", "date", "commit", "load_before", "load_after"),
            "x",
        )
        | {"simd": []},
        "repeats": 1,
        "corpus": "tiny",
        "one_by_one": 10,
        "open_s": 0.2,
        "open_rss_mb": 50,
        "peak_rss_mb": 345,
        "results": [record | {"documents": size, "copies": 7} for size in (100, 1_000)],
        "without_bodies": {"bytes_per_document": 2_345, "add_many_docs_per_cpu_s": 999, "documents": 500},
    }
    (tmp_path / "index.json").write_text(json.dumps(measured))
    load("render").render(tmp_path, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text()
    assert "| 1,000 | 0.50 | 1.25 | 4.00 | 2,100 | 3,210 | 300 | 7 |" in page
    assert "Without texts: 2,345 bytes a document and 999 documents a CPU second, of 500." in page
    assert "had 345 MB at most." in page
