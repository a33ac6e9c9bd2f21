"""From what the kernel counted of a pair to its outline, wherever the counts are enough to know.

The ladder of :mod:`dedupe.verify.relations` decides here as everywhere, most pairs before, by columns; see
:mod:`dedupe.engine.counts`. What it would have to know of quotations, lists, forms or lines is not among the counts.
"""

from typing import NamedTuple

from dedupe.config import Config
from dedupe.engine.counts import Row
from dedupe.engine.digests import Carried, carrier
from dedupe.engine.outlines import Outline
from dedupe.records import MERGING, Body, EditorialRelation, Relation, Sides, Span, TextRelation
from dedupe.verify.compare import judge
from dedupe.verify.editorial import is_revision
from dedupe.verify.material import Material
from dedupe.verify.openings import may_open_alike
from dedupe.verify.relations import MOVED_ORDER, Geometry, edited_coverage, relate

_SURE = MERGING | {"reordered"}
"""Relations that the ladder reaches without knowing what is quoted, or how alike the texts open."""


class Bare(NamedTuple):
    """A body of which nothing but the words can matter: what is asked of a body here, without its text."""

    title: None = None
    host: None = None
    canonical: None = None
    lines: tuple[()] = ()


BARE = Bare()


def outline_of(measured: Row, a: Body | Bare, b: Body | Bare, config: Config) -> Outline | None:
    """Judge a pair by its measures; ``None`` where only the whole comparison can tell.

    Args:
        measured: Those of the two texts.
        a: One body.
        b: The other.
        config: The limits.
    """
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    share = coverage.larger()
    if share < edited_coverage(config, untouched=True) and not measured.equal:
        return Outline("none", "unknown", measured.similarity, measured.jaccard, share, 0, None)
    renamed = measured.equal and a.title and b.title and a.title != b.title
    if a.lines or b.lines or renamed or measured.doubtful:
        return None
    if share < config.threshold and not may_open_alike(measured.first_a, measured.first_b):
        return Outline("none", "unknown", measured.similarity, measured.jaccard, share, 0, None)
    verdict = relate(geometry_of(measured, coverage), range(measured.passages), config)
    moved = verdict.text == "reordered" and measured.order >= config.min_order - MOVED_ORDER
    if verdict.text not in _SURE or moved:
        return None
    editorial: EditorialRelation = (
        "revision"
        if verdict.text in MERGING and isinstance(a, Body) and isinstance(b, Body) and is_revision(verdict.text, a, b)
        else "unknown"
    )
    carried = _carried(measured, coverage, a, b, config)
    return Outline(verdict.text, editorial, measured.similarity, measured.jaccard, share, measured.passages, carried)


def outline_judged(measured: Row, a: Material, b: Material, config: Config) -> Outline:
    """Judge a pair by everything that is known of both bodies, where :func:`outline_of` cannot tell."""
    return outline_by(measured, judge(a, b, config).relation, (a.body, b.body), config)


def outline_by(measured: Row, relation: Relation, bodies: tuple[Body, Body], config: Config) -> Outline:
    """Return the outline of a pair of which it is known what it is."""
    return outline_told(measured, (relation.text, relation.editorial), bodies, config)


def outline_told(
    measured: Row,
    told: tuple[TextRelation, EditorialRelation],
    bodies: tuple[Body, Body] | tuple[Bare, Bare],
    config: Config,
) -> Outline:
    """Return the outline of a pair of which it is known what it is, and no more of bodies than their texts."""
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    shares = measured.similarity, measured.jaccard, coverage.larger()
    carried = _carried(measured, coverage, bodies[0], bodies[1], config)
    return Outline(*told, *shares, measured.passages, carried)


def geometry_of(measured: Row, coverage: Sides) -> Geometry:
    """Return what the ladder looks at, for two bodies that are prose throughout."""
    return Geometry(
        same_tokens=measured.equal,
        coverage=coverage,
        residual=Sides(measured.residual_a, measured.residual_b),
        order=measured.order,
        quoted=0.0,
        furniture=0.0,
        longest_narrative=0,
        opening=(measured.first_a, measured.first_b),
        alike=0.0,
        substituted="",
    )


def _carried(measured: Row, coverage: Sides, a: Body | Bare, b: Body | Bare, config: Config) -> Carried | None:
    side = carrier(coverage, config)
    if side is None:
        return None
    body, start, end = (a, measured.from_a, measured.to_a) if side == "a" else (b, measured.from_b, measured.to_b)
    return Carried(side == "b", *(extent_of(body, start, end) if isinstance(body, Body) else (start, end)))


def extent_of(body: Body, start: int, end: int) -> Span:
    """Return where a stretch of a body's text, not empty, stands in its original."""
    if len(body.kept) == 1:
        begin = body.kept[0].start
        return Span(begin + start, begin + end)
    return Span(_moved(body, start), _moved(body, end - 1) + 1)


def _moved(body: Body, place: int) -> int:
    for stretch in body.kept:
        length = stretch.end - stretch.start
        if place <= length:  # the newline between two stretches is behind the first
            return stretch.start + place
        place -= length + 1
    raise ValueError("a place beyond the body's text")
