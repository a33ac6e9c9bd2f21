"""Answers: what the index says about documents, with and without taking them in."""

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from dedupe import _kernels
from dedupe.engine.index.adding import Adding
from dedupe.engine.index.ahead import AT_ONCE, Ahead
from dedupe.engine.index.decide import Verified
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.opened import Opened
from dedupe.engine.index.postings import ROW_BITS, UInt64s
from dedupe.engine.index.rows import decision_of, microseconds
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.state import Counters
from dedupe.records import Decision, Sides, Skipped
from dedupe.verify.compare import judge

Entry = Incoming | Skipped


def add_entries(
    opened: Opened, entries: Sequence[Entry], *, seen: Sequence[dt.datetime] | None = None
) -> list[Decision]:
    """Answer for documents in order and take them in, in one transaction.

    Args:
        opened: The index.
        entries: The documents, ready.
        seen: When each was seen; now unless told.
    """
    decisions: list[Decision] = []
    usable = [entry for entry in entries if isinstance(entry, Incoming)]
    with opened.writing() as (shelf, counters):
        adding = opened.adding(shelf)
        ready = _looked_up(shelf, adding, usable)
        now = microseconds(dt.datetime.now(dt.UTC))
        for place, entry in enumerate(entries):
            if isinstance(entry, Skipped):
                decisions.append(unusable(entry))
                continue
            moment = now if seen is None else microseconds(seen[place])
            found, ahead = next(ready)
            hits = shelf.with_fresh(entry.keys, found)
            decisions.append(_add(opened, adding, shelf, counters, entry, (hits, ahead), moment))
        opened.keep_house(counters, len(usable))
    return decisions


def answer(opened: Opened, entry: Entry) -> Decision:
    """Answer for a document without taking it in."""
    if isinstance(entry, Skipped):
        return unusable(entry)
    with opened.reading() as (shelf, _):
        adding = opened.adding(shelf)
        hits = shelf.gather(entry.keys)
        known = adding.recognise(entry, hits)
        if known.same_id and shelf.row(known.same_id).digest == entry.digest:
            return opened.stored(shelf, known.same_id)
        finding = adding.find(entry, hits, known)
        row = adding.draft(entry, finding, seen_us=microseconds(dt.datetime.now(dt.UTC)))
        if known.same_id:
            adding.tell_replaced(row, _against(shelf, entry, known.same_id))
        return decision_of(row, "")


def unusable(skipped: Skipped) -> Decision:
    """Answer for what holds no text: nothing is stored, and asked again it is answered the same."""
    return Decision(
        id=skipped.id,
        url=None,
        action="too_short",
        duplicate_of=None,
        cluster="",
        relation="none",
        editorial="unknown",
        similarity=0.0,
        coverage=Sides(0.0, 0.0),
        confidence="high",
        reason=f"nothing to compare, at stage {skipped.stage}: {skipped.reason}",
        seen_at=dt.datetime.now(dt.UTC),
    )


def _add(  # noqa: PLR0913, PLR0917 - one transaction's worth of context
    opened: Opened,
    adding: Adding,
    shelf: Shelf,
    counters: Counters,
    entry: Incoming,
    looked_up: tuple[UInt64s, Ahead | None],
    moment: int,
) -> Decision:
    hits, ahead = looked_up
    known = adding.recognise(entry, hits, ahead)
    replaced: Verified | None = None
    if known.same_id:
        if shelf.row(known.same_id).digest == entry.digest:
            counters.repeats += 1
            return opened.stored(shelf, known.same_id)
        replaced = _against(shelf, entry, known.same_id)
        adding.forget(known.same_id, counters)
        hits = shelf.tables.gone.without(hits)
        known = adding.recognise(entry, hits)
    finding = adding.find(entry, hits, known, ahead)
    adding.take_in(
        entry, finding, counters, seen_us=moment, dated_us=opened.dated(entry.body, moment), replaced=replaced
    )
    return opened.stored(shelf, counters.last_row)


def _against(shelf: Shelf, entry: Incoming, number: int) -> Verified:
    return Verified.of(number, judge(entry.compared, shelf.material(number), shelf.config))


def _looked_up(shelf: Shelf, adding: Adding, entries: Sequence[Incoming]) -> Iterator[tuple[UInt64s, Ahead | None]]:
    """Yield what the keys of each document find before any is in, and what more can be known before its turn."""
    found = _find_all(shelf, entries)
    several = len(entries) > 1 and shelf.keeps_texts and _kernels.name == "native"  # the other kernel measures slowly
    for begin in range(0, len(entries), AT_ONCE):
        end = begin + AT_ONCE
        ahead = adding.look_ahead(entries[begin:end], found[begin:end]) if several else [None] * AT_ONCE
        yield from zip(found[begin:end], ahead, strict=False)


def _find_all(shelf: Shelf, entries: Sequence[Incoming]) -> list[UInt64s]:
    """Look the keys of several documents up at once: one call instead of one for each."""
    if len(entries) == 1:
        return [shelf.tables.find(entries[0].keys)]
    if not entries:
        return []
    hits = shelf.tables.find(np.concatenate([entry.keys for entry in entries]))
    ends = np.cumsum([len(entry.keys) for entry in entries]).astype(np.uint64) << np.uint64(ROW_BITS)
    starts = np.concatenate([np.zeros(1, dtype=np.uint64), ends[:-1]])
    cuts = hits.searchsorted(np.concatenate([starts, ends[-1:]])).tolist()
    return [hits[begin:end] - start for begin, end, start in zip(cuts[:-1], cuts[1:], starts, strict=True)]
