"""Photo credits: the words under a picture that say whose picture it is, and nothing about the text.

Wordings are data (``data/credits.toml``, ``[photo]``). Only the first 60 and the last 160 characters of a line are looked at,
so a line costs the same however long it is.
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
    r"(?:^|[.!?…”\"»)\]]\s*|\s[-–—|]\s)([^.!?…”\"»)\]]{0,60}?(?:Getty Images|AP Photo|Shutterstock|REUTERS|iStock\w*|Alamy[\w ]*|EPA|via Getty\w*|AFP via \w+)[^.!?…”\"»)\]]{0,40})\.?$"
)
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
def photo_prefixes() -> tuple[str, ...]:
    """Return the words that begin a photo credit, casefolded, of all languages, read once."""
    lists = load_toml("credits.toml")["photo"]
    return tuple(sorted({prefix.casefold() for name, found in lists.items() if name != "source" for prefix in found}))


def find_photo_credit(line: str) -> PhotoCredit | None:
    """Return the photo credit of a line without outer blanks, or ``None``.

    A credit is a bracket at the end (``[File: Atta Kenare/AFP]``), names with slashes behind the last sentence
    (``Pavel Bednyakov/POOL/TASS``), a picture agency behind the last sentence, or a line that begins ``Photo:``.
    ``(Reuters)`` alone, or an agency named in a sentence, is none.
    """
    if line[:60].casefold().startswith(photo_prefixes()) and len(line) < 400:
        return PhotoCredit(0, len(line), _organisation(line.partition(":")[2] or line))
    base = max(0, len(line) - _TAIL)
    tail = line[base:]
    bracket = _BRACKET.search(tail) if tail[-1:] in ")])）." else None
    if bracket and _is_picture(bracket[1]):
        return PhotoCredit(base + bracket.start(), base + bracket.end(), _organisation(bracket[1]))
    slashed = _SLASHED.search(tail) if "/" in tail else None
    if slashed and _names_agency(slashed[1]):
        return PhotoCredit(base + slashed.start(1), base + slashed.end(1), _organisation(slashed[1]))
    named = _NAMED.search(tail)
    if named and len(named[1].split()) <= 10 and _is_short_credit(named[1]):
        return PhotoCredit(base + named.start(1), base + named.end(1), _organisation(named[1]))
    return None


def _is_picture(inside: str) -> bool:
    """Tell whether the words in a bracket credit a picture: a photo word, a picture agency, or names with slashes."""
    if _PHOTO_WORD.search(inside) and len(inside.split()) <= 14:
        folded = inside.casefold()
        return (
            folded.startswith(photo_prefixes())
            or "/" in inside
            or _names_agency(inside)
            or "getty" in folded
            or "file" in folded
        )
    if "/" in inside:
        return _names_agency(inside)
    agency = agency_named(inside)
    return agency is not None and agency.picture


def _is_short_credit(words: str) -> bool:
    """Tell whether words are names only: no small word but those that join names."""
    joins = {
        "via",
        "of",
        "and",
        "for",
        "the",
        "de",
        "von",
        "van",
        "courtesy",
        "photo",
        "by",
        "stock",
        "images",
        "/",
        "|",
        "-",
    }
    return all(not word[:1].islower() or word.casefold() in joins for word in words.split())


def _names_agency(fragment: str) -> bool:
    """Tell whether an organisation is among the names of a credit."""
    return any(name.casefold() == "pool" or agency_named(name) for _, name in split_names(fragment))


def _organisation(fragment: str) -> str:
    """Return the last organisation a credit names; its last name where no organisation is known."""
    names = split_names(fragment)
    for _, name in reversed(names):
        agency = agency_named(name)
        if agency:
            return agency.name
    return names[-1][1] if names else ""
