"""Spark: pages are extracted where they lie, and clustered together; the answer is that of one machine, byte for byte.

Extraction takes most of the time of a run over pages, needs one page at a time, and leaves a fraction of it to be held:
it runs on the executors. Which pairs are worth a look depends on all documents together, and takes microseconds a
document: that and what follows runs on the driver, on its cores and temporary files, by the same engine as always. So
the driver's disk has to hold the bodies, not the pages.

Nothing here imports pyspark: frames and sessions come from the caller. The executors need this package with its extra
``spark``.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from dedupe.config import Config
from dedupe.engine.batch import cluster as cluster_here
from dedupe.engine.intake import DuplicateIds
from dedupe.engine.result import Result
from dedupe.errors import InputError
from dedupe.files.tables import to_arrow
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import Fields, coerce
from dedupe.records import Body, Document, Skipped

SCHEMA = "body binary, skipped binary"
"""Columns that go from the executors to the driver: one of both is there in every row."""

_NO_ID = "(no id)"

_encode = msgspec.msgpack.Encoder().encode
_decode_body = msgspec.msgpack.Decoder(Body).decode
_decode_skipped = msgspec.msgpack.Decoder(Skipped).decode


def cluster(
    frame: Any,
    *,
    config: Config | None = None,
    fields: Mapping[str, str] | None = None,
    duplicate_ids: DuplicateIds = "raise",
    jobs: int = 1,
) -> Result:
    """Cluster the rows of a Spark DataFrame, as :func:`dedupe.cluster` clusters documents.

    Args:
        frame: A ``pyspark.sql.DataFrame`` with a row for each document. It needs a column of ids: rows have no
            order, and so no number.
        config: Parameters.
        fields: Which column holds what, where the usual names do not fit.
        duplicate_ids: As in :func:`dedupe.cluster`.
        jobs: Processor cores of the driver to use.

    Returns:
        The result, on the driver. :func:`rows` makes a frame of it.

    Raises:
        InputError: No column holds ids. A single row without one is named in ``Result.skipped``.
        DuplicateIdError: Two rows carry one id.
        ConfigError: ``fields`` names a meaning that no document has.
    """
    config, chosen = config or Config(), Fields.from_names(fields)
    if "id" not in chosen.held(dict.fromkeys(frame.columns)):
        raise InputError(f"none of the columns {', '.join(map(repr, frame.columns))} holds ids; name it in fields")
    extracted = frame.mapInArrow(partial(_extract, config=config, fields=chosen), SCHEMA)
    found = map(_arrived, extracted.toLocalIterator(prefetchPartitions=True))
    return cluster_here(found, config=config, duplicate_ids=duplicate_ids, jobs=jobs)


def rows(result: Result, session: Any) -> Any:
    """Return a Spark DataFrame with a row for each document, as in JSON Lines: to be joined back on ``id``.

    Args:
        result: Of any run.
        session: A ``pyspark.sql.SparkSession`` of version 4 or newer.
    """
    return session.createDataFrame(to_arrow(result))


def _extract(batches: Iterator[Any], *, config: Config, fields: Fields) -> Iterator[Any]:
    """Do what an executor does with the batches of a partition."""
    import pyarrow as pa  # noqa: PLC0415 - on the executor

    for batch in batches:
        found = [_extracted(row, config, fields) for row in batch.to_pylist()]
        bodies = [_encode(each) if isinstance(each, Body) else None for each in found]
        skipped = [_encode(each) if isinstance(each, Skipped) else None for each in found]
        columns = [pa.array(column, pa.binary()) for column in (bodies, skipped)]
        yield pa.RecordBatch.from_arrays(columns, ["body", "skipped"])


def _extracted(row: dict[str, Any], config: Config, fields: Fields) -> Body | Skipped:
    """Return the body of a row, or why it has none."""
    entry = coerce(row, _NO_ID, fields)
    if entry.id == _NO_ID:
        words = " ".join(str(value) for value in row.values() if value is not None)
        return Skipped(id=_NO_ID, stage="read", reason=f"a row without an id: {words[:200]!r}", failed=True)
    return extract_body(entry, config) if isinstance(entry, Document) else entry


def _arrived(row: Any) -> Body | Skipped:
    """Return what an executor sent."""
    return _decode_skipped(bytes(row.skipped)) if row.body is None else _decode_body(bytes(row.body))
