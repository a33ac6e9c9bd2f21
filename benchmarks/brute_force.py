"""Every pair of documents with exact Jaccard >= t, the truth that recall and precision are measured against.

``python benchmarks/brute_force.py CORPUS.jsonl --threshold 0.5 --out PAIRS.tsv`` writes ``id_a  id_b  jaccard``.

No sketch and no sampling: shingles (see ``shingles.py``) are numbered, rarest first, and a document is compared with
every document it shares a shingle of its *prefix* with. Two sets with Jaccard >= t share at least ``ceil(t * |x|)``
shingles, so at least one of them lies among the ``|x| - ceil(t * |x|) + 1`` rarest of either (prefix filtering,
Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). The answer is that of comparing all pairs.

Shingles are told apart by 64-bit XXH3; two of ten million colliding has a probability below 10^-5.
"""

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from shingles import shingles

Ranks = NDArray[np.int64]


def shingle_ranks(texts: list[str]) -> list[Ranks]:
    """Return each text's shingles as ascending ranks, where rank 0 is the rarest shingle of the corpus."""
    digest = xxhash.xxh3_64_intdigest
    hashed = [np.fromiter((digest(words.encode()) for words in shingles(text)), dtype=np.uint64) for text in texts]
    everything = np.concatenate(hashed) if hashed else np.empty(0, np.uint64)
    distinct, counts = np.unique(everything, return_counts=True)
    rank_of = np.empty(len(distinct), np.int64)
    rank_of[np.lexsort((distinct, counts))] = np.arange(len(distinct))
    return [np.sort(rank_of[np.searchsorted(distinct, document)]) for document in hashed]


def prefix_candidates(documents: list[Ranks], threshold: float) -> NDArray[np.int64]:
    """Return the pairs (a < b) that share a prefix shingle, as ``a * len(documents) + b``, each once."""
    lengths = [len(ranks) - math.ceil(threshold * len(ranks) - 1e-9) + 1 if len(ranks) else 0 for ranks in documents]
    ranks = np.concatenate([ranks[:length] for ranks, length in zip(documents, lengths, strict=True)])
    owner = np.repeat(np.arange(len(documents)), lengths)
    order = np.lexsort((owner, ranks))
    ranks, owner = ranks[order], owner[order]
    starts = np.flatnonzero(np.r_[True, ranks[1:] != ranks[:-1]])
    ends = np.r_[starts[1:], len(ranks)]
    found: list[NDArray[np.int64]] = []
    held = 0
    for start, end in zip(starts[ends - starts > 1].tolist(), ends[ends - starts > 1].tolist(), strict=True):
        group = owner[start:end]
        left, right = np.triu_indices(len(group), 1)
        found.append(group[left] * len(documents) + group[right])
        held += len(left)
        if held > 20_000_000:  # keep memory flat when many documents share their rarest words
            found = [np.unique(np.concatenate(found))]
            held = len(found[0])
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def jaccard(a: Ranks, b: Ranks) -> float:
    """Return the exact Jaccard of two ascending sets; 0.0 when both are empty."""
    shared = len(np.intersect1d(a, b, assume_unique=True))
    union = len(a) + len(b) - shared
    return shared / union if union else 0.0


def pairs(texts: list[str], threshold: float) -> Iterator[tuple[int, int, float]]:
    """Yield (a, b, jaccard) for every pair of positions a < b with Jaccard >= ``threshold``, ascending."""
    documents = shingle_ranks(texts)
    if not documents:
        return
    for key in prefix_candidates(documents, threshold).tolist():
        a, b = divmod(key, len(documents))
        shorter, longer = sorted((len(documents[a]), len(documents[b])))
        if shorter < threshold * longer - 1e-9:
            continue
        value = jaccard(documents[a], documents[b])
        if value >= threshold:
            yield a, b, value


def main() -> None:
    """Read the arguments and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    ids, texts = [], []
    with given.corpus.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            ids.append(record["id"])
            texts.append(record["text"])
    with given.out.open("w", encoding="utf-8") as out:
        for a, b, value in pairs(texts, given.threshold):
            out.write(f"{ids[a]}\t{ids[b]}\t{value:.6f}\n")


if __name__ == "__main__":
    main()
