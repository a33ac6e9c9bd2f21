"""The file of sums beside an index: what every page of the main file holds, as of the last checkpoint.

It is a list of records, each closed by a checksum and its length: the state of the index it speaks of, some pages and
their sums, which take the place of those before. Where one broke off, the list ends before it. Only the process that
holds the write lock writes to it; anybody may read it, and nothing but these sums is lost with it.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from dedupe.engine.index.log import UInt32s
from dedupe.engine.index.postings import UInt64s

SUFFIX = "-sums"

_MAGIC = b"dedupeS1"
_HEAD = struct.Struct("<8s3Q4I8sI4x")
_CLOSE = struct.Struct("<2Q")
_ENTRY = 12
_SPARE_BYTES = 1 << 16
_LONGER = 2
"""From how many times the bytes of all sums a file is written anew."""


class Stamp(NamedTuple):
    """What tells the state of an index from every other.

    Attributes:
        lineage: A random number the index got when it was made.
        changes: Transactions since.
        token: A random number the last of them drew.
        cookie: SQLite's count of changes to the definitions, ``VACUUM`` among them, which is no transaction of ours.
    """

    lineage: int
    changes: int
    token: int
    cookie: int


class Head(NamedTuple):
    """What a record speaks of.

    Attributes:
        stamp: The state of the index.
        page_bytes: Bytes of a page.
        pages: Pages of the main file in this state.
        frame: Frames of the log that are copied; ``mark``: SQLite's checksum of them.
    """

    stamp: Stamp
    page_bytes: int
    pages: int
    frame: int
    mark: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A state, and the sums of pages that it has beyond the one before."""

    head: Head
    numbers: UInt32s
    sums: UInt64s


class SumsFile:
    """The records beside an index.

    Args:
        index: The index's file.

    Attributes:
        path: The file of sums.
    """

    def __init__(self, index: Path) -> None:
        """Begin; nothing is opened."""
        self.path = index.with_name(index.name + SUFFIX)

    def last(self) -> Head | None:
        """Return what the last whole record speaks of; ``None`` where there is none."""
        return self._tail()[0]

    def read(self, pages: int) -> tuple[Head | None, UInt64s]:
        """Return what is kept, for a file of so many pages: the sum of page ``n`` at ``n``, 0 for one without."""
        sums = np.zeros(pages + 1, dtype=np.uint64)
        head = None
        for record, _ in _records(self._content()):
            head = record.head
            sums[head.pages + 1 :] = 0
            within = record.numbers <= pages
            sums[record.numbers[within]] = record.sums[within]
        return head, sums

    def append(self, record: Record) -> None:
        """Write one record more; all of them as one where they have become long.

        Raises:
            OSError: It cannot be written; what was there before stands.
        """
        content = _written(record)
        _, end = self._tail()
        if end + len(content) > _LONGER * _ENTRY * record.head.pages + _SPARE_BYTES:
            self._write_as_one(record)
            return
        with self.path.open("r+b", buffering=0) as file:
            file.seek(end)
            file.truncate(end + _put(file, content))
            os.fsync(file.fileno())

    def write(self, record: Record) -> None:
        """Begin anew with one record, in the place of whatever there was.

        Raises:
            OSError: It cannot be written; what was there before stands.
        """
        unfinished = self.path.with_name(self.path.name + ".partial")
        try:
            with unfinished.open("wb", buffering=0) as file:
                _put(file, _written(record))
                os.fsync(file.fileno())
            os.replace(unfinished, self.path)  # noqa: PTH105 - atomic on every platform
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def drop(self) -> None:
        """Give the sums up."""
        self.path.unlink(missing_ok=True)

    def _write_as_one(self, record: Record) -> None:
        _, sums = self.read(record.head.pages)
        sums[record.numbers] = record.sums
        numbers = np.flatnonzero(sums).astype(np.uint32)
        self.write(Record(record.head, numbers, sums[numbers]))

    def _tail(self) -> tuple[Head | None, int]:
        """Return what the last whole record speaks of, and where it ends: at the end, if nothing broke off there."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _CLOSE.size))
                _, length = _CLOSE.unpack(file.read(_CLOSE.size))
                file.seek(max(0, size - length))
                found = _record(file.read(length), 0) if length <= size else None
        except (OSError, struct.error):
            return None, 0
        if found is not None and found[1] == length:
            return found[0].head, size
        head, end = None, 0
        for record, end in _records(self._content()):  # noqa: B007 - the last one counts
            head = record.head
        return head, end

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError:
            return b""


def _put(file: FileIO, content: bytes) -> int:
    """Write bytes where a file stands, and return how many; what a full disk leaves out breaks the record off."""
    return file.write(content)


def _written(record: Record) -> bytes:
    head, stamp = record.head, record.head.stamp
    begin = _HEAD.pack(
        _MAGIC, stamp.lineage, stamp.changes, stamp.token, stamp.cookie,
        head.page_bytes, head.pages, head.frame, head.mark, len(record.numbers),
    )  # fmt: skip
    content = begin + record.numbers.astype("<u4").tobytes() + record.sums.astype("<u8").tobytes()
    return content + _CLOSE.pack(xxhash.xxh3_64_intdigest(content), len(content) + _CLOSE.size)


def _records(content: bytes) -> Iterator[tuple[Record, int]]:
    """Yield every whole record from the beginning, and where it ends."""
    at = 0
    while (found := _record(content, at)) is not None:
        yield found
        at = found[1]


def _record(content: bytes, at: int) -> tuple[Record, int] | None:
    """Return the record that begins somewhere, and where it ends; ``None`` where no whole one does."""
    if len(content) - at < _HEAD.size + _CLOSE.size or content[at : at + len(_MAGIC)] != _MAGIC:
        return None
    _, lineage, changes, token, cookie, page_bytes, pages, frame, mark, count = _HEAD.unpack_from(content, at)
    numbers = at + _HEAD.size
    sums = numbers + 4 * count
    close = sums + 8 * count
    if len(content) < close + _CLOSE.size:
        return None
    if _CLOSE.unpack_from(content, close) != (
        xxhash.xxh3_64_intdigest(memoryview(content)[at:close]),
        close + _CLOSE.size - at,
    ):
        return None
    head = Head(Stamp(lineage, changes, token, cookie), page_bytes, pages, frame, mark)
    entries = (np.frombuffer(content, "<u4", count, numbers), np.frombuffer(content, "<u8", count, sums))
    return Record(head, *entries), close + _CLOSE.size
