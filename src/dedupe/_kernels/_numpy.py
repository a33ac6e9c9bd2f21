"""The specification: every kernel function in numpy and plain Python, written to be read.

``_native`` answers the same, bit for bit, on any input.
"""

from collections.abc import Sequence

import numpy as np

from dedupe._kernels._align import align
from dedupe._kernels._bags import may_reach
from dedupe._kernels._checks import check_pairs, check_parameters, check_shapes, check_stretches, check_texts
from dedupe._kernels._columns import Int64s, Limits, Measured, Reading, Uint64s
from dedupe._kernels._joining import Gathering, add_up, collide, post, unite
from dedupe._kernels._lines import lines, marked_lines
from dedupe._kernels._manner import Manner, Stretches, Textured
from dedupe._kernels._measure import Side, measure_pairs, read_text
from dedupe._kernels._packed import PackedTexts
from dedupe._kernels._partition import partition
from dedupe._kernels._postings import Tail, encode, filters, perhaps, search
from dedupe._kernels._quotations import quotations
from dedupe._kernels._rows import rows
from dedupe._kernels._sketching import band_keys, shingle_hashes, sketch, tokenize
from dedupe._kernels._symbols import squeeze, unsqueeze
from dedupe._kernels._tallying import crowded, tally
from dedupe._kernels._texture import Spans, Voice, texture_pairs
from dedupe._kernels._unmarked import unmarked

__all__ = [
    "add_up",
    "align",
    "band_keys",
    "collide",
    "crowded",
    "encode",
    "filters",
    "gathering",
    "intersection_size",
    "lines",
    "marked_lines",
    "may_reach",
    "measure",
    "name",
    "partition",
    "perhaps",
    "post",
    "quotations",
    "read",
    "rows",
    "search",
    "shingle_hashes",
    "sketch",
    "squeeze",
    "tail",
    "tally",
    "texture",
    "tokenize",
    "unite",
    "unmarked",
    "unsqueeze",
]

name = "numpy"

gathering = Gathering
"""Returns an empty gathering."""

tail = Tail
"""Returns an empty tail."""


def intersection_size(x: Uint64s, y: Uint64s) -> int:
    """Count the values that two sorted arrays without repetitions share."""
    return len(np.intersect1d(x, y, assume_unique=True))


def read(text: str, shingle_size: int) -> Reading:
    """Return everything about one text that comparing it needs: tokens, running counts, shingles."""
    check_texts([text])
    return read_text(text, tokenize(text), shingle_hashes(text, shingle_size))


def measure(texts: Sequence[str], pairs: Int64s, limits: Limits) -> Measured:
    """Align pairs of texts and count what they share: one row of :data:`~dedupe._kernels._columns.COLUMNS` a pair.

    Args:
        texts: The texts; of packed ones only those are read that pairs name.
        pairs: ``int64[m, 2]``, places in ``texts``.
        limits: How to align, and which pairs are not worth it.

    Returns:
        ``int64[m, len(COLUMNS)]``. The mirrored pair gives the mirrored row, but for ``aligned``, which is the same.

    Raises:
        ValueError: A packed text is not UTF-8.
    """
    check_parameters(shingle_size=limits.shingle_size)
    check_pairs(pairs, len(texts))
    if isinstance(texts, PackedTexts):
        named = set(pairs.ravel().tolist())
        texts = [texts[place] if place in named else "" for place in range(len(texts))]
    check_texts(texts)
    sides = [Side.of(read(text, limits.shingle_size), limits.shingle_size) for text in texts]
    return measure_pairs(sides, pairs, limits)


def texture(
    texts: Sequence[str], pairs: Int64s, limits: Limits, *, stretches: Stretches, manner: Manner, phrases: int
) -> Textured:
    """Tell what kind of text pairs share: one row of :data:`~dedupe._kernels._manner.TEXTURE` a pair.

    Args:
        texts: The texts; only those are read that pairs name.
        pairs: ``int64[m, 2]``, places in ``texts``.
        limits: How to align; all pairs are, and their shingles are not looked at.
        stretches: What of the texts is prose, and what is quoted.
        manner: What tells quotations, and texts that open alike.
        phrases: They are counted where no passage of narrative has so many matching tokens; 0 for nowhere.

    Returns:
        ``float64[m, len(TEXTURE)]``.

    Raises:
        ValueError: A pair names no text, or a packed text is not UTF-8.
    """
    check_pairs(pairs, len(texts))
    check_shapes(pairs, stretches, len(texts))
    check_stretches(stretches)
    wanted = sorted(set(pairs.ravel().tolist()))
    chosen = {place: texts[place] for place in wanted}
    check_texts(list(chosen.values()))
    voices = {place: _voice(text, *stretches.of_text(place)) for place, text in chosen.items()}
    return texture_pairs(voices, pairs, limits, manner, phrases=phrases)


def _voice(text: str, kept: Spans, prose: Spans) -> Voice:
    """Read what is kept of a text, one newline between two stretches, and move its tokens to where they stood."""
    tokens, starts, ends = tokenize("\n".join(text[start:end] for start, end in kept))
    places = [place for start, end in kept for place in range(start, end + 1)]  # a newline is behind its stretch
    moved_starts = np.array([places[start] for start in starts.tolist()], dtype=np.uint32)
    moved_ends = np.array([places[end - 1] + 1 for end in ends.tolist()], dtype=np.uint32)
    reading = read_text(text, (tokens, moved_starts, moved_ends), np.empty(0, dtype=np.uint64))
    return Voice.of(Side.of(reading, 1), prose, quotations(text).tolist())
