"""What an index costs with everything on: ``python benchmarks/index_verified.py --corpus corpus-100000.jsonl``.

Every document goes from its text into the index: sketched, looked up, verified word by word, clustered, on disk. At
each mark the last ``--one-by-one`` documents are added with ``Index.add``, all others with ``Index.add_many``. Times
are CPU times of this process. The index is opened again in a process of its own, and one without texts is built in
another. Writes ``results/index.json``; ``run.py --render`` puts it on the page. ``index_store.py`` measures the store
alone.
"""

import argparse
import itertools
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from dedupe import Index
from index_store import percentiles, rss_mb
from machine import environment, load

MARKS = (10_000, 30_000, 100_000, 300_000, 1_000_000)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON Lines with id and text")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--without", type=int, help="documents of the index without texts; default as many")
    parser.add_argument("--one-by-one", type=int, default=2_000, help="documents added one by one at each mark")
    parser.add_argument("--no-bodies", action="store_true", help="keep no texts, and print one record instead")
    parser.add_argument("--opening", type=Path, help="only open the index there, and time that")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "index.json")
    return parser.parse_args()


def read(corpus, count):
    """Documents of a corpus, as a crawler would hand them over."""
    with corpus.open(encoding="utf-8") as lines:
        for line in itertools.islice(lines, count):
            each = json.loads(line)
            yield {"id": each["id"], "text": each["text"], "clean": True}


def build(options, path, *, keep_bodies):
    """Add all documents; return a record for each mark."""
    documents = read(options.corpus, options.documents)
    marks, done = [], 0
    targets = [mark for mark in MARKS if mark < options.documents] + [options.documents]
    with Index(path, keep_bodies=keep_bodies) as index:
        for target in targets:
            seconds, begun = 0.0, done
            while done < target - options.one_by_one:
                chunk = list(itertools.islice(documents, min(4_096, target - options.one_by_one - done)))
                begin = time.process_time()
                index.add_many(chunk)
                seconds += time.process_time() - begin
                done += len(chunk)
            times = []
            for document in itertools.islice(documents, target - done):
                begin = time.process_time()
                index.add(document)
                times.append(time.process_time() - begin)
            marks.append(record(index, target, (done - begun, seconds), times))
            done = target
            print(json.dumps(marks[-1]), file=sys.stderr, flush=True)
    return marks


def record(index, documents, many, times):
    """Return what one mark shows."""
    stats = index.stats()
    return {
        "documents": documents,
        "add_cpu_ms": percentiles(times),
        "add_many_docs_per_cpu_s": round(many[0] / many[1]),
        "rss_mb": round(rss_mb()),
        "bytes_per_document": round(stats.bytes_per_document),
        "copies": stats.copies,
        "unverified": stats.unverified,
        "overflows": stats.overflows,
    }


def by_table(path, documents):
    """Return bytes a document on the pages of each table, by SQLite's own count; nothing where it has none."""
    with closing(sqlite3.connect(path)) as file:
        try:
            counted = file.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
        except sqlite3.OperationalError:
            return {}
        size, free = (file.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count"))
    found = {name: round(count / documents) for name, count in [*counted, ("free", free * size)]}
    return {name: count for name, count in sorted(found.items(), key=lambda each: -each[1]) if count}


def opening(path):
    """Open an index; return how long it took and what it holds in memory."""
    before, begin = rss_mb(), time.perf_counter()
    with Index(path):
        return {"open_s": round(time.perf_counter() - begin, 3), "open_rss_mb": round(rss_mb() - before)}


def in_another_process(*arguments_):
    """Run this script with other arguments; return what it prints."""
    command = [sys.executable, __file__, "--corpus", "-", *map(str, arguments_)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main(options):
    if options.opening:
        print(json.dumps(opening(options.opening)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.dedupe"
        if options.no_bodies:
            (*_, last) = build(options, path, keep_bodies=False)
            print(json.dumps(last | {"bytes_by_table": by_table(path, options.documents)}))
            return
        about = environment()
        results = build(options, path, keep_bodies=True)
        results[-1]["bytes_by_table"] = by_table(path, options.documents)
        opened = in_another_process("--opening", path)
    count = options.without or options.documents
    sizes = ["--corpus", options.corpus, "--documents", count, "--one-by-one", options.one_by_one]
    without = in_another_process(*sizes, "--no-bodies")
    measured = {
        "environment": about | {"load_after": load()},
        "repeats": 1,
        "corpus": options.corpus.stem,
        "one_by_one": options.one_by_one,
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        **opened,
        "results": results,
        "without_bodies": without,
    }
    options.out.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main(arguments())
