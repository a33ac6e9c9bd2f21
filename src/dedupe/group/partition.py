"""Texts into groups that are one text each, guarded against chains and bridges.

Connected components of verified pairs are not enough: A like B and B like C does not make A like C, and one text that
matches two crowds would weld them. So groups grow pair by pair, the best supported first, and a pair joins two
groups only when more than that pair speaks for it:

* pairs known to be clearly other texts (*conflicts*) must be fewer than pairs known to be the same;
* unless three quarters of all pairs across are known to be the same, a *witness* is called: one text of either side
  that the joining pairs do not touch. Verified the same, it confirms. Short of a conflict it lets texts *drift*: from
  version to version less stays, but a good part of the shorter one still stands in the other. Where nobody can tell, a
  single text joins that matches the group's medoid or half of its members, and versions of one page.

At last every member must be verified against the medoid, or against half of the members, or be a version of some member
that has not drifted off the medoid; the rest leaves and is grouped again by itself. Verified pairs that end in
different groups are *bridges* and are handed back, never dropped.

Texts are numbered canonically by the caller, so nothing depends on the order of arrival.
"""

from collections.abc import Iterable
from typing import NamedTuple

from dedupe.group.verdicts import Edge, Verdicts

NEARLY_COMPLETE = 0.75
"""Share of verified pairs from which a component, or what lies between two groups, needs no witness."""


class Partition(NamedTuple):
    """Groups of texts, each ascending, in order of their first text; and the verified pairs across groups."""

    groups: list[list[int]]
    bridges: list[Edge]


def partition(verdicts: Verdicts) -> Partition:
    """Group the texts that ``verdicts`` names.

    Asks for a few further pairs a text at most. Cost: about linear in the known pairs times the smaller degree of each.
    """
    groups = group_texts(verdicts)
    return Partition(groups, _bridges(verdicts, groups))


def group_texts(verdicts: Verdicts) -> list[list[int]]:
    """Return the groups of :func:`partition` alone."""
    groups: list[list[int]] = []
    waiting = _components(verdicts, verdicts.texts())
    while waiting:
        component = waiting.pop()
        if _is_nearly_complete(verdicts, component):
            groups.append(component)
            continue
        for group in _Growth(verdicts, component).groups():
            kept, left = _guard(verdicts, group)
            groups.append(kept)
            waiting.extend(_components(verdicts, left))
    groups.sort()
    return groups


def medoid(verdicts: Verdicts, group: list[int]) -> int:
    """Return the text verified the same as most others of its group; the smallest of several."""
    inside = set(group)
    return max(group, key=lambda text: (len(inside & verdicts.same.get(text, set())), -text))


def _components(verdicts: Verdicts, texts: Iterable[int]) -> list[list[int]]:
    """Return the connected components of same-text pairs among some texts."""
    left = dict.fromkeys(sorted(texts))
    components = []
    while left:
        reached = [next(iter(left))]
        del left[reached[0]]
        for text in reached:
            fresh = sorted(verdicts.same.get(text, set()) & left.keys())
            for other in fresh:
                del left[other]
            reached.extend(fresh)
        components.append(sorted(reached))
    return components


def _is_nearly_complete(verdicts: Verdicts, group: list[int]) -> bool:
    """Tell whether every text is verified the same as three quarters of all others: then nothing needs asking."""
    inside = set(group)
    wanted = NEARLY_COMPLETE * (len(group) - 1)
    return all(len(inside & verdicts.same.get(text, set())) >= wanted for text in group)


def _guard(verdicts: Verdicts, group: list[int]) -> tuple[list[int], list[int]]:
    """Divide a group into the members that are verified well enough and the rest."""
    centre = medoid(verdicts, group)
    kept: list[int] = group
    left: list[int] = []
    while True:
        inside = set(kept)
        failing = {text for text in kept if text != centre and not _belongs(verdicts, text, centre, inside)}
        if not failing:
            return kept, sorted(left)
        left.extend(failing)
        kept = [text for text in kept if text not in failing]


def _belongs(verdicts: Verdicts, text: int, centre: int, inside: set[int]) -> bool:
    """Tell whether a text is verified against the medoid, or half of the others, or has not drifted off the medoid."""
    same = inside & verdicts.same.get(text, set())
    if centre in same or 2 * len(same) >= len(inside) - 1:
        return True
    edge = verdicts.verdict(text, centre)
    if edge is None:
        return False
    return edge.same_text or (bool(same) and not verdicts.conflict(text, centre))


def _is_revision(verdicts: Verdicts, a: int, b: int) -> bool:
    edge = verdicts.known(a, b)
    return edge is not None and edge.revision


def _bridges(verdicts: Verdicts, groups: list[list[int]]) -> list[Edge]:
    """Return the same-text pairs whose texts are in different groups, ascending."""
    group_of = {text: number for number, group in enumerate(groups) for text in group}
    across = sorted(
        (text, other)
        for text, others in verdicts.same.items()
        for other in others
        if text < other and group_of[text] != group_of[other]
    )
    return [edge for pair in across if (edge := verdicts.known(*pair)) is not None]


class _Growth:
    """Groups of one component while they grow."""

    def __init__(self, verdicts: Verdicts, component: list[int]) -> None:
        self._verdicts = verdicts
        self._group_of = {text: text for text in component}
        self._members = {text: [text] for text in component}
        self._degree = dict.fromkeys(component, 0)
        self._medoid = {text: text for text in component}
        self._refused: set[tuple[int, int, int, int]] = set()
        self._questions = 2 * len(component)

    def groups(self) -> list[list[int]]:
        """Join along the same-text pairs, the best supported first, and return the groups."""
        for a, b in self._pairs():
            first, second = self._group_of[a], self._group_of[b]
            if first != second:
                self._try_join(first, second)
        return [sorted(members) for _, members in sorted(self._members.items())]

    def _pairs(self) -> list[tuple[int, int]]:
        """Return the same-text pairs by common neighbours, then similarity, then canonical order."""
        same, inside = self._verdicts.same, set(self._group_of)
        neighbours = {text: same.get(text, set()) & inside for text in inside}
        ranked = []
        for a, others in neighbours.items():
            ties = self._verdicts.ties(a)
            for b in others:
                if a < b:
                    edge = ties.get(b)
                    similarity = edge.similarity if edge is not None else 0.0
                    ranked.append((-len(others & neighbours[b]), -similarity, a, b))
        return [(a, b) for _, _, a, b in sorted(ranked)]

    def _try_join(self, first: int, second: int) -> None:
        """Join two groups if what is known across them allows it."""
        if len(self._members[first]) < len(self._members[second]) or (
            len(self._members[first]) == len(self._members[second]) and second < first
        ):
            first, second = second, first
        attempt = (first, len(self._members[first]), second, len(self._members[second]))
        if attempt in self._refused:
            return
        across, questions = self._across(first, second, self._verdicts.same), self._questions
        if self._may_join(first, second, across):
            if questions != self._questions:  # what was asked may be one more
                across = self._across(first, second, self._verdicts.same)
            self._join(first, second, across)
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

    def _may_join(self, first: int, second: int, across: list[tuple[int, int]]) -> bool:
        same, against = len(across), len(self._across(first, second, self._verdicts.conflicts))
        possible = len(self._members[first]) * len(self._members[second])
        if against >= same or same >= NEARLY_COMPLETE * possible:
            return against < same
        witness = self._witness(first, second, across)
        if witness is not None and witness.same_text:
            return True
        if len(self._across(first, second, self._verdicts.conflicts)) >= same:
            return False
        drifts = witness is not None and not self._verdicts.conflict(witness.a, witness.b)
        single = len(self._members[second]) == 1
        return (
            drifts
            or 2 * same >= possible
            or (single and any(a == self._medoid[first] for a, _ in across))
            or any(_is_revision(self._verdicts, a, b) for a, b in across)
        )

    def _witness(self, first: int, second: int, across: list[tuple[int, int]]) -> Edge | None:
        """Verify one pair across that the joining pairs do not touch, as far as the groups have one."""
        touched = {text for pair in across for text in pair}
        a = next((text for text in self._members[first] if text not in touched), None)
        b = next((text for text in self._members[second] if text not in touched), self._members[second][0])
        if a is None:
            return None
        if not self._verdicts.is_asked(a, b):
            if not self._questions:
                return None
            self._questions -= 1
        edge = self._verdicts.verdict(a, b)
        return None if edge is None else edge._replace(a=a, b=b)

    def _join(self, first: int, second: int, across: list[tuple[int, int]]) -> None:
        for text in self._members[second]:
            self._group_of[text] = first
        self._members[first].extend(self._members.pop(second))
        touched = [text for pair in across for text in pair]
        for text in touched:
            self._degree[text] += 1
        centres = {self._medoid[first], self._medoid.pop(second), *touched}
        self._medoid[first] = max(centres, key=lambda text: (self._degree[text], -text))
