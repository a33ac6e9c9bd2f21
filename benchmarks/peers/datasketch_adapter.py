"""datasketch: MinHash.bulk, MinHashLSH with the threshold, candidates checked by the estimate (its README)."""

from collections.abc import Iterator

from common import RECALL_BANDS, RECALL_ROWS, SLOTS, Answer, Job, run, verified
from datasketch import MinHash, MinHashLSH

from shingles import shingles


def _sketch(texts: list[str]) -> list[MinHash]:
    encoded = ([words.encode() for words in shingles(text)] for text in texts)
    return MinHash.bulk(encoded, num_perm=SLOTS)


def signatures(texts: list[str]) -> int:
    return len(_sketch(texts))


def pairs(job: Job) -> Answer:
    ids, texts = job.documents()
    sketches = _sketch(texts)
    bands = {"params": (RECALL_BANDS, RECALL_ROWS)} if job.setting == "recall" else {"threshold": job.threshold}
    index = MinHashLSH(num_perm=SLOTS, **bands)
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch)

    def candidates() -> Iterator[tuple[int, int]]:
        for number, sketch in enumerate(sketches):
            for other in index.query(sketch):
                yield number, other

    found = verified(candidates(), lambda a, b: sketches[a].jaccard(sketches[b]), job.threshold)
    return Answer(len(ids), [(ids[a], ids[b]) for a, b in found], notes={"bands": index.b, "rows": index.r})


if __name__ == "__main__":
    run("datasketch", signatures=signatures, pairs=pairs)
