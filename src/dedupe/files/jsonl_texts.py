"""JSON Lines as columns of plain texts: what :mod:`dedupe.files.jsonl` reads record by record, many at a time.

The kernel reads ordinary lines: the texts become UTF-8 at once, and only a record's id and what it says besides its
text become Python objects, a column at a time. Whatever is unusual about a line - no text, a page instead of one, a
character that wants a second look, JSON that is none - sends that line the slow way, which has the last word.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from dedupe import _kernels
from dedupe._kernels import CHOICES, NO_KEY, WANTED, Rows, Shape
from dedupe.files.jsonl import BOM, document_of, failed
from dedupe.files.lines import line_windows, too_long
from dedupe.pages.inputs import Fields, id_of, string_of
from dedupe.pages.plain import Note, PlainTexts, note
from dedupe.records import Document, DocumentId, Skipped

MOST_SHAPES = 1024
"""Kinds of records of one file, by their keys and the order of these, that are read as columns."""

_decode_list = msgspec.json.Decoder(list[Any]).decode
_NO_TEXTS = _kernels.PackedTexts(b"", np.empty(0, dtype=np.int64))


def read_texts(blocks: Iterator[bytes], name: str, fields: Fields, max_bytes: int) -> Iterator[PlainTexts]:
    """Yield the records of a file many at a time; arguments as for :func:`dedupe.files.jsonl.read_jsonl`."""
    reader = _TextReader(name, fields, max_bytes)
    for window in line_windows(blocks, max_bytes):
        yield from reader.lines(window) if isinstance(window, memoryview) else reader.missing_line(window)


class _TextReader:
    """Reads the lines of one file, which it numbers."""

    def __init__(self, name: str, fields: Fields, max_bytes: int) -> None:
        self._name = name
        self._fields = fields
        self._max_bytes = max_bytes
        self._shapes: list[Shape] = []
        self._number = 1

    def missing_line(self, reason: str) -> Iterator[PlainTexts]:
        """Yield the reason why a line cannot be had."""
        others: list[tuple[int, Document | Skipped]] = [(0, failed(self._called(0), reason))]
        self._number += 1
        yield PlainTexts(ids=[], texts=_NO_TEXTS, notes={}, places=[], others=others, seen=1)

    def lines(self, lines: memoryview) -> Iterator[PlainTexts]:
        """Yield the records of some lines; another time for each kind of record that is new."""
        read = 0
        while read < len(lines):
            rows = _kernels.rows(
                lines,
                self._shapes,
                start=read,
                skip=len(BOM) if self._number == 1 and lines[: len(BOM)] == BOM else 0,
                longest=self._max_bytes,
                stops=len(self._shapes) < MOST_SHAPES,
            )
            if rows.names is not None:
                self._shapes.append(_shape(rows.names, self._fields))
            if rows.lines:
                yield self._columns(lines, rows)
            read = rows.read
            self._number += rows.lines

    def _columns(self, lines: memoryview, rows: Rows) -> PlainTexts:
        """Make Python objects of what was read; what is no plain text goes the slow way."""
        taken, seen = rows.taken, len(rows.records)
        others: list[tuple[int, Document | Skipped]] = []
        if len(taken) < seen:
            is_odd = np.ones(seen, dtype=np.bool_)
            is_odd[taken] = False
            odd = np.flatnonzero(is_odd)
            places = zip(odd.tolist(), rows.records[odd].tolist(), strict=True)
            others = [(place, self._slowly(lines[start:end], number)) for place, (number, start, end) in places]
        return PlainTexts(
            ids=self._ids(rows),
            texts=rows.texts,
            notes=_notes(rows.columns[1:], len(taken)),
            places=range(seen) if len(taken) == seen else taken.tolist(),
            others=others,
            seen=seen,
        )

    def _ids(self, rows: Rows) -> list[DocumentId]:
        """Return the ids; where a record has none it is called by its place."""
        column = rows.columns[0]
        values: list[Any] = [None] * len(rows.taken) if column is None else _values(column)
        if set(map(type, values)) == {str} and all(map(str.strip, values)):
            return values
        numbers = rows.records[rows.taken, 0].tolist()
        return [id_of(value, self._called(number)) for value, number in zip(values, numbers, strict=True)]

    def _slowly(self, line: memoryview, number: int) -> Document | Skipped:
        called = self._called(number)
        if len(line) > self._max_bytes:
            return failed(called, too_long(len(line), self._max_bytes))
        data = bytes(line)
        return document_of(data.removeprefix(BOM) if self._number + number == 1 else data, called, self._fields)

    def _called(self, number: int) -> str:
        return f"{self._name}:{self._number + number}"


@lru_cache(maxsize=1024)
def _shape(names: bytes, fields: Fields) -> Shape:
    """Say which keys of a record hold what; of a key given twice the last value counts, which a decoder knows."""
    keys = names.decode().split("\n")[:-1]
    found = [tuple(dict.fromkeys(fields.places(tuple(keys), meaning))) for meaning in WANTED]
    found[0] = found[0][:1]
    if len(set(keys)) < len(keys) or any(len(each) > CHOICES for each in found):
        return Shape(names, bytes([NO_KEY] * CHOICES * len(WANTED)))
    return Shape(names, b"".join(bytes(map(keys.index, each)).ljust(CHOICES, bytes([NO_KEY])) for each in found))


def _values(column: bytes) -> list[Any]:
    """Decode a column, whose values every decoder takes."""
    return _decode_list(b"[" + column[:-1] + b"]")


def _notes(columns: tuple[bytes | None, ...], count: int) -> dict[int, Note]:
    """Return what the records say besides their texts, by row."""
    if not any(columns):
        return {}
    said = zip(*([None] * count if column is None else _said(column) for column in columns), strict=True)
    notes = {}
    for row, (url, title, published, source) in enumerate(said):
        made = note(title=title, url=url, source=source, published=published)
        if made is not None:
            notes[row] = made
    return notes


def _said(column: bytes) -> list[str | None]:
    return [value if type(value) is str and value.strip() else string_of(value) for value in _values(column)]
