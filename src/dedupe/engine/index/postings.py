"""Postings: one 64-bit number per (key, document), sorted, cut into blocks, each block with its checksum.

Everything that is looked up goes through one kind of entry: bands and fingerprints, equal bodies, addresses and
headlines, but also ids, copies and comparisons. The upper 40 bits of a posting are the key, the lower 24 the row of the
document, so a table is a sorted array of plain numbers, and two tables are merged by sorting them together. At a
million documents a key meets a stranger's with probability 1e-4; what is found is verified against the row, so that
this costs a look and never an answer.
"""

from enum import IntEnum

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe._kernels._postings import FILTER_WORDS, ROW_BITS, ROW_MASK, decode_blocks, filter_places, sorted_distinct

__all__ = [
    "BLOCK_BYTES",
    "FILTER_WORDS",
    "KEY_MASK",
    "MAX_ROWS",
    "ROW_BITS",
    "ROW_MASK",
    "Int64s",
    "Kind",
    "Table",
    "UInt64s",
    "decode_block",
    "decode_blocks",
    "encode_blocks",
    "filter_of",
    "filter_places",
    "key_of",
    "narrow",
    "posting_keys",
    "row_bits_of",
    "row_key",
    "rows_of",
    "seal",
    "sorted_distinct",
    "text_value",
    "unseal",
    "widen",
]

UInt64s = NDArray[np.uint64]
Int64s = NDArray[np.int64]

MAX_ROWS = 1 << ROW_BITS
KEY_MASK = np.uint64(~ROW_MASK & (1 << 64) - 1)
BLOCK_BYTES = 4_040
"""Bytes of an encoded block: two fill a page."""

_HEADER = 19
_SHIFT = np.uint64(ROW_BITS)
_LOWER = np.uint64(ROW_MASK)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_PLAIN = (int(_STEP), int(_FIRST), int(_SECOND))
_WORD = (1 << 64) - 1


class Kind(IntEnum):
    """What a key is about; keys of different kinds never mean each other."""

    ID = 1
    """The caller's id -> its row."""
    EXACT = 2
    """Hash of a body -> the first row with it."""
    VARIANT = 3
    """Hash of a body and its headline -> the first row with both."""
    COPY = 4
    """A row -> the rows that carry the same body after it."""
    EDGE = 5
    """A row -> the later rows that were compared with it and share a passage."""
    BAND = 6
    FINGERPRINT = 7
    ADDRESS = 8
    HEADLINE = 9


def posting_keys(values: UInt64s, kinds: UInt64s) -> UInt64s:
    """Mix values and their kinds into keys: 40 upper bits, the lower 24 are 0 (splitmix64's finaliser)."""
    mixed = values + kinds * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed ^= mixed >> np.uint64(31)
    keys: UInt64s = (mixed >> _SHIFT) << _SHIFT
    return keys


def key_of(value: int, kind: Kind) -> int:
    """Return the key of one value, as :func:`posting_keys` makes it; numbers of Python's own are faster for a few."""
    mixed = value + kind * _PLAIN[0] & _WORD
    mixed = (mixed ^ mixed >> 30) * _PLAIN[1] & _WORD
    mixed = (mixed ^ mixed >> 27) * _PLAIN[2] & _WORD
    return (mixed ^ mixed >> 31) >> ROW_BITS << ROW_BITS


def row_key(row: int, kind: Kind) -> int:
    """Return the key under which other rows are noted for ``row``."""
    return key_of(row, kind)


def text_value(*parts: bytes) -> int:
    """Hash strings of bytes to the value of a key; where one ends and the next begins makes a difference."""
    return xxhash.xxh3_64_intdigest(b"".join([len(part).to_bytes(8, "little") + part for part in parts]))


def row_bits_of(postings: UInt64s) -> int:
    """Return how many bits the rows of some postings need."""
    return int((postings & _LOWER).max()).bit_length() if len(postings) else 0


def narrow(postings: UInt64s, row_bits: int) -> UInt64s:
    """Leave out the bits that no row needs: smaller numbers in the same order.

    Args:
        postings: Any; their rows below ``1 << row_bits``.
        row_bits: Bits left for the row.
    """
    bits = np.uint64(row_bits)
    narrowed: UInt64s = (postings >> _SHIFT) << bits | (postings & _LOWER)
    return narrowed


def widen(narrowed: UInt64s, row_bits: int) -> UInt64s:
    """Undo ``narrow``."""
    bits = np.uint64(row_bits)
    postings: UInt64s = (narrowed >> bits) << _SHIFT | (narrowed & np.uint64((1 << row_bits) - 1))
    return postings


def encode_blocks(postings: UInt64s) -> list[tuple[int, bytes]]:
    """Cut ascending, distinct postings into blocks ``(postings, payload)`` of at most ``BLOCK_BYTES``, sealed."""
    return _kernels.encode(postings, BLOCK_BYTES - _HEADER)


class Table:
    """Tables; one part of what a seal is about, so that no page of one table passes for a page of another.

    Plain numbers: every block that is read is held against its seal, and an enumeration's members are slow to come by.
    """

    SETTINGS = 1
    STATE = 2
    DOCUMENTS = 3
    CONTENTS = 4
    NOTES = 5
    BLOCKS = 6
    FILTERS = 7
    GONE = 8


def seal(table: int, number: int, payload: bytes) -> bytes:
    """Append the checksum of a payload, of its table and of the number it is stored under."""
    return payload + xxhash.xxh3_64_digest(payload, seed=table << 58 | number)


def unseal(table: int, number: int, sealed: object) -> bytes | None:
    """Return the payload, or ``None`` where it is not what was stored there under this number."""
    if not isinstance(sealed, bytes) or len(sealed) < 8:
        return None
    payload = sealed[:-8]
    return payload if xxhash.xxh3_64_digest(payload, seed=table << 58 | number) == sealed[-8:] else None


def decode_block(payload: bytes) -> UInt64s:
    """Return the postings of a block, ascending."""
    return decode_blocks([payload])


def filter_of(postings: UInt64s) -> UInt64s:
    """Return the filter of one block, ``uint64[FILTER_WORDS]``: no false "no", few false "perhaps"."""
    return _kernels.filters(postings, np.array([len(postings)], dtype=np.int64))


def rows_of(postings: UInt64s) -> Int64s:
    """Return the rows of postings."""
    return (postings & _LOWER).astype(np.int64)
