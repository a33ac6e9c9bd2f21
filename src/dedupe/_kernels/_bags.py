"""The words of a text, however ordered, in 288 bytes: the specification that the native kernel repeats bit for bit.

Most candidates of a large collection share some phrase and little else. Their bags tell it before their texts are read:
tokens are counted by the last bits of their hashes, as in :mod:`dedupe._kernels._measure` but in fewer buckets, and
what two bags have in common at most is never less than what two texts do.
"""

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._columns import Booleans, Uint32s, Uint64s

BUCKETS = 1024
"""Tokens are counted by the last ten bits of their hashes, up to :data:`MOST` in a bucket."""

MOST = 3

GROUPS = 32
"""What is beyond ``MOST`` is counted by the last five bits, up to 255."""

FULL = 252
"""A group that counts so many may hide a token that stands 255 times: such a text is never held against the bound, as
in :data:`dedupe._kernels._measure.FULL`."""

BAG_BYTES = BUCKETS // 4 + GROUPS
"""Bytes of a bag: the lower bits of all buckets, their higher bits, the groups. The first bucket is the lowest bit."""

Bags = NDArray[np.uint8]


def bag(tokens: Uint64s) -> Bags:
    """Return the bag of a text, ``uint8[BAG_BYTES]``, by the hashes of its tokens."""
    counts = np.bincount((tokens % np.uint64(BUCKETS)).astype(np.int64), minlength=BUCKETS)
    beyond = np.maximum(counts - MOST, 0).reshape(-1, GROUPS).sum(axis=0)
    kept = np.minimum(counts, MOST).astype(np.uint8)
    planes = [np.packbits(kept >> shift & 1, bitorder="little") for shift in (0, 1)]
    return np.concatenate([*planes, np.minimum(beyond, 255).astype(np.uint8)])


def may_reach(bags: Bags, token_counts: Uint32s, pairs: Uint64s, reach: float) -> Booleans:
    """Mark the pairs of texts that may have a share ``reach`` of the shorter one's tokens in common.

    What is not marked, ``measure`` does not reach either.

    Args:
        bags: ``uint8[n, BAG_BYTES]``.
        token_counts: ``uint32[n]``.
        pairs: Places of two texts each, the first in the upper half ``uint64[m]``.
        reach: As in :class:`dedupe._kernels._columns.Limits`.

    Raises:
        ValueError: The bags are not of these texts, or a pair names a text that is not there.
    """
    check_bags(bags, token_counts)
    ends = np.stack((pairs >> np.uint64(32), pairs & np.uint64(0xFFFF_FFFF)), axis=1).astype(np.int64)
    if (ends >= len(bags)).any():
        raise ValueError("a pair names a text that is not there")
    marked = np.zeros(len(pairs), dtype=np.bool_)
    for place, (first, second) in enumerate(ends.tolist()):
        a, b = _counts(bags[first]), _counts(bags[second])
        full = any((each[BUCKETS:] >= FULL).any() for each in (a, b))
        common, shorter = float(np.minimum(a, b).sum()), float(min(token_counts[first], token_counts[second]))
        marked[place] = full or common >= reach * shorter
    return marked


def check_bags(bags: Bags, token_counts: Uint32s) -> None:
    """Refuse bags that are not of these texts."""
    if bags.shape != (len(token_counts), BAG_BYTES):
        raise ValueError(f"bags must be uint8[{len(token_counts)}, {BAG_BYTES}], not {bags.shape}")


def _counts(made: Bags) -> NDArray[np.int64]:
    """Return what a bag counts: of every bucket, then of every group."""
    low, high = np.unpackbits(made[:-GROUPS].reshape(2, -1), axis=1, bitorder="little").astype(np.int64)
    return np.concatenate([low + 2 * high, made[-GROUPS:].astype(np.int64)])
