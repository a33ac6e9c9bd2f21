"""Documents that share passages meet, and a passage in too many of them is reported."""

from collections import Counter

import numpy as np
import pytest

from dedupe.sketch import fingerprints as module
from dedupe.sketch import pairs as pairs_module
from dedupe.sketch.fingerprints import fingerprint_parts, shared_fingerprints, shared_hashes, shared_rarely
from pair_oracles import shared_counts


def columns(sets):
    flat = np.array([value for each in sets for value in each], dtype=np.uint64)
    return flat, np.cumsum([0, *map(len, sets)])


def content(count):
    return np.random.default_rng(99).permutation(count).astype(np.uint64)


def joined(sets, *, cap=100, minimum=1):
    return shared_fingerprints(*columns(sets), content(len(sets)), cap=cap, minimum=minimum)


def as_dict(found):
    return dict(zip(map(tuple, found.pairs.tolist()), found.shared.tolist(), strict=True))


def random_sets(seed, count=60, values=90):
    random = np.random.default_rng(seed)
    return [
        set(
            (
                random.integers(0, values, random.integers(0, 9)).astype(np.uint64) * np.uint64(0x1E3779B97F4A7C1)
            ).tolist()
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_shared_fingerprints_are_counted_as_brute_force_counts_them(seed):
    sets = random_sets(seed)
    found = joined(sets)
    assert as_dict(found) == shared_counts(sets)
    assert found.overflows == ()


def test_pairs_below_the_minimum_are_left_out():
    sets = random_sets(7, values=20)
    assert as_dict(joined(sets, minimum=2)) == {pair: n for pair, n in shared_counts(sets).items() if n >= 2}


def test_a_fingerprint_twice_in_one_document_counts_once():
    found = shared_fingerprints(np.array([5, 5, 5, 5], dtype=np.uint64), np.array([0, 3, 4]), content(2), cap=2)
    assert as_dict(found) == {(0, 1): 1}


def test_many_passes_and_small_chunks_give_the_same_answer(monkeypatch):
    sets = random_sets(11, count=200, values=40)
    whole, crowded = joined(sets), joined(sets, cap=5)
    monkeypatch.setattr(module, "POSTINGS_AT_ONCE", 50)
    monkeypatch.setattr(module, "MEMBERS_AT_ONCE", 30)
    monkeypatch.setattr(pairs_module, "NUMBERS_HELD", 10)
    assert as_dict(joined(sets)) == as_dict(whole) == shared_counts(sets)
    assert as_dict(joined(sets, cap=5)) == as_dict(crowded)
    assert joined(sets, cap=5).overflows == crowded.overflows != ()


def rarely(sets, present, *, cap, minimum):
    found = shared_rarely(fingerprint_parts(*columns(sets)), len(sets), cap=cap, minimum=minimum, present=present)
    return [(pair >> 32, pair & 0xFFFF_FFFF) for pair in found.tolist()]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [None, 30, 0])
def test_pairs_that_share_several_rare_hashes_are_those_of_brute_force(seed, most, monkeypatch):
    sets = random_sets(seed, count=120, values=60)
    present = np.random.default_rng(seed).random(len(sets)) < 0.8
    held = [each if there else set() for each, there in zip(sets, present, strict=True)]
    counted = Counter(value for each in held for value in each)
    rare = [{value for value in each if counted[value] <= 12} for each in held]
    if most is not None:
        monkeypatch.setattr(module, "POSTINGS_AT_ONCE", 40)
        monkeypatch.setattr(pairs_module, "NUMBERS_KEPT", most)
    expected = [pair for pair, shared in shared_counts(rare).items() if shared >= 2]
    assert rarely(sets, present, cap=12, minimum=2) == sorted(expected) != []


@pytest.mark.parametrize("sets", [[], [set()], [set(), set()], [{1}, set()]])
def test_documents_without_fingerprints_meet_nobody(sets):
    found = joined(sets)
    assert found.pairs.shape == (0, 2)
    assert found.shared.shape == (0,)


def test_ten_thousand_documents_with_one_sentence_become_a_star_and_a_report():
    found = joined([{7, 1000 + i} for i in range(10_000)])
    centre = int(content(10_000).argmin())
    assert len(found.pairs) == 9_999
    assert (found.pairs == centre).any(axis=1).all()
    (overflow,) = found.overflows
    assert (overflow.channel, overflow.documents, overflow.kept) == ("fingerprint", 10_000, 9_999)


def test_a_passage_in_exactly_as_many_documents_as_the_cap_nominates_all_pairs():
    found = joined([{7}] * 20, cap=20)
    assert len(found.pairs) == 190
    assert found.overflows == ()
    assert len(joined([{7}] * 21, cap=20).pairs) == 20


def test_pairs_inside_a_crowd_are_found_by_what_only_they_share():
    found = as_dict(joined([{7, 100 + i // 2} for i in range(500)]))
    assert {(2 * i, 2 * i + 1) for i in range(250)} <= found.keys()


def test_order_of_arrival_does_not_choose_the_pairs():
    sets = random_sets(13, values=12)
    shuffle = np.random.default_rng(1).permutation(len(sets))
    plain = joined(sets, cap=5)
    shuffled = shared_fingerprints(*columns([sets[i] for i in shuffle]), content(len(sets))[shuffle], cap=5)
    assert {frozenset(shuffle[pair].tolist()) for pair in shuffled.pairs} == {
        frozenset(p) for p in plain.pairs.tolist()
    }
    assert shuffled.overflows == plain.overflows != ()


def test_overflows_carry_the_name_of_their_channel():
    hashes, documents = np.full(5, 3, dtype=np.uint64), np.arange(5)
    (overflow,) = shared_hashes(hashes, documents, content(5), cap=4, channel="key").overflows
    assert overflow.channel == "key"
