"""Three-word phrases: what a rewritten text still shares when no passage of it is left whole.

A sample that depends on the phrase alone (every phrase whose hash falls into the lowest part, as in Irber et al. 2022,
"Lightweight compositional analysis of metagenomes with FracMinHash") keeps containment: of what two texts share, each
keeps the same part.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from dedupe import _kernels

UInt64s = npt.NDArray[np.uint64]

PHRASE_TOKENS = 3
"""Three words: two are idiom, four no longer survive a rewriter."""

SAMPLED = 4
"""One phrase in four is kept: a text of 200 words keeps 50."""

MIN_SHARED = 3
"""Sampled phrases that a pair must share to be nominated: twelve shared phrases, give or take."""

_LIMIT = np.uint64(2**64 // SAMPLED)


def sample(text: str) -> UInt64s:
    """Return the sampled phrase hashes of a text, ``uint64[p]``, sorted and distinct; none for fewer than 3 tokens."""
    hashes = _kernels.shingle_hashes(text, PHRASE_TOKENS)
    return hashes[: int(np.searchsorted(hashes, _LIMIT))]


def sample_all(texts: Iterable[str]) -> tuple[UInt64s, npt.NDArray[np.int64]]:
    """Return the samples of all texts, one after the other, and where each begins (``int64[n + 1]``)."""
    samples = [sample(text) for text in texts]
    offsets = np.concatenate(([0], np.cumsum([len(each) for each in samples], dtype=np.int64)))
    return np.concatenate([np.empty(0, dtype=np.uint64), *samples]), offsets.astype(np.int64)
