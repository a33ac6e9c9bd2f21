"""Lines of a text, and the few numbers by which one line is told from another.

Everything here is pure and looks at one line at a time, in time linear in its length.
"""

import re
from typing import NamedTuple

ENDS = frozenset(".!?…。！？؟۔।։።;؛:")
"""Characters that end a sentence, or a clause that a list item follows."""
CLOSERS = "\"'”’»›」』）)]*†0123456789⁰¹²³"
"""What may stand behind a sentence end: closing quotes and brackets, note marks."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_OTHER_BREAKS = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
UNSPACED_PER_WORD = 4
"""Characters of a script without spaces that weigh as much as one word of a script with spaces."""


class Features(NamedTuple):
    """What one line looks like.

    Attributes:
        words: Words between blanks; in scripts without spaces one word for every four characters.
        ended: It ends as a sentence does, closing quotes and brackets aside.
        continues: It begins with a small letter: the second half of a wrapped sentence.
    """

    words: int
    ended: bool
    continues: bool


def split_lines(text: str) -> list[tuple[int, str]]:
    """Return ``(start, line)`` of every line that is not blank, blanks at its ends cut off.

    ``start`` is the code point at which the cut line begins in ``text``. Lines end where :meth:`str.splitlines` says.
    """
    if _OTHER_BREAKS.search(text):
        broken, step = text.splitlines(keepends=True), 0
    else:
        broken, step = text.split("\n"), 1
    found = []
    position = 0
    for raw in broken:
        line = raw.strip()
        if line:
            found.append((position if raw[0] == line[0] else position + raw.index(line[0]), line))
        position += len(raw) + step
    return found


def has_unspaced_script(text: str) -> bool:
    """Tell whether any character belongs to a script that is written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def count_words(line: str, *, unspaced: bool) -> int:
    """Return the words of a line; with ``unspaced``, characters of scripts without spaces count a quarter each."""
    words = line.count(" ") + 1
    if unspaced and not line.isascii():
        words += len(_UNSPACED.findall(line)) // UNSPACED_PER_WORD
    return words


def ends_sentence(line: str) -> bool:
    """Tell whether a line without outer blanks ends as a sentence does."""
    last = line[-1:]
    return last in ENDS or (last in CLOSERS and line.rstrip(CLOSERS)[-1:] in ENDS)


def measure(line: str, *, unspaced: bool = False) -> Features:
    """Return the features of a line without outer blanks."""
    return Features(count_words(line, unspaced=unspaced), ends_sentence(line), line[:1].islower())
