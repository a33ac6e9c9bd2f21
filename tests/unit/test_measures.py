"""Measures: ratios that never divide by nothing and never count a word twice."""

import numpy as np
import pytest

from dedupe.records import Sides
from dedupe.verify import measures


def rows(*passages):
    return [list(passage) for passage in passages]


def shingles(*values):
    return np.array(sorted(values), dtype=np.uint64)


def test_two_empty_sets_do_not_resemble_each_other():
    assert measures.resemblance(shingles(), shingles()) == (0.0, Sides(0.0, 0.0))


def test_a_part_is_contained_wholly_and_contains_its_share():
    assert measures.resemblance(shingles(1, 2), shingles(1, 2, 3, 4)) == (0.5, Sides(1.0, 0.5))


def test_containment_is_never_below_jaccard():
    jaccard, containment = measures.resemblance(shingles(1, 2, 3), shingles(2, 3, 4, 5))
    assert jaccard <= containment.smaller() <= containment.larger()


def test_passages_that_overlap_count_a_word_once():
    assert measures.covered([(5, 15), (0, 10), (20, 30)]) == [(0, 15), (20, 30)]
    assert measures.length([(0, 15), (20, 30)]) == 25


def test_similarity_of_equal_texts_is_one_and_of_strangers_nothing():
    assert measures.similarity(rows((0, 9, 0, 9, 9)), 9, 9) == 1.0
    assert measures.similarity(rows(), 9, 9) == 0.0
    assert measures.similarity(rows(), 0, 0) == 0.0


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        ([], 0.0),
        ([(0, 10, 0, 10, 10)], 1.0),
        ([(0, 10, 0, 10, 10), (10, 20, 10, 20, 10)], 1.0),
        ([(0, 10, 10, 20, 10), (10, 20, 0, 10, 10)], 0.5),
        ([(0, 30, 10, 40, 30), (30, 40, 0, 10, 10)], 0.75),
    ],
)
def test_order_is_the_share_of_words_in_one_increasing_chain(passages, expected):
    assert measures.order(rows(*passages)) == expected


def test_order_agrees_with_trying_every_chain():
    rng = np.random.RandomState(5)
    for _ in range(50):
        count = rng.randint(1, 8)
        starts = rng.permutation(count)
        weights = rng.randint(1, 20, count)
        best = max(
            sum(int(weights[i]) for i in range(count) if mask >> i & 1)
            for mask in range(1 << count)
            if all(
                starts[i] < starts[j]
                for i in range(count)
                for j in range(i + 1, count)
                if mask >> i & 1 and mask >> j & 1
            )
        )
        passages = [(i, i + 1, int(starts[i]), int(starts[i]) + 1, int(weights[i])) for i in range(count)]
        assert measures.order(rows(*passages)) == pytest.approx(best / weights.sum())


def test_only_prose_outside_passages_is_residual():
    prose_before = memoryview(np.array([0, 1, 2, 2, 3], dtype=np.int64))  # prose, prose, no prose, prose
    assert measures.residual([(0, 1)], prose_before) == 0.5
    assert measures.residual([], memoryview(np.zeros(1, dtype=np.int64))) == 0.0
