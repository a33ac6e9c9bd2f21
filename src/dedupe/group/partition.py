"""Texts into groups that are one text each, by what is verified about pairs of them.

How groups grow, and what guards them against chains and bridges, stands in :mod:`dedupe._kernels._partition`. Verified
pairs that end in different groups are *bridges* and are handed back, never dropped.

Texts are numbered canonically by the caller, so nothing depends on the order of arrival.
"""

from typing import NamedTuple

import numpy as np

from dedupe import _kernels
from dedupe.group.verdicts import Edge, Verdicts


class Partition(NamedTuple):
    """Groups of texts, each ascending, in order of their first text; and the verified pairs across groups."""

    groups: list[list[int]]
    bridges: list[Edge]


def partition(verdicts: Verdicts) -> Partition:
    """Group the texts that ``verdicts`` names.

    Asks for a few further pairs a text at most. Cost: about linear in the known pairs times the smaller degree of each.
    """
    groups = group_texts(verdicts)
    group_of = {text: number for number, group in enumerate(groups) for text in group}
    bridges = [edge for edge in verdicts.edges() if edge.same_text and group_of[edge.a] != group_of[edge.b]]
    return Partition(groups, bridges)


def group_texts(verdicts: Verdicts) -> list[list[int]]:
    """Return the groups of :func:`partition` alone."""
    texts, edges = verdicts.texts(), verdicts.edges()

    def ask(a: int, b: int) -> tuple[int, float] | None:
        edge = verdicts.verdict(a, b)
        return None if edge is None else (edge.kinds, edge.similarity)

    ties = _kernels.Ties(
        ends=np.array([(edge.a, edge.b) for edge in edges], dtype=np.uint32).reshape(-1, 2),
        kinds=np.array([edge.kinds for edge in edges], dtype=np.uint8),
        similarities=np.array([edge.similarity for edge in edges], dtype=np.float64),
    )
    firsts = _kernels.partition(texts[-1] + 1 if texts else 0, ties, ask if verdicts.asks else None).tolist()
    groups: dict[int, list[int]] = {}
    for text in texts:
        groups.setdefault(firsts[text], []).append(text)
    return list(groups.values())
