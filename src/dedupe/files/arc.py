"""Read ARC files, the format that web archives wrote before WARC.

A record is one line (``URL IP-address Archive-date Content-type Archive-length``, more fields in version 2) and so many
bytes. There is no mark by which the next record could be found again behind damage, so reading ends there, by name.

Format: Internet Archive, "ARC file format" (1996), versions 1 and 2.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from dedupe.files.captures import Capture, capture_id, clean_field, document_of, is_lookup, others
from dedupe.files.jsonl import failed
from dedupe.files.streams import BLOCK, DamagedStreamError
from dedupe.records import Document, Skipped

OPENING = b"filedesc:"
"""How every ARC file begins: its first record describes the file."""
_MAX_LINE = 1 << 16
_MAX_DIGITS = 15
_FIELDS = {b"1": 5, b"2": 10}
"""Fields of a record's line, by version."""
_TYPE_FROM_END = {5: -2, 10: -7}
"""Where the content type stands among them."""


def read_arc(blocks: Iterator[bytes], name: str, max_bytes: int) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each capture, and one line for other records.

    A document's id is its address and time, as in a WARC file; a second one of the same id is called ``name:number``.

    Args:
        blocks: The file's decompressed bytes.
        name: The file's id.
        max_bytes: Larger pages are skipped, packed or unpacked.
    """
    stream = _Bytes(blocks)
    counts = Counter[str]()
    ids = set[str]()
    number, fields = 0, _FIELDS[b"1"]
    while (line := _next_line(stream)) is not None:
        number += 1
        block = _block(line, fields, stream)
        if block is None:
            shown = line[:80].decode("latin-1")
            reason = f"not an ARC record before byte {stream.position}: {shown!r}; nothing behind it was read"
            yield failed(f"{name}:{number}", reason)
            stream.told()
            break
        capture = _capture(line, fields, f"{name}:{number}", block)
        if capture.id in ids:
            capture = replace(capture, id=f"{name}:{number}")
        ids.add(capture.id)
        entry: Document | Skipped | None = None
        if number == 1 and line.startswith(OPENING):
            fields = _FIELDS.get(capture.read(_MAX_LINE)[:1], fields)
            counts["filedesc"] += 1
        elif is_lookup(capture.url):
            counts["dns"] += 1
        else:
            entry = document_of(capture, max_bytes)
        missing = block.finish()
        if missing:
            why = stream.told() or "the file ends in the middle of it"
            reason = f"record cut after {capture.length - missing} of {capture.length} bytes: {why}"
            yield capture.skipped(reason, failed=True)
        elif entry is not None:
            yield entry
    if stream.problem:
        yield failed(f"{name}:{number + 1}", f"{stream.problem}; nothing behind it was read")
    if counts:
        yield others(counts, name)


def _block(line: bytes, fields: int, stream: "_Bytes") -> "_Block | None":
    """Return what stands behind a record's line; ``None`` where the line is none."""
    parts = line.rsplit(b" ", fields - 1)
    if len(parts) != fields or not parts[-1].isdigit() or len(parts[-1]) > _MAX_DIGITS:
        return None
    return _Block(stream, int(parts[-1]))


def _capture(line: bytes, fields: int, fallback_id: str, block: "_Block") -> Capture:
    parts = line.rsplit(b" ", fields - 1)
    url = clean_field(parts[0].decode("utf-8", "replace"))
    return Capture(
        id=capture_id(url, _iso(parts[2].decode("latin-1")), fallback_id),
        url=url,
        content_type=parts[_TYPE_FROM_END[fields]].decode("latin-1"),
        length=block.left,
        read=block.read,
    )


def _iso(date: str) -> str:
    """Write ``20220119080000`` as WARC writes it; anything else as it stands."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", date)
    return "{}-{}-{}T{}:{}:{}Z".format(*found.groups()) if found else date


def _next_line(stream: "_Bytes") -> bytes | None:
    """Return the next record's line, without the newline that ends the record before it."""
    while (line := stream.line()) is not None:
        if line.strip():
            return line.strip()
    return None


class _Block:
    """Reads one record's bytes and no more."""

    def __init__(self, stream: "_Bytes", length: int) -> None:
        self._stream = stream
        self.left = length

    def read(self, size: int) -> bytes:
        """Return up to ``size`` more bytes; fewer only where the block or the file ends."""
        piece = self._stream.read(min(size, self.left))
        self.left -= len(piece)
        return piece

    def finish(self) -> int:
        """Read to the end and return how many bytes are missing."""
        while self.read(BLOCK):
            pass
        return self.left


class _Bytes:
    """A file's bytes by line and by number; where it breaks it ends, and says why."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._pending = memoryview(b"")
        self.position = 0
        self.problem = ""

    def told(self) -> str:
        """Return why reading stopped early and forget it: it is reported once."""
        problem, self.problem = self.problem, ""
        return problem

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer only where the file ends."""
        parts: list[memoryview] = []
        while size > 0 and self._more():
            piece = self._pending[:size]
            self._pending = self._pending[len(piece) :]
            self.position += len(piece)
            size -= len(piece)
            parts.append(piece)
        return b"".join(parts)

    def line(self) -> bytes | None:
        """Return the next line without its newline, at most 64 kB of it; ``None`` at the end."""
        line = b""
        while len(line) < _MAX_LINE and self._more():
            head, newline, _ = bytes(self._pending[:_MAX_LINE]).partition(b"\n")
            self.read(len(head) + len(newline))
            line += head
            if newline:
                return line
        return line or None

    def _more(self) -> bool:
        try:
            while not self._pending:
                block = next(self._blocks, None)
                if block is None:
                    return False
                self._pending = memoryview(block)
        except (DamagedStreamError, OSError) as error:
            self.problem = str(error)
            self._blocks = iter(())
        return bool(self._pending)
