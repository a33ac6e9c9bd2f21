"""Prose or chrome: what a page dump says once its furniture is set aside.

For text that never was HTML: a crawler's tag-stripped page, a copy and paste, an old archive. Every line gets a class;
what is kept is the body. Rules are few and look at shape first (length, sentence ends, runs of short lines, repetition)
and at marker phrases second (``data/chrome.toml``), so a language without phrases still loses its menus.

A text that shows no sign of furniture comes out whole, and so does one in which no body can be told (a list, a poem,
one line, a cookie wall): nothing is ever reduced to nothing. Cost is linear in the text.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dedupe.records import Line, LineClass, Span
from dedupe.text import bylines, credits, photos, wordings  # noqa: A004 - the module's name is the field's noun
from dedupe.text.galleries import is_gallery, mark_galleries
from dedupe.text.layout import Draft, choose_body
from dedupe.text.lines import CLOSERS, ENDS, count_words, ends_sentence, has_unspaced_script, split_lines
from dedupe.text.phrases import START_WORDS, Marker, Tail, chrome_phrases, find_marker, find_whole

PROSE_WORDS = 8
"""A line of so many words that ends as a sentence does is prose (measured start, out of sample)."""
LONG_WORDS = 20
"""A line of so many words is prose however it ends."""

_CAPTION = Marker("caption", "")
_SHORT = 48
_OPENED_WORDS = 40
"""Longest line, in words, that is told by its first word: a credit line; every other such line is shorter."""
_CLOSING = frozenset(")]）】")
_BRACKETS = frozenset("([（【©")
_QUOTES = frozenset("\"'“‘„«")
_CREDIT = Marker("credit", "")
_BYLINE = Marker("byline", "")
_DATELINE = Marker("dateline", "")


def classify(text: str) -> tuple[Line, ...]:
    """Return every line of ``text`` that is not blank, with its class and whether the body keeps it.

    Spans index into ``text`` and leave out the blanks at both ends of a line. Where no body can be told from
    furniture, all lines are kept: the result keeps something whenever the text holds anything but blanks.
    """
    new = tuple.__new__  # half the cost of a named tuple's own constructor, and a page has hundreds of lines
    return tuple(
        [
            new(Line, (new(Span, (draft.start, draft.start + len(draft.line))), draft.line_class, draft.kept))
            for draft in _drafts(text)
        ]
    )


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


_PHRASE, _BYLINED, _PICTURED, _CREDITED = 1, 2, 4, 8
_ANY = _PHRASE | _BYLINED | _PICTURED | _CREDITED
"""What a line is looked at for more closely; most lines of most pages need none of it and are done at once."""


class _Gate(NamedTuple):
    """Words without which a line is plain, each with what it may make of the line."""

    openers: dict[str, int]
    inside: dict[str, int]
    words: frozenset[str]
    """The keys of ``inside``, for one quick test."""


@functools.cache
def _gate() -> _Gate:
    """Return the words that any of the closer looks below begins with or holds, read once."""
    phrases, credit_words = chrome_phrases(), wordings.wordings().triggers
    openers = _flagged(
        (phrases.starts, _PHRASE),
        (bylines.openers(), _BYLINED),
        (photos.openers(), _PICTURED),
        (wordings.openers(), _CREDITED),
    )
    inside = _flagged((phrases.triggers, _PHRASE), (photos.PICTURE_WORDS, _PICTURED), (credit_words, _CREDITED))
    return _Gate(openers, inside, frozenset(inside))


def _flagged(*tables: tuple[Iterable[str], int]) -> dict[str, int]:
    """Return every word of the tables with the flags of the tables that hold it."""
    found: dict[str, int] = {}
    for words, flag in tables:
        for word in words:
            found[word] = found.get(word, 0) | flag
    return found


_Look = tuple[LineClass, Tail, int, bool]
"""What can be told from a line alone: its class, what it says of the lines below, its words, whether it is ended."""


def _drafts(text: str) -> list[Draft]:
    """Return the lines of a text, classed and decided."""
    unspaced = has_unspaced_script(text)
    drafts = [
        Draft(start, line, *(_look_short if len(line) <= _SHORT else _look)(line, unspaced))
        for start, line in split_lines(text)
    ]
    mark_galleries(drafts)
    choose_body(drafts)
    return drafts


def _look(line: str, unspaced: bool) -> _Look:  # noqa: FBT001 - once a line: keywords cost a tenth
    """Return what can be told from one line alone."""
    folded = line.casefold()
    words = folded.split()
    count = count_words(line, unspaced=True) if unspaced else len(words)
    ended = line[-1] in ENDS or (line[-1] in CLOSERS and ends_sentence(line))
    flags = _ANY if unspaced else _flags(line, words)
    if flags & _PHRASE:
        marker = find_marker(folded, words, unspaced=unspaced)
    else:
        marker = find_whole(folded) if count < START_WORDS else None
    if not marker and flags & ~_PHRASE:
        marker = _shape(line, words, flags, ended=ended)
    if not marker and count >= PROSE_WORDS and is_gallery(line, words):
        marker = _CAPTION
    if marker:
        return marker.line_class, marker.tail, count, ended
    prose = count >= LONG_WORDS or (ended and count >= PROSE_WORDS)
    return "prose" if prose else "heading", "", count, ended


def _flags(line: str, words: list[str]) -> int:
    """Return what a line (and its words, casefolded) has to be looked at for more closely."""
    gate = _gate()
    first = words[0]
    flags = gate.openers.get(first, 0) if len(words) <= _OPENED_WORDS else 0
    if not first[0].isalpha():
        flags |= _ANY if first[0] in _BRACKETS else _PHRASE if first[0] in _QUOTES else _PHRASE | _BYLINED
    if ":" in first:
        flags |= _PHRASE
    if line[-1] in _CLOSING:
        flags |= _PICTURED | _CREDITED
    if "/" in line:
        flags |= _PICTURED
    if not gate.words.isdisjoint(words):
        for word in gate.words.intersection(words):
            flags |= gate.inside[word]
    return flags


_look_short = functools.lru_cache(maxsize=1 << 14)(_look)
"""The same for short lines: the menus of a site say the same on every page of it."""


def _shape(line: str, words: list[str], flags: int, *, ended: bool) -> Marker | None:
    """Return what the shape of a line says: a byline, a date, a caption with its credit, a credit line."""
    if flags & _BYLINED and len(words) <= bylines.MAX_WORDS:
        if bylines.is_date_line(words):
            return _DATELINE
        if bylines.byline_name_at(line, words):
            return _BYLINE
        behind = bylines.words_behind_date(words)
        marker = find_marker(" ".join(behind), behind, unspaced=False) if behind else None
        if marker:
            return marker
    if flags & _PICTURED and (not ended or line[-1] in _CLOSING) and photos.find_photo_credit(line, words):
        return _CAPTION
    return _CREDIT if flags & _CREDITED and credits.is_credit_line(line, words) else None
