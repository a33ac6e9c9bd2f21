"""All verified pairs of a run with their comparisons, which lie on disk once they are many."""

from array import array
from collections.abc import Callable
from dataclasses import fields
from itertools import repeat
from operator import attrgetter
from threading import Lock
from typing import Any, get_type_hints

import msgspec
import numpy as np
from numpy.typing import NDArray

from dedupe.engine.bodies import Bodies
from dedupe.engine.outlines import Outline, Outlines
from dedupe.engine.spool import Spooled
from dedupe.records import Body, Comparison, DocumentId, Passage

_PAIR_OVERHEAD = 900
_PASSAGE_OVERHEAD = 400

SOON_MADE = 1_000
"""Comparisons that a result makes at once, for it to be plain tuples: a tenth of a second. Of more, each is made when
somebody looks at it."""


class PairCodec:
    """Comparisons as bytes, without the words of their passages: those are cut out of the body again.

    Args:
        body_of: Returns the body of a document's id. Only reading needs it.
    """

    def __init__(self, body_of: "BodyOf | None" = None) -> None:
        """Prepare both directions; the fields are those the records have."""
        self._body_of = body_of
        self._names = [field.name for field in fields(Comparison) if field.name != "passages"]
        self._passage_names = [field.name for field in fields(Passage) if field.name != "quote"]
        self._values = attrgetter(*self._names)
        self._passage_values = attrgetter(*self._passage_names)
        self._encode = msgspec.msgpack.Encoder().encode
        types, passage_types = get_type_hints(Comparison), get_type_hints(Passage)
        columns: Any = tuple[tuple(types[name] for name in self._names)]  # type: ignore[misc]
        passage: Any = tuple[tuple(passage_types[name] for name in self._passage_names)]  # type: ignore[misc]
        self._decode = msgspec.msgpack.Decoder(tuple[columns, tuple[passage, ...]]).decode

    def encode(self, pair: Comparison) -> bytes:
        """Return a comparison's bytes; raises as :class:`~dedupe.engine.spool.Codec` says."""
        return self._encode((self._values(pair), [self._passage_values(passage) for passage in pair.passages]))

    def decode(self, content: bytes) -> Comparison:
        """Return the comparison, with the words of its passages."""
        values, passages = self._decode(content)
        named = dict(zip(self._names, values, strict=True))
        original = self._body_of(named["a"]).original if self._body_of is not None and passages else ""
        read = []
        for each in passages:
            start, end = each[0]
            words = " ".join(original[start:end].split())
            read.append(Passage(**dict(zip(self._passage_names, each, strict=True)), quote=words))
        return Comparison(**named, passages=tuple(read))


class BodyOf:
    """Finds bodies by id; the last one is kept, because pairs that follow each other share their first document."""

    def __init__(self, bodies: Bodies) -> None:
        """Look them up here."""
        self._bodies = bodies
        self._last: Body | None = None

    def __call__(self, document_id: DocumentId) -> Body:
        """Return the body of an id."""
        if self._last is None or self._last.id != document_id:
            self._last = self._bodies[self._bodies.positions[document_id]]
        return self._last


class Kept:
    """Comparisons by the number of their pair, each made at most once and then kept, on disk once they are many.

    Args:
        codec: How they become bytes.
        make: Makes the comparison of a number that was not put here.
    """

    def __init__(self, codec: PairCodec, make: Callable[[int], Comparison]) -> None:
        """Begin with none."""
        self._stored: Spooled[Comparison] = Spooled(codec, size=_size)
        self._make = make
        self._places = array("q")
        self._adding = Lock()

    @property
    def held(self) -> bool:
        """Whether those that were made are in memory still."""
        return self._stored.held

    def __len__(self) -> int:
        """Return how many were made."""
        return len(self._stored)

    def __getitem__(self, number: int) -> Comparison:
        """Return a pair's comparison; made now where it was not yet."""
        place = self._places[number] if number < len(self._places) else -1
        if place >= 0:
            return self._stored[place]
        pair = self._make(number)
        self.put(number, pair)
        return pair

    def put(self, number: int, pair: Comparison | bytes) -> None:
        """Keep a comparison, or its bytes, for a number, in place of one that is there."""
        with self._adding:  # results are read in several threads
            if number >= len(self._places):
                self._places.extend(repeat(-1, number + 1 - len(self._places)))
            place = len(self._stored)
            if isinstance(pair, bytes):
                self._stored.append_encoded(pair)
            elif self._places[number] >= 0:
                self._stored.replace(self._places[number], pair)
                return
            else:
                self._stored.append(pair)
            self._places[number] = place


class Pairs(Outlines):
    """The verified pairs of a run, in the order of their candidates.

    Attributes:
        positions: Positions of both documents ``int64[m, 2]``, ascending.
        kept: The comparisons that were made.
    """

    def __init__(self, positions: NDArray[np.int64], codec: PairCodec, make: Callable[[int], Comparison]) -> None:
        """Begin with the candidates, all unrelated, and no comparison yet.

        Args:
            positions: Of the candidates.
            codec: How comparisons become bytes.
            make: Compares the candidate of a number.
        """
        super().__init__()
        self.positions = positions
        self.fill(len(positions))
        self.kept = Kept(codec, make)

    @property
    def held(self) -> bool:
        """Whether the comparisons are in memory, but for a few that are soon made."""
        return self.kept.held and len(self.with_passages()) - len(self.kept) <= SOON_MADE

    def settle(self, number: int, outline: Outline, pair: Comparison | bytes | None = None) -> None:
        """Say what a candidate is, with its comparison or the bytes of it where that was made."""
        if pair is not None:
            self.kept.put(number, pair)
        self.set(number, outline)

    def compared(self, number: int) -> Comparison:
        """Return the comparison of a pair."""
        return self.kept[number]


def _size(pair: Comparison) -> int:
    """Return about how many bytes a comparison takes in memory."""
    words = sum(len(passage.quote) for passage in pair.passages)
    return _PAIR_OVERHEAD + _PASSAGE_OVERHEAD * len(pair.passages) + 2 * words
