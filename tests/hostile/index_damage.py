"""Damage an index's file and ask it everything: ``python tests/hostile/index_damage.py --flips 1000 --zeroed 300``.

Every damaged copy is asked in a process of its own. An answer may be the right one or a refusal; never a wrong one, never
another exception, never a signal. ``verify`` must name every damage, or opening must, wherever it lies. Damage to the file
of sums beside the index is none of the index: it costs sums, and nothing else.
"""

import argparse
import functools
import json
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from index_forks import forked

from dedupe import Index, StoreError
from dedupe.engine.index import store, tables

PAGE = store.PAGE_BYTES


@functools.cache
def documents():
    """Documents, every third a retouched copy of the one before."""
    made = random.Random(11)
    words = [f"{a}{b}" for a in ("ka", "lo", "mi", "nu", "pe", "ra", "si", "to") for b in ("ban", "der", "fel", "gon")]
    texts = []
    for number in range(90):
        fresh = " ".join(made.choice(words) for _ in range(made.choice((30, 60, 400))))
        text = f"{texts[-1]} And {number} more." if number % 3 == 2 else fresh
        texts.append(text)
    return [(f"d{number}", text) for number, text in enumerate(texts)]


def build(path, count=None):
    """An index with segments, notes, copies and a forgotten document; of a few documents only, if so many are asked for."""
    before, tables.TAIL_POSTINGS = tables.TAIL_POSTINGS, 2_500
    with Index(path) as index:
        for document in documents()[:count]:
            index.add(document)
        index.forget("d5")
        index.forget("d9")
    tables.TAIL_POSTINGS = before


def questions(index):
    """Everything an index is asked, as plain values, question by question."""
    asked = documents()
    yield "number", lambda: len(index)
    for name, _ in asked[:40]:
        yield f"get {name}", lambda name=name: repr(index.get(name))
    for name, text in asked[40::3]:
        yield f"check {name}", lambda name=name, text=text: plain(index.check((f"x{name}", text + " Once more.")))
    yield "clusters", lambda: repr(index.clusters(smallest=2))
    yield "query", lambda: [pair.b for pair in index.query(asked[0][1])]
    yield "add", lambda: plain(index.add(("fresh", asked[12][1] + " At last.")))
    yield "forget", lambda: index.forget("d30")


def plain(decision):
    """A decision without what changes from run to run."""
    return repr([decision.id, decision.action, decision.duplicate_of, decision.similarity, decision.reason])


def ask(path):
    """Ask everything; return answers, refusals, what ``verify`` says, and how many pages have no sum."""
    answers, refused, damages, uncovered = {}, {}, [], None
    try:
        with Index(path, busy_timeout_s=2) as index:
            try:
                damages = list(index.verify())
                uncovered = index.uncovered()
            except StoreError as error:
                damages = [str(error)]
            for name, question in questions(index):
                try:
                    answers[name] = question()
                except StoreError as error:
                    refused[name] = f"{type(error).__name__}: {error}"
    except StoreError as error:
        damages.append(f"{type(error).__name__}: {error}")
        refused["open"] = str(error)
    return {"answers": answers, "refused": refused, "damages": damages, "uncovered": uncovered}


def tell(path, say):
    with os.fdopen(say, "w") as out:
        json.dump(ask(path), out)


def in_child(path):
    """Ask in a process of its own; return what it said, or the signal that ended it."""
    child, hear = forked(lambda say: tell(path, say))
    with os.fdopen(hear) as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    return json.loads(said) if os.WEXITSTATUS(status) == 0 else "another exception"


def flip(content, made):
    """One bit."""
    place = made.randrange(len(content))
    content[place] ^= 1 << made.randrange(8)
    return f"bit of byte {place % PAGE} on page {place // PAGE + 1}"


def zero(content, made):
    """One page, or one sector of 512 bytes."""
    size = made.choice((PAGE, 512))
    place = made.randrange(len(content) // size) * size
    content[place : place + size] = bytes(size)
    return f"{size} bytes from byte {place % PAGE} on page {place // PAGE + 1} zeroed"


def truncate(content, made):
    """The end, at any byte."""
    kept = made.randrange(len(content))
    del content[kept:]
    return f"cut to {kept} bytes"


def swap(content, made):
    """Two pages."""
    a, b = (made.randrange(len(content) // PAGE) * PAGE for _ in range(2))
    content[a : a + PAGE], content[b : b + PAGE] = content[b : b + PAGE], content[a : a + PAGE]
    return f"pages {a // PAGE + 1} and {b // PAGE + 1} swapped"


def put(original, path, *, content=None, sums=None):
    """Put a copy of an index that was closed, its file of sums beside it, in the place of one that was asked."""
    for suffix in ("-wal", "-shm", "-lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(original.read_bytes() if content is None else content)
    kept = original.with_name(original.name + "-sums").read_bytes()
    path.with_name(path.name + "-sums").write_bytes(kept if sums is None else sums)


def run(counts, seed, folder):
    """Damage so many copies in each way; return a report."""
    whole, path = folder / "whole.dedupe", folder / "damaged.dedupe"
    build(whole)
    original = whole.read_bytes()
    put(whole, path)
    truth = in_child(path)
    assert (truth["damages"], truth["refused"], truth["uncovered"]) == ([], {}, 0)
    made, report = random.Random(seed), {}
    for how, count in counts.items():
        told = report[how.__name__] = Counter({"damaged": count})
        for _ in range(count):
            content = bytearray(original)
            while content == original:  # as zeros are where zeros were, which is no damage
                what = how(content, made)
            put(whole, path, content=content)
            name = judge(in_child(path), truth)
            told[name] += 1
            if name.startswith("WRONG"):
                told[f"{name}: {what}"] += 1
    return report


def run_sums(count, seed, folder):
    """Damage the file of sums so many times; return a report."""
    whole, path, made = folder / "summed.dedupe", folder / "damaged.dedupe", random.Random(seed)
    build(whole)
    put(whole, path)
    truth = in_child(path)
    original = whole.with_name(whole.name + "-sums").read_bytes()
    told = Counter({"damaged": count})
    for number in range(count):
        content = bytearray(original)
        what = (flip, truncate)[number % 2](content, made)
        put(whole, path, sums=content)
        said = in_child(path)
        fine = isinstance(said, dict) and (said["damages"], said["answers"]) == ([], truth["answers"])
        told["sums given up" if fine and said["uncovered"] else f"WRONG: {what}"] += 1
    return {"sums": told}


def first_page(folder):
    """Flip a bit of every byte of the header and the definitions, and of some between them; return a report.

    All but SQLite's count of changes to the definitions: with another one, the sums are taken for those of another state.
    """
    whole, path = folder / "whole.dedupe", folder / "damaged.dedupe"
    build(whole, 6)  # what is damaged is the same however many pages follow, and all of them are read each time
    original = whole.read_bytes()
    told = Counter()
    for place in (*range(40), *range(44, 200), *range(200, PAGE - 800, 64), *range(PAGE - 800, PAGE)):
        content = bytearray(original)
        content[place] ^= 1 << place % 8
        put(whole, path, content=content)
        try:
            with Index(path, busy_timeout_s=2) as index:
                named = bool(index.verify())
        except StoreError:
            named = True
        told["named" if named else f"WRONG, bit {place % 8} of byte {place} is not named"] += 1
    return {"first page": told}


def judge(said, truth):
    """Name what happened to one damaged copy."""
    if isinstance(said, str):
        return f"WRONG, {said}"
    differing = [name for name, answer in said["answers"].items() if answer != truth["answers"][name]]
    if differing:
        return f"WRONG answer to {differing[0]}"
    return "named" if said["damages"] else "WRONG, the damage is not named"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, count in (("flips", 60), ("zeroed", 20), ("truncated", 20), ("swapped", 20)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--sums", type=int, default=0, help="damages to the file of sums")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-page", action="store_true", help="damage the header and the definitions instead")
    chosen = parser.parse_args()
    wanted = {flip: chosen.flips, zero: chosen.zeroed, truncate: chosen.truncated, swap: chosen.swapped}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        found = first_page(folder) if chosen.first_page else run(wanted, chosen.seed, folder)
        if chosen.sums:
            found |= run_sums(chosen.sums, chosen.seed, folder)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(any(name.startswith("WRONG") for told in found.values() for name in told))
