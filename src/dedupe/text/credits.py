"""Credits: the words by which a page says whose text or picture it carries.

``By AFP`` and ``MOSCOW, Jan 19 (AFP) -`` credit the text; ``With reporting by TASS, AFP`` credits a share in it;
``[File: Atta Kenare/AFP]`` credits a picture and says nothing about the text; ``he told Reuters`` is no credit at all.
Wordings are data (``data/credits.toml``, ``data/agencies.toml``); what is decided here is where a wording counts: at
the ends of a line, in a line of its own, in a sentence that speaks of "this article".
"""

import functools
import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dedupe._kernels._columns import Marked, Marks
from dedupe._kernels._lines import marked
from dedupe.records import Credit, CreditKind, Line, Span
from dedupe.text import bylines, photos
from dedupe.text.agencies import agencies, first_words
from dedupe.text.attributions import phrased
from dedupe.text.bylines import byline_name_at
from dedupe.text.datelines import HEAD, WIRE_DASH, are_agencies, copyrighted, dateline, sign_off
from dedupe.text.lines import Trait, has_unspaced_script, split_lines
from dedupe.text.named import Found, credits_of
from dedupe.text.photos import find_photo_credit
from dedupe.text.vocabulary import Prefix, Word, marked_lines, read_lines
from dedupe.text.wordings import openers, phrase_openers, wordings

_PHOTO_LOOK, _BYLINE_LOOK, _DATELINE_LOOK, _PHRASE_LOOK, _COPYRIGHT_LOOK, _SIGN_OFF_LOOK = (1 << n for n in range(6))
_EVERYTHING = (1 << 6) - 1
_WORDED_LOOKS = _PHOTO_LOOK | _BYLINE_LOOK | _PHRASE_LOOK
"""What is told by the words of a line; the rest by its letters."""
_PICTURED_TRAITS = Trait.BRACKETED | Trait.SLASH
_DATELINE_TRAITS = Trait.HEADED | Trait.WIRED | Trait.OPENING
_SIGN_OFF_TRAITS = Trait.NAMED | Trait.BRACKETED
_FOREIGN_TRAITS = Trait.NONASCII
"""Asked for only in a text of a script without spaces, whose phrases no word gives away."""
_MARKS = Marks(
    openers=Word.BYLINE,
    inside=Word.WORDED,
    late=Word.PICTURED,
    prefixes=Prefix.PHOTO | Prefix.BYLINE | Prefix.WIRE | Prefix.SOURCE,
    traits=_PICTURED_TRAITS | _DATELINE_TRAITS | _SIGN_OFF_TRAITS | Trait.COPYRIGHT,
    foreign=_FOREIGN_TRAITS,
)
"""What makes a line worth a closer look: whatever there is and little else."""
_BRIEF = 300
"""Longest text, in characters, whose few lines are looked at one by one: columns cost more than they save."""
_SPAN_OF = operator.attrgetter("span")
_EDGES = ".,:;!?()[]{}<>«»\"'“‘”’*|•·-–—&"
CREDIT_WORDS = 40
"""Longest line, in words, that says nothing but whose text this is."""
NAME_WORDS = 3
"""Longest such line, in words, that is a name alone."""
_UNSPACED_WORDS = 3
_REPORTING = re.compile(r"^\(?(?:Additional )?(?:Reporting|Writing) by ([^;()]{3,80})")


def find_credits(text: str, lines: Sequence[Line] | None = None) -> tuple[Credit, ...]:
    """Return the credits of a text in the order of their places.

    Args:
        text: The text as found, chrome included: credits stand mostly in what is set aside.
        lines: Its lines as :func:`dedupe.text.chrome.classify` gave them, where known; saves splitting again.

    Returns:
        One credit for every organisation or person named. ``quote`` is ``text[span.start:span.end]``. An organisation
        that is known is given by its canonical name. An empty text has no credits.
    """
    if len(text) <= _BRIEF and lines is None:
        rows = [(start, start + len(line), _EVERYTHING) for start, line in split_lines(text)]
        return _credits_of_rows(text, rows)
    if lines is None:
        return _credits_of_rows(text, _looks(marked_lines(text, _MARKS)))
    read = read_lines(text)
    spans = list(zip(read.starts.tolist(), read.ends.tolist(), strict=True))
    if spans != list(map(_SPAN_OF, lines)):  # lines of somebody else's making: each is looked at
        return _credits_of_rows(text, ((*line.span, _EVERYTHING) for line in lines))
    return _credits_of_rows(text, _looks(marked(read, _MARKS)))


def _credits_of_rows(text: str, rows: Iterable[tuple[int, int, int]]) -> tuple[Credit, ...]:
    """Return the credits of some lines, each given by its span and what to look for."""
    found: list[Credit] = []
    for start, end, look in rows:
        line = text[start:end]
        if look == _SIGN_OFF_LOOK and not are_agencies(line):
            continue
        folded = line.casefold() if look & _WORDED_LOOKS else ""
        words = folded.split()
        if look == _EVERYTHING and not _may_credit(line, words):
            continue
        credited = list(_credits_at(start, line, folded, words, look))
        if credited and _may_credit(line, words or line.casefold().split()):
            found += credited
    return tuple(found)


def _looks(rows: Iterable[Marked]) -> Iterator[tuple[int, int, int]]:
    """Yield the lines that are looked at, each by its span and what to look for."""
    for start, end, opened, inside, late, prefixes, traits in rows:
        look = 0
        if traits & _PICTURED_TRAITS or prefixes & Prefix.PHOTO or late:
            look |= _PHOTO_LOOK
        if prefixes & Prefix.BYLINE or opened:
            look |= _BYLINE_LOOK
        if traits & _DATELINE_TRAITS or prefixes & Prefix.WIRE:
            look |= _DATELINE_LOOK
        if traits & _FOREIGN_TRAITS or prefixes & Prefix.SOURCE or inside:
            look |= _PHRASE_LOOK
        if traits & Trait.COPYRIGHT:
            look |= _COPYRIGHT_LOOK
        if traits & _SIGN_OFF_TRAITS:
            look |= _SIGN_OFF_LOOK
        yield start, end, look


def _credits_at(start: int, line: str, folded: str, words: list[str], look: int) -> Iterator[Credit]:
    """Yield the credits of a line that begins at ``start``, each kind and name once."""
    seen: set[tuple[CreditKind, str]] = set()
    for kind, organisation, begin, end in _credits_of_line(line, folded, words, look):
        if (kind, organisation) not in seen:
            seen.add((kind, organisation))
            span = Span(start + begin, start + end)
            yield Credit(kind=kind, organisation=organisation, quote=line[begin:end], span=span)


def is_credit_line(line: str, words: list[str]) -> bool:
    """Tell whether a line of at most 40 words says nothing but whose text this is.

    Args:
        line: The line, without outer blanks.
        words: Its words, casefolded.
    """
    if len(words) > CREDIT_WORDS:
        return False
    if len(words) <= NAME_WORDS and is_name(line):
        return True
    if (
        words[0] in phrase_openers()
        or line[-1] == ")"
        or not wordings().triggers.isdisjoint(words)
        or (not line.isascii() and len(words) <= _UNSPACED_WORDS)
    ):
        return any(phrased(line, line.casefold(), words)) or _REPORTING.match(line) is not None
    return False


def is_name(line: str) -> bool:
    """Tell whether a line is the name of an organisation that others credit, brackets aside."""
    return line.strip("()[]©. ") in agencies()


class _Marks(NamedTuple):
    """What a line that credits somebody begins with or holds, casefolded.

    Attributes:
        openers: First words of every kind of credit.
        held: Words of credits that need no bracket, slash or opening word.
    """

    openers: frozenset[str]
    held: frozenset[str]


@functools.cache
def _marks() -> _Marks:
    """Return the words that mark credits, read once."""
    begin = openers() | bylines.openers() | photos.openers() | first_words()
    return _Marks(begin, wordings().triggers | photos.PICTURE_WORDS)


def _may_credit(line: str, words: list[str]) -> bool:
    """Tell whether a closer look at a line is worth it; nineteen lines of twenty hold no mark of a credit."""
    marks = _marks()
    first = words[0]
    head = line[:HEAD]
    return (
        first in marks.openers
        or (not first[-1].isalpha() and first.strip(_EDGES) in marks.openers)
        or line[-1] in ")）]"
        or "(" in head
        or "[" in head
        or "/" in line
        or "©" in line
        or "copyright" in line.casefold()
        or not marks.held.isdisjoint(words)
        or (head[:2].isupper() and WIRE_DASH.match(head) is not None)
        or (line[-1] == "." and line[-2:] in {").", "].", "）."})
        or not (line.isascii() or (first.isalpha() and not has_unspaced_script(line) and "（" not in head))
    )


def _credits_of_line(line: str, folded: str, words: list[str], look: int) -> Iterator[Found]:
    """Yield kind, organisation and place of the credits of one line, of the kinds to look for."""
    photo = find_photo_credit(line, words) if look & _PHOTO_LOOK else None
    if photo:
        yield "photo", photo.organisation, photo.start, photo.end
        return
    begin = byline_name_at(line, words) if look & _BYLINE_LOOK else 0
    if begin:
        yield from credits_of("byline", line, begin, len(line), quote_from=0)
        return
    if look & _DATELINE_LOOK:
        yield from dateline(line)
    if look & _PHRASE_LOOK:
        yield from phrased(line, folded, words)
    if look & _COPYRIGHT_LOOK:
        yield from copyrighted(line)
    if look & _SIGN_OFF_LOOK:
        yield from sign_off(line)
