"""UTF-16 without a byte order mark, told from eight-bit text and from binaries.

Mostly Latin text has a NUL in every other byte. Other scripts show in what the bytes stand for: nearly every character
is one that is printed, and the spaces, line ends and ideographic stops among them are whole ones. Text in eight bits
reads as rare signs without any space (``Bu`` is one ideograph), and the numbers in a binary as characters that no text
holds.
"""

import re

_SAMPLE = 4096
_LEAST = 16
"""Fewer bytes tell nothing."""
_PRINTED_SHARE = 0.98
_SPACED = 40
"""In so many characters there is at least one space, line end or stop; Thai and Chinese have the fewest."""

_UNUSUAL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_PRINTED = re.compile(
    "[\t\n\r -~\xa0-\u06ff\u0900-\u10ff\u1780-\u17ff\u1e00-\u1fff\u200b-\u2044\u20a0-\u20bf\u2100-\u2122\u3000-\u30ff"
    "\u3400-\u9fff\uac00-\ud7a3\uff00-\uffee]"
)
_SPACES = re.compile("[ \n\u3000-\u3002\uff0c]")


def utf16_without_mark(content: bytes) -> str:
    """Return the codec of text in UTF-16 that no mark announces, else an empty string. Reads the first 4 kB."""
    head = content[: min(_SAMPLE, len(content) // 2 * 2)]
    if not _UNUSUAL.search(head):
        return ""
    return _latin(head) or _other_script(head)


def _latin(head: bytes) -> str:
    """Return the codec where every other byte of mostly Latin text is NUL."""
    others = head.translate(None, b"\0")
    if len(head) < 4 or len(_UNUSUAL.findall(others)) * 20 > len(others):
        return ""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if odd * 10 >= half * 6 and even * 20 <= half:
        return "utf-16-le"
    if even * 10 >= half * 6 and odd * 20 <= half:
        return "utf-16-be"
    return ""


def _other_script(head: bytes) -> str:
    """Return the codec under which nearly all is printed and enough of it are spaces; of two, the one with more."""
    if len(head) < _LEAST:
        return ""
    spaces: dict[str, int] = {}
    for codec in ("utf-16-le", "utf-16-be"):
        text = head.decode(codec, "replace").removesuffix("\ufffd")  # half a pair at the end of the sample
        if len(_PRINTED.findall(text)) >= _PRINTED_SHARE * len(text):
            spaces[codec] = len(_SPACES.findall(text))
    codec = max(spaces, key=lambda each: spaces[each], default="")
    return codec if codec and spaces[codec] * _SPACED * 2 >= len(head) else ""
