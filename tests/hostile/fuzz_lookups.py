"""Hostile look-ups: keys, blocks, codebooks, postings, groups and ties. Run by fuzz_native.py."""

import contextlib
from itertools import combinations

import numpy as np
from fuzz_texts import assert_equal

from dedupe._kernels import (
    Codebook,
    Groups,
    Held,
    Ties,
    _native_kernel,
    _numpy,
)


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
    least = chosen.randrange(-1, 4)
    assert_equal(*(gathering.pairs(least) for gathering in gatherings))
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
