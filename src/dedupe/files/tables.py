"""Arrow, Parquet, pandas, Polars: rows of a table as documents, batch by batch.

Everything that offers the Arrow PyCapsule stream (``__arrow_c_stream__``: pandas 2.2, Polars, DuckDB, PyArrow) is read
without a copy of the whole; Parquet and Arrow files are read a batch at a time with page checksums verified where the
file has them. pyarrow is optional (extra ``parquet``) and imported here only.
"""

import importlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from dedupe.errors import MissingExtraError
from dedupe.files.jsonl import failed
from dedupe.pages.inputs import ALIASES, Fields, coerce
from dedupe.records import Document, Skipped

BATCH_ROWS = 1_000
"""Rows held at once; a row of a text corpus is a few kB."""

PARQUET_MAGIC = b"PAR1"
ARROW_MAGIC = b"ARROW1"


def is_table(source: object) -> bool:
    """Tell whether an object offers its rows as an Arrow stream."""
    return hasattr(source, "__arrow_c_stream__")


def read_table(source: Any, fields: Fields | None = None) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each row of a table in memory.

    Args:
        source: Anything with ``__arrow_c_stream__``.
        fields: Which column holds what; the usual names where not given.

    Yields:
        Rows without an id get their number, from 0 on.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    arrow = _arrow("pyarrow", "reading tables")
    reader = arrow.RecordBatchReader.from_stream(source)
    numbers = count()
    chosen = fields or Fields()
    for batch in reader:
        for row in _rows(batch, chosen):
            yield coerce(row, next(numbers), chosen)


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
    with path.open("rb") as file, ipc.open_file(file) as table:
        for position in range(table.num_record_batches):
            yield table.get_batch(position)


def _rows(batch: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch as mappings, with the columns that a document can be made of."""
    known = {name.casefold() for names in ALIASES.values() for name in names} | {name for _, name in fields.chosen}
    wanted = [at for at, name in enumerate(batch.schema.names) if name in known or name.casefold() in known]
    columns = [(batch.schema.names[at], batch.column(at)) for at in wanted]
    for start in range(0, batch.num_rows, BATCH_ROWS):
        sliced = [(name, column.slice(start, BATCH_ROWS).to_pylist()) for name, column in columns]
        for at in range(min(BATCH_ROWS, batch.num_rows - start)):
            yield {name: values[at] for name, values in sliced}


def _arrow(module: str, purpose: str) -> Any:
    """Import a part of pyarrow, naming the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError.for_package("pyarrow", extra="parquet", purpose=purpose) from error
