"""The rules of :mod:`dedupe._kernels._unicode` as C keeps them, of 256 characters at once.

A page is asked for when a text first holds one of its characters, so every run waits for some thirty of them. What the
rules say of one character, :func:`dedupe._kernels._unicode.examine` and ``classify``, is said here of a string of them.
"""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._columns import Booleans, Uint8s
from dedupe._kernels._unicode import INVISIBLE_BORDERS, SPACELESS_BORDERS, composition_seconds, fold

PAGE_SIZE = 256
_SEPARATOR, _LETTER, _ALONE, _MARK, _SEVERAL, _INVISIBLE = range(6)
_LETTER_LIKE = 0xFF

_PIECE = np.dtype([("spelled", "u1", 4), ("length", "u1"), ("kind", "u1"), ("mark", "?"), ("continues", "?")])

_KINDS = {
    major + minor: {"L": _LETTER_LIKE, "M": _MARK, "N": _LETTER}.get(major, _SEPARATOR)
    for major in "CLMNPSZ"
    for minor in "cdefiklmnopstu"
} | {"Nl": _LETTER_LIKE}
"""Kind by category; where it is letter-like, the script decides whether it stands alone."""


def page(number: int) -> bytes:
    """Return the 256 characters of a page, then the pieces of those that fold to several."""
    codes = np.arange(number * PAGE_SIZE, (number + 1) * PAGE_SIZE, dtype="<u4")
    between = "\n" if number else "\ue000"  # composes with nothing, and nothing on the page folds to it
    text = between.join(codes.tobytes().decode("utf-32-le", "surrogatepass"))
    invisible = _within(codes, INVISIBLE_BORDERS)
    folded = fold(text).split(between)
    lengths = np.fromiter(map(len, folded), np.int64, PAGE_SIZE)
    pieces = _pieces("".join(folded))

    made = pieces[np.cumsum(lengths) - lengths]
    several = (lengths != 1) & ~invisible
    if several.any():
        counts = lengths[several].astype(np.uint16)
        places = np.cumsum(counts, dtype=np.uint16) - counts
        made["spelled"][several] = np.stack((places, counts), axis=1).view(np.uint8)
        made["length"][several], made["kind"][several] = 0, _SEVERAL
    made["spelled"][invisible], made["length"][invisible], made["kind"][invisible] = 0, 0, _INVISIBLE
    made["mark"], made["continues"] = _joining([each[0] for each in unicodedata.normalize("NFKD", text).split(between)])
    return b"".join((made.tobytes(), pieces[np.repeat(several, lengths)].tobytes()))


def chunk(text: str) -> bytes:
    """Return the pieces that a chunk of several characters folds to."""
    return _pieces(fold(text)).tobytes()


def _joining(firsts: list[str]) -> tuple[Booleans, Booleans]:
    """Tell which characters count as marks and which may join what stands before, by the first of what each becomes."""
    seconds = composition_seconds()
    continues = np.frombuffer(bytes(map(unicodedata.combining, firsts)), np.uint8) != 0
    if not seconds.isdisjoint(map(ord, firsts)):
        continues |= np.fromiter((ord(first) in seconds for first in firsts), np.bool_, len(firsts))
    return _kinds(firsts) == _MARK, continues


def _kinds(characters: "str | list[str]") -> Uint8s:
    """Return the kinds of characters; what is like a letter is told apart by :func:`_pieces`."""
    return np.frombuffer(bytes(map(_KINDS.__getitem__, map(unicodedata.category, characters))), np.uint8)


def _pieces(folded: str) -> NDArray[np.void]:
    """Return the pieces of folded characters: what is a separator is not spelled out."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds(folded)
    letters = np.where(_within(codes, SPACELESS_BORDERS), _ALONE, _LETTER)
    kinds = np.where(kinds == _LETTER_LIKE, letters, kinds).astype(np.uint8)
    lengths = 1 + (codes >= 0x80) + (codes >= 0x800) + (codes >= 0x1_0000)
    written = np.frombuffer(folded.encode("utf-8", "surrogatepass") + bytes(4), np.uint8)
    places = (np.cumsum(lengths) - lengths)[:, None] + np.arange(4)
    made = np.zeros(len(codes), _PIECE)
    made["length"] = np.where(kinds == _SEPARATOR, 0, lengths)
    made["spelled"] = np.where(np.arange(4) < made["length"][:, None], written[places], 0)
    made["kind"] = kinds
    return made


def _within(codes: NDArray[np.integer], borders: list[int]) -> Booleans:
    """Tell which code points lie in one of the ranges: behind an odd number of their borders."""
    marked: Booleans = np.searchsorted(borders, codes, side="right") % 2 == 1
    return marked
