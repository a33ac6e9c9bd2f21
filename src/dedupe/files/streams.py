"""Bytes of a file in blocks, decompressed where they are compressed, never more than a sane multiple of what came in.

A megabyte of gzip can hold a gigabyte, a megabyte of zstd ten times that. Both are read in blocks with a cap on the
output of each step, and a stream that grows beyond :data:`MAX_RATIO` is refused by name. Memory stays at a few blocks.
"""

import importlib
import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
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
_GZIP_STEP = 1 << 16
"""Input fed at once: no more than this is copied behind a small member, and no more is lost before damage."""

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class DamagedStreamError(Exception):
    """A compressed stream is cut short, damaged, or expands without measure; the message says which.

    Attributes:
        member: Where the member that cannot be read begins, in bytes from where reading began.
    """

    member: int = 0


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


class Blocks(Iterator[bytes]):
    """A file's bytes in blocks, decompressed if its first bytes say that it is compressed.

    Both ways to read raise :class:`DamagedStreamError` where the stream is cut, damaged or a bomb, behind the bytes
    before the damage; :class:`MissingExtraError` where it is zstd and the ``zstandard`` package is not installed; and
    ``OSError`` where the disk failed.

    Args:
        source: An open file, which stays the caller's to close; or blocks that were made elsewhere.
    """

    def __init__(self, source: int | Iterator[bytes]) -> None:
        """Read nothing yet."""
        self._descriptor = source if isinstance(source, int) else None
        self._made: Iterator[bytes] = iter(()) if isinstance(source, int) else source
        self._left = memoryview(b"")
        self._begun = False

    def __next__(self) -> bytes:
        """Return the next block."""
        if self._left:
            block, self._left = bytes(self._left), self._left[:0]
            return block
        if self._descriptor is not None:
            block = os.read(self._descriptor, BLOCK)
            if not self._opens_packed(block):
                if block:
                    return block
                raise StopIteration
        return next(self._made)

    def readinto(self, room: memoryview) -> int:
        """Read into memory of the caller's; return how many bytes, 0 at the end."""
        if self._descriptor is not None:
            size = io.FileIO(self._descriptor, closefd=False).readinto(room)
            if not self._opens_packed(room[:size]):
                return size
        size = 0
        while size < len(room) and self._has_more(raises=not size):
            count = min(len(room) - size, len(self._left))
            room[size : size + count], self._left = self._left[:count], self._left[count:]
            size += count
        return size

    def _has_more(self, *, raises: bool) -> bool:
        """Tell whether there is anything left; what goes wrong is raised, or kept for the next time."""
        while not self._left:
            self._left = memoryview(b"")  # what nothing is left of can be large
            try:
                self._left = memoryview(next(self._made))
            except StopIteration:
                return False
            except (DamagedStreamError, OSError) as error:
                if raises:
                    raise
                self._made = _failing(error)
                return False
        return True

    def _opens_packed(self, head: bytes | memoryview) -> bool:
        """Tell whether a file is compressed, by its first bytes; if so, unpack it from now on."""
        kind = "" if self._begun else compression_of(bytes(head[:4]))
        self._begun = True
        if kind and self._descriptor is not None:
            self._made, self._descriptor = expand(_plain(self._descriptor, bytes(head)), kind), None
        return bool(kind)


def _failing(error: Exception) -> Iterator[bytes]:
    raise error
    yield b""


def _plain(descriptor: int, head: bytes) -> Iterator[bytes]:
    while head:
        yield head
        head = os.read(descriptor, BLOCK)


@dataclass(slots=True)
class _Counts:
    """Bytes taken and given so far, and where the member began that is being read."""

    taken: int = 0
    given: int = 0
    member: int = 0

    def check(self) -> None:
        """Refuse what expands without measure."""
        if self.given > RATIO_FROM and self.given > MAX_RATIO * self.taken:
            grown = f"expands more than {MAX_RATIO}-fold ({self.taken} bytes to over {self.given})"
            raise DamagedStreamError(f"{grown}: refused as a decompression bomb")


def expand(blocks: Iterator[bytes], kind: str) -> Iterator[bytes]:
    """Decompress one member after the other, as ``kind`` says; an error says which member could not be read."""
    counts = _Counts()
    try:
        yield from _members(blocks, kind, counts)
    except DamagedStreamError as error:
        error.member = counts.member
        raise


def _members(blocks: Iterator[bytes], kind: str, counts: _Counts) -> Iterator[bytes]:
    """Decompress, watching how much comes out for what went in."""
    make = _Gzip if kind == "gzip" else _Zstd
    decompressor: Decompressor | None = None
    for block in blocks:
        counts.taken += len(block)
        data = memoryview(block)
        while data:
            if decompressor is None:
                if not data[0] and not bytes(data).strip(b"\0"):  # padding behind the last member
                    break
                decompressor, counts.member = make(), counts.taken - len(data)
            output = decompressor.feed(data)
            data = decompressor.rest()
            counts.given += len(output)
            counts.check()
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
        self._rest = memoryview(b"")
        self._begun = False
        self._damage = ""

    @property
    def eof(self) -> bool:
        return self._member.eof

    def feed(self, data: memoryview) -> bytes:
        if self._damage:
            raise DamagedStreamError(self._damage)
        piece = data[:_GZIP_STEP]
        before = self._member.copy() if self._begun else None
        self._begun = True
        try:
            output = self._member.decompress(piece, BLOCK)
        except zlib.error as error:
            self._damage = f"damaged gzip stream: {error}"
            # A wrong checksum condemns what it sums up; anything else only what stands behind it.
            if before is None or str(error).endswith("check"):
                raise DamagedStreamError(self._damage) from error
            self._rest = data
            return _sound_part(before, piece)
        unused = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        self._rest = data[len(piece) - len(unused) :]
        return output

    def rest(self) -> memoryview:
        return self._rest


def _sound_part(member: "zlib._Decompress", piece: memoryview) -> bytes:
    """Return what a piece of a damaged member holds before the damage, at most a block."""
    parts, size, position = list[bytes](), 0, 0
    for step in (4_096, 64, 1):
        while position < len(piece) and size < BLOCK:
            trial = member.copy()
            try:
                part = trial.decompress(piece[position : position + step])
            except zlib.error:
                break
            member = trial
            position += step
            size += len(part)
            parts.append(part)
    return b"".join(parts)


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
