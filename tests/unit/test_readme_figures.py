"""The README's figures are those that were measured: each is worked out again from the benchmarks' results."""

import importlib
import json
import math
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def results(name):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


def by_engine(name, task="pairs"):
    """Ours, and those of the others, of one task as documented."""
    found = {
        record["engine"]: record
        for record in results(name)["results"]
        if (record["task"], record["setting"]) == (task, "documented")
    }
    return found.pop("dedupe"), found


def times_the_next(name, task="pairs"):
    ours, others = by_engine(name, task)
    return ours["docs_per_cpu_s"] / max(record["docs_per_cpu_s"] for record in others.values())


def say(*figures):
    """The figures stand in the README one after another, whatever words are between them, in one passage."""
    return re.search(r"\b.{0,160}?".join(map(re.escape, figures)), README)


def test_the_page_of_tables_is_made_of_the_results(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    importlib.import_module("render").render(ROOT / "benchmarks" / "results", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == (ROOT / "docs" / "benchmarks-speed.md").read_text()


def test_whole_runs_are_as_many_times_as_fast_as_it_says():
    made, real = times_the_next("corpus-100000-j0.7"), times_the_next("abp-j0.7")
    assert say(f"{made:.1f} times the fastest other tool on 100,000", f"{real:.0f} times on 37,554 real ones")
    assert say(f"made {math.floor(times_the_next('corpus-10000-j0.7', 'signatures'))} times as fast as by the next")
    for name in ("corpus-100000-j0.7", "abp-j0.7"):
        ours, others = by_engine(name)
        assert ours["peak_rss_mb"] < min(record["peak_rss_mb"] for record in others.values())


def test_what_is_found_is_what_it_says():
    recalls = []
    for name in ("corpus-10000-j0.7", "corpus-100000-j0.7", "abp-j0.7"):
        ours, others = by_engine(name)
        assert ours["pairs_recall"] >= 0.9999
        assert ours["pairs_precision"] == 1
        recalls += [record["pairs_recall"] for record in others.values() if "pairs_recall" in record]
    assert say("but one in ten thousand", f"find {min(recalls) * 100:.0f} to {max(recalls) * 100:.0f} of 100")


def test_a_million_and_a_run_with_everything_cost_what_it_says():
    (million,) = (
        record for record in results("scaling")["results"] if (record["docs"], record["jobs"]) == (1_000_000, 1)
    )
    assert say(f"a million documents take {million['cpu_s']:.0f} s and {million['peak_rss_mb'] / 1000:.1f} GB")
    whole, documents = results("stages")["cpu_s"], results("stages")["documents"]
    copies = documents / by_engine("abp-j0.7")[0]["docs_per_cpu_s"]
    assert say(f"some {whole / copies:.0f} times as much", f"{whole:.0f} s of CPU against {copies:.1f}")


def test_an_index_takes_in_as_many_as_it_says():
    speeds = [record["add_many_docs_per_cpu_s"] // 100 * 100 for record in results("index")["results"]]
    peers = {record["engine"]: record for record in results("index_peers")["results"]}
    speed = {name: record["documents_per_cpu_s"] for name, record in peers.items()}
    assert say(f"{min(speeds):,} to {max(speeds):,} documents a second", f"takes in {round(speed['datasketch'], -2):,}")
    assert say(f"rensa and gaoya over {min(speed['rensa'], speed['gaoya']) // 1_000},000")
    found = sorted(round(peers[name]["found"] * 100) for name in ("datasketch", "rensa", "gaoya"))
    assert say(f"find {found[0]} to {found[-1]} of 100 copies", f"it finds {peers['dedupe']['found'] * 100:.0f}")
