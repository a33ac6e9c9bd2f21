"""What a long run will cost, from a sample of its input run on this machine."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import NamedTuple

from dedupe.config import Config
from dedupe.engine.batch import cluster, takes_texts_as_they_are
from dedupe.engine.result import Result
from dedupe.engine.sketching import HELD_POSTINGS
from dedupe.engine.texts import HELD_TEXT
from dedupe.pages.plain import PlainTexts
from dedupe.records import Body, Document, Skipped
from dedupe.sketch.lsh import choose_bands

SAMPLE_DOCUMENTS = 2_000
"""Documents that are run to see what one costs."""
PLAIN_SAMPLE_DOCUMENTS = 16_000
"""The same of a run that takes texts as they are: a document costs it a thirtieth."""
SAMPLE_S = 2.0
"""Processor seconds after which a larger part of the sample is not run, too."""

WARM_UP_DOCUMENTS = 50

BASE_BYTES = 400 << 20
"""Memory of any run: the interpreter, its packages, what is kept ready for comparison."""
PLAIN_BASE_BYTES = 170 << 20
"""The same of a run that takes texts as they are and compares few of them in full."""
DOCUMENT_BYTES = 1_100
"""Memory a document keeps whatever its length, band keys aside: its id, its cluster, a few hashes. Of documents in
columns it is half of that."""
POSTING_BYTES = 12
WORDING_BYTES = 4_000
"""Memory that a document takes while retold passages are looked for: 1,600 bytes of made news and 3,900 of found."""
PAIR_BYTES = 60
"""Memory a verified pair keeps while candidates are joined and clusters are made."""
DISK_TIMES = 1.5
"""What a document of the sample costs at most whose text goes to the disk and comes back for every pair: 1.4 times,
measured."""
PLAIN_TIMES = 1.2
"""What a document costs at most, beside what was measured, in a run that takes texts as they are: a long run touches
memory that a short one has at hand."""
PAIR_DISK_BYTES = 500
FINGERPRINT_DISK_BYTES = 12

Sample = Sequence[Document | Skipped | PlainTexts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run is expected to cost.

    Attributes:
        documents: Documents in all.
        sample: Documents of them that were run.
        cpu_s: Processor seconds, least and most: as in the sample, and with costs growing as they grew inside it or
            all texts on the disk.
        memory_bytes: Peak memory of the process, workers aside.
        disk_bytes: Temporary files.
    """

    documents: int
    sample: int
    cpu_s: tuple[float, float]
    memory_bytes: int
    disk_bytes: int


class Spent(NamedTuple):
    """Processor seconds that went by already.

    Attributes:
        starting: Before the first document, which a run spends as well.
        reading: For reading the sample.
    """

    starting: float = 0.0
    reading: float = 0.0


def sample_of(documents: Iterator[Document | Skipped], config: Config) -> tuple[Sample, bool]:
    """Take a sample from the beginning, read as a run would read it; and tell whether there is more."""
    rows: Iterator[Document | Skipped | PlainTexts] = documents
    wanted = SAMPLE_DOCUMENTS
    if takes_texts_as_they_are(config):
        rows = documents.plain_texts() if hasattr(documents, "plain_texts") else documents
        wanted = PLAIN_SAMPLE_DOCUMENTS
    taken, count = list[Document | Skipped | PlainTexts](), 0
    for row in rows:
        taken.append(row)
        count += _count(row)
        if count >= wanted:
            return taken, next(rows, None) is not None
    return taken, False


def size_of(sample: Sample) -> int:
    """Return how many documents a sample has."""
    return sum(map(_count, sample))


def estimate(
    sample: Sample,
    documents: int,
    config: Config,
    *,
    spent: Spent = Spent(),  # noqa: B008 - it never changes
    write: Callable[[Result], object] | None = None,
) -> Estimate:
    """Estimate a run from a sample of its documents.

    The cost of a document grows with the corpus, because more of it is found elsewhere. Parts of the sample are run,
    each twice the one before; what a doubling added is taken to be added by every doubling up to the whole input,
    which is the upper end.

    Args:
        sample: Documents from the beginning of the input.
        documents: How many there are in all, at least as many as in the sample.
        config: The parameters of the run.
        spent: What went by before.
        write: What is done with the answer.
    """
    _measured(sample[:WARM_UP_DOCUMENTS], config, write)  # what only the first documents cost is not to be multiplied
    costs = _measured_by_size(sample, config, write)
    last, size = costs[-1], max(1, size_of(sample))
    grown = _grown(costs, documents)
    plain = takes_texts_as_they_are(config)
    reading = spent.reading / size
    characters = sum(map(_characters, sample)) / size
    prints = characters / 6 * 2 / (config.fingerprint_window + 1)  # a word takes about six characters
    bands = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall).bands
    held = int(min(1.1 * characters * documents, HELD_TEXT)) if plain else 0
    postings = int(POSTING_BYTES * min(prints * documents, HELD_POSTINGS)) if plain else 0
    kept = (DOCUMENT_BYTES >> plain) + WORDING_BYTES * config.wording + 8 * bands + PAIR_BYTES * grown.pairs
    most = (grown.seconds * PLAIN_TIMES if plain else max(grown.seconds, last.seconds * DISK_TIMES)) + reading
    return Estimate(
        documents=documents,
        sample=last.documents,
        cpu_s=(spent.starting + (last.seconds + reading) * documents, spent.starting + most * documents),
        memory_bytes=(PLAIN_BASE_BYTES if plain else BASE_BYTES) + held + postings + int(documents * kept),
        disk_bytes=int(
            documents * (1.1 * characters + FINGERPRINT_DISK_BYTES * prints + PAIR_DISK_BYTES * grown.pairs)
        ),
    )


class _Cost(NamedTuple):
    """What one of so many documents cost: processor seconds, and verified pairs."""

    documents: int
    seconds: float
    pairs: float


def _measured_by_size(sample: Sample, config: Config, write: Callable[[Result], object] | None) -> list[_Cost]:
    """Run parts of the sample, the smallest first; not the largest ones where these would take long."""
    shares = (8, 4, 2, 1) if takes_texts_as_they_are(config) else (2, 1)
    size = size_of(sample)
    found: list[_Cost] = []
    for share in shares:
        found.append(_measured(_first(sample, max(1, size // share)), config, write))
        if len(found) > 1 and found[-1].seconds * found[-1].documents > SAMPLE_S:
            break
    return found


def _measured(sample: Sample, config: Config, write: Callable[[Result], object] | None) -> _Cost:
    """Run a sample."""
    begun = time.process_time()
    result = cluster(sample, config=config, duplicate_ids="skip")
    if write is not None:
        write(result)
    count = max(1, result.seen)
    return _Cost(result.seen, (time.process_time() - begun) / count, len(result.pairs) / count)


def _grown(costs: list[_Cost], documents: int) -> _Cost:
    """Return what a document will cost among so many: by every doubling as much more as by those that were run."""
    doublings = sum(log2(max(1, b.documents) / max(1, a.documents)) for a, b in pairwise(costs))
    first, last = costs[0], costs[-1]
    left = log2(max(1, documents) / max(1, last.documents)) / doublings if doublings > 0 else 0.0
    more = (max(0.0, last.seconds - first.seconds), max(0.0, last.pairs - first.pairs))
    return _Cost(documents, *(now + each * max(0.0, left) for now, each in zip(last[1:], more, strict=True)))


def _first(sample: Sample, count: int) -> Sample:
    """Return the beginning of a sample, with so many documents or a few more."""
    taken = 0
    for place, row in enumerate(sample):
        taken += _count(row)
        if taken >= count:
            return sample[: place + 1]
    return sample


def _count(row: Document | Skipped | PlainTexts) -> int:
    return row.seen if isinstance(row, PlainTexts) else 1


def _characters(row: Document | Body | Skipped | PlainTexts) -> int:
    """Return about how many characters the texts of a row have."""
    if isinstance(row, PlainTexts):
        return int(row.texts.lengths().sum()) + sum(_characters(entry) for _, entry in row.others)
    return len(row.text or row.html or row.content or "") if isinstance(row, Document) else 0
