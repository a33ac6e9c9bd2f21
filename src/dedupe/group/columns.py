"""Verified pairs as columns, one row a pair: what a large run has of them."""

from collections.abc import Iterator
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import APART, REVISION, SAME
from dedupe.group.texts import Numbered
from dedupe.group.verdicts import DRIFT_FLOOR, Edge
from dedupe.records import MERGING, EditorialRelation, TextRelation

TEXTS: tuple[TextRelation, ...] = get_args(TextRelation)
"""Text relations by their codes."""
EDITORIALS: tuple[EditorialRelation, ...] = get_args(EditorialRelation)
"""Editorial relations by their codes."""
TEXT_CODES = {text: code for code, text in enumerate(TEXTS)}
EDITORIAL_CODES = {editorial: code for code, editorial in enumerate(EDITORIALS)}

_MERGES = np.array([text in MERGING for text in TEXTS])
_TEXT_RANKS, _EDITORIAL_RANKS = (np.argsort(np.argsort(np.array(words))) for words in (TEXTS, EDITORIALS))


class EdgeColumns(NamedTuple):
    """What clustering needs of every verified pair; see :class:`dedupe.group.verdicts.Edge`.

    Attributes:
        ends: Positions of both documents ``int64[m, 2]``.
        texts: Codes of the text relations ``uint8[m]``.
        editorials: Codes of the editorial relations ``uint8[m]``.
        similarities, shares: ``float64[m]``.
    """

    ends: NDArray[np.int64]
    texts: NDArray[np.uint8]
    editorials: NDArray[np.uint8]
    similarities: NDArray[np.float64]
    shares: NDArray[np.float64]

    def same_text(self) -> NDArray[np.int64]:
        """Return the numbers of the pairs that carry one text, ascending."""
        return np.flatnonzero(_MERGES[self.texts])

    def between(self, numbers: NDArray[np.int64], numbered: Numbered) -> Iterator[Edge]:
        """Yield some pairs of documents as pairs of the texts they carry, the smaller number first.

        Args:
            numbers: Which pairs; each of documents that carry two different texts.
            numbered: The documents and their texts.
        """
        return self.named(numbers, numbered.of_pairs(self.ends[numbers]))

    def named(self, numbers: NDArray[np.int64], ends: NDArray[np.int64]) -> Iterator[Edge]:
        """Yield some pairs by other names of their ends ``int64[p, 2]``."""
        texts, editorials, similarities, shares = (column[numbers].tolist() for column in self[1:])
        named = map(TEXTS.__getitem__, texts), map(EDITORIALS.__getitem__, editorials)
        return map(Edge._make, zip(*ends.T.tolist(), *named, similarities, shares, strict=True))

    def ties(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        """Return :attr:`dedupe.group.verdicts.Edge.kinds` of some pairs, and their similarities."""
        similarities, (same, revised) = self.similarities[numbers], self._same_and_revised(numbers)
        apart = ~same & (similarities < DRIFT_FLOOR) & (self.shares[numbers] < DRIFT_FLOOR)
        kinds: NDArray[np.uint8] = same * np.uint8(SAME) | apart * np.uint8(APART) | revised * np.uint8(REVISION)
        return kinds, similarities

    def foremost(self, numbers: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Choose one pair of those with the same key, as :class:`dedupe.group.verdicts.Verdicts` does.

        Args:
            numbers: Pairs.
            keys: What each is about, ``int64[p]``.

        Returns:
            Places in ``numbers``, by their keys ascending.
        """
        order = np.argsort(keys, kind="stable")
        ranked = keys[order]
        last = np.append(ranked[1:] != ranked[:-1], np.ones(min(1, len(ranked)), dtype=bool))
        if last.all():
            return order
        same, revised = self._same_and_revised(numbers)
        words = _EDITORIAL_RANKS[self.editorials[numbers]], _TEXT_RANKS[self.texts[numbers]]
        order = np.lexsort((self.shares[numbers], *words, revised, self.similarities[numbers], same, keys))
        foremost: NDArray[np.int64] = order[last]
        return foremost

    def _same_and_revised(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Tell which of some pairs carry one text, and which of these are of versions."""
        same = _MERGES[self.texts[numbers]]
        return same, same & (self.editorials[numbers] == EDITORIAL_CODES["revision"])
