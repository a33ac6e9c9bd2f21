"""Whom a line names as the source of words: one credit for every name, an agency by its canonical one."""

import re
from collections.abc import Iterator

from dedupe.records import CreditKind
from dedupe.text.agencies import agency_beginning, split_names
from dedupe.text.bylines import is_date_word

Found = tuple[CreditKind, str, int, int]
"""Kind and organisation of a credit, and where it begins and ends in its line."""
LINE_LIMIT = 400
"""Longest line, in characters, that is a notice and no paragraph."""
_NAME_LIMIT = 120
_NAME = re.compile(
    r"[\s:“\"«‘']*((?:the\s+)?[^\W\d_a-zа-я][\w&’'.\-]*(?:\s+(?:(?:of|the|and|de|del|della|do|da|du|&)\s+){0,2}[^\W\d_a-zа-я][\w&’'.\-]*){0,7})"
)


def credits_of(kind: CreditKind, line: str, begin: int, end: int, *, quote_from: int) -> Iterator[Found]:
    """Yield a credit for every name in ``line[begin:end]``; an agency in a byline credits the text as agency."""
    for _, name in split_names(line[begin:end]):
        if all(is_date_word(word) for word in name.split()):
            continue
        agency = agency_beginning(name)
        if kind == "byline":
            yield ("agency" if agency else "byline"), (agency.name if agency else name), quote_from, end
        else:
            yield kind, (agency.name if agency else name), quote_from, end


def name_at(line: str, begin: int) -> re.Match[str] | None:
    """Match the name of an organisation that begins at a place of a line, as its first group."""
    return _NAME.match(line, begin, begin + _NAME_LIMIT)
