"""One pair from two materials to a :class:`dedupe.Comparison`: align, measure, relate, interpret."""

from typing import NamedTuple

from dedupe.config import Config
from dedupe.records import Comparison, DocumentId, Relation, Sides, Span
from dedupe.verify import measures
from dedupe.verify.aligning import Aligned, aligned, same_tokens
from dedupe.verify.editorial import NO_WORDS, Reading, Words, interpret, may_need_words
from dedupe.verify.limits import Verdict, too_short
from dedupe.verify.material import Material
from dedupe.verify.openings import alike, own_opening
from dedupe.verify.passages import Texture, as_form, describe, textures
from dedupe.verify.relations import UNDECIDED, Geometry, edited_coverage, relate
from dedupe.verify.sharing import reworded
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
    geometry, relation, source = _judged(a, b, found, told, config)
    is_form = bool(geometry.substituted) and relation.text == "template_only"
    passages = describe(found.rows, as_form(told) if is_form else told, a, b)
    jaccard, containment = measures.resemblance(a.shingles, b.shingles)
    return Comparison(
        a=a.id,
        b=b.id,
        jaccard=jaccard,
        containment=containment,
        coverage=geometry.coverage,
        residual=geometry.residual,
        similarity=measures.similarity(found.rows, len(a.tokens), len(b.tokens)),
        identity=measures.identity(found.rows),
        order=geometry.order,
        longest=max((passage.tokens for passage in passages), default=0),
        passages=passages,
        relation=relation,
        source=source,
        nominated_by=channels,
    )


class Judged(NamedTuple):
    """A comparison without its passages: enough for an answer; fields as in :class:`dedupe.Comparison`.

    Attributes:
        extent_a, extent_b: From the first to the last shared code point of each original; empty where none is.
    """

    b: DocumentId
    relation: Relation
    similarity: float
    coverage: Sides
    extent_a: Span
    extent_b: Span


def judge(a: Material, b: Material, config: Config) -> Judged:
    """Say what :func:`compare_materials` says of two bodies, without putting its passages together."""
    found = aligned(a, b, config)
    rows = found.rows
    _, relation, _ = _judged(a, b, found, textures(rows, a, b), config)
    return Judged(
        b=b.id,
        relation=relation,
        similarity=measures.similarity(rows, len(a.tokens), len(b.tokens)),
        coverage=found.coverage,
        extent_a=a.span(min(row[0] for row in rows), max(row[1] for row in rows)) if rows else Span(0, 0),
        extent_b=b.span(min(row[2] for row in rows), max(row[3] for row in rows)) if rows else Span(0, 0),
    )


def _judged(
    a: Material, b: Material, found: Aligned, told: list[Texture], config: Config
) -> tuple[Geometry, Relation, str | None]:
    """Return the geometry of a pair, what it is, and the organisation whose words are shared."""
    geometry = _geometry(a, b, found, told, _slots(a, b, found, config))
    shorter = min(len(a.tokens), len(b.tokens))
    if 0 < shorter < config.min_tokens:
        return geometry, relation_of(too_short(shorter, config), Reading()), None
    verdict = relate(geometry, found.rows, config)
    if verdict.text in UNDECIDED and config.wording:
        verdict = reworded(shared_wording(a, b, found.rows, told), config) or verdict
    reading = interpret(
        verdict.text,
        a.body,
        b.body,
        identity=measures.identity(found.rows),
        residual=geometry.residual.larger(),
        aligned=_words_of(a, b, found, verdict),
    )
    return geometry, relation_of(verdict, reading), reading.source


def _words_of(a: Material, b: Material, found: Aligned, verdict: Verdict) -> Words:
    """Return the words of all passages on either side, where self-references are looked for in them."""
    if not may_need_words(verdict.text, a.body, b.body):
        return NO_WORDS
    return (
        " ".join(a.words(row[0], row[1]) for row in found.rows),
        " ".join(b.words(row[2], row[3]) for row in found.rows),
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
