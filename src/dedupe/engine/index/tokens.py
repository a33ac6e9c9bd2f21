"""A material without its text: what a comparison needs, in less than two bytes a token.

Token hashes are cut to 16 bits. Two texts of 450 tokens then agree by chance in about three places, alone and out of
order, where a passage needs eight in a row: the alignment is the same. What is lost are the words: passages come
without quotes, their spans count tokens instead of code points, and credits inside them are not read.
"""

import dataclasses
import re
import zlib

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedupe.engine.index.dictionary import WORDS
from dedupe.engine.index.postings import sorted_distinct
from dedupe.records import Body, Span
from dedupe.verify.material import Material

BITS = 16
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SEPARATOR_CAP = 31
_WINDOW_BITS = 13
_CODED = b"\x01"
"""First byte of tokens that are coded; those of the first layout begin as zlib does, with another."""

_COMMON = np.array(
    list(dict.fromkeys(xxhash.xxh3_64_intdigest(word) >> 64 - BITS for word in re.findall(rb"[a-z]+", WORDS)[::-1])),
    dtype=np.uint16,
)
"""Hashes of common words, part of the stored format as the dictionary is: a token by its place here."""

_FRESH = len(_COMMON)
_CODES = np.full(1 << BITS, _FRESH, dtype=np.uint8)
_CODES[_COMMON] = np.arange(_FRESH)
_MEANT = np.zeros(256, dtype=np.uint16)
"""The common word of each code; what stands behind them differs from text to text."""
_MEANT[:_FRESH] = _COMMON


def pack(material: Material) -> bytes:
    """Pack tokens and what they stand in: 16 bits of the hash, three flags, the separators before each."""
    hashes = (material.tokens >> np.uint64(64 - BITS)).astype("<u2")
    steps = np.minimum(np.diff(material.separators), _SEPARATOR_CAP).astype(np.uint8)
    flags = material.prose.astype(np.uint8) | material.quoted.astype(np.uint8) << 1
    flags |= material.numeric.astype(np.uint8) << 2
    codes, fresh = _coded(hashes)
    deflate = zlib.compressobj(6, zlib.DEFLATED, -_WINDOW_BITS)
    packed = deflate.compress(codes.tobytes() + (flags | steps << 3).tobytes()) + deflate.flush()
    return _CODED + len(fresh).to_bytes(4, "little") + fresh.tobytes() + packed


def unpack(packed: bytes, body: Body, shingle_size: int) -> Material:
    """Make a material of packed tokens, by this layout or the first; its words are empty."""
    if packed[:1] == _CODED:
        end = 5 + 2 * int.from_bytes(packed[1:5], "little")
        raw = zlib.decompressobj(-_WINDOW_BITS).decompress(packed[end:])
        count = len(raw) // 2
        tokens = _decoded(raw[:count], np.frombuffer(packed[5:end], dtype="<u2")).astype(np.uint64)
    else:
        raw = zlib.decompress(packed)
        count = len(raw) // 3
        tokens = np.frombuffer(raw, dtype="<u2", count=count).astype(np.uint64)
    flags = np.frombuffer(raw, dtype=np.uint8, offset=len(raw) - count)
    places = np.arange(count)
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


def _coded(hashes: NDArray[np.uint16]) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Write each token in a byte: a common word, a word that came before in this text, or the next of the fresh ones.

    Returns:
        The codes, and the hashes of the fresh tokens in their order. Only the first ones can be referred to; what comes
        when those have run out is fresh every time.
    """
    codes = _CODES[hashes]
    rare = np.flatnonzero(codes == _FRESH)
    words = hashes[rare]
    first = _first_places(words)
    is_first = first == np.arange(len(rare))
    place = _FRESH + is_first.cumsum()[first]
    again = (place < 256) & ~is_first
    codes[rare[again]] = place[again]
    return codes, words[~again]


def _first_places(words: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return for each of some words where it stands first."""
    first = np.empty(len(words), dtype=np.int64)
    if len(words):
        order = words.argsort(kind="stable")
        ordered = words[order]
        begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        first[order] = np.repeat(order[begins], np.diff(begins, append=len(words)))
    return first


def _decoded(codes: bytes, fresh: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Undo ``_coded``."""
    read = np.frombuffer(codes, dtype=np.uint8)
    meant = _MEANT.copy()
    again = fresh[: len(meant) - _FRESH - 1]
    meant[_FRESH + 1 : _FRESH + 1 + len(again)] = again
    tokens = meant[read]
    tokens[read == _FRESH] = fresh
    return tokens


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
    steps = tokens + np.uint64(1)
    for offset in range(size):
        total *= _FACTOR
        total += steps[offset : offset + count]
    return sorted_distinct(total)
