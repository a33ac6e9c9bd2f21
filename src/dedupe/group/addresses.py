"""What the addresses in a page's markup say: canonical links, ``og:url``, ``isBasedOn``, source tags, tracker pixels.

An address speaks only where it leads to *this* article somewhere else. One's own address, a site's front page, and
the address of another article say nothing; sites print all three by mistake.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from dedupe.group.evidence import REFUTED, STRONG, Entry, Scene, Target
from dedupe.group.places import agency_at, host_keys, site_of_url
from dedupe.records import Claim, ClaimKind

STRENGTHS: dict[ClaimKind, float] = {
    "tracker": 6.0,
    "is_based_on": 4.5,
    "canonical": 4.0,
    "original_source": 4.0,
    "og_url": 3.0,
}
"""A pixel and ``isBasedOn`` are put there on purpose; a template may print a wrong ``og:url``."""
UNCHECKED = 1.5
SLUG_SHARE = 0.6
SLUG_WORDS = 3
_TITLE_CHARS = 600
_LABEL = {
    "tracker": "carries the republication tracker of",
    "is_based_on": "says in its markup that it is based on",
    "canonical": "names as canonical address",
    "original_source": "names as original source",
    "og_url": "gives as its address",
}
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|amp|outputType|ref|source|from|share)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all pages together: who stands at an address, and who else names it."""

    positions: dict[str, int]
    namers: dict[str, frozenset[str]]


def addresses(scene: Scene) -> Iterator[Entry]:
    """Yield an entry for every address that leads from one page to its article at another place."""
    positions: dict[str, int] = {}
    namers: dict[str, set[str]] = defaultdict(set)
    for position, body in enumerate(scene.bodies):
        if body.url:
            positions.setdefault(same_address(body.url), position)
        for claim in body.claims:
            if claim.kind != "author":
                namers[same_address(claim.value)].add(scene.homes[position])
    known = _Known(positions, {address: frozenset(homes) for address, homes in namers.items()})
    for position, body in enumerate(scene.bodies):
        seen: set[tuple[Target, str]] = set()
        for claim in body.claims:
            for entry in _weighed(scene, position, claim, known) if claim.kind != "author" else ():
                # og:url repeats the canonical address on most pages; it is one statement.
                mark = (entry.target, same_address(claim.value) if claim.kind != "tracker" else "tracker")
                if mark not in seen:
                    yield entry
                seen.add(mark)


def _weighed(scene: Scene, position: int, claim: Claim, known: _Known) -> Iterator[Entry]:
    """Weigh one address."""
    body, home = scene.bodies[position], scene.homes[position]
    site = site_of_url(claim.value)
    address = same_address(claim.value)
    if site is None or (body.url is not None and address == same_address(body.url)):
        return
    target, strength, caveat = _target(scene, position, claim, site, known)
    if target is None:
        return
    says = f"{body.id} {_LABEL[claim.kind]} {claim.value if claim.kind != 'tracker' else site}"
    yield scene.entry(target, claim.kind, position, claim.value, strength, says, caveat=caveat)
    if strength >= STRONG:
        against = (
            Target("document", str(position), position) if target.kind == "document" and site == home
            else Target("place", home)
        )  # fmt: skip
        yield scene.entry(against, claim.kind, position, claim.value, REFUTED, says)


def _target(scene: Scene, position: int, claim: Claim, site: str, known: _Known) -> tuple[Target | None, float, str]:
    """Return whom an address speaks for, how much, and why not more."""
    strength = STRENGTHS[claim.kind]
    member = known.positions.get(same_address(claim.value)) if claim.kind != "tracker" else None
    if member is not None:
        return Target("document", str(member), member), strength, ""
    if site == scene.homes[position] or _is_namesake(scene, position, site):
        return None, 0.0, ""
    return _elsewhere(scene, claim, _outlet(scene, site), known)


def _elsewhere(scene: Scene, claim: Claim, target: Target, known: _Known) -> tuple[Target, float, str]:
    """Weigh an address at which none of the pages stands."""
    strength = STRENGTHS[claim.kind]
    if claim.kind == "tracker":
        return target, strength, ""
    if is_front_page(claim.value):
        return target, 0.0, "it is the front page of a site, not an article"
    if _is_this_article(scene, claim.value) or len(known.namers[same_address(claim.value)]) > 1:
        return target, strength, ""
    if _slug(claim.value):
        return target, 0.0, "its words are those of another article"
    return target, UNCHECKED, "whether it is this article cannot be seen from the address"


def _outlet(scene: Scene, site: str) -> Target:
    """Return the place or organisation at a site; a known organisation by its name."""
    target = scene.at(site)
    organisation = agency_at(site) if target.kind == "external" else None
    return (scene.named(organisation) or target) if organisation else target


def _is_namesake(scene: Scene, position: int, site: str) -> bool:
    """Tell whether another domain is the page's own under another ending: ``bbc.com`` and ``bbc.co.uk``."""
    own = scene.places[position].site
    return own is not None and own != site and site not in scene.homes and own.split(".")[0] in host_keys(site)


def is_front_page(url: str) -> bool:
    """Tell whether an address is a site's front page, or a language's or section's of one short word."""
    path = _path(url).strip("/").casefold()
    return not path or re.fullmatch(r"(?:index|home|default)(?:\.\w+)?|[a-z]{2}(?:[-_][a-z]{2})?", path) is not None


def _is_this_article(scene: Scene, url: str) -> bool:
    """Tell whether the words of an address are those of the article's title, its opening or another page's address."""
    slug = _slug(url)
    if len(slug) < SLUG_WORDS:
        return False
    for body in scene.bodies:
        words = set(_WORD.findall(f"{body.title or ''} {body.text[:_TITLE_CHARS]}".casefold()))
        words |= _slug(body.url) if body.url else set()
        if len(slug & words) >= SLUG_SHARE * len(slug):
            return True
    return False


def _slug(url: str) -> set[str]:
    """Return the words of an address's longest path segment; empty where it has fewer than two."""
    segments = [set(_WORD.findall(unquote(segment).casefold())) for segment in _path(url).split("/")]
    longest = max(segments, key=len, default=set())
    longest -= {"html", "htm", "php", "aspx"}
    return longest if len(longest) >= 2 else set()


def _path(url: str) -> str:
    """Return an address's path; empty where it is no address."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def same_address(url: str) -> str:
    """Return an address in the form in which two are compared: no scheme, ``www.``, fragment or campaign parameters."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    query = urlencode(sorted((key, value) for key, value in parse_qsl(parts.query) if not _TRACKING.match(key)))
    return f"{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"
