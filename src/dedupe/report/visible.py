"""Make words from a document harmless to show: nothing in them may act, and nothing in them may hide.

A page can carry terminal escape sequences, characters that turn the reading direction round, invisible characters and
half surrogates. They are shown as their code point (``<U+202E>``) and never sent as they are. Markup of ``rich`` needs
no escaping here because the reports build :class:`rich.text.Text`, which is never parsed; HTML is escaped where HTML
is made.
"""

import re

_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: escape sequences begin here
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b\u200e\u200f"  # zero-width space and direction marks (joiners stay: Persian and emoji need them)
    "\u2028-\u202e"  # line and paragraph separator, embeddings and overrides
    "\u2060-\u206f"  # word joiner, invisible operators, isolates
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\ud800-\udfff"  # lone surrogates: no encoding can write them
    "\U000e0000-\U000e007f]"  # tag characters
)
_SPACES = re.compile(r"[ \t\n\r\x0b\x0c\x1c-\x1f\x85\u00a0\u2028\u2029]+")


def visible(text: object) -> str:
    r"""Return ``text`` on one line, with every acting or hidden character shown as its code point.

    Runs of white space, line ends included, become one space. Printable text in any script is left alone. Linear time.

    >>> visible("red\x1b[31m \u202egnp.exe\nnext")
    'red<U+001B>[31m <U+202E>gnp.exe next'
    """
    return _ACTING.sub(_code_point, _SPACES.sub(" ", str(text)).strip())


def _code_point(match: re.Match[str]) -> str:
    """Write one character as ``<U+XXXX>``."""
    return f"<U+{ord(match.group()):04X}>"


def shorten(text: str, limit: int) -> str:
    """Cut ``text`` to ``limit`` code points, the cut shown by an ellipsis; whole words where a space is near.

    >>> shorten("Moscow and Tehran have strong ties", 20)
    'Moscow and Tehran …'
    """
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 2, 1)]
    space = cut.rfind(" ")
    return f"{cut[:space] if space >= len(cut) // 2 else cut} …"
