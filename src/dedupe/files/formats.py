"""Records as plain JSON values: which fields, in which order, rounded how. One schema for command line and library.

The schema is ``dedupe.result/1``. Keys stand in a fixed order, floats are rounded to six digits (far below anything
that decides, and the same on every processor), ids come out as they went in: integers stay integers. Passages carry
spans as ``[start, end]`` in code points of each document's original text.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dedupe.engine.result import Result
from dedupe.group.clusters import Bridge
from dedupe.records import (
    Body,
    Cluster,
    Comparison,
    Credit,
    Evidence,
    Link,
    Origin,
    Overflow,
    Passage,
    Published,
    Relation,
    Sides,
    Skipped,
    Span,
)

SCHEMA = "dedupe.result/1"
"""Name of the result's form; the number rises with any change that a reader could trip over."""
DIGITS = 6
"""Digits behind the decimal point of every ratio that is written."""

Plain = dict[str, Any]


def result_to_dict(result: Result) -> Plain:
    """Return a whole result as plain values, in the order in which they are written."""
    return {name: [*value] if isinstance(value, Iterator) else value for name, value in result_fields(result).items()}


def result_fields(result: Result) -> Plain:
    """Return the fields of a whole result in the order in which they are written; long lists as iterators."""
    failed = sum(entry.failed for entry in result.skipped)
    return {
        "schema": SCHEMA,
        "counts": {
            "seen": result.seen,
            "used": len(result.documents),
            "skipped": len(result.skipped) - failed,
            "failed": failed,
        },
        "documents": map(document_to_dict, result.documents),
        "clusters": map(cluster_to_dict, result.clusters),
        "pairs": map(comparison_to_dict, result.pairs),
        "links": map(link_to_dict, result.links),
        "bridges": map(bridge_to_dict, result.bridges),
        "skipped": map(skipped_to_dict, result.skipped),
        "overflows": map(_overflow, result.overflows),
        "independent_origins": result.independent_origins,
        "config": result.config.fingerprint(),
    }


def document_to_dict(body: Body) -> Plain:
    """Return what is known of a document, without its text."""
    return {
        "id": body.id,
        "title": body.title,
        "url": body.url,
        "host": body.host,
        "canonical": body.canonical,
        "source": body.source,
        "published": _published(body.published),
        "characters": len(body.text),
        "removed": ratio(body.removed),
        "extractor": body.extractor,
        "warnings": list(body.warnings),
        "credits": [_credit(credit) for credit in body.credits],
        "claims": [{"kind": claim.kind, "value": claim.value} for claim in body.claims],
    }


def body_to_dict(body: Body) -> Plain:
    """Return a body with its text, and every line with its class."""
    return {
        **document_to_dict(body),
        "text": body.text,
        "original": body.original,
        "kept": [list(span) for span in body.kept],
        "lines": [{"span": list(line.span), "class": line.line_class, "kept": line.kept} for line in body.lines],
    }


def comparison_to_dict(pair: Comparison) -> Plain:
    """Return a verified pair with its passages."""
    return {
        "a": pair.a,
        "b": pair.b,
        "jaccard": ratio(pair.jaccard),
        "containment": _sides(pair.containment),
        "coverage": _sides(pair.coverage),
        "residual": _sides(pair.residual),
        "similarity": ratio(pair.similarity),
        "identity": ratio(pair.identity),
        "order": ratio(pair.order),
        "longest": pair.longest,
        "relation": _relation(pair.relation),
        "source": pair.source,
        "nominated_by": list(pair.nominated_by),
        "passages": [_passage(passage) for passage in pair.passages],
    }


def cluster_to_dict(cluster: Cluster) -> Plain:
    """Return a cluster with its origin."""
    weakest = None
    if cluster.weakest is not None:
        a, b, similarity = cluster.weakest
        weakest = {"a": a, "b": b, "similarity": ratio(similarity)}
    return {
        "id": cluster.id,
        "members": list(cluster.members),
        "representative": cluster.representative,
        "reason": cluster.reason,
        "similarity": ratio(cluster.similarity),
        "kind": cluster.kind,
        "cohesion": ratio(cluster.cohesion),
        "weakest": weakest,
        "origin": None if cluster.origin is None else _origin(cluster.origin),
    }


def link_to_dict(link: Link) -> Plain:
    """Return two documents that are related but not one text."""
    return {
        "a": link.a,
        "b": link.b,
        "relation": _relation(link.relation),
        "source": link.source,
        "similarity": ratio(link.similarity),
        "origin": None if link.origin is None else _origin(link.origin),
        "passages": [_passage(passage) for passage in link.passages],
    }


def bridge_to_dict(bridge: Bridge) -> Plain:
    """Return a pair of one text whose clusters were kept apart."""
    return {
        "a": bridge.a,
        "b": bridge.b,
        "similarity": ratio(bridge.similarity),
        "clusters": list(bridge.clusters),
        "why": bridge.why,
    }


def skipped_to_dict(entry: Skipped) -> Plain:
    """Return a document that could not be used, and why."""
    return {"id": entry.id, "stage": entry.stage, "reason": entry.reason, "failed": entry.failed}


def ratio(value: float) -> float:
    """Round a ratio for writing; minus zero becomes zero."""
    return round(float(value), DIGITS) + 0.0


def _sides(sides: Sides) -> Plain:
    return {"of_a": ratio(sides.of_a), "of_b": ratio(sides.of_b)}


def _relation(relation: Relation) -> Plain:
    return {
        "text": relation.text,
        "editorial": relation.editorial,
        "confidence": relation.confidence,
        "why": relation.why,
        "decided_by": relation.decided_by or None,
        "value": ratio(relation.value),
        "limit": ratio(relation.limit),
    }


def _passage(passage: Passage) -> Plain:
    return {
        "a": list(passage.a),
        "b": list(passage.b),
        "tokens": passage.tokens,
        "identity": ratio(passage.identity),
        "kind": passage.kind,
        "quote": passage.quote,
    }


def _credit(credit: Credit) -> Plain:
    return {
        "kind": credit.kind,
        "organisation": credit.organisation,
        "quote": credit.quote,
        "span": list(credit.span),
    }


def _published(published: Published | None) -> Plain | None:
    if published is None:
        return None
    return {
        "earliest": _moment(published.earliest),
        "latest": _moment(published.latest),
        "trust": published.trust,
        "evidence": published.evidence,
    }


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _origin(origin: Origin) -> Plain:
    return {
        "kind": origin.kind,
        "document": origin.document,
        "organisation": origin.organisation,
        "why": origin.why,
        "evidence": [_evidence(entry) for entry in origin.evidence],
    }


def _evidence(entry: Evidence) -> Plain:
    return {
        "kind": entry.kind,
        "document": entry.document,
        "quote": entry.quote,
        "span": _span(entry.span),
        "supports": entry.supports,
        "strength": ratio(entry.strength),
        "caveat": entry.caveat,
    }


def _span(span: Span | None) -> list[int] | None:
    return None if span is None else list(span)


def _overflow(overflow: Overflow) -> Plain:
    return {
        "channel": overflow.channel,
        "documents": overflow.documents,
        "kept": overflow.kept,
        "example": overflow.example,
    }
