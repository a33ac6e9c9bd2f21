"""Look-ups of an index by the native kernel, as the contract wants them."""

from collections.abc import Sequence

import numpy as np

from dedupe._kernels import _native
from dedupe._kernels._columns import Int64s, Uint8s, Uint64s
from dedupe._kernels._postings import FILTER_WORDS
from dedupe._kernels._tallying import Tallied


def perhaps(keys: Uint64s, runs: Sequence[tuple[Uint64s, Uint64s]]) -> Int64s:
    """See :func:`dedupe._kernels._postings.perhaps`."""
    return np.frombuffer(_native.perhaps(keys, tuple(runs)), np.int64).reshape(-1, 3)


def search(keys: Uint64s, payloads: Sequence[bytes], looks: Int64s) -> Uint64s:
    """See :func:`dedupe._kernels._postings.search`."""
    return np.frombuffer(_native.search(keys, tuple(payloads), np.ascontiguousarray(looks, np.int64)), np.uint64)


def encode(postings: Uint64s, room: int) -> list[tuple[int, bytes]]:
    """See :func:`dedupe._kernels._postings.encode`."""
    return _native.encode(np.ascontiguousarray(postings, np.uint64), room)


def filters(postings: Uint64s, counts: Int64s) -> Uint64s:
    """See :func:`dedupe._kernels._postings.filters`."""
    made = np.zeros(len(counts) * FILTER_WORDS, dtype=np.uint64)
    _native.filters(np.ascontiguousarray(postings, np.uint64), np.ascontiguousarray(counts, np.int64), made)
    return made


def crowded(hits: Uint64s, channels: Uint8s, caps: tuple[int, int]) -> Int64s:
    """See :func:`dedupe._kernels._tallying.crowded`."""
    return np.frombuffer(_native.tally(hits, channels, caps, None), np.int64).reshape(-1, 3)


def tally(hits: Uint64s, channels: Uint8s, caps: tuple[int, int], centres: Int64s) -> Tallied:
    """See :func:`dedupe._kernels._tallying.tally`."""
    counts, rarities = _native.tally(hits, channels, caps, np.ascontiguousarray(centres, np.int64))
    return Tallied(np.frombuffer(counts, np.int64).reshape(-1, 4), np.frombuffer(rarities, np.float64))


class Tail:
    """See :class:`dedupe._kernels._postings.Tail`; here a table of hashes, 16 to 32 bytes a posting."""

    def __init__(self, secret: int) -> None:
        """Begin empty; the secret decides where keys stand in memory."""
        self._tail = _native.tail(secret)
        self._count = 0

    def __len__(self) -> int:
        """Return how many postings were added."""
        return self._count

    def add(self, postings: Uint64s) -> None:
        """Add postings."""
        _native.tail_add(self._tail, postings)
        self._count += len(postings)

    def find(self, keys: Uint64s, known: Uint64s) -> Uint64s:
        """Return the hits of keys, and those that are known already, ascending and distinct as these are."""
        found = _native.tail_find(self._tail, keys, known)
        return known if found is None else np.frombuffer(found, np.uint64)

    def postings(self) -> Uint64s:
        """Return all postings, in any order."""
        return np.frombuffer(_native.tail_postings(self._tail), np.uint64)
