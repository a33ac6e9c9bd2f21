"""Feed the native kernel hostile texts for a while and compare it with its specification.

Run by test_native_sanitized.py on a build with sanitizers; by hand: ``python fuzz_native.py SECONDS SEED``.
"""

import contextlib
import random
import sys
import time

import numpy as np
from fuzz_lines import broken_sheets, broken_vocabulary, one_reading, some_rows
from fuzz_lookups import broken_look_up, one_joining, one_look_up, one_partition, one_squeezing
from fuzz_texts import assert_equal, hostile

from dedupe._kernels import (
    Limits,
    Manner,
    PackedTexts,
    Stretches,
    _native,
    _native_kernel,
    _numpy,
)


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
        "distinct": bool(chosen.randrange(2)),
        "bands": chosen.choice([None, (1, 1), (1, slots), (slots, 1)]),
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
    if recipe["bands"] is None:
        keys = _native_kernel.band_keys(made.signatures, 1, slots)
        assert_equal([keys], [_numpy.band_keys(made.signatures, 1, slots)])


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
