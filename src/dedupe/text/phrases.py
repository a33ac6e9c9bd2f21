"""Marker phrases of page furniture, read from ``data/chrome.toml`` and laid out for one dictionary look-up a line."""

import functools
import tomllib
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from dedupe._kernels._phrases import TRIM
from dedupe.records import LineClass

Tail = Literal["", "soft", "hard"]
_DATA = Path(__file__).with_name("data")  # importlib.resources would import zipfile, as slow as all tables together
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
        unspaced: ``start`` and ``contain`` phrases of scripts without spaces, tried only where such a script occurs.
    """

    whole: dict[str, Marker]
    starts: dict[str, list[tuple[str, Marker]]]
    contains: dict[str, list[tuple[str, Marker]]]
    unspaced: list[tuple[str, bool, Marker]]


def load_toml(name: str) -> dict[str, Any]:
    """Return a data file of this package, parsed."""
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def trim(line: str) -> str:
    """Return a casefolded line without the punctuation, arrows and counts around it."""
    return line.strip(TRIM)


def is_unspaced(phrase: str) -> bool:
    """Tell whether a phrase is written in Han, kana or another script without spaces."""
    return any("\u0e00" <= letter <= "\u0eff" or "\u3005" <= letter <= "\u9fff" for letter in phrase)


@functools.cache
def chrome_phrases() -> Phrases:
    """Return the phrases of page furniture, read once."""
    found = Phrases({}, {}, {}, [])
    for block in load_toml("chrome.toml")["phrases"]:
        marker = Marker(cast("LineClass", block["class"]), block.get("tail", ""), block.get("words", 10**9))
        for phrase in block["phrases"]:
            _place(found, phrase.casefold(), block["match"], marker)
    for phrases in found.starts.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return found


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
