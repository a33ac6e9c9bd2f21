"""Texts of a run as UTF-8, one after another: in memory while they are few, the later ones in a file."""

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import PackedTexts
from dedupe.engine.spool import NamelessFile

HELD_TEXT = 3 << 27
"""Bytes of text that stay in memory; what comes after them goes to the file."""

Int64s = NDArray[np.int64]


class TextSpool:
    """Texts, appended many at a time and read in any order; 8 bytes of memory each besides what is held of them."""

    def __init__(self) -> None:
        """Begin empty."""
        self._ends: list[Int64s] = [np.zeros(1, dtype=np.int64)]
        self._chunks: list[memoryview] = []
        self._chunk_starts: list[int] = []
        self._held = 0
        self._file = NamelessFile()
        self._count = 0

    def append(self, texts: PackedTexts) -> None:
        """Add texts; the next number is given to the first of them."""
        if not len(texts):
            return
        size = self._held + self._file.size
        content = memoryview(texts.content)[: int(texts.ends[-1])]
        if self._file.size or self._held + len(content) > HELD_TEXT:
            self._file.append(content)
        else:
            self._chunks.append(content)
            self._chunk_starts.append(size)
            self._held += len(content)
        self._ends.append(texts.ends + size)
        self._count += len(texts)

    def __len__(self) -> int:
        """Return the number of texts."""
        return self._count

    def edges(self) -> Int64s:
        """Return where each text begins, and the end ``int64[n + 1]``, counted through memory and file."""
        if len(self._ends) > 1:
            self._ends = [np.concatenate(self._ends)]
        return self._ends[0]

    def gather(self, numbers: Int64s) -> PackedTexts:
        """Return some texts, in the order asked for. Numbers that follow each other are read at once."""
        edges = self.edges()
        starts, stops = edges[numbers], edges[numbers + 1]
        ends = np.cumsum(stops - starts)
        firsts = np.flatnonzero(np.diff(numbers, prepend=-2) != 1)
        lasts = np.append(firsts[1:], len(numbers))[: len(firsts)] - 1
        pieces: list[memoryview | bytes] = []
        for start, stop in zip(starts[firsts].tolist(), stops[lasts].tolist(), strict=True):
            pieces += self._read(start, stop)
        return PackedTexts(pieces[0] if len(pieces) == 1 else b"".join(pieces), ends)

    def _read(self, start: int, stop: int) -> list[memoryview | bytes]:
        """Return the pieces of which a stretch consists."""
        pieces: list[memoryview | bytes] = []
        while start < min(stop, self._held):
            number = bisect_right(self._chunk_starts, start) - 1
            chunk, begin = self._chunks[number], self._chunk_starts[number]
            pieces.append(chunk[start - begin : stop - begin])
            start = min(stop, begin + len(chunk))
        if start < stop:
            pieces.append(self._file.read(start - self._held, stop - self._held))
        return pieces
