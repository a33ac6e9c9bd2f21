"""What a page says about itself: title, canonical address, site, and when it was published.

Every source has its trust. Machine-readable article times are ``high``, a dated byline is ``medium``, the date in a
masthead is ``low`` (a page saved in 2026 prints 2026 over an article of 2022). JSON-LD is read up to a size and a
number of nodes, by a strict parser; it hints, it never decides.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml.html import HtmlElement

from dedupe.pages.claims import find_claims
from dedupe.pages.dates import MAX_DATE_CHARS, find_date, parse_date
from dedupe.pages.guards import MAX_JSON_LD
from dedupe.records import Claim, Line, Published

_TIME_KEYS: tuple[tuple[str, str], ...] = (
    ("article:published_time", "high"),
    ("og:article:published_time", "high"),
    ("datepublished", "high"),
    ("parsely-pub-date", "high"),
    ("sailthru.date", "medium"),
    ("dc.date.issued", "medium"),
    ("dcterms.created", "medium"),
    ("pubdate", "medium"),
    ("publishdate", "medium"),
    ("publication_date", "medium"),
    ("date", "medium"),
    ("dc.date", "medium"),
)
_ARTICLE_TYPES = ("Article", "Posting", "Report", "WebPage", "Review")
_MAX_NODES = 2_000
_MAX_META = 500
_MAX_TITLE = 500
_MAX_ABOVE = 2_000
"""Lines of a page that may stand above its article."""
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|\Z)", re.IGNORECASE | re.ASCII)
"""The host of nearly every address, which need not be taken apart any further."""
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lunes|martes|miércoles|jueves|viernes)\b",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"\b(?:published|posted|updated|last modified|date|first published|publié|veröffentlicht|publicado|"
    r"pubblicato|on|by)\b",
    re.IGNORECASE,
)
_HEADLINES = frozenset({"heading", "headline_list"})
_DATED = frozenset({"byline", "dateline"})

Trust = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What was found; every field may be missing."""

    title: str | None = None
    canonical: str | None = None
    site: str | None = None
    published: Published | None = None
    claims: tuple[Claim, ...] = ()


def read_metadata(tree: HtmlElement, base_url: str | None = None) -> PageMetadata:
    """Read a parsed page's own account of itself.

    Args:
        tree: The lxml tree of the page, not modified.
        base_url: Where the page was fetched, for relative canonical addresses.
    """
    properties = _properties(tree)
    nodes = tuple(_json_ld(tree))
    link = _canonical(tree)
    claims = find_claims(tree, properties, nodes, link=link)
    return PageMetadata(
        title=_title(tree, properties, nodes),
        canonical=_http(link or properties.get("og:url"), base_url),
        site=_tidy(properties.get("og:site_name") or _named(nodes, "publisher")),
        published=_published(tree, properties, nodes),
        claims=tuple(absolute for absolute in (_absolute(claim, base_url) for claim in claims) if absolute),
    )


def host_of(*urls: str | None) -> str | None:
    """Return the host of the first address that has one, lower case, without ``www.`` and port."""
    for url in urls:
        plain = _PLAIN_HOST.match(url) if url else None
        try:
            host = plain[1] if plain else urlsplit(url.strip()).hostname if url else None
        except ValueError:
            continue
        if host:
            return host.lower().removeprefix("www.")
    return None


def published_by_caller(text: str | None) -> Published | None:
    """Read the caller's own publication time; trusted, because the caller chose to say it."""
    return _published_by_caller(text[:MAX_DATE_CHARS]) if text else None


@lru_cache(maxsize=4096)
def _published_by_caller(start: str) -> Published | None:
    return published(start, trust="high", evidence="caller")


def published(text: str | None, *, trust: Trust, evidence: str) -> Published | None:
    """Make a publication interval of a date string; ``None`` where it holds no date."""
    interval = parse_date(text) if text else None
    if interval is None:
        return None
    return Published(earliest=interval[0], latest=interval[1], trust=trust, evidence=evidence)


def title_of_text(text: str, lines: Iterable[Line]) -> str | None:
    """Return the headline of a text: the last heading above its first prose, not the site's name above that.

    Without a heading it is the first line, where that is as short as a headline.
    """
    title: str | None = None
    first: str | None = None
    for line in itertools.islice(lines, _MAX_ABOVE):
        words = text[line.span.start : line.span.end].lstrip("#").strip()
        first = first if first is not None else words
        if line.line_class == "prose":
            break
        if line.line_class in _HEADLINES:
            title = words
    title = title or (first if first and len(first) <= 200 else None)
    return title[:_MAX_TITLE] if title else None


def published_in_text(text: str, lines: Iterable[Line], *, at_most: int = 40) -> Published | None:
    """Find the date that a text gives for itself, outside its prose.

    A line that is a date, or names one beside *published* or a byline, is a dated byline (``medium``). With a weekday
    in front of it and no such word it is what mastheads print on the day of the visit (``low``).
    """
    low: Published | None = None
    for position, line in enumerate(lines):
        if position >= at_most:
            break
        words = text[line.span.start : line.span.end]
        if line.line_class == "prose" or len(words) > 160:
            continue
        hit = find_date(words)
        if hit is None:
            continue
        (earliest, latest), (start, end) = hit
        rest = words[:start] + words[end:]
        weekday = _WEEKDAY.search(rest) is not None
        rest = _WEEKDAY.sub("", rest).strip(" ,.;:|-\u2013\u2014")
        labelled = _DATE_LABEL.search(rest) is not None or (line.line_class in _DATED and rest)
        if labelled or (not weekday and len(rest) <= 12):
            return Published(earliest=earliest, latest=latest, trust="medium", evidence="byline")
        if low is None and len(rest) <= 20:
            low = Published(earliest=earliest, latest=latest, trust="low", evidence="masthead")
    return low


def _properties(tree: HtmlElement) -> dict[str, str]:
    """Return the ``<meta>`` values by lower-case name; the first of each name counts."""
    found: dict[str, str] = {}
    for count, meta in enumerate(tree.iter("meta")):
        if count >= _MAX_META:
            break
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        value = meta.get("content")
        if name and value:
            found.setdefault(name.strip().lower(), value)
    return found


def _title(tree: HtmlElement, properties: dict[str, str], nodes: tuple[dict[str, Any], ...]) -> str | None:
    headline = next((node["headline"] for node in nodes if isinstance(node.get("headline"), str)), None)
    titles = (properties.get("og:title"), headline, _first_text(tree, "h1"), _first_text(tree, "title"))
    return next((tidy for tidy in map(_tidy, titles) if tidy), None)


def _first_text(tree: HtmlElement, tag: str) -> str | None:
    element = next(tree.iter(tag), None)
    return None if element is None else "".join(element.itertext())[: _MAX_TITLE * 4]


def _tidy(text: str | None) -> str | None:
    return (" ".join(text.split())[:_MAX_TITLE] or None) if text else None


def _canonical(tree: HtmlElement) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return cast("str | None", link.get("href"))
    return None


def _absolute(claim: Claim, base_url: str | None) -> Claim | None:
    """Return a claim with an absolute http(s) address, or nothing where it names none."""
    if claim.kind == "author":
        return claim
    address = _http(claim.value, base_url)
    return Claim(kind=claim.kind, value=address) if address else None


def _http(url: str | None, base_url: str | None) -> str | None:
    """Return an absolute http(s) address, or nothing: a page may write anything here."""
    if not url:
        return None
    try:
        joined = urljoin(base_url or "", url.strip()[:4096])
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc else None


def _published(tree: HtmlElement, properties: dict[str, str], nodes: tuple[dict[str, Any], ...]) -> Published | None:
    candidates: list[tuple[str | None, str, str]] = [
        (properties.get(key), trust, key) for key, trust in _TIME_KEYS if trust == "high"
    ]
    candidates += [(_text(node.get("datePublished")), "high", "JSON-LD datePublished") for node in nodes]
    candidates += [(properties.get(key), trust, key) for key, trust in _TIME_KEYS if trust == "medium"]
    for count, time in enumerate(tree.iter("time")):
        if count >= 20:
            break
        marked = "pubdate" in time.attrib or "publish" in f"{time.get('itemprop')} {time.get('class')}".lower()
        candidates.append((time.get("datetime"), "high" if marked else "medium", "<time>"))
    for text, trust, evidence in candidates:
        found = published(text, trust=cast("Trust", trust), evidence=evidence)
        if found:
            return found
    return None


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the article nodes of the page's JSON-LD, breadth first, at most a few thousand nodes in all."""
    queue: list[Any] = []
    for script in tree.iter("script"):
        text = script.text
        if text and "ld+json" in (script.get("type") or "").lower() and len(text) <= MAX_JSON_LD:
            try:
                queue.append(msgspec.json.decode(text.encode("utf-8", "replace")))
            except (msgspec.DecodeError, RecursionError, UnicodeError, ValueError):
                continue
    for count, node in enumerate(queue):
        if count >= _MAX_NODES:
            return
        if isinstance(node, list):
            queue.extend(node[:_MAX_NODES])
        elif isinstance(node, dict):
            if any(kind in str(node.get("@type"))[:200] for kind in _ARTICLE_TYPES):
                yield node
            queue.extend(value for value in list(node.values())[:100] if isinstance(value, dict | list))


def _named(nodes: tuple[dict[str, Any], ...], key: str) -> str | None:
    for node in nodes:
        value = node.get(key)
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str):
            return name
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
