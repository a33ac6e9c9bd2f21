"""What the index's store costs at a million documents: ``python benchmarks/index_store.py --documents 1000000``.

Sketches are ready-made (random, with copies), texts are stored as given, and nothing is compared: what is measured is
SQLite, the look-up tables, their merges and the filters - the part that grows. Prints one JSON object.

Every document has 35 band keys and ``--fingerprints`` fingerprints, and a text of ``--corpus``, a JSON Lines file with
``text`` (made-up words without one).
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from dedupe.config import Config
from dedupe.engine.index import answering
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.opened import Opened, Options
from dedupe.engine.index.postings import Kind, posting_keys
from dedupe.records import Body, Span
from dedupe.verify.material import Material

BANDS = 35


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--fingerprints", type=int, default=100)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--path", type=Path, default=Path("index-store.dedupe"))
    parser.add_argument("--one-by-one", type=int, default=5_000, help="documents added one by one at each mark")
    parser.add_argument("--no-bodies", action="store_true")
    parser.add_argument("--opening", action="store_true", help="only open the index at --path, and time that")
    return parser.parse_args()


def texts(corpus):
    """Texts to store, over and over."""
    if corpus is None:
        random = np.random.RandomState(1)
        words = ["".join(map(chr, random.randint(97, 123, random.randint(2, 9)))) for _ in range(30_000)]
        return [" ".join(words[int(n)] for n in random.zipf(1.3, 450) % 30_000) for _ in range(500)]
    with corpus.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(2_000), lines, strict=False)]


class Maker:
    """Makes documents as if extracted and sketched."""

    def __init__(self, fingerprints, stories):
        self._random = np.random.RandomState(7)
        self._stories = stories
        kinds = [Kind.ID, Kind.EXACT, Kind.VARIANT, Kind.ADDRESS, Kind.HEADLINE]
        self._kinds = np.array([*kinds, *[Kind.BAND] * BANDS, *[Kind.FINGERPRINT] * fingerprints], dtype=np.uint8)
        nothing = np.empty(0, dtype=np.int64)
        flags = np.zeros(0, dtype=bool)
        self._material = lambda body: Material(
            body=body, tokens=np.empty(0, np.uint64), starts=nothing, ends=nothing, prose=flags, quoted=flags,
            numeric=flags, separators=np.zeros(1, np.int64), shingles=np.empty(0, np.uint64),
        )  # fmt: skip

    def make(self, number):
        text = self._stories[number % len(self._stories)]
        body = Body(
            id=f"https://news.example/{number}", original=text, kept=(Span(0, len(text)),), title=text[:60],
            url=f"https://news.example/section/{number}.html", host="news.example", source="News",
        )  # fmt: skip
        values = self._random.randint(0, 2**63, len(self._kinds), dtype=np.uint64)
        incoming = Incoming(
            body=body, digest=number.to_bytes(16, "little"), body_hash=int(values[1]), tokens=450, comparable=True,
            keys=posting_keys(values, self._kinds.astype(np.uint64)), kinds=self._kinds, whole=True, shingle_size=5,
        )  # fmt: skip
        incoming.__dict__["material"] = incoming.__dict__["compared"] = self._material(body)
        return incoming


def rss_mb():
    """Resident memory now, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def percentiles(seconds):
    """Percentiles in milliseconds."""
    return {f"p{q}": round(float(np.percentile(seconds, q)) * 1e3, 3) for q in (50, 90, 99, 99.9, 100)}


def run(options):
    for suffix in ("", "-wal", "-shm", "-lock", "-sums"):
        options.path.with_name(options.path.name + suffix).unlink(missing_ok=True)
    opened = Opened(options.path, Config(), Options(keep_bodies=not options.no_bodies))
    maker = Maker(options.fingerprints, texts(options.corpus))
    marks, done, seconds = [], 0, 0.0
    targets = [n for n in (10_000, 100_000, 300_000, 1_000_000) if n < options.documents] + [options.documents]
    for target in targets:
        while done < target - options.one_by_one:
            chunk = [maker.make(n) for n in range(done, min(done + 256, target - options.one_by_one))]
            begin = time.process_time()
            answering.add_entries(opened, chunk)
            seconds += time.process_time() - begin
            done += len(chunk)
        bulk = done
        times, cpu = [], []
        while done < target:
            entry = [maker.make(done)]
            begin, worked = time.perf_counter(), time.process_time()
            answering.add_entries(opened, entry)
            times.append(time.perf_counter() - begin)
            cpu.append(time.process_time() - worked)
            done += 1
        marks.append(
            {
                "documents": done,
                "bulk_us_per_document": round(seconds / max(1, bulk) * 1e6, 1),
                "add_ms": percentiles(times),
                "add_cpu_ms": percentiles(cpu),
                "rss_mb": round(rss_mb()),
                "file_bytes_per_document": round(options.path.stat().st_size / done),
                "segments": len(opened.tables.levels.runs),
            }
        )
        print(json.dumps(marks[-1]), file=sys.stderr, flush=True)
    opened.store.close()
    command = [sys.executable, __file__, "--opening", "--path", str(options.path)]
    opening = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "keep_bodies": not options.no_bodies,
        "opened_anew": opening,
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "marks": marks,
    }


def opening(path):
    """Open an index in a process of its own; return how long it took and what it holds in memory."""
    before, begin = rss_mb(), time.perf_counter()
    opened = Opened(path, None, Options())
    seconds, held = time.perf_counter() - begin, rss_mb()
    opened.store.close()
    return {"open_s": round(seconds, 3), "rss_before_mb": round(before), "rss_mb": round(held)}


if __name__ == "__main__":
    chosen = arguments()
    print(json.dumps(opening(chosen.path) if chosen.opening else run(chosen), indent=2))
