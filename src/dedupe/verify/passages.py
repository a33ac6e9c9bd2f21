"""From aligned token runs to passages people can read: spans, words, and the kind of text each one is."""

from dedupe._kernels import likeness
from dedupe.records import Passage, PassageKind
from dedupe.text.speech import FIRST_PERSON_SHARE, MIN_FIRST_PERSON, is_speech
from dedupe.verify.material import Material
from dedupe.verify.measures import Row

QUOTED = 0.8
"""Share of a passage's tokens in quotation marks, on either side, for it to be a quotation: pages often print a
statement without marks, as a block or an embedded post, where others quote it."""


def describe(rows: list[Row], a: Material, b: Material) -> tuple[Passage, ...]:
    """Turn alignment rows into passages, in the order of ``a``."""
    return tuple(
        Passage(
            a=a.span(row[0], row[1]),
            b=b.span(row[2], row[3]),
            tokens=row[4],
            identity=row[4] / max(row[1] - row[0], row[3] - row[2]),
            kind=_kind(a, b, row),
            quote=a.words(row[0], row[1]),
        )
        for row in rows
    )


def _kind(a: Material, b: Material, row: Row) -> PassageKind:
    start_a, end_a, start_b, end_b, _ = row
    if quoted_share(a, b, row) >= QUOTED or _is_speech(a, start_a, end_a):
        return "quote"
    if min(_listed(a, start_a, end_a), _listed(b, start_b, end_b)) >= 1.0:
        return "list"
    return "narrative"


def quoted_share(a: Material, b: Material, row: Row) -> float:
    """Return the share of a passage's tokens in quotation marks, on the side that has more of them."""
    return max(_share(a.running.quoted, row[0], row[1]), _share(b.running.quoted, row[2], row[3]))


def _is_speech(side: Material, start: int, end: int) -> bool:
    """Tell whether a stretch is told in the first person; most hold too few of its words in any language at all."""
    counts = side.running.first_person
    if counts[end] - counts[start] < max(MIN_FIRST_PERSON, FIRST_PERSON_SHARE * (end - start)):
        return False
    return is_speech(side.tokens[start:end])


def _listed(side: Material, start: int, end: int) -> float:
    """Return how list-like a stretch is; from 1.0 on it is a list."""
    separators = _share(side.running.separators, start, end)
    numbers = _share(side.running.numeric, start, end)
    return likeness(separators, numbers)


def _share(running: memoryview, start: int, end: int) -> float:
    """Return how many of the tokens ``[start, end)`` are counted, by a running count."""
    count: int = running[end] - running[start]
    return count / (end - start)
