"""Bytes that come in once, from front to end: standard input."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import BinaryIO

from dedupe.files.streams import BLOCK, compression_of, expand


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An open stream of bytes that is no file: it has no suffix and no size, and nothing in it is reached twice.

    Attributes:
        name: Its id; a record in it that has no id is called ``name:line``.
        source: Open for reading. It stays the caller's to close.
    """

    name: str
    source: BinaryIO

    def blocks(self) -> Iterator[bytes]:
        """Yield its bytes in blocks, decompressed if the first of them say that they are compressed.

        Raises:
            DamagedStreamError: As :class:`~dedupe.files.streams.Blocks` does.
            MissingExtraError: They are zstd, and the ``zstandard`` package is not installed.
            OSError: Reading failed.
        """
        plain = iter(partial(self.source.read, BLOCK), b"")
        head = next(plain, b"")
        kind = compression_of(head)
        whole = chain([head] if head else [], plain)
        return expand(whole, kind) if kind else whole
