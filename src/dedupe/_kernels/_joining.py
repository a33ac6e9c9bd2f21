"""The specification of what joins postings: who shares a hash with whom, group by group, pair by pair."""

from collections.abc import Sequence

import numpy as np

from dedupe._kernels._contract import Booleans, Groups, Int64s, Uint32s, Uint64s

MOST_DIVIDE_BITS = 16

PAIRS_AT_ONCE = 1 << 22
"""Pairs that wait before equal ones are put together: 64 MB."""

_HALF = np.uint64(32)


def divide(hashes: Uint64s, documents: Uint32s, bits: int) -> tuple[Uint64s, Uint32s, Int64s]:
    """Put postings into parts by the leading bits of their hashes; the order within a part stays.

    Args:
        hashes: ``uint64[n]``.
        documents: The document of each ``uint32[n]``.
        bits: From 1 to 16.

    Returns:
        Both columns, and the edges of the parts in them ``int64[2**bits + 1]``.
    """
    check_postings(hashes, documents)
    check_bits(bits)
    parts = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    order = np.argsort(parts, kind="stable")
    edges = np.concatenate(([0], np.cumsum(np.bincount(parts, minlength=1 << bits))))
    return hashes[order], documents[order], edges.astype(np.int64)


def collide(hashes: Uint64s, documents: Uint32s, present: Booleans, cap: int) -> tuple[Groups, Groups]:
    """Group the documents that share a hash; groups ascend by hash.

    Args:
        hashes: ``uint64[n]``, in any order.
        documents: The document of each ``uint32[n]``. One that holds a hash twice holds it once.
        present: Which documents take part ``bool[d]``.
        cap: Most members of a group, at least 0.

    Returns:
        The groups of 2 to ``cap`` members, and those of more.

    Raises:
        ValueError: The columns do not go together, or name a document that is not there.
    """
    check_postings(hashes, documents)
    if cap < 0:
        raise ValueError("a cap is at least 0")
    if len(documents) and int(documents.max()) >= len(present):
        raise ValueError("a posting names a document that is not there")
    there = present[documents]
    hashes, documents = hashes[there], documents[there]
    order = np.lexsort((documents, hashes))
    hashes, documents = hashes[order], documents[order]
    fresh = np.ones(len(hashes), dtype=bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (documents[1:] != documents[:-1])
    hashes, documents = hashes[fresh], documents[fresh]
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(hashes)), bool), hashes[1:] != hashes[:-1])))
    sizes = np.diff(np.append(starts, len(hashes))).astype(np.uint32)
    return _chosen(documents, sizes, (sizes > 1) & (sizes <= cap)), _chosen(documents, sizes, sizes > max(1, cap))


class Gathering:
    """Pairs inside groups gathered from postings, until they are asked for.

    The native kernel holds groups, equal ones together, and spells them out in the end; here they are at once.

    Args:
        documents: How many there are: members are below.
    """

    def __init__(self, documents: int) -> None:
        """Begin empty."""
        self._documents = documents
        self._pairs: list[tuple[Uint64s, Int64s]] = []
        self._waiting = 0

    def __len__(self) -> int:
        """Return how many numbers are held."""
        return sum(len(pairs) for pairs, _ in self._pairs)

    def add(self, groups: Groups) -> None:
        """Add groups.

        Raises:
            ValueError: A group has no members, or they do not ascend, or are no documents.
        """
        check_groups(groups, self._documents)
        members, sizes = groups.members.astype(np.uint64), groups.sizes.astype(np.int64)
        places = np.arange(len(members))
        followers = np.repeat(np.cumsum(sizes), sizes) - places - 1
        firsts = np.repeat(places, followers)
        ahead = np.arange(len(firsts)) - np.repeat(np.cumsum(followers) - followers, followers)
        pairs = (members[firsts] << _HALF) | members[firsts + 1 + ahead]
        self._pairs.append((pairs, np.ones(len(pairs), np.int64)))
        self._waiting += len(pairs)
        if self._waiting > max(PAIRS_AT_ONCE, len(self._pairs[0][0])):
            self._pairs, self._waiting = [add_up(self._pairs)], 0

    def collide(self, hashes: Uint64s, documents: Uint32s, present: Booleans, cap: int) -> Groups:
        """Add the groups that :func:`collide` finds, and return the crowds."""
        if len(present) > self._documents:
            raise ValueError("more documents are present than there are")
        groups, crowds = collide(hashes, documents, present, cap)
        self.add(groups)
        return crowds

    def pairs(self) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs inside groups, ascending, and how many groups hold each; begin anew.

        Returns:
            Pairs ``uint64[p]``, the first document in the upper half, and counts ``int64[p]``.
        """
        pairs, self._pairs, self._waiting = self._pairs, [], 0
        return add_up(pairs)


def add_up(columns: Sequence[tuple[Uint64s, Int64s]]) -> tuple[Uint64s, Int64s]:
    """Return the distinct values, ascending, and the sum of the weights of each.

    Args:
        columns: Values, and a weight for each; one column after another.
    """
    values, weights = joined(columns)
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    firsts = np.flatnonzero(np.concatenate((np.ones(min(1, len(values)), bool), values[1:] != values[:-1])))
    return values[firsts], np.add.reduceat(weights, firsts) if len(firsts) else weights


def joined(columns: Sequence[tuple[Uint64s, Int64s]]) -> tuple[Uint64s, Int64s]:
    """Put columns of values and weights one after another, in memory of their own."""
    if any(len(values) != len(weights) for values, weights in columns):
        raise ValueError("every value has one weight")
    values = np.concatenate([np.empty(0, np.uint64), *(each for each, _ in columns)], dtype=np.uint64)
    weights = np.concatenate([np.empty(0, np.int64), *(each for _, each in columns)], dtype=np.int64)
    return values, weights


def check_postings(hashes: Uint64s, documents: Uint32s) -> None:
    """Refuse columns that do not go together."""
    if len(hashes) != len(documents):
        raise ValueError("every hash has one document")


def check_bits(bits: int) -> None:
    """Refuse a number of parts that nobody could use."""
    if not 1 <= bits <= MOST_DIVIDE_BITS:
        raise ValueError(f"bits must be from 1 to {MOST_DIVIDE_BITS}, not {bits!r}")


def check_groups(groups: Groups, documents: int) -> None:
    """Refuse groups that are not complete, or whose members are not documents in order."""
    sizes, members = groups.sizes.astype(np.int64), groups.members.astype(np.int64)
    if int(sizes.sum()) != len(members) or not sizes.all():
        raise ValueError("every group has members, and every member is in a group")
    inside = np.ones(len(members), dtype=bool)
    inside[np.cumsum(sizes) - sizes] = False
    if (np.diff(members, prepend=-1)[inside] <= 0).any() or (members >= documents).any():
        raise ValueError("members ascend inside a group, and are documents")


def _chosen(members: Uint32s, sizes: Uint32s, chosen: Booleans) -> Groups:
    return Groups(members[np.repeat(chosen, sizes)], sizes[chosen])
