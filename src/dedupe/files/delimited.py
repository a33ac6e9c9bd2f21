"""CSV and TSV: rows with a header, a broken row costs that row.

The csv module lets one unclosed quotation mark swallow the rest of a file. Here a row is put together line by line
until its quotation marks balance; when that leads nowhere only the line that opened it is given up, by number, and
reading goes on behind it.
"""

import csv
from collections.abc import Iterator

from dedupe.files.jsonl import failed
from dedupe.files.lines import split_lines
from dedupe.pages.charsets import decode
from dedupe.pages.inputs import ALIASES, Fields, coerce
from dedupe.records import Document, Skipped

_DELIMITERS = ",;\t|"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(
    blocks: Iterator[bytes], name: str, fields: Fields, max_bytes: int, delimiter: str | None = None
) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each row below the header.

    Args:
        blocks: The file's bytes in blocks.
        name: The file's id; a row without an id, and every problem, is called ``name:line``.
        fields: Which column holds what.
        max_bytes: Longest row that is read.
        delimiter: What parts the columns; the most frequent of ``, ; tab |`` in the header where not given.
    """
    # The limit is the process's; it is only ever raised, and a row is bounded by max_bytes before it gets there.
    csv.field_size_limit(max(csv.field_size_limit(), max_bytes))
    lines = _Lines(split_lines(blocks, max_bytes))
    first = lines.take()
    if first is None:
        return
    number, head = first
    if isinstance(head, str):
        yield failed(f"{name}:{number}", head)
        return
    if head.startswith(_WIDE_BOMS):
        yield failed(name, "CSV in UTF-16; save it as UTF-8")
        return
    names = _names(head, delimiter)
    mark, columns = names
    if not has_text_column(columns, fields):
        shown = ", ".join(repr(column[:40]) for column in columns[:8])
        yield Skipped(id=name, stage="read", reason=f"no text: none of the columns ({shown}) is known to hold any")
        return
    yield from _rows(lines, name, columns, fields, (mark, max_bytes))


def has_text_column(columns: list[str], fields: Fields) -> bool:
    """Tell whether a header names a column that holds text or HTML."""
    known = {name.casefold() for name in (*ALIASES["text"], *ALIASES["html"])}
    chosen = {name for meaning, name in fields.chosen if meaning in {"text", "html"}}
    return any(column.casefold() in known or column in chosen for column in columns)


def header_columns(line: bytes) -> list[str]:
    """Return the column names of a first line, as far as it is one."""
    return _names(line, None)[1]


class _Lines:
    """Numbered lines of which some can be put back."""

    def __init__(self, source: Iterator[tuple[int, bytes | str]]) -> None:
        self._source = source
        self._back: list[tuple[int, bytes | str]] = []

    def take(self) -> tuple[int, bytes | str] | None:
        return self._back.pop() if self._back else next(self._source, None)

    def put_back(self, lines: list[tuple[int, bytes | str]]) -> None:
        self._back.extend(reversed(lines))


def _rows(
    lines: _Lines, name: str, columns: list[str], fields: Fields, form: tuple[str, int]
) -> Iterator[Document | Skipped]:
    while (first := lines.take()) is not None:
        number, line = first
        row_id = f"{name}:{number}"
        if isinstance(line, str):
            yield failed(row_id, line)
            continue
        if not line.strip():
            continue
        row, more = _gather(line, lines, form[1])
        values = _values(row, form[0]) if row is not None else "a quotation mark that is never closed"
        if isinstance(values, list) and len(values) > len(columns):
            values = f"{len(values)} fields, the header has {len(columns)}"
        if isinstance(values, str):
            lines.put_back(more)
            yield failed(row_id, values)
            continue
        yield coerce(dict(zip(columns, values, strict=False)), row_id, fields)


def _gather(line: bytes, lines: _Lines, max_bytes: int) -> tuple[bytes | None, list[tuple[int, bytes | str]]]:
    """Join lines until the quotation marks balance; ``None`` where they never do. Also return what was taken."""
    taken: list[tuple[int, bytes | str]] = []
    parts, size, quotes = [line], len(line), line.count(b'"')
    while quotes % 2:
        following = lines.take()
        if following is None:
            return None, taken
        taken.append(following)
        piece = following[1]
        size += len(piece)
        if isinstance(piece, str) or size > max_bytes:
            return None, taken
        parts.append(piece)
        quotes += piece.count(b'"')
    return b"\n".join(parts), taken


def _values(row: bytes, delimiter: str) -> list[str] | str:
    """Parse one whole row, or say what is wrong with it."""
    text = _decode(row).rstrip("\r")
    try:
        # The whole row is one string: the csv module takes newlines inside it as part of a quoted field.
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return str(error)


def _decode(row: bytes) -> str:
    try:
        return row.decode("utf-8")
    except UnicodeDecodeError:
        return decode(row)[0]


def _names(line: bytes, delimiter: str | None) -> tuple[str, list[str]]:
    """Return the delimiter and the column names of a header."""
    head = _decode(line.removeprefix(b"\xef\xbb\xbf")).strip("\r\n")
    mark = delimiter or max(_DELIMITERS, key=lambda sign: (head.count(sign), -_DELIMITERS.index(sign)))
    try:
        columns = next(csv.reader([head], delimiter=mark), [])
    except csv.Error:
        columns = []
    return mark, [column.strip() for column in columns]
