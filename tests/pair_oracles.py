"""Slow and obvious answers about pairs: what the sketch and group stages are held against."""

from itertools import combinations


def pairs_sharing_a_band(keys, present):
    """Every pair of present documents with an equal key in some column."""
    rows = keys.tolist()
    return {
        (i, j)
        for i, j in combinations(range(len(rows)), 2)
        if present[i] and present[j] and any(x == y for x, y in zip(rows[i], rows[j], strict=True))
    }


def shared_counts(sets):
    """Every pair of sets that meet, with how many elements they share."""
    return {(i, j): len(sets[i] & sets[j]) for i, j in combinations(range(len(sets)), 2) if sets[i] & sets[j]}


def components(count, edges):
    """Connected components by breadth-first search, as a set of frozen sets."""
    neighbours = {node: set() for node in range(count)}
    for a, b in edges:
        neighbours[a].add(b)
        neighbours[b].add(a)
    left, found = set(range(count)), set()
    while left:
        queue = [left.pop()]
        reached = set(queue)
        while queue:
            for other in neighbours[queue.pop(0)] & left:
                left.discard(other)
                reached.add(other)
                queue.append(other)
        found.add(frozenset(reached))
    return found
