"""Arrow, Parquet, pandas, Polars: rows of a table as documents, batch by batch, and documents as rows of a table.

Everything that offers the Arrow PyCapsule stream (``__arrow_c_stream__``: pandas 2.2, Polars, DuckDB, PyArrow) is read
without a copy of the whole; Parquet and Arrow files are read a batch at a time with page checksums verified where the
file has them. pyarrow is optional (extra ``parquet``) and imported here only.
"""

import importlib
import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from dedupe.engine.result import Result
from dedupe.errors import InputError, MissingExtraError
from dedupe.files.delimited import has_text_column
from dedupe.files.jsonl import failed
from dedupe.files.rows import membership_rows
from dedupe.pages.inputs import ALIASES, Fields, coerce
from dedupe.records import Document, Skipped

BATCH_ROWS = 1_000
"""Rows held at once; a row of a text corpus is a few kB."""

PARQUET_MAGIC = b"PAR1"
ARROW_MAGIC = b"ARROW1"
STREAM_MAGIC = b"\xff\xff\xff\xff"
"""How an Arrow file begins that holds a stream, such as those of Hugging Face data sets."""

TABLES = (PARQUET_MAGIC, ARROW_MAGIC, STREAM_MAGIC)


def is_table(source: object) -> bool:
    """Tell whether an object offers its rows as an Arrow stream."""
    return hasattr(source, "__arrow_c_stream__")


def read_table(source: Any, fields: Fields | None = None) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each row of a table in memory, as :func:`table_rows` finds them.

    Yields:
        Rows without an id get their number, from 0 on.
    """
    chosen = fields or Fields()
    for number, row in enumerate(table_rows(source, chosen)):
        yield coerce(row, number, chosen)


def table_rows(source: Any, fields: Fields | None = None) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of a table in memory as mappings, those of a single column as texts.

    Args:
        source: Anything with ``__arrow_c_stream__``.
        fields: Which column holds what; the usual names where not given.

    Raises:
        InputError: It is a single column, and not of strings.
        MissingExtraError: pyarrow is not installed.
    """
    arrow = _arrow("pyarrow", "reading tables")
    chosen = fields or Fields()
    try:
        reader = arrow.RecordBatchReader.from_stream(source)
    except arrow.ArrowInvalid:  # the stream holds one column without a name, as that of a pandas or Polars series does
        yield from _texts(arrow.chunked_array(source), type(source).__name__)
        return
    for batch in reader:
        yield from _rows(batch, chosen)


def _texts(column: Any, name: str) -> Iterator[str]:
    """Yield the strings of a column; nothing where there is none, which is an empty text."""
    for chunk in column.chunks:
        for start in range(0, len(chunk), BATCH_ROWS):
            for value in chunk.slice(start, BATCH_ROWS).to_pylist():
                if value is not None and not isinstance(value, str):
                    raise InputError(f"a {name} of {column.type} holds no texts; give a table, or a column of strings")
                yield value or ""


def read_table_file(path: Path, name: str, fields: Fields) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each row of a Parquet or Arrow file.

    Args:
        path: The file.
        name: Its id; a row without an id is called ``name:row``, from 1 on.
        fields: Which column holds what.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = _arrow("pyarrow", "reading Parquet and Arrow files")
    numbers = count(1)
    try:
        for batch in _batches(path):
            for row in _rows(batch, fields):
                yield coerce(row, f"{name}:{next(numbers)}", fields)
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        yield failed(f"{name}:{next(numbers)}", f"damaged table: {reason}")


def require_parquet() -> None:
    """Raise what :func:`to_parquet` would, before the work.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    _arrow("pyarrow.parquet", "writing Parquet files")


def to_parquet(result: Result) -> bytes:
    """Return :func:`to_arrow` as a Parquet file: the same bytes with the same pyarrow.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    parquet, file = _arrow("pyarrow.parquet", "writing Parquet files"), io.BytesIO()
    parquet.write_table(to_arrow(result), file)
    return file.getvalue()


def to_arrow(result: Result) -> Any:
    """Return a table of Arrow with a row for each document as in JSON Lines.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = _arrow("pyarrow", "making tables")
    rows = [row for block in membership_rows(result) for row in block]
    numbers = all(isinstance(row.id, int) and -(1 << 63) <= row.id < 1 << 63 for row in rows)
    name = (lambda each: each) if numbers else _string
    names = arrow.int64() if numbers and rows else arrow.string()
    columns = {
        "id": arrow.array([name(row.id) for row in rows], names),
        "cluster": arrow.array([row.cluster for row in rows], arrow.string()),
        "size": arrow.array([row.size for row in rows], arrow.int64()),
        "kind": arrow.array([row.kind for row in rows], arrow.string()),
        "representative": arrow.array([name(row.representative) for row in rows], names),
        "similarity": arrow.array([row.similarity for row in rows], arrow.float64()),
        "title": arrow.array([_string(row.title) for row in rows], arrow.string()),
        "url": arrow.array([_string(row.url) for row in rows], arrow.string()),
        "linked": arrow.array([[*map(name, row.linked)] for row in rows], arrow.list_(names)),
        "skipped": arrow.array([_string(row.skipped) for row in rows], arrow.string()),
    }
    return arrow.table(columns)


def _string(value: object) -> str | None:
    """Return an id or what a document says as a string that has an encoding."""
    return None if value is None else str(value).encode("utf-8", "backslashreplace").decode()


def _batches(path: Path) -> Iterator[Any]:
    """Read a file's record batches, by what its first bytes say it is."""
    with path.open("rb") as file:
        head = file.read(len(ARROW_MAGIC))
    if head.startswith(PARQUET_MAGIC):
        parquet = _arrow("pyarrow.parquet", "reading Parquet files")
        with parquet.ParquetFile(path, page_checksum_verification=True) as table:
            yield from table.iter_batches(batch_size=BATCH_ROWS, columns=None)
        return
    ipc = _arrow("pyarrow.ipc", "reading Arrow files")
    if head.startswith(STREAM_MAGIC):
        with path.open("rb") as file, ipc.open_stream(file) as stream:
            yield from stream
        return
    with path.open("rb") as file, ipc.open_file(file) as table:
        for position in range(table.num_record_batches):
            yield table.get_batch(position)


def _rows(batch: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch as mappings, with the columns that a document can be made of.

    Of the others only the names are there, for the message that none of them holds text.
    """
    names = batch.schema.names
    known = {name.casefold() for held in ALIASES.values() for name in held} | {name for _, name in fields.chosen}
    wanted = [at for at, name in enumerate(names) if name in known or name.casefold() in known]
    columns = [(names[at], batch.column(at)) for at in wanted]
    others = {} if has_text_column(names, fields) else dict.fromkeys(names)
    for start in range(0, batch.num_rows, BATCH_ROWS):
        sliced = [(name, column.slice(start, BATCH_ROWS).to_pylist()) for name, column in columns]
        for at in range(min(BATCH_ROWS, batch.num_rows - start)):
            yield {**others, **{name: values[at] for name, values in sliced}}


def _arrow(module: str, purpose: str) -> Any:
    """Import a part of pyarrow, naming the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError.for_package("pyarrow", extra="parquet", purpose=purpose) from error
