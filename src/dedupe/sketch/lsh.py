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

from dedupe.errors import ConfigError
from dedupe.records import Overflow
from dedupe.sketch.pairs import (
    Buckets,
    Int64s,
    OverflowLog,
    PairCounter,
    UInt64s,
    all_pairs,
    ascending,
    collisions,
    rank_by_hash,
    regroup,
    star_pairs,
    unpack,
)


class Bands(NamedTuple):
    """How a signature is cut: ``bands`` groups of ``rows`` slots. Uses the first ``bands * rows`` slots."""

    bands: int
    rows: int


class BucketPairs(NamedTuple):
    """Pairs that share a bucket.

    Attributes:
        pairs: Positions ``int64[m, 2]``, smaller first, ascending, each pair once.
        overflows: Buckets over the cap, one record for every star centre.
    """

    pairs: Int64s
    overflows: tuple[Overflow, ...]


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
    if num_perm < 1 or not 0 < jaccard <= 1 or not 0 < recall <= 1:
        raise ConfigError(
            f"cannot choose bands for num_perm={num_perm}, jaccard={jaccard}, recall={recall}: "
            "num_perm must be at least 1, jaccard above 0 and at most 1, recall above 0 and at most 1"
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
        keys: Band keys ``uint64[n, bands]``.
        present: Which documents have a signature ``bool[n]``; the others share nothing with anyone.
        content_hashes: One per document ``uint64[n]``, distinct (collapse equal bodies first); equal ones are
            ordered by position.
        cap: Largest bucket that nominates all its pairs, at least 2.

    Cost: one sort of n numbers a band; memory for one band and the distinct pairs.
    """
    order, _ = rank_by_hash(content_hashes)
    order = order[present[order]]
    log = OverflowLog("lsh")
    found = PairCounter()
    width = keys.shape[1]
    ranks = np.arange(len(order))
    for band in range(width):
        buckets = collisions(np.ascontiguousarray(keys[:, band])[order], ranks)
        crowded = buckets.sizes > cap
        for packed in all_pairs(buckets.select(~crowded)):
            found.add(packed)
        if crowded.any():
            crowds = buckets.select(crowded)
            kept = _thin_out(crowds, keys[order, (band + 1) % width] if width > 1 else None, cap, found)
            centres = content_hashes[order[crowds.ranks[crowds.starts]]]
            for centre, size, pairs in zip(centres.tolist(), crowds.sizes.tolist(), kept.tolist(), strict=True):
                log.record(centre, documents=size, kept=pairs)
    packed, _ = found.counted()
    pairs = unpack(packed, order)
    return BucketPairs(pairs[ascending(pairs)], log.overflows())


def _thin_out(crowds: Buckets, next_keys: UInt64s | None, cap: int, found: PairCounter) -> Int64s:
    """Nominate stars of crowded buckets and of what the next band makes of them; return pairs kept per bucket."""
    found.add(star_pairs(crowds))
    kept = crowds.sizes - 1
    if next_keys is None:
        return kept
    families = regroup(crowds, next_keys)
    # A member's bucket is found again by the position its run holds: runs keep the order of their buckets.
    small = families.sizes <= cap
    bucket_of = np.searchsorted(_bucket_ends(crowds), families.starts, side="right")
    centred = families.ranks[families.starts] == crowds.ranks[crowds.starts][bucket_of]
    pairs = np.where(small, families.sizes * (families.sizes - 1) // 2, families.sizes - 1)
    np.add.at(kept, bucket_of, pairs - np.where(centred, families.sizes - 1, 0))
    for packed in all_pairs(families.select(small)):
        found.add(packed)
    found.add(star_pairs(families.select(~small)))
    return kept


def _bucket_ends(crowds: Buckets) -> Int64s:
    """Return where each bucket ends once the buckets stand one after another without gaps."""
    return np.cumsum(crowds.sizes)


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
