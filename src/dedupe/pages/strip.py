"""All visible text of a page, without a parser: linear in any input, loses nothing but markup.

The fallback for pages that a parser must not see, and the yardstick for what an extractor left out. It knows no
article from a menu; :mod:`dedupe.text.chrome` does that afterwards, line by line, so block elements become lines.
"""

import html as entities
import re

_INVISIBLE = re.compile(
    r"<(script|style|title|textarea|select|template|noscript|iframe|svg|object|canvas)\b[^<>]*+>", re.IGNORECASE
)
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|body|br|button|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|"
    r"figcaption|figure|footer|form|frame|h[1-6]|head|header|hr|html|legend|li|main|menu|nav|ol|optgroup|option|p|pre|"
    r"section|select|summary|table|tbody|tfoot|thead|title|tr|ul)\b[^<>]*+>?",
    re.IGNORECASE,
)
_CELL = re.compile(r"</?t[dh]\b[^<>]*+>?", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"&#\d{9,}+;?")  # int() refuses more than 4,300 digits, and no character has a number so long
_BLANKS = str.maketrans("\r\n\t", "   ")
_MARKUP = re.compile(r"<[a-zA-Z/!?][^<>\t\n]*+>?")  # not past a block that is replaced already, should it be unclosed


def strip_tags(html: str) -> str:
    """Return the visible text of a page whose scripts and comments are gone, one block element a line.

    Args:
        html: The page, as :func:`dedupe.pages.guards.without_scripts` leaves it.

    Returns:
        Lines with single spaces; runs of empty lines are one. Empty for a page without text.
    """
    text = _without_invisible(html)
    text = text.translate(_BLANKS)
    text = _BLOCK.sub("\n", text)
    text = _CELL.sub("\t", text)
    text = _MARKUP.sub("", text)
    text = entities.unescape(_LONG_NUMBER.sub("\ufffd", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _without_invisible(html: str) -> str:
    """Drop the head's title, forms' choices, frames and drawings, whose text is not on the page."""
    kept: list[str] = []
    unclosed: set[str] = set()
    position = 0
    while found := _INVISIBLE.search(html, position):
        kept.append(html[position : found.start()])
        name = found[1].lower()
        position = found.end()
        if name in unclosed or found[0].endswith("/>"):
            continue
        end = re.compile(f"</{name}\\b[^<>]*+>?", re.IGNORECASE).search(html, position)
        if end is None:
            unclosed.add(name)
        else:
            position = end.end()
            kept.append("\n")
    kept.append(html[position:])
    return "".join(kept)
