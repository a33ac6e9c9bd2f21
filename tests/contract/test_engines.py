"""One question, two engines: all documents at once, or one after the other into an index, fresh and re-opened."""

import json
import os
import random
from pathlib import Path

import pytest

import dedupe
from dedupe import Document, Index
from stories import sentence, sentences

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
DATA = Path(os.environ.get("DEDUPE_DATA", Path(__file__).parents[3] / "data"))


def partition(clusters):
    """Clusters as a set of sets of ids."""
    return {frozenset(cluster.members) for cluster in clusters}


def by_index(path, documents, *, reopen_after=None):
    """Add documents one by one, and close and open the index on the way."""
    index = Index(path)
    for number, document in enumerate(documents):
        index.add(document)
        if reopen_after is not None and number % reopen_after == 0:
            index.close()
            index = Index(path)
    with index:
        return index.clusters()


def news(count):
    """News pages of the labelled pairs, or a skip."""
    path = DATA / "abp_docs.jsonl"
    path = path if path.exists() else DATA / "abp" / "docs.jsonl"
    if not path.exists():
        pytest.skip("no news corpus: set DEDUPE_DATA to the folder that holds abp/docs.jsonl")
    with path.open(encoding="utf-8") as lines:
        documents = [json.loads(line) for _, line in zip(range(count), lines, strict=False)]
    return [Document(id=n, text=document["text"], clean=True) for n, document in enumerate(documents)]


@pytest.mark.parametrize("reopen_after", [None, 1])
def test_the_seeds_fall_into_the_same_clusters(tmp_path, reopen_after):
    documents = [Document(id=path.name, text=path.read_text(encoding="utf-8")) for path in SEEDS]
    found = by_index(tmp_path / "seeds.dedupe", documents, reopen_after=reopen_after)
    assert partition(found) == partition(dedupe.cluster(documents).clusters)


def test_the_order_of_adding_does_not_matter_for_the_seeds(tmp_path):
    documents = [Document(id=path.name, text=path.read_text(encoding="utf-8")) for path in SEEDS]
    expected = dedupe.cluster(documents).clusters
    for seed in range(4):
        random.Random(seed).shuffle(documents)
        found = by_index(tmp_path / f"{seed}.dedupe", documents)
        assert [(each.id, each.members, each.kind, each.representative) for each in found] == [
            (each.id, each.members, each.kind, each.representative) for each in expected
        ]


def versions(seed):
    """Versions of a text that keep its opening and less and less of the rest, a teaser, and a story of its own."""
    lines = sentences(seed, 30)
    told = [
        [
            sentence(1000 * seed + 100 * step + number) if number > 5 and (number + step) % 8 < step else line
            for number, line in enumerate(lines)
        ]
        for step in range(5)
    ]
    told.append([*lines[:6], *lines[16:22], *lines[6:16]])
    told.append(lines[:5])
    told.append([*sentences(seed + 1, 5), *lines[6:], *sentences(seed + 2, 6)])
    return [Document(id=f"{seed}-{n}", text="\n\n".join(each), clean=True) for n, each in enumerate(told)]


@pytest.mark.parametrize("order", range(3))
def test_versions_that_drift_apart_fall_into_the_same_clusters(tmp_path, order):
    documents = [document for seed in (500, 510, 520) for document in versions(seed)]
    random.Random(order).shuffle(documents)
    found = by_index(tmp_path / "versions.dedupe", documents)
    expected = partition(dedupe.cluster(documents).clusters)
    assert partition(found) == expected
    assert max(map(len, expected)) >= 4


@pytest.mark.slow
def test_a_thousand_news_pages_fall_into_the_same_clusters(tmp_path):
    documents = news(1_000)
    random.Random(3).shuffle(documents)
    found = by_index(tmp_path / "news.dedupe", documents)
    assert partition(found) == partition(dedupe.cluster(documents).clusters)
