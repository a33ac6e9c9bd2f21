"""Numbers taken from two shingle sets or from an alignment: pure functions, each a ratio in [0, 1].

``passages`` is always the ``int32[p, 5]`` of :func:`dedupe._kernels.align`: start and end in ``a``, start and end in
``b``, matching tokens. An empty side gives 0.0, never a division error and never a perfect score.
"""

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.records import Sides

Passages = NDArray[np.int32]
Mask = NDArray[np.bool_]


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


def covered(passages: Passages, tokens_a: int, tokens_b: int) -> tuple[Mask, Mask]:
    """Mark the tokens of each side that lie inside a passage; a token counts once however many passages hold it."""
    masks = []
    for column, tokens in ((0, tokens_a), (2, tokens_b)):
        steps = np.zeros(tokens + 1, dtype=np.int64)
        np.add.at(steps, passages[:, column], 1)
        np.add.at(steps, passages[:, column + 1], -1)
        masks.append(np.cumsum(steps[:-1]) > 0)
    return masks[0], masks[1]


def similarity(passages: Passages, tokens_a: int, tokens_b: int) -> float:
    """Return ``2 * matching / (tokens of a + tokens of b)``: one number for people, symmetric, at most 1."""
    return min(1.0, ratio(2 * int(passages[:, 4].sum()), tokens_a + tokens_b))


def identity(passages: Passages) -> float:
    """Return matching tokens over aligned tokens of the longer side, passage by passage; 0.0 without passages."""
    if not len(passages):
        return 0.0
    longer = np.maximum(passages[:, 1] - passages[:, 0], passages[:, 3] - passages[:, 2])
    return ratio(int(passages[:, 4].sum()), int(longer.sum()))


def order(passages: Passages) -> float:
    """Return the share of matching tokens in the heaviest chain that increases on both sides; 0.0 without passages.

    A heaviest increasing subsequence by a prefix-maximum tree: ``p log p`` in the number of passages.
    """
    if not len(passages):
        return 0.0
    ranks = np.argsort(np.argsort(passages[:, 2], kind="stable"), kind="stable")
    tree = [0] * (len(passages) + 1)
    for rank, weight in zip(ranks.tolist(), passages[:, 4].tolist(), strict=True):
        best, node = 0, rank
        while node > 0:
            best = max(best, tree[node])
            node -= node & -node
        best += weight
        node = rank + 1
        while node <= len(passages):
            tree[node] = max(tree[node], best)
            node += node & -node
    return ratio(max(tree), int(passages[:, 4].sum()))


def residual(inside: Mask, prose: Mask) -> float:
    """Return the share of a body's tokens that is prose outside every passage."""
    return ratio(int(np.count_nonzero(prose & ~inside)), len(inside))
