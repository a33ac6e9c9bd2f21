"""What the kernel counts of the texts of a document and its candidates."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.counts import OPEN, Measures
from dedupe.engine.measuring import limits_of
from dedupe.records import Body
from dedupe.verify.measures import ratio

_MATCHED, _TOKENS_A, _TOKENS_B, _COVERED_A, _COVERED_B = map(
    _kernels.COLUMNS.index, ("matched", "tokens_a", "tokens_b", "covered_a", "covered_b")
)


class Counted(NamedTuple):
    """What was measured of a pair.

    Attributes:
        counts: As :func:`dedupe._kernels.measure` says it.
        shares: Similarity, and the coverage of both, as :class:`dedupe.records.Comparison` has them.
        code: Its text relation, as :meth:`dedupe.engine.counts.Measures.told` says it of prose.
    """

    counts: list[int]
    shares: list[float]
    code: int = OPEN


def count_all(texts: Sequence[str], pairs: NDArray[np.int64], config: Config) -> list[Counted]:
    """Measure pairs of texts, so many that it is worth while to tell by columns what most of them are.

    Args:
        texts: Texts of bodies.
        pairs: Places of both texts of each pair ``int64[m, 2]``.
        config: The index's parameters.
    """
    columns = _kernels.measure(texts, pairs, limits_of(config, 0.0))
    measures = Measures(columns)
    return list(map(Counted, columns.tolist(), measures.whole_shares().tolist(), measures.told(config).tolist()))


def count_few(body: Body, others: Sequence[Body], config: Config) -> list[Counted]:
    """Measure a body against a few others, too few for columns to tell more about them."""
    texts = [body.text, *(other.text for other in others)]
    pairs = np.zeros((len(others), 2), dtype=np.int64)
    pairs[:, 1] = np.arange(1, len(others) + 1)
    columns = _kernels.measure(texts, pairs, limits_of(config, 0.0))
    return [Counted(counts, _shares(counts)) for counts in columns.tolist()]


def _shares(numbers: list[int]) -> list[float]:
    """Return similarity and coverage of one pair, as columns give them of many."""
    tokens, other_tokens = numbers[_TOKENS_A], numbers[_TOKENS_B]
    similarity = min(1.0, ratio(2 * numbers[_MATCHED], tokens + other_tokens))
    return [similarity, ratio(numbers[_COVERED_A], tokens), ratio(numbers[_COVERED_B], other_tokens)]
