"""Speech without quotation marks: the first person gives a statement, a letter or a post away."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.text.phrases import load_toml
from dedupe.text.tokens import token_arrays

FIRST_PERSON_SHARE = 0.03
"""Words of the first person per word from which a passage is somebody's own words. Speeches and posts have 4 to 10 %,
running news prose outside quotation marks below 1 %."""

MIN_FIRST_PERSON = 2
"""Words of the first person that one passage needs."""

MIN_TOKENS = 8
"""Shorter stretches say too little either way."""

_PART = np.uint64(0xFFFF)


class ListedWords(NamedTuple):
    """The words of all languages in one table: bit ``i`` of a flag stands for language ``i`` in order of its code.

    Attributes:
        hashes: Token hashes, ascending, distinct, ``uint64[w]``.
        first_person: Languages of which each is a first-person word, ``uint32[w]``.
        small: Languages of which each is a small word, ``uint32[w]``.
        languages: How many there are.
        first_person_parts: Which last 16 bits the hashes of first-person words have, ``bool[65536]``.
    """

    hashes: NDArray[np.uint64]
    first_person: NDArray[np.uint32]
    small: NDArray[np.uint32]
    languages: int
    first_person_parts: NDArray[np.bool_]


@cache
def listed_words() -> ListedWords:
    """Return the words of every language, as token hashes; read when first asked for."""
    table = load_toml("speech.toml")
    flags: dict[int, list[int]] = {}
    for number, (_, words) in enumerate(sorted(table.items())):
        for column, kind in enumerate(("first_person", "small_words")):
            for known in token_arrays(" ".join(words[kind])).hashes.tolist():
                flags.setdefault(known, [0, 0])[column] |= 1 << number
    columns = np.array([flags[known] for known in sorted(flags)], dtype=np.uint32).T.copy()
    hashes = np.array(sorted(flags), dtype=np.uint64)
    parts = np.zeros(int(_PART) + 1, dtype=bool)
    parts[hashes[columns[0] != 0] & _PART] = True
    return ListedWords(hashes, columns[0], columns[1], len(table), parts)


def first_person_tokens(tokens: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Mark the tokens that are a word of the first person in any language that is listed, ``bool[t]``.

    A stretch without two of them is no speech, whatever its language: what most callers need to know.
    """
    known = listed_words()
    listed: NDArray[np.bool_] = known.first_person_parts[tokens & _PART]
    (places,) = listed.nonzero()
    if len(places):  # few tokens pass, and only those are looked up
        listed[places] = _looked_up(tokens[places], known.first_person) != 0
    return listed


def is_speech(tokens: NDArray[np.uint64]) -> bool:
    """Tell whether a stretch of tokens is told in the first person.

    Args:
        tokens: Token hashes of the stretch.

    Returns:
        True where at least ``FIRST_PERSON_SHARE`` of the tokens, and ``MIN_FIRST_PERSON`` of them, are first-person
        words of the language whose small words are most frequent. False for short stretches and languages that are not
        listed.
    """
    if len(tokens) < MIN_TOKENS:
        return False
    small = _looked_up(tokens, listed_words().small)
    counts = [int(np.count_nonzero(small & np.uint32(1 << number))) for number in range(listed_words().languages)]
    language = np.uint32(1 << counts.index(max(counts)))
    first_person = int(np.count_nonzero(_looked_up(tokens, listed_words().first_person) & language))
    return first_person >= max(MIN_FIRST_PERSON, FIRST_PERSON_SHARE * len(tokens))


def _looked_up(tokens: NDArray[np.uint64], flags: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the flags of every token, 0 for one that is not listed."""
    hashes = listed_words().hashes
    places = np.searchsorted(hashes, tokens)
    places[places == len(hashes)] = 0
    return np.where(hashes[places] == tokens, flags[places], np.uint32(0))
