"""Several processes add the same documents to one index: ``python tests/hostile/index_race.py --ids 2000``.

Under one id everybody must get one answer; of one text under four ids exactly one must be ``new``. ``--without-lock``
takes the transactions away and must fail: it shows that the race is real.
"""

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from index_forks import forked

from dedupe import DedupeError, Index
from dedupe.engine.index import store


def texts(count):
    """Texts that no two share a shingle of."""
    return [" ".join(f"word{number}x{place}" for place in range(12)) for number in range(count)]


@contextlib.contextmanager
def unguarded(self):
    """Every statement for itself, as a store without a transaction around check-and-add would do it."""
    yield self.connection


def compete(path, worker, jobs, go, say):
    """Add everything, in an order of one's own, once everybody is there; say every answer."""
    random.Random(worker).shuffle(jobs)
    with Index(path) as index, os.fdopen(say, "w") as out:
        out.write("ready\n")
        out.flush()
        os.read(go, 1)
        for job in jobs:
            try:
                decision = index.add(job)
            except (DedupeError, Exception) as error:  # noqa: BLE001 - whatever it is, it is the finding
                answer = [job[0], "error", f"{type(error).__name__}: {error}"]
            else:
                answer = [job[0], decision.action, decision.seen_at.isoformat()]
            out.write(json.dumps(answer) + "\n")


def jobs_of(worker, count):
    """Every text under an id that all share, and another one under an id of one's own."""
    for number, text in enumerate(texts(count)):
        yield f"same-{number}", text
        yield f"own-{worker}-{number}", text.replace("word", "other")


def start(path, worker, count, go):
    """Fork a process that competes; return its number and what it says, once it is ready."""
    child, hear = forked(lambda say: compete(path, worker, list(jobs_of(worker, count)), go, say))
    heard = os.fdopen(hear)
    heard.readline()
    return child, heard


def race(count, processes, path, *, without_lock=False):
    """Let processes compete; return what is wrong."""
    Index(path).close()
    if without_lock:
        store.Store.writing = unguarded
    held, go = os.pipe()
    running = [start(path, worker, count, held) for worker in range(processes)]
    os.write(go, bytes(processes))
    said = []
    for child, heard in running:
        with heard:
            said += heard.read().splitlines()
        os.waitpid(child, 0)
    os.close(go)
    os.close(held)
    return wrong_in([json.loads(line) for line in said], count, processes, path)


def wrong_in(answers, count, processes, path):
    """Count what is wrong with what the processes were told, and with the index that they left."""
    wrong = Counter()
    for name, action, what in answers:
        if action == "error":
            wrong[what[:120]] += 1
        elif name.startswith("same") and action != "new":
            wrong[f"a first document is called {action}"] += 1
    moments = {}
    for name, _, moment in answers:
        moments.setdefault(name, set()).add(moment)
    wrong["answered twice under one id"] = sum(len(found) != 1 for found in moments.values())
    new = Counter(name.split("-")[2] for name, action, _ in answers if name.startswith("own") and action == "new")
    wrong["texts without exactly one new"] = sum(new[str(number)] != 1 for number in range(count))
    try:
        with Index(path) as index:
            wrong["documents in, less than expected"] = abs(count * (processes + 1) - len(index))
            wrong["damages"] = len(index.verify())
    except DedupeError as error:
        wrong[str(error)[:120]] += 1
    return {name: number for name, number in wrong.items() if number}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", type=int, default=200)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--without-lock", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = race(chosen.ids, chosen.processes, Path(place) / "race.dedupe", without_lock=chosen.without_lock)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(bool(found))
