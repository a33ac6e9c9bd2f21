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

import numpy as np

from dedupe._kernels._contract import Lines
from dedupe.records import Credit, CreditKind, Line, Span
from dedupe.text import bylines, photos
from dedupe.text.agencies import Agency, agencies, agency_beginning, agency_named, first_words, split_names
from dedupe.text.bylines import byline_name_at, is_date_word
from dedupe.text.lines import NAME_LENGTH, Trait, has_unspaced_script, split_lines
from dedupe.text.photos import find_photo_credit
from dedupe.text.vocabulary import Prefix, Word, read_lines
from dedupe.text.wordings import Phrase, openers, phrase_openers, wordings

_PHOTO_LOOK, _BYLINE_LOOK, _DATELINE_LOOK, _PHRASE_LOOK, _COPYRIGHT_LOOK, _SIGN_OFF_LOOK = (1 << n for n in range(6))
_EVERYTHING = (1 << 6) - 1
_WORDED_LOOKS = _PHOTO_LOOK | _BYLINE_LOOK | _PHRASE_LOOK
"""What is told by the words of a line; the rest by its letters."""
_TRAITS = (
    Trait.BRACKETED | Trait.SLASH | Trait.HEADED | Trait.WIRED | Trait.OPENING | Trait.COPYRIGHT | Trait.NAMED
)  # fmt: skip
_LATE, _OPENERS, _INSIDE = np.uint32(Word.PICTURED), np.uint32(Word.BYLINE), np.uint32(Word.CREDITED)
_PREFIXES = np.uint32(Prefix.PHOTO | Prefix.BYLINE | Prefix.WIRE | Prefix.SOURCE)
"""What makes a line worth a closer look."""
_DOTLESS = frozenset("ıİ")
"""Letters that a pattern takes for an i whatever its case, and casefolding does not."""
_BRIEF = 300
"""Longest text, in characters, whose few lines are looked at one by one: columns cost more than they save."""
_SPAN_OF = operator.attrgetter("span")
_HEAD = 120
_EDGES = ".,:;!?()[]{}<>«»\"'“‘”’*|•·-–—&"
_WORD = re.compile(r"\w+")
_LINE_LIMIT = 400
_NAME_LIMIT = 120
CREDIT_WORDS = 40
"""Longest line, in words, that says nothing but whose text this is."""
NAME_WORDS = 3
"""Longest such line, in words, that is a name alone."""
_UNSPACED_WORDS = 3
_WIRE = re.compile(
    r"^(?:[^\s(/\[][^(/]{0,70}?[\s.,]+)?[(/\[]\s*([^()/\[\]]{2,40}(?:/[^()/\[\]]{2,30})?)\s*[)/\]]\s*(?:[-–—:.]{1,3}|\s(?=[A-ZА-Я]))"
)
_WIRE_DASH = re.compile(
    r"^[A-ZÀ-ÞА-Я][\w .,'’-]{2,50}?\s[-–—]\s+((?:РИА|RIA|Interfax|Интерфакс|ANSA|TASS|ТАСС)[\w ]{0,20}?)(?=[.,\s]\s?)"
)
_WIRE_HAN = re.compile(
    r"^[（(【]?(新华社|新華社|中新社|中新网|法新社|路透社|美联社)[^，。]{0,20}?电|^【[^】]{0,20}?(共同|時事|AFP|ロイター|新華社)[^】]{0,8}】"
    r"|^\([^()=]{1,20}=(연합뉴스|AFP|로이터)\)"
)
_SIGN_OFF = re.compile(r"[(（\[]\s*((?:with\s+)?[^()（）\[\]]{2,60})\s*[)）\]]\s*\.?$")
_COPYRIGHT = re.compile(
    r"(?:(?:©|\(c\)|\bcopyright\b)\s*)+(?:\d{4}(?:\s?[-–]\s?\d{4})?,?\s*)?(?:by\s+)?", re.IGNORECASE
)
_NAME = re.compile(
    r"[\s:“\"«‘']*((?:the\s+)?[^\W\d_a-zа-я][\w&’'.\-]*(?:\s+(?:(?:of|the|and|de|del|della|do|da|du|&)\s+){0,2}[^\W\d_a-zа-я][\w&’'.\-]*){0,7})"
)
_SMALL_NAME = re.compile(r"\s*([a-z][\w-]+)")  # agencies that write themselves small: dpa, epd, sda
_STOP = re.compile(r"[.;!?。；！？|]\s|[.;!?。；！？|]$|\n|$")
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
    read = read_lines(text)
    if lines is not None:
        spans = list(zip(read.starts.tolist(), read.ends.tolist(), strict=True))
        if spans != list(map(_SPAN_OF, lines)):  # lines of somebody else's making: each is looked at
            return _credits_of_rows(text, ((*line.span, _EVERYTHING) for line in lines))
    return _credits_of_rows(text, ((int(read.starts[at]), int(read.ends[at]), look) for at, look in _looks(read)))


def _credits_of_rows(text: str, rows: Iterable[tuple[int, int, int]]) -> tuple[Credit, ...]:
    """Return the credits of some lines, each given by its span and what to look for."""
    found: list[Credit] = []
    for start, end, look in rows:
        line = text[start:end]
        if look == _SIGN_OFF_LOOK and not _is_agencies(line):
            continue
        words = line.casefold().split() if look & _WORDED_LOOKS else []
        if look == _EVERYTHING and not _may_credit(line, words):
            continue
        credited = list(_credits_at(start, line, words, look))
        if credited and _may_credit(line, words or line.casefold().split()):
            found += credited
    return tuple(found)


def _looks(read: Lines) -> list[tuple[int, int]]:
    """Return the lines that are looked at, each with what to look for: whatever there is and little else."""
    anywhere = Trait.NONASCII if read.unspaced else 0
    marked = read.traits & np.uint32(_TRAITS | anywhere)
    for column, flags in (
        (read.late, _LATE),
        (read.prefixes, _PREFIXES),
        (read.openers, _OPENERS),
        (read.inside, _INSIDE),
    ):
        marked |= column & flags
    return [(place, _look(read, place, anywhere)) for place in marked.nonzero()[0].tolist()]


def _look(read: Lines, place: int, anywhere: int) -> int:
    """Return what to look for in a line."""
    traits, prefixes = int(read.traits[place]), int(read.prefixes[place])
    photo = int(read.late[place]) & Word.PICTURED or traits & (Trait.BRACKETED | Trait.SLASH) or prefixes & Prefix.PHOTO
    byline = int(read.openers[place]) & Word.BYLINE or prefixes & Prefix.BYLINE
    dateline = traits & (Trait.HEADED | Trait.WIRED | Trait.OPENING) or prefixes & Prefix.WIRE
    phrase = int(read.inside[place]) & Word.CREDITED or prefixes & Prefix.SOURCE or traits & anywhere
    found = (
        (photo, _PHOTO_LOOK),
        (byline, _BYLINE_LOOK),
        (dateline, _DATELINE_LOOK),
        (phrase, _PHRASE_LOOK),
        (traits & Trait.COPYRIGHT, _COPYRIGHT_LOOK),
        (traits & (Trait.NAMED | Trait.BRACKETED), _SIGN_OFF_LOOK),
    )
    return sum(look for there, look in found if there)


def _credits_at(start: int, line: str, words: list[str], look: int) -> Iterator[Credit]:
    """Yield the credits of a line that begins at ``start``, each kind and name once."""
    seen: set[tuple[CreditKind, str]] = set()
    for kind, organisation, begin, end in _credits_of_line(line, words, look):
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
        return any(_phrased(line, line.casefold(), words)) or _REPORTING.match(line) is not None
    return False


def is_name(line: str) -> bool:
    """Tell whether a line is the name of an organisation that others credit, brackets aside."""
    return line.strip("()[]©. ") in agencies()


_Found = tuple[CreditKind, str, int, int]


class _Marks(NamedTuple):
    """What a line that credits somebody begins with or holds, casefolded.

    Attributes:
        openers: First words of every kind of credit.
        agencies: First words of the names of agencies, as they stand between marks.
        held: Words of credits that need no bracket, slash or opening word.
    """

    openers: frozenset[str]
    agencies: frozenset[str]
    held: frozenset[str]


@functools.cache
def _marks() -> _Marks:
    """Return the words that mark credits, read once."""
    names = first_words()
    begin = openers() | bylines.openers() | photos.openers() | names
    return _Marks(begin, names, wordings().triggers | photos.PICTURE_WORDS)


def _may_credit(line: str, words: list[str]) -> bool:
    """Tell whether a closer look at a line is worth it; nineteen lines of twenty hold no mark of a credit."""
    marks = _marks()
    first = words[0]
    head = line[:_HEAD]
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
        or (head[:2].isupper() and _WIRE_DASH.match(head) is not None)
        or (line[-1] == "." and line[-2:] in {").", "].", "）."})
        or not (line.isascii() or (first.isalpha() and not has_unspaced_script(line) and "（" not in head))
    )


def _opens_agency(line: str) -> bool:
    """Tell whether the first word of a line begins the name of an agency."""
    word = _WORD.search(line)
    return word is not None and word[0].casefold() in _marks().agencies


def _credits_of_line(line: str, words: list[str], look: int) -> Iterator[_Found]:
    """Yield kind, organisation and place of the credits of one line, of the kinds to look for."""
    photo = find_photo_credit(line, words) if look & _PHOTO_LOOK else None
    if photo:
        yield "photo", photo.organisation, photo.start, photo.end
        return
    begin = byline_name_at(line, words) if look & _BYLINE_LOOK else 0
    if begin:
        yield from _names("byline", line, begin, len(line), quote_from=0)
        return
    if look & _DATELINE_LOOK:
        yield from _dateline(line)
    if look & _PHRASE_LOOK:
        yield from _phrased(line, line.casefold(), words)
    if look & _COPYRIGHT_LOOK:
        yield from _copyright(line)
    if look & _SIGN_OFF_LOOK:
        yield from _sign_off(line)


def _names(kind: CreditKind, line: str, begin: int, end: int, *, quote_from: int) -> Iterator[_Found]:
    """Yield a credit for every name in ``line[begin:end]``; an agency in a byline credits the text as agency."""
    for _, name in split_names(line[begin:end]):
        if all(is_date_word(word) for word in name.split()):
            continue
        agency = agency_beginning(name)
        if kind == "byline":
            yield ("agency" if agency else "byline"), (agency.name if agency else name), quote_from, end
        else:
            yield kind, (agency.name if agency else name), quote_from, end


def _dateline(line: str) -> Iterator[_Found]:
    """Yield the agency that a line begins with: ``MOSCOW, Jan 19 (AFP) -``, ``/TASS/``, ``新华社北京1月19日电``."""
    head = line[:_HEAD]
    bracketed = "(" in head or "/" in head or "[" in head
    match = (_WIRE.match(head) if bracketed else None) or (_WIRE_DASH.match(head) if head[:2].isupper() else None)
    if match:
        for _, name in split_names(match[1]):
            agency = agency_named(name)
            if agency and not agency.picture:
                yield "dateline", agency.name, 0, match.end()
        return
    match = None if head.isascii() else _WIRE_HAN.match(head)
    if match:
        agency = agency_named(match[1] or match[2] or match[3])
        if agency:
            yield "dateline", agency.name, 0, match.end()


def _sign_off(line: str) -> Iterator[_Found]:
    """Yield the agency that a line ends with, in brackets, or that is all it says: ``... said. (dpa)``, ``AFP``."""
    whole = _is_agencies(line)
    if whole:
        for named in whole:
            yield "agency", named.name, 0, len(line)
        return
    base = max(0, len(line) - 80)
    match = _SIGN_OFF.search(line[base:]) if line[-1] in ")）]." else None
    if match and (base + match.start() == 0 or line[: base + match.start()].rstrip()[-1:] in '.!?。”"»'):
        for _, name in split_names(match[1].removeprefix("with ")):
            agency = agency_named(name)
            if agency and not agency.picture:
                yield "agency", agency.name, base + match.start(), len(line)


def _is_agencies(line: str) -> list[Agency]:
    """Return the agencies that are all a short line says; none where it says anything else."""
    if len(line) > NAME_LENGTH or not _opens_agency(line):
        return []
    found = []
    for _, name in split_names(line):
        agency = agency_named(name)
        if agency is None or agency.picture:
            return []
        found.append(agency)
    return found


def _copyright(line: str) -> Iterator[_Found]:
    """Yield whom a copyright line names: ``© 2022 Al Jazeera Media Network``."""
    if len(line) > _LINE_LIMIT or not (
        "©" in line or "(c)" in line.casefold() or "opyright" in line or "OPYRIGHT" in line
    ):
        return
    match = _COPYRIGHT.search(line)
    if match:
        name = _NAME.match(line, match.end(), match.end() + _NAME_LIMIT)
        small = _SMALL_NAME.match(line, match.end()) if not name else None
        known = agency_named(small[1]) if small else None
        if small and known:
            yield "copyright", known.name, match.start(), small.end(1)
        if name:
            bare = re.sub(r"[\s.,]*(?:All\b.*)?$", "", name[1])
            agency = agency_named(bare)
            yield "copyright", (agency.name if agency else bare), match.start(), name.start(1) + len(bare)


def _phrased(line: str, folded: str, words: list[str]) -> Iterator[_Found]:
    """Yield the credits that a phrase introduces: contributed reporting, republication, a source line."""
    known = wordings()
    if len(line) <= 80 and folded.startswith(known.sources):
        begin = max(len(source) for source in known.sources if folded.startswith(source))
        names = split_names(line[begin:])
        kind: CreditKind = "republication" if len(names) == 1 else "contributed"
        yield from _names(kind, line, begin, len(line), quote_from=0)
        return
    if not known.triggers.isdisjoint(words):
        yield from _worded(line, folded, words)
    if not line.isascii():
        for kind, phrase in known.unspaced:
            if phrase.words in folded:
                yield from (_republished if kind == "republication" else _contributed)(line, phrase)


def _worded(line: str, folded: str, words: list[str]) -> Iterator[_Found]:
    """Yield the credits of the phrases one of whose words stands between blanks."""
    known = wordings()
    dotless = not line.isascii() and not _DOTLESS.isdisjoint(line)
    for word in dict.fromkeys(filter(known.triggers.__contains__, words)):
        for phrase in known.contributed.get(word, ()):
            if dotless or phrase.words in folded:
                yield from _contributed(line, phrase)
        for phrase in known.republication.get(word, ()):
            if dotless or phrase.words in folded:
                yield from _republished(line, phrase)


def _contributed(line: str, phrase: Phrase) -> Iterator[_Found]:
    """Yield whose reporting a line says the text holds too; only where the phrase opens or closes the line."""
    match = phrase.pattern.search(line)
    if not match or len(line) > _LINE_LIMIT:
        return
    if phrase.words.startswith("contributed"):
        if len(line) - match.end() < 40:
            names = re.sub(r"^.*[.!?]\s(?=\S)", "", line[: match.start()]) if len(line) > 200 else line[: match.start()]
            yield from _names(
                "contributed", line, match.start() - len(names), match.start(), quote_from=match.start() - len(names)
            )
    elif match.start() <= 2 or line[: match.start()].rstrip()[-1:] in '.;)]”"—–-(':
        stop = _STOP.search(line, match.end())
        end = stop.start() if stop else len(line)
        yield from _names("contributed", line, match.end(), end, quote_from=match.start())


def _republished(line: str, phrase: Phrase) -> Iterator[_Found]:
    """Yield where a line says its text stood first: the phrase opens the line, or the sentence speaks of this text."""
    match = phrase.pattern.search(line)
    if not match:
        return
    before = line[max(0, match.start() - 120) : match.start()].casefold()
    if match.start() > 2 and not any(words in before for words in wordings().this_text):
        return
    name = _NAME.match(line, match.end(), match.end() + _NAME_LIMIT)
    if name:
        bare = re.sub(r"(?<=\w{3})\.\s.*", "", name[1]).rstrip(" .,")
        if is_date_word(bare):
            return
        agency = agency_named(bare)
        yield "republication", (agency.name if agency else bare), match.start(), name.start(1) + len(bare)
