"""How two texts begin: alike, or each with a beginning of its own.

Whoever copies, cuts or revises a text leaves its beginning in place, for that is where the news stands. Whoever makes
a story of his own out of it writes a beginning of his own, and the shared passages come later. Plain integers over the
alignment's rows: a handful of steps a pair.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe.verify.measures import Row, Stretch, ratio

OPENING_TOKENS = 50
"""Prose tokens that make the opening of a text: the first two sentences of a report."""

OPENING_ROOM = 100
"""Prose tokens of the longer text in which the shorter one's opening is looked for: a dateline, a summary or a further
clause may have been put before it or into it."""

MIN_SHARED = 25
"""Shared tokens without which two openings are not alike, however short the texts are: a sentence."""


def own_opening(inside: Sequence[Stretch], prose: memoryview) -> int:
    """Return how many prose tokens stand before the first shared one; all of them where nothing is shared.

    Args:
        inside: The disjoint stretches that passages cover, ascending.
        prose: Running count of prose tokens, one entry more than there are tokens.
    """
    before: int = prose[inside[0][0] if inside else len(prose) - 1]
    return before


def alike(rows: Sequence[Row], prose_a: memoryview, prose_b: memoryview) -> float:
    """Return the share of the shorter text's opening that stands where the longer one opens, in [0, 1].

    A passage counts as far as it lies inside the opening on both sides. Of two texts of one length either may be the
    shorter; the larger share is returned.

    Args:
        rows: The alignment.
        prose_a: Running count of the prose tokens of one text, one entry more than it has tokens.
        prose_b: The same of the other.
    """
    by_a = _alike(rows, prose_a, prose_b) if len(prose_a) <= len(prose_b) else 0.0
    by_b = _alike([(b, d, a, c) for a, c, b, d, _ in rows], prose_b, prose_a) if len(prose_b) <= len(prose_a) else 0.0
    return max(by_a, by_b)


def may_open_alike(first_a: int, first_b: int) -> bool:
    """Tell whether two texts that are prose throughout can open alike, by their first shared tokens; cheap."""
    nearer, farther = sorted((first_a, first_b))
    return nearer <= OPENING_TOKENS - MIN_SHARED and farther <= OPENING_ROOM - MIN_SHARED


def open_alike(first_a: NDArray[np.int64], first_b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell :func:`may_open_alike` of many pairs at once."""
    marked: NDArray[np.bool_] = np.minimum(first_a, first_b) <= OPENING_TOKENS - MIN_SHARED
    return marked & (np.maximum(first_a, first_b) <= OPENING_ROOM - MIN_SHARED)


def _alike(rows: Sequence[Row], shorter: memoryview, longer: memoryview) -> float:
    length = min(OPENING_TOKENS, shorter[len(shorter) - 1])
    end, room = bisect_left(shorter, length), bisect_left(longer, min(OPENING_ROOM, longer[len(longer) - 1]))
    shared = sum(
        max(0, min(min(row[1], end) - row[0], min(row[3], room) - row[2]))
        for row in rows
        if row[0] < end and row[2] < room
    )
    return min(1.0, ratio(shared, length)) if shared >= MIN_SHARED else 0.0
