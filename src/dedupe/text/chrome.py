"""Prose or chrome: what a page dump says once its furniture is set aside.

For text that never was HTML: a crawler's tag-stripped page, a copy and paste, an old archive. Every line gets a class;
what is kept is the body. Rules are few and look at shape first (length, sentence ends, runs of short lines, repetition)
and at marker phrases second (``data/chrome.toml``), so a language without phrases still loses its menus.

A text that shows no sign of furniture comes out whole, and so does one in which no body can be told (a list, a poem,
one line, a cookie wall): nothing is ever reduced to nothing. Cost is linear in the text.
"""

import functools
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._columns import Booleans, Lines, Uint32s
from dedupe._kernels._phrases import DATE_WORDS, OPENED_WORDS
from dedupe.records import Line, Span
from dedupe.text import bylines, credits, photos  # noqa: A004 - the module's name is the field's noun
from dedupe.text.galleries import is_gallery, mark_galleries
from dedupe.text.layout import CLASSES, HEADING, PROSE, TAILS, Draft, choose_body
from dedupe.text.lines import Trait
from dedupe.text.phrases import Marker
from dedupe.text.vocabulary import Prefix, Word, known, read_lines

PROSE_WORDS = 8
"""A line of so many words that ends as a sentence does is prose (measured start, out of sample)."""
LONG_WORDS = 20
"""A line of so many words is prose however it ends."""

_ANY = Word.DATED | Word.PICTURED | Word.CREDITED
_NAMED, _RECURRING = 1 << 16, 1 << 17
"""Looked for besides what words give away: a name alone, which is a credit; the counters and titles of a gallery."""
_CLUES = np.array(
    [  # openers, prefixes, inside, late, behind a date, traits
        (Word.BYLINE, Prefix.BYLINE, 0, 0, 0xFFFFFFFF, Trait.DATED),
        (0, Prefix.PHOTO, 0, Word.PICTURED, 0, Trait.SLASH | Trait.BRACKETED),
        (Word.CREDIT, Prefix.SOURCE, Word.CREDITED, 0, 0, Trait.OPENING),
        (Word.CREDITED, 0, 0, 0, 0, Trait.OPENING | Trait.CLOSING),
        (0, 0, 0, 0, 0, Trait.COUNTED | Trait.REPEATED),
    ],
    dtype=np.uint32,
)[:, :, None]
"""What gives away that a line may be a date or byline, a picture's, a credit, a name alone, a gallery's: one a row."""
_LOOKS = np.array([[Word.DATED], [Word.PICTURED], [Word.CREDITED], [_NAMED], [_RECURRING]], dtype=np.uint32)
_, _AT_PICTURED, _AT_CREDITED, _AT_NAMED, _AT_RECURRING = range(len(_LOOKS))
_ANY_NUMBER = 0xFFFFFFFF
_MOST_PARTS = np.array(
    [[DATE_WORDS], [_ANY_NUMBER], [credits.CREDIT_WORDS], [credits.NAME_WORDS], [_ANY_NUMBER]], dtype=np.uint32
)
_CAPTION, _CREDIT = Marker("caption", ""), Marker("credit", "")
_BYLINE, _DATELINE = Marker("byline", ""), Marker("dateline", "")


def classify(text: str) -> tuple[Line, ...]:
    """Return every line of ``text`` that is not blank, with its class and whether the body keeps it.

    Spans index into ``text`` and leave out the blanks at both ends of a line. Where no body can be told from
    furniture, all lines are kept: the result keeps something whenever the text holds anything but blanks.
    """
    found = read_lines(text)
    if not len(found.starts):
        return ()
    draft = _drafted(text, found)
    _look_closer(draft)
    mark_galleries(draft)
    choose_body(draft)
    # A named tuple's own constructor costs more than the whole decision: a page has hundreds of lines.
    spans = map(tuple.__new__, itertools.repeat(Span), zip(draft.starts, draft.ends, strict=True))
    classes = map(CLASSES.__getitem__, draft.classes)
    return tuple(map(tuple.__new__, itertools.repeat(Line), zip(spans, classes, map(bool, draft.kept), strict=True)))


def body_spans(lines: Sequence[Line], text: str) -> tuple[Span, ...]:
    """Return the kept stretches of ``text``, ascending and disjoint; neighbouring kept lines make one stretch.

    A text of which every line is kept is one stretch from its first code point to its last.
    """
    spans: list[Span] = []
    begin = end = -1
    for line in lines:
        if line.kept:
            begin, end = (line.span.start if begin < 0 else begin), line.span.end
        elif begin >= 0:
            spans.append(Span(begin, end))
            begin = -1
    if begin >= 0:
        spans.append(Span(begin, end))
    if lines and all(line.kept for line in lines):
        return (Span(0, len(text)),)
    return tuple(spans)


def removed_share(lines: Sequence[Line], text: str) -> float:
    """Return the share of the characters of all lines that is set aside, in [0, 1]; 0.0 for a blank text."""
    total = sum(line.span.end - line.span.start for line in lines)
    removed = sum(line.span.end - line.span.start for line in lines if not line.kept)
    return removed / total if total and text else 0.0


def _drafted(text: str, found: Lines) -> Draft:
    """Return the lines with the classes that phrases and lengths give them."""
    ended = (found.traits & np.uint32(Trait.ENDED)) != 0
    prose = (found.words >= LONG_WORDS) | (ended & (found.words >= PROSE_WORDS))
    lone = np.where(prose, np.uint8(PROSE), np.uint8(HEADING))
    classes, tails = _marked()
    return Draft(
        text=text,
        lines=found,
        starts=found.starts.tolist(),
        ends=found.ends.tolist(),
        words=found.words.tolist(),
        classes=bytearray(np.where(found.markers, classes[found.markers], lone)),
        tails=bytearray(tails[found.markers]),
        kept=bytearray(len(ended)),
    )


@functools.cache
def _marked() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return class and tail of every marker, by its number."""
    markers = known().markers
    classes = [CLASSES.index(marker.line_class) for marker in markers]
    return np.array(classes, np.uint8), np.array([TAILS.index(marker.tail) for marker in markers], np.uint8)


def _look_closer(draft: Draft) -> None:
    """Class the lines that no phrase marks by their shape: bylines, dates, captions, credits, galleries."""
    found = draft.lines
    looks = _looks(found)
    places = np.flatnonzero(looks)
    if not len(places):
        return
    wanted = looks[places] & _flags(found, places)
    for at, look in zip(places.tolist(), wanted.tolist(), strict=True):
        if not look:
            continue
        line = draft.line(at)
        if look == _NAMED:
            marker = _CREDIT if credits.is_name(line) else None
        else:
            marker = _shape(line, line.casefold().split(), look, known().markers[found.behind[at]])
        if marker:
            draft.classes[at] = CLASSES.index(marker.line_class)
            draft.tails[at] = TAILS.index(marker.tail)


def _looks(found: Lines) -> Uint32s:
    """Return for each line what its shape may say of it: all that :func:`_shape` finds, and more; 0 for most lines.

    All clues are looked for at once: most texts have few lines, and for those every step over a column costs the same.
    """
    columns = np.array((found.openers, found.prefixes, found.inside, found.late, found.behind, found.traits))
    seen: Booleans = np.array([np.bitwise_or.reduce(columns & clues) for clues in _CLUES]) != 0
    if found.unspaced:
        seen[_AT_CREDITED] |= _has(found.traits, Trait.NONASCII) != 0
        seen[_AT_NAMED] = True
    np.logical_and(seen, found.parts <= _MOST_PARTS, out=seen)
    seen[_AT_PICTURED] &= _has(found.traits, Trait.ENDED | Trait.CLOSING) != Trait.ENDED
    seen[_AT_RECURRING] &= found.words >= PROSE_WORDS
    np.logical_and(seen, found.markers == 0, out=seen)
    looks: Uint32s = np.bitwise_or.reduce(seen * _LOOKS)
    return looks


def _has(column: Uint32s, flags: int) -> Uint32s:
    """Return those of some flags that each line has."""
    return column & np.uint32(flags)


def _flags(found: Lines, places: NDArray[np.intp]) -> Uint32s:
    """Return what some lines have to be looked at for, going by their first word, their words and their brackets."""
    traits = found.traits[places]
    flags = found.openers[places] * (found.parts[places] <= OPENED_WORDS) | found.inside[places]
    flags |= (_has(traits, Trait.CLOSING) != 0) * np.uint32(Word.PICTURED | Word.CREDITED)
    flags |= (_has(traits, Trait.SLASH) != 0) * np.uint32(Word.PICTURED)
    flags |= (_has(traits, Trait.UNLETTERED | Trait.QUOTED) == Trait.UNLETTERED) * np.uint32(Word.DATED)
    flags |= (_has(traits, Trait.OPENING) != 0) * np.uint32(_ANY)
    flags |= np.uint32(_ANY * found.unspaced)
    return flags | (flags & np.uint32(Word.CREDITED)) * np.uint32(_NAMED // Word.CREDITED) | np.uint32(_RECURRING)


def _shape(line: str, words: list[str], look: int, behind_date: Marker) -> Marker | None:
    """Return what the shape of a line says: a byline, a date, a caption with its credit, a credit line, a gallery.

    Args:
        line: The line, without outer blanks.
        words: Its words, casefolded.
        look: What to look for.
        behind_date: What a phrase says behind the date at its beginning.
    """
    if look & Word.DATED:
        if bylines.is_date_line(words):
            return _DATELINE
        if bylines.byline_name_at(line, words):
            return _BYLINE
        if behind_date is not known().markers[0]:
            return behind_date
    if look & Word.PICTURED and photos.find_photo_credit(line, words):
        return _CAPTION
    if look & (Word.CREDITED | _NAMED) and credits.is_credit_line(line, words):
        return _CREDIT
    return _CAPTION if look & _RECURRING and is_gallery(line, words) else None
