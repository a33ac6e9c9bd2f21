"""Hostile texts for the native kernel, and what it means that two answers are equal."""

import numpy as np

ASCII = "abcxyzABCXYZ0129 .,'\"-\n\t\x00\x7f"
CRAFTED = (
    "\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d\u300e\u300f\u2018\u2019"
    "\u00a0\u00ad\u00bd\u00df\u00e9\u0130\u0131\u0149\u017f\u01c5\u0301\u0308\u0323\u0344\u0345\u034f\u0390\u05b7\u064b\u0651\u093c\u094d\u0958"
    "\u09be\u0b95\u0bbe\u0e01\u0e33\u0e48\u0f77\u0f81\u1100\u1161\u11a8\u115f\u17d2\u1e9e\u1fb3\u200b\u200d\u2010\u2017\u2019\u2026\u202e\u20dd"
    "\u2126\u212b\u3042\u304b\u3099\u3164\u4e2d\uac00\uac01\ud800\udfff\uf900\ufb01\ufdfa\ufe0f\ufeff\uff21\uff76\uff9e\uffff"
    "\U0001d15e\U0001d7da\U0001f1ee\U00020000\U0002f800\U000e0041\U0010ffff"
)


def hostile(chosen):
    """One text: mixtures of ASCII, crafted characters, any code point, and long runs of one of them."""
    pieces = []
    for _ in range(chosen.randrange(8)):
        kind, length = (
            chosen.randrange(6),
            chosen.choice([0, 1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 66, 127, 130, 300]),
        )
        if kind == 0:
            pieces.append("".join(chosen.choices(ASCII, k=length)))
        elif kind == 1:
            pieces.append("".join(chosen.choices(CRAFTED, k=length)))
        elif kind == 2:
            pieces.append("".join(chosen.choices(ASCII + CRAFTED, k=length)))
        elif kind == 3:
            pieces.append("".join(chr(chosen.randrange(0x110000)) for _ in range(length)))
        elif kind == 4:
            pieces.append(chosen.choice(CRAFTED + ASCII) * length)
        else:
            pieces.append(
                "".join(chosen.choice(ASCII) + chosen.choice(CRAFTED) * chosen.randrange(4) for _ in range(length))
            )
    return "".join(pieces)


def assert_equal(ours, specified):
    """The same numbers of the same dtypes."""
    for mine, theirs in zip(ours, specified, strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)
