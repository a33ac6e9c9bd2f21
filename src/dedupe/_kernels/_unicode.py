"""Which characters mean what: normalisation and token rules, character by character, with offsets.

The rules, in order:

1. *Invisible* characters go: those Unicode calls Default_Ignorable (soft hyphen, zero width, bidi controls, tags,
   variation selectors, byte order mark, Hangul fillers).
2. A run of combining marks is cut at 30 (UAX 15, section 13: the stream-safe limit). Without the cut,
   ``unicodedata.normalize`` needs 11 s for 64,000 marks.
3. *Fold*: NFKC, full case folding, NFKC. A second cut at 30 keeps this idempotent where marks expand.
4. A *token* is a maximal run of letters and digits (L*, N*) with the marks (M*) that follow them. A letter of a script
   written without spaces is a token of its own, with its marks. Everything else separates, lone surrogates too, so
   tokens always have a UTF-8 form. Apostrophes separate, straight or curly.

Folding is done in *chunks*: a chunk ends where Unicode guarantees that nothing composes or reorders across (the next
character's decomposition starts with a non-combining character that is second in no primary composite). The fold of a
text is the fold of its chunks, and each folded character knows the stretch of the text it came from.
"""

import bisect
import functools
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

MARK_LIMIT = 30

_INVISIBLE_RANGES = (
    # Default_Ignorable_Code_Point, Unicode Character Database, DerivedCoreProperties.txt.
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_SPACELESS_RANGES = (
    # Blocks of Thai, Lao, Myanmar, Khmer, Hiragana, Katakana and Han: letters (L*) and letter-like numbers (Nl).
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029),
    (0x3031, 0x3035), (0x3038, 0x303C), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x116D0, 0x116FF), (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
_HANGUL_SECONDS = frozenset(range(0x1161, 0x1176)) | frozenset(range(0x11A8, 0x11C3))

_WITHOUT_MAPPINGS = frozenset({"Cn", "Co", "Cs"})
"""Unassigned, private use, surrogates: they fold to themselves."""

_REMEMBERED = 65_536
"""Characters worth remembering: more than all living scripts use, less than a hostile text may fill memory with."""

LETTER, ALONE, MARK, SEPARATOR = "L", "A", "M", "-"


class Character(NamedTuple):
    """What the rules need to know about one character of the *input*.

    Attributes:
        folded: Its fold when it stands in a chunk of its own; empty when invisible.
        invisible: It is dropped before anything else.
        mark: Its decomposition starts with a mark, so it counts towards :data:`MARK_LIMIT`.
        continues: It may compose or reorder with what stands before it, so it never starts a chunk.
    """

    folded: str
    invisible: bool
    mark: bool
    continues: bool


_MAY_DECOMPOSE = (range(0xA0, 0x3400), range(0xA000, 0xAC00), range(0xF900, 0x17000), range(0x18D00, 0x20000))
"""All but ideographs, Hangul syllables, surrogates and private use: what composes of two characters lies here."""
_AT_ONCE = 256


def _borders(ranges: tuple[tuple[int, int], ...]) -> list[int]:
    return [border for low, high in ranges for border in (low, high + 1)]


INVISIBLE_BORDERS = _borders(_INVISIBLE_RANGES)
SPACELESS_BORDERS = _borders(_SPACELESS_RANGES)


def _within(code: int, borders: list[int]) -> bool:
    """Tell whether a code point lies in one of the ranges: behind an odd number of their borders."""
    return bisect.bisect_right(borders, code) % 2 == 1


def fold(text: str) -> str:
    """Return NFKC of the case fold of NFKC: the third step alone, on a text that is safe to normalise."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@functools.cache
def composition_seconds() -> frozenset[int]:
    """Return the code points that are second in a primary composite, Hangul vowels and finals included."""
    arrays = (np.arange(codes.start, codes.stop, dtype="<u4") for codes in _MAY_DECOMPOSE)
    text = "".join(codes.tobytes().decode("utf-32-le") for codes in arrays)
    stretches = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    decomposing = (stretch for stretch in stretches if not unicodedata.is_normalized("NFD", stretch))  # one in ten
    pairs = (each.split() for each in map(unicodedata.decomposition, "".join(decomposing)) if each and each[0] != "<")
    return _HANGUL_SECONDS | {int(pair[1], 16) for pair in pairs if len(pair) == 2}


def examine(character: str) -> Character:
    """Work out what the rules say about one character."""
    invisible = _within(ord(character), INVISIBLE_BORDERS)
    if unicodedata.category(character) in _WITHOUT_MAPPINGS:
        return Character("" if invisible else character, invisible, mark=False, continues=False)
    first = unicodedata.normalize("NFKD", character)[0]
    return Character(
        folded="" if invisible else fold(character),
        invisible=invisible,
        mark=unicodedata.category(first)[0] == "M",
        continues=unicodedata.combining(first) != 0 or ord(first) in composition_seconds(),
    )


def classify(code: int) -> str:
    """Return the token class of a *folded* character."""
    category = unicodedata.category(chr(code))
    if category[0] == "M":
        return MARK
    if category[0] not in "LN":
        return SEPARATOR
    if (category[0] == "L" or category == "Nl") and _within(code, SPACELESS_BORDERS):
        return ALONE
    return LETTER


class _Characters(dict[str, Character]):
    """Character -> what is known of it, worked out when first met: most texts use few of the million."""

    def __missing__(self, character: str) -> Character:
        known = examine(character)
        if len(self) < _REMEMBERED:
            self[character] = known
        return known


class _Classes(dict[int, str]):
    """Code point of a *folded* character -> its token class; made for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        known = classify(code)
        if len(self) < _REMEMBERED:
            self[code] = known
        return known


CHARACTERS = _Characters()
CLASSES = _Classes()


class Folded(NamedTuple):
    """A folded text; ``starts`` and ``ends`` say for each of its characters where in the original it came from.

    Both are ``None`` when every character maps to the one at its own position.
    """

    text: str
    starts: list[int] | None
    ends: list[int] | None


def fold_with_offsets(text: str) -> Folded:
    """Fold a whole text by all rules above; cost is linear in its length, whatever it holds."""
    if text.isascii():
        return Folded(text.lower(), None, None)
    alphabet = {character: CHARACTERS[character] for character in set(text)}
    if all(len(known.folded) == 1 and not known.mark and not known.continues for known in alphabet.values()):
        table = {ord(character): known.folded for character, known in alphabet.items()}
        return Folded(text.translate(table), None, None)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    run = 0
    for start, end, chunk in _chunks(text):
        piece = CHARACTERS[chunk].folded if len(chunk) == 1 else fold(chunk)
        for character in piece:
            run = run + 1 if CLASSES[ord(character)] == MARK else 0
            if run <= MARK_LIMIT:
                pieces.append(character)
                starts.append(start)
                ends.append(end)
    return Folded("".join(pieces), starts, ends)


def _chunks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and visible characters of every chunk, mark runs already cut."""
    start = end = run = 0
    chunk: list[str] = []
    for position, character in enumerate(text):
        known = CHARACTERS[character]
        if known.invisible:
            continue
        run = run + 1 if known.mark else 0
        if run > MARK_LIMIT:
            continue
        if chunk and not known.continues:
            yield start, end, "".join(chunk)
            chunk.clear()
        if not chunk:
            start = position
        chunk.append(character)
        end = position + 1
    if chunk:
        yield start, end, "".join(chunk)
