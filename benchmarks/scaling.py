"""What a scan of a file costs at each size, from outside: ``python benchmarks/scaling.py CORPUS...``.

The command is ``dedupe scan FILE --preset corpus --jobs N --format jsonl --output OUT``.

CPU of the whole process tree, wall time, and the peak of the tree's memory. Writes ``results/scaling.json``.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import PROJECT, back_memory, environment, load, measure_process
from render import render

HERE = Path(__file__).resolve().parent


def scan_once(corpus: Path, *, jobs: int, limit: float) -> dict[str, object]:
    """Run the command once over a corpus; return its record, or one with ``failed`` and the reason."""
    with corpus.open("rb") as lines:
        documents = sum(1 for _ in lines)
    label: dict[str, object] = {"corpus": corpus.stem, "docs": documents, "jobs": jobs}
    with tempfile.TemporaryDirectory(prefix="dedupe-bench-") as folder:
        command = [sys.executable, "-m", "dedupe", "scan", str(corpus), "--preset", "corpus", "--quiet"]
        command += ["--jobs", str(jobs), "--format", "jsonl", "--output", f"{folder}/out.jsonl"]
        env = os.environ | {"PYTHONPATH": str(PROJECT / "src"), "PYTHONHASHSEED": "0"}
        try:
            done = measure_process(command, env=env, limit=limit, work=Path(folder))
        except subprocess.TimeoutExpired:
            return label | {"failed": f"not done after {limit:.0f} s"}
        written = Path(folder, "out.jsonl")
        if done.code not in {0, 1} or not written.is_file():
            return label | {"failed": f"exit {done.code}: {done.error[:200]}"}
        return label | {
            "cpu_s": round(done.cpu_s, 3),
            "wall_s": round(done.wall_s, 3),
            "cpu_us_per_doc": round(done.cpu_s / documents * 1e6, 2),
            "wall_us_per_doc": round(done.wall_s / documents * 1e6, 2),
            "peak_rss_mb": round(done.peak_rss_mb, 1),
            "output_mb": round(written.stat().st_size / 1e6, 1),
        }


def median_of(runs: list[dict[str, object]]) -> dict[str, object]:
    """Return the run whose CPU time is the median, or the first that failed."""
    failed = [run for run in runs if "failed" in run]
    if failed:
        return failed[0]
    middle = statistics.median_low(float(str(run["cpu_s"])) for run in runs)
    return next(run for run in runs if run["cpu_s"] == middle)


def main() -> None:
    """Read the arguments, measure interleaved, write, render."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=3_600)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    given = parser.parse_args()
    about = environment()
    todo = [(corpus.resolve(), jobs) for corpus in given.corpora for jobs in given.jobs]
    runs: dict[tuple[Path, int], list[dict[str, object]]] = {work: [] for work in todo}
    for _ in range(given.repeats):
        for corpus, jobs in todo:
            back_memory()
            record = scan_once(corpus, jobs=jobs, limit=given.limit)
            runs[corpus, jobs].append(record)
            print(json.dumps(record), file=sys.stderr)
    measured = {
        "environment": about | {"load_after": load()},
        "repeats": given.repeats,
        "results": [median_of(records) for records in runs.values()],
    }
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "scaling.json").write_text(json.dumps(measured, indent=1) + "\n")
    page = PROJECT / "docs" if given.out.resolve() == HERE / "results" else given.out
    render(given.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
