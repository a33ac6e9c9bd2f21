"""Print how right the answers are on labelled data: ``python benchmarks/quality.py [SET ...] [--json FILE]``.

One default configuration for every set, no tuning per set. Each set is clustered once; pairs that no channel nominated
are compared all the same where gold asks about them, and how many those were is printed, too.
"""

import argparse
import json
from collections import Counter
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import dedupe
from dedupe.records import MERGING
from labelled import SETS, data_directory, documents, events, fingerprint, table
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


def half_of(first: str, second: str) -> str:
    """Put a pair into one of two halves by its ids, so that all of us mean the same half."""
    return "tuning" if sum(map(ord, min(first, second))) % 2 else "held out"


def adjudicated(folder: Path) -> dict[str, Any]:
    """Real news pairs: copies, partial reuse, shared quotations, page furniture."""
    result = dedupe.cluster(documents(folder, "abp_adjudicated"))
    nominated = {frozenset((pair.a, pair.b)) for pair in result.pairs}
    rows = []
    for a, b, _, gold, *_rest in table(folder, "abp_adjudicated", "pairs.tsv"):
        pair = result.pair(a, b)
        rows.append((half_of(a, b), "furniture" if gold == "boiler" else gold, pair, frozenset((a, b)) in nominated))
    report: dict[str, Any] = {"pairs": len(rows), "nominated": sum(row[3] for row in rows)}
    for half in ("all", "tuning", "held out"):
        chosen = [row for row in rows if half in {"all", row[0]}]
        confusion = Counter((gold, class_of(pair.relation.text)) for _, gold, pair, _ in chosen)
        found = sum(n for (_, answer), n in confusion.items() if answer == "copy")
        wanted = sum(n for (gold, _), n in confusion.items() if gold == "copy")
        report[half] = {
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
    related = merged | {(link.a, link.b) for link in result.links}
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


def components(keys: Any, pairs: Any) -> dict[Hashable, Hashable]:
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


def show(report: Any, indent: int = 0) -> None:
    """Print nested figures, one a line."""
    for key, value in report.items():
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            print(f"{'  ' * indent}{key}")
            show(value, indent + 1)
        elif isinstance(value, dict):
            shown = "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in value.items())
            print(f"{'  ' * indent}{key}: {shown}")
        else:
            print(
                f"{'  ' * indent}{key}: {value:.3f}" if isinstance(value, float) else f"{'  ' * indent}{key}: {value}"
            )


def main() -> None:
    """Run the chosen sets and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join(SETS)}; all unless named")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    folder = data_directory()
    figures: dict[str, Any] = {}
    for name in options.sets or SETS:
        figures[name] = {"data": fingerprint(folder, name)} | RUNS[name](folder)
        print(f"\n{name}")
        show(figures[name], 1)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
