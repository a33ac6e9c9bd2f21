"""What two texts do not share: stretches only one of them has, and words changed inside a shared passage."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedupe.records import Body, Passage, Span
from dedupe.report.visible import visible

MAX_DIFF_WORDS = 2_000
"""Longer passages are not compared word for word for display: difflib is quadratic."""

_LEFT_OVER = " \t.,;:!?)]}\"'”’»"

_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place inside a passage where the words differ; either side may be empty."""

    of_a: str
    of_b: str


def only_in(body: Body, shared: Iterable[Span], *, min_words: int = 3) -> tuple[str, ...]:
    """Return the stretches of ``body`` outside every ``shared`` span, in reading order.

    Only kept text counts: page chrome that was set aside is not a difference. A stretch ends at a line end and has at
    least ``min_words`` words; punctuation left over from a passage is dropped; an empty body gives nothing. Linear in
    the number of spans after sorting.
    """
    return tuple(
        visible(line.lstrip(_LEFT_OVER))
        for start, end in _outside(body.kept, sorted(shared))
        for line in body.original[start:end].splitlines()
        if len(_WORD.findall(line)) >= min_words
    )


def _outside(kept: Sequence[Span], shared: Sequence[Span]) -> list[Span]:
    """Subtract ``shared`` from ``kept``; both ascending by start, ``kept`` disjoint."""
    left: list[Span] = []
    first = 0
    for keep in kept:
        at = keep.start
        while first < len(shared) and shared[first].end <= at:
            first += 1
        for position in range(first, len(shared)):
            span = shared[position]
            if span.start >= keep.end:
                break
            if span.start > at:
                left.append(Span(at, span.start))
            at = max(at, span.end)
        if at < keep.end:
            left.append(Span(at, keep.end))
    return left


def changes(passage: Passage, a: Body, b: Body) -> tuple[Change, ...]:
    """Return where the words of both sides of ``passage`` differ, ignoring case and punctuation.

    Empty for a passage that is equal word for word, and for one longer than ``MAX_DIFF_WORDS``.
    """
    words_a = _WORD.findall(a.original[passage.a.start : passage.a.end])
    words_b = _WORD.findall(b.original[passage.b.start : passage.b.end])
    if max(len(words_a), len(words_b)) > MAX_DIFF_WORDS:
        return ()
    matcher = difflib.SequenceMatcher(
        None, [word.casefold() for word in words_a], [word.casefold() for word in words_b], autojunk=False
    )
    return tuple(
        Change(of_a=visible(" ".join(words_a[i1:i2])), of_b=visible(" ".join(words_b[j1:j2])))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    )
