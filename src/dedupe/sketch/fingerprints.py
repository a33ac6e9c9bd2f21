"""The inverted index over winnowed fingerprints: who shares a passage, whatever else they hold.

Winnowing (Schleimer, Wilkerson, Aiken, *Winnowing: local algorithms for document fingerprinting*, SIGMOD 2003) keeps
of every window the smallest hash of ``k`` consecutive tokens, so any shared run of ``k + window - 1`` tokens leaves an
equal fingerprint in both documents. This channel finds what Jaccard cannot see: a cut copy inside a long page, a
round-up, one agency paragraph in a report. The kernel makes the fingerprints; this module joins them.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
    star_pairs,
    unpack,
)

POSTINGS_AT_ONCE = 1 << 21
"""Postings sorted in one pass over the index: bounds the working memory to some 150 MB."""


Part = tuple[UInt64s, np.ndarray[tuple[int, ...], np.dtype[np.integer]]]
"""Postings as two columns: hashes, and the document of each. All postings of one hash are in one part."""


class SharedPairs(NamedTuple):
    """Pairs that share hashes.

    Attributes:
        pairs: Positions ``int64[m, 2]``, smaller first, ascending, each pair once.
        shared: Hashes shared by each pair ``int64[m]``; over the cap only star pairs count a hash.
        overflows: Hashes held by more documents than the cap, one record for every star centre.
    """

    pairs: Int64s
    shared: Int64s
    overflows: tuple[Overflow, ...]


def shared_fingerprints(
    fingerprints: UInt64s,
    offsets: Int64s,
    content_hashes: UInt64s,
    *,
    cap: int,
    minimum: int = 1,
    present: npt.NDArray[np.bool_] | None = None,
) -> SharedPairs:
    """Nominate the documents that share fingerprints.

    Args:
        fingerprints: The fingerprints of all documents, one document after another ``uint64[f]``.
        offsets: Document ``i`` holds ``fingerprints[offsets[i]:offsets[i + 1]]``; ``int64[n + 1]``.
        content_hashes: One per document ``uint64[n]``, distinct among those present.
        cap: A fingerprint in more documents than this nominates only a star around the smallest content hash.
        minimum: Fingerprints a pair must share, at least 1.
        present: Which documents take part ``bool[n]``; all by default.
    """
    parts = fingerprint_parts(fingerprints, offsets)
    return shared_postings(parts, content_hashes, cap=cap, minimum=minimum, present=present)


def fingerprint_parts(fingerprints: UInt64s, offsets: Int64s) -> Iterator[Part]:
    """Yield the postings of fingerprints that stand one document after another, in parts by their leading bits."""
    documents = np.repeat(np.arange(len(offsets) - 1, dtype=np.uint32), np.diff(offsets))
    return _parts(fingerprints, documents)


def shared_hashes(  # noqa: PLR0913 - postings come as two columns
    hashes: UInt64s,
    documents: np.ndarray[tuple[int, ...], np.dtype[np.integer]],
    content_hashes: UInt64s,
    *,
    cap: int,
    minimum: int = 1,
    present: npt.NDArray[np.bool_] | None = None,
    channel: str = "fingerprint",
) -> SharedPairs:
    """Nominate the documents that share hashes, from postings ``(hash, document)`` in any order.

    The index is worked off in parts by the leading bits of the hash, so that memory is that of one part and of the
    distinct pairs. Time is that of sorting the postings plus at most ``cap / 2`` pairs a posting.

    A hash over the cap breaks the guarantee that every shared passage is seen, so each is reported.
    """
    return shared_postings(
        _parts(hashes, documents), content_hashes, cap=cap, minimum=minimum, present=present, channel=channel
    )


def shared_postings(
    parts: Iterable[Part],
    content_hashes: UInt64s,
    *,
    cap: int,
    minimum: int = 1,
    present: npt.NDArray[np.bool_] | None = None,
    channel: str = "fingerprint",
) -> SharedPairs:
    """Nominate the documents that share hashes, from postings that come in parts.

    Args:
        parts: ``(hashes, documents)``; equal hashes are in one part. Only one part is in memory at a time.
        content_hashes: As for :func:`shared_fingerprints`.
        cap: As there.
        minimum: As there.
        present: As there.
        channel: Name in the reports of hashes over the cap.
    """
    order, ranks = rank_by_hash(content_hashes)
    found, log = PairCounter(), OverflowLog(channel)
    for part, owners in parts:
        hashes, holders = part, owners
        if present is not None:
            there = present[owners]
            hashes, holders = part[there], owners[there]
        buckets = collisions(hashes, ranks[holders])
        crowded = buckets.sizes > cap
        for packed in all_pairs(buckets.select(~crowded)):
            found.add(packed)
        if crowded.any():
            crowds = buckets.select(crowded)
            found.add(star_pairs(crowds))
            _report(crowds, content_hashes[order], log)
    packed, shared = found.counted()
    enough = shared >= minimum
    pairs, shared = unpack(packed[enough], order), shared[enough]
    sequence = ascending(pairs)
    return SharedPairs(pairs[sequence], shared[sequence], log.overflows())


def _parts(hashes: UInt64s, documents: np.ndarray[tuple[int, ...], np.dtype[np.integer]]) -> Iterator[Part]:
    """Yield postings in parts by the leading bits of their hash, so that equal hashes are in one part."""
    bits = max(0, -(-len(hashes) // POSTINGS_AT_ONCE) - 1).bit_length()
    leading = np.zeros(len(hashes), dtype=np.uint16)
    for begin in range(0, len(hashes) if bits else 0, POSTINGS_AT_ONCE):
        block = slice(begin, begin + POSTINGS_AT_ONCE)
        leading[block] = hashes[block] >> np.uint64(64 - bits)
    for number in range(1 << bits):
        chosen = np.flatnonzero(leading == number)
        yield hashes[chosen], documents[chosen]


def _report(crowds: Buckets, hashes_by_rank: UInt64s, log: OverflowLog) -> None:
    """Log every hash over the cap with the pairs that its star keeps."""
    centres = hashes_by_rank[crowds.ranks[crowds.starts]]
    for centre, size in zip(centres.tolist(), crowds.sizes.tolist(), strict=True):
        log.record(centre, documents=size, kept=size - 1)
