"""near-dupes: one call; characters, not words.

It has no word shingles. ``n_gram=29`` (five English words and their spaces) is as near as its interface comes, and its
Jaccard over those is not exactly ours: recall and precision near the threshold suffer for that, not for its algorithm,
which verifies exactly. It chooses its own bands: ``documented`` and ``recall`` are the same thing.
"""

from common import SLOTS, Answer, Job, multiply_out, run
from near_dupes import find_duplicates
from near_dupes._text import MinHasher, normalize_text, shingle_hashes

CHARACTERS = 29


def signatures(texts: list[str]) -> int:
    sets = [shingle_hashes(normalize_text(text), CHARACTERS) for text in texts]
    return len(MinHasher(SLOTS).signatures(sets))


def pairs(job: Job) -> Answer:
    ids, texts = job.documents()
    result = find_duplicates(texts, kind="text", threshold=job.threshold, n_gram=CHARACTERS)
    # Equal texts are tied to the first of them only; their other pairs are meant, so they are multiplied out.
    found = [(ids[a], ids[b], score == 1.0) for a, b, score in result.pairs]
    return Answer(len(ids), multiply_out(found), notes={"shingles": "29 characters"})


if __name__ == "__main__":
    run("near-dupes", signatures=signatures, pairs=pairs)
