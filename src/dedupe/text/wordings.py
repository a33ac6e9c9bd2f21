"""The words of credit, read from ``data/credits.toml`` and laid out for one set look-up a line."""

import functools
import re
from typing import NamedTuple

from dedupe.records import CreditKind
from dedupe.text.agencies import agencies
from dedupe.text.phrases import load_toml


class Phrase(NamedTuple):
    """A wording, casefolded, and the pattern that finds it in a line as it stands."""

    words: str
    pattern: re.Pattern[str]


class Wordings(NamedTuple):
    """Phrases of credit by a word of theirs as it may stand between blanks."""

    contributed: dict[str, list[Phrase]]
    republication: dict[str, list[Phrase]]
    triggers: frozenset[str]
    unspaced: tuple[tuple[CreditKind, Phrase], ...]
    sources: tuple[str, ...]
    this_text: tuple[str, ...]


@functools.cache
def wordings() -> Wordings:
    """Return the wordings of credit, read once."""
    data = load_toml("credits.toml")
    unspaced: list[tuple[CreditKind, Phrase]] = []
    tables: dict[str, dict[str, list[Phrase]]] = {"contributed": {}, "republication": {}}
    for kind, table in tables.items():
        for phrase in _flat(data[kind]):
            entry = Phrase(phrase, re.compile(re.escape(phrase), re.IGNORECASE))
            if "\u3005" <= phrase[0] <= "\u9fff" or phrase[0] == "（":
                unspaced.append(("republication" if kind == "republication" else "contributed", entry))
            else:
                longest = max(phrase.split(), key=len)
                for edge in ("", ".", ",", ":", ")"):
                    table.setdefault(longest + edge, []).append(entry)
    sources = tuple(_flat(data["source_line"]))
    triggers = frozenset(tables["contributed"]) | frozenset(tables["republication"])
    return Wordings(
        tables["contributed"],
        tables["republication"],
        triggers,
        tuple(unspaced),
        sources,
        tuple(_flat(data["this_text"])),
    )


def _flat(lists: dict[str, list[str]]) -> list[str]:
    """Return the phrases of all languages, casefolded, longest first."""
    return sorted(
        {phrase.casefold() for name, found in lists.items() if name != "source" for phrase in found},
        key=lambda phrase: (-len(phrase), phrase),
    )


@functools.cache
def phrase_openers() -> frozenset[str]:
    """Return the casefolded first words of phrases that may open a line of credit."""
    return frozenset(source.split()[0] for source in wordings().sources) | {"reporting", "writing", "additional"}


@functools.cache
def openers() -> frozenset[str]:
    """Return the casefolded first words of lines that may say nothing but whose text this is."""
    return frozenset(name.casefold().split()[0] for name in agencies()) | phrase_openers()


def triggers() -> frozenset[str]:
    """Return the casefolded words one of which every phrase of credit holds."""
    return wordings().triggers
