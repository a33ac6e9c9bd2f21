"""What the words of a line say: phrases that mark it, and the words that call for a closer look.

This is the specification; ``_native`` answers the same. What the phrases are is the caller's affair: they come as a
:class:`Vocabulary` of casefolded words and phrases, with flags and numbers that mean nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

START_WORDS = 14
"""Longest line, in words, that a phrase may mark that makes up the whole of it."""
LABEL_WORDS = 24
"""Longest line, in words, in which a phrase is looked for at its beginning."""
OPENED_WORDS = 40
"""Longest line, in words, that is told by its first word: a credit line; every other such line is shorter."""
DATE_WORDS = 14
"""Longest line, in words, that only says when, or begins with saying when."""
DATE_LENGTH = 8
"""Shortest date, in characters, that is one word and no word of a date."""
UNSPACED_CHARACTERS = 56
"""Longest line, in characters, that a ``start`` phrase of a script without spaces may mark."""
SOLE_WORDS, SOLE_CHARACTERS = 160, 640
"""Longest line, in words, or in characters of a script without spaces, that one phrase in its midst may mark. A longer
one is a story, or a page in one line, that mentions a newsletter; it takes one more for every two such stretches. Of
real pages, the longest line of furniture that one phrase marks has 151 words, the shortest of a story 168."""
PHRASE = 1
"""The flag of words that a phrase may begin with (``openers``) or that are looked up in ``contains`` (``inside``)."""

TRIM = " \t.:;,!?…-–—|•·*×+<>«»‹›→←↓↑▼▲()[]{}'\"“”‘’#&/\\0123456789。：！？、）（】【»"
"""What may stand around a phrase that makes up a whole line: punctuation, arrows, counts."""
LEADING = "([{<>•*·►▶→»‒–—- "
"""What may stand before a phrase that begins a line."""
EDGE = ".,:;|()[]–—-•·"
"""What may stand around a word of a date."""
DOTLESS = "ıİ"
"""Letters that a pattern takes for an i whatever its case, and casefolding does not."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Casefolded words and phrases to be found in lines. Markers are numbers from 1, flags are bits.

    Attributes:
        whole: Trimmed line -> marker.
        starts: First word -> phrases to try there, in order: phrase, marker, longest line in words that it marks.
        contains: Word between blanks -> phrases to try anywhere, likewise.
        unspaced: Phrases of scripts without spaces, in order: phrase, whether it must begin the line, marker.
        openers: First word of a line -> flags. Bit :data:`PHRASE` where it is in ``starts``.
        inside: Word anywhere in a line -> flags. Bit :data:`PHRASE` where it is in ``contains``.
        within: Word between blanks -> phrases to try anywhere, with the flags that each adds to those of ``inside``.
        prefixes: Flag -> what a line may begin with, in letters, not in words.
        dates: Words that a line may hold which only says when.
        date_openers: Words that may begin such a line, or stand before what another line says.
        names: First words of names, of letters, digits and underscores alone.
    """

    whole: dict[str, int]
    starts: dict[str, list[tuple[str, int, int]]]
    contains: dict[str, list[tuple[str, int, int]]]
    unspaced: list[tuple[str, bool, int]]
    openers: dict[str, int]
    inside: dict[str, int]
    within: dict[str, list[tuple[str, int]]]
    prefixes: dict[int, tuple[str, ...]]
    dates: frozenset[str]
    date_openers: frozenset[str]
    names: frozenset[str]

    @cached_property
    def held(self) -> frozenset[str]:
        """The keys of ``inside``, for one quick test."""
        return frozenset(self.inside)

    @cached_property
    def triggers(self) -> frozenset[str]:
        """The keys of ``contains``, for one quick test."""
        return frozenset(self.contains)

    @cached_property
    def worded(self) -> frozenset[str]:
        """The keys of ``within``, for one quick test."""
        return frozenset(self.within)

    @cached_property
    def all_prefixes(self) -> tuple[str, ...]:
        """All of ``prefixes``, for one quick test."""
        return tuple(prefix for prefixes in self.prefixes.values() for prefix in prefixes)


def find_whole(folded: str, vocabulary: Vocabulary) -> int:
    """Return the marker of a phrase that makes up the whole casefolded line, what may stand around it aside; else 0."""
    whole = vocabulary.whole
    if folded[-1].isalpha() and folded[0].isalpha():
        return whole.get(folded, 0)
    return whole.get(folded.strip(TRIM), 0)


def find_marker(folded: str, words: list[str], vocabulary: Vocabulary, *, unspaced: bool) -> int:
    """Return the marker that the phrases put on a casefolded line, or 0 where none stands in it.

    Args:
        folded: The line, casefolded.
        words: The same, split at blanks.
        vocabulary: The phrases.
        unspaced: The text holds a script without spaces: try its phrases as well.
    """
    marker = find_whole(folded, vocabulary) if len(words) <= START_WORDS else 0
    if not marker and len(words) <= LABEL_WORDS:
        marker = _find_start(folded, words, vocabulary)
    marker = marker or _find_inside(folded, words, vocabulary)
    if not marker and unspaced and not folded.isascii():
        marker = _find_unspaced(folded, vocabulary)
    return marker


def _find_start(folded: str, words: list[str], vocabulary: Vocabulary) -> int:
    """Return the marker of a phrase that begins the line, a count (``34 replies to``) or a bracket before it aside."""
    starts = vocabulary.starts
    at, first = 0, words[0]
    if first not in starts:
        if len(words) > 1 and first.isdecimal():
            at, first = len(first) + 1, words[1]
        elif not first[0].isalnum():
            at = len(folded) - len(folded.lstrip(LEADING))
            first = folded[at:].partition(" ")[0]
    known = starts.get(first)
    if known is None and ":" in first:  # "More:Nancy Pelosi ..."
        known = starts.get(first[: first.index(":") + 1])
    for phrase, marker, longest in known or ():
        if len(words) <= longest and folded.startswith(phrase, at) and _is_whole(phrase, folded, at):
            return marker
    return 0


def _is_whole(phrase: str, folded: str, at: int) -> bool:
    """Tell whether the phrase ends where a word does: "I agree" is not the beginning of "I agreed to come"."""
    return not (phrase[-1].isalpha() and folded[at + len(phrase) : at + len(phrase) + 1].isalpha())


def _find_inside(folded: str, words: list[str], vocabulary: Vocabulary) -> int:
    """Return the marker of the first phrase anywhere in the line, where phrases of enough different words stand there.

    A word is looked up once, however often it stands there.
    """
    held = vocabulary.triggers.intersection(words)
    missing = _phrases_needed(len(words), SOLE_WORDS)
    if len(held) < missing:
        return 0
    first = 0
    for word in dict.fromkeys(filter(held.__contains__, words)) if len(held) > 1 else held:
        for phrase, marker, longest in vocabulary.contains[word]:
            if len(words) <= longest and phrase in folded:
                first = first or marker
                missing -= 1
                break
        if missing <= 0:
            return first
    return 0


def _phrases_needed(length: int, sole: int) -> int:
    """Return how many phrases mark a line: one up to the length that one may mark, one more for every twice of it."""
    return (length + 3 * sole - 1) // (2 * sole)


def _find_unspaced(folded: str, vocabulary: Vocabulary) -> int:
    """Return the marker of the first phrase in a script without spaces, where enough of them stand in the line."""
    short = len(folded) <= UNSPACED_CHARACTERS
    missing = _phrases_needed(len(folded), SOLE_CHARACTERS)
    first = 0
    for phrase, at_start, said in vocabulary.unspaced:
        if (short and folded.startswith(phrase)) if at_start else phrase in folded:
            first = first or said
            missing -= 1
            if not missing:
                return first
    return 0


def find_within(line: str, folded: str, words: list[str], vocabulary: Vocabulary) -> int:
    """Return the flags of the phrases of ``within`` that stand in a line.

    All of them are taken to stand in a line that holds one of :data:`DOTLESS`: a pattern may find them there.
    """
    every = not line.isascii() and any(letter in line for letter in DOTLESS)
    found = 0
    for word in vocabulary.worded.intersection(words):
        for phrase, flags in vocabulary.within[word]:
            if every or phrase in folded:
                found |= flags
    return found


def is_dated(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell whether a line of few words may say when and nothing else: numbers, words of dates, and punctuation.

    It begins with one of the former, and a short number alone is none.
    """
    if len(words) > DATE_WORDS:
        return False
    for at, word in enumerate(words):
        bare = word.strip(EDGE)
        if bare in vocabulary.dates:
            continue
        if not bare[:1].isdecimal() and (bare or not at):
            return False
        if len(words) == 1 and len(word) < DATE_LENGTH and bare not in vocabulary.date_openers:
            return False
    return True


def find_behind_date(words: list[str], vocabulary: Vocabulary) -> int:
    """Return the marker of what stands behind the date that a line of few words begins with; 0 without either."""
    if len(words) > DATE_WORDS:
        return 0
    at = 0
    for word in words:
        bare = word.strip(EDGE)
        if not bare[:1].isdigit() and bare not in vocabulary.date_openers:
            break
        at += 1
    behind = words[at:] if at else []
    return find_marker(" ".join(behind), behind, vocabulary, unspaced=False) if behind else 0
