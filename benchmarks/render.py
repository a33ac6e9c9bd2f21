"""Write docs/benchmarks-speed.md from the JSON files in ``results/`` and from nothing else."""

import json
from pathlib import Path

HEAD = """<!-- Made by benchmarks/run.py from benchmarks/results/*.json; do not edit by hand. -->
# Speed, beside every engine's quality

One thread, each engine in its own process and environment, the same file for all, repeats interleaved, medians.
*docs per CPU second* counts all CPU time of the engine's process and its children. Before every run of every engine
another process writes some memory and ends: on a virtual machine a page waits for its host when it is written to for
the first time since the host took it back, up to 2 ms a megabyte here, and whoever comes first would pay. How each
engine is used, and where its interface cannot be held to the same shingles, stands in `benchmarks/peers/`; how to
repeat this, in `benchmarks/README.md`.

In the tables from a JSONL file to pairs or clusters *as documented* means bands as the engine's documentation or
defaults choose them, *for recall* 32 bands of 4 rows where the interface takes them (expected recall .9998 at J =
.7). Recall and precision are those of the reported pairs against exact Jaccard of all pairs; an engine that answers
with clusters is read as reporting every two members. *Closed*: both sides closed to connected components first, so
that chaining is not charged where the truth chains too. Our own runs use the preset `corpus`; what a run costs that
looks for passages, wording and origins, too, stands under *Where the time goes*.
"""

SIGNATURES = "### From text to signature"
PAIRS = "### From the JSONL file to verified pairs or clusters"


def _number(value: object) -> str:
    number = float(str(value))
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _ratio(record: dict[str, object], ours: dict[str, object] | None) -> str:
    if ours is None or record is ours or "failed" in ours:
        return ""
    return f"{float(str(ours['docs_per_cpu_s'])) / float(str(record['docs_per_cpu_s'])):.3g}"


def _name(record: dict[str, object]) -> str:
    older = " †" if record.get("older") else ""
    return f"{record['engine']} {record.get('version', '')}".strip() + older


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    rule = ["---", *("---:" for _ in header[1:])]
    return ["| " + " | ".join(cells) + " |" for cells in (header, rule, *rows)]


def _of_task(results: list[dict[str, object]], task: str, setting: str) -> list[dict[str, object]]:
    chosen = [record for record in results if record["task"] == task and record["setting"] == setting]
    return sorted(chosen, key=lambda record: -float(str(record.get("docs_per_cpu_s", 0))))


def _ours(records: list[dict[str, object]]) -> dict[str, object] | None:
    return next((record for record in records if record["engine"] == "dedupe" and "failed" not in record), None)


def _signature_table(results: list[dict[str, object]]) -> list[str]:
    records = _of_task(results, "signatures", "documented")
    ours = _ours(records)
    rows = []
    for record in records:
        if "failed" in record:
            rows.append([_name(record), f"failed: {record['failed']}", "", "", ""])
            continue
        speed = _number(record["docs_per_cpu_s"])
        rows.append([_name(record), speed, _ratio(record, ours), _number(record["peak_rss_mb"]), str(record["runs"])])
    return _table(["engine", "docs per CPU second", "dedupe is × faster", "peak MB", "runs"], rows)


def _pairs_table(results: list[dict[str, object]], setting: str) -> list[str]:
    records = _of_task(results, "pairs", setting)
    ours = _ours(records)
    rows = []
    for record in records:
        if "failed" in record:
            rows.append([_name(record), f"failed: {record['failed']}", *([""] * 7)])
            continue
        bands = f"{record['bands']}×{record['rows']}" if "bands" in record else str(record.get("shingles", ""))
        quality = [
            f"{float(str(record[name])):.4f}" if name in record else ""
            for name in ("pairs_recall", "pairs_precision", "closed_recall", "closed_precision")
        ]
        speed = _number(record["docs_per_cpu_s"])
        rows.append([_name(record), speed, _ratio(record, ours), _number(record["peak_rss_mb"]), bands, *quality])
    header = ["engine", "docs per CPU second", "dedupe is × faster", "peak MB", "bands"]
    header += ["recall", "precision", "closed recall", "closed precision"]
    return _table(header, rows)


def _about(measured: dict[str, object]) -> str:
    about: dict[str, object] = measured["environment"]  # type: ignore[assignment]
    simd = " ".join(about["simd"]) or "no AVX2"  # type: ignore[arg-type]
    return (
        f"{about['cpu']}, {about['cores']} cores ({simd}), {about['memory_gb']} GB, Linux {about['kernel']}, "
        f"Python {about['python']}, numpy {about['numpy']}; {about['date']}, commit {about['commit']}; "
        f"{measured['repeats']} repeats; load {about['load_before']} before, {about['load_after']} after."
    )


def _instruction_sets(measured: dict[str, object]) -> list[str]:
    sets: dict[str, float] = measured["cpu_us_per_doc"]  # type: ignore[assignment]
    threads: dict[str, float] = measured["wall_us_per_doc"]  # type: ignore[assignment]
    rows = [
        [name, f"{cost:.2f}", _number(1e6 / cost), f"{min(sets.values()) / cost:.0%}"] for name, cost in sets.items()
    ]
    title = f"## Text to signature by instruction set: {measured['corpus']}, {measured['words']} words a document"
    kinds = {"signatures of a list of strings": threads}
    if "whole_wall_us_per_doc" in measured:
        kinds["signatures, fingerprints and bags of UTF-8, as in a run"] = measured["whole_wall_us_per_doc"]  # type: ignore[assignment]
    walls = [
        [kind, f"{wall['1']:.2f}", f"{wall['2']:.2f}", f"{wall['1'] / wall['2']:.2f}"] for kind, wall in kinds.items()
    ]
    header = ["wall time", "one thread, µs a document", "two threads", "times as fast"]
    table = _table(["instruction set", "CPU µs a document", "docs per CPU second", "of the fastest"], rows)
    return [title, "", _about(measured), "", *table, "", *_table(header, walls), ""]


def _scaling(measured: dict[str, object]) -> list[str]:
    rows = []
    for record in measured["results"]:  # type: ignore[attr-defined]
        if "failed" in record:
            rows.append([record["corpus"], f"failed: {record['failed']}", *([""] * 6)])
            continue
        numbers = [record["docs"], record["jobs"], record["cpu_s"], record["wall_s"]]
        per_document = [record["cpu_us_per_doc"], record["wall_us_per_doc"], record["peak_rss_mb"]]
        rows.append([record["corpus"], *(_number(value) for value in numbers + per_document)])
    header = ["corpus", "documents", "jobs", "CPU s", "wall s", "CPU µs a document", "wall µs a document", "peak MB"]
    return ["## dedupe scan from file to file, by size", "", _about(measured), "", *_table(header, rows), ""]


def _adversarial(measured: dict[str, object]) -> list[str]:
    rows = [
        [
            record["kind"],
            record["preset"],
            _number(record["cpu_s"]),
            f"{record['ratio']:.2f}",
            _number(record["peak_rss_mb"]),
            _number(record["verified_pairs"]),
            record["overflows"],
        ]
        for record in measured["results"]  # type: ignore[attr-defined]
    ]
    title = f"## {_number(measured['documents'])} documents that share something, against as many that do not"
    header = ["what they share", "preset", "CPU s", "× random", "peak MB", "pairs with passages", "overflows reported"]
    return [title, "", _about(measured), "", *_table(header, rows), ""]


def _stages(measured: dict[str, object]) -> list[str]:
    rows = [[stage, f"{share:.1%}"] for stage, share in measured["shares"].items()]  # type: ignore[attr-defined]
    title = f"## Where the time goes: {measured['corpus']}, {_number(measured['documents'])} documents"
    note = (
        f"{_number(measured['cpu_s'])} s of CPU, {_number(measured['peak_rss_mb'])} MB at most, "
        f"kernel {measured['kernel']}. Shares by package, sampled by CPU time."
    )
    return [title, "", _about(measured), "", note, "", *_table(["stage", "share"], rows), ""]


def _index(measured: dict[str, object]) -> list[str]:
    records: list[dict[str, dict[str, float]]] = measured["results"]  # type: ignore[assignment]
    rows = []
    for record in records:
        times = [f"{record['add_cpu_ms'][name]:.2f}" for name in ("p50", "p90", "p99")]
        sizes = [record["bytes_per_document"], record["rss_mb"], record["copies"]]
        numbers = [record["documents"], *times, record["add_many_docs_per_cpu_s"], *sizes]
        rows.append([value if isinstance(value, str) else _number(value) for value in numbers])
    without: dict[str, float] = measured["without_bodies"]  # type: ignore[assignment]
    title = f"## An index, one document at a time: {measured['corpus']}"
    note = (
        "From the text of a document to its answer on disk, verification and clusters included, on one core. *add* is "
        f"the CPU time of one document, of {_number(measured['one_by_one'])} at each size; *add_many* is documents a "
        "CPU second."
    )
    closing = (
        f"Opened again: {float(str(measured['open_s'])):.2f} s, {_number(measured['open_rss_mb'])} MB more in memory. "
        f"Without texts: {_number(without['bytes_per_document'])} bytes a document and "
        f"{_number(without['add_many_docs_per_cpu_s'])} documents a CPU second, of {_number(without['documents'])}. "
        "The process that built the index, with what the benchmark itself holds, had "
        f"{_number(measured['peak_rss_mb'])} MB at most."
    )
    header = ["documents", "add p50 ms", "p90", "p99", "add_many docs/s", "bytes a document", "MB in memory", "copies"]
    tables = _index_tables(records[-1].get("bytes_by_table", {}), without.get("bytes_by_table", {}))  # type: ignore[arg-type]
    return [title, "", _about(measured), "", note, "", *_table(header, rows), "", closing, "", *tables]


_TABLES = {
    "contents": "texts, or the tokens that stand for them",
    "blocks": "postings",
    "documents": "rows: facts, answer, verified pairs",
    "filters": "directories and filters",
    "notes": "postings that are in no segment yet",
    "free": "pages that wait to be written again",
}


def _index_tables(kept: dict[str, float], bare: dict[str, float]) -> list[str]:
    """Say where the bytes of a document are, with and without texts."""
    if not kept:
        return []
    rows = [[what, _number(kept.get(name, 0)), _number(bare.get(name, 0))] for name, what in _TABLES.items()]
    says = "Bytes a document by table, of the largest index with texts and of the one without:"
    return [says, "", *_table(["", "with texts", "without"], rows), ""]


def _index_peers(measured: dict[str, object]) -> list[str]:
    rows = []
    for record in measured["results"]:  # type: ignore[attr-defined]
        if "failed" in record:
            rows.append([record["engine"], "failed: " + " ".join(record["failed"].split())[-80:], *[""] * 5])
            continue
        times = [f"{record['last_tenth_cpu_ms'][name]:.3f}" for name in ("p50", "p99")]
        shares = [f"{record[name]:.3f}" for name in ("found", "false_alarms")]
        speed, memory = _number(record["documents_per_cpu_s"]), _number(record["memory_mb"])
        rows.append([record["engine"], speed, *times, *shares, memory])
    title = f"## One document at a time, beside peers: {_number(measured['documents'])} of {measured['corpus']}"
    note = (
        "Asked whether it is a copy, then taken in, in one run. Times are CPU times of the last tenth, text to answer. "
        "*dedupe* verifies every answer word by word and keeps texts, clusters and answers on disk; *dedupe-many* is "
        "given blocks, *dedupe-bare* keeps no texts. No peer verifies; *exact* finds what no byte of has changed. "
        "*datasketch-redis* counts the server as well."
    )
    header = ["engine", "docs / CPU s", "p50 ms", "p99 ms", "copies found", "false alarms", "MB"]
    return [title, "", _about(measured), "", note, "", *_table(header, rows), ""]


def _section(measured: dict[str, object]) -> list[str]:
    corpus: dict[str, object] = measured["corpus"]  # type: ignore[assignment]
    results: list[dict[str, object]] = measured["results"]  # type: ignore[assignment]
    words = {"abp": "made of real sentences", "words": "made of made-up words"}.get(
        str(corpus.get("source")), "as found"
    )
    lines = [
        (
            f"## {corpus['name']}, J ≥ {measured['threshold']}: {int(str(corpus['documents'])):,} documents "
            f"({_number(int(str(corpus['bytes'])) / 1e6)} MB, {words})"
        ),
        "",
        _about(measured),
        "",
    ]
    if _of_task(results, "signatures", "documented"):
        lines += [SIGNATURES, "", *_signature_table(results), ""]
    if any(record["task"] == "pairs" for record in results):
        lines += [PAIRS, ""]
    for setting, title in (("documented", "as documented"), ("recall", "for recall")):
        if _of_task(results, "pairs", setting):
            lines += [f"**{title}**, J ≥ {measured['threshold']}", "", *_pairs_table(results, setting), ""]
    if any(record.get("older") for record in results):
        lines += ["† measured in an earlier run on the same machine and corpus.", ""]
    return lines


SECTIONS = {
    "instruction_sets": _instruction_sets,
    "scaling": _scaling,
    "index": _index,
    "index_peers": _index_peers,
    "adversarial": _adversarial,
    "stages": _stages,
}


def render(results: Path, page: Path) -> None:
    """Write the page; corpora in order of size. Does nothing when there are no results."""
    compared = [json.loads(path.read_text()) for path in sorted(results.glob("*-j*.json"))]
    compared.sort(key=lambda measured: (measured["corpus"]["documents"], measured["threshold"]))
    lines = [HEAD]
    for measured in compared:
        lines += _section(measured)
    for name, section in SECTIONS.items():
        path = results / f"{name}.json"
        if path.is_file():
            lines += section(json.loads(path.read_text()))
    if len(lines) == 1:
        return
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
