"""From aligned token runs to passages people can read: spans, words, and the kind of text each one is."""

import numpy as np
from numpy.typing import NDArray

from dedupe.records import Passage, PassageKind
from dedupe.text.speech import is_speech
from dedupe.verify.material import Material

QUOTED = 0.8
"""Share of a passage's tokens in quotation marks, on either side, for it to be a quotation: pages often print a statement
without marks, as a block or an embedded post, where others quote it."""

LIST_SEPARATORS = 0.3
"""Separators (commas, semicolons, bullets, line ends) per token from which a passage is a list."""

LIST_NUMBERS = 0.4
"""Share of tokens with digits from which a passage is a list: scores, squads, lottery numbers."""


def describe(rows: NDArray[np.int32], a: Material, b: Material) -> tuple[Passage, ...]:
    """Turn alignment rows into passages, in the order of ``a``."""
    return tuple(
        Passage(
            a=a.span(start_a, end_a),
            b=b.span(start_b, end_b),
            tokens=matched,
            identity=matched / max(end_a - start_a, end_b - start_b),
            kind=_kind(a, start_a, end_a, b, start_b, end_b),
            quote=a.words(start_a, end_a),
        )
        for start_a, end_a, start_b, end_b, matched in rows.tolist()
    )


def _kind(a: Material, start_a: int, end_a: int, b: Material, start_b: int, end_b: int) -> PassageKind:
    if quoted_share(a, start_a, end_a, b, start_b, end_b) >= QUOTED or is_speech(a.tokens[start_a:end_a]):
        return "quote"
    if min(_listed(a, start_a, end_a), _listed(b, start_b, end_b)) >= 1.0:
        return "list"
    return "narrative"


def quoted_share(a: Material, start_a: int, end_a: int, b: Material, start_b: int, end_b: int) -> float:  # noqa: PLR0913
    """Return the share of a passage's tokens in quotation marks, on the side that has more of them."""
    return float(max(a.quoted[start_a:end_a].mean(), b.quoted[start_b:end_b].mean()))


def _listed(side: Material, start: int, end: int) -> float:
    """Return how list-like a stretch is; from 1.0 on it is a list."""
    separators = (side.separators[end] - side.separators[start]) / (end - start)
    return float(max(separators / LIST_SEPARATORS, side.numeric[start:end].mean() / LIST_NUMBERS))
