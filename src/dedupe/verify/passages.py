"""From aligned token runs to passages people can read: spans, words, and the kind of text each one is."""

from collections.abc import Sequence
from typing import NamedTuple

from dedupe._kernels import likeness
from dedupe.records import Passage, PassageKind
from dedupe.text.speech import FIRST_PERSON_SHARE, MIN_FIRST_PERSON, is_speech
from dedupe.verify.material import Material, Running
from dedupe.verify.measures import Row

QUOTED = 0.8
"""Share of a passage's tokens in quotation marks, on either side, for it to be a quotation: pages often print a
statement without marks, as a block or an embedded post, where others quote it."""


class Texture(NamedTuple):
    """What kind of text a passage is, and the share of its tokens in quotation marks on the side that has more."""

    kind: PassageKind
    quoted: float


def textures(rows: list[Row], a: Material, b: Material) -> list[Texture]:
    """Tell of every alignment row what kind of text it is, in the order of the rows."""
    return [_texture(a, b, row) for row in rows]


def as_form(told: Sequence[Texture]) -> list[Texture]:
    """Take what was told for the shared prose of two texts that turned out to be one form, filled in twice."""
    return [texture._replace(kind="template") if texture.kind == "narrative" else texture for texture in told]


def describe(rows: list[Row], told: Sequence[Texture], a: Material, b: Material) -> tuple[Passage, ...]:
    """Turn alignment rows and what is told of them into passages, in the order of ``a``."""
    return tuple(
        Passage(
            a=a.span(start_a, end_a),
            b=b.span(start_b, end_b),
            tokens=tokens,
            identity=tokens / max(end_a - start_a, end_b - start_b),
            kind=texture.kind,
            quote=a.words(start_a, end_a),
        )
        for (start_a, end_a, start_b, end_b, tokens), texture in zip(rows, told, strict=True)
    )


def _texture(a: Material, b: Material, row: Row) -> Texture:
    start_a, end_a, start_b, end_b, _ = row
    of_a, of_b = a.running, b.running
    quoted = max(_share(of_a.quoted, start_a, end_a), _share(of_b.quoted, start_b, end_b))
    if quoted >= QUOTED or _is_speech(a, start_a, end_a) or _is_speech(b, start_b, end_b):
        return Texture("quote", quoted)
    if min(_listed(of_a, start_a, end_a), _listed(of_b, start_b, end_b)) >= 1.0:
        return Texture("list", quoted)
    return Texture("narrative", quoted)


def _is_speech(side: Material, start: int, end: int) -> bool:
    """Tell whether a stretch is told in the first person; most hold too few of its words in any language at all."""
    counts = side.first_person
    if counts[end] - counts[start] < max(MIN_FIRST_PERSON, FIRST_PERSON_SHARE * (end - start)):
        return False
    return is_speech(side.tokens[start:end])


def _listed(running: Running, start: int, end: int) -> float:
    """Return how list-like a stretch is; from 1.0 on it is a list."""
    return likeness(_share(running.separators, start, end), _share(running.numeric, start, end))


def _share(running: memoryview, start: int, end: int) -> float:
    """Return how many of the tokens ``[start, end)`` are counted, by a running count."""
    count: int = running[end] - running[start]
    return count / (end - start)
