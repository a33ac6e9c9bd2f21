"""Runs of words, the sets that Jaccard and MinHash speak about."""

from dedupe import _kernels
from dedupe._kernels._columns import Uint64s
from dedupe._kernels._sketching import tokens


def shingles(text: str, size: int) -> list[str]:
    """Return every run of ``size`` consecutive tokens joined by one space, in reading order, repetitions kept.

    Fewer tokens than ``size``: none.

    Raises:
        ValueError: ``size`` is below 1.

    Example:
        >>> shingles("The cat sat. The cat!", 2)
        ['the cat', 'cat sat', 'sat the', 'the cat']
    """
    _refuse_empty(size)
    words = [word for word, _, _ in tokens(text)]
    return [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]


def shingle_hashes(text: str, size: int) -> Uint64s:
    """Return the set of a text's shingles as uint64: xxh3_64 of each in UTF-8, sorted, without repetitions.

    Raises:
        ValueError: ``size`` is below 1.
    """
    _refuse_empty(size)
    return _kernels.shingle_hashes(text, size)


def _refuse_empty(size: int) -> None:
    if size < 1:
        raise ValueError(f"a shingle has at least 1 token, not {size}")
