"""Shared wording without shared passages: what a rewriter leaves of a text.

Whoever retells a text in other words keeps its three-word phrases long after its sentences are gone. The share of them
is a weaker proof than a passage and is only asked for where passages did not decide. Quotations are left out: two
reports on one speech share those without having met.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.sketch.phrases import PHRASE_TOKENS
from dedupe.verify.material import Material, Wording, quoted_tokens
from dedupe.verify.measures import Row
from dedupe.verify.passages import Texture

MIN_SHARED_PHRASES = 6
"""Shared phrases without which a share means nothing, however short the smaller text is."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def shared_wording(a: Material, b: Material, rows: list[Row], told: Sequence[Texture]) -> float:
    """Return the share of the smaller text's phrases, quotations and lists aside, that stand in the other, in [0, 1].

    Args:
        a: One body.
        b: The other.
        rows: Their alignment.
        told: What its passages are; those that are quotations or lists are left out on both sides.

    Returns:
        The share; 0.0 where fewer than ``MIN_SHARED_PHRASES`` are shared. A sort of both texts' phrases.
    """
    quoted = [row for row, texture in zip(rows, told, strict=True) if texture.kind != "narrative"]
    left = phrases(a, [(row[0], row[1]) for row in quoted])
    right = phrases(b, [(row[2], row[3]) for row in quoted])
    return share_of(left, right)


def share_of(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> float:
    """Return the share of the smaller set of phrases that stands in the other; 0.0 where too few do."""
    return share_by(len(left), len(right), _kernels.intersection_size(left, right))


def share_by(left: int, right: int, shared: int) -> float:
    """Return the share of the smaller of two sets of phrases, by their sizes and how many both have."""
    return shared / min(left, right) if shared >= MIN_SHARED_PHRASES else 0.0


def phrases(side: Material, left_out: Sequence[tuple[int, int]] = ()) -> NDArray[np.uint64]:
    """Hash the phrases of a text that stand wholly outside quotations.

    Args:
        side: The text.
        left_out: Further stretches to leave out, in tokens. Without any, the answer is kept with the text.

    Returns:
        ``uint64[p]``, sorted and distinct.
    """
    if left_out:
        return _hashed(side.tokens, side.quoted, left_out)
    if not side.phrases:
        side.phrases.append(_hashed(side.tokens, side.quoted, ()))
    return side.phrases[0]


def phrases_of(body: Wording) -> NDArray[np.uint64]:
    """Hash the phrases of a body as :func:`phrases` does, without making it ready for comparison."""
    return _hashed(*quoted_tokens(body), ())


def _hashed(
    tokens: NDArray[np.uint64], quoted: NDArray[np.bool_], left_out: Sequence[tuple[int, int]]
) -> NDArray[np.uint64]:
    count = len(tokens) - PHRASE_TOKENS + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    spoken = quoted.copy()
    for start, end in left_out:
        spoken[start:end] = True
    hashes = np.zeros(count, dtype=np.uint64)
    outside = np.ones(count, dtype=bool)
    for offset in range(PHRASE_TOKENS):
        hashes = hashes * _MULTIPLIER + tokens[offset : offset + count]
        outside &= ~spoken[offset : offset + count]
    hashes = np.sort(hashes[outside])  # np.unique takes twice as long
    fresh = np.ones(len(hashes), dtype=bool)
    np.not_equal(hashes[1:], hashes[:-1], out=fresh[1:])
    return hashes[fresh]
