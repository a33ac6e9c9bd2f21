"""What pairs are, told by what the kernel counts, where the whole comparison would say no other word.

:mod:`dedupe.engine.judging` decides by counts of matching words. Where the ladder has to know what kind of text they
are, the kernel reads both texts once more for that, in a third of the time that a comparison takes. What it cannot
know is left to the comparison: forms filled in twice, whose slots are named, and credits whose
holder the shared words may name.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.counts import Row
from dedupe.engine.judging import extent_of
from dedupe.engine.measuring import limits_of
from dedupe.records import Body, EditorialRelation, Relation, Sides, Span, TextRelation
from dedupe.verify.compare import Judged, relation_of
from dedupe.verify.editorial import NO_WORDS, interpret, may_need_words
from dedupe.verify.limits import Verdict
from dedupe.verify.measures import ratio
from dedupe.verify.relations import UNDECIDED, Geometry, edited_coverage, relate
from dedupe.verify.sharing import reworded
from dedupe.verify.texture import manner, stretches
from dedupe.verify.wording import share_by


class Asked(NamedTuple):
    """A pair of bodies, and what was measured of their texts."""

    a: Body
    b: Body
    measured: Row


class Texture(NamedTuple):
    """What :func:`dedupe._kernels.texture` says of a pair; see there."""

    quoted: float
    furniture: float
    longest: float
    alike: float
    outside_a: float
    outside_b: float
    opening_a: float
    opening_b: float
    phrases_a: float
    phrases_b: float
    shared_phrases: float


def tell(pairs: Sequence[Asked], config: Config) -> list[Judged | None]:
    """Say of pairs what :func:`dedupe.verify.compare.judge` says of them; ``None`` where only the comparison can tell.

    Args:
        pairs: The pairs; each body that several have is read once.
        config: The limits.
    """
    told: list[Judged | None] = [None] * len(pairs)
    if _kernels.name != "native":  # the other kernel counts in plain Python, far slower than it compares
        return told
    numbers = [number for number, pair in enumerate(pairs) if _may_be_told(pair, config)]
    if not numbers:
        return told
    chosen = [pairs[number] for number in numbers]
    for number, pair, texture in zip(numbers, chosen, _textures_of_bodies(chosen, config), strict=True):
        told[number] = _judged(pair, texture, config)
    return told


class AskedTexts(NamedTuple):
    """Pairs of plain documents of which nothing is known but their texts.

    Attributes:
        texts: Those of the documents, once each.
        ends: Their places, of each pair ``int64[m, 2]``.
        measured: What was measured of each pair.
    """

    texts: _kernels.PackedTexts
    ends: NDArray[np.int64]
    measured: Sequence[Row]


def tell_texts(asked: AskedTexts, config: Config) -> list[tuple[TextRelation, EditorialRelation] | None]:
    """Say what :func:`tell` says of pairs, but for the reason; ``None`` where only the comparison can tell.

    Args:
        asked: The pairs.
        config: The limits.
    """
    rows = asked.measured
    told: list[tuple[TextRelation, EditorialRelation] | None] = [None] * len(rows)
    if _kernels.name != "native":
        return told
    numbers = [number for number, row in enumerate(rows) if row.equal or _may_be_no_form(row, config)]
    if not numbers:
        return told
    sizes = asked.texts.ends - asked.texts.starts  # in bytes: the kernel cuts what is kept to the text
    count = len(sizes)
    kept = _kernels.Stretches(
        np.stack([np.zeros(count, dtype=np.int64), sizes], axis=1), (np.arange(2 * count + 1, dtype=np.int64) + 1) // 2
    )
    for number, texture in zip(numbers, _textures(asked.texts, asked.ends[numbers], kept, config), strict=True):
        row = rows[number]
        text = _verdict(row, texture, _geometry(row, texture), config).text
        told[number] = text, _meaning(text)
    return told


@cache
def _meaning(text: TextRelation) -> EditorialRelation:
    """Return what a text relation means where nobody is known to have published or written either text."""
    unknown = Body(id="", original="", kept=())
    return interpret(text, unknown, unknown, identity=1.0, residual=0.0, aligned=NO_WORDS).relation


def _may_be_told(pair: Asked, config: Config) -> bool:
    a, b, measured = pair
    if measured.equal:  # the headline may be a slot
        return not (a.title and b.title and a.title != b.title)
    return _may_be_no_form(measured, config)


def _may_be_no_form(measured: Row, config: Config) -> bool:
    """Tell whether it is all one whether two texts that differ are a form filled in twice."""
    if not measured.form:
        return True
    coverage = Sides(measured.coverage_a, measured.coverage_b)
    whole = coverage.smaller() >= config.threshold
    return not whole and not edited_coverage(config, untouched=True) <= coverage.larger() < config.threshold


def _textures_of_bodies(pairs: Sequence[Asked], config: Config) -> Iterable[Texture]:
    places: dict[int, int] = {}
    bodies: list[Body] = []
    ends = np.empty((len(pairs), 2), dtype=np.int64)
    for number, pair in enumerate(pairs):
        for side, body in enumerate((pair.a, pair.b)):
            place = places.setdefault(id(body), len(bodies))
            if place == len(bodies):
                bodies.append(body)
            ends[number, side] = place
    return _textures([body.original for body in bodies], ends, stretches(bodies), config)


def _textures(
    texts: Sequence[str], ends: NDArray[np.int64], parts: _kernels.Stretches, config: Config
) -> Iterable[Texture]:
    phrases = config.partial_passage_tokens if config.wording else 0  # a longer passage decides by itself
    told = _kernels.texture(texts, ends, limits_of(config, 0.0), stretches=parts, manner=manner(), phrases=phrases)
    return map(Texture._make, told.tolist())


def _judged(pair: Asked, texture: Texture, config: Config) -> Judged | None:
    a, b, measured = pair
    geometry = _geometry(measured, texture)
    verdict = _verdict(measured, texture, geometry, config)
    if may_need_words(verdict.text, a, b):
        return None
    residual = geometry.residual.larger()
    reading = interpret(verdict.text, a, b, identity=measured.identity, residual=residual, aligned=NO_WORDS)
    return _with_extents(pair, relation_of(verdict, reading), geometry.coverage)


def _verdict(measured: Row, texture: Texture, geometry: Geometry, config: Config) -> Verdict:
    verdict = relate(geometry, range(measured.passages), config)
    if verdict.text in UNDECIDED and config.wording:
        counts = map(int, (texture.phrases_a, texture.phrases_b, texture.shared_phrases))
        verdict = reworded(share_by(*counts), config) or verdict
    return verdict


def _with_extents(pair: Asked, relation: Relation, coverage: Sides) -> Judged:
    a, b, measured = pair
    return Judged(
        b=b.id,
        relation=relation,
        similarity=measured.similarity,
        coverage=coverage,
        extent_a=extent_of(a, measured.from_a, measured.to_a) if measured.passages else Span(0, 0),
        extent_b=extent_of(b, measured.from_b, measured.to_b) if measured.passages else Span(0, 0),
    )


def _geometry(measured: Row, texture: Texture) -> Geometry:
    return Geometry(
        same_tokens=measured.equal,
        coverage=Sides(measured.coverage_a, measured.coverage_b),
        residual=Sides(ratio(texture.outside_a, measured.tokens_a), ratio(texture.outside_b, measured.tokens_b)),
        order=measured.order,
        quoted=ratio(texture.quoted, measured.matched),
        furniture=ratio(texture.furniture, measured.matched),
        longest_narrative=int(texture.longest),
        opening=(int(texture.opening_a), int(texture.opening_b)),
        alike=texture.alike,
        substituted="",
    )
