"""The inverted index over winnowed fingerprints: who shares a passage, whatever else they hold.

Winnowing (Schleimer, Wilkerson, Aiken, *Winnowing: local algorithms for document fingerprinting*, SIGMOD 2003) keeps
of every window the smallest hash of ``k`` consecutive tokens, so any shared run of ``k + window - 1`` tokens leaves an
equal fingerprint in both documents. This channel finds what Jaccard cannot see: a cut copy inside a long page, a
round-up, one agency paragraph in a report. The kernel makes the fingerprints; this module joins them.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe._kernels import Groups, Held
from dedupe.records import Overflow
from dedupe.sketch.pairs import Int64s, OverflowLog, PairCounter, UInt64s, centres_of, stars, unpack, width_of

POSTINGS_AT_ONCE = 1 << 21
"""Postings sorted in one pass over the index: bounds the working memory to some 100 MB."""

MEMBERS_AT_ONCE = 1 << 20
"""Members of crowds that wait until they are paired with their centres: 4 MB, and ten times as much for the pairs."""

Part = Sequence[UInt64s]
"""Postings as :func:`dedupe._kernels.post` makes them, in runs. All postings of one hash are in one part."""


class SharedPairs(NamedTuple):
    """Pairs that share hashes.

    Attributes:
        packed: Each pair once, ascending ``uint64[m]``, as :func:`dedupe.sketch.pairs.pack` makes it.
        shared: Hashes shared by each pair ``int64[m]``; over the cap only star pairs count a hash.
        overflows: Hashes held by more documents than the cap, one record for every star centre.
    """

    packed: UInt64s
    shared: Int64s
    overflows: tuple[Overflow, ...]

    @property
    def pairs(self) -> Int64s:
        """Positions ``int64[m, 2]``, smaller first, ascending."""
        return unpack(self.packed)


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
    documents = np.arange(len(offsets) - 1, dtype=np.uint32)
    return _parts(Held(fingerprints, documents, np.diff(offsets)), len(documents))


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
    parts = _parts(Held(hashes, documents.astype(np.uint32)), len(content_hashes))
    return shared_postings(parts, content_hashes, cap=cap, minimum=minimum, present=present, channel=channel)


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
        parts: Postings of :func:`dedupe.sketch.pairs.width_of` as many documents; equal hashes are in one part.
        content_hashes: As for :func:`shared_fingerprints`.
        cap: As there.
        minimum: As there.
        present: As there.
        channel: Name in the reports of hashes over the cap.
    """
    found, log = PairCounter(len(content_hashes), minimum), OverflowLog(channel)
    everyone = np.ones(len(content_hashes), dtype=bool) if present is None else present
    for crowds in _together(found.collide(part, everyone, cap) for part in parts):
        centres = centres_of(crowds, content_hashes)
        found.add(stars(crowds, centres))
        _report(crowds, content_hashes[centres], log)
    return SharedPairs(*found.counted(), log.overflows())


def shared_rarely(
    parts: Iterable[Part], documents: int, *, cap: int, minimum: int, present: npt.NDArray[np.bool_]
) -> UInt64s:
    """Return the pairs of documents that share hashes of no more than ``cap`` of them: what more hold tells nothing.

    Not a cap to be reported: whatever two texts share beyond that still counts.

    Args:
        parts: As for :func:`shared_postings`, of so many documents.
        documents: How many there are.
        cap: Most documents present that hold a hash which counts.
        minimum: As there.
        present: As there.

    Returns:
        Packed pairs, ascending. Memory follows the postings and the pairs returned, not the pairs that share one hash.
    """
    found = PairCounter(documents, minimum)
    for part in parts:
        found.collide(part, present, cap)
    return found.counted()[0]


def _together(crowds: Iterable[Groups]) -> Iterator[Groups]:
    """Put the few crowds of many parts together, up to a limit, so that what is done with them is done once."""
    waiting: list[Groups] = []
    members = 0
    for some in itertools.chain(crowds, [None]):
        if some is not None and len(some.sizes):
            waiting.append(some)
            members += len(some.members)
        if waiting and (some is None or members > MEMBERS_AT_ONCE):
            yield Groups(*(np.concatenate(column) for column in zip(*waiting, strict=True)))
            waiting, members = [], 0


def _parts(held: Held, documents: int) -> Iterator[Part]:
    """Yield postings in parts by the leading bits of their hash, so that equal hashes are in one part."""
    bits = max(0, -(-len(held.hashes) // POSTINGS_AT_ONCE) - 1).bit_length()
    postings, edges = _kernels.post(held, width=width_of(documents), bits=bits)
    for start, stop in itertools.pairwise(edges.tolist()):
        yield [postings[start:stop]]


def _report(crowds: Groups, centres: UInt64s, log: OverflowLog) -> None:
    """Log every hash over the cap with the pairs that its star keeps."""
    for centre, size in zip(centres.tolist(), crowds.sizes.tolist(), strict=True):
        log.record(centre, documents=size, kept=size - 1)
