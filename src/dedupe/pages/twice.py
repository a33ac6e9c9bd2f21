"""Text that was encoded twice: UTF-8 taken for windows-1252 and encoded again, so that ``é`` stands there as ``Ã©``.

Databases and feeds deliver such pages as valid UTF-8. No word with an accent equals its sound copy then. Each sequence
that would be one character is made that character, where at least three of them stand in a page or a file.
"""

import re

_LEAST = 3
"""One ``Ã©`` may be somebody's example, or ``RENÉ’S``; three are a page."""
_CP1252 = {bytes([byte]).decode("cp1252", "replace"): byte for byte in range(0x80, 0xA0)}
_CP1252.pop("\ufffd")
_BYTES = {ord(character): chr(byte) for character, byte in _CP1252.items()}
_NEXT = "[\x80-\xbf" + "".join(sorted(_CP1252)) + "]"
_SEQUENCE = re.compile(f"[\xc2-\xdf]{_NEXT}|[\xe0-\xef]{_NEXT}{{2}}|[\xf0-\xf4]{_NEXT}{{3}}")
_ASCII = bytes(range(128))


def decoded_once_more(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with what was encoded twice decoded once more, and a warning that says how many characters it was.

    The text itself, and nothing, where fewer than three sequences are such, or more characters are sound: somebody
    writes of ``Ã©`` there, or ends words in capitals before a quotation mark. Linear in the text.
    """
    if text.isascii():
        return text, ()
    # A page is searched in 2 ms, its few characters beyond ASCII in no time; side by side they have no fewer sequences.
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    if len(_SEQUENCE.findall(beyond)) < _LEAST:
        return text, ()
    found = [sequence for sequence in _SEQUENCE.findall(text) if _character(sequence) != sequence]
    if len(found) < _LEAST or len(beyond) - sum(map(len, found)) >= len(found):
        return text, ()
    repaired = _SEQUENCE.sub(lambda match: _character(match[0]), text)
    return repaired, (f"{len(found)} characters had been encoded twice; decoded once more",)


def _character(sequence: str) -> str:
    """Return the one character that a sequence was before, or the sequence."""
    try:
        return sequence.translate(_BYTES).encode("latin-1").decode()
    except UnicodeDecodeError:
        return sequence
