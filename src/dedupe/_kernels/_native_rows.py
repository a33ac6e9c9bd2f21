"""Rows by the native kernel: texts go to memory that is used again as soon as nobody looks at them any more.

What is given back to the system comes anew page by page, each of them zeroed: for a window of lines that takes a sixth
of the time in which it is read.
"""

import sys
from collections import deque
from collections.abc import Sequence

import numpy as np

from dedupe._kernels import _native
from dedupe._kernels._columns import Rows, Shape
from dedupe._kernels._packed import PackedTexts

_KEPT = 3
_MOST_BYTES = 1 << 22


def rows(
    lines: bytes | bytearray | memoryview, shapes: Sequence[Shape], *, start: int, skip: int, longest: int, stops: bool
) -> Rows:
    """See :func:`dedupe._kernels._rows.rows`; the interpreter lock is free while lines are read."""
    room = _ROOMS.take(max(0, len(lines) - start))
    used, ends, taken, records, columns, count, read_to, names = _native.rows(
        lines, start, skip, tuple(shapes), min(longest, sys.maxsize), stops, room
    )
    content = memoryview(room)[:used]
    _ROOMS.give_back(room)
    return Rows(
        texts=PackedTexts(content, np.frombuffer(ends, np.int64)),
        taken=np.frombuffer(taken, np.int64),
        records=np.frombuffer(records, np.int64).reshape(-1, 3),
        columns=columns,
        lines=count,
        read=read_to,
        names=names,
    )


class _Rooms:
    """Some pieces of memory; any thread may ask."""

    def __init__(self) -> None:
        self._rooms: deque[bytearray] = deque(maxlen=_KEPT)

    def take(self, size: int) -> bytearray:
        """Return memory for at least so many bytes that nobody looks at: it is the caller's alone."""
        for _ in range(_KEPT):
            try:
                room = self._rooms.popleft()
            except IndexError:
                break
            if not _is_free(room):
                self._rooms.append(room)
            elif len(room) >= size:
                return room
        return bytearray(size)

    def give_back(self, room: bytearray) -> None:
        """Offer memory to later calls while somebody looks at it: it is taken when nobody does."""
        if len(room) <= _MOST_BYTES:
            self._rooms.append(room)


def _is_free(room: bytearray) -> bool:
    """Tell whether there is no view of some memory: as long as there is one, its size cannot change."""
    try:
        room.append(0)
    except BufferError:
        return False
    room.pop()
    return True


_ROOMS = _Rooms()
