"""The lines of a text as columns: where they are and what each looks like. The specification of ``_native``'s.

Everything is told from one line alone (and whether it repeats the one above), in time linear in its length.
"""

import functools
import itertools
import re

import numpy as np

from dedupe._kernels._columns import Lines, Marked, Marks
from dedupe._kernels._phrases import (
    OPENED_WORDS,
    PHRASE,
    START_WORDS,
    Vocabulary,
    find_behind_date,
    find_marker,
    find_whole,
    find_within,
    is_dated,
)

ENDS = frozenset(".!?…。！？؟۔।։።;؛:")
"""Characters that end a sentence, or a clause that a list item follows."""
CLOSERS = "\"'”’»›」』）)]*†0123456789⁰¹²³"
"""What may stand behind a sentence end: closing quotes and brackets, note marks."""
CLAUSE_ENDS = frozenset(".!?…。！？؟,;:،؛、，；：-–—")
"""Characters that end a clause; a line of a menu ends in none."""
BULLETS = frozenset(">|-*•–—+#")
"""Characters by which a writer begins the items of a list, or the lines of a mail that are quoted."""
OPENING = frozenset("([（【©")
"""Brackets that a credit line begins with, and the copyright sign."""
QUOTES = frozenset("\"'“‘„«")
"""Marks that open a quotation."""
CLOSING = frozenset(")]）】")
"""Brackets that a credit line ends with."""
UNSPACED_PER_WORD = 4
"""Characters of a script without spaces that weigh as much as one word of a script with spaces."""
HEAD = 120
"""Characters of a line in which it may say where it comes from."""
LATE_WORDS = 6
"""Words at the end of a line in which it may say whose picture it is under."""
TITLE_WORDS = 16
"""Longest title, in words, that is looked for twice at the opening of a line."""
NAME_LENGTH = 60
"""Longest line, in characters, that may be nothing but a name."""

CREDIT_BRACKETS = frozenset(")]）")
"""Brackets that close whose picture it is, or who sends the text."""
DASHES = "-–—"
"""Dashes that stand behind the sender of a text."""
UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Thai, Lao, Myanmar, Khmer, kana and Han, as a pattern."""

_SHORT = 48
_UNSPACED = re.compile(UNSPACED)
_OTHER_BREAKS = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_WORD = re.compile(r"\w+")


class Trait:
    """What a line looks like, one bit each.

    Attributes:
        ENDED: It ends as a sentence does, closing quotes and brackets aside.
        LOWER: It begins with a small letter.
        BULLET: It begins with one of :data:`BULLETS`.
        CLAUSE_END: It ends with one of :data:`CLAUSE_ENDS`.
        SAME: It is the line above once more.
        NONASCII: It holds a character that is not ASCII.
        SLASH: It holds a slash.
        OPENING: It begins with one of :data:`OPENING`.
        CLOSING: It ends with one of :data:`CLOSING`.
        BRACKETED: It ends with a bracket, a full stop behind it aside.
        PARENTHESIS: It ends with ``)``.
        HEADED: A round or square bracket or a slash stands in its head.
        WIRED: It begins with capitals, and a dash stands in its head.
        COPYRIGHT: It holds ``©``, ``(c)`` or ``copyright``.
        COUNTED: It holds a 2 between blanks or before a slash.
        REPEATED: Its first word stands among the next fifteen once more, and either it ends with a colon or the second
            word follows again.
        DATED: It holds nothing but what dates are made of.
        NAMED: It is short, and begins with the first word of a name.
        UNLETTERED: It begins with something else than a letter.
        QUOTED: It begins with one of :data:`QUOTES`.
    """

    ENDED = 1 << 0
    LOWER = 1 << 1
    BULLET = 1 << 2
    CLAUSE_END = 1 << 3
    SAME = 1 << 4
    NONASCII = 1 << 5
    SLASH = 1 << 6
    OPENING = 1 << 7
    CLOSING = 1 << 8
    BRACKETED = 1 << 9
    PARENTHESIS = 1 << 10
    HEADED = 1 << 11
    WIRED = 1 << 12
    COPYRIGHT = 1 << 13
    COUNTED = 1 << 14
    REPEATED = 1 << 15
    DATED = 1 << 16
    NAMED = 1 << 17
    UNLETTERED = 1 << 18
    QUOTED = 1 << 19


COLUMNS = len(Lines._fields) - 1


def lines(text: str, vocabulary: Vocabulary) -> Lines:
    """Return the columns of all lines of ``text``. Lines end where :meth:`str.splitlines` says."""
    unspaced = has_unspaced_script(text)
    found = split_lines(text)
    rows = [(_row_short if len(line) <= _SHORT else _row)(line, vocabulary, unspaced) for _, line in found]
    columns = np.zeros((COLUMNS, len(rows)), dtype=np.uint32)
    columns[0] = [start for start, _ in found]
    columns[1] = [start + len(line) for start, line in found]
    if rows:
        columns[2:] = list(zip(*rows, strict=True))
    same = [line == above for (_, above), (_, line) in itertools.pairwise(found)]
    columns[-1, 1:] |= np.array(same, dtype=np.uint32) * np.uint32(Trait.SAME)
    return Lines._make((*columns, unspaced))


def marked_lines(text: str, vocabulary: Vocabulary, marks: Marks) -> list[Marked]:
    """Return the lines of ``text`` that have any of some flags."""
    return marked(lines(text, vocabulary), marks)


def marked(read: Lines, marks: Marks) -> list[Marked]:
    """Return those of some lines that have any of some flags."""
    flags = np.array([*marks[:4], marks.traits | marks.foreign * read.unspaced], dtype=np.uint32)
    held = np.array((read.openers, read.inside, read.late, read.prefixes, read.traits)) & flags[:, np.newaxis]
    places = np.bitwise_or.reduce(held).nonzero()[0]
    columns = (read.starts[places], read.ends[places], *held[:, places])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _row(line: str, vocabulary: Vocabulary, unspaced: bool) -> tuple[int, ...]:  # noqa: FBT001 - once a line
    """Return all columns of one line from ``words`` on, whatever stands above it."""
    folded = line.casefold()
    words = folded.split()
    parts, first = len(words), words[0]
    opener = vocabulary.openers.get(first, 0)
    inside = late = behind = prefixed = 0
    if not vocabulary.held.isdisjoint(words):
        inside = _flags(words, vocabulary)
        late = _flags(words[-LATE_WORDS:], vocabulary)
    if not vocabulary.worded.isdisjoint(words):
        inside |= find_within(line, folded, words, vocabulary)
    if folded.startswith(vocabulary.all_prefixes):
        prefixed = sum(flag for flag, prefixes in vocabulary.prefixes.items() if folded.startswith(prefixes))
    if (
        unspaced
        or inside & PHRASE
        or (opener & PHRASE and parts <= OPENED_WORDS)
        or not first[0].isalpha()
        or ":" in first
    ):
        marker = find_marker(folded, words, vocabulary, unspaced=unspaced)
    else:
        marker = find_whole(folded, vocabulary) if parts < START_WORDS else 0
    if not marker:
        behind = find_behind_date(words, vocabulary)
    traits = _traits(line) | _traits_of_words(line, folded, words, vocabulary)
    counted = count_words(line, unspaced=True) if unspaced else parts
    return counted, parts, opener, inside, late, prefixed, marker, behind, traits


_row_short = functools.lru_cache(maxsize=1 << 14)(_row)
"""The same for short lines: the menus of a site say the same on every page of it."""


def _flags(words: list[str], vocabulary: Vocabulary) -> int:
    """Return the flags of all words together."""
    found = 0
    for word in vocabulary.held.intersection(words):
        found |= vocabulary.inside[word]
    return found


def _traits(line: str) -> int:
    """Return the traits that are told from single characters."""
    first, last, head = line[0], line[-1], line[:HEAD]
    return (
        (last in ENDS or (last in CLOSERS and ends_sentence(line)))
        | first.islower() << 1
        | (first in BULLETS) << 2
        | (last in CLAUSE_ENDS) << 3
        | (not line.isascii()) << 5
        | ("/" in line) << 6
        | (first in OPENING) << 7
        | (last in CLOSING) << 8
        | ((last in ".)]）") and line.removesuffix(".").rstrip()[-1:] in CREDIT_BRACKETS) << 9
        | (last == ")") << 10
        | ("(" in head or "[" in head or "/" in head) << 11
        | (line[:2].isupper() and any(dash in head for dash in DASHES)) << 12
    )


def _traits_of_words(line: str, folded: str, words: list[str], vocabulary: Vocabulary) -> int:
    """Return the traits that are told from stretches of characters."""
    name = _WORD.search(line) if len(line) <= NAME_LENGTH else None
    return (
        ("©" in line or "copyright" in folded or "(c)" in folded) << 13
        | (" 2 " in line or "2/" in line) << 14
        | (words[0] in words[1:TITLE_WORDS] and _is_repeated(words)) << 15
        | is_dated(words, vocabulary) << 16
        | (name is not None and name[0].casefold() in vocabulary.names) << 17
        | (not folded[0].isalpha()) << 18
        | (folded[0] in QUOTES) << 19
    )


def _is_repeated(words: list[str]) -> bool:
    """Tell whether the first word recurs soon, as a label or with the second one behind it."""
    first, second = words[:2]
    return first[-1] == ":" or any(
        word == first and following == second for word, following in itertools.pairwise(words[1 : TITLE_WORDS + 1])
    )


def split_lines(text: str) -> list[tuple[int, str]]:
    """Return ``(start, line)`` of every line that is not blank, blanks at its ends cut off.

    ``start`` is the code point at which the cut line begins in ``text``. Lines end where :meth:`str.splitlines` says.
    """
    if _OTHER_BREAKS.search(text):
        broken, step = text.splitlines(keepends=True), 0
    else:
        broken, step = text.split("\n"), 1
    found = []
    position = 0
    for raw in broken:
        line = raw.strip()
        if line:
            found.append((position if raw[0] == line[0] else position + raw.index(line[0]), line))
        position += len(raw) + step
    return found


def has_unspaced_script(text: str) -> bool:
    """Tell whether any character belongs to a script that is written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def count_words(line: str, *, unspaced: bool) -> int:
    """Return the words of a line; with ``unspaced``, characters of scripts without spaces count a quarter each."""
    words = line.count(" ") + 1
    if unspaced and not line.isascii():
        words += len(_UNSPACED.findall(line)) // UNSPACED_PER_WORD
    return words


def ends_sentence(line: str) -> bool:
    """Tell whether a line without outer blanks ends as a sentence does."""
    last = line[-1:]
    return last in ENDS or (last in CLOSERS and line.rstrip(CLOSERS)[-1:] in ENDS)
