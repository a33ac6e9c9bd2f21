"""Disjoint sets of numbers: growing pair by pair (Tarjan 1975; paths halved), or of many pairs at once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


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


def roots(count: int, firsts: NDArray[np.int64], seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for every number below ``count`` the smallest one that pairs connect it with: its own where none does.

    In rounds (after Shiloach and Vishkin 1982): every root hooks onto the smallest smaller root that it is paired with,
    paths are shortened until they end, and pairs inside one set are dropped. Of the roots that are left in pairs, two
    rounds leave half at most: one that does not hook either takes in another in the first, or hooks in the second.

    Args:
        count: How many numbers there are.
        firsts: One number of every pair; pairs come in any order, each either way round.
        seconds: The other.
    """
    above = np.arange(count)
    while len(firsts):
        np.minimum.at(above, np.maximum(firsts, seconds), np.minimum(firsts, seconds))
        while not np.array_equal(higher := above[above], above):
            above = higher
        firsts, seconds = above[firsts], above[seconds]
        apart = firsts != seconds
        firsts, seconds = firsts[apart], seconds[apart]
    return above
