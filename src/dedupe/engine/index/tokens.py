"""A material without its text: what a comparison needs, in about two bytes a token.

Token hashes are cut to 16 bits. Two texts of 450 tokens then agree by chance in about three places, alone and out of
order, where a passage needs eight in a row: the alignment is the same. What is lost are the words: passages come
without quotes, their spans count tokens instead of code points, and credits inside them are not read.
"""

import dataclasses
import zlib

import numpy as np
from numpy.typing import NDArray

from dedupe.records import Body, Span
from dedupe.verify.material import Material

BITS = 16
_SEPARATOR_CAP = 31


def pack(material: Material) -> bytes:
    """Pack tokens and what they stand in: 16 bits of the hash, three flags, the separators before each."""
    hashes = (material.tokens >> np.uint64(64 - BITS)).astype("<u2")
    steps = np.minimum(np.diff(material.separators), _SEPARATOR_CAP).astype(np.uint8)
    flags = material.prose.astype(np.uint8) | material.quoted.astype(np.uint8) << 1
    flags |= material.numeric.astype(np.uint8) << 2
    return zlib.compress(hashes.tobytes() + (flags | steps << 3).tobytes(), 6)


def unpack(packed: bytes, body: Body, shingle_size: int) -> Material:
    """Make a material of packed tokens; its words are empty."""
    raw = zlib.decompress(packed)
    count = len(raw) // 3
    flags = np.frombuffer(raw, dtype=np.uint8, offset=2 * count)
    places = np.arange(count)
    tokens = np.frombuffer(raw, dtype="<u2", count=count).astype(np.uint64)
    return Material(
        body=body,
        tokens=tokens,
        starts=places,
        ends=places + 1,
        prose=(flags & 1).astype(bool),
        quoted=(flags & 2).astype(bool),
        numeric=(flags & 4).astype(bool),
        separators=np.concatenate(([0], np.cumsum(flags >> 3, dtype=np.int64))),
        shingles=_shingles(tokens, shingle_size),
    )


def shorten(material: Material, shingle_size: int) -> Material:
    """Cut the tokens of a whole material to the same 16 bits, so that it can be held against packed ones."""
    tokens = material.tokens >> np.uint64(64 - BITS)
    places = np.arange(len(tokens))
    return dataclasses.replace(
        material,
        body=without_text(material.body),
        tokens=tokens,
        starts=places,
        ends=places + 1,
        shingles=_shingles(tokens, shingle_size),
    )


def without_text(body: Body) -> Body:
    """Return a body without its words, but with what is known about it."""
    return dataclasses.replace(body, original="", kept=(Span(0, 0),), lines=(), warnings=())


def _shingles(tokens: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Hash every run of ``size`` short tokens; sorted, distinct."""
    count = len(tokens) - size + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        total = total * np.uint64(0x9E3779B97F4A7C15) + tokens[offset : offset + count] + np.uint64(1)
    return np.unique(total)
