"""What every kernel offers: the names, the shapes, the dtypes. Both kernels answer bit for bit the same."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._manner import Manner, Stretches, Textured
from dedupe._kernels._packed import PackedTexts
from dedupe._kernels._phrases import Vocabulary
from dedupe._kernels._postings import Tallied, Uint8s
from dedupe._kernels._symbols import Codebook

Uint32s = NDArray[np.uint32]
Uint64s = NDArray[np.uint64]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Sketch(NamedTuple):
    """Everything a first pass over ``n`` texts leaves behind; rows are in the order of the texts.

    Attributes:
        signatures: uint32[n, K]. All ``0xFFFFFFFF`` where a text has fewer tokens than one shingle.
        has_signature: bool[n]. False for those texts: the row above must not be compared.
        token_counts: uint32[n].
        body_hashes: uint64[n]. xxh3_64 of all normalised tokens joined by one space, in UTF-8. No tokens: of nothing.
        fingerprints: uint64[m]. Winnowed fingerprints of all texts, one text after the other, each sorted and unique;
            in the order of the text where ``distinct`` is false, and then some may come again, but none twice in a row.
        fingerprint_offsets: int64[n + 1]. Text ``i`` owns ``fingerprints[offsets[i]:offsets[i + 1]]``.
        bags: uint8[n, BAG_BYTES] of :mod:`dedupe._kernels._bags`; uint8[n, 0] where they were not asked for.
    """

    signatures: Uint32s
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
``places``: stretches inside passages where the texts differ; ``numeric_places``: those that hold a digit on a side.
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
        numeric: Tokens whose span holds an ASCII digit, before each token and in all ``uint32[t + 1]``.
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
        inside: Flags of all words.
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


class Tail(Protocol):
    """New postings in memory."""

    def __len__(self) -> int:
        """Return how many postings were added."""

    def add(self, postings: Uint64s) -> None:
        """Add postings."""

    def find(self, keys: Uint64s, known: Uint64s) -> Uint64s:
        """Return the hits of keys, and those that are known already, ascending and distinct as these are."""

    def postings(self) -> Uint64s:
        """Return all postings, in any order."""


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


class Gathering(Protocol):
    """Groups gathered from postings, equal ones together."""

    def __len__(self) -> int:
        """Return how many numbers are held; it bounds the memory."""

    def add(self, groups: Groups) -> None:
        """Add groups whose members ascend."""

    def collide(self, runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> Groups:
        """Add the groups that :meth:`Kernel.collide` finds, and return the crowds."""

    def pairs(self) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs inside groups, packed and ascending, and how many groups hold each; begin anew."""


class Kernel(Protocol):
    """The functions a kernel module has."""

    name: str

    def tokenize(self, text: str) -> tuple[Uint64s, Uint32s, Uint32s]:
        """Return hash, start and end of every token."""

    def sketch(  # noqa: PLR0913 - one pass over the texts makes everything, so it needs everyone's parameters
        self,
        texts: Sequence[str],
        *,
        shingle_size: int,
        a: Uint32s,
        b: Uint32s,
        fingerprint_tokens: int,
        fingerprint_window: int,
        threads: int = 1,
        bags: bool = False,
        distinct: bool = True,
    ) -> Sketch:
        """Return signatures, body hashes and fingerprints of all texts, and their bags where they are wanted."""

    def shingle_hashes(self, text: str, shingle_size: int) -> Uint64s:
        """Return the sorted unique hashes of a text's shingles."""

    def band_keys(self, signatures: Uint32s, bands: int, rows: int) -> Uint64s:
        """Return one key for every band of every signature."""

    def intersection_size(self, x: Uint64s, y: Uint64s) -> int:
        """Count the values two sorted unique arrays share."""

    def align(
        self, a: Uint64s, b: Uint64s, *, max_gap_tokens: int, min_passage_tokens: int, min_passage_identity: float
    ) -> Int32s:
        """Return the passages that two token sequences share, int32[p, 5]."""

    def read(self, text: str, shingle_size: int) -> Reading:
        """Return everything about one text that comparing it needs."""

    def may_reach(self, bags: NDArray[np.uint8], token_counts: Uint32s, pairs: Uint64s, reach: float) -> Booleans:
        """Mark the pairs that ``measure`` may reach, by the bags and token counts of a sketch."""

    def measure(self, texts: Sequence[str], pairs: Int64s, limits: Limits) -> Measured:
        """Align pairs of texts, given by their places ``int64[m, 2]``, and count what they share."""

    def quotations(self, text: str) -> Int64s:
        """Return where quotations stand, int64[q, 2]."""

    def texture(
        self,
        texts: Sequence[str],
        pairs: Int64s,
        limits: Limits,
        *,
        stretches: Stretches,
        manner: Manner,
        phrases: int,
    ) -> Textured:
        """Tell what kind of text it is that pairs of texts share."""

    def rows(
        self,
        lines: bytes | bytearray | memoryview,
        shapes: Sequence[Shape],
        *,
        start: int,
        skip: int,
        longest: int,
        stops: bool,
    ) -> Rows:
        """Read lines of JSON as columns, as far as they are ordinary."""

    def lines(self, text: str, vocabulary: Vocabulary) -> Lines:
        """Return the lines of a text as columns."""

    def perhaps(self, keys: Uint64s, runs: Sequence[tuple[Uint64s, Uint64s]]) -> Int64s:
        """Say which blocks of sorted runs keys may stand in, int64[n, 3]: run, position, block."""

    def search(self, keys: Uint64s, payloads: Sequence[bytes], looks: Int64s) -> Uint64s:
        """Search blocks for keys; looks are int64[n, 3]: position, payload, bits of a row."""

    def encode(self, postings: Uint64s, room: int) -> list[tuple[int, bytes]]:
        """Cut ascending, distinct postings into blocks of at most ``room`` bytes of differences."""

    def filters(self, postings: Uint64s, counts: Int64s) -> Uint64s:
        """Return the filters of blocks that hold so many of the postings each, one after the other."""

    def tail(self) -> Tail:
        """Return an empty tail."""

    def crowded(self, hits: Uint64s, channels: Uint8s, caps: tuple[int, int]) -> Int64s:
        """Return the keys that as many documents hold as their cap, int64[k, 3]: position, begin, end."""

    def tally(self, hits: Uint64s, channels: Uint8s, caps: tuple[int, int], centres: Int64s) -> Tallied:
        """Count what each row shares with a document, the most alike first."""

    def post(self, held: Held, *, width: int, bits: int = 0, room: Uint64s | None = None) -> tuple[Uint64s, Int64s]:
        """Make postings of documents and the hashes they hold, in parts by the leading bits."""

    def squeeze(self, data: bytes, codebook: Codebook) -> bytes:
        """Write bytes as numbers of the runs of a codebook."""

    def unsqueeze(self, written: bytes, codebook: Codebook) -> bytes:
        """Read what ``squeeze`` wrote."""

    def collide(self, runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> tuple[Groups, Groups]:
        """Group the documents that share a hash, up to a cap, and over it."""

    def gathering(self, documents: int) -> Gathering:
        """Return an empty gathering of groups of so many documents."""

    def add_up(self, columns: Sequence[tuple[Uint64s, Int64s]]) -> tuple[Uint64s, Int64s]:
        """Return the distinct values, ascending, and the sum of the weights of each."""

    def unite(self, columns: Sequence[tuple[Uint64s, int]]) -> tuple[Uint64s, Uint8s]:
        """Return the distinct values of ascending columns, and the bits of all columns that hold each."""

    def partition(self, texts: int, ties: Ties, ask: AskTie | None = None) -> Uint32s:
        """Group texts that are one text each; return the smallest one of every text's group."""
