"""Keys that a document shares with the rows of an index: which are crowded, and what each row shares, counted.

This is the specification; ``_native`` answers the same. Hits are those of :mod:`dedupe._kernels._postings`.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels._columns import Int64s, Uint8s, Uint64s
from dedupe._kernels._postings import ROW_BITS, ROW_MASK

_SHIFT = np.uint64(ROW_BITS)
_LOWER = np.uint64(ROW_MASK)


class Channel(IntEnum):
    """What a key is to nomination."""

    NONE = 0
    BAND = 1
    FINGERPRINT = 2
    PAGE = 3
    """The address or the headline of a page."""


class Tallied(NamedTuple):
    """Rows that share keys with a document, the most alike first.

    Attributes:
        counts: Row, and how many bands, fingerprints and keys of its page it shares ``int64[m, 4]``.
        rarities: Its shared fingerprints, each divided by how many documents hold it ``float64[m]``.
    """

    counts: Int64s
    rarities: NDArray[np.float64]


def crowded(hits: Uint64s, channels: Uint8s, caps: tuple[int, int]) -> Int64s:
    """Find the keys that are held by as many documents as their cap, or more.

    Args:
        hits: Ascending, distinct.
        channels: Of every key asked for, its :class:`Channel`.
        caps: That of bands, and that of all other keys that nominate.

    Returns:
        ``int64[k, 3]``: position, and from where to where its hits stand.

    Raises:
        ValueError: Hits that do not ascend, or name no key; a channel that there is not.
    """
    return np.array([run for run, is_crowded in _runs_of(hits, channels, caps) if is_crowded], np.int64).reshape(-1, 3)


def tally(hits: Uint64s, channels: Uint8s, caps: tuple[int, int], centres: Int64s) -> Tallied:
    """Count what each row shares with a document.

    The rows are ordered by the share of the bands or fingerprints that they hold, whichever is larger, then by the keys
    of their page, then by rarity, then by row.

    Args:
        hits: Ascending, distinct.
        channels: As in :func:`crowded`.
        caps: Likewise.
        centres: For each crowded key, ascending, its position and the one row that it counts for ``int64[k, 2]``.

    Raises:
        ValueError: As in :func:`crowded`; or the centres are not those of the crowded keys.
    """
    found: dict[int, list[float]] = {}
    waiting = centres.tolist()[::-1]
    for (position, begin, end), is_crowded in _runs_of(hits, channels, caps):
        channel = int(channels[position])
        rows = (hits[begin:end] & _LOWER).tolist() if channel else []
        if is_crowded:
            centre = waiting.pop() if waiting else (-1, -1)
            if centre[0] != position or not 0 <= centre[1] <= ROW_MASK:
                raise ValueError("the centres are not those of the crowded keys")
            rows = [centre[1]]
        for row in rows:
            shared = found.setdefault(row, [0, 0, 0, 0, 0.0])
            shared[channel] += 1
            shared[4] += 1 / (end - begin) if channel == Channel.FINGERPRINT else 0.0
    if waiting:
        raise ValueError("the centres are not those of the crowded keys")
    bands, fingerprints = (
        max(1, int(np.count_nonzero(channels == channel))) for channel in (Channel.BAND, Channel.FINGERPRINT)
    )
    ordered = sorted(
        (-max(shared[1] / bands, shared[2] / fingerprints), -shared[3], -shared[4], row, shared)
        for row, shared in found.items()
    )
    counts = [(row, *shared[1:4]) for *_, row, shared in ordered]
    rarities = np.array([shared[4] for *_, shared in ordered], dtype=np.float64)
    return Tallied(np.array(counts, dtype=np.int64).reshape(-1, 4), rarities)


def _runs_of(hits: Uint64s, channels: Uint8s, caps: tuple[int, int]) -> list[tuple[tuple[int, int, int], bool]]:
    """Return position, begin and end of the hits of each key, and whether the key is crowded."""
    positions = (hits >> _SHIFT).astype(np.int64)
    if (hits[1:] <= hits[:-1]).any() or (len(hits) and positions[-1] >= len(channels)):
        raise ValueError("the hits do not ascend, or name a key that is not there")
    if len(channels) and channels.max() > max(Channel):
        raise ValueError("there is no such channel")
    edges = np.flatnonzero(positions[1:] != positions[:-1]) + 1
    begins, ends = [0, *edges.tolist()], [*edges.tolist(), len(hits)]
    runs = [(int(positions[begin]), begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end]
    return [(run, _is_crowded(int(channels[run[0]]), run[2] - run[1], caps)) for run in runs]


def _is_crowded(channel: int, holders: int, caps: tuple[int, int]) -> bool:
    return channel != Channel.NONE and holders >= max(1, caps[channel != Channel.BAND])
