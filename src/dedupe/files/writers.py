"""Results as text, and text into files: the same bytes for the same result, a file whole or not at all.

Nothing that a document holds can act on its way out. JSON escapes what a terminal or a browser would obey (control
and direction characters, line separators); CSV cells that a spreadsheet would run as a formula get an apostrophe.
"""

import contextlib
import csv
import io
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from dedupe.engine.result import Result
from dedupe.errors import InputError
from dedupe.files.formats import (
    Plain,
    body_to_dict,
    comparison_to_dict,
    result_fields,
)
from dedupe.files.rows import Row, membership_rows
from dedupe.files.tables import to_parquet
from dedupe.records import Body, Comparison

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
RECORDS_AT_ONCE = 64
"""Records of an indented list that are encoded together."""

_encoder = msgspec.json.Encoder(enc_hook=str)


def to_json(result: Result) -> str:
    """Return a result as one JSON object of schema ``dedupe.result/1``, indented, with a final newline."""
    return "".join(json_parts(result))


def json_parts(result: Result) -> Iterator[str]:
    """Yield :func:`to_json` a few records at a time, for results too large for one string."""
    opening = "{\n  "
    for name, value in result_fields(result).items():
        yield f'{opening}"{name}": '
        if isinstance(value, Iterator):
            yield from _list_parts(value)
        else:
            yield _indented(value)
        opening = ",\n  "
    yield "\n}\n"


def to_jsonl(result: Result) -> str:
    """Return one JSON line for each document, used or skipped, with its cluster; in id order."""
    return "".join(jsonl_parts(result))


def jsonl_parts(result: Result) -> Iterator[str]:
    """Yield :func:`to_jsonl` many lines at a time, for results too large for one string."""
    return map(_json_lines, membership_rows(result))


def to_csv(result: Result) -> str:
    """Return one CSV row for each document, used or skipped, with its cluster; in id order, with a header.

    Text cells that begin as a formula does (``= + - @`` or a tab) get an apostrophe in front.
    """
    return "".join(csv_parts(result))


def csv_parts(result: Result) -> Iterator[str]:
    """Yield :func:`to_csv` many lines at a time."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(Row.__struct_fields__)
    for rows in membership_rows(result):
        writer.writerows(map(_cells, rows))
        yield target.getvalue()
        target.seek(0)
        target.truncate()
    yield target.getvalue()


SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
}
"""Formats by the suffix of a file."""


def parts_for(
    result: Result, path: str | os.PathLike[str], *, page: Callable[[Result], str]
) -> Iterable[str] | str | bytes:
    """Return a result in the format that a path's suffix names.

    Args:
        result: What to write.
        path: Where it will go.
        page: Makes a page of HTML of it.

    Raises:
        InputError: The suffix names no format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{os.fspath(path)}: no format is called {suffix!r}; there are {', '.join(SUFFIXES)}")
    format_ = SUFFIXES[suffix]
    return page(result) if format_ == "html" else parts_of(result, format_)


def parts_of(result: Result, format_: str) -> Iterable[str] | bytes:
    """Return a result in the format ``json``, ``jsonl``, ``csv`` or ``parquet``, in parts where it is text."""
    if format_ == "parquet":
        return to_parquet(result)
    return {"json": json_parts, "jsonl": jsonl_parts, "csv": csv_parts}[format_](result)


def body_to_json(body: Body) -> str:
    """Return a body with its text and its lines as one JSON object."""
    return _pretty(body_to_dict(body))


def comparison_to_json(comparison: Comparison) -> str:
    """Return a verified pair as one JSON object."""
    return _pretty(comparison_to_dict(comparison))


def safe_cell(value: object) -> str | int | float:
    """Return a CSV cell that no spreadsheet runs; numbers are left alone, nothing becomes an empty cell."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_atomically(path: str | os.PathLike[str], answer: str | bytes | Iterable[str]) -> None:
    """Put an answer into a file: written beside it, then renamed, so that readers see the old or the new one whole.

    An answer in parts is written part by part. A file that is replaced keeps its mode; a link is followed to its file;
    a pipe or device is written to as it is.

    Raises:
        OSError: It cannot be written; the file there is untouched and nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            file.writelines(_encoded(answer))
        return
    temporary = target.with_name(f".dedupe-{secrets.token_hex(8)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(_encoded(answer))
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _encoded(answer: str | bytes | Iterable[str]) -> Iterator[bytes]:
    """Yield an answer's bytes; what has no encoding is spelt out."""
    if isinstance(answer, bytes):
        yield answer
        return
    for part in [answer] if isinstance(answer, str) else answer:
        yield part.encode("utf-8", "backslashreplace")


def _list_parts(values: Iterator[Plain]) -> Iterator[str]:
    """Yield an indented list that is the value of a field."""
    opening = "[\n    "
    while some := [*islice(values, RECORDS_AT_ONCE)]:
        yield opening + _indented(some)[len("[\n    ") : -len("\n  ]")]
        opening = ",\n    "
    yield "[]" if opening.startswith("[") else "\n  ]"


def _indented(value: object) -> str:
    """Encode the value of a field of an indented object: no string in JSON holds a line end."""
    return msgspec.json.format(_json(value), indent=2).replace("\n", "\n  ")


def json_line(value: object) -> str:
    """Return a plain value as JSON on one line, without a line end."""
    return _json(value)


def _pretty(value: dict[str, Any]) -> str:
    return msgspec.json.format(_json(value), indent=2) + "\n"


def _cells(row: Row) -> tuple[str | int | float | None, ...]:
    """Return a row's cells; those that only this program fills need no guard."""
    return (
        safe_cell(row.id),
        row.cluster,
        row.size,
        row.kind,
        safe_cell(row.representative),
        row.similarity,
        safe_cell(row.title),
        safe_cell(row.url),
        safe_cell(" ".join(map(str, row.linked))) if row.linked else None,
        safe_cell(row.skipped),
    )


def _json_lines(rows: list[Row]) -> str:
    """Encode rows, a line each, as :func:`_json` does."""
    try:
        encoded = _encoder.encode_lines(rows).decode()
    except UnicodeEncodeError:  # a lone surrogate in an id that the caller gave
        return "".join(f"{_json(msgspec.structs.asdict(row))}\n" for row in rows)
    return _escaped(encoded)


def _json(value: object) -> str:
    """Encode plain values; what a terminal would obey leaves as an escape."""
    try:
        encoded = _encoder.encode(value).decode()
    except UnicodeEncodeError:  # a lone surrogate in an id that the caller gave
        encoded = _encoder.encode(_writable(value)).decode()
    return _escaped(encoded)


def _escaped(encoded: str) -> str:
    """Spell out what a terminal would obey."""
    if encoded.isascii() and "\x7f" not in encoded:
        return encoded
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded)


def _writable(value: Any) -> Any:
    """Return the value with lone surrogates spelt out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _writable(held) for key, held in value.items()}
    return [_writable(held) for held in value] if isinstance(value, list) else value
