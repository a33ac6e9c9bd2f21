"""From a text to its tokens, and from these to its signature, body hash, fingerprints and bag. The specification."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import xxhash

from dedupe._kernels._bags import BAG_BYTES, bag
from dedupe._kernels._checks import check_bands, check_parameters, check_slots, check_texts
from dedupe._kernels._columns import Int64s, Sketch, Uint32s, Uint64s
from dedupe._kernels._unicode import ALONE, CLASSES, LETTER, MARK, fold_with_offsets

NO_VALUE = np.uint32(0xFFFFFFFF)
"""Every slot of a signature that is not one."""

_TOKEN = re.compile(f"{LETTER}[{LETTER}{MARK}]*|{ALONE}{MARK}*")
_PERMUTED_AT_ONCE = 2048
_ROLLING_MULTIPLIER = 0x9FB21C651E98DF25
_BAND_MULTIPLIER = 0x9E3779B97F4A7C15


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield every token with its half-open span of code points in ``text``.

    A character that folds to several tokens (``½``, U+FDFA) gives all of them its own span.
    """
    folded, starts, ends = fold_with_offsets(text)
    for match in _TOKEN.finditer(folded.translate(CLASSES)):
        start, end = match.span()
        token = folded[start:end]
        if starts is None or ends is None:
            yield token, start, end
        else:
            yield token, starts[start], ends[end - 1]


def tokenize(text: str) -> tuple[Uint64s, Uint32s, Uint32s]:
    """Return xxh3_64 of every token's UTF-8, and its half-open span in code points of ``text``."""
    found = list(tokens(text))
    hashes = np.array([_hash(token) for token, _, _ in found], dtype=np.uint64)
    starts = np.array([start for _, start, _ in found], dtype=np.uint32)
    ends = np.array([end for _, _, end in found], dtype=np.uint32)
    return hashes, starts, ends


def shingle_hashes(text: str, shingle_size: int) -> Uint64s:
    """Return the sorted unique xxh3_64 of all shingles, tokens joined by one space; empty below one shingle."""
    check_parameters(shingle_size=shingle_size)
    return np.unique(_shingle_hashes([token for token, _, _ in tokens(text)], shingle_size))


def sketch(  # noqa: PLR0913 - see Kernel.sketch
    texts: Sequence[str],
    *,
    shingle_size: int,
    a: Uint32s,
    b: Uint32s,
    fingerprint_tokens: int,
    fingerprint_window: int,
    threads: int = 1,
    bags: bool = False,
    distinct: bool = True,
    bands: tuple[int, int] | None = None,
) -> Sketch:
    """Tokenise every text once and return its signature, body hash and fingerprints; its bag where it is asked for.

    To keep each fingerprint of a text once takes a sort, which who joins them all can do without (``distinct``). Who
    wants signatures only for their :func:`band_keys` gives ``bands``: how many, and of how many slots.

    ``threads`` is accepted and ignored: this kernel holds the interpreter lock.
    """
    check_parameters(
        shingle_size=shingle_size,
        fingerprint_tokens=fingerprint_tokens,
        fingerprint_window=fingerprint_window,
        threads=threads,
    )
    check_slots(a, b)
    check_texts(texts)
    if bands is not None:
        check_bands(len(a), *bands)
    signatures = np.full((len(texts), len(a)), NO_VALUE, dtype=np.uint32)
    counts = np.zeros(len(texts), dtype=np.uint32)
    body_hashes = np.zeros(len(texts), dtype=np.uint64)
    fingerprints: list[Uint64s] = []
    made_bags = np.empty((len(texts), BAG_BYTES if bags else 0), dtype=np.uint8)
    for row, text in enumerate(texts):
        words = [token for token, _, _ in tokens(text)]
        counts[row] = len(words)
        body_hashes[row] = _hash(" ".join(words))
        if len(words) >= shingle_size:
            signatures[row] = _signature(_shingle_hashes(words, shingle_size), a, b)
        word_hashes = np.array([_hash(word) for word in words], dtype=np.uint64)
        if bags:
            made_bags[row] = bag(word_hashes)
        minima = _winnow(_rolling_hashes(word_hashes, fingerprint_tokens), fingerprint_window)
        fingerprints.append(np.unique(minima) if distinct else minima)
    joined, offsets = _end_to_end(fingerprints)
    keys = band_keys(signatures, *bands) if bands else np.empty((len(texts), 0), dtype=np.uint64)
    kept = signatures[:, :0] if bands else signatures
    return Sketch(kept, keys, counts >= shingle_size, counts, body_hashes, joined, offsets, made_bags)


def _end_to_end(parts: list[Uint64s]) -> tuple[Uint64s, Int64s]:
    """Lay columns one after another; return where each begins, and the end, too."""
    offsets = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(values) for values in parts], out=offsets[1:])
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint64), offsets


def band_keys(signatures: Uint32s, bands: int, rows: int) -> Uint64s:
    """Return uint64[n, bands]: one key for the slots of each band and the band's number.

    The key is a multiply-xorshift hash with the finaliser of splitmix64 (Steele, Lea and Flood 2014); equal slots in
    different bands have different keys.
    """
    check_bands(signatures.shape[1], bands, rows)
    grouped = signatures[:, : bands * rows].reshape(len(signatures), bands, rows).astype(np.uint64)
    keys = np.arange(1, bands + 1, dtype=np.uint64) * np.uint64(_BAND_MULTIPLIER)
    keys = np.broadcast_to(keys, (len(signatures), bands)).copy()
    for row in range(rows):
        keys = (keys ^ grouped[:, :, row]) * np.uint64(_ROLLING_MULTIPLIER)
        keys ^= keys >> np.uint64(32)
    return _finalise(keys)


def _hash(words: str) -> int:
    return xxhash.xxh3_64_intdigest(words.encode())


def _shingle_hashes(words: list[str], size: int) -> Uint64s:
    """Hash each run of ``size`` words, in order of the text."""
    count = len(words) - size + 1
    return np.array([_hash(" ".join(words[start : start + size])) for start in range(count)], dtype=np.uint64)


def _signature(hashes: Uint64s, a: Uint32s, b: Uint32s) -> Uint32s:
    """Return the smallest ``a * x + b`` mod 2**32 of every slot: datasketch's scheme ``affine32``.

    ``x`` is MurmurHash3's 32-bit finaliser over the lower half of each hash, as datasketch 2 does.
    """
    x = hashes.astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    smallest = np.full(len(a), NO_VALUE, dtype=np.uint32)
    for start in range(0, len(x), _PERMUTED_AT_ONCE):
        permuted = x[start : start + _PERMUTED_AT_ONCE, None] * a + b
        np.minimum(smallest, permuted.min(axis=0), out=smallest)
    return smallest


def _rolling_hashes(word_hashes: Uint64s, size: int) -> Uint64s:
    """Hash each run of ``size`` token hashes: a polynomial mod 2**64 (Karp and Rabin 1987), then mixed."""
    count = len(word_hashes) - size + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        total = total * np.uint64(_ROLLING_MULTIPLIER) + word_hashes[offset : offset + count]
    return _finalise(total)


def _winnow(hashes: Uint64s, window: int) -> Uint64s:
    """Return the minima of every window (Schleimer, Wilkerson and Aiken 2003), but not the same twice in a row.

    Which of several equal minima a window picks (theirs: the rightmost) changes positions, not values, and only values
    are kept. A text with fewer positions than one window gives its minimum.
    """
    if len(hashes) <= window:
        return hashes.min(keepdims=True) if len(hashes) else hashes
    minima = np.lib.stride_tricks.sliding_window_view(hashes, window).min(axis=1)
    last_of_run = np.append(np.diff(minima) != 0, [True])
    kept: Uint64s = minima[last_of_run]
    return kept


def _finalise(values: Uint64s) -> Uint64s:
    """Mix each value by the finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
