"""Hostile lines: of JSON as rows, of texts as lines, and vocabularies that are none. Run by fuzz_native.py."""

import contextlib
import json

import numpy as np
from fuzz_texts import ASCII, CRAFTED, assert_equal, hostile

from dedupe._kernels import (
    Shape,
    _native,
    _native_kernel,
    _native_rows,
    _numpy,
)
from dedupe._kernels._columns import Marks
from dedupe._kernels._phrases import EDGE, TRIM, Vocabulary


def some_json(chosen):
    """A JSON string, or what was one before something happened to it."""
    raw = bytearray(json.dumps(hostile(chosen), ensure_ascii=chosen.random() < 0.5).encode("utf-8", "surrogatepass"))
    for _ in range(chosen.choice([0, 0, 1, 3])):
        place = chosen.randrange(len(raw) + 1)
        raw[place : place + chosen.randrange(2)] = chosen.choice(
            [b"\\", b'"', b"\\u12", b"\xff", b"", b"\x1f", b"\xe2"]
        )
    return bytes(raw[: chosen.randrange(len(raw) + 1)] if chosen.random() < 0.1 else raw)


KEYS = [
    b'"text"',
    b'"id"',
    b'"url"',
    b'"a"',
    b'""',
    '"é"'.encode(),
    b'"\\u0061"',
    b"text",
    b'"x',
    b'"%s"' % (b"k" * 5_000),
]
SHAPES = [
    Shape(b"text\nid\n", bytes([0, 255, 255, 255, 1] + [255] * 19)),
    Shape(b"id\nurl\na\ntext\n", bytes([3, 255, 255, 255, 0, 1, 2, 255] + [255] * 4 + [2, 0, 255, 255] + [255] * 8)),
    Shape(b"text\n", bytes([0, 9, 9, 9] * 6)),
    Shape(b"", bytes(24)),
]


def some_value(chosen, depth=0):
    """A JSON value, or nearly one."""
    kind = chosen.randrange(4)
    if kind < 2 or depth > 40:
        return some_json(chosen)
    if kind == 2:
        words = [
            b"null",
            b"true",
            b"fals",
            b"0",
            b"-1.5e7",
            b"01",
            b"1e",
            b"9" * 301,
            b'""',
            b'" "',
            b"\x00",
            b"",
            b"[" * 33,
        ]
        return chosen.choice(words)
    parts = [some_value(chosen, depth + 1) for _ in range(chosen.randrange(3))]
    if chosen.randrange(2):
        return b"[" + b", ".join(parts) + b"]"
    return b"{" + b",".join(chosen.choice(KEYS) + b":" + part for part in parts) + b"}"


def some_line(chosen):
    """A record, or what was one before something happened to it."""
    names = chosen.choice(SHAPES).names.split(b"\n")[:-1]
    keys = [b'"%s"' % name for name in names] if chosen.randrange(3) else chosen.choices(KEYS, k=chosen.randrange(4))
    if not chosen.randrange(30):
        keys = [b'"%d"' % number for number in range(chosen.choice([249, 250, 251]))]
    blank = chosen.choice([b"", b" ", b"\t\r", b"\x0b"])
    line = bytearray(b"{" + (b"," + blank).join(key + blank + b":" + some_value(chosen) for key in keys) + b"}" + blank)
    for _ in range(chosen.choice([0, 0, 0, 1, 2])):
        place = chosen.randrange(len(line) + 1)
        line[place : place + chosen.randrange(2)] = chosen.choice(
            [b"\xff", b'"', b"\\", b"}", b"\n", b"\xe2\x80", b"", b":"]
        )
    return bytes(line[: chosen.randrange(len(line) + 1)] if chosen.random() < 0.1 else line)


def some_rows(chosen):
    lines = b"\n".join(some_line(chosen) for _ in range(chosen.randrange(6)))
    start = chosen.choice([0, 0, chosen.randrange(len(lines) + 1)])
    options = {
        "start": start,
        "skip": chosen.choice([0, 0, chosen.randrange(len(lines) - start + 1)]),
        "longest": chosen.choice([0, 50, 2**70]),
        "stops": chosen.random() < 0.2,
    }
    shapes = chosen.sample(SHAPES, k=chosen.randrange(len(SHAPES) + 1))
    _native_rows._ROOMS = _native_rows._Rooms()  # so that the texts, too, go to memory of just their size
    given = np.frombuffer(lines, dtype=np.uint8).copy().data if lines else b""  # of just that size
    ours, specified = (kernel.rows(given, shapes, **options) for kernel in (_native_kernel, _numpy))
    assert_equal(
        [ours.texts.ends, ours.taken, ours.records], [specified.texts.ends, specified.taken, specified.records]
    )
    assert bytes(ours.texts.content) == specified.texts.content
    assert ours[3:] == specified[3:]
    for column in ours.columns:
        json.loads(b"[" + (column or b"")[:-1] + b"]")


LINE_CHARACTERS = ASCII + CRAFTED + "ıİ\n\n\n   //2:()[]|©\u2028\r\x1c\x85\u3000.!?,"


def some_words(chosen, most):
    """Casefolded words or phrases, short ones, so that texts of the same characters hold them."""
    kinds = [ASCII, "ab 2", LINE_CHARACTERS]
    made = (
        "".join(chosen.choices(chosen.choice(kinds), k=chosen.randrange(1, 5))) for _ in range(chosen.randrange(most))
    )
    return [word.casefold() for word in made]


def any_vocabulary(chosen):
    """Tables that hold together as the caller's do, of words and phrases that may be anything else."""

    def tables():
        lengths = [0, 1, 4, 14, 2**40]
        return {
            word: [
                (phrase, chosen.randrange(1, 99), chosen.choice(lengths)) for phrase in ["a", *some_words(chosen, 4)]
            ]
            for entry in some_words(chosen, 12)
            for word in entry.split()
        }

    starts, contains = tables(), tables()
    return Vocabulary(
        whole={word.strip(TRIM): 5 for word in some_words(chosen, 20) if word.strip(TRIM)},
        starts=starts,
        contains=contains,
        unspaced=[(word, chosen.random() < 0.5, 7) for word in some_words(chosen, 5)],
        openers=dict.fromkeys(starts, 1) | dict.fromkeys(some_words(chosen, 9), 8),
        inside=dict.fromkeys(contains, 1) | dict.fromkeys(some_words(chosen, 9), 4),
        within={word: [(phrase, 32) for phrase, *_ in rows] for word, rows in tables().items()},
        prefixes={1: tuple(some_words(chosen, 9)), 2: tuple(some_words(chosen, 3))},
        dates=frozenset(word.strip(EDGE) for word in some_words(chosen, 20)) - {""},
        date_openers=frozenset(word.strip(EDGE) for word in some_words(chosen, 20)) - {""},
        names=frozenset(some_words(chosen, 9)),
    )


def one_reading(chosen):
    vocabulary = any_vocabulary(chosen)
    for _ in range(4):
        text = chosen.choice(
            [hostile(chosen), "".join(chosen.choices(LINE_CHARACTERS, k=chosen.randrange(400))), "ab a2 b " * 30]
        )
        assert _native_kernel.unmarked(text) == _numpy.unmarked(text)
        ours, specified = _native_kernel.lines(text, vocabulary), _numpy.lines(text, vocabulary)
        assert_equal(ours[:-1], specified[:-1])
        assert ours.unspaced == specified.unspaced
        marks = Marks(*(chosen.choice([0, 1, 4, 8, 32, chosen.getrandbits(20)]) for _ in Marks._fields))
        assert _native_kernel.marked_lines(text, vocabulary, marks) == _numpy.marked_lines(text, vocabulary, marks)


def broken_vocabulary(chosen):
    """Numbers that make no vocabulary must be refused, or at least not be read beyond their end."""
    numbers = [chosen.choice([0, 1, 2, 3, 97, 2**32 - 1]) for _ in range(chosen.randrange(40))]
    with contextlib.suppress(ValueError):
        made = _native.vocabulary(np.array(numbers, dtype=np.uint32))
        _native.lines(made, "a b\n" + hostile(chosen))
        _native.marked_lines(made, "a b\n" + hostile(chosen), *[2**32 - 1] * 6)


def broken_sheets(chosen):
    """Sheets of characters that are nonsense likewise; last, as good ones are never asked for again."""
    nonsense = chosen.choice([b"", b"x", chosen.randbytes(24 * 256), bytes(24 * 256)])
    _native.set_alphabet(lambda _: nonsense)
    with contextlib.suppress(ValueError):
        _native.lines(_native.vocabulary(np.zeros(5, dtype=np.uint32)), chr(chosen.randrange(0x110000)) + "a")
