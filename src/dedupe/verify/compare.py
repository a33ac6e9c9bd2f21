"""One pair from two materials to a :class:`dedupe.Comparison`: align, measure, relate, interpret."""

from dedupe.config import Config
from dedupe.records import Comparison, Relation, Sides
from dedupe.verify import measures
from dedupe.verify.aligning import Aligned, aligned, same_tokens
from dedupe.verify.editorial import Reading, interpret
from dedupe.verify.limits import Verdict
from dedupe.verify.material import Material
from dedupe.verify.openings import alike, own_opening
from dedupe.verify.passages import Texture, describe, textures
from dedupe.verify.relations import UNDECIDED, Geometry, edited_coverage, relate, reworded
from dedupe.verify.slots import substituted
from dedupe.verify.wording import shared_wording


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
    return compare_aligned(a, b, aligned(a, b, config), config, channels)


def compare_aligned(
    a: Material, b: Material, found: Aligned, config: Config, channels: tuple[str, ...] = ()
) -> Comparison:
    """Compare two bodies whose alignment was found already; see :func:`compare_materials`."""
    told = textures(found.rows, a, b)
    passages = describe(found.rows, told, a, b)
    geometry = _geometry(a, b, found, told, _slots(a, b, found, config))
    verdict = relate(geometry, passages, config)
    if verdict.text in UNDECIDED and config.wording:
        verdict = reworded(shared_wording(a, b, found.rows, told), config) or verdict
    identity = measures.identity(found.rows)
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
        similarity=measures.similarity(found.rows, len(a.tokens), len(b.tokens)),
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


def _slots(a: Material, b: Material, found: Aligned, config: Config) -> str:
    """Name the slots that differ where the two may be one form filled in twice, in the order of the alignment."""
    whole = found.coverage.smaller() >= config.threshold
    may_be_edited = edited_coverage(config, untouched=True) <= found.coverage.larger() < config.threshold
    if not (whole or may_be_edited):
        return ""
    return substituted(b, a, found.as_made) if found.mirrored else substituted(a, b, found.as_made)


def _geometry(a: Material, b: Material, found: Aligned, told: list[Texture], slots: str) -> Geometry:
    shared = found.shared(told)
    inside_a, inside_b = found.inside
    prose_a, prose_b = a.running.prose, b.running.prose
    return Geometry(
        same_tokens=same_tokens(a, b),
        coverage=shared.coverage,
        residual=Sides(measures.residual(inside_a, prose_a), measures.residual(inside_b, prose_b)),
        order=measures.order(found.rows),
        quoted=shared.quoted,
        furniture=shared.furniture,
        longest_narrative=shared.longest_narrative,
        opening=(own_opening(inside_a, prose_a), own_opening(inside_b, prose_b)),
        alike=alike(found.rows, prose_a, prose_b),
        substituted=slots,
    )
