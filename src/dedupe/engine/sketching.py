"""Sketches of all bodies, a batch at a time: texts and signatures are gone before the next batch is read.

What stays is a row of band keys and a few hashes for each document. Fingerprints, a hundred a document, are
divided by their leading bits, so that nomination can join them part by part; many go to a file.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

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
    columns: list[Sketches] = []
    postings = Postings()
    for batch in _batches(sizes):
        made = sketch(batch)
        owners = np.arange(batch.start, batch.stop, dtype=np.uint32)
        postings.append(made.fingerprints, np.repeat(owners, np.diff(made.fingerprint_offsets)))
        columns.append(_without_fingerprints(made))
    return _joined(columns or [_without_fingerprints(sketch(range(0)))]), postings


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


def _without_fingerprints(made: Sketches) -> Sketches:
    none = np.empty(0, dtype=np.uint64), np.zeros(len(made.body_hashes) + 1, dtype=np.int64)
    return replace(made, fingerprints=none[0], fingerprint_offsets=none[1])


def _joined(columns: list[Sketches]) -> Sketches:
    """Put the columns of all batches end to end, letting go of each batch's as they are joined."""
    phrases = [each.phrases for each in columns if each.phrases is not None]
    offsets = [each.phrase_offsets for each in columns if each.phrase_offsets is not None]
    titles = [each.title_hashes for each in columns if each.title_hashes is not None]
    return Sketches(
        body_hashes=np.concatenate([each.body_hashes for each in columns]),
        comparable=np.concatenate([each.comparable for each in columns]),
        band_keys=np.concatenate([each.band_keys for each in columns]),
        has_signature=np.concatenate([each.has_signature for each in columns]),
        fingerprints=np.empty(0, dtype=np.uint64),
        fingerprint_offsets=np.zeros(sum(len(each.body_hashes) for each in columns) + 1, dtype=np.int64),
        keys=tuple(np.concatenate(key) for key in zip(*(each.keys for each in columns), strict=True)),
        phrases=np.concatenate(phrases) if phrases else None,
        phrase_offsets=_joined_offsets(offsets) if offsets else None,
        title_hashes=np.concatenate(titles) if titles else None,
    )


def _joined_offsets(offsets: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    lengths = np.concatenate([np.diff(each) for each in offsets])
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)))
