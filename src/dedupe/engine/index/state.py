"""The few numbers an index keeps about itself: counters, and which segments there are.

Each is one sealed row. They change in the same transaction as what they count, so that a row, a note or a block that
is missing is noticed instead of answered around.
"""

import secrets
import sqlite3
from typing import TypeVar

import msgspec

from dedupe.engine.index.postings import Table, seal, unseal
from dedupe.errors import CorruptStoreError


class Counters(msgspec.Struct, array_like=True):
    """What changes with every document.

    Attributes:
        last_row: Highest row given out; rows are 1 ... ``last_row`` without gaps but for those dropped.
        last_note: Highest note given out; notes are ``flushed + 1`` ... ``last_note`` without gaps.
        flushed: Notes up to this one have become part of a segment.
        documents: Documents that are in, without those forgotten.
        generation: Raised whenever the segments change.
        repeats: Documents that came again under their id with the same content.
        overflows: How often a key was held by more documents than its cap.
        unverified: Candidates that the budget of comparisons left out.
        gone: Rows that were dropped: nobody stands for what they were any more.
        lineage: A random number for every index, 0 in files of older versions until they are written to.
        changes: Transactions since it got that number.
        token: A random number for every transaction.
    """

    last_row: int = 0
    last_note: int = 0
    flushed: int = 0
    documents: int = 0
    generation: int = 0
    repeats: int = 0
    overflows: int = 0
    unverified: int = 0
    gone: int = 0
    lineage: int = 0
    changes: int = 0
    token: int = 0

    def renew(self) -> None:
        """Tell the state that a transaction makes from every other state of any index."""
        self.lineage = self.lineage or secrets.randbits(63)
        self.changes += 1
        self.token = secrets.randbits(63)


class Run(msgspec.Struct, array_like=True):
    """A segment as it is listed: how many blocks and filter parts were made of it, and on which level.

    Its blocks hold postings with ``row_bits`` bits for the row. A merge has taken all but ``postings`` of them, and the
    first ``gone`` blocks are deleted; so are the first ``gone_parts``, which were about the first ``parted`` blocks.
    """

    id: int
    level: int
    postings: int = 0
    blocks: int = 0
    parts: int = 0
    row_bits: int = 24
    gone: int = 0
    gone_parts: int = 0
    parted: int = 0


class Job(msgspec.Struct, array_like=True):
    """A merge under way: what becomes of which segments, and how far it is.

    Postings below ``reached`` are found in what is made, others in the inputs. ``postings`` were in the inputs before.
    """

    made: Run
    inputs: list[int]
    reached: int = 0
    postings: int = 0


class Levels(msgspec.Struct, array_like=True):
    """Segments, merges under way, and what was merged and is to be deleted ``[segment, blocks, parts]``.

    ``swept`` counts the rows that were dropped when all segments were last merged to be rid of them.
    """

    next_segment: int = 1
    runs: list[Run] = []
    jobs: list[Job] = []
    garbage: list[list[int]] = []
    swept: int = 0

    @property
    def in_use(self) -> list[Run]:
        """All segments that hold postings, those that are being made among them."""
        return [*self.runs, *(job.made for job in self.jobs)]


_Kept = TypeVar("_Kept", Counters, Levels)
_NUMBERS: dict[type, int] = {Counters: 1, Levels: 2}


def read_state(connection: sqlite3.Connection, kind: type[_Kept]) -> _Kept:
    """Read counters or levels.

    Raises:
        CorruptStoreError: The row is missing or damaged.
    """
    number = _NUMBERS[kind]
    found = connection.execute("SELECT data FROM state WHERE number = ?", (number,)).fetchone()
    payload = unseal(Table.STATE, number, found[0] if found is not None else None)
    if payload is None:
        raise CorruptStoreError(f"the index's {kind.__name__.lower()} are {'missing' if found is None else 'damaged'}")
    return msgspec.msgpack.decode(payload, type=kind)


def write_state(connection: sqlite3.Connection, kept: Counters | Levels) -> None:
    """Write counters or levels."""
    number = _NUMBERS[type(kept)]
    sealed = seal(Table.STATE, number, msgspec.msgpack.encode(kept))
    connection.execute("INSERT OR REPLACE INTO state (number, data) VALUES (?, ?)", (number, sealed))
