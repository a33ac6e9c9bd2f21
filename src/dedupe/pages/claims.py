"""What a page's markup claims about where its text stands first: addresses and names that no reader sees.

Each claim is read as it stands; whether it means anything (a canonical address that is the site's front page means
nothing) is weighed by :mod:`dedupe.group.statements`.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml.html import HtmlElement

from dedupe.records import Claim, ClaimKind
from dedupe.text.agencies import agency_beginning

MAX_CLAIMS = 20
"""Claims that are kept of one page, in the order of the markup."""
_MAX_IMAGES = 2_000
_MAX_VALUE = 2_000
_TRACKERS = (
    "republication-pixel=true",
    "republication-tracker-tool",
    "//counter.theconversation.com/",
    "//pixel.propublica.org/",
)
"""Marks of the counting images that republishers must leave in: INN's Republication Tracker Tool for WordPress, The
Conversation's and ProPublica's counters, as their republishing guidelines print them."""
_ORIGINALS = ("original-source", "syndication-source", "dc.source", "dcterms.source")
"""Names of ``<meta>``: Google News' source attribution tags (2010) and Dublin Core's ``source``."""


def find_claims(
    tree: HtmlElement, properties: Mapping[str, str], nodes: Sequence[Mapping[str, Any]], *, link: str | None
) -> tuple[Claim, ...]:
    """Return a page's claims, each kind and value once, at most :data:`MAX_CLAIMS`.

    Args:
        tree: The page, not modified.
        properties: Its ``<meta>`` values by lower-case name.
        nodes: The article nodes of its JSON-LD.
        link: The ``rel=canonical`` address, where it has one.
    """
    found: dict[tuple[ClaimKind, str], Claim] = {}
    for kind, value in _claimed(tree, properties, nodes, link):
        tidy = " ".join(value.split())
        if tidy and len(tidy) <= _MAX_VALUE and len(found) < MAX_CLAIMS:
            found.setdefault((kind, tidy), Claim(kind=kind, value=tidy))
    return tuple(found.values())


def _claimed(
    tree: HtmlElement, properties: Mapping[str, str], nodes: Sequence[Mapping[str, Any]], link: str | None
) -> Iterator[tuple[ClaimKind, str]]:
    """Yield every claim as it stands."""
    if link:
        yield "canonical", link
    if properties.get("og:url"):
        yield "og_url", properties["og:url"]
    for name in _ORIGINALS:
        if "//" in properties.get(name, ""):
            yield "original_source", properties[name]
    for node in nodes[:10]:
        for key in ("isBasedOn", "isBasedOnUrl"):
            yield from (("is_based_on", address) for address in _texts(node.get(key), ("url", "@id")))
    yield from (("tracker", source) for source in _trackers(tree))
    names = [properties.get("author", ""), properties.get("article:author", "")]
    names += [name for node in nodes[:10] for name in _texts(node.get("author"), ("name",))]
    for name in names:
        if name and agency_beginning(name):
            yield "author", name


def _trackers(tree: HtmlElement) -> Iterator[str]:
    """Yield the addresses of the images that count a republication."""
    for image in itertools.islice(tree.iter("img"), _MAX_IMAGES):
        source = image.get("src") or ""
        if any(mark in source or mark in (image.get("id") or "") for mark in _TRACKERS):
            yield source


def _texts(value: object, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts that a JSON-LD value is or holds: a string, an object with one of the keys, or a list of both."""
    for each in value[:5] if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from (each[key] for key in keys if isinstance(each.get(key), str))
