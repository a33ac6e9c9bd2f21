"""Whether a text needs no look at single characters before it is read. The specification of ``_native``'s."""

import re

_ODD = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u06dc\u0e34-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
    "\ud800-\udfff]"
)
_UNMARKED_BYTES = bytes({*range(0xCC), 0xE2})
_MARKED_PUNCTUATION = b"\xe2\x83"  # U+20C0 to U+20FF, whose second half are marks


def unmarked(text: str) -> bool:
    """Tell whether a text holds neither half of a surrogate pair nor anything that may combine with what it follows.

    What may combine lies in a few stretches of code points, in which other characters lie, too.
    """
    return text.isascii() or _holds_punctuation_at_most(text) or _ODD.search(text) is None


def _holds_punctuation_at_most(text: str) -> bool:
    """Tell quickly that most texts hold no such character.

    Only characters from U+0300 on can be marks: lead bytes from 0xCC on, of which 0xE2 is all but punctuation.
    """
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    return not encoded.translate(None, _UNMARKED_BYTES) and _MARKED_PUNCTUATION not in encoded
