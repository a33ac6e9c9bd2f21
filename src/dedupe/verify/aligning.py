"""Two materials aligned once: the passages as rows of numbers, and what they cover."""

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from dedupe import _kernels
from dedupe.config import Config
from dedupe.records import Sides
from dedupe.verify import measures
from dedupe.verify.material import Material
from dedupe.verify.measures import Row, Stretch
from dedupe.verify.passages import Texture
from dedupe.verify.sharing import Shared

_START = itemgetter(0)


class Aligned(NamedTuple):
    """The passages that two bodies share.

    Attributes:
        rows: One a passage, in the order of ``a``.
        as_made: The same as the kernel made them.
        mirrored: They were made with ``b`` first.
        inside: The disjoint stretches of either side that passages cover, ascending.
        coverage: Share of either body inside them.
    """

    rows: list[Row]
    as_made: list[Row]
    mirrored: bool
    inside: tuple[list[Stretch], list[Stretch]]
    coverage: Sides

    def shared(self, told: Sequence[Texture]) -> Shared:
        """Sum up what is shared, by what is told of every passage."""
        aligned = furniture = longest = 0
        quoted: float = 0
        passages = zip(self.rows, told, strict=True)
        # As they were made: the last digit of a sum depends on its order, which must not depend on the caller's.
        for row, (kind, marked) in sorted(passages, key=_start_of_b) if self.mirrored else passages:
            tokens = row[4]
            aligned += tokens
            quoted += tokens * (1.0 if kind == "quote" else marked)
            if kind == "narrative":
                longest = max(longest, tokens)
            elif kind != "quote":
                furniture += tokens
        return Shared(self.coverage, measures.ratio(quoted, aligned), measures.ratio(furniture, aligned), longest)


def same_tokens(a: Material, b: Material) -> bool:
    """Tell whether both have the same tokens in the same order, and any."""
    return 0 < len(a.tokens) == len(b.tokens) and np.array_equal(a.tokens, b.tokens)


def _start_of_b(passage: tuple[Row, Texture]) -> int:
    return passage[0][2]


def aligned(a: Material, b: Material, config: Config) -> Aligned:
    """Align in an order that the texts decide, not the caller, so that the answer mirrors."""
    mirrored = _kernels.precedes(b.tokens, a.tokens)
    made: list[Row] = _kernels.align(
        *((b.tokens, a.tokens) if mirrored else (a.tokens, b.tokens)),
        max_gap_tokens=config.max_gap_tokens,
        min_passage_tokens=config.min_passage_tokens,
        min_passage_identity=config.min_passage_identity,
    ).tolist()
    rows = made
    if mirrored:
        rows = sorted(([row[2], row[3], row[0], row[1], row[4]] for row in made), key=_START)
    inside_a = measures.covered([(start, end) for start, end, _, _, _ in rows])
    inside_b = measures.covered([(start, end) for _, _, start, end, _ in rows])
    coverage = Sides(
        measures.ratio(measures.length(inside_a), len(a.tokens)),
        measures.ratio(measures.length(inside_b), len(b.tokens)),
    )
    return Aligned(rows, made, mirrored, (inside_a, inside_b), coverage)
