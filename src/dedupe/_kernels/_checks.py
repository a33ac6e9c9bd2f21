"""What kernels refuse before they begin: what the arguments of one function must be to go together."""

from collections.abc import Sequence

import numpy as np

from dedupe._kernels._columns import Int64s, Uint32s
from dedupe._kernels._manner import KINDS, Stretches


def check_shapes(pairs: Int64s, stretches: Stretches, count: int) -> None:
    """Refuse what is no pairs, or does not say of every text where its stretches are."""
    spans, edges = stretches
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"pairs must be int64[m, 2] of places below {count}")
    if spans.ndim != 2 or spans.shape[1] != 2 or edges.shape != (KINDS * count + 1,):
        raise ValueError(f"stretches must be int64[s, 2] and int64[{KINDS * count + 1}]")


def check_stretches(stretches: Stretches) -> None:
    """Refuse edges that do not lie within the stretches."""
    spans, edges = stretches
    if edges[0] < 0 or edges[-1] > len(spans) or (np.diff(edges) < 0).any():
        raise ValueError("edges must ascend within the stretches")


def check_pairs(pairs: Int64s, count: int) -> None:
    """Refuse what is no pair of places."""
    if pairs.ndim != 2 or pairs.shape[1] != 2 or (len(pairs) and (pairs.min() < 0 or pairs.max() >= count)):
        raise ValueError(f"pairs must be int64[m, 2] of places below {count}")


def check_parameters(**parameters: int) -> None:
    """Refuse counts below one."""
    for parameter, value in parameters.items():
        if value < 1:
            raise ValueError(f"{parameter} must be at least 1, not {value}")


def check_slots(a: Uint32s, b: Uint32s) -> None:
    """Refuse multipliers and offsets that do not pair up."""
    if len(a) != len(b):
        raise ValueError(f"a has {len(a)} slots, b has {len(b)}")


def check_texts(texts: Sequence[object]) -> None:
    """Refuse what is not a str, naming its place."""
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {place} is {type(text).__name__}, not str")


def check_bands(slots: int, bands: int, rows: int) -> None:
    """Refuse more bands and rows than there are slots."""
    check_parameters(bands=bands, rows=rows)
    if bands * rows > slots:
        raise ValueError(f"{bands} bands of {rows} rows need more than the {slots} slots there are")
