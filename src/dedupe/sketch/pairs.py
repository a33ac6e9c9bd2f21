"""Pairs of documents that share a hash, as arrays: the part that LSH buckets and fingerprint postings have in common.

Documents are handled by *rank*, their position when ordered by content hash, so that "the first of a bucket" never
means the first to arrive. A pair of ranks travels packed into one ``uint64`` (smaller rank in the upper half), which
makes sorting, merging and counting pairs a matter of sorting plain numbers.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe.records import Overflow

UInt64s = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]

PAIRS_AT_ONCE = 1 << 22
"""Pairs expanded before they are merged: bounds the working memory to a few times 32 MB."""

_HALF = np.uint64(32)
_LOWER = np.uint64(0xFFFF_FFFF)


class Buckets(NamedTuple):
    """Documents grouped by a shared hash; only groups of two and more.

    Attributes:
        ranks: Members, group after group, ascending inside a group.
        starts: Where each group begins in ``ranks``.
        sizes: How many members it has.
    """

    ranks: Int64s
    starts: Int64s
    sizes: Int64s

    def select(self, mask: npt.NDArray[np.bool_]) -> "Buckets":
        """Keep the groups that ``mask`` marks; members stay where they are."""
        return Buckets(self.ranks, self.starts[mask], self.sizes[mask])

    def members(self) -> Int64s:
        """Return positions in ``ranks`` of every member of every group, group after group."""
        return np.repeat(self.starts, self.sizes) + _count_up(self.sizes)


def rank_by_hash(content_hashes: UInt64s) -> tuple[Int64s, Int64s]:
    """Order documents by content hash: ``(order, ranks)``, each the inverse of the other.

    Equal hashes keep their input order; callers who need independence of the input order pass distinct bodies.
    """
    order = np.argsort(content_hashes, kind="stable").astype(np.int64, copy=False)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return order, ranks


def collisions(hashes: UInt64s, ranks: Int64s) -> Buckets:
    """Group documents by equal hash and drop what stands alone.

    Args:
        hashes: One hash per posting.
        ranks: The document of each posting. A document posting one hash twice counts once.

    Cost: two sorts of packed numbers, the second of what does not stand alone. The first drops as many low bits of the
    hash as a posting's number needs; should different hashes then look equal, the whole hashes decide.
    """
    count = len(hashes)
    bits = np.uint64(max(1, count - 1).bit_length())
    packed = (hashes >> bits << bits) | np.arange(count, dtype=np.uint64)
    packed.sort()
    heads = packed >> bits
    same = heads[1:] == heads[:-1]
    shared = np.zeros(count, dtype=bool)
    shared[1:] |= same
    shared[:-1] |= same
    chosen = (packed[shared] & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    whole, heads = hashes[chosen], heads[shared]
    fresh = heads[1:] != heads[:-1]
    if not np.array_equal(fresh, whole[1:] != whole[:-1]):
        order = np.argsort(whole, kind="stable")
        chosen, whole = chosen[order], whole[order]
        fresh = whole[1:] != whole[:-1]
    return _group(np.concatenate((np.zeros(min(1, len(chosen)), np.int64), np.cumsum(fresh))), ranks[chosen])


def regroup(buckets: Buckets, hashes: UInt64s) -> Buckets:
    """Divide buckets by a second hash, given per rank, and drop what then stands alone."""
    groups = np.repeat(np.arange(len(buckets.starts)), buckets.sizes)
    ranks = buckets.ranks[buckets.members()]
    second = hashes[ranks]
    order = np.lexsort((ranks, second, groups))
    groups, second, ranks = groups[order], second[order], ranks[order]
    edges = np.flatnonzero((np.diff(groups) != 0) | (second[1:] != second[:-1])) + 1
    return _runs(ranks, edges)


def all_pairs(buckets: Buckets) -> Iterator[UInt64s]:
    """Yield every pair inside every bucket, packed, at most about ``PAIRS_AT_ONCE`` at a time."""
    members = buckets.members()
    followers = np.repeat(buckets.starts + buckets.sizes, buckets.sizes) - members - 1
    ends = np.cumsum(followers)
    begin = 0
    while begin < len(members):
        done = int(ends[begin - 1]) if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE, side="right")))
        left, rest = members[begin:stop], followers[begin:stop]
        firsts = np.repeat(left, rest)
        yield pack(buckets.ranks[firsts], buckets.ranks[firsts + 1 + _count_up(rest)])
        begin = stop


def star_pairs(buckets: Buckets) -> UInt64s:
    """Pair the smallest rank of every bucket with each of its other members: linear in the members."""
    members = buckets.members()
    centres = np.repeat(buckets.starts, buckets.sizes)
    points = members != centres
    return pack(buckets.ranks[centres[points]], buckets.ranks[members[points]])


def pack(smaller: Int64s, larger: Int64s) -> UInt64s:
    """Pack two ranks below 2**32 into one number that sorts like the pair."""
    return (smaller.astype(np.uint64) << _HALF) | larger.astype(np.uint64)


def unpack(packed: UInt64s, order: Int64s) -> Int64s:
    """Turn packed ranks into pairs of positions ``int64[m, 2]``, smaller position first."""
    pairs = np.stack((order[(packed >> _HALF).astype(np.int64)], order[(packed & _LOWER).astype(np.int64)]), axis=1)
    pairs.sort(axis=1)
    return pairs


def ascending(pairs: Int64s) -> Int64s:
    """Return the permutation that puts pairs into ascending order; equal pairs keep theirs."""
    return np.argsort(pack(pairs[:, 0], pairs[:, 1]), kind="stable").astype(np.int64, copy=False)


class PairCounter:
    """A growing set of packed pairs with how often each was added; memory follows the distinct pairs."""

    def __init__(self) -> None:
        """Begin empty."""
        self._pairs = np.empty(0, dtype=np.uint64)
        self._counts = np.empty(0, dtype=np.int64)
        self._waiting: list[UInt64s] = []
        self._waiting_pairs = 0

    def add(self, packed: UInt64s) -> None:
        """Count each of these pairs once more."""
        self._waiting.append(packed)
        self._waiting_pairs += len(packed)
        if self._waiting_pairs > max(PAIRS_AT_ONCE, len(self._pairs)):
            self._merge()

    def counted(self) -> tuple[UInt64s, Int64s]:
        """Return the distinct pairs, ascending, and their counts."""
        self._merge()
        return self._pairs, self._counts

    def _merge(self) -> None:
        if not self._waiting:
            return
        fresh, counts = np.unique(np.concatenate(self._waiting), return_counts=True)
        both = np.concatenate((self._pairs, fresh))
        order = np.argsort(both, kind="stable")
        both, counts = both[order], np.concatenate((self._counts, counts))[order]
        firsts = np.flatnonzero(np.concatenate(([True], both[1:] != both[:-1]))) if len(both) else np.empty(0, np.int64)
        self._pairs = both[firsts]
        self._counts = np.add.reduceat(counts, firsts) if len(firsts) else counts
        self._waiting, self._waiting_pairs = [], 0


class OverflowLog:
    """What a cap cut, summed up per star centre so that one crowd seen in forty bands is one report."""

    def __init__(self, channel: str) -> None:
        """Begin an empty log for one channel."""
        self._channel = channel
        self._crowds: dict[int, tuple[int, int, int]] = {}

    def record(self, centre_hash: int, *, documents: int, kept: int) -> None:
        """Note a bucket of ``documents`` around a content hash of which ``kept`` pairs were still nominated."""
        most, most_kept, times = self._crowds.get(centre_hash, (0, 0, 0))
        most, most_kept = max((most, most_kept), (documents, kept))
        self._crowds[centre_hash] = (most, most_kept, times + 1)

    def overflows(self) -> tuple[Overflow, ...]:
        """Return one record per star centre, the largest crowd first."""
        found = [
            Overflow(
                channel=self._channel,
                documents=documents,
                kept=kept,
                example=f"{times} shared key{'s' if times > 1 else ''} around content {centre:016x}",
            )
            for centre, (documents, kept, times) in self._crowds.items()
        ]
        return tuple(sorted(found, key=lambda each: (-each.documents, each.example)))


def _group(groups: Int64s, ranks: Int64s) -> Buckets:
    """Make buckets of members given with their group's number, each document once and in order of rank."""
    packed = pack(groups, ranks)
    packed.sort()
    packed = packed[np.concatenate((np.ones(min(1, len(packed)), bool), packed[1:] != packed[:-1]))]
    groups = (packed >> _HALF).astype(np.int64)
    return _runs((packed & _LOWER).astype(np.int64), np.flatnonzero(groups[1:] != groups[:-1]) + 1)


def _runs(ranks: Int64s, edges: Int64s) -> Buckets:
    """Make buckets from the positions where a new run begins; runs of one are dropped."""
    starts = np.concatenate((np.zeros(1, np.int64), edges)) if len(ranks) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(ranks)))
    return Buckets(ranks, starts, sizes).select(sizes > 1)


def _count_up(sizes: Int64s) -> Int64s:
    """Return ``0 .. size - 1`` for every size, one after another."""
    total = int(sizes.sum())
    return np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes)
