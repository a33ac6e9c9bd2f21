"""JSON strings as they stand in a file, to UTF-8: the specification of what the native kernel does for many at once."""

import itertools
import json
import re
from collections.abc import Sequence

import numpy as np

from dedupe._kernels._contract import Booleans
from dedupe._kernels._packed import PackedTexts

MARKS_IN_A_ROW = 30

_VISIBLE = re.compile("[!-~\u0370-\u167f\u3001-\ud7ff\ue000-\U0010ffff]")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u06dc\u0e34-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
    f"{{{MARKS_IN_A_ROW + 1}}}"
)


def plain_strings(raws: Sequence[bytes]) -> tuple[PackedTexts, Booleans]:
    """Turn JSON strings, each with its quotes, into texts, where they need no second look.

    Not plain, and then empty, is whatever is no JSON string in UTF-8, what holds half a surrogate pair, nothing that
    can be seen, or so many marks in a row that they could be a trap: each of these tests is on the safe side.

    Returns:
        The texts, and which of them are plain ``bool[n]``.
    """
    texts = [_plain(bytes(raw)) for raw in raws]
    encoded = [b"" if text is None else text.encode() for text in texts]
    ends = np.array(list(itertools.accumulate(map(len, encoded))), dtype=np.int64)
    return PackedTexts(b"".join(encoded), ends), np.array([text is not None for text in texts], dtype=np.bool_)


def _plain(raw: bytes) -> str | None:
    if len(raw) < 2 or not raw.startswith(b'"') or not raw.endswith(b'"'):
        return None
    try:
        text = json.loads(raw.decode())
        text.encode()
    except ValueError:
        return None
    return text if _VISIBLE.search(text) and not _MARKS.search(text) else None
