"""The specification of what joins postings: who shares a hash with whom, group by group, pair by pair.

A posting is one number: in its last bits the document, before them as many bits of a hash as there is room for. So a
posting takes eight bytes, and sorting plain numbers puts those of one hash together, documents ascending. Of a million
documents 44 bits of the hash are left; two hashes that agree in them are one hash here, which can only add a candidate.
"""

from collections.abc import Sequence

import numpy as np

from dedupe._kernels._columns import Booleans, Groups, Held, Int64s, Uint8s, Uint32s, Uint64s

MOST_WIDTH = 32
MOST_PART_BITS = 16

PAIRS_AT_ONCE = 1 << 22
"""Pairs that wait before equal ones are put together: 64 MB."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio (Knuth, The Art of Computer Programming 3, section 6.4): every bit of what it
multiplies has its say in the leading ones."""

_HALF = np.uint64(32)


def post(held: Held, *, width: int, bits: int = 0, room: Uint64s | None = None) -> tuple[Uint64s, Int64s]:
    """Make postings, and put them into parts by the leading bits of what hashes became; equal hashes are in one part.

    Args:
        held: Documents and the hashes they hold.
        width: Bits that name a document, from 1 to 32.
        bits: There are ``2**bits`` parts, up to 16 bits.
        room: Where the postings go, ``uint64`` of their number; new memory by default.

    Returns:
        The postings ``uint64[n]``, in the order they came within a part, and where parts begin and end in them
        ``int64[2**bits + 1]``.

    Raises:
        ValueError: The columns do not go together, or the width is too small for a document.
    """
    check_width(width)
    check_held(held, width)
    room = check_room(len(held.hashes), bits, room)
    documents = held.documents if held.lengths is None else np.repeat(held.documents, held.lengths)
    low = np.uint64((1 << width) - 1)
    postings = (held.hashes * _SPREAD & ~low) | documents.astype(np.uint64)
    parts = (postings >> np.uint64(1) >> np.uint64(63 - bits)).astype(np.int64)
    room[:] = postings[np.argsort(parts, kind="stable")]
    return room, np.concatenate(([0], np.cumsum(np.bincount(parts, minlength=1 << bits)))).astype(np.int64)


def collide(runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> tuple[Groups, Groups]:
    """Group the documents that share a hash; groups ascend by what :func:`post` made of it.

    Args:
        runs: Postings ``uint64[n]`` in any order; one that is there twice counts once.
        width: Bits of them that name a document.
        present: Which documents take part ``bool[d]``.
        cap: Most members of a group, at least 0.

    Returns:
        The groups of 2 to ``cap`` members, and those of more.

    Raises:
        ValueError: A posting names a document that is not there.
    """
    check_width(width)
    if cap < 0:
        raise ValueError("a cap is at least 0")
    postings = np.concatenate([np.empty(0, np.uint64), *runs])
    documents = postings & np.uint64((1 << width) - 1)
    if len(documents) and int(documents.max()) >= len(present):
        raise ValueError("a posting names a document that is not there")
    postings = np.unique(postings[present[documents.astype(np.int64)]])
    hashes, documents = postings >> np.uint64(width), postings & np.uint64((1 << width) - 1)
    starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(hashes)), bool), hashes[1:] != hashes[:-1])))
    sizes = np.diff(np.append(starts, len(hashes))).astype(np.uint32)
    members = documents.astype(np.uint32)
    return _chosen(members, sizes, (sizes > 1) & (sizes <= cap)), _chosen(members, sizes, sizes > max(1, cap))


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

    def collide(self, runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> Groups:
        """Add the groups that :func:`collide` finds, and return the crowds."""
        if len(present) > self._documents:
            raise ValueError("more documents are present than there are")
        groups, crowds = collide(runs, width, present, cap)
        self.add(groups)
        return crowds

    def pairs(self, least: int = 1) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs that at least so many groups hold, ascending, and how many do; begin anew.

        Returns:
            Pairs ``uint64[p]``, the first document in the upper half, and counts ``int64[p]``.
        """
        held, self._pairs, self._waiting = self._pairs, [], 0
        pairs, counts = add_up(held)
        enough = counts >= least
        return pairs[enough], counts[enough]


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


def unite(columns: Sequence[tuple[Uint64s, int]]) -> tuple[Uint64s, Uint8s]:
    """Return the distinct values of several columns, ascending, and the bits of all columns that hold each.

    Args:
        columns: Ascending, distinct values ``uint64``, and the bits that they bring, below 256.
    """
    made = joined([(values, np.full(len(values), bits, dtype=np.int64)) for values, bits in columns])
    values, inverse = np.unique(made[0], return_inverse=True)
    marks = np.zeros(len(values), dtype=np.uint8)
    np.bitwise_or.at(marks, inverse, made[1].astype(np.uint8))
    return values, marks


def check_width(width: int) -> None:
    """Refuse a number of bits that names no documents, or leaves no hash."""
    if not 1 <= width <= MOST_WIDTH:
        raise ValueError(f"width must be from 1 to {MOST_WIDTH}, not {width!r}")


def check_held(held: Held, width: int) -> None:
    """Refuse columns that do not go together."""
    lengths = np.ones(len(held.documents), np.int64) if held.lengths is None else held.lengths
    if len(lengths) != len(held.documents) or (lengths < 0).any() or int(lengths.sum()) != len(held.hashes):
        raise ValueError("every hash has one document")
    if len(held.documents) and int(held.documents.max()) >> width:
        raise ValueError(f"a document is not named by {width} bits")


def check_room(count: int, bits: int, room: Uint64s | None) -> Uint64s:
    """Refuse a number of parts that nobody could use, or room for another number of postings; return the room."""
    if not 0 <= bits <= MOST_PART_BITS:
        raise ValueError(f"bits must be from 0 to {MOST_PART_BITS}, not {bits!r}")
    if room is None:
        return np.empty(count, dtype=np.uint64)
    if len(room) != count:
        raise ValueError(f"there is room for {len(room)} postings, not for {count}")
    return room


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
