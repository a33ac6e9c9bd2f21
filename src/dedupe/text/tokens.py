"""Words in every script, each with the place it came from."""

from typing import NamedTuple

from dedupe import _kernels
from dedupe._kernels._columns import Uint32s, Uint64s
from dedupe._kernels._sketching import tokens as tokens_with_offsets
from dedupe.records import Span


class Token(NamedTuple):
    """One word as it is compared, and where it stands in the text it came from."""

    text: str
    span: Span


class TokenArrays(NamedTuple):
    """The tokens of one text as columns: what every later stage computes with.

    Attributes:
        hashes: uint64[T]. xxh3_64 of the normalised token in UTF-8.
        starts: uint32[T]. First code point in the original text.
        ends: uint32[T]. One past the last code point.
    """

    hashes: Uint64s
    starts: Uint32s
    ends: Uint32s


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text`` in reading order, normalised, with half-open spans into ``text``.

    A token is a maximal run of letters and digits with the marks that follow them, after
    :func:`dedupe.text.normalize.normalize`. In scripts written without spaces (Han, Hiragana, Katakana, Thai, Lao,
    Khmer, Myanmar) each letter is a token. Apostrophes separate: straight or curly, so ``Iran's`` is ``iran`` ``s``.
    A character that folds to several tokens (``½``) gives all of them its own span. Empty text, or text without
    letters and digits: no tokens.

    For people and tests; :func:`token_arrays` gives the same as columns and is far faster.

    Example:
        >>> [(token.text, text[slice(*token.span)]) for text in ["Café's 10㎏"] for token in tokenize(text)]
        [('café', 'Café'), ('s', 's'), ('10kg', '10㎏')]
    """
    return [Token(word, Span(start, end)) for word, start, end in tokens_with_offsets(text)]


def token_arrays(text: str) -> TokenArrays:
    """Return hash, start and end of every token, in reading order."""
    return TokenArrays(*_kernels.tokenize(text))
