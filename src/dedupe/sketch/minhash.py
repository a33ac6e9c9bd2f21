"""MinHash signatures, bit for bit those of datasketch 2 (``scheme="affine32"``).

Slot ``k`` is the smallest ``a[k] * x + b[k]`` modulo 2**32 over a text's shingles, where ``x`` is MurmurHash3's 32-bit
finaliser over the lower half of the shingle's xxh3_64. Two signatures agree in a slot with a probability close to the
Jaccard similarity of the shingle sets (Broder 1997), so the estimate of ``K`` slots has a standard deviation of
``sqrt(J * (1 - J) / K)``. It nominates; it never decides.
"""

import functools
import operator
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import xxhash

from dedupe import _kernels
from dedupe._kernels._columns import Booleans, Uint32s
from dedupe.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from datasketch import MinHash

NO_VALUE = 0xFFFFFFFF
"""Every slot of a text too short for a signature."""

_SCHEME = "affine32"


@functools.cache
def permutations(num_perm: int, seed: int) -> tuple[Uint32s, Uint32s]:
    """Return the multipliers (odd) and offsets of all slots, uint32[num_perm] each, read-only.

    As datasketch 2 draws them from ``numpy.random.RandomState``, a stream that is frozen for ever (NEP 19): the numbers
    of MT19937, of which the multipliers take 31 bits. To import that module takes as long as to sketch 1,000 texts.

    Raises:
        ValueError: The seed is none of 0 .. 2**32 - 1.
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be from 0 to 2**32 - 1, not {seed!r}")
    generator = _mersenne_twister(seed)
    a, b = (np.array([generator.getrandbits(32) for _ in range(num_perm)], dtype=np.uint32) for _ in "ab")
    a = a * np.uint32(2) + np.uint32(1)
    a.flags.writeable = b.flags.writeable = False
    return a, b


def _mersenne_twister(seed: int) -> random.Random:
    """Return MT19937 as its authors initialise it from one number, which Python does otherwise.

    Matsumoto and Nishimura, mt19937ar.c (2002), ``init_genrand``.
    """
    state = [operator.index(seed)]
    for place in range(1, 624):
        state.append((1_812_433_253 * (state[-1] ^ state[-1] >> 30) + place) % 2**32)
    generator = random.Random()  # noqa: S311 - the stream is to be known
    generator.setstate((3, (*state, 624), None))
    return generator


def signatures(
    texts: Sequence[str], *, num_perm: int = 128, seed: int = 1, shingle_size: int = 5, threads: int = 1
) -> tuple[Uint32s, Booleans]:
    """Return uint32[n, num_perm] signatures and a bool[n] mask of the texts that have one.

    A text with fewer tokens than one shingle has none: its row is all ones, its mask False. It must not be compared,
    or all short texts would be copies of each other. ``threads`` share the texts where the native kernel is built.
    """
    a, b = permutations(num_perm, seed)
    made = _kernels.sketch(
        texts,
        shingle_size=shingle_size,
        a=a,
        b=b,
        fingerprint_tokens=2**31 - 1,
        fingerprint_window=1,
        threads=threads,
    )
    return made.signatures, made.has_signature


def estimate(x: Uint32s, y: Uint32s) -> float:
    """Return the share of slots in which two signatures agree: an estimate of Jaccard, in [0, 1].

    0.0 when either is no signature at all (all ones).

    Raises:
        InputError: They have different numbers of slots.
    """
    _refuse_unequal(x, y)
    if (x == NO_VALUE).all() or (y == NO_VALUE).all():
        return 0.0
    return float(np.count_nonzero(x == y)) / len(x)


def merge(x: Uint32s, y: Uint32s) -> Uint32s:
    """Return the signature of the union of both shingle sets: the smaller value of each slot.

    Raises:
        InputError: They have different numbers of slots.
    """
    _refuse_unequal(x, y)
    return np.minimum(x, y)


def shingle_hash(shingle: bytes) -> int:
    """Return the lower 32 bits of xxh3_64: the ``hashfunc`` under which datasketch makes our signatures."""
    return xxhash.xxh3_64_intdigest(shingle) & 0xFFFFFFFF


def to_datasketch(signature: Uint32s, seed: int = 1) -> "MinHash":
    """Return the signature as a ``datasketch.MinHash``, ready for its LSH, Forest, Ensemble and storages.

    Args:
        signature: uint32[num_perm], as made by :func:`signatures`.
        seed: The seed it was made with.

    Raises:
        MissingExtraError: datasketch 2 is not installed; older ones do not know the scheme.
    """
    return _minhash_class()(seed=seed, hashfunc=shingle_hash, hashvalues=signature, scheme=_SCHEME)


def from_datasketch(minhash: "MinHash") -> Uint32s:
    """Return a copy of a datasketch signature's slots, uint32[num_perm].

    Comparable with ours only if it was made with the same seed and ``hashfunc=shingle_hash``.

    Raises:
        InputError: It was made by another scheme than ``affine32``.
    """
    scheme = getattr(minhash, "scheme", "legacy")
    if scheme != _SCHEME:
        raise InputError(f"a MinHash of scheme {scheme!r} cannot be compared; make it with scheme={_SCHEME!r}")
    return np.array(minhash.hashvalues, dtype=np.uint32)


def _minhash_class() -> "type[MinHash]":
    """Import datasketch only when asked for: it costs 100 ms and most runs never need it."""
    try:
        import datasketch  # noqa: PLC0415 - see above
    except ImportError as error:
        raise MissingExtraError("datasketch is missing; install it with: pip install 'datasketch>=2'") from error
    if int(datasketch.__version__.split(".")[0]) < 2:
        raise MissingExtraError("datasketch 2 knows our signatures; update it with: pip install 'datasketch>=2'")
    return cast("type[MinHash]", datasketch.MinHash)


def _refuse_unequal(x: Uint32s, y: Uint32s) -> None:
    if x.shape != y.shape:
        raise InputError(f"signatures of {len(x)} and {len(y)} slots cannot be compared")
