"""What documents cost that share something on purpose, against as many random ones.

``python benchmarks/adversarial.py --size 10000``. Kinds: ``random`` (nothing in common), ``sentence`` (all hold one
sentence of 25 words), ``template`` (all hold one footer of 120 words) and ``band`` (all hold a few shingles chosen so
that they win the slots of one LSH band: the permutations' seed is public, so anyone can). Each kind runs in a process
of its own, interleaved, by the default parameters (but for chrome, of which these texts have none) and by the preset
``corpus``; what the caps cut must be reported. Writes ``results/adversarial.json``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import xxhash

import corpora
from machine import PROJECT, back_memory, environment, load
from render import render

HERE = Path(__file__).resolve().parent
KINDS = ("random", "sentence", "template", "band")
PRESETS = ("balanced", "corpus")


def winning_shingles(slots: int) -> list[str]:
    """Return a shingle for each of the first slots of a default signature that has a very small value there.

    The best of 200,000 random shingles for each slot: a document of 450 words seldom has a smaller value.
    """
    from dedupe.sketch.minhash import permutations

    uniform = corpora.Uniform(7)
    vocabulary = corpora.built_in_vocabulary()
    tries = [[vocabulary[uniform.below(len(vocabulary))] for _ in range(5)] for _ in range(200_000)]
    low = np.array([xxhash.xxh3_64_intdigest(" ".join(words).encode()) & 0xFFFFFFFF for words in tries], np.uint32)
    for shift, multiplier in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):  # MurmurHash3's 32-bit finaliser
        low = (low ^ (low >> np.uint32(shift))) * np.uint32(multiplier)
    a, b = permutations(128, 1)
    return [" ".join(tries[int(np.argmin(a[slot] * low + b[slot]))]) for slot in range(slots)]


def texts_of(kind: str, size: int) -> list[str]:
    """Return ``size`` unrelated documents of about 450 words with what ``kind`` adds to each."""
    model = corpora.WordModel(11)
    sentences = model.sentences()
    footer = [word for _ in range(12) for word in next(sentences)]
    shared = {"sentence": footer[:25], "template": footer[:120]}.get(kind, [])
    scattered = winning_shingles(8) if kind == "band" else []
    texts = []
    for _ in range(size):
        words: list[str] = []
        waiting = list(scattered)
        while len(words) < corpora.MEAN_TOKENS - len(shared):
            words += next(sentences)
            if waiting:  # one at a time between sentences: no passage, only the signature is alike
                words += waiting.pop().split()
        texts.append(" ".join(words) + corpora.PARAGRAPH + " ".join(shared))
    return texts


def measure_here(kind: str, preset: str, size: int) -> dict[str, object]:
    """Cluster one kind in this process and say what it cost."""
    from dedupe import Config, cluster

    documents = list(enumerate(texts_of(kind, size)))
    before = resource.getrusage(resource.RUSAGE_SELF)
    result = cluster(documents, config=Config.preset(preset, clean=False))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cut = [
        f"{overflow.channel}: {overflow.documents} documents, {overflow.kept} pairs" for overflow in result.overflows
    ]
    return {
        "kind": kind,
        "preset": preset,
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3),
        "peak_rss_mb": round(after.ru_maxrss / 1024, 1),
        "verified_pairs": len(result.pairs),
        "clusters": len(result.clusters),
        "overflows": f"{len(cut)}" + (f" (first: {cut[0]})" if cut else ""),
    }


def measure_apart(kind: str, preset: str, *, size: int, limit: float) -> dict[str, object]:
    """Run one kind in a process of its own.

    Raises:
        subprocess.SubprocessError: It failed or took longer than ``limit`` seconds.
    """
    command = [sys.executable, str(HERE / "adversarial.py"), "--size", str(size), "--only", kind]
    command += ["--preset", preset]
    env = os.environ | {"PYTHONPATH": str(PROJECT / "src"), "PYTHONHASHSEED": "0"}
    back_memory()
    done = subprocess.run(command, stdout=subprocess.PIPE, env=env, timeout=limit, check=True)
    record: dict[str, object] = json.loads(done.stdout)
    print(json.dumps(record), file=sys.stderr)
    return record


def main() -> None:
    """Read the arguments; measure one kind, or all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1_800)
    parser.add_argument("--only", choices=KINDS, help="measure this kind in this process and print its record")
    parser.add_argument("--preset", choices=PRESETS, default="balanced", help="with --only")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measure_here(given.only, given.preset, given.size)))
        return
    about = environment()
    todo = [(kind, preset) for preset in PRESETS for kind in KINDS]
    runs: dict[tuple[str, str], list[dict[str, object]]] = {each: [] for each in todo}
    for _ in range(given.repeats):
        for each in todo:
            runs[each].append(measure_apart(*each, size=given.size, limit=given.limit))
    cpu = {each: statistics.median(float(str(run["cpu_s"])) for run in records) for each, records in runs.items()}
    measured = {
        "environment": about | {"load_after": load()},
        "documents": given.size,
        "repeats": given.repeats,
        "results": [
            runs[each][-1] | {"cpu_s": cpu[each], "ratio": round(cpu[each] / cpu["random", each[1]], 3)}
            for each in todo
        ],
    }
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "adversarial.json").write_text(json.dumps(measured, indent=1) + "\n")
    page = PROJECT / "docs" if given.out.resolve() == HERE / "results" else given.out
    render(given.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
