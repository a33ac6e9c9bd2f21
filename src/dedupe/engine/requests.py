"""What a run and its worker processes say to each other, as typed MessagePack frames."""

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

import msgspec

from dedupe.config import Config
from dedupe.engine.outlines import Outline

CACHED_MATERIALS = 4_096
"""Documents kept ready for comparison: some 40 kB each for a page of news."""

Block = list[tuple[int, int, int]]
"""Pairs of positions, each with the mask of its channels."""

T = TypeVar("T")


class CompareRequest(NamedTuple):
    """Pairs to compare, and the bodies that the worker does not hold.

    Attributes:
        pairs: The pairs.
        bodies: Positions with encoded bodies.
        forget: The worker holds nothing from now on but what comes with this frame.
    """

    pairs: Block
    bodies: list[tuple[int, bytes]]
    forget: bool


class CompareAnswer(NamedTuple):
    """Comparisons as :class:`~dedupe.engine.pairs.PairCodec` writes them, and their outlines, in the order asked."""

    pairs: list[bytes]
    outlines: list[Outline]


class Holding(Generic[T]):
    """What a worker holds of the documents it was sent, known alike on both sides of the pipe.

    Both sides see the same blocks in the same order and let go of the same documents, so nothing needs to be said.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._items: OrderedDict[int, T] = OrderedDict()

    def missing(self, block: Block) -> list[int]:
        """Make room for a block and return the positions that have to be sent for it, in order."""
        wanted = dict.fromkeys(position for a, b, _ in block for position in (a, b))
        absent = []
        for position in wanted:
            if position in self._items:
                self._items.move_to_end(position)
            else:
                absent.append(position)
        while self._items and len(self._items) + len(absent) > max(CACHED_MATERIALS, len(wanted)):
            self._items.popitem(last=False)
        return absent

    def put(self, position: int, item: T) -> None:
        """Hold a document."""
        self._items[position] = item

    def __getitem__(self, position: int) -> T:
        """Return what is held of a document."""
        return self._items[position]


encode = msgspec.msgpack.Encoder().encode
decode_answer = msgspec.msgpack.Decoder(CompareAnswer).decode
decode_request = msgspec.msgpack.Decoder(CompareRequest).decode
decode_config = msgspec.msgpack.Decoder(Config).decode
