"""One form filled in twice: texts whose words agree and whose numbers or names do not.

Weather reports, earthquake notices, dividend announcements and quarterly figures repeat their wording on purpose. Two
of them cover each other almost wholly and are still two pieces of news; what differs stands in *slots*.
"""

import re

import numpy as np

from dedupe.verify.material import Material
from dedupe.verify.measures import Row

MIN_SLOTS = 3
"""A correction changes a figure or two; a form changes every slot."""

SLOTS_PER_TOKEN = 0.025
"""Least density of differing places: one in forty tokens. A retouched copy stays below, a form far above."""

NUMERIC_SLOTS = 0.5
"""Share of the differing places that hold a number on either side."""

_RESYNC = 12
_STRIDE = 8
_WORD = re.compile(r"\w+")

Place = tuple[int, int, int, int]


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
    places = differing_places(a, b, rows)
    numeric = sum(in_a[k] > in_a[i] or in_b[m] > in_b[j] for i, k, j, m in places)
    aligned = sum(row[1] - row[0] for row in rows)
    if len(places) < MIN_SLOTS or len(places) < SLOTS_PER_TOKEN * aligned or numeric < NUMERIC_SLOTS * len(places):
        return ""
    shown = "; ".join(f"“{_words(a, i, k)}” against “{_words(b, j, m)}”" for i, k, j, m in places[:3])
    return f"the wording agrees, but {len(places)} places differ and {numeric} of them hold numbers: {shown}"


def differing_places(a: Material, b: Material, rows: list[Row]) -> list[Place]:
    """Return the token stretches inside passages where the sides differ, ``(from a, to a, from b, to b)``."""
    places: list[Place] = []
    for start_a, end_a, start_b, end_b, matched in rows:
        if matched == max(end_a - start_a, end_b - start_b):
            continue
        left, right = a.tokens[start_a:end_a].tolist(), b.tokens[start_b:end_b].tolist()
        i = j = 0
        while i < len(left) and j < len(right):
            if left[i] == right[j]:
                i, j = i + 1, j + 1
                while i < len(left) and left[i : i + _STRIDE] == right[j : j + _STRIDE]:
                    i, j = i + _STRIDE, j + _STRIDE
                continue
            x, y = _resync(left, right, i, j)
            places.append((start_a + i, start_a + x, start_b + j, start_b + y))
            i, j = x, y
    return places


def _resync(left: list[int], right: list[int], i: int, j: int) -> tuple[int, int]:
    """Return the nearest later positions where both sides agree again; the ends of the window where they do not."""
    for distance in range(1, 2 * _RESYNC):
        for step in range(max(0, distance - _RESYNC), min(distance, _RESYNC) + 1):
            x, y = i + step, j + distance - step
            if x < len(left) and y < len(right) and left[x] == right[y]:
                return x, y
    return min(i + _RESYNC, len(left)), min(j + _RESYNC, len(right))


def _words(side: Material, first: int, last: int) -> str:
    return side.words(first, last) if last > first else ""


def _headline_slot(a: Material, b: Material) -> str:
    """Equal bodies under headlines that differ in one slot whose words neither body has."""
    if not a.body.title or not b.body.title:
        return ""
    left, right = _WORD.findall(a.body.title.casefold()), _WORD.findall(b.body.title.casefold())
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    slots = left[start : len(left) - end], right[start : len(right) - end]
    frame = start + end
    if not all(slots) or frame < max(map(len, slots)):
        return ""
    body = frozenset(_WORD.findall(a.body.text.casefold()))
    if any(word in body for slot in slots for word in slot):
        return ""
    shown = f"“{' '.join(slots[0])}” against “{' '.join(slots[1])}”"
    return f"the bodies are equal, but only the headlines say what they are about, and there they differ: {shown}"
