"""Which of the rows that its keys bring in a document is compared with: those within the budget.

First comes what may be one text, and of what only shares a passage a quarter as many. Most of it is arithmetic on short
columns, so that the nominations of several documents are best chosen from together.
"""

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.index.candidates import Nomination, Nominations
from dedupe.engine.index.postings import Int64s
from dedupe.engine.index.shelf import Shelf

WHOLE_SHARE = 0.2
"""Share of the shorter body's fingerprints from which two bodies may be one text: merging needs half of the words."""

Chosen = tuple[list[tuple[Nomination, int]], int]
"""Nominations with the rows that stand for them, and how many others were left out."""

_PASSING = 4
"""Of rows that share no more than a passage, one is compared for so many that may be one text."""


def choose_within(budget: int, tokens: Sequence[int], nominations: Sequence[Nominations], shelf: Shelf) -> list[Chosen]:
    """Choose for each of some documents what it is compared with.

    Args:
        budget: Most comparisons of one with what may be one text.
        tokens: How many tokens each of them has.
        nominations: What the keys of each brought in.
        shelf: The index.
    """
    sizes = [len(each.tallied.counts) for each in nominations]
    if not any(sizes):
        return [([], 0) for _ in sizes]
    counts = np.concatenate([each.tallied.counts for each in nominations])
    rows, owners = counts[:, 0], np.repeat(np.arange(len(sizes)), sizes)
    shorter = np.minimum(shelf.learn(rows).tokens[rows], np.repeat(tokens, sizes))
    stands = shelf.standing(rows)
    there, likely = stands > 0, may_be_one_text(counts, shorter, shelf.config)
    whole, passing = (there & likely).nonzero()[0], (there & ~likely).nonzero()[0]
    if len(passing) > 1:
        rarities = np.concatenate([each.tallied.rarities for each in nominations])
        passing = passing[np.lexsort((-rarities[passing], owners[passing]))]
    places = np.concatenate((_first(budget, whole, owners), _first(max(1, budget // _PASSING), passing, owners)))
    places = places[owners[places].argsort(kind="stable")]
    chosen = zip(map(Nomination._make, counts[places].tolist()), stands[places].tolist(), strict=True)
    numbers = np.bincount(owners[places], minlength=len(sizes)).tolist()
    left = (np.bincount(owners[there], minlength=len(sizes)) - numbers).tolist()
    return [(list(islice(chosen, number)), more) for number, more in zip(numbers, left, strict=True)]


def _first(count: int, places: Int64s, owners: Int64s) -> Int64s:
    """Return the first so many places of each owner; those of one owner stand together."""
    said = owners[places]
    return places[np.arange(len(places)) - said.searchsorted(said) < count]


def may_be_one_text(counts: Int64s, tokens: Int64s, config: Config) -> NDArray[np.bool_]:
    """Mark the pairs that can be more than a shared passage, by what they share of the shorter body.

    Args:
        counts: Row, and how many bands, fingerprints and keys of its page are shared ``int64[m, 4]``.
        tokens: Tokens of the shorter body of each.
        config: The index's parameters.
    """
    expected = 2 * np.maximum(0, tokens - (config.fingerprint_tokens - 1)) / (config.fingerprint_window + 1)
    marked: NDArray[np.bool_] = counts[:, 2] >= WHOLE_SHARE * expected
    marked |= (counts[:, 1] | counts[:, 3]) > 0
    return marked
