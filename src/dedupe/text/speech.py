"""Speech without quotation marks: the first person gives a statement, a letter or a post away."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.text.tokens import token_arrays

FIRST_PERSON_SHARE = 0.03
"""Words of the first person per word from which a passage is somebody's own words. Speeches and posts have 4 to 10 %,
running news prose outside quotation marks below 1 %."""

MIN_TOKENS = 8
"""Shorter stretches say too little either way."""


class _Language(NamedTuple):
    first_person: NDArray[np.uint64]
    small_words: NDArray[np.uint64]


@cache
def _languages() -> tuple[_Language, ...]:
    """Load the words of every language, as token hashes."""
    table = tomllib.loads((files("dedupe.text") / "data" / "speech.toml").read_text("utf-8"))
    return tuple(
        _Language(*(token_arrays(" ".join(words[kind])).hashes for kind in ("first_person", "small_words")))
        for _, words in sorted(table.items())
    )


def is_speech(tokens: NDArray[np.uint64]) -> bool:
    """Tell whether a stretch of tokens is told in the first person.

    Args:
        tokens: Token hashes of the stretch.

    Returns:
        True where at least ``FIRST_PERSON_SHARE`` of the tokens, and two of them, are first-person words of the
        language whose small words are most frequent. False for short stretches and languages that are not listed.
    """
    if len(tokens) < MIN_TOKENS:
        return False
    language = max(_languages(), key=lambda each: int(np.isin(tokens, each.small_words).sum()))
    first_person = int(np.isin(tokens, language.first_person).sum())
    return first_person >= max(2, FIRST_PERSON_SHARE * len(tokens))
