"""Self-references: "he told Al Jazeera" inside words that another page shares.

Who writes "told Al Jazeera" writes for Al Jazeera; who copies the sentence keeps it. It counts only inside an aligned
passage of both pages, in the wording of a language (``text/data/attribution.toml``), and for a page that goes by that
name. In a text that is not shared the same words say only that somebody reads Al Jazeera.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dedupe.group.evidence import Entry, Scene, Target
from dedupe.records import Comparison, Passage, Span
from dedupe.text.agencies import agency_named
from dedupe.text.bylines import is_date_word
from dedupe.text.phrases import load_toml

NAMED_ITSELF = 4.0
NAMED_ABSENT = 1.5
MAX_PASSAGE = 20_000
"""Characters of a passage that are searched."""
_NAME_WORDS = 6
_NAME_CHARS = 14
_BETWEEN_WORDS, _BETWEEN_CHARS = 8, 90
_CLAUSE = re.compile(r"[;:!?…«»“”\"]|\.(?=\s|$)")
_WORDS = re.compile(r"\S+")
_UNSPACED = r"\u0e00-\u0eff\u3005-\u9fff"
_BLANKS = str.maketrans("\n\t\u00a0\u2009\u202f", "     ")
_EDGE = " \t\n\u00a0\"'“”«»„‘’()[].,:;|"
_OPENING, _CLOSING = ("«", "“", "„", "『", "「"), ("»", "”", "“", "』", "」")
_GENERIC = frozenset(
    [
        "the", "news", "agency", "newspaper", "website", "der", "die", "das", "dem", "den", "nachrichtenagentur",
        "zeitung", "la", "le", "les", "el", "l", "agence", "agencia", "agenzia", "agência", "journal", "quotidien",
        "diario", "periódico", "giornale", "jornal", "de", "het", "krant", "persbureau", "агентству", "изданию",
        "газете", "корреспонденту", "журналистам", "радио", "телеканалу", "kantor", "berita", "koran", "وكالة",
        "صحيفة", "قناة", "موقع", "بي", "στο", "tidningen", "nyhetsbyrån", "gazecie", "portalowi",
    ]
)  # fmt: skip
"""Words that may stand between the phrase and the name."""


class Mention(NamedTuple):
    """A phrase of speaking with the names that may stand beside it, longest first; spans within the text searched."""

    start: int
    end: int
    names: tuple[tuple[str, int, int], ...]


def self_references(scene: Scene, comparisons: Sequence[tuple[int, int, Comparison]]) -> Iterator[Entry]:
    """Yield an entry for every page whose name stands in words that it shares with a page of another place.

    Args:
        scene: The cluster.
        comparisons: Positions of the two documents, and their comparison.
    """
    said: set[tuple[Target, str]] = set()
    for a, b, comparison in comparisons:
        if scene.homes[a] == scene.homes[b]:
            continue
        for passage in comparison.passages:
            for entry in _in_passage(scene, a, b, passage):
                mark = (entry.target, " ".join(entry.evidence.quote.casefold().split()))
                if mark not in said:
                    said.add(mark)
                    yield entry


def _in_passage(scene: Scene, a: int, b: int, passage: Passage) -> Iterator[Entry]:
    """Weigh the mentions of one passage; the words must stand on both sides."""
    text_a, text_b = scene.bodies[a].original, scene.bodies[b].original
    shared = text_a[passage.a.start : min(passage.a.end, passage.a.start + MAX_PASSAGE)]
    other = text_b[passage.b.start : passage.b.end]
    for mention in mentions(shared):
        found = _resolved(scene, mention)
        if found is None:
            continue
        target, (start, end) = found
        end += shared[end : end + 1] in _CLOSING and any(mark in shared[start:end] for mark in _OPENING)
        span_b = _find(other, shared[start:end], passage.b.start)
        if span_b is None:
            continue
        # Quote the copy where there is one: there the words are out of place.
        where, span = (a, Span(passage.a.start + start, passage.a.start + end))
        if target.kind == "place" and scene.homes[a] == target.key:
            where, span = b, span_b
        quote = scene.bodies[where].original[span.start : span.end]
        absent = target.kind == "external"
        words = " ".join(quote.split())
        yield scene.entry(
            target, "self_reference", where, quote, NAMED_ABSENT if absent else NAMED_ITSELF,
            f"the shared words say “{words}”" + ("" if absent else f", and {_whose(scene, target)} goes by that name"),
            span=span, group="trace", caveat="any outlet may quote what an agency was told" if absent else "",
        )  # fmt: skip


def _whose(scene: Scene, target: Target) -> str:
    """Say whose name it is: a site, or the document of no known site."""
    return scene.supports(target).removeprefix("document ").removeprefix("documents at ")


def _resolved(scene: Scene, mention: Mention) -> tuple[Target, tuple[int, int]] | None:
    """Return whose name stands in a mention: a page's here, else an agency's."""
    for name, start, end in mention.names:
        homes = scene.called(name)
        if len(homes) > 1:
            return None
        if homes:
            return Target("place", homes[0]), (min(mention.start, start), max(mention.end, end))
    for name, start, end in mention.names:
        agency = agency_named(name)
        if agency is not None and not agency.picture and len(name) > 2:
            return Target("external", agency.name), (min(mention.start, start), max(mention.end, end))
    return None


def _find(text: str, words: str, shift: int) -> Span | None:
    """Find words in a text, whatever white space and case they have there."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = re.search(pattern, text, re.IGNORECASE)
    return Span(shift + found.start(), shift + found.end()) if found else None


def mentions(text: str) -> Iterator[Mention]:
    """Yield the places of a text where somebody speaks to somebody named, in the order of the text.

    Cost: one search of the text for each of some 300 phrases and verbs, faster than one pattern of all of them.
    """
    folded = _folded(text)
    ends: set[int] = set()
    for start, end, behind in sorted(_spoken(folded), key=lambda found: (found[0], -found[1])):
        if end in ends:
            continue  # "said in an interview with" holds "in an interview with"
        if behind:
            name_at = end + len(text[end:]) - len(text[end:].lstrip()) if text[end : end + 1].isspace() else end
            names = tuple(_names_behind(text, name_at, arabic=folded[end - 1] == "ل"))
        else:
            names = tuple(_names_before(text, start))
        if names:
            ends.add(end)
            yield Mention(start, end, names)


def _spoken(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where a phrase stands, and whether the name stands behind it."""
    for phrase in _phrases():
        at = folded.find(phrase.words)
        while at >= 0:
            end = at + len(phrase.words)
            if (not phrase.opens or at == 0 or not folded[at - 1].isalnum()) and (
                not phrase.closes or not folded[end : end + 1].isalnum()
            ):
                yield at, end, phrase.behind
            at = folded.find(phrase.words, end)
    for verb, to in _verbs():
        at = folded.find(verb)
        while at >= 0:
            end = at + len(verb)
            if (at == 0 or not folded[at - 1].isalnum()) and folded[end : end + 1] == " ":
                clause = _CLAUSE.split(folded[end : end + _BETWEEN_CHARS], maxsplit=1)[0]
                yield from (
                    (at, end + word.end(), True)
                    for word in itertools.islice(_WORDS.finditer(clause), 1, _BETWEEN_WORDS)
                    if word[0] in to
                )
            at = folded.find(verb, end)


def _folded(text: str) -> str:
    """Return a text in small letters with plain blanks, letter for letter."""
    small = text.lower()
    if len(small) != len(text):  # some capitals have no single small letter
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return small.translate(_BLANKS)


def _names_behind(text: str, at: int, *, arabic: bool = False) -> Iterator[tuple[str, int, int]]:
    """Yield what may be the name that begins at ``at``, longest first, generic words skipped."""
    window = text[at : at + 90]
    if arabic and window[:1] == "ل":  # ل + الجزيرة is written للجزيرة
        yield from ((f"ال{window[1:length]}", at, at + length) for length in _word_ends(window))
    if re.match(rf"[{_UNSPACED}]", window):
        yield from ((window[:length], at, at + length) for length in range(min(_NAME_CHARS, len(window)), 1, -1))
        return
    clause = re.split(r"[,;:!?…\n]|\.(?=\s|$)", window, maxsplit=1)[0]
    elided = re.match(r"\s*[LlDd]['’]", clause)
    begin = elided.end() if elided else 0
    words = list(re.finditer(r"\S+", clause[begin:]))[: _NAME_WORDS + 2]
    for skipped in range(min(3, len(words))):
        if any(word[0].strip(_EDGE).casefold() not in _GENERIC for word in words[:skipped]):
            break
        for last in range(min(len(words), skipped + _NAME_WORDS), skipped, -1):
            start, end = begin + words[skipped].start(), begin + words[last - 1].end()
            name = clause[start:end]
            lead, bare = len(name) - len(name.lstrip(_EDGE)), re.sub(r"['’]s$", "", name.strip(_EDGE))
            behind = words[last][0] if last < len(words) and name == name.rstrip(_EDGE) else ""
            if bare and not bare[0].islower() and not (last - skipped == 1 and _goes_on(behind)):
                yield bare, at + start + lead, at + start + lead + len(bare)


def _goes_on(word: str) -> bool:
    """Tell whether a name of one word goes on: ``told Independent Commission`` does, ``told CNN Friday`` does not."""
    return word[:1].isupper() and not is_date_word(word.strip(_EDGE))


def _word_ends(window: str) -> list[int]:
    """Return where the first words of a window end, longest first."""
    return [found.end() for found in re.finditer(r"\w+", window)][:3][::-1]


def _names_before(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Yield what may be the name that ends at ``at``, longest first."""
    window = text[max(0, at - 60) : at].rstrip()
    end = at - (len(text[max(0, at - 60) : at]) - len(window))
    if window and re.match(rf"[{_UNSPACED}]", window[-1]):
        tail = re.split(r"[、。，．\s「」（）]", window)[-1]
        yield from ((tail[-length:], end - length, end) for length in range(min(_NAME_CHARS, len(tail)), 1, -1))
        return
    clause = re.split(r"[,;:!?…\n।]|\.\s", window)[-1]
    words = list(re.finditer(r"\S+", clause))[-4:]
    for word in words:
        name = clause[word.start() :]
        start = end - len(name)
        bare = name.strip(_EDGE)
        if bare and not bare[0].islower():
            yield bare, start + name.index(bare), start + name.index(bare) + len(bare)


@functools.cache
def _verbs() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the verbs after which somebody's name can stand, and the words between that name and the outlet's."""
    rows = [row for row in load_toml("attribution.toml")["language"] if "verbs" in row]
    return tuple(sorted((_folded(verb), frozenset(map(_folded, row["to"]))) for row in rows for verb in row["verbs"]))


class _Phrase(NamedTuple):
    """A phrase in small letters: does the name stand behind it, and must a word begin and end with it?"""

    words: str
    behind: bool
    opens: bool
    closes: bool


@functools.cache
def _phrases() -> tuple[_Phrase, ...]:
    """Return the phrases of all languages."""
    found = {
        _phrase(words, behind=behind)
        for row in load_toml("attribution.toml")["language"]
        for key, behind in (("before", True), ("after", False))
        for words in row.get(key, ())
    }
    return tuple(sorted(found))


def _phrase(words: str, *, behind: bool) -> _Phrase:
    """Return a phrase with the word limits that its script has; a name may lean on ``l'`` and on Arabic ``ل``."""
    folded = _folded(words)
    unspaced = re.search(rf"[{_UNSPACED}\uac00-\ud7af]", folded) is not None
    opens = not unspaced and folded[0].isalnum()
    return _Phrase(folded, behind, opens, not unspaced and folded[-1] != "ل" and folded[-1].isalnum())
