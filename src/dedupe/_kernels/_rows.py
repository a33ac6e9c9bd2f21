"""Lines of JSON to columns: the specification of what the native kernel does, a line at a time.

A line is *ordinary* where it is one JSON object in UTF-8 that every decoder reads alike: no escapes in its keys, no
half surrogate pairs, not too many keys, levels or digits. Which keys are read is decided by the object's *shape*, its
keys in their order. All that is not ordinary is for the caller, who asks a decoder.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NoReturn

import numpy as np

from dedupe._kernels._columns import CHOICES, NO_KEY, WANTED, Rows, Shape
from dedupe._kernels._packed import PackedTexts

MOST_KEYS = 250
NAMES_BYTES = 4_096
MARKS_IN_A_ROW = 30
DEEPEST = 32
LONGEST_NUMBER, TAME_EXPONENT = 200, 2

_VISIBLE = re.compile("[!-~\u0370-\u167f\u3001-\ud7ff\ue000-\U0010ffff]")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u06dc\u0e34-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
    f"{{{MARKS_IN_A_ROW + 1}}}"
)
_BLANKS = re.compile(r"[ \t\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile("true|false|null")


def rows(
    lines: bytes | bytearray | memoryview, shapes: Sequence[Shape], *, start: int, skip: int, longest: int, stops: bool
) -> Rows:
    r"""Read lines that end at ``\n``, or where the lines do.

    Args:
        lines: The lines.
        shapes: What is known of records by their keys.
        start: Where reading begins.
        skip: Bytes of the first line that are none of its record.
        longest: No longer line is ordinary.
        stops: Whether to stop before a record of no known shape, instead of leaving it to the caller.

    Raises:
        ValueError: ``start`` or ``skip`` lies outside the lines.
    """
    if not (0 <= start <= start + skip <= len(lines)) or skip < 0 or longest < 0:
        raise ValueError("rows was called with a parameter out of range")
    content, known, made = bytes(lines), dict(reversed(shapes)), _Made()
    at, names = start, None
    while at < len(content):
        cut = content.find(b"\n", at + skip)
        end = cut if cut >= 0 else len(content)
        line, fits = content[at + skip : end], end - at <= longest
        record = read_object(line) if fits else None
        if record is not None and record.names not in known and stops:
            names = record.names
            break
        if record is not None or not fits or line.strip():
            made.add(at, end, None if record is None else _chosen(record, known.get(record.names)))
        made.count += 1
        at, skip = min(end + 1, len(content)), 0
    wanted = [any(places[CHOICES * what] != NO_KEY for _, places in shapes) for what in range(1, len(WANTED))]
    return made.rows(wanted, at, names)


class NotOrdinaryError(ValueError):
    """A line is not for us."""


@dataclass(frozen=True, slots=True)
class Value:
    """One JSON value.

    Attributes:
        raw: As it stands in the line.
        state: ``empty`` for null and ``""``, ``unsure`` for a string that may be blank, ``wild`` for what holds a
            number that may be beyond a double, else ``sure``.
        plain: The string, where it is one that needs no second look.
    """

    raw: str
    state: str
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One object: its keys, each with a line end behind it, and the value of each."""

    names: bytes
    values: list[Value]


def read_object(line: bytes) -> Record | None:
    """Return an ordinary record, ``None`` for any other."""
    try:
        return _Line(line.decode()).record()
    except ValueError:
        return None


class _Line:
    """A line on the way through its object."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0

    def record(self) -> Record:
        names, values = b"", list[Value]()
        self._expect("{")
        more = self._next() != "}"
        while more:
            key = self._key()
            names += key + b"\n"
            if len(values) == MOST_KEYS or len(names) > NAMES_BYTES:
                _refuse()
            values.append(self._value())
            more = self._next() == ","
            self._at += more
        self._expect("}")
        if self._next():
            _refuse()
        return Record(names, values)

    def _key(self) -> bytes:
        raw = self._string(self._match(_STRING)).encode()
        if self._line[self._begun + 1 : self._at - 1].encode() != raw:
            _refuse()
        self._expect(":")
        return raw

    def _value(self, depth: int = 0) -> Value:
        first = self._next()
        begun = self._at
        if first == '"':
            text = self._string(self._match(_STRING))
            plain = text if _VISIBLE.search(text) and not _MARKS.search(text) else None
            state = "empty" if not text else "sure" if _VISIBLE.search(text) else "unsure"
            return Value(self._line[begun : self._at], state, plain)
        if first and first in "{[":
            return self._nested(first, begun, depth + 1)
        if first and first in "tfn":
            word = self._match(_WORD)
            return Value(word, "empty" if word == "null" else "sure")
        number = self._match(_NUMBER)
        if len(number) > LONGEST_NUMBER:
            _refuse()
        exponent = number.lower().partition("e")[2].lstrip("+-")
        return Value(number, "sure" if len(exponent) <= TAME_EXPONENT else "wild")

    def _nested(self, opening: str, begun: int, depth: int) -> Value:
        if depth > DEEPEST:
            _refuse()
        closing, wild = "}" if opening == "{" else "]", False
        self._at += 1
        more = self._next() != closing
        while more:
            if opening == "{":
                self._next()
                self._string(self._match(_STRING))
                self._expect(":")
            wild |= self._value(depth).state == "wild"
            more = self._next() == ","
            self._at += more
        self._expect(closing)
        return Value(self._line[begun : self._at], "wild" if wild else "sure")

    def _next(self) -> str:
        """Return the next character that is no blank; nothing at the end."""
        blanks = _BLANKS.match(self._line, self._at)
        self._at = blanks.end() if blanks else self._at
        return self._line[self._at : self._at + 1]

    def _expect(self, character: str) -> None:
        if self._next() != character:
            _refuse()
        self._at += 1

    def _match(self, pattern: re.Pattern[str]) -> str:
        self._next()
        found = pattern.match(self._line, self._at)
        if not found:
            _refuse()
        self._begun, self._at = found.span()
        return found.group()

    @staticmethod
    def _string(raw: str) -> str:
        text: str = json.loads(raw)
        text.encode()  # half a surrogate pair is not ordinary
        return text


def _refuse() -> NoReturn:
    raise NotOrdinaryError


def _chosen(record: Record, places: bytes | None) -> tuple[str, list[str]] | None:
    """Return the text and the columns of a record; ``None`` where a decoder is needed."""
    if places is None or places[0] >= len(record.values):
        return None
    text, values = record.values[places[0]].plain, list[str]()
    for what in range(1, len(WANTED)):
        keys = places[CHOICES * what : CHOICES * (what + 1)]
        held = [record.values[key] for key in takewhile(len(record.values).__gt__, keys)]
        found = next((value for value in held if value.state != "empty"), None)
        if found and (found.state == "wild" or (found.state == "unsure" and found is not held[-1])):
            return None
        values.append(found.raw if found else "null")
    return None if text is None else (text, values)


class _Made:
    """Columns on their way."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._columns: list[list[str]] = [[] for _ in WANTED[1:]]
        self._taken: list[int] = []
        self._records: list[tuple[int, int, int]] = []
        self.count = 0

    def add(self, start: int, end: int, chosen: tuple[str, list[str]] | None) -> None:
        """Add a record, with what was read of it if it was."""
        if chosen:
            self._taken.append(len(self._records))
            self._texts.append(chosen[0].encode())
            for column, value in zip(self._columns, chosen[1], strict=True):
                column.append(f"{value},")
        self._records.append((self.count, start, end))

    def rows(self, wanted: list[bool], read: int, names: bytes | None) -> Rows:
        """Return what there is."""
        ends = np.cumsum(np.array([len(text) for text in self._texts], dtype=np.int64), dtype=np.int64)
        columns = ("".join(column).encode() for column in self._columns)
        return Rows(
            texts=PackedTexts(b"".join(self._texts), ends),
            taken=np.array(self._taken, dtype=np.int64),
            records=np.array(self._records, dtype=np.int64).reshape(-1, 3),
            columns=tuple(column if any_wants else None for column, any_wants in zip(columns, wanted, strict=True)),
            lines=self.count,
            read=read,
            names=names,
        )
