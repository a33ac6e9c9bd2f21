"""Alignment of two token sequences: the specification that the native kernel repeats bit for bit.

Greedy string tiling (Wise 1993, "String Similarity via Greedy String Tiling and Running Karp-Rabin Matching") on token
hashes: rare shared k-grams become maximal exact runs, the longest runs claim their tokens first so that nothing counts
twice, runs that follow each other closely on both sides are chained into passages, and a passage whose tokens do not
match well enough is split at its largest gap until every part does.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.uint64]

SEED_TOKENS = 3
"""Tokens in a seed. Shorter seeds survive more edits; three is the least that common phrases do not drown."""

SEED_OCCURRENCES = 4
"""A k-gram standing more often than this in either text seeds nothing: the work stays linear on repetitive text."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class _Run(NamedTuple):
    a: int
    b: int
    length: int


def align(
    a: Tokens, b: Tokens, *, max_gap_tokens: int, min_passage_tokens: int, min_passage_identity: float
) -> NDArray[np.int32]:
    """Align two token-hash sequences into passages.

    Args:
        a: Token hashes of one text.
        b: Token hashes of the other.
        max_gap_tokens: Longest run of differing tokens inside one passage, on either side.
        min_passage_tokens: Matching tokens a passage needs.
        min_passage_identity: Matching tokens over the longer side's tokens that a passage needs.

    Returns:
        ``int32[p, 5]`` with one row per passage, ascending by start in ``a``: start and end in ``a``, start and end in
        ``b`` (half-open, in tokens), and the number of matching tokens. Spans are disjoint on each side but for
        differing tokens between two runs of a passage.
        Two empty texts share nothing. Time and memory are linear in the texts for bounded seed occurrences.
    """
    if len(a) and len(a) == len(b) and bool(np.array_equal(a, b)):
        whole = [(0, len(a), 0, len(b), len(a))] if len(a) >= min_passage_tokens else []
        return np.array(whole, dtype=np.int32).reshape(-1, 5)
    tiles = _tiles(a, b)
    passages: list[tuple[int, int, int, int, int]] = []
    for chain in _chains(tiles, max_gap_tokens):
        passages += _passages_of(chain, a, b, min_passage_tokens, min_passage_identity)
    return np.array(sorted(passages), dtype=np.int32).reshape(-1, 5)


def _grams(tokens: Tokens) -> Tokens:
    """Hash every run of ``SEED_TOKENS`` tokens; fewer tokens than that give none."""
    count = len(tokens) - SEED_TOKENS + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    grams = np.zeros(count, dtype=np.uint64)
    for offset in range(SEED_TOKENS):
        grams = grams * _MULTIPLIER + tokens[offset : offset + count]
    return grams


def _seeds(a: Tokens, b: Tokens) -> list[tuple[int, int]]:
    """Return position pairs of rare shared k-grams, and of both texts' common first and last token."""
    grams_a, grams_b = _grams(a), _grams(b)
    order_a, order_b = np.argsort(grams_a, kind="stable"), np.argsort(grams_b, kind="stable")
    values_a, first_a, count_a = np.unique(grams_a[order_a], return_index=True, return_counts=True)
    values_b, first_b, count_b = np.unique(grams_b[order_b], return_index=True, return_counts=True)
    shared, in_a, in_b = np.intersect1d(values_a, values_b, assume_unique=True, return_indices=True)
    seeds: list[tuple[int, int]] = []
    for row in range(len(shared)):
        occurrences_a, occurrences_b = int(count_a[in_a[row]]), int(count_b[in_b[row]])
        if occurrences_a > SEED_OCCURRENCES or occurrences_b > SEED_OCCURRENCES:
            continue
        start_a, start_b = int(first_a[in_a[row]]), int(first_b[in_b[row]])
        seeds += [
            (int(i), int(j))
            for i in order_a[start_a : start_a + occurrences_a]
            for j in order_b[start_b : start_b + occurrences_b]
        ]
    if len(a) and len(b):
        seeds += [(0, 0), (len(a) - 1, len(b) - 1)]
    return seeds


def _runs(a: Tokens, b: Tokens) -> list[_Run]:
    """Extend every seed to the maximal exact run it lies in; each run once, none shorter than a seed."""
    runs: list[_Run] = []
    diagonal, covered = None, 0
    for d, i in sorted((j - i, i) for i, j in _seeds(a, b)):
        if d == diagonal and i < covered:
            continue
        if a[i] != b[i + d]:
            continue
        start, end = i, i + 1
        while start > 0 and start + d > 0 and a[start - 1] == b[start + d - 1]:
            start -= 1
        while end < len(a) and end + d < len(b) and a[end] == b[end + d]:
            end += 1
        diagonal, covered = d, end
        if end - start >= SEED_TOKENS:
            runs.append(_Run(start, start + d, end - start))
    return runs


def _tiles(a: Tokens, b: Tokens) -> list[_Run]:
    """Let the longest runs claim their tokens first; what is left of a shorter run keeps its longest free stretch."""
    used_a, used_b = np.zeros(len(a), dtype=bool), np.zeros(len(b), dtype=bool)
    tiles: list[_Run] = []
    for run in sorted(_runs(a, b), key=lambda run: (-run.length, run.a, run.b)):
        free = ~(used_a[run.a : run.a + run.length] | used_b[run.b : run.b + run.length])
        start, length = _longest_stretch(free)
        if length < SEED_TOKENS:
            continue
        tile = _Run(run.a + start, run.b + start, length)
        used_a[tile.a : tile.a + length] = True
        used_b[tile.b : tile.b + length] = True
        tiles.append(tile)
    return sorted(tiles)


def _longest_stretch(free: NDArray[np.bool_]) -> tuple[int, int]:
    """Return start and length of the longest run of True; the first of equals, ``(0, 0)`` where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
    if not len(edges):
        return 0, 0
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    best = int(np.argmax(lengths))
    return int(starts[best]), int(lengths[best])


def _chains(tiles: list[_Run], max_gap: int) -> list[list[_Run]]:
    """Chain each tile to the nearest earlier tile within the gap on both sides; no tile has two successors."""
    predecessor = [-1] * len(tiles)
    taken = [False] * len(tiles)
    for index, tile in enumerate(tiles):
        best, best_gap = -1, 2 * max_gap + 1
        for earlier in range(index - 1, -1, -1):
            other = tiles[earlier]
            gap_a = tile.a - other.a - other.length
            if gap_a > max_gap:
                break
            gap_b = tile.b - other.b - other.length
            if taken[earlier] or not 0 <= gap_b <= max_gap:
                continue
            if gap_a + gap_b < best_gap:
                best, best_gap = earlier, gap_a + gap_b
        predecessor[index] = best
        if best >= 0:
            taken[best] = True
    chains: list[list[_Run]] = []
    place = [-1] * len(tiles)
    for index, tile in enumerate(tiles):
        if predecessor[index] < 0:
            place[index] = len(chains)
            chains.append([tile])
        else:
            place[index] = place[predecessor[index]]
            chains[place[index]].append(tile)
    return chains


def _passages_of(
    chain: list[_Run], a: Tokens, b: Tokens, min_tokens: int, min_identity: float
) -> list[tuple[int, int, int, int, int]]:
    """Split a chain at its largest gap until every part matches well enough; drop the parts that are too short."""
    gaps = [_gap(chain[i], chain[i + 1], a, b) for i in range(len(chain) - 1)]
    passages = []
    pending = [(0, len(chain))]
    while pending:
        first, last = pending.pop()
        matched = sum(run.length for run in chain[first:last]) + sum(common for common, _ in gaps[first : last - 1])
        if matched < min_tokens:
            continue
        head, tail = chain[first], chain[last - 1]
        end_a, end_b = tail.a + tail.length, tail.b + tail.length
        if matched >= min_identity * max(end_a - head.a, end_b - head.b):
            passages.append((head.a, end_a, head.b, end_b, matched))
            continue
        cut = first + int(np.argmax([width for _, width in gaps[first : last - 1]]))
        pending += [(first, cut + 1), (cut + 1, last)]
    return passages


def _gap(before: _Run, after: _Run, a: Tokens, b: Tokens) -> tuple[int, int]:
    """Return the longest common subsequence of the tokens between two runs, and the gap's width on its longer side."""
    left = a[before.a + before.length : after.a]
    right = b[before.b + before.length : after.b]
    row = [0] * (len(right) + 1)
    for token in left:
        diagonal = 0
        for column, other in enumerate(right, start=1):
            above = row[column]
            row[column] = diagonal + 1 if token == other else max(above, row[column - 1])
            diagonal = above
    return row[-1], max(len(left), len(right))
