"""Read folders and files of any supported kind as documents, one at a time.

What a file is shows in its content: pages, text and Markdown give one document each, JSON Lines, CSV and web archives
(WARC, ARC) one for each record. Only where content cannot tell (a broken first line of JSON Lines, a table) does the
suffix speak. Everything that cannot be read comes out as :class:`~dedupe.records.Skipped`, with the line where there
are lines.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Protocol, cast

from dedupe.config import Config
from dedupe.files.answers import OPENING_BYTES, is_answer
from dedupe.files.arc import OPENING as ARC_OPENING
from dedupe.files.arc import read_arc
from dedupe.files.delimited import has_text_column, header_columns, read_delimited
from dedupe.files.folders import File, find_files, open_regular
from dedupe.files.incoming import Incoming
from dedupe.files.jsonl import JsonProblem, decode_json, document_of, failed, read_jsonl
from dedupe.files.jsonl_texts import read_texts
from dedupe.files.members import MemberFile
from dedupe.files.records import read_records
from dedupe.files.streams import Blocks, DamagedStreamError
from dedupe.files.tables import TABLES, is_table, read_table, read_table_file
from dedupe.files.warc import opens_warc, read_warc
from dedupe.pages.inputs import Fields, coerce, require_many
from dedupe.pages.plain import PlainTexts
from dedupe.pages.sniff import binary_reason
from dedupe.records import Document, Skipped

_PACKED = {".gz", ".zst", ".zstd"}
_JSON_LINES = {".jsonl", ".ndjson", ".jl"}
_WARC = ".warc"
_DELIMITED = {".csv": None, ".tsv": "\t", ".tab": "\t"}


class SupportsArrow(Protocol):
    """A table in memory that offers its rows as an Arrow stream."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream as a PyCapsule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What every reader needs to know."""

    fields: Fields
    max_bytes: int
    plain: bool = False

    def json_lines(self, blocks: Iterator[bytes], name: str) -> "Iterator[Document | Skipped | PlainTexts]":
        """Read JSON Lines, as columns where that is wanted."""
        reader = read_texts if self.plain else read_jsonl
        return reader(blocks, name, self.fields, self.max_bytes)


class Reader(Iterator[Document | Skipped]):
    """What :func:`read` returns: documents, one at a time; or, for a run that takes texts as they are, columns of them.

    Args:
        found: The files, and what comes in behind them.
        held: Tables and records in memory, read after them.
        fields: Which field holds what.
        max_bytes: Largest page, line or row.
    """

    def __init__(
        self,
        found: Iterator[File | Incoming | Skipped],
        held: Sequence[SupportsArrow | Iterable[object]],
        *,
        fields: Fields,
        max_bytes: int,
    ) -> None:
        """Read nothing yet."""
        self._found = found
        self._held = held
        self._fields = fields
        self._max_bytes = max_bytes
        self._documents: Iterator[Document | Skipped] | None = None

    def __next__(self) -> Document | Skipped:
        """Return the next document, or why there is none."""
        if self._documents is None:
            self._documents = cast("Iterator[Document | Skipped]", self._entries(plain=False))
        return next(self._documents)

    def plain_texts(self) -> Iterator[Document | Skipped | PlainTexts]:
        """Yield the same, with the documents that are nothing but texts many at a time.

        For runs that look for no chrome and read no credits: a body is then made only of what somebody looks at. What
        was read already is not read again.
        """
        return self if self._documents is not None else self._entries(plain=True)

    def _entries(self, *, plain: bool) -> Iterator[Document | Skipped | PlainTexts]:
        reading = _Reading(fields=self._fields, max_bytes=self._max_bytes, plain=plain)
        for entry in self._found:
            yield from _read_one(entry, reading)
        for source in self._held:
            yield from _read_held(source, self._fields)


def read(
    *paths: str | os.PathLike[str] | SupportsArrow | Iterable[object] | Incoming,
    fields: Mapping[str, str] | None = None,
    config: Config | None = None,
) -> Reader:
    """Read files and folders, lazily, in the order of their ids within each path.

    Args:
        paths: Files and folders. Folders are read recursively; ids are POSIX paths relative to them. A table in memory
            (anything with ``__arrow_c_stream__``: pandas, Polars, Arrow) is read row by row, and so is any iterable of
            mappings or Documents. Behind all files comes what is read from elsewhere, then tables and records.
        fields: Which field or column holds what, where the usual names do not fit: ``{"text": "story"}``.
        config: ``max_page_bytes`` bounds a page, a line and a row.

    Returns:
        An iterator of documents, and of what could not be read and why. Both together are everything that was found.

    Raises:
        CorpusError: A path does not exist, or the only one cannot be read; raised before anything is yielded.
        ConfigError: ``fields`` names a meaning that no document has.
        InputError: A source is neither a path nor can be gone through, or holds what no document is made of.
        MissingExtraError: A file needs an optional package (``zst``, ``parquet``, ``warc``).
    """
    names = [path for path in paths if isinstance(path, str | os.PathLike)]
    incoming = [source for source in paths if isinstance(source, Incoming)]
    held = [source for source in paths if not isinstance(source, str | os.PathLike | Incoming)]
    for source in held:
        if not is_table(source):
            require_many(source)
    found = find_files(*names)
    first = next(found, None)  # the paths are checked now, not when the caller begins to iterate
    files = chain([first] if first else [], found, incoming)
    max_bytes = (config or Config()).max_page_bytes
    return Reader(files, held, fields=Fields.from_names(fields), max_bytes=max_bytes)


def _read_held(source: SupportsArrow | Iterable[object], fields: Fields) -> Iterator[Document | Skipped]:
    """Read a table or records in memory."""
    return read_table(source, fields) if is_table(source) else read_records(cast("Iterable[object]", source), fields)


def _read_one(entry: File | Incoming | Skipped, reading: _Reading) -> Iterator[Document | Skipped | PlainTexts]:
    """Read one file, whatever it is; what breaks in it costs only it."""
    if isinstance(entry, Skipped):
        yield entry
        return
    if isinstance(entry, Incoming):
        yield from _read_incoming(entry, reading)
        return
    try:
        descriptor = open_regular(entry.path)
    except (OSError, ValueError) as error:
        yield failed(entry.name, f"cannot be opened: {getattr(error, 'strerror', None) or error}")
        return
    try:
        yield from _read_open(descriptor, entry, reading)
    except (DamagedStreamError, OSError) as error:
        yield failed(entry.name, str(error))
    finally:
        os.close(descriptor)


def _read_open(descriptor: int, entry: File, reading: _Reading) -> Iterator[Document | Skipped | PlainTexts]:
    """Choose the reader by suffix where that is a promise, otherwise by the first block."""
    if is_answer(os.read(descriptor, OPENING_BYTES)):
        yield Skipped(id=entry.name, stage="read", reason="an answer that dedupe wrote, not a page")
        return
    os.lseek(descriptor, 0, os.SEEK_SET)
    suffix = _suffix(entry.name)
    blocks = Blocks(descriptor)
    if suffix in _JSON_LINES:
        yield from reading.json_lines(blocks, entry.name)
        return
    if suffix in _DELIMITED:
        yield from read_delimited(blocks, entry.name, reading.fields, reading.max_bytes, _DELIMITED[suffix])
        return
    head = next(blocks, b"")
    if head.startswith(TABLES):
        yield from read_table_file(entry.path, entry.name, reading.fields)
        return
    if opens_warc(head) or suffix == _WARC:
        yield from read_warc(MemberFile(descriptor, opens_warc), entry.name, reading.max_bytes)
        return
    yield from _read_by_content(head, blocks, entry.name, reading)


def _read_incoming(entry: Incoming, reading: _Reading) -> Iterator[Document | Skipped | PlainTexts]:
    """Read what has no suffix and is there only once."""
    try:
        blocks = entry.blocks()
        head = next(blocks, b"")
        if not head:
            yield failed(entry.name, "nothing came in; see whether what should have written it did")
        elif head.startswith(TABLES) or opens_warc(head):
            kind = "a web archive" if opens_warc(head) else "a Parquet or Arrow file"
            yield failed(entry.name, f"{kind}, which is not read from front to end; save it to a file and name that")
        else:
            yield from _read_by_content(head, blocks, entry.name, reading)
    except (DamagedStreamError, OSError) as error:
        yield failed(entry.name, str(error))


def _read_by_content(
    head: bytes, blocks: Iterator[bytes], name: str, reading: _Reading
) -> Iterator[Document | Skipped | PlainTexts]:
    """Choose the reader by the first block, of which the others are the rest."""
    whole = chain([head], blocks)
    if head.startswith(ARC_OPENING):
        yield from read_arc(whole, name, reading.max_bytes)
        return
    reason = binary_reason(head)
    if reason:
        yield Skipped(id=name, stage="read", reason=f"not text: {reason}")
    elif _opens_json(head):
        yield from _read_json(whole, name, reading)
    elif _opens_table(head, reading.fields):
        yield from read_delimited(whole, name, reading.fields, reading.max_bytes)
    else:
        yield _page(whole, name, reading.max_bytes)


def _suffix(name: str) -> str:
    """Return the suffix that tells the format, behind one of compression."""
    path = PurePosixPath(name)
    return (path.with_suffix("") if path.suffix.lower() in _PACKED else path).suffix.lower()


def _opens_json(head: bytes) -> bool:
    """Tell whether a file begins as JSON does and no text or Markdown would."""
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"{":
        return start[1:].lstrip()[:1] in {b'"', b"}"}
    return start[:1] == b"[" and start[1:].lstrip()[:1] in {b"{", b"]"}


def _opens_table(head: bytes, fields: Fields) -> bool:
    """Tell whether the first line is a header of at least two columns, one of which is known to hold text."""
    line = head[:65_536].split(b"\n", 1)[0]
    if not 0 < len(line) < 4096 or b"\n" not in head:
        return False
    columns = header_columns(line)
    return len(columns) > 1 and all(len(name) < 64 for name in columns) and has_text_column(columns, fields)


def _read_json(blocks: Iterator[bytes], name: str, reading: _Reading) -> Iterator[Document | Skipped | PlainTexts]:
    """Read JSON Lines, one JSON object, or an array of them; told apart by whether the first line is a whole object."""
    head = next(blocks, b"")
    first_line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    if first_line[:1] == b"{" and (b"\n" not in head.strip() or isinstance(decode_json(first_line), dict)):
        yield from reading.json_lines(chain([head], blocks), name)
        return
    content = _whole(chain([head], blocks), reading.max_bytes)
    if content is None:
        yield failed(name, f"JSON of more than {reading.max_bytes} bytes; make it JSON Lines, one record a line")
        return
    found = decode_json(content.removeprefix(b"\xef\xbb\xbf"))
    if isinstance(found, JsonProblem):
        yield failed(name, found.reason)
    elif isinstance(found, list):
        for position, record in enumerate(found, 1):
            yield _record(record, f"{name}:{position}", reading.fields)
    else:
        yield document_of(content.removeprefix(b"\xef\xbb\xbf"), name, reading.fields)


def _record(record: object, record_id: str, fields: Fields) -> Document | Skipped:
    if isinstance(record, dict | str):
        return coerce(record, record_id, fields)
    return failed(record_id, f"a JSON {type(record).__name__}, not an object with fields")


def _page(blocks: Iterator[bytes], name: str, max_bytes: int) -> Document | Skipped:
    """Return a whole file as one document whose content is sniffed when it is extracted."""
    content = _whole(blocks, max_bytes)
    if content is None:
        return Skipped(id=name, stage="read", reason=f"more than {max_bytes} bytes (max_page_bytes)")
    return Document(id=name, content=content)


def _whole(blocks: Iterator[bytes], max_bytes: int) -> bytes | None:
    """Join blocks, or return ``None`` as soon as they are too many."""
    parts, size = list[bytes](), 0
    for block in blocks:
        size += len(block)
        if size > max_bytes:
            return None
        parts.append(block)
    return b"".join(parts)
