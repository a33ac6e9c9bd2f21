"""The native kernel as the contract wants it: arrays in, arrays out, the Unicode rules lent to C.

C asks for a page of 256 characters, or for what a chunk of several folds to, when it first meets one; so both kernels
follow the one set of rules in ``_unicode``, and nobody waits for a table of a million characters.
"""

import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from dedupe._kernels import _native
from dedupe._kernels._bags import BAG_BYTES, Bags, check_bags
from dedupe._kernels._checks import check_bands, check_pairs, check_parameters, check_shapes, check_slots, check_texts
from dedupe._kernels._columns import (
    COLUMNS,
    Booleans,
    Int32s,
    Int64s,
    Limits,
    Measured,
    Reading,
    Sketch,
    Uint32s,
    Uint64s,
)
from dedupe._kernels._manner import TEXTURE, Manner, Stretches, Textured
from dedupe._kernels._native_joining import Gathering, add_up, collide, post, unite
from dedupe._kernels._native_lines import lines, marked_lines, sheet, unmarked
from dedupe._kernels._native_pages import chunk, page
from dedupe._kernels._native_partition import partition
from dedupe._kernels._native_postings import Tail, crowded, encode, filters, perhaps, search, tally
from dedupe._kernels._native_rows import rows
from dedupe._kernels._native_symbols import squeeze, unsqueeze
from dedupe._kernels._packed import PackedTexts
from dedupe._kernels._sketching import NO_VALUE

__all__ = [
    "add_up",
    "align",
    "band_keys",
    "collide",
    "crowded",
    "encode",
    "filters",
    "gathering",
    "intersection_size",
    "isa",
    "isas",
    "lines",
    "marked_lines",
    "may_reach",
    "measure",
    "name",
    "partition",
    "perhaps",
    "post",
    "quotations",
    "read",
    "rows",
    "search",
    "set_isa",
    "shingle_hashes",
    "sketch",
    "squeeze",
    "tail",
    "tally",
    "texture",
    "tokenize",
    "unite",
    "unmarked",
    "unsqueeze",
]

name = "native"

_INTERFACE = 28
if getattr(_native, "INTERFACE", 0) != _INTERFACE:
    raise ImportError("the native kernel was built from other sources; build it again")

_LARGEST_SIZE = 2**62
_READ = (np.uint64, np.uint32, np.uint32, np.uint32, np.uint32, np.uint64)
_SECRET = (secrets.randbits(64), secrets.randbits(64))
"""Decides where grams stand in memory while texts are aligned, so that no text can be crafted to crowd one place."""


def tokenize(text: str) -> tuple[Uint64s, Uint32s, Uint32s]:
    """See :func:`dedupe._kernels._sketching.tokenize`."""
    hashes, starts, ends = _native.tokenize(text)
    return np.frombuffer(hashes, np.uint64), np.frombuffer(starts, np.uint32), np.frombuffer(ends, np.uint32)


def shingle_hashes(text: str, shingle_size: int) -> Uint64s:
    """See :func:`dedupe._kernels._sketching.shingle_hashes`."""
    check_parameters(shingle_size=shingle_size)
    return np.frombuffer(_native.shingle_hashes(text, min(shingle_size, _LARGEST_SIZE)), np.uint64)


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
    """See :func:`dedupe._kernels._sketching.sketch`; here ``threads`` share the texts, some at a time."""
    sizes = {
        "shingle_size": shingle_size,
        "fingerprint_tokens": fingerprint_tokens,
        "fingerprint_window": fingerprint_window,
    }
    check_parameters(**sizes, threads=threads)
    check_slots(a, b)
    given = _given(texts)
    if bands is not None:
        check_bands(len(a), *bands)
    signatures = np.full((len(texts), 0 if bands else len(a)), NO_VALUE, dtype=np.uint32)
    keys = np.empty((bands[0] if bands else 0, len(texts)), dtype=np.uint64)
    counts = np.zeros(len(texts), dtype=np.uint32)
    body_hashes = np.zeros(len(texts), dtype=np.uint64)
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    made_bags = np.empty((len(texts), BAG_BYTES if bags else 0), dtype=np.uint8)
    slots = (np.ascontiguousarray(a, dtype=np.uint32), np.ascontiguousarray(b, dtype=np.uint32))

    recipe = tuple(min(size, _LARGEST_SIZE) for size in sizes.values())
    columns = (signatures, keys, counts, body_hashes, offsets[1:], made_bags)
    threads = min(threads, _LARGEST_SIZE)
    made = _native.sketch(given, (*recipe, distinct), len(a), bands or (0, 1), threads, slots, columns)
    fingerprints = np.frombuffer(made, np.uint64)
    np.cumsum(offsets, out=offsets)
    return Sketch(signatures, keys.T, counts >= shingle_size, counts, body_hashes, fingerprints, offsets, made_bags)


def band_keys(signatures: Uint32s, bands: int, rows: int) -> Uint64s:
    """See :func:`dedupe._kernels._sketching.band_keys`."""
    check_bands(signatures.shape[1], bands, rows)
    signatures = np.ascontiguousarray(signatures, dtype=np.uint32)
    keys = np.empty((len(signatures), bands), dtype=np.uint64)
    if len(signatures):
        _native.band_keys(signatures, keys, (*signatures.shape, bands, rows))
    return keys


def intersection_size(x: Uint64s, y: Uint64s) -> int:
    """See :func:`dedupe._kernels._numpy.intersection_size`."""
    return _native.intersection_size(np.ascontiguousarray(x, dtype=np.uint64), np.ascontiguousarray(y, dtype=np.uint64))


def align(
    a: Uint64s, b: Uint64s, *, max_gap_tokens: int, min_passage_tokens: int, min_passage_identity: float
) -> Int32s:
    """See :func:`dedupe._kernels._align.align`."""
    tokens = (np.ascontiguousarray(a, dtype=np.uint64), np.ascontiguousarray(b, dtype=np.uint64))
    rows = _native.align(*tokens, _SECRET, (max_gap_tokens, min_passage_tokens), min_passage_identity)
    return np.frombuffer(rows, np.int32).reshape(-1, 5)


def read(text: str, shingle_size: int) -> Reading:
    """See :func:`dedupe._kernels._numpy.read`."""
    check_parameters(shingle_size=shingle_size)
    check_texts([text])
    made = _native.read(text, min(shingle_size, _LARGEST_SIZE))
    return Reading(*(np.frombuffer(part, dtype) for part, dtype in zip(made, _READ, strict=True)))


def measure(texts: Sequence[str], pairs: Int64s, limits: Limits) -> Measured:
    """See :func:`dedupe._kernels._numpy.measure`; the interpreter lock is free while pairs are measured."""
    check_parameters(shingle_size=limits.shingle_size)
    packed = texts if isinstance(texts, PackedTexts) else _packed(texts)
    check_pairs(pairs, len(packed))
    columns = np.empty((len(pairs), len(COLUMNS)), dtype=np.int64)
    _native.measure(
        (packed.content, _held(packed.starts), _held(packed.ends), _held(pairs), columns),
        _SECRET,
        (limits.max_gap_tokens, limits.min_passage_tokens, min(limits.shingle_size, _LARGEST_SIZE)),
        (limits.min_passage_identity, limits.reach),
    )
    return columns


def quotations(text: str) -> Int64s:
    """See :func:`dedupe._kernels._quotations.quotations`."""
    return np.frombuffer(_native.quotations(text), np.int64).reshape(-1, 2)


def texture(
    texts: Sequence[str], pairs: Int64s, limits: Limits, *, stretches: Stretches, manner: Manner, phrases: int
) -> Textured:
    """See :func:`dedupe._kernels._numpy.texture`; the interpreter lock is free while pairs are told."""
    check_shapes(pairs, stretches, len(texts))
    told = np.empty((len(pairs), len(TEXTURE)), dtype=np.float64)
    _native.texture(
        _given(texts),
        (_held(pairs), *map(_held, stretches), *map(np.ascontiguousarray, manner[:4]), told),
        _SECRET,
        (
            *limits[:2], manner.languages, manner.least_words, manner.least_tokens,
            manner.opening, manner.room, manner.least_alike, phrases,
        ),
        (limits.min_passage_identity, manner.least_share, manner.quoted),
    )  # fmt: skip
    return told


def may_reach(bags: Bags, token_counts: Uint32s, pairs: Uint64s, reach: float) -> Booleans:
    """See :func:`dedupe._kernels._bags.may_reach`; the arrays must not be written to meanwhile."""
    check_bags(bags, token_counts)
    marked = np.empty(len(pairs), dtype=np.bool_)
    counts, packed = np.ascontiguousarray(token_counts, dtype=np.uint32), np.ascontiguousarray(pairs, dtype=np.uint64)
    _native.may_reach(np.ascontiguousarray(bags), counts, packed, marked, reach)
    return marked


def _strings(texts: Sequence[str]) -> tuple[str, ...]:
    """Return texts that nobody else can change, each of them a str."""
    strings = tuple(texts)
    if not {type(text) for text in strings} <= {str}:
        check_texts(strings)
    return strings


def _packed(texts: Sequence[str]) -> PackedTexts:
    """Return texts as UTF-8, one after another."""
    strings = _strings(texts)
    written = [text.encode("utf-8", "surrogatepass") for text in strings]
    return PackedTexts(b"".join(written), np.cumsum(np.fromiter(map(len, written), np.int64, len(written))))


def _held(places: Int64s) -> Int64s:
    """Return a copy that nobody else can change: it is read without the interpreter lock."""
    return np.array(places, dtype=np.int64, order="C")


def gathering(documents: int) -> Gathering:
    """See :class:`dedupe._kernels._joining.Gathering`."""
    return Gathering(documents)


def tail() -> Tail:
    """See :class:`dedupe._kernels._postings.Tail`."""
    return Tail(_SECRET[0])


def isas() -> list[str]:
    """Name the instruction sets this processor has code for, best first."""
    return _native.isas()


def isa() -> str:
    """Name the instruction set in use."""
    return _native.isa()


def set_isa(wanted: str) -> None:
    """Use another instruction set from now on, in all threads; the answers stay the same, bit for bit.

    Raises:
        ValueError: This processor, or this build, has none of that name.
    """
    _native.set_isa(wanted)


def _given(texts: Sequence[str]) -> list[Any]:
    """Return texts as C takes them: strings and which of them are ASCII, or UTF-8 and where each begins and ends."""
    if isinstance(texts, PackedTexts):
        return [texts.content, texts.starts, texts.ends]
    strings = _strings(texts)
    return [strings, bytes(map(str.isascii, strings))]


_native.set_rules(page, chunk)
_native.set_alphabet(sheet)
