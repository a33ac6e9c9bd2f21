"""Look-ups of an index: sorted runs of postings asked and searched, new ones kept.

This is the specification; ``_native`` answers the same. A *posting* is a key of 40 bits above a row of 24; a *hit* is
the position of a key that was asked for, above a row that holds it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedupe._kernels._columns import Int64s, Uint64s

ROW_BITS = 24
ROW_MASK = (1 << ROW_BITS) - 1

FILTER_WORDS = 128
"""Words of 64 bits in the filter of one block: about 12 bits a posting, one false alarm in 300."""

_SHIFT = np.uint64(ROW_BITS)
_LOWER = np.uint64(ROW_MASK)
_PROBE = np.uint64(0xD6E8FEB86659FD93)
_HEAD = 11
_PADDING = bytes(8)
_WIDTHS = [np.uint64((1 << 8 * width) - 1) for width in range(9)]
"""What is left of a word of 64 bits, by the bytes of a difference."""

_MERGED_FROM = 2
"""A run of the tail is merged with the one before when that is less than so many times as long."""


# Directories and filters


class Places(NamedTuple):
    """Where keys stand in a block's filter: two words, and three bits of each."""

    first: Int64s
    first_bits: Uint64s
    second: Int64s
    second_bits: Uint64s


def filter_places(keys: Uint64s) -> Places:
    """Return where keys stand in a filter: the same places in every filter."""
    mixed = (keys ^ (keys >> np.uint64(33))) * _PROBE
    first = (mixed >> np.uint64(57)).view(np.int64)
    second = (mixed >> np.uint64(50)).view(np.int64) & (FILTER_WORDS - 1)
    return Places(first, _three_bits(mixed >> np.uint64(32)), second, _three_bits(mixed >> np.uint64(14)))


def _three_bits(chosen: Uint64s) -> Uint64s:
    """Return words with the bits that the lower three groups of six bits number."""
    one, six, low = np.uint64(1), np.uint64(6), np.uint64(63)
    bits: Uint64s = one << (chosen & low)
    chosen >>= six
    bits |= one << (chosen & low)
    chosen >>= six
    bits |= one << (chosen & low)
    return bits


def perhaps(keys: Uint64s, runs: Sequence[tuple[Uint64s, Uint64s]]) -> Int64s:
    """Say which blocks keys may stand in.

    Args:
        keys: Keys, their lower bits 0.
        runs: Of each sorted run the first posting of every block ``uint64[b]``, ascending, and all filters
            ``uint64[b * FILTER_WORDS]``.

    Returns:
        ``int64[n, 3]``: the number of the run, the position of the key, the block; by run, then position, the last
        block first. No block that holds a key is missing.
    """
    places = filter_places(keys)
    looks: list[tuple[int, int, int]] = []
    for number, (firsts, filters) in enumerate(runs):
        if not len(firsts):
            continue
        last = firsts.searchsorted(keys | _LOWER, side="right") - 1
        begins = last * FILTER_WORDS
        possible = (filters[begins + places.first] & places.first_bits) == places.first_bits
        possible &= (filters[begins + places.second] & places.second_bits) == places.second_bits
        possible &= last >= 0
        for position in possible.nonzero()[0].tolist():
            block, key = int(last[position]), keys[position]
            looks.append((number, position, block))
            while block and firsts[block] >= key:  # the postings of a key may begin in the block before
                block -= 1
                looks.append((number, position, block))
    return np.array(looks, dtype=np.int64).reshape(-1, 3)


# Blocks


def decode_blocks(payloads: Sequence[bytes]) -> Uint64s:
    """Return the postings of blocks, one block after the other, each ascending.

    Differences are read where they lie, as overlapping words of 64 bits, and summed up for all blocks at once.

    Raises:
        ValueError: Bytes that are no block.
    """
    counts = np.array([_counted(payload) for payload in payloads], dtype=np.int64)
    ends = counts.cumsum()
    begins = ends - counts
    made = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint64)
    for payload, begin, end in zip(payloads, begins.tolist(), ends.tolist(), strict=True):
        width = payload[10]
        words = np.ndarray((end - begin - 1,), "<u8", payload + _PADDING, _HEAD, (width,))
        np.bitwise_and(words, _WIDTHS[width], out=made[begin + 1 : end])
    firsts = np.frombuffer(b"".join([payload[:8] for payload in payloads]), dtype="<u8")
    np.cumsum(made, out=made)
    made += np.repeat(firsts - made[begins], counts)
    return made


def _counted(payload: bytes) -> int:
    count = int.from_bytes(payload[8:10], "little")
    if len(payload) < _HEAD or not 1 <= payload[10] <= 8 or len(payload) - _HEAD < count * payload[10]:
        raise ValueError("these bytes are no block")
    return count + 1


def encode(postings: Uint64s, room: int) -> list[tuple[int, bytes]]:
    """Cut ascending, distinct postings into blocks ``(postings, payload)``.

    A block holds its first posting, how many follow, the bytes of a difference, and the differences between neighbours
    in as many bytes as the largest one needs.

    Args:
        postings: Any.
        room: Bytes of differences in a block, 8 to 65,535.

    Raises:
        ValueError: There is no such room.
    """
    if not 8 <= room < 1 << 16:
        raise ValueError("a block of that size cannot be written")
    blocks = []
    begin = 0
    gaps = np.diff(postings)
    while begin < len(postings):
        for width in range(1, 9):
            inside = gaps[begin : begin + room // width - 1]
            if width == 8 or not len(inside) or int(inside.max()) < 1 << (8 * width):
                break
        columns = np.ascontiguousarray(inside.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width])
        head = int(postings[begin]).to_bytes(8, "little") + len(inside).to_bytes(2, "little") + bytes([width])
        blocks.append((len(inside) + 1, head + columns.tobytes()))
        begin += len(inside) + 1
    return blocks


def filters(postings: Uint64s, counts: Int64s) -> Uint64s:
    """Return the filters of blocks: no false "no", few false "perhaps".

    Args:
        postings: Those of all blocks, one block after the other.
        counts: How many each has.

    Returns:
        ``uint64[b * FILTER_WORDS]``.

    Raises:
        ValueError: The blocks have more postings than there are.
    """
    if len(counts) and (counts.min() < 0 or counts.sum() > len(postings)):
        raise ValueError("the blocks are not those of the postings")
    held = postings[: int(counts.sum())]
    begins = np.repeat(np.arange(len(counts)) * FILTER_WORDS, counts)
    places = filter_places(held & ~_LOWER)
    made = np.zeros(len(counts) * FILTER_WORDS, dtype=np.uint64)
    np.bitwise_or.at(made, begins + places.first, places.first_bits)
    np.bitwise_or.at(made, begins + places.second, places.second_bits)
    return made


def search(keys: Uint64s, payloads: Sequence[bytes], looks: Int64s) -> Uint64s:
    """Search blocks for keys.

    Args:
        keys: Keys, their lower bits 0.
        payloads: Encoded blocks.
        looks: ``int64[n, 3]``: the position of a key, the number of a payload, and the bits that a row has there; those
            of one payload best one after another.

    Returns:
        The hits, ascending and distinct.

    Raises:
        ValueError: A look is out of range, or a payload is no block.
    """
    hits: list[Uint64s] = [np.empty(0, dtype=np.uint64)]
    read, postings = -1, hits[0]
    for position, number, row_bits in looks.tolist():
        if not (0 <= position < len(keys) and 0 <= number < len(payloads) and 0 <= row_bits <= ROW_BITS):
            raise ValueError("a look is out of range")
        if number != read:
            read, postings = number, decode_blocks([payloads[number]])
        mask = (1 << row_bits) - 1
        low = int(keys[position]) >> ROW_BITS << row_bits
        begin = int(postings.searchsorted(np.uint64(low)))
        end = int(postings.searchsorted(np.uint64(low | mask), side="right"))
        hits.append(postings[begin:end] & np.uint64(mask) | np.uint64(position << ROW_BITS))
    return sorted_distinct(np.concatenate(hits))


def sorted_distinct(values: Uint64s) -> Uint64s:
    """Return values ascending, each once (``np.unique`` hashes, which is far slower here)."""
    ordered = values.copy()
    ordered.sort()
    fresh = ordered[1:] != ordered[:-1]
    return ordered if fresh.all() else np.concatenate((ordered[:1], ordered[1:][fresh]))


# The tail


class Tail:
    """New postings in memory, until they become a run: here sorted runs, each at least twice as long as the next."""

    def __init__(self) -> None:
        """Begin empty."""
        self._runs: list[Uint64s] = []

    def __len__(self) -> int:
        """Return how many postings were added."""
        return sum(map(len, self._runs))

    def add(self, postings: Uint64s) -> None:
        """Add postings."""
        self._runs.append(np.sort(postings))
        while len(self._runs) > 1 and len(self._runs[-2]) < _MERGED_FROM * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate((self._runs[-1], last)))

    def find(self, keys: Uint64s, known: Uint64s) -> Uint64s:
        """Return the hits of keys, and those that are known already, ascending and distinct as these are."""
        found = [known]
        for run in self._runs:
            begins, ends = run.searchsorted(keys), run.searchsorted(keys | _LOWER, side="right")
            counts = ends - begins
            which = np.repeat(np.arange(len(keys)), counts)
            places = np.arange(len(which)) + np.repeat(ends - counts.cumsum(), counts)
            found.append(which.astype(np.uint64) << _SHIFT | run[places] & _LOWER)
        return sorted_distinct(np.concatenate(found))

    def postings(self) -> Uint64s:
        """Return all postings, in any order."""
        return np.concatenate([np.empty(0, dtype=np.uint64), *self._runs])
