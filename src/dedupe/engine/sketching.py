"""Sketches of all bodies, a batch at a time: texts and signatures are gone before the next batch is read.

What stays is a row of band keys and a few hashes for each document. Fingerprints and phrases, a hundred a document or
two, are divided by their leading bits, so that nomination can join them part by part; many go to a file.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe import _kernels
from dedupe._kernels import Held
from dedupe.engine.spool import NamelessFile
from dedupe.sketch.candidates import Parts, Sketches
from dedupe.sketch.fingerprints import Part
from dedupe.sketch.pairs import width_of

BATCH_BODIES = 1_024
"""Bodies sketched at once: a few megabytes of text where documents are pages of news."""

BATCH_BYTES = 1 << 26
"""Bytes from which a batch is full however few bodies it has: books."""

HELD_POSTINGS = 12 << 20
"""Postings that stay in memory, 8 bytes each: those of about 100,000 pages of news: 100 MB."""

PART_BYTES = 1 << 21
"""Bytes of text whose postings are about one part: some 50,000, which stay near the processor while they are joined."""

MOST_PART_BITS = 9

_SLAB = 1 << 22
"""Postings that memory is asked for at once."""

_STAGED = 1 << 20
"""Hashes that become postings at once: fewer runs in every part."""

UInt64s = npt.NDArray[np.uint64]
Edges = npt.NDArray[np.int64]


class Postings:
    """Which document holds which hash: in memory while they are few, in a file when they are many.

    Iterate for parts, as :func:`dedupe.sketch.fingerprints.shared_postings` takes them.

    Args:
        documents: How many documents there are.
        size: Bytes of their texts, roughly: decides how many parts there are.
    """

    def __init__(self, documents: int, size: int) -> None:
        """Begin empty."""
        self._width = width_of(documents)
        self._bits = min((size // PART_BYTES).bit_length(), MOST_PART_BITS)
        self._stage = np.empty(_STAGED, np.uint64)
        self._staged = 0
        self._owners: list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]] = []
        self._slab = np.empty(0, np.uint64)
        self._used = 0
        self._held: list[_Divided] = []
        self._held_postings = 0
        self._file = NamelessFile()
        self._written: list[_Written] = []

    def append(self, hashes: UInt64s, documents: npt.NDArray[np.uint32], lengths: npt.NDArray[np.int64]) -> None:
        """Add documents and the hashes they hold; see :class:`dedupe._kernels.Held`."""
        if self._staged + len(hashes) > len(self._stage):
            self._post_staged()
        if len(hashes) > len(self._stage):
            self._post(Held(hashes, documents, lengths))
            return
        self._stage[self._staged : self._staged + len(hashes)] = hashes
        self._staged += len(hashes)
        self._owners.append((documents, lengths))

    def _post_staged(self) -> None:
        if self._owners:
            documents, lengths = (np.concatenate(column) for column in zip(*self._owners, strict=True))
            self._post(Held(self._stage[: self._staged], documents, lengths))
        self._owners, self._staged = [], 0

    def _post(self, held: Held) -> None:
        room = self._room(len(held.hashes))
        self._held.append(_Divided(*_kernels.post(held, width=self._width, bits=self._bits, room=room)))
        self._held_postings += len(room)
        if self._held_postings > HELD_POSTINGS:
            self._write()

    def __iter__(self) -> Iterator[Part]:
        """Yield the parts."""
        self._post_staged()
        runs = [iter(held) for held in self._held]
        for part in range(1 << self._bits):
            yield [*(self._read(written, part) for written in self._written), *map(next, runs)]

    def _room(self, count: int) -> UInt64s:
        """Return memory for so many postings."""
        if self._used + count > len(self._slab):
            self._slab, self._used = np.empty(max(count, _SLAB), np.uint64), 0
        self._used += count
        return self._slab[self._used - count : self._used]

    def _write(self) -> None:
        """Write down what is held, part by part."""
        start = self._file.size
        for runs in zip(*self._held, strict=True):
            self._file.append(np.concatenate(runs).view(np.uint8).data)
        edges = np.sum([held.edges for held in self._held], axis=0)
        self._written.append(_Written(start, edges))
        self._held, self._held_postings, self._slab, self._used = [], 0, np.empty(0, np.uint64), 0

    def _read(self, written: "_Written", part: int) -> UInt64s:
        start, stop = written.edges[part : part + 2].tolist()
        return np.frombuffer(self._file.read(written.start + 8 * start, written.start + 8 * stop), np.uint64)


class _Divided:
    """Postings in parts, one after another."""

    def __init__(self, postings: UInt64s, edges: Edges) -> None:
        self._postings = postings
        self.edges = edges

    def __iter__(self) -> Iterator[UInt64s]:
        """Yield the postings of every part."""
        return (self._postings[start:stop] for start, stop in itertools.pairwise(self.edges.tolist()))


class _Written(NamedTuple):
    """Where such postings begin in a file, and their parts there."""

    start: int
    edges: Edges


def sketch_all(sizes: npt.NDArray[np.int64], sketch: Callable[[range], Sketches]) -> tuple[Sketches, Parts]:
    """Sketch bodies in batches.

    Args:
        sizes: About how many bytes every body takes.
        sketch: Sketches the bodies at some positions; called for all, in order.

    Returns:
        The sketches of all bodies without their fingerprints and phrases, and those.
    """
    columns, size = _Columns(len(sizes)), int(sizes.sum())
    prints, phrases = Postings(len(sizes), size), None
    for batch in _batches(sizes):
        made = sketch(batch)
        owners = np.arange(batch.start, batch.stop, dtype=np.uint32)
        prints.append(made.fingerprints, owners, np.diff(made.fingerprint_offsets))
        if made.phrases is not None and made.phrase_offsets is not None:
            if phrases is None:
                phrases = Postings(len(sizes), size)
            phrases.append(made.phrases, owners, np.diff(made.phrase_offsets))
        columns.put(batch, made)
    if not len(sizes):
        columns.put(range(0), sketch(range(0)))
    return columns.sketches(), Parts(prints, phrases)


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
    """The columns of all sketches, filled batch by batch; fingerprints and phrases are left out."""

    def __init__(self, count: int) -> None:
        """Begin with the sketches of so many bodies unknown."""
        self._count = count
        self._columns: dict[str, npt.NDArray[Any]] = {}

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

    def _fill(self, name: str, rows: range, values: npt.NDArray[Any]) -> None:
        if name not in self._columns:
            self._columns[name] = np.empty((*values.shape[1:], self._count), dtype=values.dtype).T  # band by band
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
            title_hashes=columns.get("title_hashes"),
        )
