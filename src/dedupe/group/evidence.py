"""The entries of an origin ledger, and the scene they are about: whose pages carry the text.

An entry speaks for or against a *target*: a place (all pages of one site), one document, or an organisation none of
whose pages is here. Strengths are natural log-odds, set by judgement and held by the cases in
``tests/golden/origin_cases``: they order the kinds of evidence, and the margins of :mod:`dedupe.group.ledger` make
sure that no answer hangs on a decimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dedupe.group.places import Place, is_declined, name_keys, place_of
from dedupe.records import Body, Evidence, Line, Span
from dedupe.text.agencies import agency_named
from dedupe.text.lines import split_lines

STRONG = 3.0
"""Strength from which an entry can carry an answer: about 20 to 1."""
REFUTED = -3.0
"""Strength against a page that says itself that its text is somebody else's."""

OPENING_LINES = 3
CLOSING_LINES = 2
LINES_ABOVE = 8
LINES_BELOW = 6
"""How near the body a credit must stand; further away it belongs to a teaser or to the site."""

_HEADLINES = frozenset({"heading", "headline_list"})

Group = Literal["statement", "trace", "loss", "time", "nothing"]


class Target(NamedTuple):
    """Whom an entry is about: a place by its key, a document by its position, or an organisation by its name."""

    kind: Literal["place", "document", "external"]
    key: str
    position: int = -1


class Entry(NamedTuple):
    """One entry on its way into the ledger.

    Attributes:
        target: Whom it speaks for or against.
        evidence: What is shown.
        says: The entry as part of a sentence.
        group: Entries of a group are one kind of reason; losses together count only so much.
    """

    target: Target
    evidence: Evidence
    says: str
    group: Group


class Standing(NamedTuple):
    """Where a credit stands: with the body's first lines, with its last, or at least near it."""

    opening: bool
    closing: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """The documents of one cluster and whose pages they are.

    Attributes:
        bodies: The documents.
        places: Whose page each one is.
        homes: The key of that place; documents of one site share it, a document of no known site has its own.
        known: By how sure a name is: names, and what organisations are called, to the places that go by them.
    """

    bodies: tuple[Body, ...]
    places: tuple[Place, ...]
    homes: tuple[str, ...]
    known: tuple[dict[str, list[str]], ...]

    def called(self, name: str) -> list[str]:
        """Return the places that go most surely by this name, each once."""
        agency = agency_named(name)
        wanted = [_of_agency(agency.name)] if agency is not None else sorted(name_keys(name))
        for known in self.known:
            homes = [home for key in wanted for home in known.get(key, ())]
            if not homes and agency is None and not name.isascii():
                declined = (key for key in known if any(is_declined(each, key) for each in wanted))
                homes = [home for key in declined for home in known[key]]
            if homes:
                return list(dict.fromkeys(homes))
        return []

    def named(self, name: str) -> Target | None:
        """Return whom a name in a credit stands for; ``None`` where it is the name of several places."""
        homes = self.called(name)
        if len(homes) > 1:
            return None
        if homes:
            return Target("place", homes[0])
        agency = agency_named(name)
        return Target("external", agency.name if agency else name)

    def at(self, site: str) -> Target:
        """Return whom a registrable domain stands for."""
        return Target("place" if site in self.homes else "external", site)

    def supports(self, target: Target) -> str:
        """Name a target as the ledger prints it."""
        if target.kind == "document":
            return f"document {self.bodies[target.position].id}"
        if target.kind == "external":
            return f"external {target.key}"
        documents = [body.id for body, home in zip(self.bodies, self.homes, strict=True) if home == target.key]
        return f"document {documents[0]}" if len(documents) == 1 else f"documents at {target.key}"

    def entry(  # noqa: PLR0913 - one call writes one line of the ledger
        self,
        target: Target,
        kind: str,
        position: int,
        quote: str,
        strength: float,
        says: str,
        *,
        span: Span | None = None,
        caveat: str = "",
        group: Group = "statement",
    ) -> Entry:
        """Write one entry; ``position`` is the document it was found in."""
        evidence = Evidence(
            kind=kind,
            document=self.bodies[position].id,
            quote=quote,
            span=span,
            supports=self.supports(target),
            strength=strength,
            caveat=caveat,
        )
        return Entry(target, evidence, says, group)


def scene_of(bodies: Sequence[Body]) -> Scene:
    """Find out whose pages the documents of a cluster are."""
    places = tuple(place_of(body) for body in bodies)
    homes = tuple(place.site or f"#{position}" for position, place in enumerate(places))
    known: tuple[dict[str, list[str]], ...] = ({}, {}, {})
    for place, home in zip(places, homes, strict=True):
        for names, found in zip(place.ranks, known, strict=True):
            for key in sorted(names.keys) + [_of_agency(name) for name in sorted(names.agencies)]:
                found.setdefault(key, []).append(home)
    return Scene(tuple(bodies), places, homes, known)


def _of_agency(name: str) -> str:
    """Return the key of a known organisation, which no printed name has."""
    return f"@{name}"


def standing(body: Body, span: Span) -> Standing:
    """Say where a stretch of the original text stands towards the body."""
    rows = body.lines or tuple(
        Line(span=Span(start, start + len(line)), line_class="prose", kept=True)
        for start, line in split_lines(body.original)
    )
    at = max((number for number, line in enumerate(rows) if line.span.start <= span.start), default=0)
    kept = [number for number, line in enumerate(rows) if line.kept]
    if not kept or not kept[0] - LINES_ABOVE <= at <= kept[-1] + LINES_BELOW or _is_teaser(body, rows, at, kept):
        return Standing(opening=False, closing=False, near=False)
    third = kept[min(OPENING_LINES, len(kept)) - 1]
    last_but = kept[max(0, len(kept) - CLOSING_LINES)]
    return Standing(opening=at <= third, closing=at >= last_but, near=True)


def _is_teaser(body: Body, rows: Sequence[Line], at: int, kept: list[int]) -> bool:
    """Tell whether a line belongs to another article: above this one's title, or below a headline behind its end."""
    if at > kept[-1]:
        return any(line.line_class in _HEADLINES for line in rows[kept[-1] + 1 : at])
    prose = next((number for number in kept if rows[number].line_class == "prose"), kept[0])
    if body.title is None or at >= prose:
        return False
    titles = [
        number
        for number, line in enumerate(rows[: prose + 1])
        if body.original[line.span.start : line.span.end].strip() == body.title.strip()
    ]
    return bool(titles) and at < titles[0]
