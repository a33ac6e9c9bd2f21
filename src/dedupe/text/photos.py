"""Photo credits: the words under a picture that say whose picture it is, and nothing about the text.

Wordings are data (``data/credits.toml``, ``[photo]``). Only the first 60 and the last 160 characters of a line are
looked at, so a line costs the same however long it is.
"""

import functools
import re
from typing import NamedTuple

from dedupe.text.agencies import agency_named, split_names
from dedupe.text.phrases import load_toml

_TAIL = 160
_BRACKET = re.compile(r"[\[(（]([^\[\]()（）]{2,150})[\])）]\s*\.?$")
_SLASHED = re.compile(r"(?:^|[.!?…”\"»)\]]\s*|\s[-–—|]\s)([^.!?…”\"»)\]]{2,90}?/[^.!?…”\"»)\]]{1,70})\.?$")
_NAMED = re.compile(
    r"(?:^|[.!?…”\"»)\]]\s*|\s[-–—|]\s)([^.!?…”\"»)\]]{0,60}?"
    r"(?:Getty Images|AP Photo|Shutterstock|REUTERS|iStock\w*|Alamy[\w ]*|EPA|via Getty\w*|AFP via \w+)"
    r"[^.!?…”\"»)\]]{0,40})\.?$"
)
_NAME_WORDS = 4
_JOINS = frozenset(
    ["via", "of", "and", "for", "the", "de", "von", "van", "courtesy", "photo", "by", "stock", "images", "/", "|", "-"]
)
PICTURE_WORDS = frozenset(
    [
        "getty",
        "images",
        "images.",
        "photo",
        "photo.",
        "shutterstock",
        "reuters",
        "reuters.",
        "istock",
        "istockphoto",
        "alamy",
        "epa",
        "afp",
    ]
)
"""Words near the end of a line that a picture credit without brackets or slashes holds."""
_PHOTO_WORD = re.compile(
    r"\b(?:photos?|foto|file|pool|handout|images?|courtesy|getty|screengrab|archivo?|фото|photograph)\b|写真|图片",
    re.IGNORECASE,
)


class PhotoCredit(NamedTuple):
    """Where a line credits a picture (offsets into the line), and to whom, as far as the words say."""

    start: int
    end: int
    organisation: str


@functools.cache
def _prefixes() -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the casefolded words that begin a photo credit in any language, and the first word of each, read once."""
    lists = load_toml("credits.toml")["photo"]
    found = tuple(sorted({prefix.casefold() for name, found in lists.items() if name != "source" for prefix in found}))
    return found, frozenset(prefix.split()[0] for prefix in found)


def openers() -> frozenset[str]:
    """Return the casefolded first words of photo credits."""
    return _prefixes()[1]


def prefixes() -> tuple[str, ...]:
    """Return what, casefolded, begins a photo credit in any language."""
    return _prefixes()[0]


def find_photo_credit(line: str, words: list[str]) -> PhotoCredit | None:
    """Return the photo credit of a line, or ``None``.

    A credit is a bracket at the end (``[File: Atta Kenare/AFP]``), names with slashes behind the last sentence
    (``Pavel Bednyakov/POOL/TASS``), a picture agency behind the last sentence, or a line that begins ``Photo:``.
    ``(Reuters)`` alone, or an agency named in a sentence, is none.

    Args:
        line: The line, without outer blanks.
        words: Its words, casefolded.
    """
    prefixes, openers = _prefixes()
    opens = words[0] in openers or (not line.isascii() and line.startswith(prefixes))
    if opens and len(line) < 400 and line[:60].casefold().startswith(prefixes):
        return PhotoCredit(0, len(line), _organisation(line.partition(":")[2] or line))
    bracketed = line[-1] in ")])）" or line.endswith((").", "]."))
    slashed = "/" in line[-_TAIL:]
    named = not PICTURE_WORDS.isdisjoint(words[-6:])
    if not (bracketed or slashed or named):
        return None
    return _credit_behind(line, bracketed=bracketed, slashed=slashed, named=named)


def _credit_behind(line: str, *, bracketed: bool, slashed: bool, named: bool) -> PhotoCredit | None:
    """Return the photo credit at the end of a line, tried in the ways that the line's shape allows."""
    base = max(0, len(line) - _TAIL)
    tail = line[base:]
    match = _BRACKET.search(tail) if bracketed else None
    if match and _is_picture(match[1]):
        return PhotoCredit(base + match.start(), base + match.end(), _organisation(match[1]))
    match = _SLASHED.search(tail) if slashed else None
    if match and _names_agency(match[1]):
        return PhotoCredit(base + match.start(1), base + match.end(1), _organisation(match[1]))
    match = _NAMED.search(tail) if named else None
    if match and len(match[1].split()) <= 10 and _is_short_credit(match[1]):
        return PhotoCredit(base + match.start(1), base + match.end(1), _organisation(match[1]))
    return None


def _is_picture(inside: str) -> bool:
    """Tell whether the words in a bracket credit a picture: a photo word, a picture agency, or names with slashes."""
    if _PHOTO_WORD.search(inside) and len(inside.split()) <= 14:
        folded = inside.casefold()
        return (
            folded.startswith(_prefixes()[0])
            or "/" in inside
            or _names_agency(inside)
            or "getty" in folded
            or "file" in folded
        )
    if "/" in inside or " via " in inside:
        return _names_agency(inside)
    agency = agency_named(inside)
    return agency is not None and agency.picture


def _is_short_credit(words: str) -> bool:
    """Tell whether words are names only: no small word but those that join names."""
    return all(not word[:1].islower() or word.casefold() in _JOINS for word in words.split())


def _names_agency(fragment: str) -> bool:
    """Tell whether an organisation is among the names of a credit."""
    return any(name.casefold() == "pool" or agency_named(name) for _, name in split_names(fragment))


def _organisation(fragment: str) -> str:
    """Return the last organisation a credit names; else its last name, or nothing where that is a sentence."""
    names = [name for _, name in split_names(fragment)]
    for name in reversed(names):
        words = name.split()
        for tail in (words, words[-2:], words[-1:]):
            agency = agency_named(" ".join(tail))
            if agency:
                return agency.name
    return names[-1] if names and len(names[-1].split()) <= _NAME_WORDS else ""
