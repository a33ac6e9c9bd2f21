"""What C is told of a page of characters is what the rules say of each of them."""

import struct

import pytest

from dedupe._kernels import _unicode
from dedupe._kernels._native_pages import PAGE_SIZE, chunk, page

KINDS = {_unicode.SEPARATOR: 0, _unicode.LETTER: 1, _unicode.ALONE: 2, _unicode.MARK: 3}
SEVERAL, INVISIBLE = 4, 5
PAGES = 0x110000 // PAGE_SIZE

# Latin, Greek, Cyrillic, Arabic, Indic, Thai, Tibetan, Hangul jamo, punctuation, kana, ideographs, Hangul, surrogates,
# private use, compatibility forms, bold letters, tags, and the last page.
SCRIPTS = (0x00, 0x01, 0x03, 0x04, 0x06, 0x09, 0x0E, 0x0F, 0x11, 0x1E, 0x1F, 0x20, 0x30, 0x4E, 0xAC, 0xD8, 0xE0, 0xFB, 0xFD,
           0xFE, 0xFF, 0x1D1, 0x1D4, 0x2F8, 0xE00, 0x10FF)  # fmt: skip


def piece(character, *, mark=False, continues=False):
    kind = KINDS[_unicode.classify(ord(character))]
    spelled = b"" if kind == KINDS[_unicode.SEPARATOR] else character.encode()
    return struct.pack("<4sBBBB", spelled, len(spelled), kind, mark, continues)


def page_of(number):
    """Return a page, worked out character by character."""
    characters, pieces = [], []
    for code in range(number * PAGE_SIZE, (number + 1) * PAGE_SIZE):
        known = _unicode.examine(chr(code))
        if known.invisible:
            characters.append(struct.pack("<4sBBBB", b"", 0, INVISIBLE, known.mark, known.continues))
        elif len(known.folded) == 1:
            characters.append(piece(known.folded, mark=known.mark, continues=known.continues))
        else:
            place = len(pieces), len(known.folded)
            characters.append(struct.pack("=HHBBBB", *place, 0, SEVERAL, known.mark, known.continues))
            pieces += map(piece, known.folded)
    return b"".join(characters + pieces)


@pytest.mark.parametrize("number", SCRIPTS)
def test_a_page_says_of_each_character_what_the_rules_say(number):
    assert page(number) == page_of(number)


@pytest.mark.slow
def test_every_page_says_of_each_character_what_the_rules_say():
    assert [number for number in range(PAGES) if page(number) != page_of(number)] == []


@pytest.mark.parametrize("text", ["e\u0301", "\u1100\u1161", "x" + "\u0323\u0307" * 15, "\u0e01\u0e33", "\ufdfa\u0301"])
def test_a_chunk_is_the_pieces_of_what_it_folds_to(text):
    assert chunk(text) == b"".join(map(piece, _unicode.fold(text)))
