"""House-keeping on an open index, each step a transaction of its own: ageing, compacting, copying, uniting."""

import contextlib
import datetime as dt
import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from dedupe.engine.index import answering, upkeep
from dedupe.engine.index.cover import cover_whole, stamp_of
from dedupe.engine.index.graph import Graph
from dedupe.engine.index.incoming import sketched
from dedupe.engine.index.opened import Opened
from dedupe.engine.index.rows import microseconds, moment_of
from dedupe.errors import IncompatibleStoreError, InputError
from dedupe.records import Body, Decision

AT_ONCE = 256
"""Documents in one transaction."""

T = TypeVar("T")


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield what fits into one transaction."""
    left = iter(items)
    while chunk := list(itertools.islice(left, AT_ONCE)):
        yield chunk


def expired(opened: Opened, before: dt.datetime | None) -> int:
    """Return how many documents are dated before a moment, by default the index's own."""
    return len(_expired(opened, before))


def expire(opened: Opened, before: dt.datetime | None) -> int:
    """Take out what is dated before a moment, by default the index's own; return how many documents that were."""
    taken = 0
    for chunk in chunks(_expired(opened, before)):
        with opened.writing() as (shelf, counters):
            adding = opened.adding(shelf)
            for number in chunk:
                if number not in shelf.tables.gone and shelf.row(number).alive:  # others may have been faster
                    adding.forget(number, counters)
                    taken += 1
    return taken


def _expired(opened: Opened, before: dt.datetime | None) -> list[int]:
    if before is not None and before.tzinfo is None:
        raise InputError(f"expire needs a moment with its time zone, not {before!r}")
    limit = microseconds(before) if before is not None else opened.oldest()
    with opened.reading() as (shelf, counters):
        return upkeep.expired_rows(shelf, counters, limit)


def recluster(opened: Opened) -> int:
    """Group all texts anew from their verified pairs; return how many changed cluster."""
    with opened.writing() as (shelf, counters):
        graph = Graph(shelf)
        changed = graph.settle(upkeep.text_rows(shelf, counters), limit=counters.last_row)
        opened.adding(shelf).keep_asked(graph)
        shelf.ties.clear()  # they do not have what was verified here
        return len(changed)


def compact(opened: Opened) -> None:
    """Put the look-up tables into one piece and give free pages back to the disk."""
    with opened.writing() as (shelf, counters):
        upkeep.drop_forgotten(shelf, counters)
        shelf.tables.rewrite(counters)
    with opened.store.alone() as connection:
        connection.execute("VACUUM")
    opened.store.checkpoint()


def backup(opened: Opened, target: Path) -> None:
    """Write a copy while the index is in use: whole under its name, or not at all."""
    if target.exists():
        raise InputError(f"{target} exists; give a path of its own for the copy")
    unfinished = target.with_name(target.name + ".partial")
    unfinished.unlink(missing_ok=True)
    with opened.store.alone() as connection, contextlib.closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy, pages=4_096, sleep=0.001)
        stamp, (page_bytes,) = stamp_of(copy), copy.execute("PRAGMA page_size").fetchone()
    cover_whole(unfinished, target, stamp, page_bytes)
    os.replace(unfinished, target)  # noqa: PTH105 - atomic on every platform


def merge(opened: Opened, other: Opened) -> list[Decision]:
    """Add every document of another index, in the order it took them in, with the times it saw them."""
    if other.settings.fingerprint != opened.settings.fingerprint:
        raise IncompatibleStoreError(
            f"{other.path} was made with parameters {other.settings.fingerprint}, "
            f"{opened.path} with {opened.settings.fingerprint}; only indexes made alike can be merged"
        )
    if not other.settings.keep_bodies or other.path.resolve() == opened.path.resolve():
        raise InputError(f"{other.path} keeps no texts or is the same file; it cannot be merged from")
    decisions: list[Decision] = []
    for chunk in chunks(stored(other)):
        entries = sketched([body for body, _ in chunk], opened.sketching, whole=opened.settings.keep_bodies)
        decisions += answering.add_entries(opened, entries, seen=[seen for _, seen in chunk])
    return decisions


def stored(opened: Opened) -> Iterator[tuple[Body, dt.datetime]]:
    """Yield the body of every document that is in, and when it was taken in, in that order."""
    begin, last = 1, 1
    while begin <= last:
        with opened.reading() as (shelf, counters):
            last = counters.last_row
            numbers = range(begin, min(begin + AT_ONCE, last + 1))
            chunk = [(shelf.body(n), moment_of(shelf.row(n).seen_us)) for n in numbers if shelf.counts(n)]
        begin += AT_ONCE
        yield from chunk
