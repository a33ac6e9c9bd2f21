"""Groups of texts: native and specification agree in what they answer, and in what they ask."""

import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe._kernels import APART, REVISION, SAME, Ties, _numpy

native = pytest.importorskip(
    "dedupe._kernels._native_kernel", reason="the native kernel is not built", exc_type=ImportError
)

BOTH = (native, _numpy)
KINDS = (0, SAME, SAME, SAME, SAME | REVISION, APART, APART | SAME, 255)
SIMILARITIES = (0.0, -0.0, 0.3, 0.8, 0.8, 1.0, np.inf, -np.inf)


def ties_of(pairs):
    """Ties from what every pair is, by its two texts."""
    ends = sorted(pairs)
    return Ties(
        np.array(ends, dtype=np.uint32).reshape(-1, 2),
        np.array([pairs[pair][0] for pair in ends], dtype=np.uint8),
        np.array([pairs[pair][1] for pair in ends], dtype=np.float64),
    )


@st.composite
def known_pairs(draw, most=11):
    """Texts, what is known of some pairs, and what is answered about the others."""
    texts = draw(st.integers(0, most))
    tie = st.tuples(st.sampled_from(KINDS), st.sampled_from(SIMILARITIES))
    density = draw(st.sampled_from([1, 2, 4]))
    pairs, truth = {}, {}
    for pair in combinations(range(texts), 2):
        if draw(st.integers(0, 4)) < density:
            pairs[pair] = draw(tie)
        else:
            truth[pair] = draw(st.none() | tie)
    return texts, pairs, truth if draw(st.booleans()) else None


def told(kernel, texts, pairs, truth):
    """What a kernel answers, and what it asks on the way."""
    asked = []

    def ask(a, b):
        asked.append((a, b))
        return truth[a, b]

    groups = kernel.partition(texts, ties_of(pairs), None if truth is None else ask)
    assert groups.dtype == np.uint32
    return groups.tolist(), asked


@settings(deadline=None, max_examples=120)
@given(known_pairs())
def test_both_kernels_make_the_same_groups_and_ask_the_same_in_the_same_order(case):
    texts, pairs, truth = case
    (groups, asked), specified = (told(kernel, texts, pairs, truth) for kernel in BOTH)
    assert (groups, asked) == specified
    assert len(set(asked)) == len(asked), "a pair was asked twice"
    assert not set(asked) & pairs.keys(), "what is known was asked"
    assert all(groups[group] == group <= text for text, group in enumerate(groups))


@pytest.mark.parametrize("texts", [60, 400])
def test_both_kernels_agree_on_crowds_with_bridges(texts):
    chosen = np.random.default_rng(texts)
    crowds = chosen.integers(0, texts // 12, texts).tolist()
    pairs, truth = {}, {}
    for a, b in combinations(range(texts), 2):
        alike = crowds[a] == crowds[b]
        kind = SAME if chosen.random() < (0.8 if alike else 0.01) else APART if chosen.random() < 0.5 else 0
        if chosen.random() < (0.5 if alike else 0.1):
            pairs[a, b] = (kind, round(float(chosen.random()), 2))
        else:
            truth[a, b] = (kind, 0.5) if chosen.random() < 0.7 else None
    ours, specified = (told(kernel, texts, pairs, truth) for kernel in BOTH)
    assert ours == specified
    assert len(ours[1]) > texts // 10, "hardly anything was asked"
    assert texts // 12 <= len(set(ours[0])) < texts


@pytest.mark.parametrize("kernel", BOTH, ids=lambda kernel: kernel.name)
def test_a_hub_that_half_of_its_texts_do_not_know_keeps_those_that_match_it(kernel):
    star = {(0, leaf): (SAME, 0.9) for leaf in range(1, 9)}
    assert kernel.partition(9, ties_of(star)).tolist() == [0] * 9
    apart = dict.fromkeys(combinations(range(1, 9), 2), (APART, 0.0))
    assert len(set(kernel.partition(9, ties_of(star | apart)).tolist())) > 1


@pytest.mark.parametrize("kernel", BOTH, ids=lambda kernel: kernel.name)
@pytest.mark.parametrize(
    "ends",
    [[(1, 1)], [(2, 1)], [(0, 3)], [(0, 2**32 - 1)], [(0, 1), (0, 1)], [(1, 2), (0, 1)], [(0, 2), (0, 1)]],
)
def test_ties_that_do_not_ascend_or_name_no_text_are_refused(kernel, ends):
    ties = Ties(np.array(ends, dtype=np.uint32), np.ones(len(ends), np.uint8), np.ones(len(ends)))
    with pytest.raises(ValueError, match="ties ascend"):
        kernel.partition(3, ties)


@pytest.mark.parametrize("kernel", BOTH, ids=lambda kernel: kernel.name)
def test_columns_of_different_length_are_refused(kernel):
    ends = np.array([(0, 1), (1, 2)], dtype=np.uint32)
    for ties in (Ties(ends, np.ones(1, np.uint8), np.ones(2)), Ties(ends, np.ones(2, np.uint8), np.ones(1))):
        with pytest.raises(ValueError, match="tie"):
            kernel.partition(3, ties)


@pytest.mark.parametrize("kernel", BOTH, ids=lambda kernel: kernel.name)
def test_a_similarity_that_is_no_number_is_refused_whether_known_or_told(kernel):
    with pytest.raises(ValueError, match="number"):
        kernel.partition(2, ties_of({(0, 1): (SAME, np.nan)}))
    chain = ties_of({(place, place + 1): (SAME, 0.9) for place in range(5)})
    with pytest.raises(ValueError, match="number"):
        kernel.partition(6, chain, lambda *_: (SAME, np.nan))


@pytest.mark.parametrize("kernel", BOTH, ids=lambda kernel: kernel.name)
def test_what_asking_raises_comes_out_and_nobody_is_asked_again(kernel):
    asked = []

    def ask(a, b):
        asked.append((a, b))
        raise KeyError(a)

    chain = ties_of({(place, place + 1): (SAME, 0.9) for place in range(5)})
    with pytest.raises(KeyError):
        kernel.partition(6, chain, ask)
    assert len(asked) == 1


def test_an_answer_of_another_shape_is_an_error_and_leaves_no_reference_behind():
    chain = ties_of({(place, place + 1): (SAME, 0.9) for place in range(5)})
    for answer in (7, "same", [], (), (1,), (1, "a"), (2**40, 0.5)):
        before = sys.getrefcount(answer)
        with pytest.raises((TypeError, OverflowError)):
            native.partition(6, chain, lambda *_, given=answer: given)
        assert sys.getrefcount(answer) <= before
