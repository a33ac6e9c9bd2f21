"""Find the next member of a compressed file behind one that is damaged.

Web archives pack every record for itself, so that one can be reached without reading what stands before it. The same
helps when a member cannot be read: the record behind it can.
"""

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice

from dedupe.files.streams import BLOCK, GZIP_MAGIC, ZSTD_MAGIC, Blocks, DamagedStreamError, compression_of, expand

_OPENINGS = {"gzip": GZIP_MAGIC + b"\x08", "zstd": ZSTD_MAGIC}
_ENOUGH = 1 << 12
"""Bytes of a member that are unpacked to see how it begins."""
_MAX_FALSE_STARTS = 1_000
"""Places that look like a member's start and are none, after which the search is given up. By chance there is one in
16 million bytes; more were put there."""


class MemberFile:
    """A file that can be read from any member's start.

    Args:
        descriptor: An open regular file; it stays the caller's to close.
        opens: Tells from the first bytes of a member, unpacked, whether reading can begin there.
    """

    def __init__(self, descriptor: int, opens: Callable[[bytes], bool]) -> None:
        """Keep the file; its position is moved by every method."""
        self._descriptor = descriptor
        self._opens = opens

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Yield the decompressed bytes from a member's start on; see :class:`~dedupe.files.streams.Blocks`."""
        os.lseek(self._descriptor, start, os.SEEK_SET)
        return Blocks(self._descriptor)

    def member_behind(self, offset: int) -> int | None:
        """Return where the next member begins that stands behind an offset; ``None`` where none does.

        The few bytes that open a member can stand inside compressed data as well, so what they open is looked at.
        """
        kind = compression_of(self._read(0, len(ZSTD_MAGIC)))
        if not kind:
            return None
        candidates = islice(self._candidates(_OPENINGS[kind], offset + 1), _MAX_FALSE_STARTS)
        return next((position for position in candidates if self._begins(position, kind)), None)

    def _candidates(self, opening: bytes, position: int) -> Iterator[int]:
        while len(window := self._read(position, BLOCK)) >= len(opening):
            for found in re.finditer(re.escape(opening), window):
                yield position + found.start()
            position += len(window) - len(opening) + 1

    def _begins(self, position: int, kind: str) -> bool:
        """Tell whether a member that can be read begins here."""
        try:
            return self._opens(next(expand(iter([self._read(position, _ENOUGH)]), kind), b""))
        except DamagedStreamError:
            return False

    def _read(self, position: int, size: int) -> bytes:
        os.lseek(self._descriptor, position, os.SEEK_SET)
        return os.read(self._descriptor, size)
