"""All verified pairs of a run: a few columns in memory, the comparisons themselves on disk once they are many."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.bodies import Bodies
from dedupe.engine.linking import Carried, as_digest, carried, find_digests
from dedupe.engine.spool import Selected, Spooled
from dedupe.group.verdicts import Edge
from dedupe.records import Body, Comparison, DocumentId, EditorialRelation, Link, Passage, TextRelation

_TEXTS: tuple[TextRelation, ...] = get_args(TextRelation)
_EDITORIALS: tuple[EditorialRelation, ...] = get_args(EditorialRelation)
_PAIR_OVERHEAD = 900
_PASSAGE_OVERHEAD = 400
_AT_ONCE = 1 << 16


class Outline(NamedTuple):
    """What later stages need of every comparison; the rest is read when somebody looks at it."""

    text: TextRelation
    editorial: EditorialRelation
    similarity: float
    passages: int
    credited: bool
    carried: Carried | None

    @classmethod
    def of(cls, pair: Comparison, config: Config) -> "Outline":
        """Take the outline of a comparison."""
        relation = pair.relation
        return cls(
            relation.text,
            relation.editorial,
            pair.similarity,
            len(pair.passages),
            pair.source is not None,
            carried(pair, config),
        )


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


class Pairs:
    """The verified pairs of a run, in the order of their candidates.

    Attributes:
        positions: Positions of both documents ``int64[m, 2]``, ascending.
        stored: The comparisons.
        similarities: ``float64`` column.
    """

    def __init__(self, positions: NDArray[np.int64], codec: PairCodec) -> None:
        """Begin with the candidates and no comparison yet."""
        self.positions = positions
        self.stored: Spooled[Comparison] = Spooled(codec, size=_size)
        self.similarities = array("d")
        self._texts = bytearray()
        self._editorials = bytearray()
        self._flags = bytearray()
        self._carried: list[tuple[int, Carried]] = []

    def append(self, pair: Comparison | bytes, outline: Outline) -> None:
        """Add the next candidate's comparison, or its bytes."""
        if outline.carried is not None:
            self._carried.append((len(self), outline.carried))
        self._texts.append(_TEXTS.index(outline.text))
        self._editorials.append(_EDITORIALS.index(outline.editorial))
        self._flags.append((outline.passages > 0) | outline.credited << 1)
        self.similarities.append(outline.similarity)
        if isinstance(pair, bytes):
            self.stored.append_encoded(pair)
        else:
            self.stored.append(pair)

    def __len__(self) -> int:
        """Return the number of comparisons so far."""
        return len(self.similarities)

    def __getitem__(self, number: int) -> Comparison:
        """Return a comparison."""
        return self.stored[number]

    def mark_digests(self) -> None:
        """Make the pairs between a digest and the texts it carries what they are; see :mod:`dedupe.engine.linking`."""
        for number, digest in find_digests(self._carried).items():
            marked = as_digest(self.stored[number], digest)
            self.stored.replace(number, marked)
            self._texts[number] = _TEXTS.index(marked.relation.text)
            self._editorials[number] = _EDITORIALS.index(marked.relation.editorial)

    def edges(self) -> Iterator[Edge]:
        """Yield what clustering needs of every pair."""
        columns = zip(self._texts, self._editorials, self.similarities, strict=True)
        for (a, b), (text, editorial, similarity) in zip(self._rows(), columns, strict=True):
            yield Edge(a, b, _TEXTS[text], _EDITORIALS[editorial], similarity)

    def _rows(self) -> Iterator[tuple[int, int]]:
        for begin in range(0, len(self), _AT_ONCE):
            yield from map(tuple, self.positions[begin : begin + _AT_ONCE].tolist())

    def with_relation(self, wanted: frozenset[TextRelation]) -> NDArray[np.int64]:
        """Return the numbers of the pairs whose text relation is one of these, ascending."""
        codes = np.array([_TEXTS.index(text) for text in _TEXTS if text in wanted], dtype=np.uint8)
        return np.flatnonzero(np.isin(np.frombuffer(self._texts, dtype=np.uint8), codes))

    def with_passages(self) -> NDArray[np.int64]:
        """Return the numbers of the pairs that share a passage, ascending."""
        return np.flatnonzero(np.frombuffer(self._flags, dtype=np.uint8) & 1)

    def number_of(self, a: int, b: int) -> int | None:
        """Return the number of the pair of two positions, the smaller first; ``None`` where it was no candidate."""
        start, stop = np.searchsorted(self.positions[:, 0], (a, a + 1)).tolist()
        place = start + int(np.searchsorted(self.positions[start:stop, 1], b))
        return place if place < stop and self.positions[place, 1] == b else None


class ShownPairs(Selected[Comparison]):
    """The pairs of a large run that share a passage, read when they are looked at.

    Args:
        pairs: All pairs.
    """

    def __init__(self, pairs: Pairs) -> None:
        """Choose those with passages."""
        self._shown = pairs.with_passages()
        self._pairs = pairs
        super().__init__(self._shown, pairs.__getitem__)

    def number_of(self, a: int, b: int) -> int | None:
        """Return where the pair of two positions stands here, the smaller position first."""
        number = self._pairs.number_of(a, b)
        if number is None:
            return None
        place = int(np.searchsorted(self._shown, number))
        return place if place < len(self._shown) and self._shown[place] == number else None

    def similarity(self, place: int) -> float:
        """Return a pair's similarity without reading the pair."""
        return self._pairs.similarities[int(self._shown[place])]


class ShownLinks(Selected[Link]):
    """The links of a large run, made of their pairs when they are looked at.

    Args:
        linked: Numbers of the pairs.
        make: Makes a link of a pair's number.
        pairs: All pairs.
        ids: Ids by position.
    """

    def __init__(
        self, linked: NDArray[np.int64], make: Callable[[int], Link], *, pairs: Pairs, ids: Sequence[DocumentId]
    ) -> None:
        """Choose the pairs."""
        self._ends = pairs.positions[linked]
        self._ids = ids
        super().__init__(linked, make)

    def ids(self) -> Iterator[tuple[DocumentId, DocumentId]]:
        """Yield the two ids of every link."""
        for begin in range(0, len(self._ends), _AT_ONCE):
            for a, b in self._ends[begin : begin + _AT_ONCE].tolist():
                yield self._ids[a], self._ids[b]


def _size(pair: Comparison) -> int:
    """Return about how many bytes a comparison takes in memory."""
    words = sum(len(passage.quote) for passage in pair.passages)
    return _PAIR_OVERHEAD + _PASSAGE_OVERHEAD * len(pair.passages) + 2 * words
