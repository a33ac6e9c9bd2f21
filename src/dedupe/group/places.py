"""Whose page a document is: its site and the names it goes by, so that its own credit can be told from a carrier's.

``By AFP`` on AFP's own site marks AFP's own text, anywhere else it marks a text that was carried. So every name in a
credit is held against the names of the page itself: its host, its outlet as the caller or the markup names it, its
masthead and its copyright line.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from dedupe.records import Body, Credit
from dedupe.text.agencies import agency_beginning, agency_named
from dedupe.text.phrases import load_toml

_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob", "gouv", "news"])
"""Labels under which countries hand out names (``bbc.co.uk``), the usual ones of publicsuffix.org."""
_PLATFORMS = frozenset(
    ["medium.com", "substack.com", "wordpress.com", "blogspot.com", "tumblr.com", "livejournal.com", "github.io",
     "ghost.io", "wixsite.com", "typepad.com", "over-blog.com", "hatenablog.com"]
)  # fmt: skip
"""Sites whose subdomains belong to different people."""
_TAILS = frozenset(
    ["media", "network", "group", "inc", "ltd", "llc", "corp", "corporation", "company", "news", "plc", "limited",
     "gmbh", "ag", "sa", "spa", "nv", "bv", "ab", "as", "publishing", "publications", "online", "english", "tv",
     "international", "digital", "foundation", "agency", "verlag", "editore", "broadcasting", "newspapers",
     "website", "team", "staff"]
)  # fmt: skip
"""Words that a company or a desk adds to the name that its own prose uses."""
_LABEL_ARTICLES = ("the", "le", "la", "el", "il", "de", "der", "die")
_LABEL_TAILS = ("news", "online", "english", "media", "tv")
_SMALL = re.compile(r"^(?:the|der|die|das|le|la|les|el|los|il|o|a|de|het)\s+", re.IGNORECASE)
_MASTHEAD_LINES = 4
_MASTHEAD_WORDS = 5
_DECLINED = 3
"""Letters by which a declined name may differ from the one it is known by (``Медуза``, ``Медузе``)."""


class Names(NamedTuple):
    """Names in the form in which they are compared, and the known organisations among them."""

    keys: frozenset[str]
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose page it is.

    Attributes:
        site: Registrable domain, or ``None`` where no host is known.
        ranks: Its names by how sure they are: those of its host, the outlet that the caller or the markup gives, and
            those of its masthead and copyright line. A copy can keep anything but its host.
    """

    site: str | None
    ranks: tuple[Names, ...]

    @property
    def agencies(self) -> frozenset[str]:
        """Canonical names of the known organisations whose page it is."""
        return frozenset().union(*(names.agencies for names in self.ranks))

    def rank_of(self, name: str) -> int | None:
        """Return how surely a printed name is this place's, 0 the surest; ``None`` where it is not.

        A name is a place's by an alias, by its host's label, or declined.
        """
        agency = agency_named(name)
        wanted = name_keys(name)
        for rank, known in enumerate(self.ranks):
            if agency is not None:
                if agency.name in known.agencies:
                    return rank
            elif not wanted.isdisjoint(known.keys) or any(
                is_declined(key, own) for key in wanted for own in known.keys
            ):
                return rank
        return None

    def is_called(self, name: str) -> bool:
        """Tell whether a printed name is this place's."""
        return self.rank_of(name) is not None


def place_of(body: Body) -> Place:
    """Return whose page a body is from, by its host and by the names it gives itself."""
    site = site_of(body.host) if body.host else None
    own = agency_at(body.host) if body.host else None
    hosted = Names(frozenset(host_keys(body.host) if body.host else ()), frozenset([own] if own else ()))
    return Place(site, (hosted, _names([body.source] if body.source else []), _names(_printed_names(body))))


def _names(printed: Iterable[str]) -> Names:
    """Return printed names in the form in which they are compared."""
    names = list(printed)
    known = (agency_beginning(name) for name in names)
    return Names(
        frozenset(key for name in names for key in name_keys(name)),
        frozenset(agency.name for agency in known if agency is not None),
    )


def site_of(host: str) -> str:
    """Return the registrable domain of a host: ``en.example.co.uk`` -> ``example.co.uk``; platforms keep users."""
    labels = host.lower().strip(".").split(".")
    if len(labels) <= 2:
        return ".".join(labels)
    two = ".".join(labels[-2:])
    if two in _PLATFORMS or (labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2):
        return ".".join(labels[-3:])
    return two


def site_of_url(url: str) -> str | None:
    """Return the registrable domain of an address, or ``None`` where it has no host."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return site_of(host.removeprefix("www.")) if host else None


@functools.lru_cache(maxsize=8_192)
def name_keys(name: str) -> frozenset[str]:
    """Return the forms in which a name is compared: letters and digits, with and without article and company tail."""
    bare = _SMALL.sub("", name.strip(" \t\"'“”«»‘’()[].,:;|"))
    words = bare.split()
    forms = {_squash(name), _squash(bare)}
    while len(words) > 1 and words[-1].casefold().strip(".,") in _TAILS:
        words.pop()
        forms.add(_squash(" ".join(words)))
    if "." in name and site_of_url(f"//{bare}"):
        forms |= host_keys(bare.casefold().removeprefix("www."))
    if len(words) > 1:  # "sagte der Süddeutschen Zeitung"
        forms.add(_squash(" ".join(word.removesuffix("n") if word.endswith("en") else word for word in words)))
    return frozenset(form for form in forms if len(form) >= 2)


def host_keys(host: str) -> set[str]:
    """Return the names that a host's own label stands for: ``theherald.co.uk`` -> ``theherald``, ``herald``."""
    label = site_of(host).split(".", 1)[0]
    squashed = _squash(label)
    forms = {squashed} | {squashed.removeprefix(small) for small in _LABEL_ARTICLES if len(squashed) > len(small) + 3}
    forms |= {form.removesuffix(tail) for form in forms for tail in _LABEL_TAILS if len(form) > len(tail) + 2}
    return {form for form in forms if len(form) >= 2}


def carries_own_credit(credit: Credit, body: Body) -> bool:
    """Tell whether a copyright line is the page's own: not a wire's beside its dateline or byline."""
    return credit.kind == "copyright" and not any(
        other.organisation == credit.organisation and other.kind in {"agency", "dateline"} for other in body.credits
    )


def _printed_names(body: Body) -> Iterator[str]:
    """Yield the names a page prints as its own: its masthead and its copyright line."""
    yield from _masthead(body)
    copyrights = [credit for credit in body.credits if carries_own_credit(credit, body)]
    for credit in copyrights[-1:]:  # the page's own stands at its foot; a wire's above it
        known = agency_named(credit.organisation)
        if known is None or body.host is None or _on(body.host, _agency_hosts().get(known.name, ())):
            yield credit.organisation


def _masthead(body: Body) -> Iterator[str]:
    """Yield the short lines above the article that can be the site's name; only lines that were set aside."""
    for line in body.lines[:_MASTHEAD_LINES]:
        words = body.original[line.span.start : line.span.end].strip()
        if line.kept or words == body.title:
            return
        if line.line_class in {"heading", "navigation", "headline_list"} and len(words.split()) <= _MASTHEAD_WORDS:
            known = agency_named(words)
            if known is None or not known.picture:
                yield words


@functools.cache
def _agency_hosts() -> dict[str, tuple[str, ...]]:
    """Return the own hosts of every organisation that has some on record."""
    return {row["name"]: tuple(row["hosts"]) for row in load_toml("agencies.toml")["agency"] if row.get("hosts")}


def agency_at(site: str) -> str | None:
    """Return the organisation whose own site this is, or ``None``."""
    for organisation, hosts in _agency_hosts().items():
        if _on(site, hosts):
            return organisation
    return None


def _on(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == own or host.endswith(f".{own}") for own in hosts)


def _squash(name: str) -> str:
    """Return a name's letters and digits, casefolded, marks that a keyboard may lack left out."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name[:200]).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def is_declined(key: str, known: str) -> bool:
    """Tell whether one name is the other with another ending, as Slavic languages decline names."""
    stem = known[:-1]
    return not known.isascii() and len(stem) >= 4 and key.startswith(stem) and abs(len(key) - len(known)) < _DECLINED
