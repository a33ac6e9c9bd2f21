"""Lines that only say who wrote, or only say when: ``By Maziar Motamedi``, ``19 Jan 2022``, ``Updated:``."""

import functools
import re
from typing import NamedTuple

from dedupe._kernels._phrases import DATE_WORDS as MAX_WORDS
from dedupe._kernels._phrases import EDGE
from dedupe.text.phrases import load_toml

_JOINS = frozenset(
    [
        "and",
        "&",
        "y",
        "e",
        "et",
        "und",
        "en",
        "и",
        "و",
        "the",
        "of",
        "for",
        "in",
        "at",
        "de",
        "da",
        "di",
        "do",
        "dos",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "|",
        "-",
        "–",
        "—",
        ",",
        "special",
        "to",
        "staff",
        "writer",
        "reporter",
        "correspondent",
        "editor",
        "news",
        "agencies",
        "agency",
        "with",
        "contributor",
        "columnist",
        "writers",
    ]
)


class _Words(NamedTuple):
    prefixes: tuple[str, ...]
    spaceless: tuple[str, ...]
    dates: frozenset[str]
    helpers: frozenset[str]
    anchors: frozenset[str]
    openers: frozenset[str]
    """Casefolded first words of bylines in scripts with spaces."""


@functools.cache
def _words() -> _Words:
    data = load_toml("credits.toml")
    prefixes = sorted(
        {prefix for name, found in data["byline"].items() if name != "source" for prefix in found},
        key=lambda word: (-len(word), word),
    )
    dates = data["dates"]
    return _Words(
        tuple(f"{prefix} " for prefix in prefixes if prefix.isascii() or not _is_han(prefix)),
        tuple(prefix for prefix in prefixes if _is_han(prefix)),
        frozenset(dates["words"]),
        frozenset(dates["helpers"]),
        frozenset(dates["anchors"]),
        frozenset(prefix.casefold().split()[0] for prefix in prefixes),
    )


def _is_han(word: str) -> bool:
    return "\u3005" <= word[0] <= "\u9fff"


@functools.cache
def openers() -> frozenset[str]:
    """Return the casefolded words, as they stand between blanks, that a byline or a date line can begin with."""
    known = _words()
    return known.openers | {word + edge for word in known.dates | known.helpers for edge in ("", *EDGE)}


def byline_openers() -> frozenset[str]:
    """Return the casefolded first words of bylines in scripts with spaces."""
    return _words().openers


def spaceless_openers() -> tuple[str, ...]:
    """Return what bylines in scripts without spaces begin with."""
    return _words().spaceless


def date_words() -> frozenset[str]:
    """Return the casefolded words, numbers aside, of which a line consists that only says when."""
    return _words().dates | _words().helpers


def date_openers() -> frozenset[str]:
    """Return the casefolded words that may say when before a line says something else."""
    return _words().dates | _words().anchors | {"date"}


def byline_name_at(line: str, words: list[str]) -> int:
    """Return where the names of a byline begin in ``line``, or 0 where it is no byline.

    A byline is a short line: a word such as "By", "Von" or "Par", then names. "By the time he left" is none.

    Args:
        line: The line, without outer blanks.
        words: Its words, casefolded.
    """
    known = _words()
    if words[0] in known.openers and len(words) <= MAX_WORDS + 2 and len(line) <= 200:
        return _names_at(line)
    if line.isascii() or len(line) > 24:
        return 0
    if line.startswith(known.spaceless) and not line.endswith(("。", "？", "！")):
        return next(len(prefix) for prefix in known.spaceless if line.startswith(prefix))
    return 0


def _names_at(line: str) -> int:
    """Return where the names begin in a line that opens as a byline does, or 0 where what follows is no names."""
    known = _words()
    plain = line.replace("\xa0", " ")
    if not plain.startswith(known.prefixes):
        return 0
    begin = next(len(prefix) for prefix in known.prefixes if plain.startswith(prefix))
    words = line[begin:].split()
    if not 1 <= len(words) <= MAX_WORDS or (words[0].casefold() in {"the", "in", "at"} and len(words) > 8):
        return 0
    names = [word for word in words if word.strip(EDGE).casefold() not in _JOINS and not is_date_word(word)]
    named = all(not word[:1].islower() or "@" in word or "." in word[:-1] for word in names)
    return begin if named and (names or len(words) == 1) else 0


@functools.lru_cache(maxsize=1 << 12)
def is_date_word(word: str) -> bool:
    """Tell whether a word can stand in a line that only says when: a number, a month, a day, or what joins them."""
    known = _words()
    bare = word.strip(EDGE).casefold()
    return not bare or bare in known.dates or bare in known.helpers or _NUMBER.fullmatch(bare) is not None


_DATE = re.compile(r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)[\d日t:.,z+-]{0,20}$")
_NUMBER = re.compile(
    r"\d{1,4}(?:[:./\-h年月日時点时分]\d{0,4}){0,6}(?:st|nd|rd|th|am|pm|º|er|h|t\d\d)?[\d:.z+\-]{0,12}[年月日時分时]?",
    re.IGNORECASE,
)


def is_date_line(words: list[str]) -> bool:
    """Tell whether the (casefolded) words of a short line only say when something was published."""
    if not 1 <= len(words) <= MAX_WORDS:
        return False
    if len(words) == 1 and _DATE.match(words[0]):
        return True
    known = _words()
    first = words[0].strip(EDGE)
    if not (first[:1].isdigit() or first in known.dates or first in known.helpers):
        return False
    if not all(is_date_word(word) for word in words):
        return False
    bare = [word.strip(EDGE) for word in words]
    months = any(word in known.dates for word in bare)
    numbers = sum(word[:1].isdigit() for word in bare)
    return (
        (months and (numbers > 0 or len(bare) == 1))
        or any(word in known.anchors for word in bare)
        or numbers >= 2
        or (numbers == 1 and "ago" in bare)
    )
