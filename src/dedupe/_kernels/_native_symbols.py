"""Runs of bytes written as numbers by the native kernel, as the contract wants them."""

import functools

from dedupe._kernels import _native
from dedupe._kernels._symbols import Codebook, check_codebook


def squeeze(data: bytes, codebook: Codebook) -> bytes:
    """See :func:`dedupe._kernels._symbols.squeeze`."""
    return _native.squeeze(_made(codebook), data)


def unsqueeze(written: bytes, codebook: Codebook) -> bytes:
    """See :func:`dedupe._kernels._symbols.unsqueeze`."""
    return _native.unsqueeze(_made(codebook), written)


@functools.lru_cache(maxsize=8)
def _made(codebook: Codebook) -> object:
    check_codebook(codebook)
    order = sorted(range(len(codebook.runs)), key=lambda number: -len(codebook.runs[number]))
    return _native.codebook(codebook.runs, tuple(order))
