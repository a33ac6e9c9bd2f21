"""Banding finds what it promises, and a crowd costs linear time without losing its families."""

import numpy as np
import pytest
from datasketch.lsh import _optimal_param
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config import Config
from dedupe.errors import ConfigError
from dedupe.sketch.lsh import Bands, bucket_pairs, choose_bands, probability, s_curve
from pair_oracles import nominated_by_keys, pairs_sharing_a_band


def hashes(count):
    return (np.arange(count, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)


def nominated(keys, cap=100, present=None, content=None):
    keys = np.asarray(keys, dtype=np.uint64)
    present = np.ones(len(keys), dtype=bool) if present is None else present
    return bucket_pairs(keys, present, hashes(len(keys)) if content is None else content, cap=cap)


def as_set(pairs):
    return set(map(tuple, pairs.tolist()))


@pytest.mark.parametrize(
    ("jaccard", "bands", "rows", "expected"),
    [(0.8, 16, 8, 0.947), (0.43, 64, 3, 0.995), (0.1, 64, 3, 0.062), (0.43, 50, 4, 0.824), (0.5, 42, 3, 0.996)],
)
def test_probability_agrees_with_the_textbook_formula_worked_by_hand(jaccard, bands, rows, expected):
    assert probability(jaccard, bands, rows) == pytest.approx(expected, abs=6e-4)


def test_probability_reaches_both_ends_exactly():
    assert probability(0.0, 20, 5) == 0.0
    assert probability(1.0, 20, 5) == 1.0


def test_probability_keeps_its_digits_where_one_minus_would_lose_them():
    assert probability(1e-5, 2, 4) == pytest.approx(2e-20, rel=1e-9)


def test_default_bands_have_the_most_rows_that_reach_the_recall_and_then_the_fewest_bands():
    config = Config()
    chosen = choose_bands(config.num_perm, jaccard=config.nominate_jaccard, recall=config.nominate_recall)
    assert chosen == Bands(bands=35, rows=3)
    assert probability(0.5, 34, 3) < 0.99 <= probability(0.5, 35, 3)
    assert probability(0.5, 128 // 4, 4) < 0.99


@pytest.mark.parametrize("num_perm", [16, 64, 128, 256, 1000])
@pytest.mark.parametrize("jaccard", [0.3, 0.5, 0.7, 0.8, 0.95])
@pytest.mark.parametrize("recall", [0.9, 0.99, 0.999])
def test_chosen_bands_reach_the_recall_or_the_best_is_named(num_perm, jaccard, recall):
    best = max(probability(jaccard, num_perm // rows, rows) for rows in range(1, num_perm + 1))
    if best < recall:
        with pytest.raises(ConfigError, match=f"the best is {best:.6f}"):
            choose_bands(num_perm, jaccard=jaccard, recall=recall)
        return
    bands, rows = choose_bands(num_perm, jaccard=jaccard, recall=recall)
    assert bands * rows <= num_perm
    assert probability(jaccard, bands, rows) >= recall
    assert bands == 1 or probability(jaccard, bands - 1, rows) < recall
    assert all(probability(jaccard, num_perm // more, more) < recall for more in range(rows + 1, num_perm + 1))


def test_one_row_is_used_where_only_it_reaches_the_recall():
    assert choose_bands(16, jaccard=0.3, recall=0.99).rows == 1


@pytest.mark.parametrize(
    ("num_perm", "jaccard", "recall"), [(0, 0.5, 0.9), (16, 0.0, 0.9), (16, 1.1, 0.9), (16, 0.5, 0.0), (16, 0.5, 1.0)]
)
def test_senseless_wishes_are_refused_with_the_range(num_perm, jaccard, recall):
    with pytest.raises(ConfigError, match="must be at least 1"):
        choose_bands(num_perm, jaccard=jaccard, recall=recall)


def test_a_peer_that_balances_both_errors_finds_two_pairs_of_five_where_ours_keeps_the_recall():
    theirs = _optimal_param(0.8, 128, 0.5, 0.5)
    assert probability(0.8, *theirs) < 0.45
    assert probability(0.8, *choose_bands(128, jaccard=0.8, recall=0.99)) >= 0.99


def test_simulated_slots_meet_as_often_as_the_formula_says():
    random = np.random.default_rng(5)
    bands, rows = choose_bands(128, jaccard=0.8, recall=0.99)
    agree = random.random((20_000, bands, rows)) < 0.8
    met = agree.all(axis=2).any(axis=1).mean()
    expected = probability(0.8, bands, rows)
    assert met == pytest.approx(expected, abs=5 * (expected * (1 - expected) / 20_000) ** 0.5)


def test_the_curve_rises_from_never_to_always():
    curve = list(s_curve(Bands(35, 3)))
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == (1.0, 1.0)
    assert [p for _, p in curve] == sorted(p for _, p in curve)
    assert list(s_curve(Bands(35, 3), [0.5])) == [(0.5, probability(0.5, 35, 3))]


@pytest.mark.parametrize("values", [2, 7, 60, 1000])
def test_without_an_overflow_the_pairs_equal_brute_force(values):
    random = np.random.default_rng(values)
    keys = random.integers(0, values, (90, 4)).astype(np.uint64) * np.uint64(2**55)
    present = random.random(90) < 0.9
    found = nominated(keys, present=present)
    assert as_set(found.pairs) == pairs_sharing_a_band(keys, present)
    assert found.overflows == ()


def test_keys_that_differ_only_in_their_lowest_bits_stay_apart():
    keys = np.arange(1000, dtype=np.uint64)[:, None]
    assert len(nominated(keys).pairs) == 0


def test_pairs_are_ascending_and_unique_however_many_bands_agree():
    found = nominated(np.ones((5, 9)))
    assert found.pairs.tolist() == [[i, j] for i in range(5) for j in range(i + 1, 5)]
    assert found.pairs.dtype == np.int64


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_meets_where_there_is_nobody_to_meet(count):
    found = nominated(np.ones((count, 3)))
    assert found.pairs.shape == (0, 2)
    assert found.overflows == ()


def test_documents_without_a_signature_meet_nobody():
    assert nominated(np.ones((4, 3)), present=np.zeros(4, dtype=bool)).pairs.shape == (0, 2)


def test_ten_thousand_documents_in_one_bucket_become_a_star_around_the_smallest_content_hash():
    content = np.random.default_rng(1).permutation(10_000).astype(np.uint64)
    keys = np.stack((np.full(10_000, 7), np.arange(10_000)), axis=1)
    found = nominated(keys, content=content)
    centre = int(content.argmin())
    assert as_set(found.pairs) == {(min(centre, i), max(centre, i)) for i in range(10_000) if i != centre}
    (overflow,) = found.overflows
    assert (overflow.channel, overflow.documents, overflow.kept) == ("lsh", 10_000, 9_999)
    assert f"{0:016x}" in overflow.example


def test_families_inside_crowds_still_meet():
    halves, tens = np.arange(400) // 200, np.arange(400) % 10
    found = nominated(np.stack((halves, 10 + tens), axis=1), cap=30)
    family = {(i, j) for i in range(400) for j in range(i + 10, 400, 10) if i // 200 == j // 200}
    assert family <= as_set(found.pairs)
    assert len(found.pairs) <= len(family) + 2 * 400
    assert {each.documents for each in found.overflows} <= {40, 200}


def test_the_report_counts_the_pairs_a_crowd_still_nominates():
    keys = np.stack((np.full(300, 7), np.arange(300) // 3), axis=1)
    found = nominated(keys, cap=100)
    (overflow,) = found.overflows
    assert overflow.kept == len(found.pairs)


@pytest.mark.parametrize("cap", [2, 5, 100])
def test_order_of_arrival_does_not_choose_the_pairs(cap):
    random = np.random.default_rng(3)
    keys = random.integers(0, 6, (120, 3)).astype(np.uint64)
    content = random.permutation(120).astype(np.uint64)
    shuffle = random.permutation(120)
    plain = nominated(keys, cap=cap, content=content)
    shuffled = nominated(keys[shuffle], cap=cap, content=content[shuffle])
    assert {frozenset(shuffle[pair].tolist()) for pair in shuffled.pairs} == {
        frozenset(p) for p in plain.pairs.tolist()
    }
    assert shuffled.overflows == plain.overflows


def test_a_cap_only_removes_pairs_and_never_cuts_silently():
    keys = np.random.default_rng(8).integers(0, 5, (200, 4)).astype(np.uint64)
    every = as_set(nominated(keys, cap=1000).pairs)
    capped = nominated(keys, cap=8)
    assert as_set(capped.pairs) < every
    assert capped.overflows


@given(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(st.tuples(st.booleans(), *[st.integers(0, 4)] * width), min_size=1, max_size=40)
    ),
    st.integers(2, 5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=200)
def test_crowds_and_their_families_are_what_one_finds_bucket_by_bucket(rows, cap, random):
    present, keys = np.array([row[0] for row in rows]), [row[1:] for row in rows]
    content = random.sample(range(1_000), len(rows))
    found = nominated(keys, cap=cap, present=present, content=np.array(content, dtype=np.uint64))
    pairs, crowds = nominated_by_keys(keys, present, content, cap)
    assert found.pairs.tolist() == sorted(map(list, pairs))
    reports = {int(each.example.split()[-1], 16): (each.documents, each.kept) for each in found.overflows}
    assert reports == crowds
