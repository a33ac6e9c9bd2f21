"""What every kernel offers. Both kernels answer bit for bit the same."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._columns import (
    AskTie,
    Booleans,
    Groups,
    Held,
    Int32s,
    Int64s,
    Limits,
    Lines,
    Marked,
    Marks,
    Measured,
    Reading,
    Rows,
    Shape,
    Sketch,
    Ties,
    Uint8s,
    Uint32s,
    Uint64s,
)
from dedupe._kernels._manner import Manner, Stretches, Textured
from dedupe._kernels._phrases import Vocabulary
from dedupe._kernels._symbols import Codebook
from dedupe._kernels._tallying import Tallied


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


class Gathering(Protocol):
    """Groups gathered from postings, equal ones together."""

    def __len__(self) -> int:
        """Return how many numbers are held; it bounds the memory."""

    def add(self, groups: Groups) -> None:
        """Add groups whose members ascend."""

    def collide(self, runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> Groups:
        """Add the groups that :meth:`Kernel.collide` finds, and return the crowds."""

    def pairs(self, least: int = 1) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs that at least so many groups hold, ascending, and how many do; begin anew."""


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
        bands: tuple[int, int] | None = None,
    ) -> Sketch:
        """Return signatures or band keys, body hashes and fingerprints of all texts, and bags where they are wanted."""

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

    def unmarked(self, text: str) -> bool:
        """Tell whether no character of a text is half of a surrogate pair or may combine with what it follows."""

    def marked_lines(self, text: str, vocabulary: Vocabulary, marks: Marks) -> list[Marked]:
        """Return the lines of a text that have any of some flags."""

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
