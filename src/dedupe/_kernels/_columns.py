"""What kernels take and give: columns of numbers under their names, their dtypes and their shapes."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._packed import PackedTexts

Uint8s = NDArray[np.uint8]
Uint32s = NDArray[np.uint32]
Uint64s = NDArray[np.uint64]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Sketch(NamedTuple):
    """Everything a first pass over ``n`` texts leaves behind; rows are in the order of the texts.

    Attributes:
        signatures: uint32[n, K]. All ``0xFFFFFFFF`` where a text has fewer tokens than one shingle; uint32[n, 0] where
            only band keys were asked for.
        band_keys: uint64[n, bands]. Those of the signatures, where they were asked for; else uint64[n, 0].
        has_signature: bool[n]. False for those texts: the rows above must not be compared.
        token_counts: uint32[n].
        body_hashes: uint64[n]. xxh3_64 of all normalised tokens joined by one space, in UTF-8. No tokens: of nothing.
        fingerprints: uint64[m]. Winnowed fingerprints of all texts, one text after the other, each sorted and unique;
            in the order of the text where ``distinct`` is false, and then some may come again, but none twice in a row.
        fingerprint_offsets: int64[n + 1]. Text ``i`` owns ``fingerprints[offsets[i]:offsets[i + 1]]``.
        bags: uint8[n, BAG_BYTES] of :mod:`dedupe._kernels._bags`; uint8[n, 0] where they were not asked for.
    """

    signatures: Uint32s
    band_keys: Uint64s
    has_signature: Booleans
    token_counts: Uint32s
    body_hashes: Uint64s
    fingerprints: Uint64s
    fingerprint_offsets: Int64s
    bags: NDArray[np.uint8]


COLUMNS = (
    "reached", "equal", "passages", "matched", "ordered", "longer", "listed", "places", "numeric_places", "aligned",
    "shared_shingles",
    "tokens_a", "shingles_a", "covered_a", "first_a", "from_a", "to_a",
    "tokens_b", "shingles_b", "covered_b", "first_b", "from_b", "to_b",
)  # fmt: skip
"""What :meth:`Kernel.measure` says of a pair, in this order; counts of tokens unless said otherwise:

``reached``: 1, or 0 for a pair that shares too few tokens to be aligned: then only its token counts are given.
``equal``: 1 where both texts have the same tokens in the same order, and any.
``passages``: how many. ``matched``: matching tokens in them. ``ordered``: matching tokens of the heaviest chain of
passages that increases on both sides. ``longer``: tokens of every passage on its longer side.
``listed``: matching tokens of passages that read like lists on both sides.
``places``: stretches inside passages, and at the ends of short texts, where the texts differ; ``numeric_places``:
those that hold a digit on a side.
``aligned``: tokens of the passages on the side that is shorter, or sorts first.
``shared_shingles``: distinct shingles both have. Then of either side: ``tokens``, distinct ``shingles``, ``covered``
tokens, the ``first`` covered token, and the code points ``from`` and ``to`` which passages reach in the text.
"""

Measured = Int64s
"""``int64[m, len(COLUMNS)]``."""


class Limits(NamedTuple):
    """What decides how a pair is measured: those of ``align``, the shingle size, and the bound.

    Attributes:
        reach: Share of the shorter text's tokens that both texts must have, in any order, for a pair to be aligned;
            0 for all pairs.
    """

    max_gap_tokens: int
    min_passage_tokens: int
    min_passage_identity: float
    shingle_size: int
    reach: float


class Reading(NamedTuple):
    """One text read for comparison.

    Attributes:
        tokens: Hash of every token ``uint64[t]``.
        starts, ends: Their half-open spans in code points ``uint32[t]``.
        numeric: Tokens whose span holds a decimal digit, before each token and in all ``uint32[t + 1]``.
        separators: Commas, colons, bullets and line ends before each token, and before the end of the last
            ``uint32[t + 1]``.
        shingles: Sorted distinct hashes of its shingles ``uint64[s]``.
    """

    tokens: Uint64s
    starts: Uint32s
    ends: Uint32s
    numeric: Uint32s
    separators: Uint32s
    shingles: Uint64s


WANTED = ("text", "id", "url", "title", "published", "source")
"""What is read of a record; all but the text come as columns."""
CHOICES = 4
"""How many keys may hold one of these."""
NO_KEY = 255


class Shape(NamedTuple):
    """Records with the same keys in the same order.

    Attributes:
        names: The keys as they stand between quotes, each with a line end behind it.
        places: For everything in :data:`WANTED` the places of :data:`CHOICES` keys that may hold it, most telling
            first, then :data:`NO_KEY`. Of the text only the first counts; a record without one is left to the caller.
    """

    names: bytes
    places: bytes


class Rows(NamedTuple):
    """Records of lines, as columns.

    Attributes:
        texts: Texts of those that were taken: all of harmless characters, some of which can be seen.
        taken: Which of the records they are ``int64[n]``.
        records: All that are not blank ``int64[m, 3]``: number of the line from 0 on, first byte, one past the last.
        columns: What else is wanted, in the order of :data:`WANTED`: JSON values of the records taken, each with a
            comma behind it; ``None`` where no shape has it.
        lines: How many were read.
        read: Where reading ended.
        names: Of the record before which it stopped, because its shape is not known.
    """

    texts: PackedTexts
    taken: Int64s
    records: Int64s
    columns: tuple[bytes | None, ...]
    lines: int
    read: int
    names: bytes | None


class Lines(NamedTuple):
    """The lines of a text that are not blank, blanks at their ends cut off: uint32[n] each but the last.

    Attributes:
        starts: First code point.
        ends: One past the last one.
        words: Stretches between blanks; in a text that is ``unspaced`` single spaces plus one, and one word more for
            every four characters of scripts without spaces.
        parts: Stretches between blanks.
        openers: Flags of the first word.
        inside: Flags of all words, and of the phrases of ``within`` that stand in it.
        late: Flags of the last six words.
        prefixes: Flags of what it begins with.
        markers: The phrase that marks it, 0 for none.
        behind: The phrase that marks what stands behind a date at its beginning; looked for where ``markers`` is 0.
        traits: Bits of :class:`dedupe._kernels._lines.Trait`.
        unspaced: The text holds a script without spaces.
    """

    starts: Uint32s
    ends: Uint32s
    words: Uint32s
    parts: Uint32s
    openers: Uint32s
    inside: Uint32s
    late: Uint32s
    prefixes: Uint32s
    markers: Uint32s
    behind: Uint32s
    traits: Uint32s
    unspaced: bool


class Marks(NamedTuple):
    """Flags that make a line worth a look, by the column of :class:`Lines` that they stand in.

    Attributes:
        foreign: Traits likewise in a text that is ``unspaced``.
    """

    openers: int
    inside: int
    late: int
    prefixes: int
    traits: int
    foreign: int


Marked = tuple[int, int, int, int, int, int, int]
"""Start and end of a line, and those of the flags asked for that it has: openers, inside, late, prefixes, traits."""


class Held(NamedTuple):
    """Hashes and the documents that hold them.

    Attributes:
        hashes: ``uint64[n]``.
        documents: Below ``2**width`` ``uint32[m]``.
        lengths: How many of the hashes, one after another, each document holds ``int64[m]``; one each without it.
    """

    hashes: Uint64s
    documents: Uint32s
    lengths: Int64s | None = None


class Groups(NamedTuple):
    """Groups of documents, one after another.

    Attributes:
        members: ``uint32[m]``.
        sizes: How many members each group has ``uint32[g]``.
    """

    members: Uint32s
    sizes: Uint32s


class Ties(NamedTuple):
    """What is known about pairs of numbered texts.

    Attributes:
        ends: Both texts, the smaller number first; rows ascend, no pair is there twice ``uint32[m, 2]``.
        kinds: Bits of what they are, see :mod:`dedupe._kernels._partition` ``uint8[m]``.
        similarities: Numbers; a pair with a larger one comes first ``float64[m]``.
    """

    ends: Uint32s
    kinds: Uint8s
    similarities: NDArray[np.float64]


AskTie = Callable[[int, int], tuple[int, float] | None]
"""Verifies a pair of texts, the smaller number first: its bits and its similarity; ``None`` when nobody can tell."""
