"""What every kernel offers: the names, the shapes, the dtypes. Both kernels answer bit for bit the same."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Uint32s = NDArray[np.uint32]
Uint64s = NDArray[np.uint64]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Sketch(NamedTuple):
    """Everything a first pass over ``n`` texts leaves behind; rows are in the order of the texts.

    Attributes:
        signatures: uint32[n, K]. All ``0xFFFFFFFF`` where a text has fewer tokens than one shingle.
        has_signature: bool[n]. False for those texts: the row above must not be compared.
        token_counts: uint32[n].
        body_hashes: uint64[n]. xxh3_64 of all normalised tokens joined by one space, in UTF-8. No tokens: of nothing.
        fingerprints: uint64[m]. Winnowed fingerprints of all texts, one text after the other, each sorted and unique.
        fingerprint_offsets: int64[n + 1]. Text ``i`` owns ``fingerprints[offsets[i]:offsets[i + 1]]``.
    """

    signatures: Uint32s
    has_signature: Booleans
    token_counts: Uint32s
    body_hashes: Uint64s
    fingerprints: Uint64s
    fingerprint_offsets: Int64s


class Kernel(Protocol):
    """The functions a kernel module has."""

    name: str

    def tokenize(self, text: str) -> tuple[Uint64s, Uint32s, Uint32s]:
        """Return hash, start and end of every token."""

    def sketch(  # noqa: PLR0913 - one pass over the texts makes everything, so it needs everyone's parameters
        self,
        texts: Sequence[str],
        *,
        shingle_size: int,
        a: Uint32s,
        b: Uint32s,
        fingerprint_tokens: int,
        fingerprint_window: int,
        threads: int = 1,
    ) -> Sketch:
        """Return signatures, body hashes and fingerprints of all texts."""

    def shingle_hashes(self, text: str, shingle_size: int) -> Uint64s:
        """Return the sorted unique hashes of a text's shingles."""

    def band_keys(self, signatures: Uint32s, bands: int, rows: int) -> Uint64s:
        """Return one key for every band of every signature."""

    def intersection_size(self, x: Uint64s, y: Uint64s) -> int:
        """Count the values two sorted unique arrays share."""

    def align(
        self, a: Uint64s, b: Uint64s, *, max_gap_tokens: int, min_passage_tokens: int, min_passage_identity: float
    ) -> Int32s:
        """Return the passages that two token sequences share, int32[p, 5]."""
