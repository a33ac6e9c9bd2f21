"""One self-contained page of HTML: every cluster and every link, with the shared words marked in both texts.

Built from a template without a template language: each value is escaped where it is put in, and the page's policy
forbids scripts, pictures, forms and anything from elsewhere, so that a hostile title stays a title even if an escape
were forgotten. Addresses become links only where they begin with ``http://`` or ``https://``.
"""

import base64
import hashlib
import html
import importlib.resources
import string
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dedupe.records import Body, Cluster, Comparison, DocumentId, Link, Passage, Skipped, Span
from dedupe.report.marks import marked_text
from dedupe.report.visible import visible
from dedupe.report.words import count, count_shared, in_reading_order, percent, relation_name, summary

if TYPE_CHECKING:
    from dedupe.engine.result import Result

CARDS_SHOWN = 100
"""Clusters and links beyond this are counted, not drawn: a browser has to open the page."""

MEMBERS_SHOWN = 5
"""Members of one cluster that are set beside their representative."""

TEXT_SHOWN = 30_000
"""Characters of one text; with the limits above a page stays under about 30 MB whatever the documents hold."""


def render(result: "Result") -> str:
    """Return the whole page for ``result``. The same result gives the same bytes."""
    files = importlib.resources.files("dedupe.report")
    style = files.joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    config = result.config
    return string.Template(files.joinpath("page.html").read_text(encoding="utf-8")).substitute(
        title="Which pages carry one text",
        style=style,
        style_hash=f"sha256-{digest}",
        summary=escaped(summary(result)),
        settings=escaped(f"threshold {config.threshold:g}, settings {config.fingerprint()}"),
        sections="\n".join(_sections(result)),
    )


def escaped(text: object) -> str:
    """Return document text that can neither act nor hide, in an element or in a quoted attribute."""
    return html.escape(visible(text))


def _sections(result: "Result") -> Iterator[str]:
    """Yield the sections that have something to say."""
    clusters = in_reading_order(result.clusters)
    shared = count_shared(clusters)
    alone = len(clusters) - shared
    if shared:
        yield "<h2>One text on several pages</h2>"
        for number, cluster in enumerate(clusters[: min(shared, CARDS_SHOWN)], start=1):
            yield _cluster_card(result, number, cluster)
        yield _more(shared - CARDS_SHOWN, "text")
    if result.links:
        yield "<h2>Linked, but not the same text</h2>"
        for link in result.links[:CARDS_SHOWN]:
            yield _link_card(result, link)
        yield _more(len(result.links) - CARDS_SHOWN, "link")
    if alone:
        yield "<h2>Texts on one page only</h2>"
        shown = clusters[shared : shared + CARDS_SHOWN]
        yield _list(_name(result.body(cluster.representative)) for cluster in shown)
        yield _more(alone - CARDS_SHOWN, "text")
    if result.skipped:
        yield "<h2>Not used</h2>"
        yield _list(_skipped_line(entry) for entry in result.skipped[:CARDS_SHOWN])
        yield _more(len(result.skipped) - CARDS_SHOWN, "document")


def _cluster_card(result: "Result", number: int, cluster: Cluster) -> str:
    """Draw one cluster: its members, why they are one text, and each beside the representative."""
    keep = cluster.representative
    others = [member for member in cluster.members if member != keep]
    parts = [
        f"<h3>Text {number}</h3>",
        f"<p>{count(len(cluster.members), 'page')}, similarity at least {escaped(percent(cluster.similarity))}</p>",
        f"<p>Representative: <b>{_name(result.body(keep))}</b> ({escaped(cluster.reason)})</p>",
    ]
    if cluster.origin is not None and cluster.origin.why:
        parts.append(f"<p>Origin: {escaped(cluster.origin.why)}</p>")
    for member in others[:MEMBERS_SHOWN]:
        pair = result.known_pair(member, keep)
        if pair is None:
            parts.append(f"<p>{_name(result.body(member))}: through other members</p>")
        else:
            parts.append(_pair(result, pair.a, pair.b, pair.passages, _pair_lines(pair)))
    parts.append(_more(len(others) - MEMBERS_SHOWN, "page"))
    return _card(parts)


def _pair_lines(pair: Comparison) -> str:
    """Say what a pair is, why, and its numbers."""
    rows = (
        ("aligned share of the first / the second", f"{percent(pair.coverage.of_a)} / {percent(pair.coverage.of_b)}"),
        ("other prose in the first / the second", f"{percent(pair.residual.of_a)} / {percent(pair.residual.of_b)}"),
        ("same order", percent(pair.order)),
        ("Jaccard of word shingles (never decides)", f"{pair.jaccard:.2f}"),
    )
    table = "".join(
        f'<tr><th>{escaped(name)}</th><td class="number">{escaped(value)}</td></tr>' for name, value in rows
    )
    return f"{_relation_lines(relation_name(pair.relation, pair.source), pair.relation.why)}<table>{table}</table>"


def _link_card(result: "Result", link: Link) -> str:
    """Draw one link: what it is, why, and both texts."""
    lines = _relation_lines(relation_name(link.relation, link.source), link.relation.why)
    return _card([_pair(result, link.a, link.b, link.passages, lines)])


def _relation_lines(name: str, why: str) -> str:
    return f'<p><b>{escaped(name)}</b></p><p class="why">{escaped(why)}</p>'


def _pair(result: "Result", a: DocumentId, b: DocumentId, passages: Sequence[Passage], lines: str) -> str:
    """Draw two texts side by side with their shared passages marked; closed until somebody opens it."""
    body_a, body_b = result.body(a), result.body(b)
    return (
        f"<p>{_name(body_a)} and {_name(body_b)}</p>{lines}"
        f"<details><summary>{escaped(count(len(passages), 'shared passage'))}, side by side</summary>"
        f'<div class="sides">{_side(body_a, [(passage.a, passage) for passage in passages])}'
        f"{_side(body_b, [(passage.b, passage) for passage in passages])}</div></details>"
    )


def _side(body: Body, passages: Iterable[tuple[Span, Passage]]) -> str:
    """Draw one text: shared words marked, chrome struck through."""
    marks = [(span, "quote" if passage.kind == "quote" else "shared") for span, passage in passages]
    text = marked_text(body, marks, limit=TEXT_SHOWN)
    rest = _more(len(body.original) - TEXT_SHOWN, "character")
    return f'<div><p class="dim">{_name(body)}</p><div class="text" dir="auto">{text}</div>{rest}</div>'


def _name(body: Body) -> str:
    """Name a document: its id, its title, and its address as a link where it is one."""
    name = f"<bdi>{escaped(body.id)}</bdi>"
    if body.url and urllib.parse.urlsplit(body.url.strip()).scheme.lower() in {"http", "https"}:
        name = f'<a href="{html.escape(body.url.strip())}" rel="noopener noreferrer nofollow">{name}</a>'
    return name + (f" <bdi>“{escaped(body.title)}”</bdi>" if body.title else "")


def _skipped_line(entry: Skipped) -> str:
    word = "failed" if entry.failed else "skipped"
    return f"<bdi>{escaped(entry.id)}</bdi>: {word} at {escaped(entry.stage)}: {escaped(entry.reason)}"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _card(parts: Iterable[str]) -> str:
    return f'<section class="card">{"".join(parts)}</section>'


def _more(number: int, noun: str) -> str:
    """Say how many are not drawn, if any."""
    return (
        f'<p class="dim">and {escaped(count(number, f"more {noun}"))} (dedupe scan lists all)</p>' if number > 0 else ""
    )
