"""Disjoint sets of numbers that grow together (Tarjan 1975; paths halved)."""

from collections.abc import Iterator


class Sets:
    """Which numbers belong together; a number nobody united is a set of its own.

    >>> sets = Sets()
    >>> sets.unite(4, 2)
    >>> sets.root(4), sets.root(7), len(sets)
    (2, 7, 1)
    """

    def __init__(self) -> None:
        """Begin with every number by itself."""
        self._parent: dict[int, int] = {}
        self._joins = 0

    def unite(self, a: int, b: int) -> None:
        """Put the sets of two numbers together; the smaller root is the root of both."""
        first, second = sorted((self._root_of_new(a), self._root_of_new(b)))
        self._joins += first != second
        self._parent[second] = first

    def _root_of_new(self, number: int) -> int:
        self._parent.setdefault(number, number)
        return self.root(number)

    def root(self, number: int) -> int:
        """Return the number that stands for a set."""
        parent = self._parent
        while (above := parent.get(number, number)) != number:
            parent[number] = number = parent[above]
        return number

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers that were united with any, themselves included, in the order they came."""
        return iter(self._parent)

    def __contains__(self, number: object) -> bool:
        """Tell whether a number was united with any."""
        return number in self._parent

    def __len__(self) -> int:
        """Return how many sets fewer there are than numbers."""
        return self._joins
