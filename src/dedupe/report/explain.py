"""The account of one pair, written for somebody who has to defend the answer: every number with the words behind it.

The account holds, in this order: the answer and the sentence that decided, both coverages, the shared passages with
where they stand and what was changed in them, what only one side has, the credits found, what would have changed the
answer, and where the text comes from, with the evidence. Positions count characters of the original text, from 0, end
excluded, as everywhere in the library.
"""

import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dedupe.config import Config
from dedupe.records import Body, Comparison, DocumentId, Passage, Span
from dedupe.report.counterfactual import what_would_change
from dedupe.report.differences import Change, changes, only_in
from dedupe.report.provenance import origin_lines
from dedupe.report.visible import shorten, visible
from dedupe.report.words import EDITORIAL_MEANING, TEXT_MEANING, count, merged, percent, relation_name

if TYPE_CHECKING:
    from dedupe.engine.result import Result

WIDTH = 88
QUOTE_CHARS = 600
PASSAGES_SHOWN = 20
CHANGES_SHOWN = 6
STRETCHES_SHOWN = 5
CREDITS_SHOWN = 10


def explain_pair(result: "Result", a: DocumentId, b: DocumentId) -> str:
    """Explain what two documents of ``result`` are to each other, as plain text ending in a line end.

    Ids come in any order; the account is in id order. A pair that the run did not keep is compared now, and the account
    says so.

    Raises:
        InputError: An id is not among the documents of the run, or both are the same.
    """
    comparison = result.pair(a, b)
    body_a, body_b = result.body(comparison.a), result.body(comparison.b)
    return _page(
        itertools.chain(
            _account(comparison, body_a, body_b, result.config),
            [""],
            _place_in_run(result, comparison),
            _origin(result, comparison),
        )
    )


def explain_comparison(comparison: Comparison, a: Body, b: Body, *, config: Config) -> str:
    """Explain one comparison of the bodies ``a`` and ``b``, as plain text ending in a line end."""
    return _page(_account(comparison, a, b, config))


def _account(comparison: Comparison, a: Body, b: Body, config: Config) -> Iterator[str]:
    """Yield the lines of the account."""
    relation = comparison.relation
    yield f"A  {visible(a.id)}"
    yield f"B  {visible(b.id)}"
    yield ""
    yield f"{relation_name(relation, comparison.source)} (confidence: {relation.confidence})"
    yield from _wrapped(visible(relation.why))
    meanings = [TEXT_MEANING[relation.text]]
    if comparison.passages:
        meanings.append(EDITORIAL_MEANING[relation.editorial])
    yield from _wrapped(f"In short: {'; '.join(meanings)}.")
    yield ""
    yield from _measures(comparison)
    yield ""
    yield from _passages(comparison.passages, a, b)
    yield ""
    yield from _differences(comparison.passages, a, b)
    yield ""
    yield from _credits(a, b)
    yield ""
    yield "What would have changed the answer"
    for sentence in what_would_change(comparison, config):
        yield from _wrapped(sentence, "  - ")


def _measures(comparison: Comparison) -> Iterator[str]:
    """Yield the numbers, each with what it counts."""
    yield "How much they share"
    for name, covered, own in (
        ("A", comparison.coverage.of_a, comparison.residual.of_a),
        ("B", comparison.coverage.of_b, comparison.residual.of_b),
    ):
        yield f"  {percent(covered):>7} of {name}'s body stands in shared passages; {percent(own)} is other prose"
    yield f"  {percent(comparison.similarity):>7} similarity: aligned share of both bodies together"
    if comparison.passages:
        yield f"  {percent(comparison.identity):>7} of the aligned words are the same on both sides"
        yield f"  {percent(comparison.order):>7} of them stand in the same order"
        yield f"  {comparison.longest:>7} words in the longest passage"
    yield (
        f"  word shingles, for comparison only: Jaccard {comparison.jaccard:.2f}, "
        f"containment {comparison.containment.of_a:.2f} / {comparison.containment.of_b:.2f}"
    )


def _passages(passages: Sequence[Passage], a: Body, b: Body) -> Iterator[str]:
    """Yield the shared passages, in the order of ``a``."""
    yield f"Shared passages: {len(passages)}"
    for number, passage in enumerate(passages[:PASSAGES_SHOWN], start=1):
        same = "word for word" if passage.identity == 1.0 else f"{percent(passage.identity)} the same words"
        yield f"  {number}. {count(passage.tokens, 'word')}, {passage.kind}, {same}"
        yield f"     A {_place(passage.a)}, B {_place(passage.b)}"
        yield from _wrapped(f"“{shorten(visible(passage.quote), QUOTE_CHARS)}”", "     ")
        found = changes(passage, a, b)
        for change in found[:CHANGES_SHOWN]:
            yield from _wrapped(_change(change), "     changed: ")
        if len(found) > CHANGES_SHOWN:
            yield f"     ... and {count(len(found) - CHANGES_SHOWN, 'more change')}"
    if len(passages) > PASSAGES_SHOWN:
        yield f"  ... and {count(len(passages) - PASSAGES_SHOWN, 'more passage')}"


def _place(span: Span) -> str:
    """Say where a span stands."""
    return f"characters {span.start}-{span.end}"


def _change(change: Change) -> str:
    """Say what one side has where the other has something else."""
    if not change.of_a:
        return f"only B has “{change.of_b}”"
    if not change.of_b:
        return f"only A has “{change.of_a}”"
    return f"A “{change.of_a}”, B “{change.of_b}”"


def _differences(passages: Sequence[Passage], a: Body, b: Body) -> Iterator[str]:
    """Yield what stands outside every passage, longest first."""
    yield "What only one of them has"
    sides = (("A", a, [passage.a for passage in passages]), ("B", b, [passage.b for passage in passages]))
    for name, body, shared in sides:
        stretches = only_in(body, shared)
        if not stretches:
            yield f"  {name}: nothing but single words"
            continue
        words = sum(len(stretch.split()) for stretch in stretches)
        yield f"  {name}: {count(len(stretches), 'stretch', 'stretches')}, {count(words, 'word')}"
        longest = sorted(stretches, key=len, reverse=True)[:STRETCHES_SHOWN]
        for stretch in longest:
            yield from _wrapped(f"“{shorten(stretch, QUOTE_CHARS // 2)}”", "     ")
        if len(stretches) > STRETCHES_SHOWN:
            yield f"     ... and {count(len(stretches) - STRETCHES_SHOWN, 'shorter stretch', 'shorter stretches')}"


def _credits(a: Body, b: Body) -> Iterator[str]:
    """Yield the credits of both pages; a photo credit is marked, because it says nothing about the text."""
    yield "Credits found"
    for name, body in (("A", a), ("B", b)):
        if not body.credits:
            yield f"  {name}: none"
        for credit in body.credits[:CREDITS_SHOWN]:
            note = " (about a picture, not the text)" if credit.kind == "photo" else ""
            line = f"{credit.kind} {visible(credit.organisation)}{note}: “{shorten(visible(credit.quote), 200)}”"
            yield from _wrapped(line, f"  {name}: ")
        if len(body.credits) > CREDITS_SHOWN:
            yield f"  {name}: ... and {len(body.credits) - CREDITS_SHOWN} more"


def _place_in_run(result: "Result", comparison: Comparison) -> Iterator[str]:
    """Yield what the run made of the pair, which can differ from what the pair alone would be."""
    yield "In this run"
    cluster_a, cluster_b = result.cluster_of(comparison.a), result.cluster_of(comparison.b)
    if cluster_a == cluster_b:
        yield from _wrapped(
            f"both are in the cluster {cluster_a.id} of {count(len(cluster_a.members), 'document')}; "
            f"its representative is {visible(cluster_a.representative)} ({visible(cluster_a.reason)})",
            "  ",
        )
        if not merged(comparison):
            yield from _wrapped("The pair alone would not have been merged: other members join them.", "  ")
    else:
        yield from _wrapped(f"A is in the cluster {cluster_a.id}, B in {cluster_b.id}", "  ")
        if merged(comparison) and comparison.nominated_by:
            yield from _wrapped("The pair alone would have been merged: other members keep them apart.", "  ")
    if comparison.nominated_by:
        yield from _wrapped(f"the pair was nominated by: {', '.join(comparison.nominated_by)}", "  ")
    else:
        why = "nothing nominated it, or it was seen to share too little"
        yield from _wrapped(f"the run kept nothing of the pair: {why}; it was compared for this account", "  ")


def _origin(result: "Result", comparison: Comparison) -> Iterator[str]:
    """Yield where the text of both comes from, or the words that they share, with the evidence."""
    cluster = result.cluster_of(comparison.a)
    ids = {comparison.a, comparison.b}
    if comparison.b in cluster.members:
        origin = cluster.origin
    else:
        origin = next((link.origin for link in result.links if {link.a, link.b} == ids), None)
    if origin is None:
        return
    yield ""
    yield "Where the text comes from" if comparison.b in cluster.members else "Where the shared words come from"
    for line in origin_lines(origin):
        yield from _wrapped(line, "  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Wrap one paragraph; words longer than the line (addresses) stay whole."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _page(lines: Iterable[str]) -> str:
    """Join lines into text ending in one line end."""
    return "\n".join(lines) + "\n"
