"""Credits by their form and place: datelines that open a line, agencies that close it, and whom a copyright names."""

import re
from collections.abc import Iterator

from dedupe.text.agencies import Agency, agency_named, first_words, split_names
from dedupe.text.lines import NAME_LENGTH
from dedupe.text.named import LINE_LIMIT, Found, name_at

HEAD = 120
"""Characters of a line in which a dateline ends."""
_WIRE = re.compile(
    r"^(?:[^\s(/\[][^(/]{0,70}?[\s.,]+)?[(/\[]\s*([^()/\[\]]{2,40}(?:/[^()/\[\]]{2,30})?)\s*[)/\]]\s*(?:[-–—:.]{1,3}|\s(?=[A-ZА-Я]))"
)
WIRE_DASH = re.compile(
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
_SMALL_NAME = re.compile(r"\s*([a-z][\w-]+)")  # agencies that write themselves small: dpa, epd, sda
_WORD = re.compile(r"\w+")


def dateline(line: str) -> Iterator[Found]:
    """Yield the agency that a line begins with: ``MOSCOW, Jan 19 (AFP) -``, ``/TASS/``, ``新华社北京1月19日电``."""
    head = line[:HEAD]
    bracketed = "(" in head or "/" in head or "[" in head
    match = (_WIRE.match(head) if bracketed else None) or (WIRE_DASH.match(head) if head[:2].isupper() else None)
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


def sign_off(line: str) -> Iterator[Found]:
    """Yield the agency that a line ends with, in brackets, or that is all it says: ``... said. (dpa)``, ``AFP``."""
    whole = are_agencies(line)
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


def are_agencies(line: str) -> list[Agency]:
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


def _opens_agency(line: str) -> bool:
    """Tell whether the first word of a line begins the name of an agency."""
    word = _WORD.search(line)
    return word is not None and word[0].casefold() in first_words()


def copyrighted(line: str) -> Iterator[Found]:
    """Yield whom a copyright line names: ``© 2022 Al Jazeera Media Network``."""
    if len(line) > LINE_LIMIT or not (
        "©" in line or "(c)" in line.casefold() or "opyright" in line or "OPYRIGHT" in line
    ):
        return
    match = _COPYRIGHT.search(line)
    if match:
        name = name_at(line, match.end())
        small = _SMALL_NAME.match(line, match.end()) if not name else None
        known = agency_named(small[1]) if small else None
        if small and known:
            yield "copyright", known.name, match.start(), small.end(1)
        if name:
            bare = re.sub(r"[\s.,]*(?:All\b.*)?$", "", name[1])
            agency = agency_named(bare)
            yield "copyright", (agency.name if agency else bare), match.start(), name.start(1) + len(bare)
