"""FastSketchLSH: batch Fast Similarity Sketch over token lists, LSH with 16 bands (its README), estimate as check."""

from collections.abc import Iterator

import numpy as np
from common import RECALL_BANDS, SLOTS, Answer, Job, batches, run, verified
from FastSketchLSH import LSH, FastSimilaritySketch, estimate_jaccard

from shingles import shingles


def _sketch(texts: list[str]) -> np.ndarray:
    sketcher = FastSimilaritySketch(size=SLOTS, seed=42)
    return np.concatenate(
        [sketcher.batch([shingles(text) for text in batch], num_threads=1) for batch in batches(texts)]
    )


def signatures(texts: list[str]) -> int:
    return len(_sketch(texts))


def pairs(job: Job) -> Answer:
    ids, texts = job.documents()
    matrix = _sketch(texts)
    bands = RECALL_BANDS if job.setting == "recall" else 16
    index = LSH(num_perm=SLOTS, num_bands=bands, num_threads=1)
    index.insert(matrix)

    def candidates() -> Iterator[tuple[int, int]]:
        for number, others in enumerate(index.query(matrix)):
            for other in others:
                yield number, other

    found = verified(candidates(), lambda a, b: estimate_jaccard(matrix[a], matrix[b]), job.threshold)
    return Answer(len(ids), [(ids[a], ids[b]) for a, b in found], notes={"bands": bands, "rows": SLOTS // bands})


if __name__ == "__main__":
    run("FastSketchLSH", signatures=signatures, pairs=pairs)
