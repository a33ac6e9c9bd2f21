"""The normal form in which words are compared."""

import unicodedata

from dedupe._kernels._unicode import fold_with_offsets

RULES = f"tokens-1 unicode-{unicodedata.unidata_version}"
"""Names the rules that turn text into tokens. What is stored under other rules must not be compared: the Unicode data,
and with it what is a letter, differs between versions of Python."""


def normalize(text: str) -> str:
    """Return ``text`` as words are compared: compatibility forms and case folded, invisible characters dropped.

    NFKC, full case folding, NFKC; Default_Ignorable characters (soft hyphen, zero width, bidi controls, tags,
    variation selectors, byte order mark) are dropped before, and runs of combining marks are cut at 30 (UAX 15,
    stream-safe). Idempotent; linear in the length of the text, whatever it holds; never raises. The result may be up
    to 18 times longer (U+FDFA). Lone surrogates, spaces and line ends stay as they are.

    The result depends on the Unicode version of the Python that runs: see :data:`RULES`.

    Example:
        >>> normalize("ﬁnd “STRASSE” co\u00adop")
        'find “strasse” coop'
    """
    return fold_with_offsets(text).text
