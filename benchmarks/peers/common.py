"""What every adapter shares: reading, measuring, writing. Standard library only: it runs in each peer's environment.

An adapter is a script with two functions and one call::

    run("datasketch", signatures=signatures, pairs=pairs)

``signatures(texts)`` turns a list of texts into 128-slot signatures and returns how many it made. Reading the file and
importing the package are outside the measured time: it is text -> signature and nothing else.

``pairs(job)`` goes from the JSONL file to the answer and returns an ``Answer``. Reading, decoding and writing are
inside the measured time.
"""

import argparse
import contextlib
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from itertools import combinations, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SLOTS = 128
RECALL_BANDS, RECALL_ROWS = 32, 4
"""Bands every peer could have chosen: 1 - (1 - .7**4)**32 = .9998 at J = .7."""


@dataclass(frozen=True)
class Job:
    """What to do: the corpus, the threshold, and how the peer is set.

    ``setting`` is ``documented`` (bands as the peer's own documentation or defaults choose them) or ``recall`` (32
    bands of 4 rows, where its interface lets a user ask for that).
    """

    corpus: Path
    threshold: float
    setting: str
    work: Path

    def documents(self) -> tuple[list[str], list[str]]:
        """Read the corpus; return (ids, texts)."""
        ids, texts = [], []
        for record in read(self.corpus):
            ids.append(record["id"])
            texts.append(record["text"])
        return ids, texts


@dataclass
class Answer:
    """What an engine says: verified pairs, or clusters, or both (ids as in the corpus)."""

    documents: int
    pairs: list[tuple[str, str]] | None = None
    clusters: list[list[str]] | None = None
    notes: dict[str, object] = field(default_factory=dict)


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the records of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def batches(texts: list[str], size: int = 1_000) -> Iterator[list[str]]:
    """Yield the texts in runs: batch interfaces are fed so, or a corpus of shingle strings would fill the memory."""
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def verified(
    candidates: Iterable[tuple[int, int]], estimate: Callable[[int, int], float], threshold: float
) -> Iterator[tuple[int, int]]:
    """Yield each candidate pair once whose estimate reaches the threshold."""
    seen = set()
    for a, b in candidates:
        pair = (a, b) if a < b else (b, a)
        if a != b and pair not in seen:
            seen.add(pair)
            if estimate(*pair) >= threshold:
                yield pair


def multiply_out(found: list[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    """Return all pairs that ``(a, b, identical)`` stand for: every copy of ``a`` with every copy of ``b``.

    For engines that compare equal texts once and tie the copies to one of them.
    """
    group: dict[str, list[str]] = {}
    for a, b, identical in found:
        if not identical:
            continue
        one, other = group.setdefault(a, [a]), group.setdefault(b, [b])
        if one is not other:
            one += other
            for name in other:
                group[name] = one
    pairs: dict[tuple[str, str], None] = {}  # in the order of `found`, which is nearly sorted
    for left, right, _ in found:
        if left not in group and right not in group:
            pairs[(left, right) if left < right else (right, left)] = None
            continue
        one, other = group.get(left, [left]), group.get(right, [right])
        for a, b in combinations(one, 2) if one is other else product(one, other):
            pairs[(a, b) if a < b else (b, a)] = None
    return sorted(pairs)


def _wait_for_the_word() -> None:
    """Say that everything is imported and read, and wait until the clock may start."""
    print("ready", flush=True)
    sys.stdin.readline()


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _peak_mb() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return max(own.ru_maxrss, children.ru_maxrss) / 1024


def _write(answer: Answer, out: Path) -> None:
    with out.open("w", encoding="utf-8") as lines:
        for a, b in answer.pairs or ():
            lines.write(f"pair\t{a}\t{b}\n")
        for members in answer.clusters or ():
            if len(members) > 1:
                lines.write("cluster\t" + "\t".join(members) + "\n")


def version_of(package: str) -> str:
    """Return the installed version, or ``unknown``."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(package)
    return "unknown"


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", choices=("signatures", "pairs"), required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--setting", choices=("documented", "recall"), default="documented")
    parser.add_argument("--work", type=Path, required=True, help="an empty folder for this run")
    parser.add_argument("--wait", action="store_true", help="say 'ready' and wait for a line before the clock starts")
    return parser.parse_args()


def run(
    package: str,
    *,
    signatures: Callable[[list[str]], int] | None = None,
    pairs: Callable[[Job], Answer] | None = None,
    notes: str = "",
) -> None:
    """Do the task the command line asks for and print one JSON line about it."""
    given = _arguments()
    job = Job(given.corpus.resolve(), given.threshold, given.setting, given.work.resolve())
    record: dict[str, object] = {
        "peer": package,
        "version": version_of(package),
        "python": platform.python_version(),
        "task": given.task,
        "setting": given.setting,
        "corpus": given.corpus.name,
        "threads": os.environ.get("OMP_NUM_THREADS", ""),
    }
    passes = 0
    if given.task == "signatures":
        if signatures is None:
            raise SystemExit(f"{package} has no signatures to be had from its interface")
        texts = job.documents()[1]
        if given.wait:
            _wait_for_the_word()
        cpu, wall = _cpu(), time.perf_counter()
        while True:  # engines that need milliseconds for it all do it again until a second has passed
            record["docs"] = signatures(texts)
            passes += 1
            if _cpu() - cpu >= 1:
                break
    else:
        if pairs is None:
            raise SystemExit(f"{package} has no end-to-end way")
        if given.wait:
            _wait_for_the_word()
        cpu, wall = _cpu(), time.perf_counter()
        answer = pairs(job)
        _write(answer, job.work / "answer.tsv")
        record["docs"] = answer.documents
        record |= answer.notes
    passes = max(passes, 1)
    record["cpu_s"] = round((_cpu() - cpu) / passes, 5)
    record["wall_s"] = round((time.perf_counter() - wall) / passes, 5)
    record["peak_rss_mb"] = round(_peak_mb(), 1)
    if notes:
        record["notes"] = notes
    print(json.dumps(record), flush=True)
