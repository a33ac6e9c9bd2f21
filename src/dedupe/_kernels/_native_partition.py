"""The native kernel's way with groups of texts: answers of :mod:`dedupe._kernels._partition`."""

import numpy as np

from dedupe._kernels import _native
from dedupe._kernels._columns import AskTie, Ties, Uint32s


def partition(texts: int, ties: Ties, ask: AskTie | None = None) -> Uint32s:
    """See :func:`dedupe._kernels._partition.partition`; the columns must not be written to until anybody is asked."""
    groups = np.empty(texts, dtype=np.uint32)
    ends = np.ascontiguousarray(ties.ends, dtype=np.uint32)
    kinds = np.ascontiguousarray(ties.kinds, dtype=np.uint8)
    _native.partition(ends, kinds, np.ascontiguousarray(ties.similarities, dtype=np.float64), ask, groups)
    return groups
