"""What some documents will be compared with, found and measured together before each is taken in by itself.

It saves time and nothing else: a text never changes, so what was measured stays true; and a plan is only kept to where
the look-ups of the document give what they gave and nothing was forgotten since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dedupe.engine.index.candidates import Known, Nomination, Nominations
from dedupe.engine.index.counting import Counted, count_all
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import UInt64s
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.weighing import Weighed
from dedupe.records import Body

AT_ONCE = 64
"""Documents looked at together. The more there are, the more often one brings in what the next is compared with."""

MOST_TOKENS = 1 << 19
"""Tokens of all texts measured together, about 3 MB of news; what goes beyond is measured when its turn comes."""


class Plan(NamedTuple):
    """What a document is to be compared with.

    Attributes:
        nominations: What its keys brought in.
        chosen: Those within the budget, with the rows that stand for them.
        left: How many were left out.
    """

    nominations: Nominations
    chosen: list[tuple[Nomination, int]]
    left: int


@dataclass(slots=True)
class Ahead:
    """What is known of a document before its turn.

    Attributes:
        hits: What its keys found.
        known: What it was recognised as by that.
        plan: What follows from that; ``None`` where its body is known, or too short.
        removals: How many texts had been taken out of the shelf.
        counts: What was measured of it and the text of a row, by that row.
        bodies: Texts of rows that were read for it and others.
        weighed: The pairs with what was chosen, where all were measured.
    """

    hits: UInt64s
    known: Known
    plan: Plan | None
    removals: int
    counts: dict[int, Counted] = field(default_factory=dict)
    bodies: Mapping[int, Body] = field(default_factory=dict)
    weighed: list[Weighed] | None = None

    def holds(self, hits: UInt64s, shelf: Shelf) -> bool:
        """Tell whether what follows from what the keys found still follows from what they find now."""
        same = self.hits is hits or self.hits.tobytes() == hits.tobytes()
        return same and self.removals == shelf.removals


def measure_ahead(
    entries: Sequence[Incoming], known: Sequence[Ahead], wanted: Sequence[list[int]], shelf: Shelf
) -> None:
    """Measure documents against the texts of rows, each text read once.

    Args:
        entries: The documents, with their words.
        known: Where it is noted, for each.
        wanted: The rows for each.
        shelf: The index.
    """
    pairs = _affordable(entries, wanted, shelf)
    if not pairs:
        return
    measured = {number for number, _ in pairs}
    rows = list(dict.fromkeys(row for _, row in pairs))
    bodies = dict(zip(rows, shelf.bodies(rows), strict=True))
    places = {row: len(entries) + number for number, row in enumerate(rows)}
    texts = [entry.body.text if number in measured else "" for number, entry in enumerate(entries)]
    texts += [body.text for body in bodies.values()]
    ends = np.array([(number, places[row]) for number, row in pairs], dtype=np.int64).reshape(-1, 2)
    for (number, row), counted in zip(pairs, count_all(texts, ends, shelf.config), strict=True):
        known[number].counts[row] = counted
    for each in known:
        each.bodies = bodies


def _affordable(entries: Sequence[Incoming], wanted: Sequence[list[int]], shelf: Shelf) -> list[tuple[int, int]]:
    """Return the pairs that can be measured together: of every document all, or none."""
    named = list(dict.fromkeys(row for rows in wanted for row in rows))
    numbers = np.array(named, dtype=np.int64)
    sizes = dict(zip(named, shelf.learn(numbers).tokens[numbers].tolist(), strict=True))
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    tokens = 0
    for number, (entry, rows) in enumerate(zip(entries, wanted, strict=True)):
        more = entry.tokens + sum(sizes[row] for row in rows if row not in taken)
        if rows and tokens + more <= MOST_TOKENS:
            tokens += more
            taken.update(rows)
            pairs += [(number, row) for row in rows]
    return pairs
