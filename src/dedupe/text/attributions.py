"""Credits that a phrase introduces: contributed reporting, republication, a source line."""

import re
from collections.abc import Iterator

from dedupe._kernels._phrases import DOTLESS
from dedupe.records import CreditKind
from dedupe.text.agencies import agency_named, split_names
from dedupe.text.bylines import is_date_word
from dedupe.text.named import LINE_LIMIT, Found, credits_of, name_at
from dedupe.text.wordings import Phrase, wordings

_STOP = re.compile(r"[.;!?。；！？|]\s|[.;!?。；！？|]$|\n|$")


def phrased(line: str, folded: str, words: list[str]) -> Iterator[Found]:
    """Yield the credits that a phrase introduces: contributed reporting, republication, a source line."""
    known = wordings()
    if len(line) <= 80 and folded.startswith(known.sources):
        begin = max(len(source) for source in known.sources if folded.startswith(source))
        names = split_names(line[begin:])
        kind: CreditKind = "republication" if len(names) == 1 else "contributed"
        yield from credits_of(kind, line, begin, len(line), quote_from=0)
        return
    yield from _worded(line, folded, words)
    if not line.isascii():
        for kind, phrase in known.unspaced:
            if phrase.words in folded:
                yield from (_republished if kind == "republication" else _contributed)(line, phrase)


def _worded(line: str, folded: str, words: list[str]) -> Iterator[Found]:
    """Yield the credits of the phrases one of whose words stands between blanks."""
    known = wordings()
    dotless = not line.isascii() and any(letter in line for letter in DOTLESS)
    for word in dict.fromkeys(filter(known.triggers.__contains__, words)):
        for phrase in known.contributed.get(word, ()):
            if dotless or phrase.words in folded:
                yield from _contributed(line, phrase)
        for phrase in known.republication.get(word, ()):
            if dotless or phrase.words in folded:
                yield from _republished(line, phrase)


def _contributed(line: str, phrase: Phrase) -> Iterator[Found]:
    """Yield whose reporting a line says the text holds too; only where the phrase opens or closes the line."""
    match = phrase.pattern.search(line)
    if not match or len(line) > LINE_LIMIT:
        return
    if phrase.words.startswith("contributed"):
        if len(line) - match.end() < 40:
            names = re.sub(r"^.*[.!?]\s(?=\S)", "", line[: match.start()]) if len(line) > 200 else line[: match.start()]
            yield from credits_of(
                "contributed", line, match.start() - len(names), match.start(), quote_from=match.start() - len(names)
            )
    elif match.start() <= 2 or line[: match.start()].rstrip()[-1:] in '.;)]”"—–-(':
        stop = _STOP.search(line, match.end())
        end = stop.start() if stop else len(line)
        yield from credits_of("contributed", line, match.end(), end, quote_from=match.start())


def _republished(line: str, phrase: Phrase) -> Iterator[Found]:
    """Yield where a line says its text stood first: the phrase opens the line, or the sentence speaks of this text."""
    match = phrase.pattern.search(line)
    if not match:
        return
    before = line[max(0, match.start() - 120) : match.start()].casefold()
    if match.start() > 2 and not any(words in before for words in wordings().this_text):
        return
    name = name_at(line, match.end())
    if name:
        bare = re.sub(r"(?<=\w{3})\.\s.*", "", name[1]).rstrip(" .,")
        if is_date_word(bare):
            return
        agency = agency_named(bare)
        yield "republication", (agency.name if agency else bare), match.start(), name.start(1) + len(bare)
