"""Slips of the pen that one of two pages repaired: ``goverment`` here, ``government`` there.

Without a dictionary, a slip is a word that stands once, one letter away from the word that the other page has in its
place, where this very page writes that other word elsewhere: it knew better.
"""

import difflib
import re

from dedupe.records import Body, Span

MAX_WORDS = 2_000
"""Longer passages are passed over: difflib is quadratic."""
MIN_LETTERS = 5
_WORD = re.compile(r"[^\W\d_]+")


def repaired(body: Body, other: Body, mine: Span, theirs: Span) -> tuple[Span, str] | None:
    """Return the first word of ``body`` that is a slip, and what ``other`` has in its place; ``None`` without one.

    Args:
        body: The page with the slip, if there is one.
        other: The page that repaired it.
        mine: A passage of ``body``.
        theirs: The same passage of ``other``.
    """
    own = list(_WORD.finditer(body.original, mine.start, mine.end))
    its = list(_WORD.finditer(other.original, theirs.start, theirs.end))
    if max(len(own), len(its)) > MAX_WORDS:
        return None
    words = [found[0].casefold() for found in own]
    right = [found[0].casefold() for found in its]
    spelt = {found[0].casefold() for found in _WORD.finditer(body.original)}
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, words, right, autojunk=False).get_opcodes():
        if tag != "replace" or (i2 - i1, j2 - j1) != (1, 1):
            continue
        wrong, better = words[i1], right[j1]
        if _one_letter(wrong, better) and better in spelt and words.count(wrong) == 1 and wrong not in right:
            return Span(*own[i1].span()), its[j1][0]
    return None


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
