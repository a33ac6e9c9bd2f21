"""The answer of a scan as a person reads it at a terminal: texts, links, what was not used, one sentence.

Everything is built from :class:`rich.text.Text`, never from markup, so a title like ``[red]`` prints as it stands.
Long runs are cut to what a person can read, and each cut says how much it left out and where all of it is.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedupe.records import Cluster, Comparison, DocumentId, Link, Overflow, Skipped
from dedupe.report.visible import shorten, visible
from dedupe.report.words import count, count_shared, in_reading_order, percent, relation_name, summary

if TYPE_CHECKING:
    from dedupe.engine.result import Result
    from dedupe.group.clusters import Bridge

CLUSTERS_SHOWN = 50
MEMBERS_SHOWN = 20
LINKS_SHOWN = 50
SKIPPED_SHOWN = 50
QUOTE_CHARS = 160

Pairs = Callable[[DocumentId, DocumentId], Comparison | None]
"""Returns the verified pair of two ids."""


def print_result(result: "Result", console: Console) -> None:
    """Print ``result``: clusters with members, similarity, representative and relation; links with why; skipped.

    The last line is the sentence that sums up the run. An empty result prints that sentence alone.
    """
    for part in _parts(result):
        console.print(part)
    console.print(Text(summary(result), style="bold"))


def _parts(result: "Result") -> Iterator[RenderableType]:
    """Yield the sections that have something to say, each followed by a blank line."""
    if result.clusters:
        yield from _clusters(in_reading_order(result.clusters), result.known_pair)
        yield ""
    if result.links:
        yield from _links(result.links)
        yield ""
    if result.bridges:
        yield from _bridges(result.bridges)
        yield ""
    if result.skipped:
        yield from _skipped(result.skipped)
        yield ""
    if result.overflows:
        yield from _overflows(result.overflows)
        yield ""


def _clusters(clusters: Sequence[Cluster], pairs: Pairs) -> Iterator[RenderableType]:
    """One row a document; a cluster's first row carries its number; lone documents stand last."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("text", justify="right", no_wrap=True)
    table.add_column("document", overflow="fold")
    table.add_column("similarity", justify="right", no_wrap=True)
    table.add_column("relation", overflow="fold")
    shown = clusters[:CLUSTERS_SHOWN]
    for number, cluster in enumerate(shown, start=1):
        _add_cluster(table, number, cluster, pairs)
    yield table
    rest = len(clusters) - len(shown)
    if rest:
        alone = min(rest, len(clusters) - count_shared(clusters))
        yield Text(f"... and {count(rest, 'more text')}, {alone:,} of them of one page (--format json lists all)")
    for number, cluster in enumerate(shown, start=1):
        yield from _cluster_notes(number, cluster, pairs)


def _add_cluster(table: Table, number: int, cluster: Cluster, pairs: Pairs) -> None:
    """Add the rows of one cluster, the representative first and marked."""
    others = [member for member in cluster.members if member != cluster.representative]
    alone = not others
    table.add_row(
        str(number),
        Text(visible(cluster.representative), style="" if alone else "bold green"),
        "",
        Text("" if alone else f"representative: {visible(cluster.reason)}", style="dim"),
    )
    for member in others[: MEMBERS_SHOWN - 1]:
        pair = pairs(member, cluster.representative)
        table.add_row(
            "",
            Text(visible(member)),
            percent(pair.similarity) if pair else "",
            Text(relation_name(pair.relation, pair.source) if pair else "through other members"),
        )
    if len(others) >= MEMBERS_SHOWN:
        table.add_row("", f"... and {len(others) - MEMBERS_SHOWN + 1:,} more", f">= {percent(cluster.similarity)}", "")


def _cluster_notes(number: int, cluster: Cluster, pairs: Pairs) -> Iterator[RenderableType]:
    """Say why a cluster is one text: the sentence of its weakest tie, and where the text comes from."""
    if len(cluster.members) == 1:
        return
    yield ""
    tie = cluster.weakest[:2] if cluster.weakest else (cluster.members[0], cluster.members[1])
    pair = pairs(*tie)
    if pair is not None:
        whose = "" if len(cluster.members) == 2 else " (its weakest tie)"
        yield Text.assemble((f"text {number}", "bold"), f"{whose}: {visible(pair.relation.why)}")
    if cluster.origin is not None and cluster.origin.why:
        yield Padding(Text(f"origin: {visible(cluster.origin.why)}"), (0, 0, 0, 2))


def _links(links: Sequence[Link]) -> Iterator[RenderableType]:
    """Two lines and one quotation a link: who, what, why, and the longest words they share."""
    yield Text("linked, but not the same text", style="bold")
    for link in links[:LINKS_SHOWN]:
        relation = f": {relation_name(link.relation, link.source)}"
        who = Text.assemble((visible(link.a), "bold"), " and ", (visible(link.b), "bold"), relation)
        yield Padding(who, (0, 0, 0, 2))
        yield Padding(Text(visible(link.relation.why)), (0, 0, 0, 4))
        if link.origin is not None:
            yield Padding(Text(f"origin: {visible(link.origin.why)}"), (0, 0, 0, 4))
        if link.passages:
            longest = max(link.passages, key=lambda passage: passage.tokens)
            others = f" and {count(len(link.passages) - 1, 'more passage')}" if len(link.passages) > 1 else ""
            quote = shorten(visible(longest.quote), QUOTE_CHARS)
            yield Padding(Text(f"“{quote}” ({count(longest.tokens, 'word')}){others}", style="italic"), (0, 0, 0, 4))
    if len(links) > LINKS_SHOWN:
        yield Text(f"  ... and {count(len(links) - LINKS_SHOWN, 'more link')} (--format json lists all)")


def _bridges(bridges: Sequence["Bridge"]) -> Iterator[RenderableType]:
    """One line for each pair of one text that was kept apart."""
    yield Text("one text by this pair alone, and kept apart", style="bold")
    for bridge in bridges[:LINKS_SHOWN]:
        line = f"{visible(bridge.a)} and {visible(bridge.b)}: {visible(bridge.why)}"
        yield Padding(Text(line), (0, 0, 0, 2))
    if len(bridges) > LINKS_SHOWN:
        yield Text(f"  ... and {len(bridges) - LINKS_SHOWN:,} more (--format json lists all)")


def _skipped(skipped: Sequence[Skipped]) -> Iterator[RenderableType]:
    """One line a document that was not used: which, at which stage, why."""
    yield Text("not used", style="bold")
    for entry in skipped[:SKIPPED_SHOWN]:
        word = "failed" if entry.failed else "skipped"
        yield _indented(f"{visible(entry.id)}: {word} at {entry.stage}: {visible(entry.reason)}")
    if len(skipped) > SKIPPED_SHOWN:
        yield Text(f"  ... and {len(skipped) - SKIPPED_SHOWN:,} more (--format json lists all)")


def _overflows(overflows: Sequence[Overflow]) -> Iterator[RenderableType]:
    """Say where a cap bit, because pairs beyond it were not looked at."""
    yield Text("limits that were reached", style="bold")
    for entry in overflows[:SKIPPED_SHOWN]:
        example = f", for example “{shorten(visible(entry.example), QUOTE_CHARS)}”" if entry.example else ""
        yield _indented(
            f"{entry.channel}: {count(entry.documents, 'document')} share one key{example}; "
            f"{count(entry.kept, 'pair')} of them were compared"
        )
    if len(overflows) > SKIPPED_SHOWN:
        yield Text(f"  ... and {len(overflows) - SKIPPED_SHOWN:,} more (--format json lists all)")


def _indented(line: str) -> Padding:
    """Indent a line, and what it wraps to."""
    return Padding(Text(line), (0, 0, 0, 2), expand=False)
