"""Marker phrases of page furniture, read from ``data/chrome.toml`` and laid out for one dictionary look-up a line."""

import functools
import tomllib
from importlib import resources
from typing import Any, Literal, NamedTuple, cast

from dedupe.records import LineClass
from dedupe.text.lines import UNSPACED_PER_WORD

Tail = Literal["", "soft", "hard"]
START_WORDS = 14
"""Longest line, in words, that a ``start`` phrase may mark: beyond it the phrase is prose that happens to begin so."""
LABEL_WORDS = 24
"""Longest line, in words, that a ``start`` phrase with a colon may mark: a teaser behind its label (``Read more:``)."""
LONE_WORDS = 4
"""Longest line, in words, that a ``start`` phrase of one word may mark: "Privacy policy", not "Privacy is dead"."""
_TRIM = " \t.:;,!?…-–—|•·*×+<>«»‹›→←↓↑▼▲()[]{}'\"“”‘’#&/\\0123456789。：！？、）（】【»"
_LEADING = "([{<>•*·►▶→»‒–—- "
_EDGES = ("", ".", ",", ":", ";", "!", "?", ")", "”", '"', "’", "*", "…")


class Marker(NamedTuple):
    """What a phrase says about the line it stands in, and about the lines below it."""

    line_class: LineClass
    tail: Tail
    longest: int = 10**9
    """Longest line, in words, that the phrase marks wherever it stands in it."""


class Phrases(NamedTuple):
    """The phrases of one data file, by the way they match.

    Attributes:
        whole: Trimmed, casefolded line -> marker.
        starts: First word (or first character, in scripts without spaces) -> phrases to try, longest first.
        contains: A word of the phrase as it may stand between blanks -> phrases to try.
        triggers: The keys of ``contains``, for one quick test.
        unspaced: ``start`` and ``contain`` phrases of scripts without spaces, tried only where such a script occurs.
    """

    whole: dict[str, Marker]
    starts: dict[str, list[tuple[str, Marker]]]
    contains: dict[str, list[tuple[str, Marker]]]
    triggers: frozenset[str]
    unspaced: list[tuple[str, bool, Marker]]


def load_toml(name: str) -> dict[str, Any]:
    """Return a data file of this package, parsed."""
    return tomllib.loads(resources.files("dedupe.text").joinpath("data", name).read_text(encoding="utf-8"))


def trim(line: str) -> str:
    """Return a casefolded line without the punctuation, arrows and counts around it."""
    return line.strip(_TRIM)


def is_unspaced(phrase: str) -> bool:
    """Tell whether a phrase is written in Han, kana or another script without spaces."""
    return any("\u0e00" <= letter <= "\u0eff" or "\u3005" <= letter <= "\u9fff" for letter in phrase)


@functools.cache
def chrome_phrases() -> Phrases:
    """Return the phrases of page furniture, read once."""
    found = Phrases({}, {}, {}, frozenset(), [])
    for block in load_toml("chrome.toml")["phrases"]:
        marker = Marker(cast("LineClass", block["class"]), block.get("tail", ""), block.get("words", 10**9))
        for phrase in block["phrases"]:
            _place(found, phrase.casefold(), block["match"], marker)
    for phrases in found.starts.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return found._replace(triggers=frozenset(found.contains))


def _place(found: Phrases, phrase: str, match: str, marker: Marker) -> None:
    """Put one phrase where the look-up will find it."""
    if match == "line":
        found.whole.setdefault(trim(phrase), marker)
    elif is_unspaced(phrase):
        found.unspaced.append((phrase, match == "start", marker))
    elif match == "start":
        found.whole.setdefault(trim(phrase), marker)
        words = phrase.split()
        edges = _EDGES if len(words) == 1 else ("",)
        for edge in edges:
            found.starts.setdefault(words[0] + edge, []).append((phrase, marker))
    else:
        longest = max(phrase.split(), key=len)
        for edge in _EDGES:
            found.contains.setdefault(longest + edge, []).append((phrase, marker))


def find_whole(folded: str) -> Marker | None:
    """Return what a phrase says that makes up the whole casefolded line, punctuation and counts at its ends aside."""
    whole = chrome_phrases().whole
    if folded[-1].isalpha() and folded[0].isalpha():
        return whole.get(folded)
    return whole.get(folded) or whole.get(trim(folded))


def find_marker(folded: str, words: list[str], *, unspaced: bool) -> Marker | None:
    """Return what the phrases say about a casefolded line, or ``None`` where none stands in it.

    Args:
        folded: The line, casefolded.
        words: The same, split at blanks.
        unspaced: The text holds a script without spaces: try its phrases as well.
    """
    short = len(words) <= START_WORDS
    marker = find_whole(folded) if short else None
    if not marker and len(words) <= LABEL_WORDS:
        marker = _find_start(folded, words)
    marker = marker or _find_inside(folded, words)
    if not marker and unspaced and not folded.isascii():
        short = len(folded) <= START_WORDS * UNSPACED_PER_WORD
        for phrase, at_start, said in chrome_phrases().unspaced:
            if (short and folded.startswith(phrase)) if at_start else phrase in folded:
                return said
    return marker


def _find_start(folded: str, words: list[str]) -> Marker | None:
    """Return what a phrase says that begins the line, a count before it (``34 responses to``) or a bracket aside."""
    starts = chrome_phrases().starts
    at, first = 0, words[0]
    if first not in starts:
        if len(words) > 1 and first.isdecimal():
            at, first = len(first) + 1, words[1]
        elif not first[0].isalnum():
            at = len(folded) - len(folded.lstrip(_LEADING))
            first = folded[at:].partition(" ")[0]
    known = starts.get(first)
    if known is None and ":" in first:  # "More:Nancy Pelosi ..."
        known = starts.get(first[: first.index(":") + 1])
    for phrase, marker in known or ():
        if folded.startswith(phrase, at) and _fits(phrase, len(words)) and _is_whole(phrase, folded, at):
            return marker
    return None


def _fits(phrase: str, words: int) -> bool:
    """Tell whether a line of so many words may be marked by the phrase that begins it."""
    if phrase[-1] == ":":
        return words <= LABEL_WORDS
    return words <= (LONE_WORDS if phrase.isalpha() else START_WORDS)


def _is_whole(phrase: str, folded: str, at: int) -> bool:
    """Tell whether the phrase ends where a word does: "I agree" is not the beginning of "I agreed to come"."""
    return not (phrase[-1].isalpha() and folded[at + len(phrase) : at + len(phrase) + 1].isalpha())


def _find_inside(folded: str, words: list[str]) -> Marker | None:
    """Return what a phrase says that stands anywhere in the line; a word is looked up once, however often it stands."""
    phrases = chrome_phrases()
    if phrases.triggers.isdisjoint(words):
        return None
    held = phrases.triggers.intersection(words)
    for word in dict.fromkeys(filter(held.__contains__, words)) if len(held) > 1 else held:
        for phrase, marker in phrases.contains[word]:
            if len(words) <= marker.longest and phrase in folded:
                return marker
    return None
