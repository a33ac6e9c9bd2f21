"""Kill processes that share an index, and hold it against its sums: ``python tests/hostile/index_sums.py --kills 300``.

Two processes write to one index at a time, each with all that it can be asked to do, and ask ``verify`` on the way. One is
killed, at a random moment or at a named point of what writes the sums; the other goes on for a while and comes to its end,
or is killed, too. However it was, ``verify`` must name nothing, and every page must have its sum. ``--foreign`` has another
program copy the log now and then, after which pages may be without a sum, but still nothing may be named.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index_kills import HALF, die_at, small

from dedupe import Index
from dedupe.engine.index import cover, guards, store, sums

POINTS = {
    "before the mark": (guards.WriteLock, "mark", False),
    "after the mark": (guards.WriteLock, "mark", True),
    "before the log is copied": (store.Store, "_copy_log", False),
    "before the sums of what was copied": (cover.Cover, "follow", False),
    "in the middle of the sums": (sums, "_put", HALF),
    "after the sums": (cover.Cover, "follow", True),
    "after the log was copied": (store.Store, "_copy_log", True),
    "before the sums are written as one": (sums.SumsFile, "_write_as_one", False),
    "after the sums were written as one": (sums.SumsFile, "_write_as_one", True),
    "before the log is cut": (store.Store, "_empty_log", False),
    "after the log was cut": (store.Store, "_empty_log", True),
}


def work(path, seed, seconds):
    """Do everything to an index for a while; return what ``verify`` named on the way."""
    small()
    made, until, wrong = random.Random(seed), time.monotonic() + seconds, []
    while time.monotonic() < until:
        with Index(path) as index:
            for number in range(made.choice((3, 30, 80))):
                do(index, made, f"{seed}-{number}", wrong)
    return wrong


def do(index, made, name, wrong):
    """Do one thing to an index."""
    what = made.random()
    text = " ".join(f"word{made.randrange(500)}" for _ in range(made.choice((12, 40, 900))))
    if what < 0.6:
        index.add((name, text))
    elif what < 0.75:
        index.add_many([(f"{name}-{n}", f"{text} {n} and {made.random()}") for n in range(5)])
    elif what < 0.9:
        for number in range(60):
            index.forget(f"{name.split('-')[0]}-{number}")
    elif what < 0.92:
        index.expire(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=made.random()))
    elif what < 0.923:
        index.compact()
    elif what < 0.93:
        index.recluster()
    else:
        wrong += index.verify()


def start(path, seed, seconds, point=None):
    """Start a process that works; return it."""
    command = [sys.executable, __file__, "--work", str(path), "--seed", str(seed), "--seconds", str(seconds)]
    return subprocess.Popen([*command, *(["--point", point] if point else [])], stdout=subprocess.PIPE, text=True)


def copy_log(path):
    """Copy the log as another program would."""
    with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection, contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def round_of(path, made, point, *, foreign):
    """Let two processes work, and kill one or both; return how many were killed, and what was named on the way."""
    crowd = [start(path, made.randrange(1 << 30), 6, point), start(path, made.randrange(1 << 30), 0.6)]
    if point is None:
        time.sleep(made.uniform(0.3, 0.9))
        crowd[0].send_signal(signal.SIGKILL)
    if made.random() < 0.3:
        crowd[1].send_signal(signal.SIGKILL)
    if foreign:
        copy_log(path)
    said = [worker.communicate(timeout=300)[0] for worker in crowd]
    if foreign:
        copy_log(path)
    ends = [worker.returncode for worker in crowd]
    wrong = [what for words, end in zip(said, ends, strict=True) if not end for what in json.loads(words)]
    return ends.count(-signal.SIGKILL), [*wrong, *["a process failed"] * (ends.count(1) + ends.count(2))]


def run(kills, seed, folder, *, foreign):
    """Kill so many processes; return a report."""
    made, report = random.Random(seed), {"kills": 0, "wrong": [], "pages_without_a_sum": 0, "points": {}}
    points, rounds = [*POINTS, *[None] * len(POINTS)], 0
    while report["kills"] < kills:
        path = folder / f"{rounds // 4}.dedupe"
        if rounds % len(points) == 0:
            made.shuffle(points)
        point = points[rounds % len(points)]
        rounds += 1
        killed, wrong = round_of(path, made, point, foreign=foreign and rounds % 3 == 0)
        report["kills"] += killed
        report["points"][point or "random"] = report["points"].get(point or "random", 0) + killed
        report["wrong"] += wrong
        with Index(path) as index:
            report["wrong"] += [f"after {point}: {damage}" for damage in index.verify()]
            bare = index.uncovered()
            report["pages_without_a_sum"] += bare
            if bare and not foreign:
                report["wrong"].append(f"after {point}: {bare} pages have no sum")
            if bare:
                index.compact()
                report["wrong"] += [*index.verify(), *["compacted, and pages have no sum"] * bool(index.uncovered())]
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--foreign", action="store_true")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--point", choices=POINTS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work is not None:
        if chosen.point is not None:
            die_at(*POINTS[chosen.point], os.getpid() % 5 + 1)
        sys.stdout.write(json.dumps(work(chosen.work, chosen.seed, chosen.seconds)))
        sys.exit()
    memory = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)  # spares the disk
    with tempfile.TemporaryDirectory(dir=memory) as place:
        found = run(chosen.kills, chosen.seed, Path(place), foreign=chosen.foreign)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(bool(found["wrong"]))
