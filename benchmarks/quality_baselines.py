"""What plain measures reach on the same gold: exact Jaccard, exact containment, and datasketch's LSH.

Texts as given, word n-grams of lower-cased words, thresholds as the data's own notes name them. No measure here was
tuned by us; each is what somebody would write on a first afternoon.
"""

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH

from labelled import documents, events, table
from metrics import adjusted_rand, pair_score, together
from quality_sets import components

_WORD = re.compile(r"\w+")
_LSH_THRESHOLD = 0.5


def grams(text: str, size: int) -> frozenset[tuple[str, ...]]:
    """Return the distinct word n-grams of a text."""
    words = _WORD.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(size)), strict=False))


def jaccard(x: frozenset[Any], y: frozenset[Any]) -> float:
    """Exact Jaccard; 0 for two empty sets."""
    return len(x & y) / len(x | y) if x or y else 0.0


def containment(x: frozenset[Any], y: frozenset[Any]) -> float:
    """Share of the smaller set inside the larger; 0 where one is empty."""
    return len(x & y) / min(len(x), len(y)) if x and y else 0.0


def _lsh_pairs(sets: dict[str, frozenset[tuple[str, ...]]]) -> set[tuple[str, str]]:
    """Pairs that datasketch's LSH proposes with its own choice of bands: unverified, as its documentation uses it."""
    index = MinHashLSH(threshold=_LSH_THRESHOLD, num_perm=128)
    found = set()
    for key, shingles in sets.items():
        if not shingles:
            continue
        signature = MinHash(num_perm=128, seed=1)
        signature.update_batch([" ".join(shingle).encode() for shingle in shingles])
        found.update((other, key) for other in index.query(signature))
        index.insert(key, signature)
    return found


def adjudicated(folder: Path) -> dict[str, Any]:
    """Copies among the adjudicated pairs."""
    five = {document.id: grams(document.text, 5) for document in documents(folder, "abp_adjudicated")}
    rows = [(row[0], row[1], row[3]) for row in table(folder, "abp_adjudicated", "pairs.tsv")]
    wanted = [(a, b) for a, b, gold in rows if gold == "copy"]
    lsh = {frozenset(pair) for pair in _lsh_pairs(five)}
    return {
        "Jaccard >= .5": pair_score([(a, b) for a, b, _ in rows if jaccard(five[a], five[b]) >= 0.5], wanted),
        "containment >= .7": pair_score([(a, b) for a, b, _ in rows if containment(five[a], five[b]) >= 0.7], wanted),
        "datasketch LSH at .5": pair_score([(a, b) for a, b, _ in rows if frozenset((a, b)) in lsh], wanted),
    }


def versions(folder: Path) -> dict[str, Any]:
    """Related pairs and clusters among article versions."""
    texts = {document.id: document.text for document in documents(folder, "wiki_versions", titles=False)}
    gold = {row[0]: row[1] for row in table(folder, "wiki_versions", "clusters.tsv")}
    wanted = together(gold)
    three = {key: grams(text, 3) for key, text in texts.items()}
    contained = _sharing(three, lambda x, y: containment(x, y) >= 0.2)
    lsh = _lsh_pairs({key: grams(text, 5) for key, text in texts.items()})
    return {
        "3-gram containment >= .2": pair_score(contained, wanted),
        "its components' ARI": adjusted_rand(components(gold, contained), gold),
        "datasketch LSH at .5": pair_score(lsh, wanted),
    }


def _sharing(sets: dict[str, frozenset[Any]], test: Any) -> set[tuple[str, str]]:
    """Return the pairs that pass a test, among those that share any n-gram that fewer than 200 texts have."""
    holders: dict[Any, list[str]] = defaultdict(list)
    for key, shingles in sets.items():
        for shingle in shingles:
            holders[shingle].append(key)
    pairs = {pair for keys in holders.values() if len(keys) < 200 for pair in combinations(sorted(keys), 2)}
    return {(a, b) for a, b in pairs if test(sets[a], sets[b])}


def independent(folder: Path) -> dict[str, Any]:
    """Independent accounts that a measure would call copies or reuse."""
    five = {document.id: grams(document.text, 5) for document in documents(folder, "basil")}
    event = events(folder, "basil")
    pairs = [pair for pair in combinations(sorted(five), 2) if event[pair[0]] == event[pair[1]]]
    return {
        "Jaccard >= .5": sum(jaccard(five[a], five[b]) >= 0.5 for a, b in pairs),
        "containment >= .1": sum(containment(five[a], five[b]) >= 0.1 for a, b in pairs),
    }


def derived(folder: Path) -> dict[str, Any]:
    """Derived answers by containment."""
    three = {document.id: grams(document.text, 3) for document in documents(folder, "clough_stevenson")}
    rows = table(folder, "clough_stevenson", "pairs.tsv")
    found = [(a, b) for a, b, *_ in rows if containment(three[a], three[b]) >= 0.1]
    return {"3-gram containment >= .1": pair_score(found, [(a, b) for a, b, gold, _ in rows if gold == "1"])}


BASELINES = {
    "abp_adjudicated": adjudicated,
    "basil": independent,
    "clough_stevenson": derived,
    "wiki_versions": versions,
}
