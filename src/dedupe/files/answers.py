"""Answers of earlier runs, told by how they begin: people write them beside the pages they are about.

Read as a page, a report or a table quotes what it is about and is linked to it; the lines of a list carry the ids of
the documents themselves.
"""

import re

from dedupe.files.formats import SCHEMA
from dedupe.files.jsonl import decode_json
from dedupe.files.rows import Row

OPENING_BYTES = 8_192
"""Bytes of a file that tell; a longer first line is no answer's, as far as is known."""

_TABLE = re.compile(rb"text  document +similarity  relation\n")
_REPORT = b'<meta name="generator" content="dedupe-syndication">'
_CSV = ",".join(Row.__struct_fields__).encode() + b"\n"
_JSON = f'{{\n  "schema": "{SCHEMA}"'.encode()


def is_answer(opening: bytes) -> bool:
    """Tell whether a file that begins so is an answer of this program, in any format but Parquet and a list of ids.

    A line of JSON to which somebody has added a field, such as a text, is none.
    """
    if opening.startswith((_CSV, _JSON)) or _TABLE.match(opening):
        return True
    if opening.startswith(b'{"id":'):
        line, end, _ = opening.partition(b"\n")
        record = decode_json(line) if end else None
        return isinstance(record, dict) and tuple(record) == Row.__struct_fields__
    return opening.startswith(b"<!DOCTYPE html>") and _REPORT in opening
