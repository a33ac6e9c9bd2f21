"""Organisations that credit each other: names and spellings (``data/agencies.toml``), and finding them in a credit."""

import functools
import re
from typing import NamedTuple

from dedupe.text.phrases import load_toml

_SEPARATORS = re.compile(
    r"\s*(?:[/,;|·•、／，]|\s[-–—]\s|\b(?:via|and|und|et|y|e|en|и|with|for|dengan)\b(?=\s)|\bو)\s*"
)
_SUFFIX = re.compile(
    r"\s+(?:Images?|Photos?|News|Agency|news agency|Pictures?|file|wire|staff|reports?|agencies)$", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_EDGE = " \t.,:;!?()[]{}<>«»\"'“”‘’*|–—-©&【】（）"


class Agency(NamedTuple):
    """An organisation: its canonical name, and whether its name alone credits a picture."""

    name: str
    picture: bool


@functools.cache
def agencies() -> dict[str, Agency]:
    """Return every spelling -> organisation, read once. Spellings match by case."""
    found: dict[str, Agency] = {}
    for row in load_toml("agencies.toml")["agency"]:
        agency = Agency(row["name"], row.get("picture", False))
        for spelling in (row["name"], *row["aliases"]):
            found.setdefault(spelling.strip(_EDGE), agency)
    return found


@functools.cache
def first_words() -> frozenset[str]:
    """Return the first word of every spelling, casefolded, without punctuation; and the article."""
    found = (_WORD.search(spelling) for spelling in agencies())
    return frozenset(word[0].casefold() for word in found if word) | {"the"}


def agency_named(name: str) -> Agency | None:
    """Return the organisation a whole credit name stands for (``AP Photo`` is AP), or ``None``."""
    known = agencies()
    bare = name.strip(_EDGE)
    found = known.get(bare)
    if not found and bare.startswith(("the ", "The ")):
        found = known.get(bare.removeprefix("the ").removeprefix("The "))
    if not found and len(bare.split(None, 1)) > 1:
        found = known.get(_SUFFIX.sub("", bare))
    return found


def agency_beginning(name: str) -> Agency | None:
    """Return the organisation a name is or begins with: ``Associated Press writer Jane Doe``, ``CNN's Kevin Bohn``."""
    words = name.split()
    for count in range(min(4, len(words)), 0, -1):
        agency = agency_named(re.sub("['’]s?$", "", " ".join(words[:count])))
        if agency:
            return agency
    return None


def split_names(fragment: str) -> list[tuple[int, str]]:
    """Return ``(offset, name)`` of the names in a credit such as ``TASS, AFP, The Times of Israel``."""
    names = []
    position = 0
    for separator in (*_SEPARATORS.finditer(fragment), None):
        end = separator.start() if separator else len(fragment)
        piece = fragment[position:end]
        bare = piece.strip(_EDGE)
        if bare:
            names.append((position + piece.index(bare), bare))
        position = separator.end() if separator else end
    return names
