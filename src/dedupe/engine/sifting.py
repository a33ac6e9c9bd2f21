"""Most candidates share nothing: measured natively, they are told apart before anything is compared in full.

Most candidates of ordinary news are texts on one subject that share a few three-word phrases by chance. Where no
passage stands in both texts, only shared wording could still link them, and for that the phrases of either text are
counted once, however many pairs it is in.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.engine.comparing import Comparer
from dedupe.engine.measuring import Block, limits_of, measure_blocks
from dedupe.sketch.candidates import Candidates, proposed_by
from dedupe.verify.relations import is_retold
from dedupe.verify.wording import share_of

_PASSAGES, _EQUAL = (_kernels.COLUMNS.index(name) for name in ("passages", "equal"))


class Sifted:
    """What is known of all candidates without comparing them.

    Attributes:
        unrelated: Candidates that share no passage and no wording ``bool[m]``: their text relation is ``none``, their
            similarity 0.
    """

    def __init__(self, count: int) -> None:
        """Begin with nothing known."""
        self.unrelated = np.zeros(count, dtype=bool)


def sift(candidates: Candidates, comparer: Comparer, sifted: Sifted, *, threads: int = 1) -> Iterator[int]:
    """Measure candidates and mark those that are unrelated; yields the number of candidates done now and then.

    What fingerprints nominated shares a passage already, so that it is left to the comparison.

    Args:
        candidates: The pairs.
        comparer: Knows the bodies and their phrases.
        sifted: Where they are marked.
        threads: Threads that measure.
    """
    config = comparer.config
    shared = np.zeros(len(candidates), dtype=bool)
    if config.fingerprint_tokens >= config.min_passage_tokens:
        shared = proposed_by(candidates.channels, "fingerprint")
    doubtful = np.flatnonzero(~shared)
    left = Candidates(pairs=candidates.pairs[doubtful], channels=candidates.channels[doubtful])
    done = int(np.count_nonzero(shared))
    for block in measure_blocks(left, comparer.bodies, limits_of(config, 0.0), threads=threads):
        apart = (block.columns[:, _PASSAGES] == 0) & (block.columns[:, _EQUAL] == 0)
        if config.wording:
            apart &= ~_retold(block, np.flatnonzero(apart), comparer)
        sifted.unrelated[doubtful[block.numbers[apart]]] = True
        done += len(block.numbers)
        yield done


def _retold(block: Block, rows: NDArray[np.int64], comparer: Comparer) -> NDArray[np.bool_]:
    """Mark the rows whose texts share enough wording to be linked though they share no passage."""
    marked = np.zeros(len(block.pairs), dtype=bool)
    for row, (a, b) in zip(rows.tolist(), block.pairs[rows].tolist(), strict=True):
        marked[row] = is_retold(share_of(comparer.phrases(a), comparer.phrases(b)), comparer.config)
    return marked
