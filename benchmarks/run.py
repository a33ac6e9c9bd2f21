"""Run every engine on the same corpus and write ``results/*.json``; the tables are made from those files alone.

``python benchmarks/run.py --corpus DIR/corpus-10000.jsonl --repeats 3`` (truth: ``corpus-10000.pairs.tsv`` beside it,
made by ``brute_force.py`` where it is missing and the corpus has at most 20,000 documents).
``python benchmarks/run.py --render`` only writes docs/benchmarks-speed.md again.

Repeats are interleaved - every engine once, then every engine again - so that a slow minute is shared out by all. Every
run is a process of its own with one thread. What fails, is missing or takes longer than ``--limit`` is in the file with
its reason; nothing is filled in. Results for another folder (``--out``) get their page there.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from evaluate import evaluate
from machine import back_memory, environment, load
from render import render

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
OURS = "dedupe"
PEERS = ("datasketch", "rensa", "gaoya", "fastsketchlsh", "near-dupes", "text-dedup", "datatrove")
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True)
class Work:
    """One thing to measure: an engine, a task, a setting."""

    engine: str
    task: str
    setting: str

    @property
    def python(self) -> Path:
        """The interpreter of the engine's own environment."""
        if self.engine == OURS:
            return Path(sys.executable)
        folder = Path(os.environ.get("DEDUPE_PEERS", PROJECT / ".peers"))
        return folder / self.engine / "bin" / "python"

    @property
    def script(self) -> Path:
        """The engine's adapter."""
        return HERE / "peers" / f"{self.engine.replace('-', '_')}_adapter.py"


def start_with_memory(command: list[str], env: dict[str, str], limit: float) -> tuple[int, bytes, bytes] | None:
    """Run an adapter; return its exit code, output and errors, or ``None`` if it took too long.

    It waits for a word when all is imported and read; memory is backed just before, because the host takes what is free
    back within seconds.
    """
    with tempfile.TemporaryFile() as errors:
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, env=env) as engine:
            if engine.stdout is not None and b"ready\n" in iter(engine.stdout.readline, b""):
                back_memory()
            try:
                output, _ = engine.communicate(b"go\n", timeout=limit)
            except subprocess.TimeoutExpired:
                engine.kill()
                return None
        errors.seek(0)
        return engine.returncode, output, errors.read()


def run_once(work: Work, corpus: Path, *, threshold: float, limit: float, truth: Path | None) -> dict[str, object]:
    """Run one engine once; return its record, or a record with ``failed`` and the reason."""
    label: dict[str, object] = {"engine": work.engine, "task": work.task, "setting": work.setting}
    if not work.python.exists():
        return label | {"failed": "not installed (benchmarks/peers/install.sh)"}
    with tempfile.TemporaryDirectory(prefix="dedupe-bench-") as folder:
        command = [str(work.python), str(work.script), "--task", work.task, "--setting", work.setting]
        command += ["--corpus", str(corpus), "--threshold", str(threshold), "--work", folder, "--wait"]
        given = os.environ | ONE_THREAD | {"HF_HOME": folder}
        if work.engine == OURS:
            given["PYTHONPATH"] = str(PROJECT / "src")
        done = start_with_memory(command, given, limit)
        if done is None:
            return label | {"failed": f"not done after {limit:.0f} s"}
        code, output, errors = done
        lines = [line for line in output.decode(errors="replace").splitlines() if line.startswith('{"peer"')]
        if code or not lines:
            last = (errors.decode(errors="replace").strip().splitlines() or ["no output"])[-1]
            return label | {"failed": re.sub(r"(/[\w.+-]+){2,}", "<path>", last)[:200]}
        record = label | json.loads(lines[-1])
        if work.task == "pairs" and truth is not None:
            record |= evaluate(Path(folder) / "answer.tsv", truth, threshold)
        return record


def summarise(runs: list[dict[str, object]]) -> dict[str, object]:
    """Return the last run's record with the medians of its measured values, and how many runs there were."""
    good = [run for run in runs if "failed" not in run]
    if not good:
        return runs[-1]
    record = dict(good[-1])
    for name in ("cpu_s", "wall_s", "peak_rss_mb"):
        record[name] = round(statistics.median(float(run[name]) for run in good), 5)  # type: ignore[arg-type]
    record["cpu_s_all"] = [run["cpu_s"] for run in good]
    record["runs"] = len(good)
    record["docs_per_cpu_s"] = round(int(record["docs"]) / float(record["cpu_s"]), 1)  # type: ignore[call-overload,arg-type]
    record["docs_per_wall_s"] = round(int(record["docs"]) / float(record["wall_s"]), 1)  # type: ignore[call-overload,arg-type]
    return record


def find_truth(corpus: Path, documents: int) -> Path | None:
    """Return the brute-force pairs beside the corpus, making them where that is quick."""
    path = corpus.with_suffix(".pairs.tsv")
    if not path.is_file() and documents <= 20_000:
        command = [sys.executable, str(HERE / "brute_force.py"), str(corpus), "--threshold", "0.5", "--out", str(path)]
        subprocess.run(command, check=True)
    return path if path.is_file() else None


def measure(todo: list[Work], corpus: Path, truth: Path | None, given: argparse.Namespace) -> dict[str, object]:
    """Run everything ``given.repeats`` times, interleaved; an engine that failed is not tried again."""
    meta_path = corpus.with_suffix(".meta.json")
    meta = json.loads(meta_path.read_text()) if meta_path.is_file() else {}
    with corpus.open("rb") as lines:
        meta["documents"] = sum(1 for _ in lines)
    meta["bytes"] = corpus.stat().st_size
    truth = truth or find_truth(corpus, meta["documents"])
    about = environment()
    runs: dict[Work, list[dict[str, object]]] = {work: [] for work in todo}
    for repeat in range(given.repeats):
        for work in todo:
            if runs[work] and "failed" in runs[work][-1]:
                continue
            record = run_once(work, corpus, threshold=given.threshold, limit=given.limit, truth=truth)
            runs[work].append(record)
            shown = record.get("failed") or f"{record['docs']} docs, {record['cpu_s']} s CPU"
            print(f"{repeat + 1}/{given.repeats} {work.engine} {work.task} {work.setting}: {shown}", file=sys.stderr)
    return {
        "environment": about | {"load_after": load()},
        "corpus": {"name": given.name or corpus.stem} | meta,
        "threshold": given.threshold,
        "repeats": given.repeats,
        "results": [summarise(records) for records in runs.values()],
    }


def merge(path: Path, measured: dict[str, object]) -> dict[str, object]:
    """Keep what an older file says about work not measured now, but only under the same environment and corpus."""
    if not path.is_file():
        return measured
    old = json.loads(path.read_text())
    same = all(old["environment"][name] == measured["environment"][name] for name in ("cpu", "cores", "python"))  # type: ignore[index]
    if not same or old["corpus"].get("sha256") != measured["corpus"].get("sha256"):  # type: ignore[attr-defined]
        return measured

    def key(record: dict[str, object]) -> tuple[object, ...]:
        return record["engine"], record["task"], record["setting"]

    new = {key(record): record for record in measured["results"]}  # type: ignore[attr-defined]
    kept = [new.pop(key(record), record | {"older": True}) for record in old["results"]]
    return measured | {"results": kept + list(new.values())}


def main() -> None:
    """Read the arguments, measure, write, render."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--name", help="name of the corpus in the results; default the file's")
    parser.add_argument("--truth", type=Path, help="brute-force pairs; default beside the corpus")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--limit", type=float, default=900, help="seconds one run may take")
    parser.add_argument("--engines", nargs="+", default=[OURS, *PEERS], choices=[OURS, *PEERS])
    parser.add_argument("--tasks", nargs="+", default=["signatures", "pairs"], choices=["signatures", "pairs"])
    parser.add_argument("--settings", nargs="+", default=["documented", "recall"], choices=["documented", "recall"])
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--render", action="store_true", help="only write the tables again")
    given = parser.parse_args()
    if not given.render:
        if given.corpus is None:
            parser.error("--corpus is needed (make one with corpora.py)")
        todo = [
            Work(engine, task, setting)
            for task in given.tasks
            for setting in (["documented"] if task == "signatures" else given.settings)
            for engine in given.engines
        ]
        corpus = given.corpus.resolve()
        measured = measure(todo, corpus, given.truth, given)
        given.out.mkdir(parents=True, exist_ok=True)
        path = given.out / f"{given.name or corpus.stem}-j{given.threshold}.json"
        path.write_text(json.dumps(merge(path, measured), indent=1) + "\n")
    page = PROJECT / "docs" if given.out.resolve() == HERE / "results" else given.out
    render(given.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
