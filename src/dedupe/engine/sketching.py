"""Sketches of all bodies, a batch at a time: texts and signatures are gone before the next batch is read.

What stays is a row of band keys and a few hashes for each document. Fingerprints, a hundred a document, are
divided by their leading bits, so that nomination can join them part by part; many go to a file.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe.engine.spool import NamelessFile
from dedupe.sketch.candidates import Sketches

BATCH_BODIES = 1_024
"""Bodies sketched at once: a few megabytes of text where documents are pages of news."""

BATCH_BYTES = 1 << 26
"""Bytes from which a batch is full however few bodies it has: books."""

HELD_POSTINGS = 12 << 20
"""Postings that stay in memory, 12 bytes each: those of about 100,000 pages of news: 150 MB."""

_PART_BITS = 8
_BUFFERED = 1 << 20

UInt64s = npt.NDArray[np.uint64]
UInt32s = npt.NDArray[np.uint32]


class Postings:
    """Which document holds which hash: in memory while they are few, in a file when they are many.

    Iterate for parts ``(hashes, documents)``; equal hashes are in one part. Of n postings one part holds about n / 256.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._hashes = np.empty(0, np.uint64)
        self._documents = np.empty(0, np.uint32)
        self._buffered = 0
        self._held: list[_Divided] = []
        self._held_postings = 0
        self._file = NamelessFile()
        self._written: list[_Written] = []

    def append(self, hashes: UInt64s, documents: UInt32s) -> None:
        """Add postings."""
        if not len(self._hashes):
            self._hashes, self._documents = np.empty(_BUFFERED, np.uint64), np.empty(_BUFFERED, np.uint32)
        begin = 0
        while begin < len(hashes):
            taken = min(_BUFFERED - self._buffered, len(hashes) - begin)
            place = slice(self._buffered, self._buffered + taken)
            self._hashes[place] = hashes[begin : begin + taken]
            self._documents[place] = documents[begin : begin + taken]
            begin += taken
            self._buffered += taken
            if self._buffered == _BUFFERED:
                self._divide()

    def __iter__(self) -> Iterator[tuple[UInt64s, UInt32s]]:
        """Yield the parts; everything at once where it fits into the buffer."""
        if not self._held and not self._written:
            yield self._hashes[: self._buffered], self._documents[: self._buffered]
            return
        self._divide()
        for part in range(1 << _PART_BITS):
            columns = [self._read(written, part) for written in self._written]
            columns += [held.part(part) for held in self._held]
            hashes, documents = (np.concatenate(column) for column in zip(*columns, strict=True))
            yield hashes, documents

    def _divide(self) -> None:
        """Divide the buffer by the leading bits of the hashes; from when too much is held on, write it down."""
        filled = slice(self._buffered)
        self._held.append(_Divided(*_kernels.divide(self._hashes[filled], self._documents[filled], _PART_BITS)))
        self._held_postings += self._buffered
        self._buffered = 0
        if self._written or self._held_postings > HELD_POSTINGS:
            self._written += [self._write(held) for held in self._held]
            self._held, self._held_postings = [], 0

    def _write(self, held: "_Divided") -> "_Written":
        start = self._file.size
        for column in (held.hashes, held.documents):
            self._file.append(column.view(np.uint8).data)
        return _Written(start, start + held.hashes.nbytes, held.edges)

    def _read(self, written: "_Written", part: int) -> tuple[UInt64s, UInt32s]:
        start, stop = written.edges[part : part + 2].tolist()
        hashes = self._file.read(written.hashes + 8 * start, written.hashes + 8 * stop)
        documents = self._file.read(written.documents + 4 * start, written.documents + 4 * stop)
        return np.frombuffer(hashes, np.uint64), np.frombuffer(documents, np.uint32)


class _Divided(NamedTuple):
    """Postings in parts, one after another."""

    hashes: UInt64s
    documents: UInt32s
    edges: npt.NDArray[np.int64]

    def part(self, number: int) -> tuple[UInt64s, UInt32s]:
        """Return the postings of one part."""
        chosen = slice(self.edges[number], self.edges[number + 1])
        return self.hashes[chosen], self.documents[chosen]


class _Written(NamedTuple):
    """Where such postings begin in a file, and their parts there."""

    hashes: int
    documents: int
    edges: npt.NDArray[np.int64]


def sketch_all(sizes: npt.NDArray[np.int64], sketch: Callable[[range], Sketches]) -> tuple[Sketches, Postings]:
    """Sketch bodies in batches.

    Args:
        sizes: About how many bytes every body takes.
        sketch: Sketches the bodies at some positions; called for all, in order.

    Returns:
        The sketches of all bodies without their fingerprints, and those.
    """
    columns, postings = _Columns(len(sizes)), Postings()
    for batch in _batches(sizes):
        made = sketch(batch)
        owners = np.arange(batch.start, batch.stop, dtype=np.uint32)
        postings.append(made.fingerprints, np.repeat(owners, np.diff(made.fingerprint_offsets)))
        columns.put(batch, made)
    if not len(sizes):
        columns.put(range(0), sketch(range(0)))
    return columns.sketches(), postings


def _batches(sizes: npt.NDArray[np.int64]) -> Iterator[range]:
    """Yield positions in batches of limited number and size; a body beyond the limit is a batch by itself."""
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(sizes):
        done = int(ends[begin - 1]) if begin else 0
        stop = int(np.searchsorted(ends, done + BATCH_BYTES, side="right"))
        stop = min(max(stop, begin + 1), begin + BATCH_BODIES)
        yield range(begin, stop)
        begin = stop


class _Columns:
    """The columns of all sketches, filled batch by batch; fingerprints are left out."""

    def __init__(self, count: int) -> None:
        """Begin with the sketches of so many bodies unknown."""
        self._count = count
        self._columns: dict[str, npt.NDArray[Any]] = {}
        self._phrases: list[UInt64s] = []
        self._phrase_offsets: list[npt.NDArray[np.int64]] = []

    def put(self, rows: range, made: Sketches) -> None:
        """Take in the sketches of some bodies."""
        self._fill("body_hashes", rows, made.body_hashes)
        self._fill("comparable", rows, made.comparable)
        self._fill("band_keys", rows, made.band_keys)
        self._fill("has_signature", rows, made.has_signature)
        for number, key in enumerate(made.keys):
            self._fill(f"keys {number}", rows, key)
        if made.title_hashes is not None:
            self._fill("title_hashes", rows, made.title_hashes)
        if made.phrases is not None and made.phrase_offsets is not None:
            self._phrases.append(made.phrases)
            self._phrase_offsets.append(made.phrase_offsets)

    def _fill(self, name: str, rows: range, values: npt.NDArray[Any]) -> None:
        if name not in self._columns:
            self._columns[name] = np.empty((self._count, *values.shape[1:]), dtype=values.dtype)
        self._columns[name][rows.start : rows.stop] = values

    def sketches(self) -> Sketches:
        """Return the sketches of all bodies."""
        columns = self._columns
        return Sketches(
            body_hashes=columns["body_hashes"],
            comparable=columns["comparable"],
            band_keys=columns["band_keys"],
            has_signature=columns["has_signature"],
            fingerprints=np.empty(0, dtype=np.uint64),
            fingerprint_offsets=np.zeros(self._count + 1, dtype=np.int64),
            keys=tuple(columns[name] for name in columns if name.startswith("keys ")),
            phrases=np.concatenate(self._phrases) if self._phrases else None,
            phrase_offsets=_joined_offsets(self._phrase_offsets) if self._phrase_offsets else None,
            title_hashes=columns.get("title_hashes"),
        )


def _joined_offsets(offsets: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    lengths = np.concatenate([np.diff(each) for each in offsets])
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)))
