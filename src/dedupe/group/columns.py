"""Verified pairs as columns, one row a pair: what a large run has of them."""

from collections.abc import Iterator
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from dedupe.group.texts import Numbered
from dedupe.group.verdicts import Edge
from dedupe.records import MERGING, EditorialRelation, TextRelation

TEXTS: tuple[TextRelation, ...] = get_args(TextRelation)
"""Text relations by their codes."""
EDITORIALS: tuple[EditorialRelation, ...] = get_args(EditorialRelation)
"""Editorial relations by their codes."""
TEXT_CODES = {text: code for code, text in enumerate(TEXTS)}
EDITORIAL_CODES = {editorial: code for code, editorial in enumerate(EDITORIALS)}

_MERGES = np.array([text in MERGING for text in TEXTS])


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
        places = np.searchsorted(numbered.documents, self.ends[numbers])
        ends = np.sort(numbered.numbers[places], axis=1).T.tolist()
        texts, editorials, similarities, shares = (column[numbers].tolist() for column in self[1:])
        named = map(TEXTS.__getitem__, texts), map(EDITORIALS.__getitem__, editorials)
        return map(Edge._make, zip(*ends, *named, similarities, shares, strict=True))
