"""The write-ahead log as it lies on disk: which pages it changes, and into what.

By the file format (https://www.sqlite.org/fileformat2.html#walformat): a header, then frames, each a page behind its
number. SQLite says how many of the frames count; behind them may stand others, of transactions that were undone or are
long copied. It has no locks on this file, so that to open and close it here takes none of them away.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe.engine.index.postings import UInt64s
from dedupe.errors import CorruptStoreError

UInt32s = NDArray[np.uint32]

_HEADER = 32
_FRAME = 24
_AT_ONCE = 128
"""Frames read together: 1 MB."""


def page_sum(page: bytes | bytearray | memoryview, number: int) -> int:
    """Return the sum of a page under its number; never 0, which stands for a page without one."""
    return xxhash.xxh3_64_intdigest(page, number) or 1


@dataclass(frozen=True, slots=True)
class Frames:
    """What some frames make of the file.

    Attributes:
        numbers: The pages they change, ascending and distinct; none of them above ``pages``.
        sums: What the last frame of each holds, as a sum.
        commits: Transactions that end in one of them.
        pages: Pages of the file after the last of them.
        mark: What tells the last of them: SQLite's own checksum of all frames up to it.
    """

    numbers: UInt32s
    sums: UInt64s
    commits: int
    pages: int
    mark: bytes


class Log:
    """A write-ahead log, opened for reading while nobody writes to it.

    Attributes:
        page_bytes: Bytes of a page.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: There is none.
            CorruptStoreError: Its header is none.
        """
        self._path = path
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        header = os.pread(self._file, _HEADER, 0)
        self._salts = header[16:24]
        self.page_bytes = int.from_bytes(header[8:12], "big")
        if len(header) < _HEADER or header[:3] != b"\x37\x7f\x06" or not 512 <= self.page_bytes <= 65_536:
            os.close(self._file)
            raise CorruptStoreError(f"{path} has no header of a log")

    def __enter__(self) -> Self:
        """Return it; leaving closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        os.close(self._file)

    def mark(self, frame: int) -> bytes:
        """Return SQLite's checksum of all frames up to one of them, the first of which is 1."""
        return os.pread(self._file, 8, _HEADER + (frame - 1) * (_FRAME + self.page_bytes) + 16)

    def frames(self, begin: int, end: int) -> Frames:
        """Read the frames behind the first ``begin`` up to and with ``end``, which ends a transaction.

        Raises:
            CorruptStoreError: They are not there, or not of one piece.
        """
        heads, sums = [], []
        for first in range(begin, end, _AT_ONCE):
            read, summed = self._read(first, min(first + _AT_ONCE, end))
            heads.append(read)
            sums.append(summed)
        head = np.concatenate(heads)
        pages = int(head[-1, 1])
        if not pages:
            raise CorruptStoreError(f"{self._path} ends within a transaction")
        numbers, last = np.unique(head[::-1, 0], return_index=True)
        changed = np.concatenate(sums)[::-1][last]
        kept = numbers <= pages
        commits = int(np.count_nonzero(head[:, 1]))
        return Frames(numbers[kept], changed[kept], commits, pages, head[-1, 4:6].astype(">u4").tobytes())

    def _read(self, begin: int, end: int) -> tuple[UInt32s, UInt64s]:
        """Return the six numbers before each page of some frames, and the sums of the pages."""
        size = _FRAME + self.page_bytes
        content = os.pread(self._file, (end - begin) * size, _HEADER + begin * size)
        if len(content) < (end - begin) * size:
            raise CorruptStoreError(f"{self._path} ends before frame {end}")
        heads = np.frombuffer(content, dtype=">u4").reshape(end - begin, size // 4)[:, :6].astype(np.uint32)
        if (heads[:, 2:4] != np.frombuffer(self._salts, dtype=">u4")).any():
            raise CorruptStoreError(f"{self._path} was begun again before frame {end}")
        view = memoryview(content)
        places = range(_FRAME, len(content), size)
        numbers = heads[:, 0].tolist()
        sums = [page_sum(view[at : at + self.page_bytes], number) for at, number in zip(places, numbers, strict=True)]
        return heads, np.array(sums, dtype=np.uint64)
