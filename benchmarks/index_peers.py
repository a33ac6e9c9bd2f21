"""One document at a time: check, then add, for an index and its peers, in one run.

``python benchmarks/index_peers.py --corpus corpus-100000.jsonl --documents 50000 --python rensa=rensa/bin/python``

Every engine gets the same documents in the same order, in a process of its own, and is asked "is this one a copy?"
before it takes the document in. Times are CPU times of one document from text to answer, of the last tenth of them.
``found`` is the share of the corpus's known copies that were called copies when their source was in, ``false_alarms``
the share of originals that were. Only the first three keep anything: a peer that is killed begins anew.

* ``dedupe``: ``Index.add``, verification, clusters and disk included; ``dedupe-many``: ``Index.add_many``;
  ``dedupe-bare``: the same without keeping texts.
* ``datasketch``: ``MinHashLSH`` in memory at its threshold of 0.7; ``rensa``, ``gaoya``: the same. No verification.
* ``exact``: a Python set of SHA-256: what finds only what has not changed by a byte.
"""

import argparse
import functools
import hashlib
import itertools
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENGINES = ("dedupe", "dedupe-many", "dedupe-bare", "datasketch", "rensa", "gaoya", "exact")
THRESHOLD, SLOTS = 0.7, 128


def read(corpus, count):
    """Documents, and for every copy its source."""
    with corpus.open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in itertools.islice(lines, count)]
    with corpus.with_suffix(".truth.tsv").open(encoding="utf-8") as lines:
        next(lines)
        truth = dict(line.split("\t")[:2] for line in lines)
    return [(each["id"], each["text"]) for each in documents], truth


def dedupe_one_by_one(documents, folder):
    from dedupe import Index

    with Index(folder / "index.dedupe") as index:
        for document in documents:
            decision = index.add({"id": document[0], "text": document[1], "clean": True})
            yield decision.action in {"exact", "near", "revision"}
        report(index)


def dedupe_many(documents, folder, *, keep_bodies=True):
    from dedupe import Index

    with Index(folder / "index.dedupe", keep_bodies=keep_bodies) as index:
        for begin in range(0, len(documents), 4096):
            chunk = documents[begin : begin + 4096]
            decisions = index.add_many({"id": name, "text": text, "clean": True} for name, text in chunk)
            yield from (decision.action in {"exact", "near", "revision"} for decision in decisions)
        report(index)


def report(index):
    """Say what the index says of itself."""
    stats = index.stats()
    print(
        json.dumps({"overflows": stats.overflows, "unverified": stats.unverified, "bytes": stats.bytes_per_document}),
        file=sys.stderr,
    )


def datasketch(documents, _folder):
    from datasketch import MinHash, MinHashLSH

    from shingles import shingles

    index = MinHashLSH(threshold=THRESHOLD, num_perm=SLOTS)
    for name, text in documents:
        sketch = MinHash(num_perm=SLOTS)
        sketch.update_batch([words.encode() for words in shingles(text)])
        yield bool(index.query(sketch))
        index.insert(name, sketch)


def rensa(documents, _folder):
    from rensa import RMinHash, RMinHashLSH

    from shingles import shingles

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=SLOTS, num_bands=16)
    for number, (_, text) in enumerate(documents):
        sketch = RMinHash(num_perm=SLOTS, seed=42)
        sketch.update(shingles(text))
        yield bool(index.query(sketch))
        index.insert(number, sketch)


def gaoya(documents, _folder):
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_hashes=SLOTS, analyzer="word", lowercase=True, ngram_range=(5, 5)
    )
    for number, (_, text) in enumerate(documents):
        yield bool(index.query(text))
        index.insert_document(number, text)


def exact(documents, _folder):
    seen = set()
    for _, text in documents:
        digest = hashlib.sha256(text.encode()).digest()
        yield digest in seen
        seen.add(digest)


def measure(engine, corpus, count):
    """Run one engine; return its row."""
    documents, truth = read(corpus, count)
    base = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    run = {"dedupe": dedupe_one_by_one, "dedupe-many": dedupe_many,
           "dedupe-bare": functools.partial(dedupe_many, keep_bodies=False), "datasketch": datasketch, "rensa": rensa,
           "gaoya": gaoya, "exact": exact}[engine]  # fmt: skip
    seen, times, copies, found, originals, alarms = set(), [], 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        begin = last = time.process_time()
        for (name, _), flagged in zip(documents, run(documents, Path(folder)), strict=True):
            now = time.process_time()
            times.append(now - last)
            last = now
            if name in truth:
                copies += truth[name] in seen
                found += flagged and truth[name] in seen
            else:
                originals += 1
                alarms += flagged
            seen.add(name)
        total = time.process_time() - begin
    times = sorted(times[-max(1, count // 10) :])
    return {
        "engine": engine,
        "documents": len(documents),
        "documents_per_cpu_s": round(len(documents) / total),
        "last_tenth_cpu_ms": {
            f"p{q}": round(times[min(len(times) - 1, int(len(times) * q / 100))] * 1e3, 3) for q in (50, 90, 99, 99.9)
        },
        "found": round(found / copies, 4),
        "false_alarms": round(alarms / originals, 4),
        "memory_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - base) / 1e6),
        "python": platform.python_version(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--engine", choices=ENGINES, help="run this one only, in this process")
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES)
    parser.add_argument(
        "--python", action="append", default=[], metavar="ENGINE=PATH", help="the interpreter that has it"
    )
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.engine, options.corpus, options.documents)))
        return
    interpreters = dict(pair.split("=", 1) for pair in options.python)
    rows = []
    for engine in options.engines:
        command = [interpreters.get(engine, sys.executable), __file__, "--engine", engine]
        command += ["--corpus", str(options.corpus), "--documents", str(options.documents)]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
        rows.append(
            json.loads(done.stdout) if not done.returncode else {"engine": engine, "failed": done.stderr[-300:]}
        )
        if done.stderr and not done.returncode:
            rows[-1]["notes"] = done.stderr.strip()[-200:]
        print(json.dumps(rows[-1]), flush=True)


if __name__ == "__main__":
    main()
