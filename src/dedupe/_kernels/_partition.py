"""The specification of what groups texts: groups that are one text each, guarded against chains and bridges.

Connected components of verified pairs are not enough: A like B and B like C does not make A like C, and one text that
matches two crowds would weld them. So groups grow pair by pair, the best supported first, and a pair joins two
groups only when more than that pair speaks for it:

* pairs known to be clearly other texts must be fewer than pairs known to be the same;
* unless three quarters of all pairs across are known to be the same, a *witness* is called: one text of either side
  that the joining pairs do not touch. Verified the same, it confirms. Short of being clearly another it lets texts
  *drift*: from version to version less stays, but a good part of the shorter one still stands in the other. Where
  nobody can tell, a single text joins that matches the group's medoid or half of its members, and versions of one page.

At last every member must be verified against the medoid, or against half of the members, or be a version of some member
that has not drifted off the medoid; the rest leaves and is grouped again by itself.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedupe._kernels._columns import AskTie, Ties, Uint32s

SAME, APART, REVISION = 1, 2, 4
"""Bits of what a pair is: verified to be one text, clearly two, one a later version of the other."""

NEARLY_COMPLETE = 0.75
"""Share of verified pairs from which a component, or what lies between two groups, needs no witness."""

QUESTIONS = 2
"""Witnesses that are called for every text of a component at most."""


class _Tie(NamedTuple):
    kinds: int
    similarity: float


def partition(texts: int, ties: Ties, ask: AskTie | None = None) -> Uint32s:
    """Group texts.

    Args:
        texts: How many there are; they are numbered so that nothing depends on the order of their arrival.
        ties: What is known about them.
        ask: Verifies further pairs, each at most once and a few for every text; without it nobody can tell.

    Returns:
        The smallest text of every text's group ``uint32[texts]``.

    Raises:
        ValueError: The columns do not go together, or a similarity is no number.

    Cost: about linear in the ties times the smaller degree of each.
    """
    check_ties(texts, ties)
    known = _Known(ties, ask)
    groups = np.arange(texts, dtype=np.uint32)
    waiting = _components(known, range(texts))
    while waiting:
        component = waiting.pop()
        if _is_nearly_complete(known, component):
            groups[component] = component[0]
            continue
        for group in _Growth(known, component).groups():
            kept, left = _guard(known, group)
            groups[kept] = kept[0]
            waiting.extend(_components(known, left))
    return groups


def check_ties(texts: int, ties: Ties) -> None:
    """Refuse columns that do not go together, and numbers that are none."""
    ends = ties.ends.astype(np.int64)
    if ends.ndim != 2 or ends.shape[1] != 2 or not len(ends) == len(ties.kinds) == len(ties.similarities):
        raise ValueError("a tie has two ends, a kind and a similarity")
    ascending = all(before < after for before, after in pairwise(ends.tolist()))
    if (ends[:, 0] >= ends[:, 1]).any() or (ends >= texts).any() or not ascending:
        raise ValueError("ties ascend, the smaller text first, and name texts")
    if np.isnan(ties.similarities).any():
        raise ValueError("a similarity is a number")


class _Known:
    """Everything known about pairs of texts; grows by asking."""

    def __init__(self, ties: Ties, ask: AskTie | None) -> None:
        self._ask = ask
        self._told: dict[tuple[int, int], _Tie | None] = {}
        self.same: dict[int, set[int]] = {}
        self.apart: dict[int, set[int]] = {}
        for (a, b), *tie in zip(ties.ends.tolist(), ties.kinds.tolist(), ties.similarities.tolist(), strict=True):
            self._learn(a, b, _Tie(*tie))

    def told(self, a: int, b: int) -> _Tie | None:
        """Return what is known of a pair without asking."""
        return self._told.get((min(a, b), max(a, b)))

    def is_asked(self, a: int, b: int) -> bool:
        """Tell whether looking a pair up would ask nobody."""
        return self._ask is None or (min(a, b), max(a, b)) in self._told

    def tie(self, a: int, b: int) -> _Tie | None:
        """Return what is known of a pair, asking where nothing is."""
        if self._ask is not None and not self.is_asked(a, b):
            found = self._ask(min(a, b), max(a, b))
            if found is not None and np.isnan(found[1]):
                raise ValueError("a similarity is a number")
            self._learn(min(a, b), max(a, b), None if found is None else _Tie(*found))
        return self.told(a, b)

    def _learn(self, a: int, b: int, tie: _Tie | None) -> None:
        self._told[a, b] = tie
        for bit, column in ((SAME, self.same), (APART, self.apart)):
            if tie is not None and tie.kinds & bit:
                column.setdefault(a, set()).add(b)
                column.setdefault(b, set()).add(a)


def _components(known: _Known, texts: Iterable[int]) -> list[list[int]]:
    """Return the connected components of same-text pairs among some texts, by their smallest text."""
    left = dict.fromkeys(sorted(texts))
    components = []
    while left:
        reached = [next(iter(left))]
        del left[reached[0]]
        for text in reached:
            fresh = sorted(known.same.get(text, set()) & left.keys())
            for other in fresh:
                del left[other]
            reached.extend(fresh)
        components.append(sorted(reached))
    return components


def _is_nearly_complete(known: _Known, group: list[int]) -> bool:
    """Tell whether every text is verified the same as three quarters of all others: then nothing needs asking."""
    inside = set(group)
    wanted = NEARLY_COMPLETE * (len(group) - 1)
    return all(len(inside & known.same.get(text, set())) >= wanted for text in group)


def _guard(known: _Known, group: list[int]) -> tuple[list[int], list[int]]:
    """Divide an ascending group into the members that are verified well enough and the rest."""
    inside = set(group)
    medoid = max(group, key=lambda text: (len(inside & known.same.get(text, set())), -text))
    kept: list[int] = group
    left: list[int] = []
    while True:
        inside = set(kept)
        failing = {text for text in kept if text != medoid and not _belongs(known, text, medoid, inside)}
        if not failing:
            return kept, sorted(left)
        left.extend(failing)
        kept = [text for text in kept if text not in failing]


def _belongs(known: _Known, text: int, medoid: int, inside: set[int]) -> bool:
    """Tell whether a text is verified against the medoid, or half of the others, or has not drifted off the medoid."""
    same = inside & known.same.get(text, set())
    if medoid in same or 2 * len(same) >= len(inside) - 1:
        return True
    tie = known.tie(text, medoid)
    return tie is not None and bool(tie.kinds & SAME or (same and not tie.kinds & APART))


class _Growth:
    """Groups of one component while they grow; a group is known by its first text."""

    def __init__(self, known: _Known, component: list[int]) -> None:
        self._known = known
        self._group_of = {text: text for text in component}
        self._members = {text: [text] for text in component}
        self._degree = dict.fromkeys(component, 0)
        self._medoid = {text: text for text in component}
        self._refused: set[tuple[int, int, int, int]] = set()
        self._questions = QUESTIONS * len(component)

    def groups(self) -> list[list[int]]:
        """Join along the same-text pairs, the best supported first, and return the groups."""
        for a, b in self._pairs():
            first, second = self._group_of[a], self._group_of[b]
            if first != second:
                self._try_join(first, second)
        return [sorted(members) for _, members in sorted(self._members.items())]

    def _pairs(self) -> list[tuple[int, int]]:
        """Return the same-text pairs by common neighbours, then similarity, then canonical order."""
        neighbours = {text: self._known.same.get(text, set()) & self._group_of.keys() for text in self._group_of}
        ranked = [
            (-len(others & neighbours[b]), -tie.similarity, a, b)
            for a, others in neighbours.items()
            for b in others
            if a < b and (tie := self._known.told(a, b)) is not None
        ]
        return [(a, b) for _, _, a, b in sorted(ranked)]

    def _try_join(self, first: int, second: int) -> None:
        """Join two groups, the smaller one to the larger, if what is known across them allows it."""
        sizes = len(self._members[first]), len(self._members[second])
        if (-sizes[0], first) > (-sizes[1], second):
            first, second = second, first
        attempt = (first, len(self._members[first]), second, len(self._members[second]))
        if attempt in self._refused:
            return
        if self._may_join(first, second):
            self._join(first, second)
        else:
            self._refused.add(attempt)

    def _across(self, first: int, second: int, relation: dict[int, set[int]]) -> list[tuple[int, int]]:
        """Return the related pairs between two groups, the smaller group's text second."""
        return [
            (text, mine)
            for mine in self._members[second]
            for text in relation.get(mine, ())
            if self._group_of.get(text) == first
        ]

    def _may_join(self, first: int, second: int) -> bool:
        across = self._across(first, second, self._known.same)
        same, against = len(across), len(self._across(first, second, self._known.apart))
        possible = len(self._members[first]) * len(self._members[second])
        if against >= same or same >= NEARLY_COMPLETE * possible:
            return against < same
        witness = self._witness(first, second, across)
        if witness is not None and witness.kinds & SAME:
            return True
        if len(self._across(first, second, self._known.apart)) >= same:
            return False
        drifts = witness is not None and not witness.kinds & APART
        single = len(self._members[second]) == 1
        return (
            drifts
            or 2 * same >= possible
            or (single and any(a == self._medoid[first] for a, _ in across))
            or any(self._is_revision(a, b) for a, b in across)
        )

    def _is_revision(self, a: int, b: int) -> bool:
        tie = self._known.told(a, b)
        return tie is not None and bool(tie.kinds & REVISION)

    def _witness(self, first: int, second: int, across: list[tuple[int, int]]) -> _Tie | None:
        """Verify one pair across that the joining pairs do not touch, as far as the groups have one."""
        touched = {text for pair in across for text in pair}
        a = next((text for text in self._members[first] if text not in touched), None)
        b = next((text for text in self._members[second] if text not in touched), self._members[second][0])
        if a is None:
            return None
        if not self._known.is_asked(a, b):
            if not self._questions:
                return None
            self._questions -= 1
        return self._known.tie(a, b)

    def _join(self, first: int, second: int) -> None:
        across = self._across(first, second, self._known.same)  # after the witness, who may be one more
        for text in self._members[second]:
            self._group_of[text] = first
        self._members[first].extend(self._members.pop(second))
        touched = [text for pair in across for text in pair]
        for text in touched:
            self._degree[text] += 1
        centres = {self._medoid[first], self._medoid.pop(second), *touched}
        self._medoid[first] = max(centres, key=lambda text: (self._degree[text], -text))
