"""Which documents of the index are worth comparing with a new one: the channels of the batch engine, one at a time.

Equal bodies meet through their hash, alike ones through bands, shared passages through fingerprints, and one page's
versions through address and headline. A key held by more documents than its cap brings in only the holder with the
smallest content hash, and takes in no further holder but one with a smaller hash still: lists stay short for ever.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe._kernels import Tallied
from dedupe.config import Config
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import ROW_BITS, Int64s, Kind, UInt64s, rows_of
from dedupe.engine.index.shelf import Shelf

WHOLE_SHARE = 0.2
"""Share of the shorter body's fingerprints from which two bodies may be one text: merging needs half of the words."""

_IDENTIFYING = 3
"""A document's first keys: its id, its body, its body and headline."""

_NOBODY = _kernels.Tallied(np.empty((0, 4), dtype=np.int64), np.empty(0, dtype=np.float64))

_ORDER = ("lsh", "fingerprint", "key")


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
        shared = (self.bands, self.fingerprints, self.keys)
        return tuple(name for name, count in zip(_ORDER, shared, strict=True) if count)


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

    @property
    def rows(self) -> Int64s:
        """The rows."""
        rows: Int64s = self.tallied.counts[:, 0]
        return rows

    def one(self, place: int) -> Nomination:
        """Return what stands at a place."""
        return Nomination(*self.tallied.counts[place].tolist())

    def may_be_one_text(self, tokens: Int64s, config: Config) -> NDArray[np.bool_]:
        """Mark the pairs that can be more than a shared passage, by what they share of the shorter body.

        Args:
            tokens: Tokens of the shorter body of each.
            config: The index's parameters.
        """
        counts = self.tallied.counts
        expected = 2 * np.maximum(0, tokens - (config.fingerprint_tokens - 1)) / (config.fingerprint_window + 1)
        marked: NDArray[np.bool_] = counts[:, 2] >= WHOLE_SHARE * expected
        marked |= (counts[:, 1] | counts[:, 3]) > 0
        return marked


def nominate_rows(incoming: Incoming, hits: UInt64s, shelf: Shelf, centres: dict[int, tuple[int, int]]) -> Nominations:
    """Count what each row shares with a document, and order the rows by it.

    Args:
        incoming: The document.
        hits: What its keys found.
        shelf: The index.
        centres: Cache of crowded keys: a hash of the holders, and the one with the smallest content hash.
    """
    made = Nominations()
    chosen: list[tuple[int, int]] = []
    caps = (shelf.config.bucket_cap, shelf.config.fingerprint_max_documents)
    for position, begin, end in _kernels.crowded(hits, incoming.channels, caps).tolist():
        centre = _centre(int(incoming.keys[position]), hits[begin:end], shelf, centres)
        chosen.append((position, centre))
        made.overflows += 1
        if incoming.body_hash >= int(shelf.facts(centre).body_hash[centre]):
            made.crowded.append(position)
    made.tallied = _kernels.tally(hits, incoming.channels, caps, np.array(chosen, dtype=np.int64).reshape(-1, 2))
    return made


def _centre(key: int, holders: UInt64s, shelf: Shelf, centres: dict[int, tuple[int, int]]) -> int:
    """Return the holder of a crowded key with the smallest content hash."""
    held = xxhash.xxh3_64_intdigest(holders.tobytes())  # as many others may hold it after a document is forgotten
    known = centres.get(key)
    if known is not None and known[0] == held:
        return known[1]
    rows = rows_of(holders)
    hashes = shelf.learn(rows).body_hash[rows]
    centre = int(rows[hashes == hashes.min()].min())
    if len(centres) >= 100_000:
        centres.clear()
    centres[key] = (held, centre)
    return centre


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
