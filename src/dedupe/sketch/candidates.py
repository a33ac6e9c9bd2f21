"""The union of the channels: every pair worth verifying, once, with the channels that proposed it.

Generous on purpose. Five channels nominate: equal bodies (``exact``), alike signatures (``lsh``), shared passages
(``fingerprint``), equal addresses or headlines (``key``) and, where asked for, shared phrases (``wording``). A body
that stands at a thousand addresses is one body: its copies are paired with one representative, and only
representatives meet other texts, so copies cost linear time and never fill a bucket.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe._kernels import Held
from dedupe.records import Candidate, Overflow
from dedupe.sketch.fingerprints import (
    Part,
    SharedPairs,
    fingerprint_parts,
    shared_hashes,
    shared_postings,
    shared_rarely,
)
from dedupe.sketch.lsh import bucket_pairs
from dedupe.sketch.pairs import Booleans, Int64s, UInt64s, pack, unpack, width_of
from dedupe.sketch.phrases import MIN_SHARED

CHANNELS: tuple[str, ...] = ("exact", "lsh", "fingerprint", "key", "wording")
"""Names of the channels; channel ``i`` is bit ``1 << i`` of a candidate's mask."""

_EXACT, _LSH, _FINGERPRINT, _KEY, _WORDING = (1 << bit for bit in range(len(CHANNELS)))
_NAMES = tuple(
    tuple(name for bit, name in enumerate(CHANNELS) if mask >> bit & 1) for mask in range(1 << len(CHANNELS))
)


Worth = Callable[[UInt64s], Booleans]
"""Marks packed pairs, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketches:
    """What nomination needs to know of ``n`` documents, as columns.

    Attributes:
        body_hashes: Hash of each normalised body ``uint64[n]``; equal means the same body.
        comparable: Documents that may be compared at all ``bool[n]``: at least ``Config.min_tokens`` body tokens.
        band_keys: ``uint64[n, bands]``.
        has_signature: Documents long enough for one shingle ``bool[n]``.
        fingerprints: All documents' fingerprints, one document after another ``uint64[f]``.
        fingerprint_offsets: Where each document's begin, and the end ``int64[n + 1]``.
        keys: Columns ``uint64[n]`` whose equal values nominate: hashed canonical address, hashed headline with host. 0
            is no key.
        phrases: All documents' sampled phrases, as ``fingerprints``; ``None`` closes that channel.
        phrase_offsets: As ``fingerprint_offsets``.
        title_hashes: Documents with equal bodies and different titles can be different texts (a form with another
            company's name in the headline). Given ``uint64[n]``, copies are paired with the first of their body *and*
            title, and those with the first of their body.
        id_ranks: Position of each document's id in id order ``int64[n]``; chooses a body's representative. By
            default the input order, which then must be the id order for answers that do not depend on it.
    """

    body_hashes: UInt64s
    comparable: npt.NDArray[np.bool_]
    band_keys: UInt64s
    has_signature: npt.NDArray[np.bool_]
    fingerprints: UInt64s
    fingerprint_offsets: Int64s
    keys: tuple[UInt64s, ...] = ()
    phrases: UInt64s | None = None
    phrase_offsets: Int64s | None = None
    title_hashes: UInt64s | None = None
    id_ranks: Int64s | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Pairs to verify, compact; iterate for :class:`dedupe.records.Candidate` records.

    Attributes:
        pairs: Positions ``int64[m, 2]``, smaller first, ascending, each pair once.
        channels: Which channels proposed each pair, ``uint8[m]``, bits as in ``CHANNELS``.
        overflows: Caps that bit, by channel.
    """

    pairs: Int64s
    channels: npt.NDArray[np.uint8]
    overflows: tuple[Overflow, ...] = ()

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    def __iter__(self) -> Iterator[Candidate]:
        """Yield each pair as a record, in order, without holding them all."""
        for begin in range(0, len(self.pairs), 65_536):
            block = slice(begin, begin + 65_536)
            for (a, b), mask in zip(self.pairs[block].tolist(), self.channels[block].tolist(), strict=True):
                yield Candidate(a=a, b=b, channels=_NAMES[mask])


class Parts(NamedTuple):
    """Hashes of many documents as postings in parts, as :func:`dedupe.sketch.fingerprints.shared_postings` takes them.

    Attributes:
        fingerprints: Of the winnowed fingerprints.
        phrases: Of the sampled phrases; ``None`` closes that channel.
    """

    fingerprints: Iterable[Part]
    phrases: Iterable[Part] | None


def channel_names(mask: int) -> tuple[str, ...]:
    """Spell out a channel mask.

    >>> channel_names(5)
    ('exact', 'fingerprint')
    """
    return _NAMES[mask]


def proposed_by(masks: npt.NDArray[np.uint8], channel: str) -> npt.NDArray[np.bool_]:
    """Mark the channel masks that hold a channel.

    >>> proposed_by(np.array([1, 4, 5], dtype=np.uint8), "fingerprint").tolist()
    [False, True, True]
    """
    marked: npt.NDArray[np.bool_] = (masks >> CHANNELS.index(channel) & 1) > 0
    return marked


def find_candidates(
    sketches: Sketches,
    parts: Parts | None = None,
    *,
    bucket_cap: int,
    fingerprint_cap: int,
    min_shared_fingerprints: int = 1,
    worth: Worth | None = None,
) -> Candidates:
    """Nominate every pair worth verifying.

    Documents that are not ``comparable`` are in no pair. The pairs, taken as ids, do not depend on the order of the
    documents when ``id_ranks`` is given.

    Args:
        sketches: The documents.
        parts: Their fingerprints and phrases, where those are too many to be columns of ``sketches``.
        worth: Marks the packed pairs worth a look; the others are left out. All are by default.
        bucket_cap: Largest LSH bucket that nominates all its pairs.
        fingerprint_cap: Most documents that share a fingerprint or a key and still nominate all their pairs.
        min_shared_fingerprints: Fingerprints that a pair must share for that channel alone to nominate it.

    Cost: sorting; memory follows the distinct pairs. ``n`` copies of one body cost ``n - 1`` pairs.
    """
    representatives, exact = _collapse(sketches)
    is_body = (representatives == np.arange(len(representatives))) & sketches.comparable
    hashes = sketches.body_hashes
    lsh = bucket_pairs(sketches.band_keys, sketches.has_signature & is_body, hashes, cap=bucket_cap)
    prints, phrases = parts or _parts_of(sketches)
    shared = shared_postings(
        prints,
        hashes,
        cap=fingerprint_cap,
        minimum=min_shared_fingerprints,
        present=is_body,
    )
    keyed = _key_channel(sketches, representatives, fingerprint_cap)
    found = [
        (exact, _EXACT),
        (lsh.packed, _LSH),
        (shared.packed, _FINGERPRINT),
        *((each.packed, _KEY) for each in keyed),
    ]
    overflows = lsh.overflows + shared.overflows + tuple(overflow for each in keyed for overflow in each.overflows)
    found += [(retold, _WORDING) for retold in _wording_channel(phrases, is_body, fingerprint_cap)]
    return _union(found, overflows, worth)


def _wording_channel(phrases: Iterable[Part] | None, is_body: Booleans, cap: int) -> Iterator[UInt64s]:
    """Yield the pairs that share phrases, where that channel is open; its caps are no loss that is reported."""
    if phrases is not None:
        yield shared_rarely(phrases, len(is_body), cap=cap, minimum=MIN_SHARED, present=is_body)


def _parts_of(sketches: Sketches) -> Parts:
    phrases, offsets = sketches.phrases, sketches.phrase_offsets
    return Parts(
        fingerprint_parts(sketches.fingerprints, sketches.fingerprint_offsets),
        None if phrases is None or offsets is None else fingerprint_parts(phrases, offsets),
    )


def _collapse(sketches: Sketches) -> tuple[Int64s, UInt64s]:
    """Find each document's body representative, and pair copies with theirs.

    Returns:
        ``representatives`` ``int64[n]``: the document that stands for each one's body (itself when not comparable),
        and the pairs that tie copies to it, packed and ascending.
    """
    representatives = np.arange(len(sketches.body_hashes))
    # Few bodies stand in several documents: only those are sorted, by all bits of their hashes.
    documents = np.arange(len(representatives), dtype=np.uint32)
    width = width_of(len(representatives))
    postings, _ = _kernels.post(Held(sketches.body_hashes, documents), width=width)
    copied, _ = _kernels.collide([postings], width, sketches.comparable, len(representatives))
    chosen = np.sort(copied.members.astype(np.int64))
    ranks = sketches.id_ranks if sketches.id_ranks is not None else representatives
    hashes = sketches.body_hashes[chosen]
    titles = sketches.title_hashes[chosen] if sketches.title_hashes is not None else np.zeros_like(hashes)
    first_of_body = _first_of(chosen, ranks[chosen], hashes)
    first_of_variant = _first_of(chosen, ranks[chosen], titles, hashes)
    representatives[chosen] = first_of_body
    centre = np.where(first_of_variant == chosen, first_of_body, first_of_variant)
    copies = chosen != centre
    return representatives, np.sort(pack(np.minimum(centre, chosen)[copies], np.maximum(centre, chosen)[copies]))


def _first_of(documents: Int64s, ranks: Int64s, *keys: UInt64s) -> Int64s:
    """Return, for each document, the one of smallest rank with the same keys."""
    order = np.lexsort((ranks, *keys))
    fresh = np.zeros(len(order), dtype=bool)
    fresh[:1] = True
    for key in keys:
        fresh[1:] |= np.diff(key[order]) != 0
    firsts = documents[order][np.flatnonzero(fresh)]
    result = np.empty_like(documents)
    result[order] = firsts[np.cumsum(fresh) - 1]
    return result


def _key_channel(sketches: Sketches, representatives: Int64s, cap: int) -> list[SharedPairs]:
    """Join equal keys; a copy lends its key to its body's representative."""
    joined = []
    for key in sketches.keys:
        holders = np.flatnonzero((key != 0) & sketches.comparable)
        joined.append(
            shared_hashes(key[holders], representatives[holders], sketches.body_hashes, cap=cap, channel="key")
        )
    return joined


def _union(found: list[tuple[UInt64s, int]], overflows: tuple[Overflow, ...], worth: Worth | None) -> Candidates:
    """Merge the channels' pairs; each pair once, with the bits of all its channels."""
    packed, masks = _kernels.unite(found)
    if worth is not None:
        marked = worth(packed)
        packed, masks = packed[marked], masks[marked]
    return Candidates(pairs=unpack(packed), channels=masks, overflows=overflows)
