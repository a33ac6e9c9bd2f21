"""Blocks of the segments on their way from the file: several at a time, and the last used ones kept in memory."""

import sqlite3
from collections.abc import Sequence

from dedupe.engine.index.postings import Table, unseal
from dedupe.errors import CorruptStoreError

KEPT_BLOCKS = 12_288
"""Blocks kept in memory, the last used ones: 50 MB at most. A block never changes; its number is never given again."""

NUMBER_BITS = 32
"""A block's number is its segment's id, shifted by this, plus its place."""

_AT_ONCE = 256
"""Blocks that one statement asks for."""


class Blocks:
    """The blocks of one file, by number, with those that were asked for lately.

    There are two halves. What is asked for goes into the young one; when that is full it becomes the old one, and what
    was not asked for since is let go: as good as knowing the order of all requests, for one look-up a block.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with none."""
        self._connection = connection
        self._young: dict[int, bytes] = {}
        self._old: dict[int, bytes] = {}

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old = {}, {}

    def passing(self, numbers: Sequence[int]) -> list[bytes]:
        """Return distinct blocks that are read once, by a merge or a check; they take no other block's place.

        Raises:
            CorruptStoreError: One is not there, or not what was written.
        """
        known = {number: self._young.get(number) or self._old.get(number) for number in numbers}
        missing = [number for number, block in known.items() if block is None]
        read = dict(zip(missing, self._read(missing), strict=True))
        return [known[number] or read[number] for number in numbers]

    def some(self, numbers: Sequence[int]) -> list[bytes]:
        """Return blocks, in the order of their numbers as given.

        Raises:
            CorruptStoreError: One is not there, or not what was written.
        """
        young, old = self._young, self._old
        aged = dict.fromkeys(number for number in numbers if number not in young)
        missing = []
        for number in aged:
            block = old.get(number)
            if block is None:
                missing.append(number)
            else:
                young[number] = block
        young.update(zip(missing, self._read(missing), strict=True))
        if 2 * len(young) >= KEPT_BLOCKS:
            self._young, self._old = {}, young
        return list(map(young.__getitem__, numbers))

    def _read(self, numbers: list[int]) -> list[bytes]:
        sealed: dict[int, object] = {}
        for begin in range(0, len(numbers), _AT_ONCE):
            part = numbers[begin : begin + _AT_ONCE]
            size = 1 << (len(part) - 1).bit_length()  # few different statements, which SQLite need not prepare again
            marks = ",".join("?" * size)
            query = f"SELECT number, data FROM blocks WHERE number IN ({marks})"  # noqa: S608 - question marks
            sealed.update(self._connection.execute(query, part + part[-1:] * (size - len(part))))
        return [_opened(number, sealed.get(number)) for number in numbers]


def _opened(number: int, sealed: object) -> bytes:
    payload = unseal(Table.BLOCKS, number, sealed)
    if payload is None:
        where = f"block {number & 0xFFFF_FFFF} of segment {number >> NUMBER_BITS}"
        raise CorruptStoreError(f"{where} of the look-up tables is {'missing' if sealed is None else 'damaged'}")
    return payload
