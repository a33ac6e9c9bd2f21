"""Scores of a clustering or a classification against gold labels: plain, slow, and easy to check."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

Pair = tuple[Hashable, Hashable]


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, each in [0, 1]; nothing found and nothing to find scores 1."""

    precision: float
    recall: float
    f1: float


def score(found: int, right: int, wanted: int) -> Score:
    """Score ``right`` hits among ``found`` answers where ``wanted`` were to be found."""
    precision = right / found if found else 1.0
    recall = right / wanted if wanted else 1.0
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def pair_score(found: Iterable[Pair], wanted: Iterable[Pair]) -> Score:
    """Score unordered pairs."""
    answers, truth = {frozenset(pair) for pair in found}, {frozenset(pair) for pair in wanted}
    return score(len(answers), len(answers & truth), len(truth))


def together(labels: Mapping[Hashable, Hashable]) -> set[Pair]:
    """Return the pairs that share a label."""
    groups: dict[Hashable, list[Hashable]] = defaultdict(list)
    for key, label in labels.items():
        groups[label].append(key)
    return {pair for members in groups.values() for pair in combinations(sorted(members, key=str), 2)}


def b_cubed(found: Mapping[Hashable, Hashable], wanted: Mapping[Hashable, Hashable]) -> Score:
    """B-cubed of Bagga and Baldwin 1998: precision and recall averaged over documents."""
    joint = Counter((found[key], wanted[key]) for key in wanted)
    ours, gold = Counter(found[key] for key in wanted), Counter(wanted.values())
    precision = sum(n * n / ours[label] for (label, _), n in joint.items()) / len(wanted)
    recall = sum(n * n / gold[label] for (_, label), n in joint.items()) / len(wanted)
    return Score(precision, recall, 2 * precision * recall / (precision + recall))


def adjusted_rand(found: Mapping[Hashable, Hashable], wanted: Mapping[Hashable, Hashable]) -> float:
    """Adjusted Rand index of Hubert and Arabie 1985; 1 is agreement, 0 is chance."""

    def pairs(counts: Iterable[int]) -> int:
        return sum(n * (n - 1) // 2 for n in counts)

    joint = pairs(Counter((found[key], wanted[key]) for key in wanted).values())
    ours = pairs(Counter(found[key] for key in wanted).values())
    gold = pairs(Counter(wanted.values()).values())
    total = pairs([len(wanted)])
    expected = ours * gold / total if total else 0.0
    highest = (ours + gold) / 2
    return 1.0 if highest == expected else (joint - expected) / (highest - expected)


def splits_and_merges(found: Mapping[Hashable, Hashable], wanted: Mapping[Hashable, Hashable]) -> tuple[int, int]:
    """Count gold clusters that were split, and found clusters that mix gold clusters."""
    parts: dict[Hashable, set[Hashable]] = defaultdict(set)
    mixes: dict[Hashable, set[Hashable]] = defaultdict(set)
    for key, label in wanted.items():
        parts[label].add(found[key])
        mixes[found[key]].add(label)
    return sum(len(p) > 1 for p in parts.values()), sum(len(m) > 1 for m in mixes.values())


def macro_f1(confusion: Mapping[tuple[str, str], int], classes: Iterable[str]) -> float:
    """Average F1 over classes, from counts of ``(gold, answer)``."""
    scores = []
    for name in classes:
        right = confusion.get((name, name), 0)
        wanted = sum(n for (gold, _), n in confusion.items() if gold == name)
        found = sum(n for (_, answer), n in confusion.items() if answer == name)
        scores.append(2 * right / (wanted + found) if wanted + found else 1.0)
    return sum(scores) / len(scores)
