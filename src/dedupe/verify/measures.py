"""Numbers taken from two shingle sets or from an alignment: pure functions, each a ratio in [0, 1].

``rows`` are always those of :func:`dedupe._kernels.align`, as lists: start and end in ``a``, start and end in ``b``,
matching tokens. An empty side gives 0.0, never a division error and never a perfect score. A pair has few passages, so
plain integers are several times faster here than arrays over the tokens.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.records import Sides

Row = Sequence[int]
"""One passage: start and end in ``a``, start and end in ``b`` (half-open, in tokens), matching tokens."""

Stretch = tuple[int, int]
"""Half-open, in tokens."""


def resemblance(shingles_a: NDArray[np.uint64], shingles_b: NDArray[np.uint64]) -> tuple[float, Sides]:
    """Return exact Jaccard and containment of two sorted, distinct shingle sets.

    Both as defined by Broder 1997, "On the resemblance and containment of documents". Two empty sets resemble each
    other by 0.0: nothing shared is no evidence.
    """
    shared = _kernels.intersection_size(shingles_a, shingles_b)
    union = len(shingles_a) + len(shingles_b) - shared
    containment = Sides(ratio(shared, len(shingles_a)), ratio(shared, len(shingles_b)))
    return ratio(shared, union), containment


def ratio(part: float, whole: float) -> float:
    """Return ``part / whole``, and 0.0 where there is no whole."""
    return float(part) / float(whole) if whole else 0.0


def covered(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Unite stretches: ascending, disjoint, so that a token counts once however many passages hold it."""
    ascending = sorted(stretches)
    united = ascending[:1]
    for start, end in ascending[1:]:
        before, reach = united[-1]
        if start <= reach:
            united[-1] = before, max(reach, end)
        else:
            united.append((start, end))
    return united


def length(stretches: Iterable[Stretch]) -> int:
    """Return the tokens in disjoint stretches."""
    return sum(end - start for start, end in stretches)


def similarity(rows: Sequence[Row], tokens_a: int, tokens_b: int) -> float:
    """Return ``2 * matching / (tokens of a + tokens of b)``: one number for people, symmetric, at most 1."""
    return min(1.0, ratio(2 * sum(row[4] for row in rows), tokens_a + tokens_b))


def identity(rows: Sequence[Row]) -> float:
    """Return matching tokens over aligned tokens of the longer side, passage by passage; 0.0 without passages."""
    longer = sum(max(row[1] - row[0], row[3] - row[2]) for row in rows)
    return ratio(sum(row[4] for row in rows), longer)


def order(rows: Sequence[Row]) -> float:
    """Return the share of matching tokens in the heaviest chain that increases on both sides; 0.0 without passages.

    A heaviest increasing subsequence by a prefix-maximum tree: ``p log p`` in the number of passages.
    """
    starts = [row[2] for row in rows]
    if all(earlier <= later for earlier, later in pairwise(starts)):
        return 1.0 if rows else 0.0
    ranks = [0] * len(rows)
    for rank, place in enumerate(sorted(range(len(rows)), key=starts.__getitem__)):
        ranks[place] = rank
    tree = [0] * (len(rows) + 1)
    for rank, row in zip(ranks, rows, strict=True):
        best, node = 0, rank
        while node > 0:
            best = max(best, tree[node])
            node -= node & -node
        best += row[4]
        node = rank + 1
        while node <= len(rows):
            tree[node] = max(tree[node], best)
            node += node & -node
    return ratio(max(tree), sum(row[4] for row in rows))


def residual(inside: Iterable[Stretch], prose: memoryview) -> float:
    """Return the share of a body's tokens that is prose outside every passage.

    Args:
        inside: The disjoint stretches that passages cover.
        prose: Running count of prose tokens, one entry more than there are tokens.
    """
    held = sum(prose[end] - prose[start] for start, end in inside)
    return ratio(prose[len(prose) - 1] - held, len(prose) - 1)
