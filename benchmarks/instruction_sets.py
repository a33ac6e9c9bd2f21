"""Text to signatures on every instruction set this processor has, and on one and two threads; whole sketches, too.

``python benchmarks/instruction_sets.py CORPUS.jsonl``. Interleaved repeats in one process; CPU time for the instruction
sets, wall time for the threads (on a machine that does nothing else, or the ratio says nothing). Writes
``results/instruction_sets.json``.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from machine import PROJECT, environment, load
from render import render

HERE = Path(__file__).resolve().parent


def read_texts(corpus: Path, count: int, words: tuple[int, int]) -> list[str]:
    """Return the first texts of a corpus whose length lies in the range, in words."""
    texts = []
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            if words[0] <= len(text.split()) <= words[1]:
                texts.append(text)
                if len(texts) == count:
                    break
    return texts


def _packed(texts: list[str]) -> Any:
    """Return texts as whole runs have them: in UTF-8, one after another."""
    from dedupe._kernels import PackedTexts

    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    return PackedTexts(b"".join(encoded), np.cumsum([len(each) for each in encoded]))


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--name", help="name in the results; default the file's")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--words", type=int, nargs=2, default=(350, 550))
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    return parser.parse_args()


def _timed(texts: list[str]) -> Callable[..., float]:
    """Return what sketches the texts once and says how many microseconds a document took."""
    from dedupe import Config, _kernels
    from dedupe.sketch.minhash import permutations

    packed = _packed(texts)
    a, b = permutations(128, 1)
    signatures = {"shingle_size": 5, "a": a, "b": b, "fingerprint_tokens": 2**31 - 1, "fingerprint_window": 1}
    config = Config.preset("corpus")
    sketches = {
        "fingerprint_tokens": config.fingerprint_tokens,
        "fingerprint_window": config.fingerprint_window,
        "bags": config.copies_only,
    }

    def once(threads: int, clock: Callable[[], float], *, whole: bool = False) -> float:
        started = clock()
        if whole:
            _kernels.sketch(packed, threads=threads, **signatures | sketches)
        else:
            _kernels.sketch(texts, threads=threads, **signatures)
        return (clock() - started) / len(texts) * 1e6

    return once


def main() -> None:
    """Read the arguments, measure interleaved, write, render."""
    given = _arguments()
    sys.path.insert(0, str(PROJECT / "src"))
    from dedupe import _kernels

    if _kernels.name != "native":
        raise SystemExit("the native kernel is not built: nothing to compare")
    from dedupe._kernels import _native

    texts = read_texts(given.corpus, given.documents, given.words)
    once = _timed(texts)
    about = environment()
    best = _native.isa()
    sets: dict[str, list[float]] = {name: [] for name in _native.isas()}
    threads: dict[int, list[float]] = {1: [], 2: []}
    whole: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(given.repeats):
        for name, times in sets.items():
            _native.set_isa(name)
            times.append(once(1, time.process_time))
        _native.set_isa(best)
        for number, times in threads.items():
            times.append(once(number, time.perf_counter))
        for number, times in whole.items():
            times.append(once(number, time.perf_counter, whole=True))
    measured = {
        "environment": about | {"load_after": load()},
        "repeats": given.repeats,
        "corpus": given.name or given.corpus.stem,
        "documents": len(texts),
        "words": round(statistics.mean(len(text.split()) for text in texts)),
        "cpu_us_per_doc": {name: round(statistics.median(times), 3) for name, times in sets.items()},
        "wall_us_per_doc": {str(number): round(statistics.median(times), 3) for number, times in threads.items()},
        "whole_wall_us_per_doc": {str(number): round(statistics.median(times), 3) for number, times in whole.items()},
    }
    print(json.dumps(measured, indent=1))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "instruction_sets.json").write_text(json.dumps(measured, indent=1) + "\n")
    page = PROJECT / "docs" if given.out.resolve() == HERE / "results" else given.out
    render(given.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
