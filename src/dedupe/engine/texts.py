"""Texts of a run as UTF-8, one after another: in memory while they are few, the later ones in a file."""

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import PackedTexts
from dedupe.engine.spool import NamelessFile

HELD_TEXT = 3 << 27
"""Bytes of text that stay in memory, some 400 MB; what comes after them goes to the file."""

Int64s = NDArray[np.int64]


class TextSpool:
    """Texts, appended many at a time and read in any order; 8 bytes of memory each besides what is held of them."""

    def __init__(self) -> None:
        """Begin empty."""
        self._ends: list[Int64s] = [np.zeros(1, dtype=np.int64)]
        self._memory = memoryview(b"")
        self._held = 0
        self._file = NamelessFile()
        self._count = 0

    def append(self, texts: PackedTexts) -> None:
        """Add texts that lie one after another; the next number is given to the first of them."""
        if not len(texts):
            return
        content = memoryview(texts.content)[int(texts.starts[0]) : int(texts.ends[-1])]
        size = self._held + self._file.size
        if self._file.size or self._held + len(content) > HELD_TEXT:
            self._file.append(content)
        else:
            if not self._memory:  # the system gives memory where it is written to, and no earlier
                self._memory = np.empty(HELD_TEXT, dtype=np.uint8).data
            self._memory[self._held : self._held + len(content)] = content
            self._held += len(content)
        self._ends.append(texts.ends - texts.starts[0] + size)
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
        """Return some texts, in the order asked for: where they lie, if all lie in memory, else a copy."""
        edges = self.edges()
        starts, stops = edges[numbers], edges[numbers + 1]
        if not len(numbers) or int(stops.max()) <= self._held:
            return PackedTexts(self._memory[: self._held], stops, starts)
        firsts = np.flatnonzero(np.diff(numbers, prepend=-2) != 1)  # what follows each other is read at once
        lasts = np.append(firsts[1:], len(numbers))[: len(firsts)] - 1
        pieces = [
            self._read(start, stop) for start, stop in zip(starts[firsts].tolist(), stops[lasts].tolist(), strict=True)
        ]
        return PackedTexts(pieces[0] if len(pieces) == 1 else b"".join(pieces), np.cumsum(stops - starts))

    def one(self, number: int) -> memoryview | bytes:
        """Return the bytes of one text."""
        start, stop = self.edges()[number : number + 2].tolist()
        return self._read(start, stop)

    def _read(self, start: int, stop: int) -> memoryview | bytes:
        """Return a stretch, of memory as far as it lies there."""
        if stop <= self._held:
            return self._memory[start:stop]
        rest = self._file.read(max(start, self._held) - self._held, stop - self._held)
        return rest if start >= self._held else bytes(self._memory[start : self._held]) + rest
