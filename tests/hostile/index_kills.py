"""Kill an index's process again and again, and see what is left: ``python tests/hostile/index_kills.py --kills 1000``.

Every round forks a process that adds documents to one index and says each answer aloud once it has it. It is killed by
SIGKILL, at a random moment or at a named point of the code. What it had said must be in the index, whole; nothing may
be half in; and adding everything again must give every document the answer it was first given.
"""

import argparse
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from pathlib import Path

from index_forks import forked

from dedupe import Index
from dedupe.engine.index import cover, keeping, merging, opened, schema, shelf, store, sums, tables

HALF = "half"

POINTS = {
    "before the text is written": (shelf, "write_contents", False),
    "after the text is written": (shelf, "write_contents", True),
    "before the rows are written": (shelf, "write_rows", False),
    "after the rows are written": (shelf, "write_rows", True),
    "before the note": (tables.Tables, "write_note", False),
    "after the note": (tables.Tables, "write_note", True),
    "before the counters": (opened, "write_state", False),
    "before the commit": (opened, "write_state", True),
    "after the commit": (store.WriteLock, "release", False),
    "before the flush": (tables.Tables, "flush", False),
    "after the flush": (tables.Tables, "flush", True),
    "in the flush": (merging, "write_run", True),
    "when all segments begin to be merged": (tables.Tables, "sweep", True),
    "before a slice of a merge": (merging, "advance", False),
    "after a slice of a merge": (merging, "advance", True),
    "while the blocks of a slice are deleted": (merging, "_delete_merged", True),
    "at the end of a merge": (merging, "_finish", True),
    "while merged segments are deleted": (merging, "_delete_some", True),
    "before a checkpoint": (store.Store, "_checkpoint_if_long", False),
    "after a checkpoint": (store.Store, "_checkpoint_if_long", True),
    "before the log is copied": (store.Store, "_copy_log", False),
    "before the sums of what was copied": (cover.Cover, "follow", False),
    "in the middle of the sums": (sums, "_put", HALF),
    "after the sums": (cover.Cover, "follow", True),
    "before the sums are written as one": (sums.SumsFile, "_write_as_one", False),
    "after the sums were written as one": (sums.SumsFile, "_write_as_one", True),
    "while a document is forgotten": (shelf, "delete_contents", False),
    "after a document is forgotten": (shelf, "delete_contents", True),
    "while its row is dropped": (shelf, "delete_row", True),
    "after its row is dropped": (shelf.Shelf, "drop_rows", True),
    "in the middle of compacting": (merging, "rewrite", True),
    "before the tables are made": (schema, "write_settings", False),
    "after the tables are made": (schema, "create", True),
}


def small():
    """Make everything happen often."""
    tables.TAIL_POSTINGS = 400
    merging.FAN = 2
    opened._MERGE_EVERY = 3
    store.CHECKPOINT_EVERY, store.CHECKPOINT_BYTES = 2, 1 << 14
    sums._SPARE_BYTES = 0


def documents(count, seed):
    """Documents: one in three a copy, one in three a retouched copy, one in twelve short."""
    made = random.Random(seed)
    names = ["Anna", "Boris", "Clara", "David", "Elena", "Frank", "Greta", "Henry", "Irina", "Jonas"]
    things = ["a red boat", "two old houses", "her box of letters", "the last train", "a field of maize", "his ladder"]
    texts = []
    for number in range(count):
        kind = number % 3 if number else 0
        if number % 12 == 11:
            text = f"Short {number}."
        elif kind == 0:
            sentences = [
                f"{made.choice(names)} saw {made.choice(things)} on day {made.randrange(999)}." for _ in range(12)
            ]
            text = " ".join(sentences)
        else:
            text = made.choice(texts)[1] + ("" if kind == 1 else f" Seen {number} times.")
        texts.append((f"d{number}", text))
    return texts


def answer(decision):
    """What of an answer must stay the same: all but the cluster, which may take in others."""
    return [
        decision.action,
        decision.duplicate_of,
        decision.relation,
        decision.similarity,
        decision.seen_at.isoformat(),
    ]


def work(path, todo, say, point, nth):
    """Add documents and say each answer; die at the point named."""
    small()
    if point is not None:
        die_at(*POINTS[point], nth)
    with Index(path) as index:
        for number, document in enumerate(todo):
            decision = index.add(document)
            os.write(say, (json.dumps([document[0], answer(decision)]) + "\n").encode())
            if number % 17 == 16:
                index.forget("passing")
            if number % 17 == 8:
                index.add(("passing", f"{document[1]} This one is passing through, as document {number} did."))
            if number % 16 == 15:
                keeping.compact(index._opened)


def die_at(owner, name, after, nth):
    """Have the process killed when a function is called, or has returned, for the ``nth`` time.

    With ``HALF`` it is called with the first half of its last argument before.
    """
    wrapped, calls = getattr(owner, name), [0]

    def deadly(*args, **kwargs):
        calls[0] += 1
        if calls[0] == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        if calls[0] == nth and after == HALF:
            args = (*args[:-1], args[-1][: len(args[-1]) // 2])
        result = wrapped(*args, **kwargs)
        if calls[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)


def kill_once(path, todo, point, made):
    """Run a process until it is killed; return what it said, in order, and whether it was killed."""
    child, hear = forked(lambda say: work(path, todo, say, point, made.randint(1, 4)))
    heard, until = b"", time.monotonic() + (made.uniform(0.0, 0.15) if point is None else 60)
    while True:
        ready, _, _ = select.select([hear], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
        part = os.read(hear, 1 << 16)
        if not part:
            break
        heard += part
    os.close(hear)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(f"the process failed instead of being killed, at {point}")
    return [json.loads(line) for line in heard.split(b"\n")[:-1]], os.WIFSIGNALED(status)


def examine(path, todo, said):
    """Return what is wrong after a kill, and how many documents are in though it was never said (``said``: it was)."""
    wrong, unsaid = [], 0
    with Index(path) as index:
        wrong += [f"verify: {damage}" for damage in index.verify()]
        if index.uncovered():
            wrong.append(f"{index.uncovered()} pages have no sum")
        for document_id, first in said.items():
            found = index.get(document_id)
            if found is None:
                wrong.append(f"{document_id} was answered and is lost")
            elif answer(found) != first:
                wrong.append(f"{document_id} was answered {first} and is now {answer(found)}")
        for document_id, text in todo:
            if document_id not in said and index.get(document_id) is not None:
                unsaid += 1
                body = index.body(document_id)
                if body is None or body.original != text:
                    wrong.append(f"{document_id} is in, but not whole")
    return wrong, unsaid


def retry(path, todo, said):
    """Add everything again, twice; return what is wrong with the answers."""
    wrong, first = [], {}
    with Index(path) as index:
        for document in todo:
            decision = index.add(document)
            first[document[0]] = answer(decision)
            if decision.duplicate_of == document[0]:
                wrong.append(f"{document[0]} is called a copy of itself")
        wrong += [f"{name} changed its answer" for name, what in said.items() if first[name] != what]
        if [index.add(document).action for document in todo] != [what[0] for what in first.values()]:
            wrong.append("a retry was answered otherwise")
        index.backup(path.with_name("copy.dedupe"))
        with Index(path.with_name("copy.dedupe")) as copy, Index(path.with_name("merged.dedupe")) as merged:
            merged.merge(copy)
            for made in (copy, merged):
                wrong += [f"verify of {made.path.name}: {damage}" for damage in made.verify()]
                wrong += [f"{made.path.name} has pages without a sum"] * bool(made.uncovered())
    for name in ("copy.dedupe", "merged.dedupe"):
        for suffix in ("", "-lock", "-sums"):
            path.with_name(name + suffix).unlink(missing_ok=True)
    return wrong


def run(kills, seed, folder):
    """Kill so many times; return a report."""
    made = random.Random(seed)
    report = {"kills": 0, "answered": 0, "in_but_not_answered": 0, "wrong": [], "points": {}}
    points = [*POINTS, *[None] * len(POINTS)]
    rounds = tries = 0
    while report["kills"] < kills:
        rounds += 1
        path = folder / f"{rounds}.dedupe"
        todo = documents(48, made.randrange(1 << 30))
        said = {}
        for _ in range(3):
            if report["kills"] >= kills:
                break
            if tries % len(points) == 0:
                made.shuffle(points)
            point = points[tries % len(points)]
            tries += 1
            heard, killed = kill_once(path, todo, point, made)
            for document_id, what in heard:
                if said.setdefault(document_id, what) != what:
                    report["wrong"].append(f"{document_id} was answered {said[document_id]}, then {what}")
            report["kills"] += killed
            report["points"][point or "random"] = report["points"].get(point or "random", 0) + killed
            wrong, unsaid = examine(path, todo, said)
            report["wrong"] += wrong
            report["in_but_not_answered"] += unsaid
            if not killed:
                break
        report["wrong"] += retry(path, todo, said)
        report["answered"] += len(said)
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = run(chosen.kills, chosen.seed, Path(place))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(bool(found["wrong"]))
