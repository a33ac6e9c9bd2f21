"""What a text relation means: republication, revision, shared source ... only where something on the page says so."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dedupe.records import MERGING, Body, Credit, CreditKind, EditorialRelation, TextRelation

SOURCE_KINDS: frozenset[CreditKind] = frozenset({"agency", "contributed", "republication"})
"""Credits by which a page says whose text it carries. Photo credits say nothing about the text."""

OWN_KINDS: frozenset[CreditKind] = frozenset({"byline", "agency", "copyright", "dateline"})
"""Marks of authorship that a copy tends to lose."""

READ_FOR_NAMES: frozenset[TextRelation] = MERGING | {"reordered"}
"""Text relations whose shared words are searched for the names of those who claim them."""

EDITED_IDENTITY = 0.95
"""Below this share of matching words inside the passages a copy has been edited."""

EDITED_RESIDUAL = 0.10
"""Above this share of prose of its own a copy has been edited."""

Words = tuple[str, str]
"""The words of all passages, as ``a`` and as ``b`` has them."""

NO_WORDS: Words = ("", "")
"""Stands for the words where nobody can be named by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An editorial relation, the organisation whose words are shared where it is credited, and the reason."""

    relation: EditorialRelation = "unknown"
    source: str | None = None
    why: str = ""


def interpret(text: TextRelation, a: Body, b: Body, *, identity: float, residual: float, aligned: Words) -> Reading:
    """Say what a text relation means.

    Args:
        text: The text relation.
        a: One side.
        b: The other.
        identity: Share of matching words inside the passages.
        residual: Larger share of prose of its own of both sides.
        aligned: The words of all passages as either side has them, for self-references; only read where
            :func:`may_need_words` says so.

    Returns:
        The reading; ``unknown`` without evidence, which is an answer and not a failure.
    """
    if text in READ_FOR_NAMES:
        return _same_text(a, b, text, identity=identity, residual=residual, aligned=aligned)
    if text == "template_only":
        return Reading(relation="template", why="a form or furniture, not a story, is shared")
    if text == "contained":
        return Reading(relation="excerpt", source=_shared_source(a, b), why="one text stands inside the other")
    if text == "partial":
        source = _shared_source(a, b)
        if source:
            return Reading(relation="shared_source", source=source, why=_credited(source, a, b))
    return Reading()


def may_need_words(text: TextRelation, a: Body, b: Body) -> bool:
    """Tell whether :func:`interpret` may answer otherwise for the words of the passages than for none; cheap.

    It does where they name who claims one of the texts; every word of that name then stands in both, so in the first.
    """
    if text not in READ_FOR_NAMES or is_revision(text, a, b) or (a.host and b.host and a.host != b.host):
        return False
    names = [name for body in (a, b) for credit in body.credits if (name := _claimant(credit))]
    return any(all(word in a.original for word in _without_company(name).split()) for name in names)


def is_revision(text: TextRelation, a: Body, b: Body) -> bool:
    """Tell whether one text stands at one place twice with other words: two of its versions."""
    one_place = (a.host is not None and a.host == b.host) or (a.canonical is not None and a.canonical == b.canonical)
    return one_place and text != "identical"


def _same_text(a: Body, b: Body, text: TextRelation, *, identity: float, residual: float, aligned: Words) -> Reading:
    """One text on two pages: a revision of it, a republication, an edited copy - or nothing to tell which."""
    source = _shared_source(a, b)
    if is_revision(text, a, b):
        place = a.canonical if a.canonical is not None and a.canonical == b.canonical else a.host
        return Reading(relation="revision", source=source, why=f"both stand at {place} and their words differ")
    reason = _published_twice(a, b, aligned)
    if not reason:
        return Reading(source=source)
    edited = text != "identical" and (identity < EDITED_IDENTITY or residual > EDITED_RESIDUAL)
    return Reading(relation="edited_copy" if edited else "republication", source=source, why=reason)


def _published_twice(a: Body, b: Body, aligned: Words) -> str:
    """Return what shows that one text appeared in two places, or the empty string."""
    if a.host and b.host and a.host != b.host:
        return f"published at {a.host} and at {b.host}"
    for one, other in ((a, b), (b, a)):
        for credit in one.credits:
            if credit.kind == "republication":
                return f"{one.id} says “{credit.quote}”"
        owner = _names_itself(one, aligned, all)
        if owner and not _names_itself(other, aligned, any):
            return f"{one.id} is by {owner.organisation}, which the shared words name, and {other.id} is not"
        lost = _lost(one, other)
        if lost:
            return f"{one.id} carries “{lost.quote}”, which {other.id} lacks"
    if a.source and b.source and a.source != b.source:
        return f"carried by {a.source} and by {b.source}"
    return ""


def _names_itself(body: Body, aligned: Words, which: Callable[[Iterable[bool]], bool]) -> Credit | None:
    """Return a copyright or agency credit whose organisation the words name: its copies name it too.

    Args:
        body: Whose credits.
        aligned: The words of all passages as either side has them; where a word or two differ, one may lack the name.
        which: ``all`` where both sides have to name it, ``any`` where one is enough.
    """
    for credit in body.credits:
        name = _claimant(credit)
        if name and which(_stands_in(_without_company(name), words) for words in aligned):
            return credit
    return None


def _stands_in(name: str, words: str) -> bool:
    """Tell whether a name stands in the words, not only inside one of them."""
    return name in words and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _claimant(credit: Credit) -> str | None:
    """Return the organisation that claims a text by a credit."""
    return credit.organisation if credit.kind in {"copyright", "agency"} else None


def _without_company(name: str) -> str:
    """Drop the legal tail of a media company's name: its own prose says ``Al Jazeera``."""
    words = name.split()
    while len(words) > 2 and words[-1].casefold().strip(".,") in {
        "media", "network", "group", "inc", "ltd", "llc", "corp", "corporation", "company", "news", "plc", "limited",
    }:  # fmt: skip
        words.pop()
    return " ".join(words)


def _lost(one: Body, other: Body) -> Credit | None:
    """Return a mark of authorship that one side carries and the other, having none of that kind, lost."""
    kinds = {credit.kind for credit in other.credits}
    for credit in one.credits:
        if credit.kind in OWN_KINDS and credit.kind not in kinds:
            return credit
    return None


def _shared_source(a: Body, b: Body) -> str | None:
    """Return the organisation both sides credit with their text; one that wrote a whole text before contributors."""
    if not (a.credits and b.credits):
        return None
    named = [{c.organisation: c.kind for c in body.credits if c.kind in SOURCE_KINDS} for body in (a, b)]
    shared = sorted(
        named[0].keys() & named[1].keys(),
        key=lambda name: ("agency" not in (named[0][name], named[1][name]), name),
    )
    return shared[0] if shared else None


def _credited(source: str, a: Body, b: Body) -> str:
    quotes = [
        next(c.quote for c in body.credits if c.organisation == source and c.kind in SOURCE_KINDS) for body in (a, b)
    ]
    return f"both credit {source}: {a.id} “{quotes[0]}”, {b.id} “{quotes[1]}”"
