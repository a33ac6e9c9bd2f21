"""The native kernel's way with postings: arrays laid out for C, answers of :mod:`dedupe._kernels._joining`."""

import secrets
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import _native
from dedupe._kernels._columns import Booleans, Groups, Held, Int64s, Uint8s, Uint64s
from dedupe._kernels._joining import check_room, joined

_SECRET = (secrets.randbits(64), secrets.randbits(64))
"""Decides where groups stand in memory while they are compared, so that none can be crafted to crowd one place."""


def post(held: Held, *, width: int, bits: int = 0, room: Uint64s | None = None) -> tuple[Uint64s, Int64s]:
    """See :func:`dedupe._kernels._joining.post`; the arrays must not be written to meanwhile."""
    room = check_room(len(held.hashes), bits, room)
    edges = np.empty((1 << bits) + 1, dtype=np.int64)
    lengths = None if held.lengths is None else np.ascontiguousarray(held.lengths, dtype=np.int64)
    hashes = np.ascontiguousarray(held.hashes, dtype=np.uint64)
    documents = np.ascontiguousarray(held.documents, dtype=np.uint32)
    _native.post(hashes, documents, lengths, (width, bits), room, edges)
    return room, edges


def collide(runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> tuple[Groups, Groups]:
    """See :func:`dedupe._kernels._joining.collide`; the arrays must not be written to meanwhile."""
    made = _native.collide(*_laid_out(runs, width, present), cap)
    members, sizes, crowd_members, crowd_sizes = (np.frombuffer(each, np.uint32) for each in made)
    return Groups(members, sizes), Groups(crowd_members, crowd_sizes)


class Gathering:
    """See :class:`dedupe._kernels._joining.Gathering`; one thread at a time adds to it."""

    def __init__(self, documents: int) -> None:
        """Begin empty."""
        self._gathering = _native.gathering(documents, _SECRET)
        self._held = 0

    def __len__(self) -> int:
        """Return how many numbers are held."""
        return self._held

    def add(self, groups: Groups) -> None:
        """Add groups."""
        members, sizes = (np.ascontiguousarray(column, dtype=np.uint32) for column in groups)
        self._held = _native.gather(self._gathering, members, sizes)

    def collide(self, runs: Sequence[Uint64s], width: int, present: Booleans, cap: int) -> Groups:
        """Add the groups that :func:`collide` finds, and return the crowds."""
        laid_out = _laid_out(runs, width, present)
        self._held, members, sizes = _native.gather_collisions(self._gathering, *laid_out, cap)
        return Groups(np.frombuffer(members, np.uint32), np.frombuffer(sizes, np.uint32))

    def pairs(self, least: int = 1) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs that at least so many groups hold, and how many do; begin anew."""
        pairs, weights = _native.gathered_pairs(self._gathering, least)
        self._held = 0
        return np.frombuffer(pairs, np.uint64), np.frombuffer(weights, np.int64)


def add_up(columns: Sequence[tuple[Uint64s, Int64s]]) -> tuple[Uint64s, Int64s]:
    """See :func:`dedupe._kernels._joining.add_up`."""
    values, weights = joined(columns)
    kept = _native.add_up(values, weights)
    return values[:kept], weights[:kept]


def unite(columns: Sequence[tuple[Uint64s, int]]) -> tuple[Uint64s, Uint8s]:
    """See :func:`dedupe._kernels._joining.unite`."""
    made = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint8)
    for values, bits in sorted(columns, key=lambda column: len(column[0])):
        if not len(values):
            continue
        added = np.ascontiguousarray(values, dtype=np.uint64), np.full(len(values), bits, dtype=np.uint8)
        count = len(made[0]) + len(values)
        room = np.empty(count, dtype=np.uint64), np.empty(count, dtype=np.uint8)
        count = _native.unite(made, added, *room)
        made = room[0][:count], room[1][:count]
    return made


def _laid_out(
    runs: Sequence[Uint64s], width: int, present: Booleans
) -> tuple[tuple[NDArray[np.uint64], ...], int, NDArray[np.bool_]]:
    contiguous = tuple(np.ascontiguousarray(run, dtype=np.uint64) for run in runs)
    return contiguous, width, np.ascontiguousarray(present, dtype=np.bool_)
