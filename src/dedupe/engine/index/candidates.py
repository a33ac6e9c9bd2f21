"""Which documents of the index are worth comparing with a new one: the channels of the batch engine, one at a time.

Equal bodies meet through their hash, alike ones through bands, shared passages through fingerprints, and one page's
versions through address and headline. A key held by more documents than its cap brings in only the holder with the
smallest content hash, and takes in no further holder but one with a smaller hash still: lists stay short for ever.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import xxhash

from dedupe import _kernels
from dedupe._kernels import Tallied
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import ROW_BITS, Int64s, Kind, UInt64s, rows_of
from dedupe.engine.index.shelf import Shelf

_IDENTIFYING = 3
"""A document's first keys: its id, its body, its body and headline."""

_NO_ROWS = np.empty(0, dtype=np.int64)
_NO_CENTRES = np.empty((0, 2), dtype=np.int64)
_NOBODY = _kernels.Tallied(np.empty((0, 4), dtype=np.int64), np.empty(0, dtype=np.float64))

_CHANNELS = tuple(
    tuple(name for bit, name in enumerate(("lsh", "fingerprint", "key")) if number >> bit & 1) for number in range(8)
)


class Nomination(NamedTuple):
    """A row worth comparing.

    Attributes:
        row: First row of its body.
        bands, fingerprints, keys: How many of each are shared.
    """

    row: int
    bands: int = 0
    fingerprints: int = 0
    keys: int = 0

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that proposed it."""
        return _CHANNELS[(self.bands > 0) | (self.fingerprints > 0) << 1 | (self.keys > 0) << 2]


@dataclass(slots=True)
class Nominations:
    """What the keys of a document brought in.

    Attributes:
        tallied: Rows, the most alike first, with how many bands, fingerprints and keys are shared; and the shared
            fingerprints, each divided by how many documents hold it: furniture weighs little.
        crowded: Positions of keys that have enough holders: the document is not noted under them.
        overflows: How many keys were over their cap.
    """

    tallied: Tallied = _NOBODY
    crowded: list[int] = field(default_factory=list)
    overflows: int = 0


def nominate_rows(
    incoming: Incoming, hits: UInt64s, shelf: Shelf, centres: dict[int, tuple[int, int, int]]
) -> Nominations:
    """Count what each row shares with a document, and order the rows by it.

    Args:
        incoming: The document.
        hits: What its keys found.
        shelf: The index.
        centres: Cache of crowded keys: a hash of the holders, the one with the smallest content hash, and that.
    """
    if not len(hits):
        return Nominations()
    crowded: list[int] = []
    chosen: list[tuple[int, int]] = []
    caps = (shelf.config.bucket_cap, shelf.config.fingerprint_max_documents)
    runs = _kernels.crowded(hits, incoming.channels, caps).tolist()
    rows = rows_of(hits) if runs else _NO_ROWS
    for position, begin, end in runs:
        centre, smallest = _centre(incoming.keys.item(position), rows[begin:end], shelf, centres)
        chosen.append((position, centre))
        if incoming.body_hash >= smallest:
            crowded.append(position)
    pairs = np.array(chosen, dtype=np.int64).reshape(-1, 2) if chosen else _NO_CENTRES
    return Nominations(_kernels.tally(hits, incoming.channels, caps, pairs), crowded, len(chosen))


def _centre(key: int, rows: Int64s, shelf: Shelf, centres: dict[int, tuple[int, int, int]]) -> tuple[int, int]:
    """Return the holder of a crowded key with the smallest content hash, and that hash."""
    held = xxhash.xxh3_64_intdigest(rows.tobytes())  # as many others may hold it after a document is forgotten
    known = centres.get(key)
    if known is not None and known[0] == held:
        return known[1:]
    hashes = shelf.learn(rows).body_hash[rows]
    smallest = hashes.min()
    centre = int(rows[hashes == smallest].min())
    if len(centres) >= 100_000:
        centres.clear()
    centres[key] = (held, centre, int(smallest))
    return centre, int(smallest)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document before it is compared: each a row, 0 for none.

    Attributes:
        same_id: The document that carries its id.
        base: First row with its body; ``variant``: with its headline, too.
    """

    same_id: int
    base: int
    variant: int


def recognise(incoming: Incoming, written_id: bytes, hits: UInt64s, shelf: Shelf) -> Known:
    """Find a document's id and its body among what its keys found."""
    identifying = hits[: hits.searchsorted(np.uint64(_IDENTIFYING << ROW_BITS))]
    if not len(identifying):
        return Known(0, 0, 0)
    rows: dict[int, list[int]] = {}
    for position, row in zip((identifying >> np.uint64(ROW_BITS)).tolist(), rows_of(identifying).tolist(), strict=True):
        rows.setdefault(int(incoming.kinds[position]), []).append(row)
    same_id = next((n for n in rows.get(Kind.ID, []) if shelf.counts(n) and shelf.row(n).id == written_id), 0)
    base = next((n for n in rows.get(Kind.EXACT, []) if _is_base(incoming, n, shelf) and shelf.living(n)), 0)
    variant = next(
        (n for n in rows.get(Kind.VARIANT, []) if base and shelf.facts(n).base[n] == base and shelf.living(n)), 0
    )
    return Known(same_id, base, variant)


def _is_base(incoming: Incoming, number: int, shelf: Shelf) -> bool:
    facts = shelf.facts(number)
    return bool(facts.base[number] == number and facts.body_hash[number] == incoming.body_hash)


def same_tokens(incoming: Incoming, number: int, shelf: Shelf) -> bool:
    """Tell whether two bodies with one hash are one body: hashes of 64 bits can be crafted, tokens are compared."""
    return bool(np.array_equal(incoming.compared.tokens, shelf.material(number).tokens))
