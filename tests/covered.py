"""Indexes whose pages have sums, looked at and taken elsewhere."""

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys

from dedupe import Index
from dedupe.engine.index import store

PAGE = store.PAGE_BYTES


def texts(count, seed=1):
    made = random.Random(seed)
    words = [f"{a}{b}" for a in ("ka", "lo", "mi", "nu") for b in ("ban", "der", "fel", "gon")]
    return [(f"d{n}", " ".join(made.choice(words) + str(made.randrange(99)) for _ in range(60))) for n in range(count)]


def beside(path, suffix="-sums"):
    return path.with_name(path.name + suffix)


def take(path, target):
    """Copy an index that is closed, its sums beside it."""
    shutil.copy(path, target)
    shutil.copy(beside(path), beside(target))
    return target


def looked_at(path):
    """What ``verify`` names, and how many pages have no sum."""
    with Index(path) as index:
        return index.verify(), index.uncovered()


def as_another_program(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement).fetchall()


HOLDS_THE_CHECKPOINT = """
import fcntl, os, sys
fcntl.lockf(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX, 1, 121)  # byte 120 + 1 of the log's index: checkpoints
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def another_program_copies_the_log(path):
    """What SQLite holds while a program copies the log, or while one that was killed has not quite gone."""
    command = [sys.executable, "-c", HOLDS_THE_CHECKPOINT, beside(path, "-shm")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        try:
            yield holder
        finally:
            holder.stdin.close()
