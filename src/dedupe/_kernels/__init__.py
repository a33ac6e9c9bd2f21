"""The hot loops: texts in; token hashes, signatures, fingerprints, band keys, alignments and lines out.

Two kernels answer bit for bit the same. ``_numpy`` is the specification, written to be read; ``_native`` is the same
in C. ``DEDUPE_KERNEL=native`` or ``numpy`` forces one (a missing native kernel is then an error); without it the
native kernel is used where it was built.
"""

import importlib
import os
from typing import cast

from dedupe._kernels._bags import BAG_BYTES
from dedupe._kernels._columns import (
    CHOICES,
    COLUMNS,
    NO_KEY,
    WANTED,
    AskTie,
    Groups,
    Held,
    Limits,
    Measured,
    Reading,
    Rows,
    Shape,
    Sketch,
    Ties,
)
from dedupe._kernels._contract import Gathering, Kernel
from dedupe._kernels._manner import PHRASE_TOKENS, TEXTURE, Manner, Stretches, Textured
from dedupe._kernels._measure import DIGITS, SEPARATORS, differing_places, likeness, precedes
from dedupe._kernels._packed import PackedTexts
from dedupe._kernels._partition import APART, NEARLY_COMPLETE, REVISION, SAME
from dedupe._kernels._symbols import Codebook
from dedupe._kernels._tallying import Channel, Tallied
from dedupe.errors import ConfigError, MissingExtraError

__all__ = [
    "APART",
    "BAG_BYTES",
    "CHOICES",
    "COLUMNS",
    "DIGITS",
    "FUNCTIONS",
    "NEARLY_COMPLETE",
    "NO_KEY",
    "PHRASE_TOKENS",
    "REVISION",
    "SAME",
    "SEPARATORS",
    "TEXTURE",
    "WANTED",
    "AskTie",
    "Channel",
    "Codebook",
    "Gathering",
    "Groups",
    "Held",
    "Kernel",
    "Limits",
    "Manner",
    "Measured",
    "PackedTexts",
    "Reading",
    "Rows",
    "Shape",
    "Sketch",
    "Stretches",
    "Tallied",
    "Textured",
    "Ties",
    "add_up",
    "align",
    "band_keys",
    "collide",
    "crowded",
    "differing_places",
    "encode",
    "filters",
    "gathering",
    "intersection_size",
    "likeness",
    "lines",
    "marked_lines",
    "may_reach",
    "measure",
    "name",
    "partition",
    "perhaps",
    "post",
    "precedes",
    "quotations",
    "read",
    "rows",
    "search",
    "shingle_hashes",
    "sketch",
    "squeeze",
    "tail",
    "tally",
    "texture",
    "tokenize",
    "unite",
    "unmarked",
    "unsqueeze",
]


def load(wanted: str | None) -> Kernel:
    """Return the kernel called ``wanted``, or the fastest one there is.

    Raises:
        ConfigError: There is no kernel of that name.
        MissingExtraError: The native kernel was asked for by name and is not built.
    """
    if wanted not in {None, "", "native", "numpy"}:
        raise ConfigError(f"DEDUPE_KERNEL must be 'native' or 'numpy', not {wanted!r}; unset it for the default")
    if wanted != "numpy":
        try:
            return cast("Kernel", importlib.import_module("dedupe._kernels._native_kernel"))
        except ImportError as error:
            if wanted == "native":
                raise MissingExtraError(
                    "DEDUPE_KERNEL=native, but the native kernel is not built; reinstall with a C compiler, or unset it"
                ) from error
    return cast("Kernel", importlib.import_module("dedupe._kernels._numpy"))


FUNCTIONS = (
    "tokenize",
    "sketch",
    "shingle_hashes",
    "band_keys",
    "intersection_size",
    "align",
    "read",
    "rows",
    "may_reach",
    "measure",
    "quotations",
    "texture",
    "lines",
    "marked_lines",
    "perhaps",
    "search",
    "encode",
    "filters",
    "tail",
    "crowded",
    "tally",
    "post",
    "squeeze",
    "unsqueeze",
    "collide",
    "add_up",
    "unite",
    "unmarked",
    "gathering",
    "partition",
)
"""What a kernel offers besides its name."""

_kernel = load(os.environ.get("DEDUPE_KERNEL"))

name = _kernel.name
tokenize = _kernel.tokenize
sketch = _kernel.sketch
shingle_hashes = _kernel.shingle_hashes
band_keys = _kernel.band_keys
intersection_size = _kernel.intersection_size
align = _kernel.align
read = _kernel.read
may_reach = _kernel.may_reach
measure = _kernel.measure
texture = _kernel.texture
quotations = _kernel.quotations
rows = _kernel.rows
lines = _kernel.lines
marked_lines = _kernel.marked_lines
unmarked = _kernel.unmarked
perhaps = _kernel.perhaps
search = _kernel.search
encode = _kernel.encode
filters = _kernel.filters
squeeze = _kernel.squeeze
unsqueeze = _kernel.unsqueeze
tail = _kernel.tail
crowded = _kernel.crowded
tally = _kernel.tally
post = _kernel.post
collide = _kernel.collide
gathering = _kernel.gathering
add_up = _kernel.add_up
unite = _kernel.unite
partition = _kernel.partition
