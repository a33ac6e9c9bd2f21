"""Many documents, however a caller holds them: as one thing after another."""

from collections.abc import Iterable

from dedupe.pages.inputs import require_many


def rows_of(documents: Iterable[object]) -> Iterable[object]:
    """Return what documents are made of, one after another; of a table in memory its rows.

    Raises:
        InputError: It is a single document, or nothing that can be gone through.
        MissingExtraError: It is a table, and pyarrow is not installed.
    """
    if hasattr(documents, "__arrow_c_stream__"):
        from dedupe.files.tables import table_rows  # noqa: PLC0415 - a door upwards, opened when a table comes

        return table_rows(documents)
    require_many(documents)
    return documents
