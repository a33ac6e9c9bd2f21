"""JSON Lines and JSON: one record a line, a bad line costs that line.

What msgspec refuses but the world writes, ``NaN`` and lone surrogate escapes, goes through the standard library's
parser as a second try; what both refuse is named with its line.
"""

import json
from collections.abc import Iterator

import msgspec

from dedupe.files.lines import split_lines
from dedupe.pages.inputs import Fields, coerce
from dedupe.records import Document, Skipped

BOM = b"\xef\xbb\xbf"
_decoder = msgspec.json.Decoder()


def read_jsonl(blocks: Iterator[bytes], name: str, fields: Fields, max_bytes: int) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each non-blank line.

    Args:
        blocks: The file's bytes in blocks.
        name: The file's id; a record without an id, and every problem, is called ``name:line``.
        fields: Which field holds what.
        max_bytes: Longest line that is read.
    """
    for number, line in split_lines(blocks, max_bytes):
        record_id = f"{name}:{number}"
        if isinstance(line, str):
            yield failed(record_id, line)
            continue
        data = line.removeprefix(BOM) if number == 1 else line
        if data.strip():
            yield document_of(data, record_id, fields)


def document_of(data: bytes, record_id: str, fields: Fields) -> Document | Skipped:
    """Make a document of one JSON object, or say what is wrong with it."""
    record = decode_json(data)
    if isinstance(record, JsonProblem):
        return failed(record_id, record.reason)
    if not isinstance(record, dict):
        return failed(record_id, f"a JSON {type(record).__name__}, not an object with fields")
    return coerce(record, record_id, fields)


class JsonProblem:
    """Why bytes are no JSON."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self.reason = reason


def decode_json(data: bytes) -> object:
    """Decode JSON, or return a :class:`JsonProblem`. Of a key given twice the last value counts, as everywhere."""
    try:
        return _decoder.decode(data)
    except UnicodeDecodeError:
        return JsonProblem(_not_utf8(data))
    except RecursionError:
        return JsonProblem("JSON nested too deeply")
    except (msgspec.DecodeError, ValueError) as error:
        return _second_try(data, str(error))


def _second_try(data: bytes, reason: str) -> object:
    """Accept what Python writes and msgspec refuses: NaN, Infinity and lone surrogates."""
    try:
        found: object = json.loads(data.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError:
        return JsonProblem(_not_utf8(data))
    except RecursionError:
        return JsonProblem("JSON nested too deeply")
    except ValueError:
        return JsonProblem(reason[:200])
    return found


def failed(record_id: str, reason: str) -> Skipped:
    """Report a record that could not be read."""
    return Skipped(id=record_id, stage="read", reason=reason, failed=True)


def _not_utf8(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start} of the line"
    return "not UTF-8"
