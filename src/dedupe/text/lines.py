"""Lines of a text, and the few numbers by which one line is told from another.

Everything here is pure and looks at one line at a time, in time linear in its length. The rules are the kernel's:
:mod:`dedupe._kernels._lines` is their specification.
"""

from dedupe._kernels._lines import (
    ENDS,
    NAME_LENGTH,
    TITLE_WORDS,
    Trait,
    ends_sentence,
    has_unspaced_script,
    split_lines,
)

__all__ = [
    "ENDS",
    "NAME_LENGTH",
    "TITLE_WORDS",
    "Trait",
    "ends_sentence",
    "has_unspaced_script",
    "split_lines",
]
