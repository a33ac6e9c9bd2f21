"""Our answers on each labelled set, against its gold: one function a set, one default configuration for all."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import dedupe
from dedupe.records import MERGING
from labelled import documents, events, table
from metrics import adjusted_rand, b_cubed, macro_f1, pair_score, score, splits_and_merges, together

CLASSES = ("copy", "partial", "quotes", "furniture")
_CLASS_OF = {
    "partial": "partial",
    "contained": "partial",
    "reordered": "partial",
    "quotes_only": "quotes",
    "template_only": "furniture",
    "none": "furniture",
}
_UNRELATED = {"none", "quotes_only", "template_only"}
_ONLY_QUOTES = {"quotes_only", "template_only"}


def class_of(relation: str) -> str:
    """Name the adjudicated class that a text relation amounts to."""
    return "copy" if relation in MERGING else _CLASS_OF[relation]


def labels_of(result: dedupe.Result) -> dict[Hashable, Hashable]:
    """Return the cluster of every document; one that was skipped is alone."""
    labels: dict[Hashable, Hashable] = {entry.id: ("skipped", entry.id) for entry in result.skipped}
    labels.update((member, cluster.id) for cluster in result.clusters for member in cluster.members)
    return labels


def halves(pairs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Put every pair into one of two parts that share no document.

    Rules were tuned on pairs whose smaller id has an odd sum of code points. A pair belongs to the held-out part only
    if none of the pairs it is connected with through shared documents was looked at.
    """
    seen = {pair for pair in pairs if sum(map(ord, min(pair))) % 2}
    story = components({each for pair in pairs for each in pair}, pairs)
    looked_at = {story[pair[0]] for pair in seen}
    return {pair: "tuning" if story[pair[0]] in looked_at else "held out" for pair in pairs}


def adjudicated(folder: Path) -> dict[str, Any]:
    """Real news pairs: copies, partial reuse, shared quotations, page furniture."""
    result = dedupe.cluster(documents(folder, "abp_adjudicated"))
    nominated = {frozenset((pair.a, pair.b)) for pair in result.pairs}
    gold_rows = table(folder, "abp_adjudicated", "pairs.tsv")
    half = halves([(row[0], row[1]) for row in gold_rows])
    rows = []
    for a, b, _, gold, *_rest in gold_rows:
        pair = result.pair(a, b)
        rows.append((half[a, b], "furniture" if gold == "boiler" else gold, pair, frozenset((a, b)) in nominated))
    report: dict[str, Any] = {"pairs": len(rows), "nominated": sum(row[3] for row in rows)}
    for part in ("all", "tuning", "held out"):
        chosen = [row for row in rows if part in {"all", row[0]}]
        confusion = Counter((gold, class_of(pair.relation.text)) for _, gold, pair, _ in chosen)
        found = sum(n for (_, answer), n in confusion.items() if answer == "copy")
        wanted = sum(n for (gold, _), n in confusion.items() if gold == "copy")
        report[part] = {
            "pairs": len(chosen),
            "copy": score(found, confusion["copy", "copy"], wanted)._asdict(),
            "macro_f1": macro_f1(confusion, CLASSES),
            "confusion": {gold: {answer: confusion[gold, answer] for answer in CLASSES} for gold in CLASSES},
        }
    report["calibration"] = calibration(rows)
    return report


def calibration(rows: list[tuple[str, str, dedupe.Comparison, bool]]) -> dict[str, Any]:
    """Return how often each confidence was right about copy or not."""
    counts: Counter[tuple[str, bool]] = Counter()
    for _, gold, pair, _ in rows:
        counts[pair.relation.confidence, (gold == "copy") == (pair.relation.text in MERGING)] += 1
    levels = ("high", "medium", "low")
    return {level: {"right": counts[level, True], "wrong": counts[level, False]} for level in levels}


def independent(folder: Path) -> dict[str, Any]:
    """Three outlets on each of a hundred events, written independently: nothing may be called a copy."""
    result = dedupe.cluster(documents(folder, "basil"))
    event = events(folder, "basil")
    links = [link for link in result.links if link.relation.text not in _ONLY_QUOTES]
    return {
        "copies": len(together(labels_of(result))),
        "links_beyond_quotes_same_event": sum(event[link.a] == event[link.b] for link in links),
        "links_beyond_quotes_other_event": sum(event[link.a] != event[link.b] for link in links),
        "relations": dict(Counter(link.relation.text for link in result.links).most_common()),
    }


def versions(folder: Path) -> dict[str, Any]:
    """Revisions of encyclopedia articles, texts only: the titles are the gold."""
    result = dedupe.cluster(documents(folder, "wiki_versions", titles=False))
    gold = {row[0]: row[1] for row in table(folder, "wiki_versions", "clusters.tsv")}
    labels = labels_of(result)
    wanted = together(gold)
    merged = together({key: labels[key] for key in gold})
    related = merged | linked(result)
    splits, merges = splits_and_merges(labels, gold)
    return {
        "related": pair_score(related, wanted)._asdict(),
        "merged": pair_score(merged, wanted)._asdict(),
        "b_cubed": b_cubed(labels, gold)._asdict(),
        "ari": adjusted_rand(labels, gold),
        "ari_related": adjusted_rand(components(gold, related), gold),
        "split": splits,
        "mixed": merges,
    }


def components(keys: Iterable[Hashable], pairs: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, Hashable]:
    """Label keys by connected component."""
    parent = {key: key for key in keys}

    def find(key: Hashable) -> Hashable:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in pairs:
        parent[find(a)] = find(b)
    return {key: find(key) for key in keys}


def linked(result: dedupe.Result) -> set[tuple[Hashable, Hashable]]:
    """Return the linked pairs; documents with one and the same body share their links."""
    copies = components(
        [body.id for body in result.documents],
        ((pair.a, pair.b) for pair in result.pairs if pair.relation.text == "identical"),
    )
    groups: dict[Hashable, list[Hashable]] = defaultdict(list)
    for key, text in copies.items():
        groups[text].append(key)
    return {(a, b) for link in result.links for a in groups[copies[link.a]] for b in groups[copies[link.b]]}


def derived(folder: Path) -> dict[str, Any]:
    """Student answers: derived from their source, or not."""
    result = dedupe.cluster(documents(folder, "clough_stevenson"))
    nominated = {frozenset((pair.a, pair.b)) for pair in result.pairs}
    confusion: Counter[tuple[str, str]] = Counter()
    found, wanted = set(), set()
    for source, answer, gold, level in table(folder, "clough_stevenson", "pairs.tsv"):
        relation = result.pair(source, answer).relation.text
        confusion[level, relation] += 1
        if gold == "1":
            wanted.add((source, answer))
        if relation not in _UNRELATED and frozenset((source, answer)) in nominated:
            found.add((source, answer))
    by_level = {level: {} for level, _ in confusion}
    for (level, relation), count in sorted(confusion.items()):
        by_level[level][relation] = count
    return {"derived": pair_score(found, wanted)._asdict(), "relations": by_level}


def rumours(folder: Path) -> dict[str, Any]:
    """Articles on a hundred rumours, among them some copies: how far one text stays within one story."""
    result = dedupe.cluster(documents(folder, "fnc1"))
    story = events(folder, "fnc1")
    labels = labels_of(result)
    pairs = together({key: labels[key] for key in story})
    return {"merged": len(pairs), "merged_within_a_story": sum(story[a] == story[b] for a, b in pairs)}


RUNS = {
    "abp_adjudicated": adjudicated,
    "basil": independent,
    "clough_stevenson": derived,
    "fnc1": rumours,
    "wiki_versions": versions,
}
