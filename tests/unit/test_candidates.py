"""Every pair worth verifying, once, with its channels; copies cost linear time."""

import time
from dataclasses import replace

import numpy as np
import pytest

from dedupe.records import Candidate
from dedupe.sketch.candidates import Sketches, channel_names, find_candidates


def column(values):
    return np.asarray(values, dtype=np.uint64)


def sketches(bodies, *, prints=None, bands=None, **changes):
    """Documents given by body hash; bands and fingerprints that nobody shares unless given."""
    count = len(bodies)
    prints = [[10_000 + i] for i in range(count)] if prints is None else prints
    made = Sketches(
        body_hashes=column(bodies),
        comparable=np.ones(count, dtype=bool),
        band_keys=column([[20_000 + i] for i in range(count)] if bands is None else bands),
        has_signature=np.ones(count, dtype=bool),
        fingerprints=column([value for each in prints for value in each]),
        fingerprint_offsets=np.cumsum([0, *map(len, prints)]),
    )
    return replace(made, **changes)


def found(made, **caps):
    candidates = find_candidates(made, **({"bucket_cap": 100, "fingerprint_cap": 100} | caps))
    return {(each.a, each.b): each.channels for each in candidates}


def test_each_channel_nominates_and_a_pair_carries_all_that_did():
    made = sketches(
        [1, 2, 3, 4, 5, 5],
        bands=[[7, 1], [7, 2], [7, 3], [0, 4], [0, 5], [0, 5]],
        prints=[[1], [1], [2], [3], [9], [9]],
        keys=(column([0, 0, 8, 8, 0, 0]),),
    )
    made = replace(made, has_signature=np.array([True, True, True, False, False, False]))
    assert found(made) == {
        (0, 1): ("lsh", "fingerprint"),
        (0, 2): ("lsh",),
        (1, 2): ("lsh",),
        (2, 3): ("key",),
        (4, 5): ("exact",),
    }


def test_candidates_are_records_in_ascending_order():
    candidates = find_candidates(sketches([3, 3, 3]), bucket_cap=9, fingerprint_cap=9)
    assert list(candidates) == [Candidate(a=0, b=1, channels=("exact",)), Candidate(a=0, b=2, channels=("exact",))]
    assert len(candidates) == 2
    assert candidates.channels.dtype == np.uint8


def test_three_hundred_copies_cost_one_pair_each_and_no_cap_bites():
    made = sketches([5] * 300, bands=[[1]] * 300, prints=[[2, 3]] * 300, keys=(column([4] * 300),))
    candidates = find_candidates(made, bucket_cap=10, fingerprint_cap=10)
    assert candidates.pairs.tolist() == [[0, i] for i in range(1, 300)]
    assert candidates.overflows == ()


def test_only_one_copy_of_a_body_meets_other_bodies():
    made = sketches([5, 5, 5, 6], bands=[[1]] * 4)
    assert found(made) == {(0, 1): ("exact",), (0, 2): ("exact",), (0, 3): ("lsh",)}


def test_a_copy_lends_its_address_to_its_body():
    made = sketches([5, 5, 6], keys=(column([0, 9, 9]),))
    assert found(made) == {(0, 1): ("exact",), (0, 2): ("key",)}


def test_key_columns_do_not_mix_and_zero_is_no_key():
    made = sketches([1, 2, 3], keys=(column([9, 0, 0]), column([0, 9, 0])))
    assert found(made) == {}


def test_documents_too_short_to_compare_are_in_no_pair_even_when_equal():
    made = sketches([5] * 6, bands=[[1]] * 6, prints=[[2]] * 6, keys=(column([4] * 6),))
    assert found(replace(made, comparable=np.array([False, True, False, True, False, False]))) == {(1, 3): ("exact",)}


def test_copies_under_one_title_are_tied_to_each_other_and_titles_to_the_body():
    made = sketches([5] * 6, title_hashes=column([1, 2, 1, 2, 3, 2]))
    assert set(found(made)) == {(0, 1), (0, 2), (0, 4), (1, 3), (1, 5)}


def test_ids_choose_the_representative_where_given():
    made = sketches([5, 5, 5], id_ranks=np.array([2, 0, 1]))
    assert set(found(made)) == {(0, 1), (1, 2)}


def test_overflows_of_all_channels_are_reported():
    made = sketches(range(1, 31), bands=[[1]] * 30, prints=[[2]] * 30, keys=(column([4] * 30),))
    candidates = find_candidates(made, bucket_cap=10, fingerprint_cap=10)
    assert [each.channel for each in candidates.overflows] == ["lsh", "fingerprint", "key"]
    assert len(candidates) == 29


def test_one_chance_fingerprint_can_be_too_few():
    made = sketches([1, 2, 3], prints=[[1, 2], [2, 3], [1, 2]])
    assert set(found(made, min_shared_fingerprints=2)) == {(0, 2)}


def test_no_documents_give_no_candidates():
    empty = column([])
    made = sketches([], bands=empty.reshape(0, 3), keys=(empty,))
    candidates = find_candidates(made, bucket_cap=5, fingerprint_cap=5)
    assert len(candidates) == 0
    assert list(candidates) == []
    assert candidates.pairs.shape == (0, 2)


def test_masks_spell_their_channels():
    assert channel_names(0) == ()
    assert channel_names(15) == ("exact", "lsh", "fingerprint", "key")


@pytest.mark.parametrize("cap", [3, 100])
def test_order_of_documents_does_not_matter(cap):
    random = np.random.default_rng(4)
    count = 150
    prints = [random.integers(0, 60, 3).tolist() for _ in range(count)]
    bodies = random.integers(1, 60, count)
    same = {int(body): (random.integers(0, 9, 2).tolist(), prints[i]) for i, body in enumerate(bodies)}
    rows = [(int(body), *same[int(body)], int(random.integers(0, 30)), int(random.integers(0, 3))) for body in bodies]

    def run(sequence):
        made = sketches(
            [rows[i][0] for i in sequence],
            bands=[rows[i][1] for i in sequence],
            prints=[rows[i][2] for i in sequence],
            keys=(column([rows[i][3] for i in sequence]),),
            title_hashes=column([rows[i][4] for i in sequence]),
            id_ranks=np.asarray(sequence),
        )
        candidates = find_candidates(made, bucket_cap=cap, fingerprint_cap=cap)
        pairs = {frozenset((sequence[each.a], sequence[each.b])): each.channels for each in candidates}
        return pairs, candidates.overflows

    assert run(list(range(count))) == run(random.permutation(count).tolist())


def test_ten_thousand_documents_in_one_crowd_cost_a_few_times_ten_thousand_strangers():
    random = np.random.default_rng(6)

    def cost(*, crowded):
        bands = random.integers(0, 2**64, (10_000, 16), dtype=np.uint64)
        prints = random.integers(0, 2**64, (10_000, 16), dtype=np.uint64)
        if crowded:
            bands[:, 3] = prints[:, 3] = 7
        made = sketches(range(1, 10_001), bands=bands, prints=prints.tolist())
        times, candidates = [], None
        for _ in range(3):
            start = time.process_time()
            candidates = find_candidates(made, bucket_cap=100, fingerprint_cap=100)
            times.append(time.process_time() - start)
        return min(times), candidates

    alone, strangers = cost(crowded=False)
    together, crowd = cost(crowded=True)
    assert len(strangers) == 0
    assert len(crowd) == 9_999
    assert {each.channel for each in crowd.overflows} == {"lsh", "fingerprint"}
    assert together < 5 * alone + 0.05
