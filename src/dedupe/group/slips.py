"""Slips of the pen that one of two pages repaired: ``goverment`` here, ``government`` there.

Without a dictionary, a slip is a word that stands once, one letter away from the word that the other page has in its
place, where this very page writes that other word elsewhere: it knew better.
"""

import re
from collections.abc import Iterator
from itertools import islice

from dedupe.records import Body, Span

MAX_CANDIDATES = 50
"""Words of a passage that the other page has not; where there are more, it was rewritten and not corrected."""
MIN_LETTERS = 5
_WORD = re.compile(r"[^\W\d_]+")


def repaired(body: Body, other: Body, mine: Span, theirs: Span) -> tuple[Span, str] | None:
    """Return the first word of ``body`` that is a slip, and what ``other`` has in its place; ``None`` without one.

    Args:
        body: The page with the slip, if there is one.
        other: The page that repaired it.
        mine: A passage of ``body``.
        theirs: The same passage of ``other``.

    Cost: linear in the words of the passage, and in those of the body where a word differs.
    """
    words = list(map(str.casefold, _WORD.findall(body.original, mine.start, mine.end)))
    right = list(map(str.casefold, _WORD.findall(other.original, theirs.start, theirs.end)))
    known = set(right)
    candidates = [at for at, word in enumerate(words) if word not in known and len(word) >= MIN_LETTERS]
    if not 0 < len(candidates) <= MAX_CANDIDATES:
        return None
    between = dict(zip(_neighbours(right), right[1:-1], strict=True))
    for at in candidates:
        better = between.get((words[at - 1], words[at + 1])) if 0 < at < len(words) - 1 else None
        if better and words.count(words[at]) == 1 and _one_letter(words[at], better) and _writes(body, better):
            found = next(islice(_WORD.finditer(body.original, mine.start, mine.end), at, None))
            return Span(*found.span()), better
    return None


def _neighbours(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the two neighbours of every word but the first and the last."""
    return zip(words, words[2:], strict=False)


def _writes(body: Body, word: str) -> bool:
    """Tell whether a page has a word anywhere."""
    return any(found.casefold() == word for found in _WORD.findall(body.original))


def _one_letter(one: str, other: str) -> bool:
    """Tell whether two words differ by one letter missing, too many, other, or by two neighbours exchanged.

    A last letter is an ending, not a slip (``minister``, ``ministers``).
    """
    if min(len(one), len(other)) < MIN_LETTERS or one[0] != other[0] or one == other:
        return False
    first = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if first is None or first >= min(len(one), len(other)) - 2:
        return False
    if len(one) == len(other):
        exchanged = one[first : first + 2] == other[first : first + 2][::-1] and one[first + 2 :] == other[first + 2 :]
        return one[first + 1 :] == other[first + 1 :] or exchanged
    shorter, longer = sorted((one, other), key=len)
    return len(longer) - len(shorter) == 1 and shorter[first:] == longer[first + 1 :]
