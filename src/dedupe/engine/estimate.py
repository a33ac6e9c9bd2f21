"""What a long run will cost, from a sample of its input run on this machine."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from dedupe.config import Config
from dedupe.engine.batch import cluster, takes_texts_as_they_are
from dedupe.engine.sketching import HELD_POSTINGS
from dedupe.engine.texts import HELD_TEXT
from dedupe.records import Document, Skipped
from dedupe.sketch.lsh import choose_bands

SAMPLE_DOCUMENTS = 2_000
"""Documents that are run to see what one costs."""

WARM_UP_DOCUMENTS = 50

BASE_BYTES = 400 << 20
"""Memory of any run: the interpreter, its packages, what is kept ready for comparison."""
PLAIN_BASE_BYTES = 170 << 20
"""The same of a run that takes texts as they are and compares few of them in full."""
DOCUMENT_BYTES = 1_100
"""Memory a document keeps whatever its length, band keys aside: its id, its cluster, a few hashes. Of documents in
columns it is half of that."""
POSTING_BYTES = 8
PAIR_BYTES = 60
"""Memory a verified pair keeps while candidates are joined and clusters are made."""
DISK_TIMES = 1.5
"""What a document costs at most whose text goes to the disk and comes back for every pair: 1.4 times, measured."""
PAIR_DISK_BYTES = 500
FINGERPRINT_DISK_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run is expected to cost.

    Attributes:
        documents: Documents in all.
        sample: Documents of them that were run.
        cpu_s: Processor seconds, least and most: as in the sample, and with pairs growing as they grew inside it and
            all texts on the disk.
        memory_bytes: Peak memory of the process, workers aside.
        disk_bytes: Temporary files.
    """

    documents: int
    sample: int
    cpu_s: tuple[float, float]
    memory_bytes: int
    disk_bytes: int


def estimate(sample: Sequence[Document | Skipped], documents: int, config: Config, *, read_s: float = 0.0) -> Estimate:
    """Estimate a run from a sample of its documents.

    The cost of a document grows with the corpus, because more of it is found elsewhere. The sample is run whole and by
    half; what a doubling added is taken to be added by every doubling up to the whole input, which is the upper end.

    Args:
        sample: Documents from the beginning of the input.
        documents: How many there are in all, at least as many as in the sample.
        config: The parameters of the run.
        read_s: Processor seconds that reading the sample took.
    """
    _measured(sample[:WARM_UP_DOCUMENTS], config)  # what only the first documents cost is not to be multiplied
    halves = [_measured(sample[: max(1, len(sample) // 2)], config), _measured(sample, config)]
    size = max(1, len(sample))
    doublings = log2(max(documents, size) / size)
    grown = tuple(whole + max(0.0, whole - half) * doublings for half, whole in zip(*halves, strict=True))
    seconds, pairs = halves[1]
    read = read_s / size
    bands = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall).bands
    length = sum(len(each.text or each.html or each.content or "") for each in sample if isinstance(each, Document))
    prints = length / 6 * 2 / (config.fingerprint_window + 1)  # a word takes about six characters
    per_document_disk = (1.1 * length + FINGERPRINT_DISK_BYTES * prints) / size + PAIR_DISK_BYTES * grown[1]
    plain = takes_texts_as_they_are(config)
    base = PLAIN_BASE_BYTES if plain else BASE_BYTES
    held = int(min(1.1 * length / size * documents, HELD_TEXT)) if plain else 0
    postings = int(POSTING_BYTES * min(prints / size * documents, HELD_POSTINGS)) if plain else 0
    kept = (DOCUMENT_BYTES >> plain) + 8 * bands + PAIR_BYTES * max(pairs, grown[1])
    return Estimate(
        documents=documents,
        sample=len(sample),
        cpu_s=((seconds + read) * documents, (grown[0] * DISK_TIMES + read) * documents),
        memory_bytes=base + held + postings + int(documents * kept),
        disk_bytes=int(documents * per_document_disk),
    )


def _measured(sample: Sequence[Document | Skipped], config: Config) -> tuple[float, float]:
    """Run a sample; return processor seconds and verified pairs of one document."""
    begun = time.process_time()
    result = cluster(sample, config=config, duplicate_ids="skip")
    count = max(1, len(sample))
    return (time.process_time() - begun) / count, len(result.pairs) / count
