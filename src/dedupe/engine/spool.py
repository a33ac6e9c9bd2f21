"""What does not fit into memory: records in a temporary file without a name, a few numbers each in memory.

A run holds its bodies and its comparisons here. Small runs never touch the disk: up to :data:`HELD_BYTES` the records
stay as they are. Beyond that they are encoded (MessagePack, nothing that could run) and appended to a file that is
unlinked as soon as it is open, so that it is gone whatever happens to the process.
"""

import os
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

HELD_BYTES = 1 << 26
"""Records up to this size in all stay in memory as they are; beyond, all go to the file."""

_BUFFER = 1 << 20

T = TypeVar("T")
P = TypeVar("P")


class NamelessFile:
    """A temporary file without a name in the folder for such files (``TMPDIR``), made when first written to.

    Attributes:
        size: Bytes written.
    """

    def __init__(self) -> None:
        """Begin empty, without a file."""
        self._descriptor: int | None = None
        self.size = 0

    def append(self, content: bytes | bytearray | memoryview) -> None:
        """Write at the end."""
        if self._descriptor is None:
            self._descriptor, name = tempfile.mkstemp(prefix="dedupe-", suffix=".spool")
            os.unlink(name)  # noqa: PTH108 - the descriptor stays, the name goes
        view = memoryview(content)
        while view:
            written = os.write(self._descriptor, view)
            self.size += written
            view = view[written:]

    def read(self, start: int, stop: int) -> bytes:
        """Return what was written from ``start`` to ``stop``."""
        return b"" if self._descriptor is None else os.pread(self._descriptor, stop - start, start)

    def __del__(self) -> None:
        """Give the disk space back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Spool:
    """Byte strings, appended once and read in any order; 16 bytes of memory each, and a buffer of a megabyte."""

    def __init__(self) -> None:
        """Begin empty; the file is made when the buffer is full for the first time."""
        self._file = NamelessFile()
        self._buffer = bytearray()
        self._starts = array("q")
        self._ends = array("q")

    def append(self, record: bytes) -> int:
        """Add a record and return its number."""
        start = self._file.size + len(self._buffer)
        self._starts.append(start)
        self._ends.append(start + len(record))
        self._buffer += record
        if len(self._buffer) >= _BUFFER:
            self._file.append(self._buffer)
            self._buffer = bytearray()
        return len(self._starts) - 1

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._starts)

    def __getitem__(self, number: int) -> bytes:
        """Return a record."""
        start, end = self._starts[number], self._ends[number]
        written = self._file.size
        return bytes(self._buffer[start - written : end - written]) if start >= written else self._file.read(start, end)

    def lengths(self) -> NDArray[np.int64]:
        """Return the bytes of every record ``int64[n]``."""
        return np.frombuffer(self._ends, dtype=np.int64) - np.frombuffer(self._starts, dtype=np.int64)


class LazySequence(Sequence[T]):
    """A sequence whose records are made when they are looked at; equal to any sequence of equal records."""

    def at(self, position: int) -> T:
        """Return the record at a position from 0 on."""
        raise NotImplementedError

    @overload
    def __getitem__(self, position: int) -> T: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[T, ...]: ...
    def __getitem__(self, position: int | slice) -> T | tuple[T, ...]:
        """Return a record, or a tuple of some."""
        if isinstance(position, slice):
            return tuple(self.at(each) for each in range(*position.indices(len(self))))
        return self.at(range(len(self))[position])

    def __iter__(self) -> Iterator[T]:
        """Yield the records in order, one in memory at a time."""
        return (self.at(position) for position in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """Compare record by record with any sequence."""
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(mine == its for mine, its in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment] # what it holds may be replaced

    def __repr__(self) -> str:
        """Say how many records there are."""
        return f"<{type(self).__name__} of {len(self)}>"


class Selected(LazySequence[T]):
    """Some records of another sequence, in an order of their own, each perhaps made into something else."""

    def __init__(self, numbers: NDArray[np.int64], make: Callable[[int], T]) -> None:
        """Choose.

        Args:
            numbers: What each record is made of.
            make: Makes it.
        """
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._numbers)

    def at(self, position: int) -> T:
        """Make the record at a position."""
        return self._make(self._numbers.item(position))


class Codec(Protocol[T]):
    """How records become bytes and come back equal."""

    def encode(self, record: T) -> bytes:
        """Return a record's bytes.

        Raises:
            ValueError: A lone surrogate.
            OverflowError: An integer of more than 64 bits.
        """

    def decode(self, content: bytes) -> T:
        """Return the record that was encoded."""


class FieldCodec(Generic[T]):
    """The codec of a dataclass of plain fields: MessagePack, every field's type checked when it is read."""

    def __init__(self, record_type: type[T]) -> None:
        """Prepare both directions."""
        self.encode: Callable[[T], bytes] = msgspec.msgpack.Encoder().encode
        self.decode: Callable[[bytes], T] = msgspec.msgpack.Decoder(record_type).decode


class Spooled(LazySequence[T]):
    """A growing sequence of records that lies on the disk once it is large. A record read twice is two equal objects.

    Args:
        codec: How records become bytes.
        size: About how many bytes of memory a record takes.
    """

    def __init__(self, codec: Codec[T], *, size: Callable[[T], int]) -> None:
        """Begin empty."""
        self._codec = codec
        self._size = size
        self._total = 0
        self._held: list[T] | None = []
        self._spool = Spool()
        self._numbers = array("q")
        self._odd: dict[int, T] = {}

    @property
    def held(self) -> bool:
        """Whether the records are in memory still."""
        return self._held is not None

    def append(self, record: T) -> None:
        """Add a record at the end."""
        if self._held is None:
            self._numbers.append(self._store(record))
            return
        self._held.append(record)
        self._total += self._size(record)
        if self._total > HELD_BYTES:
            held, self._held = self._held, None
            for each in held:
                self._numbers.append(self._store(each))

    def extend(self, records: Sequence[T]) -> None:
        """Add records at the end."""
        if self._held is None or self._total + sum(map(self._size, records)) > HELD_BYTES:
            for record in records:
                self.append(record)
            return
        self._held += records
        self._total += sum(map(self._size, records))

    def append_encoded(self, content: bytes) -> None:
        """Add a record that is encoded already."""
        if self._held is None:
            self._numbers.append(self._spool.append(content))
        else:
            self.append(self._codec.decode(content))

    def replace(self, position: int, record: T) -> None:
        """Put another record at a position."""
        if self._held is not None:
            self._held[position] = record
        else:
            self._numbers[position] = self._store(record)

    def encoded(self, position: int) -> bytes:
        """Return a record's bytes, for another process; raises as the codec does."""
        if self._held is not None:
            return self._codec.encode(self._held[position])
        number = self._numbers[position]
        return self._spool[number] if number >= 0 else self._codec.encode(self._odd[number])

    def sizes(self) -> NDArray[np.int64]:
        """Return about how many bytes every record takes ``int64[n]``, without reading those that lie on the disk."""
        if self._held is not None:
            return np.fromiter(map(self._size, self._held), dtype=np.int64, count=len(self._held))
        odd = [self._size(self._odd[number]) for number in range(-len(self._odd), 0)]
        return np.concatenate((self._spool.lengths(), np.array(odd, dtype=np.int64)))[self._numbers]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._held) if self._held is not None else len(self._numbers)

    def at(self, position: int) -> T:
        """Return the record at a position, read from the disk where it lies there."""
        if self._held is not None:
            return self._held[position]
        number = self._numbers[position]
        return self._codec.decode(self._spool[number]) if number >= 0 else self._odd[number]

    def part(self, position: int, decode: Callable[[bytes], P]) -> T | P:
        """Return a record where it is in memory, else what ``decode`` makes of its bytes."""
        if self._held is not None:
            return self._held[position]
        number = self._numbers[position]
        return decode(self._spool[number]) if number >= 0 else self._odd[number]

    def _store(self, record: T) -> int:
        """Return the number of a record in the file; one that has no encoding stays in memory under a negative one."""
        try:
            return self._spool.append(self._codec.encode(record))
        except (ValueError, OverflowError):
            number = -1 - len(self._odd)
            self._odd[number] = record
            return number
