"""What pages say outright about whose text they carry: credits in words, and the addresses of other sites' articles.

A statement about somebody else speaks for that somebody and against the page that makes it. A statement about
oneself speaks for little: every site says so.
"""

from collections.abc import Iterator

from dedupe.group.evidence import REFUTED, STRONG, Entry, Scene, Standing, Target, standing
from dedupe.group.places import carries_own_credit
from dedupe.records import Body, Credit
from dedupe.text.agencies import agency_beginning, agency_named
from dedupe.text.wordings import wordings

REPUBLISHED = 6.0
SOURCE_LINE = 4.0
CREDITED = 4.0
SIGNED = 3.5
OWN_AGENCY = 3.5
WEAK = 1.5
SELF_CLAIM = 2.0
FAR = 0.5
SOURCE_UNKNOWN = 2.0

_DISTRIBUTORS = ("distributed by", "syndicated from")
_MEDIA = frozenset(
    [
        "times", "post", "herald", "news", "journal", "gazette", "tribune", "magazine", "review", "press", "daily",
        "weekly", "chronicle", "observer", "telegraph", "guardian", "mail", "sun", "star", "standard", "independent",
        "monitor", "report", "reporter", "blog", "wire", "today", "conversation", "institute",
    ]
)  # fmt: skip
"""Words of an outlet's name; without one, "first published in X" may name a language, a city or a book."""
_OWN_LINE = 100
"""Longest line, in characters, that a republication credit fills; in a longer one it must speak of "this article"."""
_BEFORE = 120
_VAGUE = (" in", " at", " en", " em", " su", " auf", " dans", " в")


def statements(scene: Scene) -> Iterator[Entry]:
    """Yield an entry for every credit of every page that says, or seems to say, whose text it is."""
    for position in range(len(scene.bodies)):
        yield from _republications(scene, position)
        yield from _agencies(scene, position)
        yield from _silent(scene, position)


def _republications(scene: Scene, position: int) -> Iterator[Entry]:
    """Weigh "originally published by X" and "Source: X"."""
    body = scene.bodies[position]
    for credit in body.credits:
        if credit.kind != "republication" or not standing(body, credit.span).near:
            continue
        target = scene.named(credit.organisation)
        if target is None:
            continue
        strength, caveat = _republished(credit, target, standing(body, credit.span))
        if strength >= REPUBLISHED and not _speaks_of_this_text(body, credit):
            strength, caveat = SOURCE_UNKNOWN, "the sentence may speak of something else"
        if target.key == scene.homes[position]:
            strength, caveat = SELF_CLAIM, "the page says so of itself"
        yield scene.entry(
            target, "republication", position, credit.quote, strength, f"{body.id} says “{credit.quote}”",
            span=credit.span, caveat=caveat,
        )  # fmt: skip
        yield from _against(scene, position, target, "republication", credit, strength)


def _speaks_of_this_text(body: Body, credit: Credit) -> bool:
    """Tell "This article was first published by X" and a line of its own from a sentence on a book or a study."""
    begin = body.original.rfind("\n", 0, credit.span.start) + 1
    end = body.original.find("\n", credit.span.end)
    line = body.original[begin : end if end >= 0 else len(body.original)]
    if len(line) <= _OWN_LINE:
        return True
    near = line[max(0, credit.span.start - begin - _BEFORE) : credit.span.end - begin].casefold()
    return any(words in near for words in wordings().this_text)


def _republished(credit: Credit, target: Target, place: Standing) -> tuple[float, str]:
    """Return how much a republication credit says, and why not more."""
    words = credit.quote.casefold()
    known = target.kind == "place" or agency_named(credit.organisation) is not None
    if words.startswith(_DISTRIBUTORS):
        return WEAK, "who distributes a text need not have written it"
    if words.startswith(wordings().sources):
        known = known and (place.opening or place.closing)
        return (SOURCE_LINE, "") if known else (SOURCE_UNKNOWN, "a source line can name where facts are from")
    introduced = credit.quote[: -len(credit.organisation)].rstrip() if credit.organisation in credit.quote else ""
    outlet = not _MEDIA.isdisjoint(credit.organisation.casefold().split()) or "." in credit.organisation
    if not known and not outlet and introduced.casefold().endswith(_VAGUE):
        return SOURCE_UNKNOWN, f"“{credit.organisation}” may be no outlet"
    return REPUBLISHED, ""


def _agencies(scene: Scene, position: int) -> Iterator[Entry]:
    """Weigh agency datelines, bylines, sign-offs and copyright lines."""
    body = scene.bodies[position]
    found: list[tuple[Credit, Target, float, str]] = []
    for credit in body.credits:
        if credit.kind not in {"agency", "dateline", "copyright"} or _is_caption(scene, position, credit):
            continue
        if credit.kind == "copyright" and not _is_foreign_copyright(scene, position, credit):
            continue
        target = scene.named(credit.organisation)
        if target is not None:
            found.append((credit, target, *_credited(credit, standing(body, credit.span))))
    several = len({target for _, target, strength, _ in found if strength >= STRONG}) > 1
    for credit, target, stated, reason in found:
        strength, caveat = stated, reason
        if target.key == scene.homes[position]:
            hosted = scene.places[position].site is not None and stated >= STRONG
            strength, caveat = (OWN_AGENCY, "") if hosted else (SELF_CLAIM, "the page says so of itself")
        if several and strength > WEAK:
            strength, caveat = WEAK, "the page credits several organisations with its text"
        kind = "agency" if credit.kind == "copyright" else credit.kind
        says = f"{body.id} is credited “{credit.quote.strip()}”"
        yield scene.entry(target, kind, position, credit.quote, strength, says, span=credit.span, caveat=caveat)
        yield from _against(scene, position, target, kind, credit, strength)
    if not found:
        yield from _authors(scene, position)


def _is_caption(scene: Scene, position: int, credit: Credit) -> bool:
    """Tell whether a credit stands in a picture's caption: "(AFP)" there credits the picture."""
    return any(
        line.line_class == "caption" and line.span.start <= credit.span.start < line.span.end
        for line in scene.bodies[position].lines
    )


def _is_foreign_copyright(scene: Scene, position: int, credit: Credit) -> bool:
    """Tell whether a copyright line names another than the page it stands on: a wire, or another member."""
    body, place = scene.bodies[position], scene.places[position]
    homes = scene.called(credit.organisation)
    if scene.homes[position] in homes and (place.site is not None or carries_own_credit(credit, body)):
        return False
    return bool(homes) or agency_named(credit.organisation) is not None


def _credited(credit: Credit, place: Standing) -> tuple[float, str]:
    """Return how much an agency's credit says by its form and where it stands."""
    bare = credit.quote.strip(" ()[]（）.")
    if not place.near:
        return FAR, "it stands far from the article"
    if credit.kind == "copyright":
        return (SIGNED, "") if place.closing else (WEAK, "it does not stand at the article's end")
    if credit.kind == "dateline":
        return (CREDITED, "") if place.opening else (WEAK, "it does not open the article")
    if credit.quote.startswith(("(", "[", "（")):
        return (CREDITED, "") if place.closing else (WEAK, "it may credit one paragraph")
    if agency_named(bare) is not None:
        return (SIGNED, "") if place.closing else (SELF_CLAIM, "a name alone may credit the picture")
    return (CREDITED, "") if place.opening or place.closing else (WEAK, "it stands inside the article")


def _authors(scene: Scene, position: int) -> Iterator[Entry]:
    """Weigh an agency that the markup names as author, where no visible credit says more."""
    body = scene.bodies[position]
    for claim in body.claims:
        agency = agency_beginning(claim.value) if claim.kind == "author" else None
        target = scene.named(agency.name) if agency is not None and not agency.picture else None
        if target is None:
            continue
        own = target.key == scene.homes[position]
        yield scene.entry(
            target, "agency", position, claim.value, SELF_CLAIM if own else SIGNED,
            f"the markup of {body.id} names “{claim.value}” as author",
        )  # fmt: skip
        if not own:
            yield _refuted(scene, position, "agency", claim.value, f"the markup of {body.id} names {claim.value}")


def _against(
    scene: Scene, position: int, target: Target, kind: str, credit: Credit, strength: float
) -> Iterator[Entry]:
    """Yield what a strong credit of somebody else says against the page that carries it."""
    if strength >= STRONG and target.key != scene.homes[position]:
        says = f"{scene.bodies[position].id} itself credits “{credit.quote.strip()}”"
        yield _refuted(scene, position, kind, credit.quote, says)._replace(
            evidence=scene.entry(
                Target("place", scene.homes[position]), kind, position, credit.quote, REFUTED, says, span=credit.span
            ).evidence
        )


def _refuted(scene: Scene, position: int, kind: str, quote: str, says: str) -> Entry:
    return scene.entry(Target("place", scene.homes[position]), kind, position, quote, REFUTED, says)


def _silent(scene: Scene, position: int) -> Iterator[Entry]:
    """Yield the credits of agencies that say nothing about who wrote the text, so that a reader sees them weighed."""
    body = scene.bodies[position]
    for credit in body.credits:
        known = agency_named(credit.organisation)
        caption = credit.kind in {"agency", "copyright"} and _is_caption(scene, position, credit)
        if known is None or (credit.kind not in {"photo", "contributed"} and not caption):
            continue
        target = scene.named(known.name) or Target("external", known.name)
        photo = credit.kind == "photo" or caption
        yield scene.entry(
            target, "photo" if photo else "contributed", position, credit.quote, 0.0,
            f"“{credit.quote}” credits {'a picture' if photo else 'a share'}", span=credit.span,
            caveat="credits a picture, not the text" if photo else "credits a share in the text, not the text",
            group="nothing",
        )  # fmt: skip
