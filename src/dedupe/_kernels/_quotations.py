"""Quotations: what stands in marks, in those of many languages; the specification that the native kernel repeats."""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

_QUOTATIONS: dict[str, str] = {
    "“": r"“[^”\n]*(?:”|$)",  # typographic; a quotation that runs on is closed by its paragraph
    "„": r"„[^“”\n]*(?:[“”]|$)",
    "«": r"«[^»\n]*(?:»|$)",
    "「": r"「[^」\n]*(?:」|$)",
    "『": r"『[^』\n]*(?:』|$)",
    '"': r'"[^"\n]*"',
    "‘": r"‘(?<![^\s(\[“]‘)(?:[^’\n]|’(?=\w)){12,}’(?!\w)",  # single quotes only when they hold more than a name
}
"""Patterns of quotations by the mark that opens them: none goes beyond its line, and each begins with its mark, so that
a text is searched for marks only. Where they overlap, the first in this order counts."""

_LAST_STRAIGHT = re.compile(r'"[^"\n]*+$', re.MULTILINE)


def quotations(text: str) -> NDArray[np.int64]:
    """Return where quotations stand, ascending and disjoint ``int64[q, 2]``, in code points."""
    return np.array(_spans(text), dtype=np.int64).reshape(-1, 2)


def _spans(text: str) -> list[tuple[int, int]]:
    opened = "".join(mark for mark in _QUOTATIONS if mark in text)
    if not opened:
        return []
    spans = [match.span() for match in _pattern(opened).finditer(text)]
    running_on = _running_on(text) if '"' in opened else []
    if running_on:
        ends = {end for _, end in running_on}
        closed = [span for span in spans if _line_end(text, span) not in ends]
        spans = sorted(closed + running_on)
    return spans


def _running_on(text: str) -> list[tuple[int, int]]:
    """Return the lines that begin with a straight mark and hold no other: their quotation goes on in the next one."""
    found = []
    for match in _LAST_STRAIGHT.finditer(text):
        start, end = match.span()
        if not text[text.rfind("\n", 0, start) + 1 : start].strip():
            found.append((start, end))
    return found


def _line_end(text: str, span: tuple[int, int]) -> int:
    end = text.find("\n", span[1])
    return end if end >= 0 else len(text)


@cache
def _pattern(marks: str) -> re.Pattern[str]:
    """Return the pattern for a text with these opening marks: the fewer there are, the faster it runs."""
    return re.compile("|".join(_QUOTATIONS[mark] for mark in marks), re.MULTILINE)
