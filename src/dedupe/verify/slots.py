"""One form filled in twice: texts whose words agree and whose numbers or names do not.

Weather reports, earthquake notices, dividend announcements and quarterly figures repeat their wording on purpose. Two
of them cover each other almost wholly and are still two pieces of news; what differs stands in *slots*.
"""

import re

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.verify.material import Material
from dedupe.verify.measures import Row

MIN_SLOTS = 3
"""A correction changes a figure or two; a form changes every slot."""

SLOTS_PER_TOKEN = 0.025
"""Least density of differing places: one in forty tokens. A retouched copy stays below, a form far above."""

NUMERIC_SLOTS = 0.5
"""Share of the differing places that hold a number on either side."""

NOTICE_TOKENS = 150
"""Longest body that may leave it to its headline to say whom it is about: a notice. A story names its subject itself,
and outlets give one story headlines of their own; the shortest such story of the benchmark's corpora has 669 tokens."""

_BEFORE_OUTLET = re.compile(r"\s+(?:[|–—»·-]|::)\s+")
"""What stands between a headline and the name of the outlet in the title of a page."""


def substituted(a: Material, b: Material, rows: list[Row]) -> str:
    """Say which slots differ when two bodies are one form filled in twice; else return the empty string.

    Args:
        a: One body.
        b: The other.
        rows: Their alignment; meant for pairs that cover each other.

    Returns:
        A sentence that shows the first differing places or headlines. Linear in the aligned tokens.
    """
    if len(a.tokens) == len(b.tokens) and bool(np.array_equal(a.tokens, b.tokens)):
        return _headline_slot(a, b)
    in_a, in_b = a.running.numeric, b.running.numeric
    if not (in_a[len(a.tokens)] or in_b[len(b.tokens)]):
        return ""
    places = _kernels.differing_places(a.tokens, b.tokens, rows)
    numeric = sum(in_a[k] > in_a[i] or in_b[m] > in_b[j] for i, k, j, m in places)
    aligned = sum(row[1] - row[0] for row in rows)
    if not is_form(len(places), numeric, aligned):
        return ""
    shown = "; ".join(f"“{_words(a, i, k)}” against “{_words(b, j, m)}”" for i, k, j, m in places[:3])
    return f"the wording agrees, but {len(places)} places differ and {numeric} of them hold numbers: {shown}"


def are_forms(places: NDArray[np.int64], numeric: NDArray[np.int64], aligned: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the pairs that are one form filled in twice.

    Args:
        places: Stretches where each pair differs, as :data:`dedupe._kernels.COLUMNS` has them.
        numeric: Those that hold a number on either side.
        aligned: Tokens inside its passages.
    """
    dense: NDArray[np.bool_] = (places >= MIN_SLOTS) & (places >= SLOTS_PER_TOKEN * aligned)
    return dense & (numeric >= NUMERIC_SLOTS * places)


def is_form(places: int, numeric: int, aligned: int) -> bool:
    """Tell :func:`are_forms` of one pair."""
    return places >= max(MIN_SLOTS, SLOTS_PER_TOKEN * aligned) and numeric >= NUMERIC_SLOTS * places


def _words(side: Material, first: int, last: int) -> str:
    return side.words(first, last) if last > first else ""


def _headline_slot(a: Material, b: Material) -> str:
    """Equal notices under headlines that differ in one slot whose words neither body has."""
    if not a.body.title or not b.body.title or len(a.tokens) > NOTICE_TOKENS:
        return ""
    left, right = _Headline(a.body.title), _Headline(b.body.title)
    start = 0
    while start < min(len(left.tokens), len(right.tokens)) and left.tokens[start] == right.tokens[start]:
        start += 1
    end = 0
    while end < min(len(left.tokens), len(right.tokens)) - start and left.tokens[-1 - end] == right.tokens[-1 - end]:
        end += 1
    slots = [(start, len(each.tokens) - end) for each in (left, right)]
    frame = start + end
    if any(first == last or last - first > frame for first, last in slots):
        return ""
    if not end and left.names_outlet(start) and right.names_outlet(start):
        return ""
    differing = [each.tokens[first:last] for each, (first, last) in zip((left, right), slots, strict=True)]
    if np.isin(np.concatenate(differing), a.tokens).any():
        return ""
    shown = f"“{left.words(*slots[0])}” against “{right.words(*slots[1])}”"
    return f"the bodies are equal, but only the headlines say what they are about, and there they differ: {shown}"


class _Headline:
    """A headline read as texts are, so that what is no other word there is none here."""

    def __init__(self, text: str) -> None:
        self.tokens, self._starts, self._ends = _kernels.tokenize(text)
        self._text = text

    def names_outlet(self, first: int) -> bool:
        """Tell whether the tokens from ``first`` on are set off as the name of an outlet is."""
        between = self._text[self._ends[first - 1] : self._starts[first]] if first else ""
        return _BEFORE_OUTLET.fullmatch(between) is not None

    def words(self, first: int, last: int) -> str:
        """Return the tokens ``[first, last)`` as they are written, white space and case folded."""
        return " ".join(self._text[self._starts[first] : self._ends[last - 1]].casefold().split())
