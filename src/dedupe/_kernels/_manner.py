"""What the texture of a pair is told by: words of the first person, limits, and which parts of the texts are what."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TEXTURE = (
    "quoted", "furniture", "longest", "alike",
    "outside_a", "outside_b", "opening_a", "opening_b",
    "phrases_a", "phrases_b", "shared_phrases",
)  # fmt: skip
"""What :meth:`Kernel.texture` says of a pair, in this order; all but the first and ``alike`` are whole numbers:

``quoted``: matching tokens of quotations, and of other passages the share of them that stands in quotation marks.
``furniture``: those of passages that are lists. ``longest``: those of the longest passage that is neither.
``alike``: the share of the shorter text's opening that stands where the longer one opens.
``outside``: tokens of prose outside all passages. ``opening``: those before the first passage, or all.
``phrases``: distinct runs of three tokens outside quotations, and outside passages that are quotations or lists;
``shared_phrases``: those that both have. 0 where phrases are not counted.
"""

Textured = NDArray[np.float64]
"""``float64[m, len(TEXTURE)]``."""

PHRASE_TOKENS = 3

KINDS = 2
"""Kinds of stretches: what is kept of a text, and its prose."""

Span = tuple[int, int]


class Stretches(NamedTuple):
    """Parts of texts, half-open, in code points from the beginning of each text.

    Attributes:
        spans: ``int64[s, 2]``, those of a text and a kind ascending and disjoint. What is kept lies within the text.
        edges: Where those of every text begin, what is kept before its prose, and where the last end
            ``int64[2 n + 1]``. A text none of whose tokens begins in its prose is prose throughout.
    """

    spans: NDArray[np.int64]
    edges: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Sequence[Iterable[Span]]) -> "Stretches":
        """Lay out parts: of every text what is kept, and its prose."""
        lists = [list(part) for part in parts]
        spans = np.array(list(chain.from_iterable(chain.from_iterable(lists))), dtype=np.int64)
        edges = np.array(list(accumulate(map(len, lists), initial=0)), dtype=np.int64)
        return cls(spans.reshape(-1, 2), edges)

    def of_text(self, place: int) -> list[list[list[int]]]:
        """Return what is kept of a text, and its prose."""
        edges = self.edges[KINDS * place : KINDS * (place + 1) + 1].tolist()
        return [self.spans[start:end].tolist() for start, end in pairwise(edges)]


class Manner(NamedTuple):
    """By what a passage is told to be a quotation, and two texts to open alike.

    Attributes:
        hashes: Hashes of first-person and small words of all languages ``uint64[w]``, ascending, distinct.
        personal: Languages of which each is a first-person word, bit ``i`` for language ``i`` ``uint32[w]``.
        small: Languages of which each is a small word ``uint32[w]``.
        parts: Which last 16 bits the hashes of first-person words have ``bool[65536]``.
        languages: How many there are, 32 at most.
        least_words: First-person words that a passage in the first person has.
        least_share: Share of its words that they are.
        least_tokens: Tokens that it has.
        quoted: Share of a passage's tokens in quotation marks, on either side, for it to be a quotation.
        opening: Prose tokens that make the opening of a text.
        room: Prose tokens of the longer text in which the shorter one's opening is looked for.
        least_alike: Shared tokens without which two openings are not alike.
    """

    hashes: NDArray[np.uint64]
    personal: NDArray[np.uint32]
    small: NDArray[np.uint32]
    parts: NDArray[np.bool_]
    languages: int
    least_words: int
    least_share: float
    least_tokens: int
    quoted: float
    opening: int
    room: int
    least_alike: int
