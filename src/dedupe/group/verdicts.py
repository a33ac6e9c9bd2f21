"""What is known about pairs of texts, and the way to ask for what is not."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dedupe._kernels import APART, REVISION, SAME
from dedupe.records import MERGING, Comparison, EditorialRelation, TextRelation

Ask = Callable[[int, int], "Edge | None"]
"""Verifies a pair that no channel nominated; ``None`` when it cannot be verified."""

DRIFT_FLOOR = 0.4
"""Share of the body that is covered more below which a pair that is not one text is clearly two.

Two texts that each share seven tenths with a third (an edited copy does) share at least two fifths of it with each
other; less is no drift. A short version that stands whole in a long one has drifted nowhere.
"""


class Edge(NamedTuple):
    """A verified pair: what clustering needs of a :class:`dedupe.records.Comparison`.

    Attributes:
        a, b: Positions of the documents.
        text: Text relation; ``records.MERGING`` says which ones carry one text.
        editorial: Editorial relation; ``revision`` allows a text to drift from version to version.
        similarity: Aligned share of both bodies, in [0, 1].
        share: Aligned share of the body that is covered more, in [0, 1]: a short version that stands whole in a long
            one has little similarity and all of this.
    """

    a: int
    b: int
    text: TextRelation
    editorial: EditorialRelation = "unknown"
    similarity: float = 0.0
    share: float = 0.0

    @classmethod
    def from_comparison(cls, a: int, b: int, comparison: Comparison) -> "Edge":
        """Keep of a comparison what clustering needs, for the documents at positions ``a`` and ``b``."""
        relation = comparison.relation
        share = comparison.coverage.larger()
        return cls(a, b, relation.text, relation.editorial, comparison.similarity, share)

    @property
    def same_text(self) -> bool:
        """Whether both documents carry one text."""
        return self.text in MERGING

    @property
    def revision(self) -> bool:
        """Whether one is a later version of the other and still the same text."""
        return self.editorial == "revision" and self.same_text

    @property
    def kinds(self) -> int:
        """What this says of the pair when texts are grouped: bits of :mod:`dedupe._kernels`."""
        if self.same_text:
            return SAME | REVISION if self.revision else SAME
        return APART if self.similarity < DRIFT_FLOOR and self.share < DRIFT_FLOOR else 0


class Verdicts:
    """Everything known about pairs of numbered texts; grows by asking.

    Args:
        edges: Verified pairs, also those found *not* to be one text. Of several about one pair, one that says "same
            text" wins, then the most similar.
        ask: Verifies further pairs; each pair is asked at most once.
    """

    def __init__(self, edges: Iterable[Edge], ask: Ask | None = None) -> None:
        """Take in what is known."""
        self._ask = ask
        self._known: dict[int, dict[int, Edge | None]] = {}
        known = self._known
        for edge in edges:
            ties = known.setdefault(edge.a, {})
            earlier = ties.get(edge.b)
            if earlier is None or _precedence(edge) > _precedence(earlier):
                held = edge if edge.a < edge.b else edge._replace(a=edge.b, b=edge.a)
                ties[edge.b] = known.setdefault(edge.b, {})[edge.a] = held

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return self._ask is not None

    def texts(self) -> list[int]:
        """Return every text some pair names, ascending."""
        return sorted(self._known)

    def edges(self) -> list[Edge]:
        """Return what is known, ascending by both texts."""
        return [*self.within(self._known)]

    def known(self, a: int, b: int) -> Edge | None:
        """Return what is known of a pair without asking."""
        return self._known.get(a, {}).get(b)

    def verdict(self, a: int, b: int) -> Edge | None:
        """Return what is known of a pair, asking where nothing is; ``None`` when nobody can tell."""
        if self._ask is not None and b not in self._known.get(a, {}):
            self._learn(a, b, self._ask(min(a, b), max(a, b)))
        return self.known(a, b)

    def within(self, group: Iterable[int]) -> Iterator[Edge]:
        """Yield what is known of the pairs inside a group, ascending."""
        members = sorted(group)
        inside = set(members)
        for a in members:
            known = self._known.get(a, {})
            for b in sorted(known.keys() & inside):
                edge = known[b]
                if a < b and edge is not None:
                    yield edge

    def _learn(self, a: int, b: int, edge: Edge | None) -> None:
        if edge is not None and (edge.a, edge.b) != (min(a, b), max(a, b)):
            edge = edge._replace(a=min(a, b), b=max(a, b))
        for text, other in ((a, b), (b, a)):
            self._known.setdefault(text, {})[other] = edge


def _precedence(edge: Edge) -> tuple[bool, float, bool, str, str, float]:
    """Order edges about one pair; total, so that their order of arrival does not matter; as the columns have it."""
    return (edge.same_text, edge.similarity, edge.revision, edge.text, edge.editorial, edge.share)
