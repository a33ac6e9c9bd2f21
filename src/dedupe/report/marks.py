"""A document's whole text as HTML: shared words marked, page chrome struck through, nothing lost and nothing active."""

import bisect
import html
import itertools
import re
from collections.abc import Sequence

from dedupe.records import Body, Span
from dedupe.report.visible import visible

_LINE_END = re.compile(r"\r\n?|\n")


def marked_text(body: Body, marks: Sequence[tuple[Span, str]], *, limit: int | None = None) -> str:
    """Return ``body.original`` as escaped HTML with the spans of ``marks`` in ``<mark>`` elements.

    Each mark is a span and ``shared`` or ``quote``. Where marks overlap, the one that begins first wins. Text outside
    ``body.kept`` is shown as set aside. Every character of the original is shown, acting ones as their code point; with
    a ``limit`` only the first so many.
    """
    last = len(body.original) if limit is None else min(limit, len(body.original))
    pieces: list[str] = []
    at = 0
    for span, kind in sorted(marks):
        start, end = max(span.start, at), min(span.end, last)
        if start >= end:
            continue
        pieces.append(_plain(body, Span(at, start)))
        element = '<mark class="quote">' if kind == "quote" else "<mark>"
        pieces.append(f"{element}{_escaped(body.original[start:end])}</mark>")
        at = end
    pieces.append(_plain(body, Span(at, last)))
    return "".join(pieces)


def _plain(body: Body, stretch: Span) -> str:
    """Return an unmarked stretch, its set-aside parts in their own elements."""
    pieces: list[str] = []
    at = stretch.start
    first = bisect.bisect_right(body.kept, at, key=lambda span: span.end)
    for keep in itertools.islice(body.kept, first, None):
        start, end = max(keep.start, at), min(keep.end, stretch.end)
        if start >= end:
            break
        pieces.append(_aside(body.original[at:start]))
        pieces.append(_escaped(body.original[start:end]))
        at = end
    pieces.append(_aside(body.original[at : stretch.end]))
    return "".join(pieces)


def _aside(text: str) -> str:
    """Return text that was set aside; white space alone needs no element."""
    return f'<span class="aside">{_escaped(text)}</span>' if text.strip() else _escaped(text)


def _escaped(text: str) -> str:
    """Escape text but keep its line ends, which are the reader's paragraphs."""
    return "\n".join(_line(line) for line in _LINE_END.split(text))


def _line(line: str) -> str:
    """Escape one line without trimming it: a mark may begin in mid-sentence."""
    left = line[: len(line) - len(line.lstrip())]
    right = line[len(line.rstrip()) :] if line.strip() else ""
    return f"{' ' * bool(left)}{html.escape(visible(line))}{' ' * bool(right)}"
