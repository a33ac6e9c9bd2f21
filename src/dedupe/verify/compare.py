"""One pair from two materials to a :class:`dedupe.Comparison`: align, measure, relate, interpret."""

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.records import Comparison, Passage, Relation, Sides
from dedupe.verify import measures
from dedupe.verify.editorial import interpret
from dedupe.verify.material import Material
from dedupe.verify.passages import describe, quoted_share
from dedupe.verify.relations import Geometry, relate
from dedupe.verify.slots import substituted


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
    identity = measures.identity(rows)
    reading = interpret(
        verdict.text,
        a,
        b,
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
        relation=Relation(
            text=verdict.text,
            editorial=reading.relation,
            confidence=verdict.confidence,
            why="; ".join(part for part in (verdict.why, reading.why) if part),
            decided_by=verdict.decided_by,
            value=verdict.value,
            limit=verdict.limit,
        ),
        source=reading.source,
        nominated_by=channels,
    )


def _aligned(a: Material, b: Material, config: Config) -> tuple[NDArray[np.int32], str]:
    """Align in an order that the texts decide, not the caller, so that the answer mirrors; and name differing slots."""
    if _precedes(b.tokens, a.tokens):
        rows, slots = _aligned(b, a, config)
        mirrored = rows[:, [2, 3, 0, 1, 4]]
        return mirrored[np.argsort(mirrored[:, 0], kind="stable")], slots
    rows = _kernels.align(
        a.tokens,
        b.tokens,
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
    )
    inside_a, inside_b = measures.covered(rows, len(a.tokens), len(b.tokens))
    close = min(_share(inside_a), _share(inside_b)) >= config.threshold
    return rows, substituted(a, b, rows) if close else ""


def _precedes(x: NDArray[np.uint64], y: NDArray[np.uint64]) -> bool:
    """Order token sequences by length, then by their first differing token."""
    if len(x) != len(y):
        return len(x) < len(y)
    differs = np.flatnonzero(x != y)
    return bool(len(differs) and x[differs[0]] < y[differs[0]])


def _geometry(a: Material, b: Material, rows: NDArray[np.int32], passages: tuple[Passage, ...], slots: str) -> Geometry:
    inside_a, inside_b = measures.covered(rows, len(a.tokens), len(b.tokens))
    same = len(a.tokens) > 0 and np.array_equal(a.tokens, b.tokens)
    coverage = Sides(_share(inside_a), _share(inside_b))
    aligned = sum(passage.tokens for passage in passages)
    furniture = sum(passage.tokens for passage in passages if passage.kind in {"list", "template"})
    narrative = [passage.tokens for passage in passages if passage.kind == "narrative"]
    wider = inside_b if coverage.of_a >= coverage.of_b else inside_a
    return Geometry(
        same_tokens=same,
        coverage=coverage,
        residual=Sides(measures.residual(inside_a, a.prose), measures.residual(inside_b, b.prose)),
        order=measures.order(rows),
        quoted=_quoted(a, b, rows, passages),
        furniture=measures.ratio(furniture, aligned),
        longest_narrative=max(narrative, default=0),
        opening=int(np.argmax(wider)) if wider.any() else 0,
        substituted=slots,
    )


def _share(inside: NDArray[np.bool_]) -> float:
    return measures.ratio(int(np.count_nonzero(inside)), len(inside))


def _quoted(a: Material, b: Material, rows: NDArray[np.int32], passages: tuple[Passage, ...]) -> float:
    """Return the share of aligned words that are quoted: all of a quotation, the words in marks of anything else."""
    quoted = sum(
        passage.tokens * (1.0 if passage.kind == "quote" else quoted_share(a, row[0], row[1], b, row[2], row[3]))
        for passage, row in zip(passages, rows.tolist(), strict=True)
    )
    return measures.ratio(quoted, sum(passage.tokens for passage in passages))
