"""Damage an index's file and ask it everything: ``python tests/hostile/index_damage.py --flips 1000 --zeroed 300``.

Every damaged copy is asked in a process of its own. An answer may be the right one or a refusal; never a wrong one, never
another exception, never a signal. Where anything was refused, ``verify`` must name the damage, or opening must.
Damage that changes no answer lies in bytes that hold nothing: the report says in which, and any other is wrong.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from index_pages import unused

from dedupe import Index, StoreError
from dedupe.engine.index import store, tables

PAGE = store.PAGE_BYTES


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


def build(path):
    """An index with segments, notes, copies and a forgotten document."""
    before, tables.TAIL_POSTINGS = tables.TAIL_POSTINGS, 2_500
    with Index(path) as index:
        for document in documents():
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
    """Ask everything; return answers, refusals and what ``verify`` says."""
    answers, refused, damages = {}, {}, []
    try:
        with Index(path, busy_timeout_s=2) as index:
            try:
                damages = list(index.verify())
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
    return {"answers": answers, "refused": refused, "damages": damages}


def in_child(path):
    """Ask in a process of its own; return what it said, or the signal that ended it."""
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(hear)
            with os.fdopen(say, "w") as out:
                json.dump(ask(path), out)
            code = 0
        finally:
            os._exit(code)
    os.close(say)
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


def run(counts, seed, folder):
    """Damage so many copies in each way; return a report."""
    whole = folder / "whole.dedupe"
    build(whole)
    original = whole.read_bytes()
    shutil.copy(whole, folder / "asked.dedupe")
    truth = in_child(folder / "asked.dedupe")
    assert truth["damages"] == []
    assert truth["refused"] == {}
    made, report, spare = random.Random(seed), {}, unused(original, PAGE)
    for how, count in counts.items():
        told = report[how.__name__] = Counter({"damaged": count})
        for _ in range(count):
            content = bytearray(original)
            what = how(content, made)
            path = folder / "damaged.dedupe"
            for suffix in ("-wal", "-shm", "-lock"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            path.write_bytes(content)
            said = in_child(path)
            for name in judge(said, truth, _where(original, content, spare)):
                told[name] += 1
                if name.startswith("WRONG"):
                    told[f"{name}: {what}"] += 1
    return report


def _where(original, content, spare):
    """Return the kinds of bytes that were changed, as letters of ``unused``; ``u`` for those in use."""
    kinds = {spare[place] or ord("u") for place, byte in enumerate(content) if byte != original[place]}
    return "".join(map(chr, sorted(kinds | ({ord("u")} if len(content) < len(original) else set()))))


def first_page(folder):
    """Flip a bit of every byte in use on the first page, which holds the header and the definitions; return a report."""
    whole, path = folder / "whole.dedupe", folder / "damaged.dedupe"
    build(whole)
    original = whole.read_bytes()
    spare, told = unused(original, PAGE), Counter()
    for place in (place for place in range(PAGE) if not spare[place]):
        content = bytearray(original)
        content[place] ^= 1 << place % 8
        for suffix in ("-wal", "-shm", "-lock"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.write_bytes(content)
        try:
            with Index(path, busy_timeout_s=2) as index:
                named = bool(index.verify())
        except StoreError:
            named = True
        told["named" if named else f"WRONG, bit {place % 8} of byte {place} is not named"] += 1
    return {"first page": told}


def judge(said, truth, where):
    """Name what happened to one damaged copy."""
    if isinstance(said, str):
        return [f"WRONG, {said}"]
    differing = [name for name, answer in said["answers"].items() if answer != truth["answers"][name]]
    if differing:
        return [f"WRONG answer to {differing[0]}"]
    if said["refused"] and not said["damages"]:
        return [f"WRONG, refused {next(iter(said['refused']))} but verify names nothing"]
    if said["damages"]:
        return ["named"]
    if "u" in where:
        return [f"WRONG, damage to bytes in use is not named ({where})"]
    return [f"harmless, in {where}" if where else "unchanged"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, count in (("flips", 60), ("zeroed", 20), ("truncated", 20), ("swapped", 20)):
        parser.add_argument(f"--{name}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-page", action="store_true", help="damage every byte in use on the first page instead")
    chosen = parser.parse_args()
    wanted = {flip: chosen.flips, zero: chosen.zeroed, truncate: chosen.truncated, swap: chosen.swapped}
    with tempfile.TemporaryDirectory() as place:
        found = first_page(Path(place)) if chosen.first_page else run(wanted, chosen.seed, Path(place))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    sys.exit(any(name.startswith("WRONG") for told in found.values() for name in told))
