"""Pairs of documents that share a hash, as arrays: the part that LSH buckets and fingerprint postings have in common.

Documents are known by their positions. A pair of them travels packed into one ``uint64`` (smaller position in the upper
half), which makes sorting, merging and counting pairs a matter of sorting plain numbers. "The first of a crowd" is the
document of the smallest content hash, never the first to arrive.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe._kernels import Groups
from dedupe.records import Overflow

UInt64s = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Weighed = tuple[UInt64s, Int64s]
"""Packed pairs, and a weight for each."""

NUMBERS_HELD = 1 << 22
"""Numbers in distinct groups from which they are spelt out in pairs: 16 MB, and as much to tell them apart."""

NUMBERS_KEPT = 1 << 30
"""The same where only pairs that come several times are wanted. Of texts that share phrases most pairs share one, and
each takes 16 bytes where pairs are spelt out before all groups are there: several times what the groups take. These are
the groups of some three million pages of news, 4 GB; records of a gathering are named by 32 bits."""

_HALF = np.uint64(32)
_LOWER = np.uint64(0xFFFF_FFFF)


def pack(smaller: npt.NDArray[np.integer], larger: npt.NDArray[np.integer]) -> UInt64s:
    """Pack two positions below 2**32 into one number that sorts like the pair."""
    return (smaller.astype(np.uint64) << _HALF) | larger.astype(np.uint64)


def unpack(packed: UInt64s) -> Int64s:
    """Turn packed pairs into pairs of positions ``int64[m, 2]``."""
    pairs = np.empty((len(packed), 2), dtype=np.int64)
    pairs[:, 0] = packed >> _HALF
    pairs[:, 1] = packed & _LOWER
    return pairs


def width_of(documents: int) -> int:
    """Return how many bits of a posting name one of so many documents."""
    return max(1, (documents - 1).bit_length())


def stars(crowds: Groups, centres: Int64s) -> Groups:
    """Pair the centre of every crowd with each of its other members: groups of two, linear in the members."""
    middles = np.repeat(centres, crowds.sizes).astype(np.uint32)
    points = crowds.members != middles
    members, middles = crowds.members[points], middles[points]
    pairs = np.stack((np.minimum(members, middles), np.maximum(members, middles)), axis=1)
    return Groups(pairs.ravel(), np.full(len(pairs), 2, dtype=np.uint32))


def centres_of(crowds: Groups, content_hashes: UInt64s) -> Int64s:
    """Return the member of the smallest content hash of every crowd; of several, the first."""
    if not len(crowds.sizes):
        return np.empty(0, dtype=np.int64)
    starts = starts_of(crowds)
    hashes = content_hashes[crowds.members]
    least = np.repeat(np.minimum.reduceat(hashes, starts), crowds.sizes)
    firsts = np.where(hashes == least, crowds.members.astype(np.int64), len(content_hashes))
    return np.minimum.reduceat(firsts, starts)


def starts_of(groups: Groups) -> Int64s:
    """Return where each group begins among the members."""
    return np.cumsum(groups.sizes, dtype=np.int64) - groups.sizes


def regroup(crowds: Groups, hashes: UInt64s) -> tuple[Groups, Int64s]:
    """Divide crowds by a second hash, given for every document, and drop what then stands alone.

    Returns:
        The families, and the number of the crowd that each comes from.
    """
    numbers = np.repeat(np.arange(len(crowds.sizes)), crowds.sizes)
    members = crowds.members
    second = hashes[members]
    order = np.lexsort((members, second, numbers))
    numbers, second, members = numbers[order], second[order], members[order]
    fresh = np.ones(len(members), dtype=bool)
    fresh[1:] = (numbers[1:] != numbers[:-1]) | (second[1:] != second[:-1])
    starts = np.flatnonzero(fresh)
    sizes = np.diff(np.append(starts, len(members))).astype(np.uint32)
    several = sizes > 1
    return Groups(members[np.repeat(several, sizes)], sizes[several]), numbers[starts[several]]


def select(groups: Groups, mask: npt.NDArray[np.bool_]) -> Groups:
    """Keep the groups that ``mask`` marks."""
    return Groups(groups.members[np.repeat(mask, groups.sizes)], groups.sizes[mask])


class PairCounter:
    """A growing set of pairs with how often each was met; memory follows the distinct pairs that are met often enough.

    Texts that share a passage share many hashes, so equal groups are put together before they are spelt out in pairs.

    Args:
        documents: How many there are.
        least: How often a pair has to be met, at least 1.
    """

    def __init__(self, documents: int, least: int = 1) -> None:
        """Begin empty."""
        self._gathering = _kernels.gathering(documents)
        self._least = least
        self._most = NUMBERS_HELD if least == 1 else NUMBERS_KEPT
        self._width = width_of(documents)
        self._pairs: list[Weighed] = [(np.empty(0, np.uint64), np.empty(0, np.int64))]
        self._waiting = 0

    def collide(self, runs: Sequence[UInt64s], present: Booleans, cap: int) -> Groups:
        """Count every pair of present documents once more for each hash that they share.

        Args:
            runs: Postings as :func:`dedupe._kernels.post` makes them, of :func:`width_of` as many documents.
            present: Which documents take part ``bool[n]``.
            cap: Most documents that share a hash and whose pairs count.

        Returns:
            The documents that share a hash with more than ``cap - 1`` others; their pairs are not counted.
        """
        crowds = self._gathering.collide(runs, self._width, present, cap)
        self._limit()
        return crowds

    def add(self, groups: Groups) -> None:
        """Count every pair inside every group once more; members ascend."""
        self._gathering.add(groups)
        self._limit()

    def counted(self) -> Weighed:
        """Return the distinct pairs met often enough, ascending, and their counts."""
        if not self._waiting and not len(self._pairs[0][0]):
            return self._gathering.pairs(self._least)
        self._spell_out()
        self._merge()
        pairs, counts = self._pairs[0]
        enough = counts >= self._least
        return (pairs, counts) if enough.all() else (pairs[enough], counts[enough])

    def _limit(self) -> None:
        """Spell groups out where they are too many; merge pairs when as many wait as are merged."""
        if len(self._gathering) > self._most:
            self._spell_out()
            if self._waiting > len(self._pairs[0][0]):
                self._merge()

    def _spell_out(self) -> None:
        self._pairs.append(self._gathering.pairs())
        self._waiting += len(self._pairs[-1][0])

    def _merge(self) -> None:
        columns = [each for each in self._pairs if len(each[0])]
        self._pairs, self._waiting = columns if len(columns) == 1 else [_kernels.add_up(columns)], 0


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
