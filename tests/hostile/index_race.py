"""Several processes add the same documents to one index: ``python tests/hostile/index_race.py --ids 2000``.

Under one id everybody must get one answer; of one text under four ids exactly one must be ``new``. ``--without-lock``
takes the transactions away and must fail: it shows that the race is real.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from dedupe import DedupeError, Index
from dedupe.engine.index import store


def texts(count):
    """Texts that no two share a shingle of."""
    return [" ".join(f"word{number}x{place}" for place in range(12)) for number in range(count)]


@contextlib.contextmanager
def unguarded(self):
    """Every statement for itself, as a store without a transaction around check-and-add would do it."""
    yield self.connection


def compete(path, worker, count, *, without_lock):
    """Add everything, in an order of one's own; print every answer."""
    if without_lock:
        store.Store.writing = unguarded
    jobs = [(name, text) for n, text in enumerate(texts(count)) for name in (f"same-{n}", f"own-{worker}-{n}")]
    jobs = [(name, text if name.startswith("same") else text.replace("word", "other")) for name, text in jobs]
    random.Random(worker).shuffle(jobs)
    with Index(path) as index:
        tell("ready")
        sys.stdin.readline()
        for job in jobs:
            try:
                decision = index.add(job)
            except (DedupeError, Exception) as error:  # noqa: BLE001 - whatever it is, it is the finding
                tell(json.dumps([job[0], "error", f"{type(error).__name__}: {error}"]))
            else:
                tell(json.dumps([job[0], decision.action, decision.seen_at.isoformat()]))


def tell(line):
    """Say something to the process that started this one."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def race(count, processes, path, *, without_lock=False):
    """Let processes compete; return what is wrong."""
    Index(path).close()
    command = [sys.executable, __file__, "--ids", str(count), "--path", str(path)]
    command += ["--without-lock"] if without_lock else []
    running = [
        subprocess.Popen([*command, "--worker", str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for worker in range(processes)
    ]
    for process in running:
        process.stdout.readline()
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(line) for process in running for line in process.communicate()[0].splitlines()]
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
    parser.add_argument("--worker", type=int)
    parser.add_argument("--path", type=Path)
    chosen = parser.parse_args()
    if chosen.worker is not None:
        compete(chosen.path, chosen.worker, chosen.ids, without_lock=chosen.without_lock)
        sys.exit()
    with tempfile.TemporaryDirectory() as place:
        found = race(chosen.ids, chosen.processes, Path(place) / "race.dedupe", without_lock=chosen.without_lock)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(bool(found))
