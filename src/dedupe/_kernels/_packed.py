"""Texts as bytes, for callers that have many of them: strings are made only of those that somebody looks at."""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bytes = bytes | bytearray | memoryview


class PackedTexts(Sequence[str]):
    """Texts that lie in UTF-8 in one piece of memory: a sequence of strings.

    A kernel reads the bytes. Lone surrogates are three bytes each, as Python's ``surrogatepass`` has them.

    >>> list(PackedTexts(b"onetwo", np.array([3, 6])))
    ['one', 'two']

    Attributes:
        content: Where they lie.
        starts, ends: Where each of them does ``int64[n]``.
    """

    __slots__ = ("content", "ends", "starts")

    def __init__(self, content: Bytes, ends: Int64s, starts: Int64s | None = None) -> None:
        """Name the texts.

        Args:
            content: Where they lie.
            ends: Where each ends.
            starts: Where each begins; by default where the one before it ends, the first at 0.

        Raises:
            ValueError: A text does not lie within the content.
        """
        starts = np.concatenate((np.zeros(1, dtype=np.int64), ends))[: len(ends)] if starts is None else starts
        if ends.ndim != 1 or starts.shape != ends.shape or not _within(starts, ends, len(content)):
            raise ValueError(f"starts and ends must be int64[n] and ascend within the {len(content)} bytes there are")
        self.content = content
        self.starts = np.ascontiguousarray(starts, dtype=np.int64)
        self.ends = np.ascontiguousarray(ends, dtype=np.int64)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return one text, or some."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        return str(self.content[int(self.starts[place]) : int(self.ends[place])], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        """Yield the texts, one in memory at a time."""
        for start, end in zip(self.starts.tolist(), self.ends.tolist(), strict=True):
            yield str(self.content[start:end], "utf-8", "surrogatepass")

    def lengths(self) -> Int64s:
        """Return the bytes of every text ``int64[n]``."""
        return self.ends - self.starts


def _within(starts: Int64s, ends: Int64s, size: int) -> bool:
    return not len(ends) or bool(starts.min() >= 0 and ends.max() <= size and (starts <= ends).all())
