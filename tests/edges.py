"""Verified pairs, and the clusters they make."""

from dedupe.group.assembly import Lookups
from dedupe.group.clusters import build_clusters
from dedupe.group.verdicts import Edge


def same(a, b, similarity=0.9, text="near_identical", editorial="unknown"):
    """A verified pair of one text."""
    return Edge(a, b, text, editorial, similarity)


def other(a, b, similarity=0.0, text="none"):
    """A verified pair of two texts."""
    return Edge(a, b, text, "unknown", similarity)


def copies(first, *rest):
    """Pairs of a text and its copies."""
    return [Edge(first, each, "identical", "republication", 1.0) for each in rest]


def clustered(count, edges, verify=None, hashes=None, **changes):
    """The clusters of so many documents."""
    ids = [f"d{position:05}" for position in range(count)]
    hashes = [position + 1 for position in range(count)] if hashes is None else hashes
    lookups = changes.pop("lookups", None) or Lookups(verify=verify)
    return build_clusters(ids, hashes, edges, lookups=lookups, **changes)
