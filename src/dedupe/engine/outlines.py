"""What later stages need of every verified pair, as columns; the comparison is read when somebody looks at it."""

from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.digests import Carried, Stretches, as_digest, carried, digest_of, in_digests
from dedupe.group.columns import EDITORIAL_CODES, TEXT_CODES, TEXTS, EdgeColumns
from dedupe.records import Comparison, EditorialRelation, TextRelation
from dedupe.verify.parts import PLAIN, Part

_PLAIN_CODES = np.array(
    [(TEXT_CODES[text], EDITORIAL_CODES["template" if text == "template_only" else "unknown"]) for text in PLAIN],
    dtype=np.uint8,
)
"""Relations of plain texts that do not credit one source, with what they mean."""

_NAMES = np.array(TEXTS, dtype=object)


class Outline(NamedTuple):
    """One verified pair in short.

    Attributes:
        text, editorial: Its relation.
        similarity, jaccard: As in :class:`dedupe.records.Comparison`.
        share: Coverage of the side that is covered more.
        passages: How many passages it shares; those with none are not shown.
        carried: Which side carries the other whole, and where.
    """

    text: TextRelation
    editorial: EditorialRelation
    similarity: float
    jaccard: float
    share: float
    passages: int
    carried: Carried | None

    @classmethod
    def of(cls, pair: Comparison, config: Config) -> "Outline":
        """Take the outline of a comparison."""
        relation = pair.relation
        return cls(
            relation.text,
            relation.editorial,
            pair.similarity,
            pair.jaccard,
            pair.coverage.larger(),
            len(pair.passages),
            carried(pair, config),
        )

    @classmethod
    def of_part(cls, part: Part) -> "Outline":
        """Take the outline of a pair that was told without a comparison; neither side carries the other."""
        return cls(
            part.text, part.editorial, part.similarity, part.jaccard, part.coverage.larger(), part.passages, None
        )


class Parts(NamedTuple):
    """Pairs that share no more than passages, as columns.

    Attributes:
        numbers: Which pairs ``int64[p]``.
        texts: Their text relations, as places in :data:`dedupe.verify.parts.PLAIN` ``int8[p]``.
        similarities, jaccards, shares: As in :class:`Outline` ``float64[p]``.
    """

    numbers: NDArray[np.int64]
    texts: NDArray[np.int8]
    similarities: NDArray[np.float64]
    jaccards: NDArray[np.float64]
    shares: NDArray[np.float64]


class Shares(NamedTuple):
    """Columns of many pairs, as in :class:`Outline` ``float64[p]``."""

    similarities: NDArray[np.float64]
    jaccards: NDArray[np.float64]
    shares: NDArray[np.float64]


class Outlines:
    """The outlines of a run's pairs, ascending by the positions of their documents.

    Attributes:
        positions: Positions of both documents ``int64[m, 2]``, ascending.
        similarities, jaccards, shares: ``float64`` columns.
    """

    positions: NDArray[np.int64]

    def __init__(self) -> None:
        """Begin with none."""
        self.similarities = array("d")
        self.jaccards = array("d")
        self.shares = array("d")
        self._texts = bytearray()
        self._editorials = bytearray()
        self._shown = bytearray()
        self._carried = array("q")
        self._digests: dict[int, bool] = {}

    @property
    def held(self) -> bool:
        """Whether the comparisons are in memory."""
        raise NotImplementedError

    def __getitem__(self, number: int) -> Comparison:
        """Return a comparison, told as what it is next to all others."""
        pair = self.compared(number)
        by_b = self._digests.get(number)
        return pair if by_b is None else as_digest(pair, digest_of(pair, by_b))

    def compared(self, number: int) -> Comparison:
        """Return a comparison as the two documents alone have it."""
        raise NotImplementedError

    def note(self, outline: Outline) -> None:
        """Add the next pair's outline."""
        if outline.carried is not None:
            self._carried.extend((len(self), *outline.carried))
        self._texts.append(TEXT_CODES[outline.text])
        self._editorials.append(EDITORIAL_CODES[outline.editorial])
        self._shown.append(outline.passages > 0)
        self.similarities.append(outline.similarity)
        self.jaccards.append(outline.jaccard)
        self.shares.append(outline.share)

    def note_many(self, texts: NDArray[np.uint8], shown: NDArray[np.bool_], shares: "Shares") -> None:
        """Add the next pairs' outlines, which mean nothing beyond their text relation.

        Args:
            texts: Places in :data:`dedupe.group.columns.TEXTS`.
            shown: Whether they share passages that are shown.
            shares: Their other columns.
        """
        self._texts += texts.tobytes()
        self._editorials += bytes([EDITORIAL_CODES["unknown"]]) * len(texts)
        self._shown += shown.astype(np.uint8).tobytes()
        self.similarities.frombytes(shares.similarities.tobytes())
        self.jaccards.frombytes(shares.jaccards.tobytes())
        self.shares.frombytes(shares.shares.tobytes())

    def note_carried(self, rows: NDArray[np.int64]) -> None:
        """Say of pairs which side carries the other whole ``int64[n, 4]``: the pair, whether b does, start and end."""
        self._carried.frombytes(np.ascontiguousarray(rows).tobytes())

    def fill(self, count: int) -> None:
        """Add so many pairs that are unrelated, until something else is set."""
        self._texts += bytes([TEXT_CODES["none"]]) * count
        self._editorials += bytes([EDITORIAL_CODES["unknown"]]) * count
        self._shown += bytes(count)
        for column in (self.similarities, self.jaccards, self.shares):
            column.frombytes(bytes(column.itemsize * count))

    def set(self, number: int, outline: Outline) -> None:
        """Say what a pair is that is there."""
        if outline.carried is not None:
            self._carried.extend((number, *outline.carried))
        self._texts[number] = TEXT_CODES[outline.text]
        self._editorials[number] = EDITORIAL_CODES[outline.editorial]
        self._shown[number] = outline.passages > 0
        self.similarities[number] = outline.similarity
        self.jaccards[number] = outline.jaccard
        self.shares[number] = outline.share

    def set_parts(self, parts: Parts) -> None:
        """Say of many pairs what they are."""
        texts, editorials = _PLAIN_CODES[parts.texts].T
        for column, values in (
            (self._texts, texts),
            (self._editorials, editorials),
            (self._shown, np.ones(len(parts.numbers), dtype=np.uint8)),
            (self.similarities, parts.similarities),
            (self.jaccards, parts.jaccards),
            (self.shares, parts.shares),
        ):
            np.frombuffer(column, dtype=values.dtype)[parts.numbers] = values  # both are mutable, and so is the view

    def reorder(self, order: NDArray[np.int64]) -> None:
        """Put the outlines into another order, given by their numbers."""
        for name in ("_texts", "_editorials", "_shown"):
            setattr(self, name, bytearray(np.frombuffer(getattr(self, name), dtype=np.uint8)[order].tobytes()))
        for name in ("similarities", "jaccards", "shares"):
            setattr(self, name, array("d", np.frombuffer(getattr(self, name), dtype=np.float64)[order].tobytes()))
        numbers = np.empty_like(order)
        numbers[order] = np.arange(len(order))
        carried = np.frombuffer(self._carried, dtype=np.int64).reshape(-1, 4)
        carried[:, 0] = numbers[carried[:, 0]]

    def __len__(self) -> int:
        """Return the number of pairs so far."""
        return len(self.similarities)

    def relation(self, number: int) -> TextRelation:
        """Return a pair's text relation."""
        return TEXTS[self._texts[number]]

    def mark_digests(self) -> None:
        """Make the pairs between a digest and the texts it carries what they are; see :mod:`dedupe.engine.digests`."""
        numbers, by_b, starts, ends = np.frombuffer(self._carried, dtype=np.int64).reshape(-1, 4).T
        marked = in_digests(Stretches(self.positions[numbers, by_b], starts, ends))
        self._digests = dict(zip(numbers[marked].tolist(), (by_b[marked] > 0).tolist(), strict=True))
        np.frombuffer(self._texts, dtype=np.uint8)[numbers[marked]] = TEXT_CODES["contained"]
        np.frombuffer(self._editorials, dtype=np.uint8)[numbers[marked]] = EDITORIAL_CODES["digest"]

    def edges(self) -> EdgeColumns:
        """Return what clustering needs of every pair, once all are there."""
        return EdgeColumns(
            ends=self.positions,
            texts=np.frombuffer(self._texts, dtype=np.uint8),
            editorials=np.frombuffer(self._editorials, dtype=np.uint8),
            similarities=np.frombuffer(self.similarities, dtype=np.float64),
            shares=np.frombuffer(self.shares, dtype=np.float64),
        )

    def scores(
        self, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], list[TextRelation], list[float], list[float]]:
        """Return positions ``int64[p, 2]``, text relations, similarities and Jaccards of some pairs."""
        texts = _NAMES[np.frombuffer(self._texts, dtype=np.uint8)[numbers]].tolist()
        similarities, jaccards = (np.frombuffer(each)[numbers].tolist() for each in (self.similarities, self.jaccards))
        return self.positions[numbers], texts, similarities, jaccards

    def with_relation(self, wanted: frozenset[TextRelation]) -> NDArray[np.int64]:
        """Return the numbers of the pairs whose text relation is one of these, ascending."""
        is_wanted = np.array([text in wanted for text in TEXTS])
        return np.flatnonzero(is_wanted[np.frombuffer(self._texts, dtype=np.uint8)])

    def with_passages(self) -> NDArray[np.int64]:
        """Return the numbers of the pairs that share a passage, ascending."""
        return np.flatnonzero(np.frombuffer(self._shown, dtype=np.uint8))

    def number_of(self, a: int, b: int) -> int | None:
        """Return the number of the pair of two positions, the smaller first; ``None`` where it was no candidate."""
        start, stop = np.searchsorted(self.positions[:, 0], (a, a + 1)).tolist()
        place = start + int(np.searchsorted(self.positions[start:stop, 1], b))
        return place if place < stop and self.positions[place, 1] == b else None
