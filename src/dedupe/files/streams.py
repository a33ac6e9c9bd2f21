"""Bytes of a file in blocks, decompressed where they are compressed, never more than a sane multiple of what came in.

A megabyte of gzip can hold a gigabyte, a megabyte of zstd ten times that. Both are read in blocks with a cap on the
output of each step, and a stream that grows beyond :data:`MAX_RATIO` is refused by name. Memory stays at a few blocks.
"""

import importlib
import os
import zlib
from collections.abc import Iterator
from types import ModuleType
from typing import Protocol

from dedupe.errors import MissingExtraError

BLOCK = 1 << 20
"""Bytes read and bytes put out at once."""
MAX_RATIO = 300
"""Bytes out for one byte in beyond which a stream is refused. Text packs 3 to 10 fold, endless repeats 1,000 fold."""
RATIO_FROM = 64 * BLOCK
"""Output below which the ratio is not looked at: a small file of blanks harms nobody."""

_ZSTD_STEP = 512

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class DamagedStreamError(Exception):
    """A compressed stream is cut short, damaged, or expands without measure; the message says which."""


class Decompressor(Protocol):
    """What both decompressors offer: output in bounded pieces, and whether a member ended."""

    @property
    def eof(self) -> bool:
        """Whether the member ended."""

    def feed(self, data: memoryview) -> bytes:
        """Take input, return at most a block of output."""

    def rest(self) -> memoryview:
        """Return the input that has not been used."""


def compression_of(head: bytes) -> str:
    """Return ``gzip``, ``zstd`` or an empty string, by the first bytes."""
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    return "zstd" if head.startswith(ZSTD_MAGIC) else ""


def read_blocks(descriptor: int) -> Iterator[bytes]:
    """Yield a file's bytes in blocks, decompressed if its first bytes say that it is compressed.

    Raises:
        DamagedStreamError: The stream is cut, damaged or a bomb; blocks before the damage have been yielded.
        MissingExtraError: It is zstd and the ``zstandard`` package is not installed.
        OSError: The disk failed.
    """
    head = os.read(descriptor, BLOCK)
    kind = compression_of(head)
    blocks = _plain(descriptor, head)
    yield from _expand(blocks, kind) if kind else blocks


def _plain(descriptor: int, head: bytes) -> Iterator[bytes]:
    while head:
        yield head
        head = os.read(descriptor, BLOCK)


def _expand(blocks: Iterator[bytes], kind: str) -> Iterator[bytes]:
    """Decompress one member after the other, watching how much comes out for what went in."""
    make = _Gzip if kind == "gzip" else _Zstd
    decompressor: Decompressor | None = None
    taken = given = 0
    for block in blocks:
        taken += len(block)
        data = memoryview(block)
        while data:
            if decompressor is None:
                if not bytes(data).strip(b"\0"):  # padding behind the last member
                    break
                decompressor = make()
            output = decompressor.feed(data)
            data = decompressor.rest()
            given += len(output)
            if given > RATIO_FROM and given > MAX_RATIO * taken:
                grown = f"expands more than {MAX_RATIO}-fold ({taken} bytes to over {given})"
                raise DamagedStreamError(f"{grown}: refused as a decompression bomb")
            if output:
                yield output
            if decompressor.eof:
                decompressor = None
            elif not output and not data:
                break
    if decompressor is not None:
        raise DamagedStreamError(f"{kind} stream ends early: the file was cut")


class _Gzip:
    """One gzip member."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    def feed(self, data: memoryview) -> bytes:
        try:
            return self._member.decompress(data, BLOCK)
        except zlib.error as error:
            raise DamagedStreamError(f"damaged gzip stream: {error}") from error

    def rest(self) -> memoryview:
        return memoryview(self._member.unused_data if self._member.eof else self._member.unconsumed_tail)


class _Zstd:
    """One zstd frame.

    ``zstandard`` bounds neither ``decompress`` nor ``decompressobj`` by an output size, and its stream reader does not
    tell a cut file from a whole one. So input is fed in small pieces: a zstd block makes at most 128 KiB and takes at
    least 4 bytes (RFC 8878, 3.1.1.2), which bounds one step's output by :data:`_ZSTD_STEP` * 32 KiB.
    """

    def __init__(self) -> None:
        package = _zstandard()
        self._frame = package.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self._error = package.ZstdError
        self._rest = memoryview(b"")

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    def feed(self, data: memoryview) -> bytes:
        piece, self._rest = data[:_ZSTD_STEP], data[_ZSTD_STEP:]
        try:
            output = bytes(self._frame.decompress(piece))
        except self._error as error:
            raise DamagedStreamError(f"damaged zstd stream: {error}") from error
        if self.eof:
            self._rest = data[len(piece) - len(self._frame.unused_data) :]
        return output

    def rest(self) -> memoryview:
        return self._rest


def _zstandard() -> ModuleType:
    """Import the optional package, naming the extra that brings it."""
    try:
        return importlib.import_module("zstandard")
    except ImportError as error:
        raise MissingExtraError.for_package("zstandard", extra="zst", purpose="reading .zst files") from error
