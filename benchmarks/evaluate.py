"""Hold an engine's answer against the brute-force pairs.

Two readings, because engines answer in two ways:

* *pairs*: what is reported as a pair (engines that only cluster: every two members of a cluster), against the pairs
  with exact Jaccard >= t. Precision here charges a clustering engine for what it chains together.
* *closed*: both sides closed to connected components first, so that chaining is not charged when the truth chains too.
"""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

Pair = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """Recall and precision, and the counts they come from."""

    recall: float
    precision: float
    true: int
    reported: int
    both: int

    def as_record(self, prefix: str) -> dict[str, object]:
        """Return the five numbers under names that start with ``prefix``."""
        return {
            f"{prefix}_recall": round(self.recall, 5),
            f"{prefix}_precision": round(self.precision, 5),
            f"{prefix}_true": self.true,
            f"{prefix}_reported": self.reported,
            f"{prefix}_both": self.both,
        }


def read_truth(path: Path, threshold: float) -> set[Pair]:
    """Return the pairs of a brute-force file with Jaccard >= ``threshold``, smaller id first."""
    truth = set()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            a, b, value = line.rstrip("\n").split("\t")
            # The file rounds to six digits; the nearest ratio of two set sizes below a threshold is farther away.
            if float(value) >= threshold - 5e-7:
                truth.add((min(a, b), max(a, b)))
    return truth


def read_answer(path: Path) -> tuple[set[Pair] | None, list[list[str]]]:
    """Return (pairs or None when only clusters are given, clusters) of an answer file."""
    pairs: set[Pair] = set()
    clusters: list[list[str]] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            kind, *ids = line.rstrip("\n").split("\t")
            if kind == "pair":
                pairs.add((min(ids), max(ids)))
            else:
                clusters.append(ids)
    return (pairs if pairs or not clusters else None), clusters


def components(pairs: set[Pair]) -> list[list[str]]:
    """Return the connected components of the pairs."""
    parent: dict[str, str] = {}

    def find(node: str) -> str:
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    for a, b in pairs:
        parent[find(a)] = find(b)
    groups: dict[str, list[str]] = {}
    for node in sorted(parent):
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())


def inside(clusters: list[list[str]]) -> set[Pair]:
    """Return every two members of a cluster, smaller id first."""
    return {pair for members in clusters for pair in combinations(sorted(members), 2)}


def score(truth: set[Pair], reported: set[Pair]) -> Score:
    """Return recall and precision; 1.0 where there is nothing to find or nothing was reported."""
    both = len(truth & reported)
    return Score(
        both / len(truth) if truth else 1.0,
        both / len(reported) if reported else 1.0,
        len(truth),
        len(reported),
        both,
    )


def evaluate(answer: Path, truth: Path, threshold: float) -> dict[str, object]:
    """Return both readings as one flat record."""
    wanted = read_truth(truth, threshold)
    pairs, clusters = read_answer(answer)
    reported = inside(clusters) if pairs is None else pairs
    closed = inside(clusters) if pairs is None else inside(components(pairs))
    record: dict[str, object] = {"reports": "clusters" if pairs is None else "pairs"}
    record |= score(wanted, reported).as_record("pairs")
    record |= score(inside(components(wanted)), closed).as_record("closed")
    return record
