"""Prose or chrome: what a page dump says once its furniture is set aside.

For text that never was HTML: a crawler's tag-stripped page, a copy and paste, an old archive. Every line gets a class;
what is kept is the body. Rules are few and look at shape first (length, sentence ends, runs of short lines, repetition)
and at marker phrases second (``data/chrome.toml``), so a language without phrases still loses its menus.

A text that shows no sign of furniture comes out whole, and so does one in which no body can be told (a list, a poem, one
line, a cookie wall): nothing is ever reduced to nothing. Cost is linear in the text.
"""

from collections.abc import Sequence

from dedupe.records import Line, LineClass, Span
from dedupe.text.bylines import MAX_WORDS, byline_name_at, is_date_line
from dedupe.text.layout import Draft, choose_body
from dedupe.text.credits import is_credit_line
from dedupe.text.lines import count_words, ends_sentence, has_unspaced_script, split_lines
from dedupe.text.photos import find_photo_credit
from dedupe.text.phrases import Marker, find_marker

PROSE_WORDS = 8
"""A line of so many words that ends as a sentence does is prose (measured start, out of sample)."""
LONG_WORDS = 20
"""A line of so many words is prose however it ends."""

_CAPTION = Marker("caption", "")
_CREDIT = Marker("credit", "")
_BYLINE = Marker("byline", "")
_DATELINE = Marker("dateline", "")


def classify(text: str) -> tuple[Line, ...]:
    """Return every line of ``text`` that is not blank, with its class and whether the body keeps it.

    Spans index into ``text`` and leave out the blanks at both ends of a line. Where no body can be told from
    furniture, all lines are kept: the result keeps something whenever the text holds anything but blanks.
    """
    return tuple(
        Line(span=Span(draft.start, draft.start + len(draft.line)), line_class=draft.line_class, kept=draft.kept)
        for draft in _drafts(text)
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


def _drafts(text: str) -> list[Draft]:
    """Return the lines of a text, classed and decided."""
    unspaced = has_unspaced_script(text)
    drafts = []
    for start, line in split_lines(text):
        drafts.append(_look(start, line, unspaced=unspaced))
    choose_body(drafts)
    return drafts


def _look(start: int, line: str, *, unspaced: bool) -> Draft:
    """Return one line with what can be told from it alone."""
    folded = line.casefold()
    words = folded.split()
    count = count_words(line, unspaced=unspaced) if unspaced else len(words)
    ended = ends_sentence(line)
    marker = find_marker(folded, words, unspaced=unspaced) or _shape(line, words, ended=ended)
    prose = marker is None and ((count >= PROSE_WORDS and ended) or count >= LONG_WORDS)
    line_class: LineClass = marker.line_class if marker else "prose" if prose else "heading"
    return Draft(start, line, line_class, marker.tail if marker else "", count, ended)


def _shape(line: str, words: list[str], *, ended: bool) -> Marker | None:
    """Return what the shape of a line says: a byline, a date, a caption with its credit, a credit line."""
    if len(words) <= MAX_WORDS:
        if is_date_line(words):
            return _DATELINE
        if byline_name_at(line, words):
            return _BYLINE
    if (not ended or line[-1] in ")])）") and find_photo_credit(line, words):
        return _CAPTION
    return _CREDIT if is_credit_line(line, words) else None
