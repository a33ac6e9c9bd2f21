"""Banding: which signatures are alike enough to be worth verifying.

A signature's slots are cut into ``bands`` of ``rows``; two documents meet when one band is equal in all its rows,
which happens with probability ``1 - (1 - J**rows)**bands`` (Leskovec, Rajaraman, Ullman, *Mining of Massive Datasets*,
section 3.4). Bands are chosen for *recall*, because what is nominated wrongly is verified and thrown away, while
what is not nominated is lost: datasketch 2.0 weighs both errors alike, and its 9 x 13 for a threshold of 0.8 finds two
pairs of five at J = 0.8.
"""

import functools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe._kernels import Groups, Held
from dedupe.errors import ConfigError
from dedupe.records import Overflow
from dedupe.sketch.pairs import (
    Int64s,
    OverflowLog,
    PairCounter,
    UInt64s,
    centres_of,
    regroup,
    select,
    stars,
    unpack,
    width_of,
)


class Bands(NamedTuple):
    """How a signature is cut: ``bands`` groups of ``rows`` slots. Uses the first ``bands * rows`` slots."""

    bands: int
    rows: int


class BucketPairs(NamedTuple):
    """Pairs that share a bucket.

    Attributes:
        packed: Each pair once, ascending ``uint64[m]``, as :func:`dedupe.sketch.pairs.pack` makes it.
        overflows: Buckets over the cap, one record for every star centre.
    """

    packed: UInt64s
    overflows: tuple[Overflow, ...]

    @property
    def pairs(self) -> Int64s:
        """Positions ``int64[m, 2]``, smaller first, ascending."""
        return unpack(self.packed)


def probability(jaccard: float, bands: int, rows: int) -> float:
    """Return how likely two documents of this Jaccard share at least one band, in [0, 1].

    The slots of a MinHash agree independently with probability J each, so this is exact for ideal permutations.
    """
    band = jaccard**rows
    return 1.0 if band >= 1 else -math.expm1(bands * math.log1p(-band))


@functools.lru_cache(maxsize=64)  # an index asks for every document, and the search takes a while
def choose_bands(num_perm: int, *, jaccard: float, recall: float) -> Bands:
    """Choose the most selective bands that still find a pair at ``jaccard`` with probability ``recall``.

    The most rows whose ``num_perm // rows`` bands reach the recall, because every row divides the false nominations by
    1/J; then the fewest bands that still do, because every band costs a sort.

    Args:
        num_perm: Slots of a signature, at least 1.
        jaccard: Jaccard at which the recall is promised, above 0 and at most 1; pairs more alike are found more often.
        recall: Wanted probability, above 0 and below 1 (1 only at ``jaccard=1``).

    Raises:
        ConfigError: A value is out of range, or not even bands of one row reach the recall.
    """
    if num_perm < 1 or not 0 < jaccard <= 1 or not (0 < recall < 1 or recall == jaccard == 1):
        raise ConfigError(
            f"cannot choose bands for num_perm={num_perm}, jaccard={jaccard}, recall={recall}: "
            "num_perm must be at least 1, jaccard above 0 and at most 1, recall above 0 and below 1"
        )
    for rows in range(num_perm, 0, -1):
        most = num_perm // rows
        if probability(jaccard, most, rows) >= recall:
            return Bands(_fewest_bands(most, rows, jaccard=jaccard, recall=recall), rows)
    best = probability(jaccard, num_perm, 1)
    raise ConfigError(
        f"no bands of {num_perm} slots find pairs at Jaccard {jaccard} with recall {recall}; "
        f"the best is {best:.6f} with {num_perm} bands of 1 row: raise num_perm or jaccard, or lower recall"
    )


def s_curve(bands: Bands, jaccards: Sequence[float] | None = None) -> Iterator[tuple[float, float]]:
    """Yield ``(jaccard, probability)``; at 0.00, 0.05 ... 1.00 unless told."""
    for jaccard in jaccards if jaccards is not None else [step / 20 for step in range(21)]:
        yield jaccard, probability(jaccard, *bands)


def bucket_pairs(keys: UInt64s, present: npt.NDArray[np.bool_], content_hashes: UInt64s, *, cap: int) -> BucketPairs:
    """Nominate the documents that share a bucket, band by band.

    A bucket of up to ``cap`` documents nominates all its pairs, so without an overflow the answer equals brute force. A
    larger one nominates, and reports:

    * a star: its smallest content hash with every other member, which is enough to unite copies of one text;
    * what it becomes when divided by the *next* band's key, all pairs up to ``cap`` members and a star above, so that
      families inside a crowd that shares only a template still meet, each around a centre of its own.

    So a crowd costs at most ``cap / 2 + 2`` pairs a member, and which pairs never depends on who arrived first.

    Args:
        keys: Band keys ``uint64[n, bands]``; best band by band in memory.
        present: Which documents have a signature ``bool[n]``; the others share nothing with anyone.
        content_hashes: One per document ``uint64[n]``, distinct (collapse equal bodies first); equal ones are
            ordered by position.
        cap: Largest bucket that nominates all its pairs, at least 2.

    Cost: a pass over n numbers a band, and a sort of those that do not stand alone; memory for one band and the
    distinct pairs.
    """
    log, found = OverflowLog("lsh"), PairCounter(len(content_hashes))
    documents = np.arange(len(present), dtype=np.uint32)
    bands, width = keys.shape[1], width_of(len(present))
    for band in range(bands):
        postings, _ = _kernels.post(Held(keys[:, band], documents), width=width)
        crowds = found.collide([postings], present, cap)
        if len(crowds.sizes):
            centres = centres_of(crowds, content_hashes)
            found.add(stars(crowds, centres))
            kept = crowds.sizes.astype(np.int64) - 1
            if bands > 1:
                families, crowd_of = regroup(crowds, keys[:, (band + 1) % bands])
                starts = centres_of(families, content_hashes)
                np.add.at(kept, crowd_of, _thin_out(families, starts, starts == centres[crowd_of], cap, found))
            hashes = content_hashes[centres]
            for centre, size, pairs in zip(hashes.tolist(), crowds.sizes.tolist(), kept.tolist(), strict=True):
                log.record(centre, documents=size, kept=pairs)
    packed, _ = found.counted()
    return BucketPairs(packed, log.overflows())


def _thin_out(
    families: Groups, centres: Int64s, centred: npt.NDArray[np.bool_], cap: int, found: PairCounter
) -> Int64s:
    """Nominate what the next band makes of crowded buckets; return the pairs that each family adds.

    Args:
        families: Parts of crowds.
        centres: One for each family.
        centred: Families around the centre of their crowd, whose star is among the pairs already.
        cap: Most members of a family that nominates all its pairs.
        found: Where the pairs go.
    """
    sizes = families.sizes.astype(np.int64)
    small = sizes <= cap
    found.add(select(families, small))
    found.add(stars(select(families, ~small), centres[~small]))
    pairs = np.where(small, sizes * (sizes - 1) // 2, sizes - 1)
    return pairs - np.where(centred, sizes - 1, 0)


def _fewest_bands(most: int, rows: int, *, jaccard: float, recall: float) -> int:
    """Return the smallest number of bands up to ``most`` that reaches the recall."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if probability(jaccard, middle, rows) >= recall:
            high = middle
        else:
            low = middle + 1
    return low
