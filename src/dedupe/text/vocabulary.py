"""Every word that says something about a line, in one table: what the kernel looks lines up in."""

import functools
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dedupe import _kernels
from dedupe._kernels._columns import Lines, Marked, Marks
from dedupe._kernels._phrases import LABEL_WORDS, START_WORDS, Vocabulary
from dedupe.text import bylines, photos, wordings
from dedupe.text.agencies import first_words
from dedupe.text.phrases import Marker, chrome_phrases

LONE_WORDS = 4
"""Longest line, in words, that a ``start`` phrase of one word may mark: "Privacy policy", not "Privacy is dead"."""
_REMEMBERED = 1 << 20
"""Longest text, in characters, whose lines are remembered."""
WIRES = ("新华社", "新華社", "中新社", "中新网", "法新社", "路透社", "美联社")
"""Agencies that begin a dispatch written without spaces."""


class Word:
    """What a word that begins a line, or stands in it, may make of the line.

    Attributes:
        PHRASE: Marked by a phrase.
        DATED: A byline, or a line that only says when.
        PICTURED: A caption or the credit of a picture.
        CREDITED: A credit.
        BYLINE: A byline: it begins one.
        CREDIT: A credit: it begins a wording of one, and is no name.
        WORDED: A credit: a phrase of one stands in it.
    """

    PHRASE = 1
    DATED = 2
    PICTURED = 4
    CREDITED = 8
    BYLINE = 16
    CREDIT = 32
    WORDED = 1 << 12


class Prefix:
    """What the letters that begin a line may make of it: the credit of a picture, a source, a byline, a dispatch."""

    PHOTO = 1
    SOURCE = 2
    BYLINE = 4
    WIRE = 8


class Known(NamedTuple):
    """The table, and what its numbers stand for."""

    vocabulary: Vocabulary
    markers: tuple[Marker, ...]
    """By number, from 1: the first one stands for no marker and is never asked for."""


@functools.cache
def known() -> Known:
    """Return the table of all data files of this package, made once."""
    phrases = chrome_phrases()
    markers: dict[Marker, int] = {Marker("prose", ""): 0}

    def number(marker: Marker) -> int:
        return markers.setdefault(marker, len(markers))

    vocabulary = Vocabulary(
        whole={phrase: number(marker) for phrase, marker in phrases.whole.items()},
        starts={
            word: [(phrase, number(marker), _longest(phrase)) for phrase, marker in entries]
            for word, entries in phrases.starts.items()
        },
        contains={
            word: [(phrase, number(marker), marker.longest) for phrase, marker in entries]
            for word, entries in phrases.contains.items()
        },
        unspaced=[(phrase, at_start, number(marker)) for phrase, at_start, marker in phrases.unspaced],
        openers=_flagged(
            (phrases.starts, Word.PHRASE),
            (bylines.openers(), Word.DATED),
            (photos.openers(), Word.PICTURED),
            (wordings.openers(), Word.CREDITED),
            (bylines.byline_openers(), Word.BYLINE),
            (wordings.phrase_openers(), Word.CREDIT),
        ),
        inside=_flagged(
            (phrases.contains, Word.PHRASE),
            (photos.PICTURE_WORDS, Word.PICTURED),
            (wordings.wordings().triggers, Word.CREDITED),
        ),
        within=_worded(),
        prefixes={
            Prefix.PHOTO: photos.prefixes(),
            Prefix.SOURCE: wordings.wordings().sources,
            Prefix.BYLINE: tuple(prefix.casefold() for prefix in bylines.spaceless_openers()),
            Prefix.WIRE: WIRES,
        },
        dates=bylines.date_words(),
        date_openers=bylines.date_openers(),
        names=first_words(),
    )
    return Known(vocabulary, tuple(markers))


def read_lines(text: str) -> Lines:
    """Return the lines of a text; those of the last one are remembered, as its chrome, then its credits are asked."""
    return _read(text, _kernels.lines) if len(text) <= _REMEMBERED else _kernels.lines(text, known().vocabulary)


def marked_lines(text: str, marks: Marks) -> list[Marked]:
    """Return the lines of a text that have any of some flags; nothing is remembered."""
    return _kernels.marked_lines(text, known().vocabulary, marks)


@functools.lru_cache(maxsize=1)
def _read(text: str, read: Callable[[str, Vocabulary], Lines]) -> Lines:
    return read(text, known().vocabulary)


def forget() -> None:
    """Forget the text last read."""
    _read.cache_clear()


def _longest(phrase: str) -> int:
    """Return the words of the longest line that a phrase at its beginning may mark."""
    if phrase[-1] == ":":
        return LABEL_WORDS
    return LONE_WORDS if phrase.isalpha() else START_WORDS


def _worded() -> dict[str, list[tuple[str, int]]]:
    """Return the phrases of credit that each word calls for."""
    found = wordings.wordings()
    return {
        word: [
            (phrase.words, Word.WORDED)
            for phrase in (*found.contributed.get(word, ()), *found.republication.get(word, ()))
        ]
        for word in found.triggers
    }


def _flagged(*tables: tuple[Iterable[str], int]) -> dict[str, int]:
    """Return every word of the tables with the flags of the tables that hold it."""
    found: dict[str, int] = {}
    for words, flag in tables:
        for word in words:
            found[word] = found.get(word, 0) | flag
    return found
