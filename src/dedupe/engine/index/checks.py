"""Is the index whole? Every page, row, text, note and block is read and checked; what is wrong is named."""

import sqlite3

import numpy as np

from dedupe.engine.index import schema
from dedupe.engine.index.opened import Opened
from dedupe.engine.index.postings import ROW_MASK, Kind, UInt64s, filter_of, key_of, text_value
from dedupe.engine.index.segments import Segment
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.state import Counters
from dedupe.engine.index.stored import open_row, unseal_contents
from dedupe.engine.index.tables import Tables
from dedupe.errors import CorruptStoreError, IncompatibleStoreError

MOST = 50
"""Damages named; after so many the file is beyond naming them."""

WHOLE = "every row, text and look-up is whole"
"""Stands behind each damage where none hits anything that is used."""


def verify(opened: Opened) -> tuple[str, ...]:
    """Check an open index as it stands on disk, file and log together, whatever is in memory."""
    opened.tables.distrust()
    try:
        opened.store.connection.execute("PRAGMA shrink_memory")  # pages that SQLite keeps
        with opened.reading() as (shelf, counters):
            found = damages(shelf, counters, opened.tables)
        pages = opened.store.agreement().damages
    except (CorruptStoreError, OSError) as error:  # its cause says what; what helps is said by who shows it
        return (f"the file cannot be read: {error.__cause__ or error}",)
    if not found:
        pages = tuple(f"{page}; {WHOLE}" for page in pages)
    return (*found, *pages)[:MOST]


def damages(shelf: Shelf, counters: Counters, tables: Tables) -> tuple[str, ...]:
    """Return a sentence for every damage found, empty when there is none."""
    found: list[str] = []
    for check in (_definitions, _pages, _rows, _segments):
        try:
            found += check(shelf, counters, tables)
        except (CorruptStoreError, IncompatibleStoreError, sqlite3.DatabaseError) as error:
            found.append(str(error))
    return tuple(found[:MOST])


def _definitions(shelf: Shelf, _counters: Counters, _tables: Tables) -> list[str]:
    """Read again what was read when the index was opened."""
    schema.check_layout(shelf.connection)
    schema.check_tables(shelf.connection)
    schema.read_settings(shelf.connection)
    return []


def _pages(shelf: Shelf, _counters: Counters, _tables: Tables) -> list[str]:
    """Let SQLite check its pages."""
    rows = shelf.connection.execute(f"PRAGMA integrity_check({MOST})").fetchall()
    return [f"page structure: {text}" for (text,) in rows if text != "ok"]


def _rows(shelf: Shelf, counters: Counters, tables: Tables) -> list[str]:
    """Check every row and text, and that every document is found under its id."""
    found: list[str] = []
    gone = tables.gone
    missing = ~gone.of(np.arange(counters.last_row + 1))
    missing[0] = False
    documents = 0
    for number, sealed in shelf.connection.execute("SELECT row, data FROM documents ORDER BY row"):
        if not 0 < number <= counters.last_row or not missing[number]:
            dropped = number in gone
            found.append(f"row {number} was {'dropped, and is there' if dropped else 'never given out'}")
            continue
        missing[number] = False
        try:
            row = open_row(number, sealed)
        except CorruptStoreError as error:
            found.append(str(error))
            continue
        documents += row.alive
        if row.alive:
            found += _text(shelf, tables, number, row.id)
        if len(found) >= MOST:
            return found
    found += [f"the row of document {number} is missing" for number in missing.nonzero()[0][:MOST].tolist()]
    if not found and documents != counters.documents:
        found.append(f"{documents} documents are in, {counters.documents} were counted")
    return found


def _text(shelf: Shelf, tables: Tables, number: int, written_id: bytes) -> list[str]:
    found = []
    try:
        sealed = shelf.connection.execute("SELECT data FROM contents WHERE row = ?", (number,)).fetchone()
        unseal_contents(number, sealed[0] if sealed is not None else None)
        if number not in tables.rows(key_of(text_value(written_id), Kind.ID)):
            found.append(f"document {number} is not found under its id")
    except CorruptStoreError as error:
        found.append(str(error))
    return found


def _segments(_shelf: Shelf, counters: Counters, tables: Tables) -> list[str]:
    """Check that every block is sorted, follows the one before, and agrees with directory and filter."""
    found: list[str] = []
    merged = {number: job.reached for job in tables.levels.jobs for number in job.inputs}
    for run in tables.levels.in_use:
        segment = tables.segment(run.id)
        before, postings = -1, 0
        if len(segment.firsts) != run.blocks - run.gone:
            found.append(f"segment {run.id} lists {len(segment.firsts)} blocks of {run.blocks - run.gone}")
        for place in range(len(segment.firsts)):
            try:
                block = segment.block(place)
            except CorruptStoreError as error:
                found.append(str(error))
                continue
            postings += int(np.count_nonzero(block >= np.uint64(merged.get(run.id, 0))))
            found += _block(segment, place, block, before, counters)
            before = int(block[-1])
            if len(found) >= MOST:
                return found
        if not found and postings != run.postings:
            found.append(f"segment {run.id} holds {postings} postings of {run.postings}")
    return found


def _block(segment: Segment, place: int, block: UInt64s, before: int, counters: Counters) -> list[str]:
    where = f"block {segment.first_number + place & 0xFFFF_FFFF} of segment {segment.id}"
    if bool((block[1:] <= block[:-1]).any()):
        return [f"{where} is not in order"]
    if int(block[0]) <= before or block[0] != segment.firsts[place]:
        return [f"{where} does not follow the one before"]
    if int((block & np.uint64(ROW_MASK)).max()) > counters.last_row:
        return [f"{where} speaks of rows that were never given out"]
    if not np.array_equal(segment.filter(place), filter_of(block)):
        return [f"{where} does not agree with its filter"]
    return []
