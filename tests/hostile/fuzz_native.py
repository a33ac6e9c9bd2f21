"""Feed the native kernel hostile texts for a while and compare it with its specification.

Run by test_native_sanitized.py on a build with sanitizers; by hand: ``python fuzz_native.py SECONDS SEED``.
"""

import contextlib
import json
import random
import sys
import time
from itertools import combinations

import numpy as np

from dedupe._kernels import (
    Codebook,
    Groups,
    Held,
    Limits,
    Manner,
    PackedTexts,
    Shape,
    Stretches,
    Ties,
    _native,
    _native_kernel,
    _native_rows,
    _numpy,
)
from dedupe._kernels._phrases import EDGE, TRIM, Vocabulary

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
    for mine, theirs in zip(ours, specified, strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)


def one_round(chosen):
    texts = [hostile(chosen) for _ in range(chosen.randrange(6))]
    slots = chosen.choice([1, 7, 16, 33, 128, 130])
    generator = np.random.default_rng(chosen.randrange(2**32))
    a, b = (generator.integers(0, 2**32, slots, dtype=np.uint32) for _ in range(2))
    recipe = {
        "a": a,
        "b": b,
        "shingle_size": chosen.choice([1, 2, 5, 9, 2**40]),
        "fingerprint_tokens": chosen.choice([1, 2, 13, 2**70]),
        "fingerprint_window": chosen.choice([1, 2, 7, 8, 64, 2**66]),
        "bags": bool(chosen.randrange(2)),
    }
    _native_kernel.set_isa(chosen.choice(_native_kernel.isas()))
    made = _native_kernel.sketch(texts, threads=chosen.choice([1, 3]), **recipe)
    if recipe["fingerprint_tokens"] < 2**32 and recipe["fingerprint_window"] < 2**32:
        assert_equal(made, _numpy.sketch(texts, **recipe))
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)[1:]
    threads = chosen.choice([1, 3])
    assert_equal(_native_kernel.sketch(PackedTexts(b"".join(encoded), ends), threads=threads, **recipe), made)
    broken = bytearray(b"".join(encoded))
    for _ in range(chosen.randrange(4) if broken else 0):
        broken[chosen.randrange(len(broken))] = chosen.randrange(256)
    packed = PackedTexts(bytes(broken), ends)
    try:  # what is no UTF-8 is refused, and what is, is read
        decoded = list(packed)
    except UnicodeDecodeError:
        decoded = None
    with contextlib.nullcontext() if decoded is not None else contextlib.suppress(ValueError):
        again = _native_kernel.sketch(packed, threads=threads, **recipe)
        assert decoded is not None, "what is no UTF-8 was read"
        assert_equal(again, _native_kernel.sketch(decoded, **recipe))
    for text in texts:
        assert_equal(_native_kernel.tokenize(text), _numpy.tokenize(text))
        size = chosen.choice([1, 3, 5])
        assert_equal([_native_kernel.shingle_hashes(text, size)], [_numpy.shingle_hashes(text, size)])
    assert_equal([_native_kernel.band_keys(made.signatures, 1, slots)], [_numpy.band_keys(made.signatures, 1, slots)])


def one_nomination(chosen):
    texts = [
        " ".join(chosen.choices(["a", "b", "c", "d", "e", *map(str, range(40))], k=chosen.randrange(60)))
        for _ in range(4)
    ]
    texts += [hostile(chosen), "a " * chosen.choice([254, 255, 600])]
    recipe = {"a": np.ones(1, np.uint32), "b": np.ones(1, np.uint32), "shingle_size": 5}
    made = _native_kernel.sketch(texts, **recipe, fingerprint_tokens=13, fingerprint_window=8, bags=True)
    pairs = np.array([chosen.randrange(len(texts)) << 32 | chosen.randrange(len(texts)) for _ in range(19)], np.uint64)
    given = (made.bags, made.token_counts, pairs, chosen.choice([0.0, 0.64, 1.0]))
    assert_equal([_native_kernel.may_reach(*given)], [_numpy.may_reach(*given)])


def one_alignment(chosen):
    most = chosen.choice([1, 2, 5, 50, 2_000])
    a = [chosen.randrange(most) for _ in range(chosen.choice([0, 1, 2, 3, 4, 40, 300]))]
    b = list(a) if chosen.randrange(4) else [chosen.randrange(most) for _ in range(chosen.randrange(200))]
    for _ in range(chosen.randrange(8)):
        place, length, to = chosen.randrange(len(b) + 1), chosen.randrange(40), chosen.randrange(len(b) + 1)
        stretch = b[place : place + length]
        if chosen.randrange(2):
            del b[place : place + length]
        b[to:to] = chosen.choice([stretch, [chosen.randrange(most) for _ in range(length)], []])
    options = {
        "max_gap_tokens": chosen.choice([0, 1, 12, 100, 2**31]),
        "min_passage_tokens": chosen.choice([1, 3, 8, 2**40]),
        "min_passage_identity": chosen.choice([0.5, 0.8, 1.0]),
    }
    arrays = [np.array(values, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) for values in (a, b)]
    if options["max_gap_tokens"] > 100:
        arrays = [values[:60] for values in arrays]
    assert_equal([_native_kernel.align(*arrays, **options)], [_numpy.align(*arrays, **options)])


def one_measuring(chosen):
    texts = [hostile(chosen) for _ in range(chosen.randrange(1, 4))]
    texts += [text[: len(text) // 2] + " 12, " + text[len(text) // 2 :] for text in texts]
    pairs = np.array(
        [[chosen.randrange(len(texts)) for _ in range(2)] for _ in range(chosen.randrange(6))], dtype=np.int64
    )
    assert_equal(_native_kernel.read(texts[0], 3), _numpy.read(texts[0], 3))
    limits = Limits(
        max_gap_tokens=chosen.choice([0, 1, 12]),
        min_passage_tokens=chosen.choice([1, 3, 8]),
        min_passage_identity=chosen.choice([0.5, 0.8, 1.0]),
        shingle_size=chosen.choice([1, 5, 2**40]),
        reach=chosen.choice([0.0, 0.64]),
    )
    pairs = pairs.reshape(-1, 2)
    specified = _numpy.measure(texts, pairs, limits)
    written = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([len(text) for text in written])
    assert_equal([_native_kernel.measure(texts, pairs, limits)], [specified])
    assert_equal([_native_kernel.measure(PackedTexts(b"".join(written), ends), pairs, limits)], [specified])
    told_alike(chosen, texts, pairs, limits)
    for text in texts:
        assert_equal([_native_kernel.quotations(text)], [_numpy.quotations(text)])
    broken_bytes(chosen, b"".join(written), ends, limits)


def told_alike(chosen, texts, pairs, limits):
    """What kind of text pairs share is told alike; stretches that lie outside their text are cut to it."""
    parts = [spans(chosen, len(text) if kept else 2 * len(text)) for text in texts for kept in (True, False)]
    manner = some_manner(chosen, texts)
    phrases = chosen.choice([0, 9, 1_000])
    ways = {"stretches": Stretches.of(parts), "manner": manner, "phrases": phrases}
    specified = _numpy.texture(texts, pairs, limits, **ways)
    assert_equal([_native_kernel.texture(texts, pairs, limits, **ways)], [specified])
    wild = [[(chosen.randrange(-99, 999), chosen.randrange(-99, 999)) for _ in part] for part in parts]
    _native_kernel.texture(texts, pairs, limits, stretches=Stretches.of(wild), manner=manner, phrases=phrases)


def spans(chosen, length):
    edges = sorted(chosen.randrange(length + 1) for _ in range(2 * chosen.randrange(4)))
    return list(zip(edges[::2], edges[1::2], strict=True))


def some_manner(chosen, texts):
    """Some words of the texts are of the first person, some are small, in some languages."""
    hashes = np.unique(np.concatenate([_native_kernel.tokenize(text)[0] for text in texts]))
    hashes = hashes[[chosen.random() < 0.5 for _ in hashes]]
    languages = chosen.choice([1, 3, 32])
    personal, small = (
        np.array([chosen.choice([0, 0, chosen.randrange(2**languages)]) for _ in hashes], dtype=np.uint32)
        for _ in range(2)
    )
    parts = np.zeros(1 << 16, dtype=bool)
    parts[hashes[personal > 0] & np.uint64(0xFFFF)] = True
    least = (chosen.choice([0, 2]), chosen.choice([0.0, 0.1]), chosen.choice([0, 8]), chosen.choice([0.3, 0.8]))
    return Manner(hashes, personal, small, parts, languages, *least, *(chosen.choice([0, 3, 50]) for _ in range(3)))


def broken_bytes(chosen, content, ends, limits):
    """Texts cut anywhere, or with a byte that was changed, are refused or read as if they had been meant."""
    content, ends = bytearray(content), ends.copy()
    if content:
        content[chosen.randrange(len(content))] = chosen.randrange(256)
        ends[0] = chosen.randrange(int(ends[0]) + 1)
    pairs = np.arange(len(ends)).repeat(2).reshape(-1, 2)
    with contextlib.suppress(ValueError):
        _native_kernel.measure(PackedTexts(bytes(content), ends), pairs, limits)


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
    _native_rows.forget_rooms()  # so that the texts, too, go to memory of just their size
    given = np.frombuffer(lines, dtype=np.uint8).copy().data if lines else b""  # of just that size
    ours, specified = (kernel.rows(given, shapes, **options) for kernel in (_native_kernel, _numpy))
    assert_equal(
        [ours.texts.ends, ours.taken, ours.records], [specified.texts.ends, specified.taken, specified.records]
    )
    assert bytes(ours.texts.content) == specified.texts.content
    assert ours[3:] == specified[3:]
    for column in ours.columns:
        json.loads(b"[" + (column or b"")[:-1] + b"]")


LINE_CHARACTERS = ASCII + CRAFTED + "\n\n\n   //2:()[]|©\u2028\r\x1c\x85\u3000.!?,"


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
        ours, specified = _native_kernel.lines(text, vocabulary), _numpy.lines(text, vocabulary)
        assert_equal(ours[:-1], specified[:-1])
        assert ours.unspaced == specified.unspaced


def some_keys(chosen, most):
    """Keys, few enough that they repeat, ascending or not."""
    return np.array([chosen.randrange(most) << 24 for _ in range(chosen.randrange(60))], dtype=np.uint64)


def one_look_up(chosen):
    """Runs, blocks, a tail and counting: of what fits together, and of numbers that do not."""
    most = chosen.choice([1, 4, 300, 2**40 - 1])
    keys = some_keys(chosen, most)
    runs = [
        (
            np.sort(np.array([chosen.randrange(2**64) for _ in range(count)], dtype=np.uint64)),
            np.frombuffer(chosen.choice([bytes, chosen.randbytes])(count * 128 * 8), dtype=np.uint64),
        )
        for count in (0, 1, chosen.randrange(30))
    ]
    assert_equal([_native_kernel.perhaps(keys, runs)], [_numpy.perhaps(keys, runs)])
    several = np.unique(np.array([chosen.randrange(2 ** chosen.randrange(1, 65)) for _ in keys], dtype=np.uint64))
    room = chosen.choice([8, 17, 300, 4_021])
    blocks = _native_kernel.encode(several, room)
    assert blocks == _numpy.encode(several, room)
    counts = np.array([count for count, _ in blocks], dtype=np.int64)
    assert_equal([_native_kernel.filters(several, counts)], [_numpy.filters(several, counts)])
    tails = _native_kernel.tail(), _numpy.tail()
    for _ in range(chosen.randrange(4)):
        postings = some_keys(chosen, most) | np.uint64(chosen.randrange(2**24))
        for tail in tails:
            tail.add(postings)
    known = np.unique(np.array([chosen.randrange(len(keys) << 24) for _ in keys[: chosen.randrange(9)]], np.uint64))
    hits = tails[0].find(keys, known)
    assert_equal([hits], [tails[1].find(keys, known)])
    assert_equal([np.sort(tails[0].postings())], [np.sort(tails[1].postings())])
    channels = np.array([chosen.randrange(4) for _ in keys], dtype=np.uint8)
    caps = chosen.choice([(1, 1), (2, 3), (100, 100)])
    crowded = _native_kernel.crowded(hits, channels, caps)
    assert_equal([crowded], [_numpy.crowded(hits, channels, caps)])
    centres = np.array([(position, chosen.randrange(2**24)) for position, _, _ in crowded.tolist()], dtype=np.int64)
    centres = centres.reshape(-1, 2)
    ours, specified = (kernel.tally(hits, channels, caps, centres) for kernel in (_native_kernel, _numpy))
    assert_equal(ours, specified)


def one_squeezing(chosen):
    """Bytes squeezed by any codebook, and nonsense read back."""
    runs = {chosen.randbytes(chosen.randrange(1, 9)) for _ in range(chosen.choice([0, 3, 200]))}
    runs |= {bytes(chosen.choices(b"ab\x00", k=chosen.randrange(1, 9))) for _ in range(chosen.randrange(50))}
    codebook = Codebook(tuple(sorted(runs, key=lambda _: chosen.random())))
    for data in (chosen.randbytes(chosen.randrange(40)), bytes(chosen.choices(b"ab\x00c", k=chosen.randrange(99)))):
        written = _native_kernel.squeeze(data, codebook)
        assert written == _numpy.squeeze(data, codebook)
        assert _native_kernel.unsqueeze(written, codebook) == data
        answers = []
        for kernel in (_native_kernel, _numpy):
            with contextlib.suppress(ValueError):
                answers.append(kernel.unsqueeze(data, codebook))
        assert not answers or answers[0] == answers[-1]
        assert len(answers) in {0, 2}


def broken_look_up(chosen):
    """Blocks that are none, looks and hits that name what is not there: refused by both, and read by neither."""
    keys = some_keys(chosen, 2**40 - 1)
    payloads = [chosen.choice([b"", bytes(11), chosen.randbytes(chosen.randrange(80))]) for _ in range(3)]
    looks = np.array([[chosen.randrange(-2, 70), chosen.randrange(-1, 4), chosen.choice([24, 3, 25, -1])]], np.int64)
    hits = np.array(sorted({chosen.randrange(2**30) for _ in range(chosen.randrange(9))}), dtype=np.uint64)
    channels = np.array([chosen.randrange(6) for _ in keys], dtype=np.uint8)
    centres = np.array([[chosen.randrange(-2, 70), chosen.randrange(-2, 2**25)]], dtype=np.int64)[: chosen.randrange(2)]
    for function, arguments in (
        ("search", (keys, payloads, looks)),
        ("crowded", (hits[::-1].copy(), channels, (2, 2))),
        ("tally", (hits, channels, (2, 2), centres)),
    ):
        answers = []
        for kernel in (_native_kernel, _numpy):
            with contextlib.suppress(ValueError):
                answers.append(getattr(kernel, function)(*arguments))
        assert len(answers) in {0, 2}, function
        for part in zip(*(answer if isinstance(answer, tuple) else (answer,) for answer in answers), strict=True):
            assert len(part) == 2
            assert_equal(part[:1], part[1:])


def one_joining(chosen):
    """Postings from hashes to pairs: crafted to crowd a bucket, or to name what is not there."""
    count, documents = chosen.choice([0, 1, 2, 30, 500]), chosen.choice([1, 5, 200])
    crafted = [0, 2**64 - 1, *(chosen.randrange(2**64) >> chosen.choice([0, 8, 60]) for _ in range(9))]
    hashes = np.array([chosen.choice([*crafted, chosen.randrange(2**64)]) for _ in range(count)], dtype=np.uint64)
    owners = np.array([chosen.randrange(documents) for _ in range(count)], dtype=np.uint32)
    present = np.array([chosen.randrange(5) > 0 for _ in range(documents)])
    bits, cap, width = chosen.randrange(17), chosen.choice([0, 2, 3, 50]), chosen.choice([8, 12, 32])
    kernels = (_native_kernel, _numpy)
    assert_equal(*(kernel.post(Held(hashes, owners), width=width, bits=bits) for kernel in kernels))
    postings, _ = _numpy.post(Held(hashes, owners), width=width)
    crafted = hashes >> np.uint64(width) << np.uint64(width) | owners
    runs = [postings[:7], crafted, postings[7:]]
    for mine, theirs in zip(*(kernel.collide(runs, width, present, cap) for kernel in kernels), strict=True):
        assert_equal(mine, theirs)
    united = [(np.unique(each), 1 << place) for place, each in enumerate(runs)]
    assert_equal(*(kernel.unite(united) for kernel in kernels))
    gatherings = [kernel.gathering(documents) for kernel in kernels]
    for _ in range(chosen.randrange(1, 4)):
        crowds = [gathering.collide(runs, width, present, cap) for gathering in gatherings]
        assert_equal(*crowds)
        for gathering in gatherings:
            gathering.add(crowds[0])
    assert_equal(*(gathering.pairs() for gathering in gatherings))
    weights = np.array([chosen.randrange(-9, 9) for _ in range(count)], dtype=np.int64)
    assert_equal(*(kernel.add_up([(hashes, weights)] * 2) for kernel in kernels))
    sizes = np.array([chosen.choice([0, 1, 2, 2**32 - 1]) for _ in range(chosen.randrange(4))], dtype=np.uint32)
    answers = []
    for kernel in kernels:
        with contextlib.suppress(ValueError):
            kernel.gathering(documents).add(Groups(owners[:4], sizes))
            answers.append(kernel)
        with contextlib.suppress(ValueError):
            kernel.collide(runs, width, present[1:], cap)
            answers.append(kernel)
        with contextlib.suppress(ValueError):
            kernel.post(Held(hashes, owners[:4], sizes.astype(np.int64)), width=width)
            answers.append(kernel)
    assert len(answers) in {0, 2, 4, 6}


def one_partition(chosen):
    """Groups of texts from wild ties and wild answers, and from columns that do not go together."""
    texts = chosen.choice([0, 1, 2, 9, 40])
    tie = lambda: (chosen.choice([0, 1, 1, 1, 2, 4, 5, 255]), chosen.choice([0.0, -0.0, 0.5, 1.0, float("inf")]))  # noqa: E731
    pairs = {pair: tie() for pair in combinations(range(texts), 2) if chosen.random() < 0.3}
    told = {pair: chosen.choice([None, tie(), tie()]) for pair in combinations(range(texts), 2)}
    ends = np.array(list(pairs), dtype=np.uint32).reshape(-1, 2)
    kinds = np.array([kind for kind, _ in pairs.values()], dtype=np.uint8)
    ties = Ties(ends, kinds, np.array([similarity for _, similarity in pairs.values()], dtype=np.float64))
    ask = chosen.choice([None, lambda a, b: told[a, b]])
    kernels = (_native_kernel, _numpy)
    assert_equal(*([kernel.partition(texts, ties, ask)] for kernel in kernels))
    broken = ends.copy()
    if len(broken):
        broken[chosen.randrange(len(broken)), chosen.randrange(2)] = chosen.choice([0, texts, 2**32 - 1])
    for wrong in (ties._replace(ends=broken), ties._replace(kinds=kinds[1:])):
        answers = []
        for kernel in kernels:
            with contextlib.suppress(ValueError):
                answers.append([kernel.partition(texts, wrong, ask)])
        assert len(answers) in {0, 2}
        assert not answers or all(map(np.array_equal, *answers))


def broken_vocabulary(chosen):
    """Numbers that make no vocabulary must be refused, or at least not be read beyond their end."""
    numbers = [chosen.choice([0, 1, 2, 3, 97, 2**32 - 1]) for _ in range(chosen.randrange(40))]
    with contextlib.suppress(ValueError):
        made = _native.vocabulary(np.array(numbers, dtype=np.uint32))
        _native.lines(made, "a b\n" + hostile(chosen))


def broken_sheets(chosen):
    """Sheets of characters that are nonsense likewise; last, as good ones are never asked for again."""
    nonsense = chosen.choice([b"", b"x", chosen.randbytes(24 * 256), bytes(24 * 256)])
    _native.set_alphabet(lambda _: nonsense)
    with contextlib.suppress(ValueError):
        _native.lines(_native.vocabulary(np.zeros(5, dtype=np.uint32)), chr(chosen.randrange(0x110000)) + "a")


def broken_rules(chosen):
    """Rules that answer nonsense must be refused with an error, never believed."""
    text = chr(0x110000 - 256 * chosen.randrange(1, 200)) + chr(chosen.randrange(0x500, 0xF000)) + "e\u0300"
    nonsense = chosen.choice(
        [b"", b"x", bytes(7), bytes(chosen.randrange(5_000)), chosen.randbytes(256 * 8 + 8 * chosen.randrange(9))]
    )
    for function in (lambda: _native.tokenize(text), lambda: _native.shingle_hashes(text, 2)):
        _native.set_rules(lambda _: nonsense, lambda _: nonsense)
        with contextlib.suppress(ValueError):
            function()


def main():
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    chosen, rounds, stop = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < stop:
        one_round(chosen)
        one_nomination(chosen)
        for _ in range(20):
            one_alignment(chosen)
            one_reading(chosen)
            one_look_up(chosen)
            broken_look_up(chosen)
            one_squeezing(chosen)
            one_joining(chosen)
            one_partition(chosen)
        for _ in range(3):
            one_measuring(chosen)
            for _ in range(9):
                some_rows(chosen)
        rounds += 1
    for _ in range(500):
        broken_rules(chosen)
        broken_vocabulary(chosen)
    for _ in range(500):
        broken_sheets(chosen)
    sys.stdout.write(f"{rounds} rounds\n")


if __name__ == "__main__":
    main()
