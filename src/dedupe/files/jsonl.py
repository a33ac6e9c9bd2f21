r"""JSON Lines and JSON: one record a line, read in blocks, a bad line costs that line.

Lines end at ``\n`` and nowhere else (``str.splitlines`` also cuts at U+2028, which JSON allows inside strings). What
msgspec refuses but the world writes, ``NaN`` and lone surrogate escapes, goes through the standard library's parser
as a second try; what both refuse is named with its line.
"""

import json
from collections.abc import Iterator

import msgspec

from dedupe.files.streams import DamagedStreamError
from dedupe.pages.inputs import Fields, coerce
from dedupe.records import Document, Skipped

_BOM = b"\xef\xbb\xbf"
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
        data = line.removeprefix(_BOM) if number == 1 else line
        if data.strip():
            yield document_of(data, record_id, fields)


def split_lines(blocks: Iterator[bytes], max_bytes: int) -> Iterator[tuple[int, bytes | str]]:
    """Yield ``(number, line)`` from 1 on, without the line ends; for a line that cannot be had, the reason as text."""
    for first, _, lines in line_blocks(blocks, max_bytes):
        yield from enumerate(lines.split(b"\n") if isinstance(lines, bytes) else lines, first)


def line_blocks(blocks: Iterator[bytes], max_bytes: int) -> Iterator[tuple[int, int, bytes | list[bytes | str]]]:
    """Yield the lines that end in each block, not split yet, behind the number of the first one and how many they are.

    Where one of them may be too long they come split, as :func:`split_lines` yields them: a line over the limit is
    counted and passed over without being held. A stream that breaks off ends with its reason; the unfinished line
    before the break is not yielded, because nothing says that it was whole.
    """
    number, parts, held = 1, list[bytes](), 0
    try:
        for block in blocks:
            cut = block.rfind(b"\n")
            if cut >= 0:
                lines = _lines(b"".join((*parts, memoryview(block)[:cut])), held - sum(map(len, parts)), max_bytes)
                count = block.count(b"\n")
                yield number, count, lines
                number += count
                parts, held = [], 0
            held += len(block) - cut - 1
            if held <= max_bytes:
                parts.append(block[cut + 1 :])
            else:
                parts.clear()
    except (DamagedStreamError, OSError) as error:
        yield number, 1, [str(error)]
        return
    if held:
        yield number, 1, [_line(b"".join(parts), held, max_bytes)]


def _lines(content: bytes, gone: int, max_bytes: int) -> bytes | list[bytes | str]:
    """Return lines; split where one may be too long, the first by what is gone of it already."""
    if gone + len(content) <= max_bytes:
        return content
    first, *others = content.split(b"\n")
    return [_line(first, gone + len(first), max_bytes), *(_line(line, len(line), max_bytes) for line in others)]


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


def _line(line: bytes, length: int, max_bytes: int) -> bytes | str:
    return line if length <= max_bytes else f"a line of {length} bytes, limit {max_bytes}"


def _not_utf8(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start} of the line"
    return "not UTF-8"
