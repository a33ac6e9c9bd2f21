"""gaoya: shingling in Rust, MinHashStringIndex with the threshold; it answers with its own estimate.

Its word analyser splits at white space, so ``signatures`` (text as it is, its fastest way) hashes shingles that
keep their punctuation. For ``pairs`` the text is first reduced to the common tokens, so that its shingles are ours.
It chooses its bands from the threshold (32 x 4 at .7): ``documented`` and ``recall`` are the same thing.
"""

from collections.abc import Iterator

from common import RECALL_BANDS, RECALL_ROWS, SLOTS, Answer, Job, run, verified
from gaoya.minhash import MinHashStringIndex

from shingles import SIZE, TOKEN


def _index(job_threshold: float, *, recall: bool = False) -> MinHashStringIndex:
    bands = (RECALL_BANDS, RECALL_ROWS) if recall else (None, None)
    return MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=job_threshold,
        num_bands=bands[0],
        band_size=bands[1],
        num_hashes=SLOTS,
        analyzer="word",
        lowercase=True,
        ngram_range=(SIZE, SIZE),
        id_container="vec",
    )


def signatures(texts: list[str]) -> int:
    return len(_index(0.7).minhash_index.bulk_hash_docs(texts))


def pairs(job: Job) -> Answer:
    ids, texts = job.documents()
    texts = [" ".join(TOKEN.findall(text.lower())) for text in texts]
    index = _index(job.threshold, recall=job.setting == "recall")
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    answers = index.par_bulk_query(texts)  # already above the threshold, by its estimate

    def matches() -> Iterator[tuple[int, int]]:
        for number, others in enumerate(answers):
            for other in others:
                yield number, other

    found = verified(matches(), lambda _a, _b: 1.0, job.threshold)
    return Answer(len(ids), [(ids[a], ids[b]) for a, b in found], notes={"bands": 32, "rows": 4})


if __name__ == "__main__":
    run("gaoya", signatures=signatures, pairs=pairs)
