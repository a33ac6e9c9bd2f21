"""Records that a caller holds already, as documents: what no file and no table is."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from dedupe.errors import InputError
from dedupe.pages.inputs import Fields, coerce
from dedupe.records import Document, Skipped


def read_records(records: Iterable[Any], fields: Fields) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each record; those without an id get their number, from 0 on.

    Raises:
        InputError: A record is of a type no document is made of. A string is a path wherever files are read, and would
            be taken for a text here.
    """
    for number, record in enumerate(records):
        if isinstance(record, Skipped):
            yield record
        elif isinstance(record, str | os.PathLike):
            raise InputError(
                f"record {number} is the string or path {str(record)[:60]!r}; "
                "give paths one by one, as in read(*paths), and texts to cluster()"
            )
        else:
            yield coerce(record, number, fields)
