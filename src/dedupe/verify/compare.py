"""One pair from two materials to a :class:`dedupe.Comparison`: align, measure, relate, interpret."""

from operator import itemgetter

import numpy as np

from dedupe import _kernels
from dedupe.config import Config
from dedupe.records import Comparison, Passage, Relation, Sides
from dedupe.verify import measures
from dedupe.verify.editorial import Reading, interpret
from dedupe.verify.limits import Verdict
from dedupe.verify.material import Material
from dedupe.verify.measures import Row, Stretch
from dedupe.verify.openings import alike, own_opening
from dedupe.verify.passages import describe, quoted_share
from dedupe.verify.relations import UNDECIDED, Geometry, edited_coverage, relate, reworded
from dedupe.verify.slots import substituted
from dedupe.verify.wording import shared_wording

_START = itemgetter(0)


def compare_materials(a: Material, b: Material, config: Config, channels: tuple[str, ...] = ()) -> Comparison:
    """Compare two bodies word by word.

    Mirrored input gives the mirrored answer. An empty body shares nothing with anything, another empty body included.

    Args:
        a: One body.
        b: The other.
        config: The limits.
        channels: What proposed the pair, recorded in the answer.

    Returns:
        The comparison, complete with passages and the sentence that decided. About linear in both texts.
    """
    rows, slots = _aligned(a, b, config)
    passages = describe(rows, a, b)
    geometry = _geometry(a, b, rows, passages, slots)
    verdict = relate(geometry, passages, config)
    if verdict.text in UNDECIDED and config.wording:
        verdict = reworded(shared_wording(a, b, rows, passages), config) or verdict
    identity = measures.identity(rows)
    reading = interpret(
        verdict.text,
        a.body,
        b.body,
        identity=identity,
        residual=geometry.residual.larger(),
        aligned=" ".join(passage.quote for passage in passages),
    )
    jaccard, containment = measures.resemblance(a.shingles, b.shingles)
    return Comparison(
        a=a.id,
        b=b.id,
        jaccard=jaccard,
        containment=containment,
        coverage=geometry.coverage,
        residual=geometry.residual,
        similarity=measures.similarity(rows, len(a.tokens), len(b.tokens)),
        identity=identity,
        order=geometry.order,
        longest=max((passage.tokens for passage in passages), default=0),
        passages=passages,
        relation=relation_of(verdict, reading),
        source=reading.source,
        nominated_by=channels,
    )


def relation_of(verdict: Verdict, reading: Reading) -> Relation:
    """Put together what a pair is and what that means."""
    return Relation(
        text=verdict.text,
        editorial=reading.relation,
        confidence=verdict.confidence,
        why="; ".join(part for part in (verdict.why, reading.why) if part),
        decided_by=verdict.decided_by,
        value=verdict.value,
        limit=verdict.limit,
    )


def _aligned(a: Material, b: Material, config: Config) -> tuple[list[Row], str]:
    """Align in an order that the texts decide, not the caller, so that the answer mirrors; and name differing slots."""
    if _kernels.precedes(b.tokens, a.tokens):
        rows, slots = _aligned(b, a, config)
        return sorted(([row[2], row[3], row[0], row[1], row[4]] for row in rows), key=_START), slots
    rows = _kernels.align(
        a.tokens,
        b.tokens,
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
    ).tolist()
    coverage = _coverage(a, b, *_covered(rows))
    whole = coverage.smaller() >= config.threshold
    may_be_edited = edited_coverage(config, untouched=True) <= coverage.larger() < config.threshold
    return rows, substituted(a, b, rows) if whole or may_be_edited else ""


def _covered(rows: list[Row]) -> tuple[list[Stretch], list[Stretch]]:
    """Return the stretches of either side that passages cover."""
    return measures.covered((row[0], row[1]) for row in rows), measures.covered((row[2], row[3]) for row in rows)


def _coverage(a: Material, b: Material, inside_a: list[Stretch], inside_b: list[Stretch]) -> Sides:
    return Sides(
        measures.ratio(measures.length(inside_a), len(a.tokens)),
        measures.ratio(measures.length(inside_b), len(b.tokens)),
    )


def _geometry(a: Material, b: Material, rows: list[Row], passages: tuple[Passage, ...], slots: str) -> Geometry:
    inside_a, inside_b = _covered(rows)
    coverage = _coverage(a, b, inside_a, inside_b)
    aligned = sum(passage.tokens for passage in passages)
    furniture = sum(passage.tokens for passage in passages if passage.kind in {"list", "template"})
    narrative = [passage.tokens for passage in passages if passage.kind == "narrative"]
    return Geometry(
        same_tokens=0 < len(a.tokens) == len(b.tokens) and np.array_equal(a.tokens, b.tokens),
        coverage=coverage,
        residual=Sides(
            measures.residual(inside_a, a.running.prose),
            measures.residual(inside_b, b.running.prose),
        ),
        order=measures.order(rows),
        quoted=_quoted(a, b, rows, passages),
        furniture=measures.ratio(furniture, aligned),
        longest_narrative=max(narrative, default=0),
        opening=(own_opening(inside_a, a.running.prose), own_opening(inside_b, b.running.prose)),
        alike=alike(rows, a.running.prose, b.running.prose),
        substituted=slots,
    )


def _quoted(a: Material, b: Material, rows: list[Row], passages: tuple[Passage, ...]) -> float:
    """Return the share of aligned words that are quoted: all of a quotation, the words in marks of anything else."""
    quoted = sum(
        passage.tokens * (1.0 if passage.kind == "quote" else quoted_share(a, b, row))
        for passage, row in zip(passages, rows, strict=True)
    )
    return measures.ratio(quoted, sum(passage.tokens for passage in passages))
