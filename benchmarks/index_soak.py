"""Use an index for hours as a crawler would: ``python benchmarks/index_soak.py --corpus corpus-10000.jsonl``.

Adds, retries, checks, forgets, expires, compacts, backs up and re-opens at random, and holds the index against a
dictionary all the time. Prints one line of JSON a minute: documents, operations, memory, bytes, times. Ends with 1 as
soon as anything is wrong. Memory and bytes a document must not creep.
"""

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from dedupe import Index


def rss_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


class Soak:
    """An index, and what should be in it."""

    def __init__(self, path, corpus, most, seed):
        self.path, self.corpus, self.most = path, corpus, most
        self.random = random.Random(seed)
        self.index = Index(path)
        self.known, self.operations = {}, 0
        self.documents = self.endless()

    def endless(self):
        """Documents of the corpus, over and over, under fresh ids."""
        for lap in itertools.count():
            with self.corpus.open(encoding="utf-8") as lines:
                for line in lines:
                    document = json.loads(line)
                    yield {"id": f"{lap}-{document['id']}", "text": document["text"], "clean": True}

    def step(self):
        """Do one thing."""
        self.operations += 1
        chance = self.random.random()
        if chance < 0.80 or not self.known:
            document = next(self.documents)
            self.known[document["id"]] = (document, self.index.add(document))
        elif chance < 0.88:
            document, first = self.pick()
            again = self.index.add(document)
            assert (again.action, again.duplicate_of, again.seen_at) == (
                first.action,
                first.duplicate_of,
                first.seen_at,
            )
        elif chance < 0.94:
            document, first = self.pick()
            assert self.index.get(document["id"]).action == first.action
        elif chance < 0.999:
            document, _ = self.pick()
            assert self.index.check({**document, "id": "asked"}).action != "new" or len(document["text"].split()) < 10
        else:
            self.seldom()
        if len(self.known) > self.most:
            gone = next(iter(self.known))
            assert self.index.forget(gone)
            del self.known[gone]

    def pick(self):
        """Something that is in."""
        return self.known[self.random.choice(list(itertools.islice(self.known, 2_000)))]

    def seldom(self):
        """What is done once a day."""
        what = self.random.choice(("reopen", "compact", "backup", "count"))
        if what == "reopen":
            self.index.close()
            self.index = Index(self.path)
        elif what == "compact":
            self.index.compact()
        elif what == "backup":
            copy = self.path.with_name("copy.dedupe")
            copy.unlink(missing_ok=True)
            self.index.backup(copy)
        assert len(self.index) == len(self.known)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--most", type=int, default=50_000, help="documents kept; the oldest are forgotten")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder) / "soak.dedupe", options.corpus, options.most, options.seed)
        begin = last = time.monotonic()
        times = []
        while time.monotonic() - begin < 60 * options.minutes:
            started = time.process_time()
            soak.step()
            times.append(time.process_time() - started)
            if time.monotonic() - last >= min(60.0, 15 * options.minutes):
                times.sort()
                row = {"minutes": round((time.monotonic() - begin) / 60, 1), "documents": len(soak.known)}
                row |= {"operations": soak.operations, "rss_mb": round(rss_mb())}
                row |= {"bytes_per_document": round(soak.index.stats().bytes_per_document)}
                row |= {
                    "p50_cpu_ms": round(times[len(times) // 2] * 1e3, 3),
                    "p99_cpu_ms": round(times[int(len(times) * 0.99)] * 1e3, 3),
                }
                print(json.dumps(row), flush=True)
                last, times = time.monotonic(), []
        damages = soak.index.verify()
        print(json.dumps({"damages": damages}))
        soak.index.close()
        sys.exit(bool(damages))


if __name__ == "__main__":
    main()
