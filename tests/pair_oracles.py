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


def nominated_by_keys(keys, present, content, cap):
    """Pairs that share a bucket, and what is reported of crowds, one bucket after another.

    Returns:
        The pairs, and for each centre of a crowd its content hash, the most documents, and the pairs kept of them.
    """
    pairs, crowds = set(), {}
    for band in range(len(keys[0]) if keys else 0):
        for bucket in _buckets(range(len(keys)), keys, band, present):
            if len(bucket) <= cap:
                pairs |= set(combinations(bucket, 2))
                continue
            kept = _star(bucket, content)
            following = (band + 1) % len(keys[0])
            for family in _buckets(bucket, keys, following, present) if following != band else []:
                kept |= set(combinations(family, 2)) if len(family) <= cap else _star(family, content)
            pairs |= kept
            centre = min(content[document] for document in bucket)
            crowds[centre] = max(crowds.get(centre, (0, 0)), (len(bucket), len(kept)))
    return pairs, crowds


def _buckets(documents, keys, band, present):
    found = {}
    for document in documents:
        if present[document]:
            found.setdefault(keys[document][band], []).append(document)
    return [bucket for bucket in found.values() if len(bucket) > 1]


def _star(bucket, content):
    centre = min(bucket, key=lambda document: content[document])
    return {(min(centre, other), max(centre, other)) for other in bucket if other != centre}
