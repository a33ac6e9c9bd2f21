"""Most candidates share nothing, or no more than passages: measured natively, they need not be compared in full.

Most candidates of ordinary news are texts on one subject that share a few three-word phrases by chance. Where no
passage stands in both texts, only shared wording could still link them, and for that the phrases of either text are
counted once, however many pairs it is in. Where passages do, the counts tell what the pair is if neither text quotes
anybody: a site's furniture, a footer, a sentence that many carry.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.counts import Measures
from dedupe.engine.judging import outline_by
from dedupe.engine.measuring import Block, limits_of, measure_blocks
from dedupe.engine.outlines import Outline, Parts
from dedupe.engine.pairs import SOON_MADE
from dedupe.engine.telling import Asked, tell
from dedupe.sketch.candidates import Candidates, proposed_by
from dedupe.verify.parts import PLAIN, UNTOLD, is_plain
from dedupe.verify.sharing import is_retold
from dedupe.verify.wording import share_of

_PASSAGES, _EQUAL = (_kernels.COLUMNS.index(name) for name in ("passages", "equal"))
_NONE, _PARTIAL = (PLAIN.index(text) for text in ("none", "partial"))


class Sifted:
    """What is known of all candidates without comparing them.

    Attributes:
        unrelated: Candidates that share no passage and no wording ``bool[m]``: their text relation is ``none``, their
            similarity 0.
        parts: Candidates that share passages and no more, in any order.
        told: Others ``bool[m]``, whose outlines went where they are wanted.
    """

    def __init__(self, count: int, settle: Callable[[int, Outline], None]) -> None:
        """Begin with nothing known.

        Args:
            count: Candidates.
            settle: Takes the number of a candidate and its outline, in any order.
        """
        self.unrelated = np.zeros(count, dtype=bool)
        self.parts: list[Parts] = []
        self.told = np.zeros(count, dtype=bool)
        self._settle = settle
        self._spared = SOON_MADE

    def settle(self, number: int, outline: Outline) -> None:
        """Say what a candidate is."""
        self.told[number] = True
        self._settle(number, outline)

    def spare(self, count: int) -> int:
        """Return how many of so many candidates to leave: comparisons that are soon made are made at once anyway."""
        spared = min(count, self._spared)
        self._spared -= spared
        return spared

    @property
    def known(self) -> NDArray[np.bool_]:
        """Candidates that need not be compared ``bool[m]``."""
        marked: NDArray[np.bool_] = self.unrelated | self.told
        for part in self.parts:
            marked[part.numbers] = True
        return marked


def sift(candidates: Candidates, comparer: Comparer, sifted: Sifted, *, threads: int = 1) -> Iterator[int]:
    """Measure candidates and note what that tells; yields the number of candidates done now and then.

    Args:
        candidates: The pairs.
        comparer: Knows the bodies and their phrases.
        sifted: Where it is noted.
        threads: Threads that measure.
    """
    config = comparer.config
    doubtful = np.flatnonzero(~_surely_related(candidates, comparer))
    left = Candidates(pairs=candidates.pairs[doubtful], channels=candidates.channels[doubtful])
    done = len(candidates) - len(doubtful)
    plain = cache(partial(_plain, comparer.bodies))
    for block in measure_blocks(left, comparer.bodies, limits_of(config, 0.0), threads=threads):
        apart = (block.columns[:, _PASSAGES] == 0) & (block.columns[:, _EQUAL] == 0)
        sharing = np.flatnonzero(~apart)
        if config.wording:
            apart &= ~_retold(block, np.flatnonzero(apart), comparer)
        sifted.unrelated[doubtful[block.numbers[apart]]] = True
        if len(sharing):
            parts = _told(block, sharing, comparer, plain)
            sifted.parts.append(parts._replace(numbers=doubtful[parts.numbers]))
            rows = sharing[~np.isin(block.numbers[sharing], parts.numbers)]
            for number, outline in _outlines(block, rows[sifted.spare(len(rows)) :], comparer):
                sifted.settle(int(doubtful[number]), outline)
        done += len(block.numbers)
        yield done


def _surely_related(candidates: Candidates, comparer: Comparer) -> NDArray[np.bool_]:
    """Mark what shares a passage for sure and may be copies: those are compared in any case.

    Fingerprints prove a passage. Where there are many pairs, the kernel tells most of them what they are.
    """
    config, channels = comparer.config, candidates.channels
    if _kernels.name == "native" and len(candidates) > SOON_MADE:
        return np.zeros(len(candidates), dtype=bool)
    if config.fingerprint_tokens < config.min_passage_tokens:
        return np.zeros(len(candidates), dtype=bool)
    sure = proposed_by(channels, "fingerprint")
    return sure & proposed_by(channels, "lsh") if _kernels.name == "native" else sure


def _outlines(block: Block, rows: NDArray[np.int64], comparer: Comparer) -> Iterator[tuple[int, Outline]]:
    """Tell the pairs of these rows by what kind of text they share, as far as that tells; yields their numbers."""
    ends = block.pairs[rows].tolist()
    known = {position: comparer.bodies[position] for position in sorted({end for pair in ends for end in pair})}
    measured = Measures(block.columns[rows]).rows(np.arange(len(rows)))
    asked = [Asked(known[a], known[b], row) for (a, b), row in zip(ends, measured, strict=True)]
    told = zip(block.numbers[rows].tolist(), asked, tell(asked, comparer.config), strict=True)
    for number, pair, judged in told:
        if judged is not None:
            yield number, outline_by(pair.measured, judged.relation, (pair.a, pair.b), comparer.config)


def _retold(block: Block, rows: NDArray[np.int64], comparer: Comparer) -> NDArray[np.bool_]:
    """Mark the rows whose texts share enough wording to be linked though no passage links them."""
    marked = np.zeros(len(block.pairs), dtype=bool)
    for row, (a, b) in zip(rows.tolist(), block.pairs[rows].tolist(), strict=True):
        marked[row] = is_retold(share_of(comparer.phrases(a), comparer.phrases(b)), comparer.config)
    return marked


def _told(
    block: Block, rows: NDArray[np.int64], comparer: Comparer, plain: Callable[[int], tuple[bool, bool]]
) -> Parts:
    """Tell the pairs of these rows that share no more than passages, as far as counts tell.

    They do where both texts are plain. With something set aside in between, lists were not counted as the comparison
    counts them; with credits on both sides, a source may be shared.
    """
    measures = Measures(block.columns[rows])
    texts = measures.parts(comparer.config)
    some = np.flatnonzero(texts != UNTOLD)
    ends = block.places[rows[some]]
    simple, credited = (np.zeros(len(block.positions), dtype=bool) for _ in range(2))
    for place in np.unique(ends).tolist():
        simple[place], credited[place] = plain(int(block.positions[place]))
    known = simple[ends].all(axis=1) & ~credited[ends].all(axis=1)
    if comparer.config.wording:
        idle = texts[some] == _NONE
        known &= ~(idle & measures.listed[some])  # phrases of lists do not count
        worded = rows[some[idle & known]]
        texts[np.flatnonzero(np.isin(rows, worded[_retold(block, worded, comparer)[worded]]))] = _PARTIAL
    some = some[known]
    return Parts(
        numbers=block.numbers[rows[some]],
        texts=texts[some],
        similarities=measures.similarity[some],
        jaccards=measures.jaccard[some],
        shares=measures.shares()[some],
    )


def _plain(bodies: Bodies, position: int) -> tuple[bool, bool]:
    """Tell whether a body is in one piece and quotes nobody, and whether it credits anybody."""
    body = bodies.words(position)
    return len(body.kept) <= 1 and is_plain(body.original, body.text), bool(body.credits)
