"""The native kernel's way with postings: arrays laid out for C, answers of :mod:`dedupe._kernels._joining`."""

import secrets
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedupe._kernels import _native
from dedupe._kernels._contract import Booleans, Groups, Int64s, Uint32s, Uint64s
from dedupe._kernels._joining import check_bits, check_postings, joined

_SECRET = (secrets.randbits(64), secrets.randbits(64))
"""Decides where groups stand in memory while they are compared, so that none can be crafted to crowd one place."""


def divide(hashes: Uint64s, documents: Uint32s, bits: int) -> tuple[Uint64s, Uint32s, Int64s]:
    """See :func:`dedupe._kernels._joining.divide`."""
    check_postings(hashes, documents)
    check_bits(bits)
    hashes, documents = _laid_out(hashes, documents)
    parted = np.empty(len(hashes), np.uint64), np.empty(len(hashes), np.uint32)
    edges = np.empty((1 << bits) + 1, np.int64)
    _native.divide(hashes, documents, bits, *parted, edges)
    return *parted, edges


def collide(hashes: Uint64s, documents: Uint32s, present: Booleans, cap: int) -> tuple[Groups, Groups]:
    """See :func:`dedupe._kernels._joining.collide`; the arrays must not be written to meanwhile."""
    check_postings(hashes, documents)
    there = np.ascontiguousarray(present, dtype=np.bool_)
    made = _native.collide(*_laid_out(hashes, documents), there, cap)
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

    def collide(self, hashes: Uint64s, documents: Uint32s, present: Booleans, cap: int) -> Groups:
        """Add the groups that :func:`collide` finds, and return the crowds."""
        check_postings(hashes, documents)
        there = np.ascontiguousarray(present, dtype=np.bool_)
        laid_out = _laid_out(hashes, documents)
        self._held, members, sizes = _native.gather_collisions(self._gathering, *laid_out, there, cap)
        return Groups(np.frombuffer(members, np.uint32), np.frombuffer(sizes, np.uint32))

    def pairs(self) -> tuple[Uint64s, Int64s]:
        """Return the distinct pairs inside groups, and how many groups hold each; begin anew."""
        pairs, weights = _native.gathered_pairs(self._gathering)
        self._held = 0
        return np.frombuffer(pairs, np.uint64), np.frombuffer(weights, np.int64)


def add_up(columns: Sequence[tuple[Uint64s, Int64s]]) -> tuple[Uint64s, Int64s]:
    """See :func:`dedupe._kernels._joining.add_up`."""
    values, weights = joined(columns)
    kept = _native.add_up(values, weights)
    return values[:kept], weights[:kept]


def _laid_out(hashes: Uint64s, documents: Uint32s) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    return np.ascontiguousarray(hashes, dtype=np.uint64), np.ascontiguousarray(documents, dtype=np.uint32)
