"""Vocabularies and characters laid out for C, and the lines it reads as the contract wants them."""

import functools
import re
import struct
import unicodedata
from array import array
from collections.abc import Iterable

import numpy as np

from dedupe._kernels import _lines, _native
from dedupe._kernels._columns import Lines, Marked, Marks
from dedupe._kernels._phrases import EDGE, LEADING, TRIM, Vocabulary

_SHEET_SIZE = 256
_LETTER = struct.Struct("=6I")
_MAY_DATE, _MAY_OPEN_DATE, _MAY_NAME = 1, 2, 4

_UNSPACED = re.compile(_lines.UNSPACED)
_SETS = (
    _lines.ENDS,
    _lines.CLOSERS,
    _lines.CLAUSE_ENDS,
    _lines.BULLETS,
    _lines.OPENING,
    _lines.CLOSING,
    _lines.CREDIT_BRACKETS,
    TRIM,
    LEADING,
    EDGE,
    _lines.DASHES,
    "([/",
)
"""Sets of characters, in the order of their bits."""


def lines(text: str, vocabulary: Vocabulary) -> Lines:
    """See :func:`dedupe._kernels._lines.lines`."""
    rows, unspaced = _native.lines(_compiled(vocabulary), text)
    columns = np.ascontiguousarray(np.frombuffer(rows, np.uint32).reshape(-1, _lines.COLUMNS).T)
    return Lines._make((*columns, unspaced))


def marked_lines(text: str, vocabulary: Vocabulary, marks: Marks) -> list[Marked]:
    """See :func:`dedupe._kernels._lines.marked_lines`."""
    return _native.marked_lines(_compiled(vocabulary), text, *marks)


def unmarked(text: str) -> bool:
    """See :func:`dedupe._kernels._unmarked.unmarked`."""
    return _native.unmarked(text)


@functools.lru_cache(maxsize=8)
def _compiled(vocabulary: Vocabulary) -> object:
    """Return the vocabulary as C keeps it."""
    phrases: dict[tuple[str, int, int], int] = {}

    def numbers(entries: Iterable[tuple[str, int, int]]) -> list[int]:
        return [phrases.setdefault(entry, len(phrases)) for entry in entries]

    words = array("I")
    known = _words(vocabulary)
    for word in known:
        starts, contains = (numbers(table.get(word, ())) for table in (vocabulary.starts, vocabulary.contains))
        within = numbers((phrase, flags, 0) for phrase, flags in vocabulary.within.get(word, ()))
        flags = (vocabulary.openers.get(word, 0), vocabulary.inside.get(word, 0), _may(word, vocabulary))
        counts = map(len, (starts, contains, within))
        words.extend((len(word), *flags, *counts, *map(ord, word), *starts, *contains, *within))
    unspaced = [
        (number, at_start)
        for phrase, at_start, marker in vocabulary.unspaced
        for number in numbers([(phrase, marker, 0)])
    ]
    whole = [(phrase, marker, 0) for phrase, marker in vocabulary.whole.items()]
    prefixes = [(prefix, flag, 0) for flag, prefixes in vocabulary.prefixes.items() for prefix in prefixes]
    data = array("I", map(len, (phrases, known, whole, unspaced, prefixes)))
    data.extend(_laid_out(phrases))
    data.extend(words)
    data.extend(_laid_out(whole))
    data.extend(number for pair in unspaced for number in pair)
    data.extend(_laid_out(prefixes))
    return _native.vocabulary(data)


def _words(vocabulary: Vocabulary) -> list[str]:
    """Return every word that anything is known of, once."""
    tables: tuple[Iterable[str], ...] = (
        vocabulary.openers,
        vocabulary.inside,
        vocabulary.starts,
        vocabulary.contains,
        vocabulary.within,
        vocabulary.dates,
        vocabulary.date_openers,
        vocabulary.names,
    )
    return sorted({word for table in tables for word in table if word})


def _may(word: str, vocabulary: Vocabulary) -> int:
    return (
        (word in vocabulary.dates) * _MAY_DATE
        | (word in vocabulary.date_openers) * _MAY_OPEN_DATE
        | (word in vocabulary.names) * _MAY_NAME
    )


def _laid_out(phrases: Iterable[tuple[str, int, int]]) -> "array[int]":
    """Return phrases as numbers: length, marker, longest line, code points."""
    made = array("I")
    for phrase, marker, longest in phrases:
        made.extend((len(phrase), marker, min(longest, 2**32 - 1), *map(ord, phrase)))
    return made


def _bits(character: str) -> int:
    """Return what C wants to know of a character, in the order of the bits in ``lines.h``."""
    known = [
        character.isspace(),
        len(f"a{character}a".splitlines()) > 1,
        character.isalpha(),
        character.isalnum(),
        character.islower(),
        character.isupper(),
        character.isdigit(),
        character.isdecimal(),
        _UNSPACED.match(character) is not None,
        *[character in members for members in _SETS],
        unicodedata.category(character) == "Lt",
        character.isalnum() or character == "_",
        character in _lines.QUOTES,
    ]
    return sum(1 << place for place, holds in enumerate(known) if holds)


def sheet(number: int) -> bytes:
    """Return 256 characters: bits, how many they casefold to, those, and nothing."""
    made = []
    for character in map(chr, range(number * _SHEET_SIZE, (number + 1) * _SHEET_SIZE)):
        folded = [*map(ord, character.casefold())]
        made.append(_LETTER.pack(_bits(character), len(folded), *folded, *[0] * (4 - len(folded))))
    return b"".join(made)
