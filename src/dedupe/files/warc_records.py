"""Frame the records of a WARC file with ``fastwarc``, and notice what it passes over in silence.

Like every reader of the format it takes the end of the bytes for the end of the file, a header that was cut for an
empty record, and stops at the first byte that is no record. Here each record's declared length is held against what
was there, and reading goes on with the next record that can be found behind the damage.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dedupe.files.captures import Capture, capture_id, clean_field
from dedupe.files.http_payload import fastwarc
from dedupe.files.jsonl import failed
from dedupe.files.members import MemberFile
from dedupe.files.streams import BLOCK, DamagedStreamError
from dedupe.records import Skipped

_NEXT_RECORD = re.compile(rb"\nWARC/[01]\.\d{1,3}\r?\n")
_VERSION_LINE = 16
"""Bytes that may hold the begin of the line that opens a record: more than the longest such line."""
_PIECE = 1 << 16
_GAP = 100
"""Bytes between two records that newlines and blanks can account for. The parser's lenient mode, the only one that
knows lines ending in a bare newline, passes over broken records without a word."""
_RETAINED = 4
"""Pieces handed to the parser that are kept, so that reading can go on behind a damaged header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One framed record.

    Attributes:
        number: Which record of the file it is, from 1.
        kind: Its ``WARC-Type``.
        headers: By lower-case name; of a name given twice the first counts.
        capture: What it holds.
        block: Reads what it holds, and knows how much of it was there.
    """

    number: int
    kind: str
    headers: dict[str, str]
    capture: Capture
    block: "Block"


class Block:
    """Reads one record's block; valid until the next record is asked for."""

    def __init__(self, reader: Any, length: int, stream: "_Stream") -> None:
        """Wrap the parser's reader of a block of so many bytes."""
        self._reader = reader
        self._length = length
        self._seen = 0
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return up to ``size`` more bytes; fewer only where the block or the file ends."""
        parts: list[bytes] = []
        while size > 0 and self._reader is not None and (part := self._reader.read(size)):
            parts.append(part)
            size -= len(part)
            self._seen += len(part)
        return b"".join(parts)

    def finish(self) -> str:
        """Read to the end and say what is missing; an empty string where nothing is."""
        while self.read(BLOCK):
            pass
        if self._seen >= self._length:
            return ""
        why = self._stream.told() or "the file ends in the middle of it"
        return f"record cut after {self._seen} of {self._length} bytes: {why}"


def frame_records(file: MemberFile, name: str) -> Iterator[Record | Skipped]:
    """Yield a file's records in order, and a failure for each place where no record could be framed.

    Args:
        file: The file; it is read from its start.
        name: The file's id; a record without address or time, and every failure, is called ``name:number``.

    Raises:
        MissingExtraError: ``fastwarc`` is not installed.
    """
    package = fastwarc("warc", purpose="reading WARC files")
    stream = _Stream(file)
    number, end = 0, 0
    while True:
        damage = ""
        lenient = stream.ends_lines_with_newline()
        for found in _framed(package, stream, lenient=lenient):
            number += 1
            if isinstance(found, str):
                damage = found
                break
            if lenient and found.stream_pos > end + _GAP:
                reason = f"{found.stream_pos - end} bytes before byte {found.stream_pos} are no record"
                yield failed(f"{name}:{number}", reason)
                number += 1
            record = _record(found, number, f"{name}:{number}", stream)
            end = found.stream_pos + _size(found)
            yield record
        if damage:
            behind = stream.resume(end + _VERSION_LINE)
            passed = f"{behind - end} bytes passed over" if behind is not None else "no record behind it"
            why = stream.told() if behind is None else ""
            yield failed(f"{name}:{number}", why or f"{damage} at byte {end} or just behind; {passed}")
            end = end if behind is None else behind
        if stream.problem:
            told, problem = stream.problem_told, stream.told()
            goes_on = stream.skip_member()
            if not told:
                number += 1
                passed = "reading goes on behind it" if goes_on else "nothing behind it was read"
                yield failed(f"{name}:{number}", f"{problem}; {passed}")
            end = stream.tell()
        elif not damage:
            return
        if not stream.more():
            return


def _framed(package: ModuleType, stream: "_Stream", *, lenient: bool) -> Iterator[Any]:
    """Yield what the parser frames, and as its last word why it could not go on."""
    try:
        yield from package.ArchiveIterator(stream, parse_http=False, stream_detect=False, quirks_mode=lenient)
    except OSError as error:
        yield f"no valid record ({str(error).rstrip('.')})"
    except BaseException as error:  # a panic in the Rust parser is no Exception
        if type(error).__name__ != "PanicException":
            raise
        yield "no valid record (the parser failed)"


def _size(found: Any) -> int:
    """Return a little less than a record's bytes: its header is counted without optional blanks."""
    return int(found.content_length) + sum(len(name) + len(value) + 3 for name, value in found.headers.items())


def _record(found: Any, number: int, fallback_id: str, stream: "_Stream") -> Record | Skipped:
    headers = {name.lower(): value for name, value in reversed(list(found.headers.items()))}
    url = clean_field(headers.get("warc-target-uri"))
    record_id = capture_id(url, clean_field(headers.get("warc-date")), fallback_id)
    length = int(found.content_length)
    if headers.get("content-length", "").strip() != str(length):
        why = stream.told() or "cut or damaged"
        return failed(record_id, f"a record header without a valid Content-Length at byte {found.stream_pos}: {why}")
    block = Block(found.reader, length, stream)
    capture = Capture(
        id=record_id,
        url=url,
        content_type=headers.get("content-type", ""),
        length=length,
        read=block.read,
    )
    kind = headers.get("warc-type", "").strip().lower() or "without a type"
    return Record(number=number, kind=kind[:40], headers=headers, capture=capture, block=block)


class _Stream:
    """The file that ``fastwarc`` reads: it never raises, and it can go back a little to find a record."""

    def __init__(self, file: MemberFile) -> None:
        self._file = file
        self._start = 0
        self._damaged_member = 0
        self._blocks = file.blocks()
        self._pending = b""
        self._given: deque[bytes] = deque(maxlen=_RETAINED)
        self._position = 0
        self.problem = ""
        self.problem_told = False

    def told(self) -> str:
        """Return why reading stopped early, once it is to be reported; empty where it did not."""
        self.problem_told = bool(self.problem)
        return self.problem

    def tell(self) -> int:
        """Return how many bytes have been handed out."""
        return self._position

    def read(self, size: int = _PIECE) -> bytes:
        """Return at most ``size`` bytes; none where the file ends or breaks."""
        if not self.more():
            return b""
        piece = self._pending[:size]
        self._pending = self._pending[len(piece) :]
        self._position += len(piece)
        self._given.append(piece)
        return piece

    def more(self) -> bool:
        """Tell whether there are bytes that have not been handed out."""
        if not self._pending:
            self._pending = self._next()
        return bool(self._pending)

    def ends_lines_with_newline(self) -> bool:
        """Tell whether the next line ends in a bare newline, as some old writers have it."""
        self.more()
        line, newline, _ = self._pending[:100].lstrip().partition(b"\n")
        return bool(newline) and line.startswith(b"WARC/") and not line.endswith(b"\r")

    def resume(self, behind: int) -> int | None:
        """Go to the next record that begins behind an offset; return where, ``None`` where there is none."""
        kept = b"".join(self._given)
        start = self._position - len(kept)
        window = (kept + self._pending)[max(0, behind - start) :]
        start = max(start, behind)
        while (found := _NEXT_RECORD.search(window)) is None:
            following = self._next()
            if not following:
                self._pending = b""
                return None
            tail = window[-_VERSION_LINE:]  # the line that opens a record may lie across two blocks
            start += len(window) - len(tail)
            window = tail + following
        self._position = start + found.start() + 1
        self._pending = window[found.start() + 1 :]
        self._given.clear()
        return self._position

    def skip_member(self) -> bool:
        """Go on behind a member that could not be read; say whether there is anything."""
        start = self._file.member_behind(self._damaged_member)
        self.problem, self.problem_told = "", False
        self._given.clear()
        self._pending = b""
        if start is None:
            return False
        self._start = start
        self._blocks = self._file.blocks(start)
        return True

    def _next(self) -> bytes:
        try:
            return next(self._blocks, b"")
        except (DamagedStreamError, OSError) as error:
            self.problem = str(error)
            self._damaged_member = self._start + getattr(error, "member", 0)
            self._blocks = iter(())
            return b""
