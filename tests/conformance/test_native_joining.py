"""What joins postings: native and specification agree, and both agree with what a dictionary finds."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import Groups, Held, _numpy

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

BOTH = (native, _numpy)
DOCUMENTS = 40
WIDTH = 6
# Hashes that agree in their first bits, in their last ones, in all, or in none.
hashes = st.one_of(
    st.integers(0, 6),
    st.integers(0, 2**64 - 1),
    st.integers(0, 9).map(lambda value: value << 58),
    st.integers(0, 9).map(lambda value: (value * 0x9E3779B97F4A7C15) % 2**64),
)
postings = st.lists(st.tuples(hashes, st.integers(0, DOCUMENTS - 1)), max_size=120)


def held(pairs, lengths=None):
    found = np.array([hash_ for hash_, _ in pairs], dtype=np.uint64)
    return Held(found, np.array([document for _, document in pairs], dtype=np.uint32), lengths)


def joint(pairs, cut=0):
    """The pairs as postings, in two runs."""
    made = _numpy.post(held(pairs), width=WIDTH)[0]
    return [made[:cut], made[cut:]]


def assert_equal(ours, specified):
    for mine, theirs in zip(ours, specified, strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)


def spelt_out(groups):
    ends = np.cumsum(groups.sizes)
    return [each.tolist() for each in np.split(groups.members, ends[:-1])] if len(ends) else []


def groups_of(lists):
    members = np.array([member for each in lists for member in each], dtype=np.uint32)
    return Groups(members, np.array([len(each) for each in lists], dtype=np.uint32))


def spread(hash_):
    return hash_ * 0x9E3779B97F4A7C15 % 2**64


def by_hand(pairs, present):
    """Every hash with the documents that hold it, where there are several: by what is left of the hash."""
    holders = {}
    for hash_, document in pairs:
        if present[document]:
            holders.setdefault(spread(hash_) >> WIDTH, set()).add(document)
    return [sorted(holders[hash_]) for hash_ in sorted(holders) if len(holders[hash_]) > 1]


@given(postings, st.integers(0, 16))
def test_postings_are_made_alike_in_parts_that_keep_their_order(pairs, bits):
    ours, specified = (kernel.post(held(pairs), width=WIDTH, bits=bits) for kernel in BOTH)
    assert_equal(ours, specified)
    made, edges = (column.tolist() for column in ours)
    assert (len(edges), edges[0], edges[-1]) == ((1 << bits) + 1, 0, len(pairs))
    expected = [(spread(hash_) >> WIDTH << WIDTH) | document for hash_, document in pairs]
    for part in {posting >> (64 - bits) for posting in expected}:
        assert made[edges[part] : edges[part + 1]] == [each for each in expected if each >> (64 - bits) == part]


@given(st.lists(st.lists(hashes, max_size=9), max_size=12), st.integers(0, 4))
def test_a_document_with_many_hashes_is_named_once(lists, bits):
    flat = held([(hash_, document) for document, each in enumerate(lists) for hash_ in each])
    lengths = np.array([len(each) for each in lists], dtype=np.int64)
    short = Held(flat.hashes, np.arange(len(lists), dtype=np.uint32), lengths)
    for kernel in BOTH:
        room = np.zeros(len(flat.hashes), dtype=np.uint64)
        made = kernel.post(short, width=WIDTH, bits=bits, room=room)
        assert made[0] is room
        assert_equal(made, _numpy.post(flat, width=WIDTH, bits=bits))


def test_hashes_that_differ_in_their_last_bits_stay_apart():
    every = [(hash_, 0) for hash_ in range(5_000)]
    for kernel in BOTH:
        made, _ = kernel.post(held(every), width=20)
        assert len(np.unique(made)) == 5_000


@given(
    postings, st.lists(st.booleans(), min_size=DOCUMENTS, max_size=DOCUMENTS), st.integers(0, 6), st.integers(0, 120)
)
@settings(max_examples=300)
def test_documents_collide_alike_and_as_by_hand(pairs, present, cap, cut):
    there = np.array(present)
    answers = [kernel.collide(joint(pairs, cut), WIDTH, there, cap) for kernel in BOTH]
    (groups, crowds), (their_groups, their_crowds) = answers
    assert_equal(groups, their_groups)
    assert_equal(crowds, their_crowds)
    expected = by_hand(pairs, present)
    assert spelt_out(groups) == [each for each in expected if len(each) <= cap]
    assert spelt_out(crowds) == [each for each in expected if len(each) > cap]


@pytest.mark.parametrize("kind", ["random", "few", "equal", "first bits", "last bits", "ascending", "descending"])
@pytest.mark.parametrize("count", [25, 3_000, 50_000])
def test_many_postings_collide_alike_however_they_are_made(kind, count):
    random = np.random.default_rng(count)
    numbers = random.integers(0, 2**63, count, dtype=np.uint64)
    made = {
        "random": numbers,
        "few": numbers % np.uint64(50),
        "equal": np.full(count, 7, dtype=np.uint64),
        "first bits": numbers >> np.uint64(40),
        "last bits": numbers << np.uint64(50),
        "ascending": np.sort(numbers % np.uint64(count)),
        "descending": np.sort(numbers % np.uint64(count))[::-1],
    }[kind]
    documents = random.integers(0, 1_000, count).astype(np.uint64)
    crafted = made << np.uint64(10) | documents  # not by way of ``post``, which would spread them
    present = random.random(1_000) < 0.9
    ours, specified = (kernel.collide([crafted], 10, present, 30) for kernel in BOTH)
    for mine, theirs in zip(ours, specified, strict=True):
        assert_equal(mine, theirs)


ascending = st.sets(st.integers(0, DOCUMENTS - 1), min_size=1, max_size=30).map(sorted)
few_groups = st.lists(ascending, min_size=1, max_size=6).flatmap(
    lambda some: st.lists(st.sampled_from(some), max_size=40)
)


@given(st.lists(few_groups, max_size=4), postings, st.integers(2, 6), st.integers(1, 3))
@settings(max_examples=200)
def test_gathered_groups_are_spelt_out_alike_and_as_by_hand(lists, pairs, cap, least):
    present = np.ones(DOCUMENTS, dtype=bool)
    gatherings = [kernel.gathering(DOCUMENTS) for kernel in BOTH]
    for _ in range(2):
        crowds = [gathering.collide(joint(pairs, 9), WIDTH, present, cap) for gathering in gatherings]
        assert_equal(*crowds)
        for each in lists:
            for gathering in gatherings:
                gathering.add(groups_of(each))
        ours, specified = (gathering.pairs(least) for gathering in gatherings)
        assert_equal(ours, specified)
        met = [group for group in by_hand(pairs, present) if len(group) <= cap] + [
            one for each in lists for one in each
        ]
        expected = Counter(pair for group in met for pair in combinations(group, 2))
        found = dict(zip(ours[0].tolist(), ours[1].tolist(), strict=True))
        assert found == {a << 32 | b: times for (a, b), times in expected.items() if times >= least}
        assert list(found) == sorted(found)
        assert [len(gathering) for gathering in gatherings] == [0, 0], "a gathering begins anew"


def test_thousands_of_groups_are_gathered_alike():
    random = np.random.default_rng(5)
    kinds = [sorted({*random.integers(0, 3_000, random.integers(2, 60)).tolist()}) for _ in range(800)]
    gatherings = [kernel.gathering(3_000) for kernel in BOTH]
    for _ in range(3):
        chosen = groups_of([kinds[kind] for kind in random.integers(0, len(kinds), 1_000)])
        for gathering in gatherings:
            gathering.add(chosen)
    assert_equal(*(gathering.pairs() for gathering in gatherings))


def test_equal_groups_are_held_once():
    gathering = native.gathering(10)
    gathering.add(groups_of([[1, 2, 5]]))
    once = len(gathering)
    gathering.add(groups_of([[1, 2, 5]] * 1_000))
    assert len(gathering) == once > 0


@given(st.lists(st.lists(st.tuples(hashes, st.integers(-5, 2**40)), max_size=90), max_size=3))
def test_weights_are_added_up_alike_and_as_by_hand(lists):
    parts = [
        (np.array([v for v, _ in each], dtype=np.uint64), np.array([w for _, w in each], dtype=np.int64))
        for each in lists
    ]
    ours, specified = (kernel.add_up(parts) for kernel in BOTH)
    assert_equal(ours, specified)
    expected = Counter()
    for value, weight in (pair for each in lists for pair in each):
        expected[value] += weight
    assert dict(zip(ours[0].tolist(), ours[1].tolist(), strict=True)) == dict(expected)


@pytest.mark.parametrize("spread", [1, 2**20, 2**44])
def test_many_weights_are_added_up_alike_and_the_arrays_stay(spread):
    random = np.random.default_rng(3)
    values = random.integers(0, 20_000, 60_000).astype(np.uint64) * np.uint64(spread)
    weights = random.integers(1, 9, 60_000)
    before = values.copy(), weights.copy()
    assert_equal(*(kernel.add_up([(values, weights)]) for kernel in BOTH))
    assert_equal((values, weights), before)


def test_a_gathering_joins_many_after_few_and_few_after_many():
    random = np.random.default_rng(8)
    present = np.ones(500, dtype=bool)
    gatherings = [kernel.gathering(500) for kernel in BOTH]
    for count in (3, 0, 2_000, 40, 9_000, 1):
        postings = random.integers(0, 700, count).astype(np.uint64) << np.uint64(9)
        postings |= random.integers(0, 500, count).astype(np.uint64)
        assert_equal(*(gathering.collide([postings], 9, present, 20) for gathering in gatherings))
    assert_equal(*(gathering.pairs() for gathering in gatherings))


@given(st.lists(st.tuples(st.sets(hashes, max_size=40), st.sampled_from([1, 2, 4, 129])), max_size=5))
def test_columns_are_united_alike_and_as_by_hand(lists):
    columns = [(np.array(sorted(values), dtype=np.uint64), bits) for values, bits in lists]
    ours, specified = (kernel.unite(columns) for kernel in BOTH)
    assert_equal(ours, specified)
    expected = {}
    for values, bits in lists:
        for value in values:
            expected[value] = expected.get(value, 0) | bits
    assert list(zip(*(column.tolist() for column in ours), strict=True)) == sorted(expected.items())


@pytest.mark.parametrize("kernel", BOTH, ids=["native", "numpy"])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda kernel: kernel.post(held([(1, 1)]), width=0),
        lambda kernel: kernel.post(held([(1, 1)]), width=33),
        lambda kernel: kernel.post(held([(1, 1)]), width=5, bits=17),
        lambda kernel: kernel.post(held([(1, 1)]), width=5, bits=-1),
        lambda kernel: kernel.post(held([(1, 4)]), width=2),
        lambda kernel: kernel.post(Held(held([(1, 1)]).hashes, held([]).documents), width=5),
        lambda kernel: kernel.post(held([(1, 1)], np.array([2])), width=5),
        lambda kernel: kernel.post(held([(1, 1), (2, 2)], np.array([3, -1])), width=5),
        lambda kernel: kernel.post(held([(1, 1), (2, 2)], np.array([2])), width=5),
        lambda kernel: kernel.post(held([(1, 1)]), width=5, room=np.empty(2, dtype=np.uint64)),
        lambda kernel: kernel.collide(joint([(1, 3)]), WIDTH, np.ones(3, dtype=bool), 5),
        lambda kernel: kernel.collide(joint([(1, 3)]), WIDTH, np.ones(9, dtype=bool), -1),
        lambda kernel: kernel.collide(joint([(1, 3)]), 0, np.ones(9, dtype=bool), 5),
        lambda kernel: kernel.collide(joint([(1, 3)]), 33, np.ones(9, dtype=bool), 5),
        lambda kernel: kernel.gathering(3).collide(joint([(1, 2)]), WIDTH, np.ones(4, dtype=bool), 5),
        lambda kernel: kernel.gathering(4).collide(joint([(1, 3)]), WIDTH, np.ones(3, dtype=bool), 5),
        lambda kernel: kernel.gathering(3).add(groups_of([[1, 3]])),
        lambda kernel: kernel.gathering(9).add(groups_of([[3, 1]])),
        lambda kernel: kernel.gathering(9).add(groups_of([[3, 3]])),
        lambda kernel: kernel.gathering(9).add(Groups(*(np.array(each, np.uint32) for each in ([1, 2], [3])))),
        lambda kernel: kernel.gathering(9).add(Groups(*(np.array(each, np.uint32) for each in ([1, 2], [1])))),
        lambda kernel: kernel.gathering(9).add(Groups(*(np.array(each, np.uint32) for each in ([1, 2], [2, 0])))),
        lambda kernel: kernel.add_up([(held([(1, 1)]).hashes, np.empty(0, dtype=np.int64))]),
    ],
)
def test_columns_that_do_not_go_together_are_refused(kernel, wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - what matters is that nothing is read
        wrong(kernel)
