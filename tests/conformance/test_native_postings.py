"""What an index looks up: native and specification agree on every block, hit and count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import _numpy
from dedupe.engine.index.postings import KEY_MASK, decode_block, encode_blocks, filter_of, narrow, row_bits_of

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

few = st.integers(0, 12)
rows = st.integers(0, 40)
noted = st.lists(st.tuples(few, rows), min_size=1, max_size=80)


def keys_of(values):
    return np.array([value << 24 for value in values], dtype=np.uint64)


def run_of(pairs, *, block):
    """Postings as a sorted run, in blocks of so many: firsts, filters, payloads and the bits of a row."""
    postings = np.unique(np.array([key << 24 | row for key, row in pairs], dtype=np.uint64))
    bits = row_bits_of(postings)
    parts = [postings[begin : begin + block] for begin in range(0, len(postings), block)]
    payloads = [payload for part in parts for _, payload in encode_blocks(narrow(part, bits))]
    filters = np.concatenate([filter_of(part) for part in parts])
    return (np.array([part[0] for part in parts], dtype=np.uint64), filters), payloads, bits


def alike(function, *arguments):
    ours, specified = (getattr(kernel, function)(*arguments) for kernel in (native, _numpy))
    parts = [(each,) if isinstance(each, np.ndarray) else each for each in (ours, specified)]
    for mine, theirs in zip(*parts, strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)
    return ours


@given(st.lists(noted, max_size=3), st.lists(st.integers(0, 15), max_size=20), st.integers(1, 9))
@settings(max_examples=200)
def test_runs_are_searched_alike_and_nothing_is_missed(noted_in_runs, asked, block):
    keys = keys_of(asked)
    made = [run_of(pairs, block=block) for pairs in noted_in_runs]
    looks = alike("perhaps", keys, [run for run, _, _ in made])
    payloads = [payload for _, payloads, _ in made for payload in payloads]
    offsets = np.cumsum([0, *(len(payloads) for _, payloads, _ in made)])
    wanted = np.array(
        [(position, offsets[run] + place, made[run][2]) for run, position, place in looks.tolist()], dtype=np.int64
    ).reshape(-1, 3)
    hits = alike("search", keys, payloads, wanted)
    expected = {
        position << 24 | row
        for pairs in noted_in_runs
        for key, row in pairs
        for position, value in enumerate(asked)
        if key == value
    }
    assert hits.tolist() == sorted(expected)


@given(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 3_000), max_size=200), st.sampled_from([8, 9, 31, 4_021]))
@settings(max_examples=200)
def test_blocks_and_filters_are_written_alike(values, room):
    postings = np.array(sorted(values), dtype=np.uint64)
    blocks = native.encode(postings, room)
    assert blocks == _numpy.encode(postings, room)
    assert all(len(payload) <= room + 11 for _, payload in blocks)
    back = [decode_block(payload) for _, payload in blocks]
    assert [value for part in back for value in part.tolist()] == postings.tolist()
    alike("filters", postings, np.array([count for count, _ in blocks], dtype=np.int64))


@given(st.lists(noted, max_size=6), st.lists(st.integers(0, 15), max_size=20), noted)
@settings(max_examples=200)
def test_tails_hold_and_find_alike(notes, asked, other):
    tails = native.tail(), _numpy.tail()
    for pairs in notes:
        for tail in tails:
            tail.add(np.array([key << 24 | row for key, row in pairs], dtype=np.uint64))
    assert len(tails[0]) == len(tails[1]) == sum(map(len, notes))
    known = np.unique(np.array([position << 24 | row for position, row in other], dtype=np.uint64))
    found = [tail.find(keys_of(asked), known) for tail in tails]
    assert found[0].dtype == found[1].dtype
    np.testing.assert_array_equal(*found)
    np.testing.assert_array_equal(*(np.sort(tail.postings()) for tail in tails))
    assert set((found[0] & np.uint64(2**24 - 1)).tolist()) == {
        row for pairs in notes for key, row in pairs if key in asked
    } | {row for _, row in other}


def test_a_large_tail_grows_and_finds_everything():
    random = np.random.default_rng(3)
    postings = random.integers(0, 2**64, 100_000, dtype=np.uint64)
    ours, specified = native.tail(), _numpy.tail()
    for part in np.array_split(postings, 300):
        ours.add(part)
        specified.add(part)
    nothing = np.empty(0, dtype=np.uint64)
    found = [tail.find(postings & KEY_MASK, nothing) for tail in (ours, specified)]
    np.testing.assert_array_equal(*found)


@given(
    st.sets(st.tuples(st.integers(0, 11), rows), max_size=120),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
@settings(max_examples=300)
def test_shared_keys_are_counted_alike(pairs, channels, caps):
    hits = np.array(sorted(position << 24 | row for position, row in pairs), dtype=np.uint64)
    channels = np.array(channels, dtype=np.uint8)
    crowded = alike("crowded", hits, channels, caps)
    centres = np.array([(position, position % 5) for position, _, _ in crowded.tolist()], dtype=np.int64)
    counts, rarities = alike("tally", hits, channels, caps, centres.reshape(-1, 2))
    full = {position for position, _, _ in crowded.tolist()}
    for row, *shared in counts.tolist():
        for channel, count in enumerate(shared, start=1):
            held = {position for position, held in pairs if held == row and position not in full}
            held |= {position for position in full if position % 5 == row}
            assert count == sum(channels[position] == channel for position in held)
    assert (np.diff(rarities[(counts[:, 1:] == counts[:1, 1:]).all(axis=1)]) <= 0).all()


def test_what_cannot_be_is_refused_alike():
    key, channels = keys_of([3]), np.array([1], dtype=np.uint8)
    block = bytes(8) + b"\x02\x00\x01" + b"\x05"
    cases = [
        ("search", (key, [block], np.array([[0, 0, 24]]))),
        ("search", (key, [b""], np.array([[0, 0, 24]]))),
        ("search", (key, [bytes(11)], np.array([[0, 0, 24]]))),
        ("search", (key, [], np.array([[0, 0, 24]]))),
        ("search", (key, [block], np.array([[1, 0, 24]]))),
        ("search", (key, [block], np.array([[0, 0, 25]]))),
        ("encode", (key, 7)),
        ("encode", (key, 1 << 16)),
        ("filters", (key, np.array([2]))),
        ("filters", (key, np.array([1, -1]))),
        ("crowded", (np.array([5, 4], dtype=np.uint64), channels, (1, 1))),
        ("crowded", (np.array([1 << 24], dtype=np.uint64), channels, (1, 1))),
        ("crowded", (np.array([1], dtype=np.uint64), np.array([4], dtype=np.uint8), (1, 1))),
        ("tally", (np.array([1], dtype=np.uint64), channels, (1, 1), np.empty((0, 2), np.int64))),
        ("tally", (np.array([1], dtype=np.uint64), channels, (9, 9), np.array([[0, 1]]))),
        ("tally", (np.array([1], dtype=np.uint64), channels, (1, 1), np.array([[0, -1]]))),
    ]
    for function, arguments in cases:
        for kernel in (native, _numpy):
            with pytest.raises(ValueError, match=r"no|not|range|cannot"):
                getattr(kernel, function)(*arguments)
