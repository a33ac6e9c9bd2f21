"""What follows from all verified pairs together: links between clusters, and independent origins."""

import numpy as np
from numpy.typing import NDArray

from dedupe.group.sets import roots
from dedupe.records import MERGING, Comparison, Link, TextRelation

LINKING: frozenset[TextRelation] = frozenset({"contained", "reordered", "partial", "quotes_only"})
"""Text relations that are reported as links between clusters. Furniture ties no two texts: it stays a pair."""

BORROWING: frozenset[TextRelation] = MERGING | {"contained", "reordered", "partial"}
"""Text relations after which two clusters are not independent accounts: narrative words were handed on."""


def link_of(pair: Comparison) -> Link:
    """Return two related documents as a link."""
    return Link(
        a=pair.a,
        b=pair.b,
        relation=pair.relation,
        source=pair.source,
        similarity=pair.similarity,
        passages=pair.passages,
    )


def independent_origins(borrowed: NDArray[np.int64], clusters: int) -> int:
    """Count the groups of clusters that no handed-on narrative ties together: the least number of separate accounts.

    Args:
        borrowed: Numbers of two clusters that narrative was handed on between ``int64[m, 2]``.
        clusters: How many there are.
    """
    return int(np.count_nonzero(roots(clusters, *borrowed.T) == np.arange(clusters)))
