"""Alignment: which runs of words two texts share, each counted once."""

import numpy as np
import pytest

from align_oracle import longest_common_subsequence
from dedupe._kernels import _align
from stories import words


def aligned(left, right, **limits):
    vocabulary = {token: number + 1 for number, token in enumerate(dict.fromkeys(left + right))}
    arrays = [np.array([vocabulary[token] for token in side], dtype=np.uint64) for side in (left, right)]
    options = {"max_gap_tokens": 12, "min_passage_tokens": 8, "min_passage_identity": 0.8} | limits
    return _align.align(*arrays, **options).tolist()


UNIQUE = [f"w{number}" for number in range(400)]


def test_equal_texts_are_one_passage():
    assert aligned(UNIQUE, UNIQUE) == [[0, 400, 0, 400, 400]]


def test_texts_without_common_words_share_nothing():
    assert aligned(UNIQUE[:100], UNIQUE[100:200]) == []


@pytest.mark.parametrize(("left", "right"), [([], []), ([], UNIQUE), (UNIQUE, [])])
def test_an_empty_text_shares_nothing_with_anything(left, right):
    assert aligned(left, right) == []


def test_a_passage_in_the_middle_is_found_with_its_places():
    left = UNIQUE[:50] + UNIQUE[200:240] + UNIQUE[50:100]
    right = UNIQUE[300:310] + UNIQUE[200:240] + UNIQUE[310:330]
    assert aligned(left, right) == [[50, 90, 10, 50, 40]]


def test_seven_words_are_a_phrase_and_eight_are_a_passage():
    frame = UNIQUE[100:120], UNIQUE[120:140]
    for length, passages in ((7, 0), (8, 1)):
        found = aligned(frame[0] + UNIQUE[:length] + frame[0][:0], frame[1] + UNIQUE[:length])
        assert len(found) == passages


def test_a_changed_word_leaves_one_passage_and_lowers_what_matches():
    right = [*UNIQUE[:50], "changed", *UNIQUE[51:100]]
    assert aligned(UNIQUE[:100], right) == [[0, 100, 0, 100, 99]]


def test_words_put_in_or_left_out_are_bridged_up_to_the_largest_gap():
    for gap, passages in ((12, 1), (13, 2)):
        right = UNIQUE[:60] + UNIQUE[200 : 200 + gap] + UNIQUE[60:120]
        assert len(aligned(UNIQUE[:120], right)) == passages


def test_a_passage_that_matches_too_little_is_split():
    right = [word if number % 4 else f"x{number}" for number, word in enumerate(UNIQUE[:200])]
    for start_a, end_a, start_b, end_b, matched in aligned(UNIQUE[:200], right):
        assert matched >= 0.8 * max(end_a - start_a, end_b - start_b)


def test_a_headline_printed_twice_is_claimed_once():
    headline, body = UNIQUE[:12], UNIQUE[20:120]
    found = aligned(headline + headline + body, headline + body)
    assert sum(row[4] for row in found) == 112
    assert sum(row[3] - row[2] for row in found) <= 112


def test_paragraphs_in_another_order_are_all_found():
    blocks = [UNIQUE[start : start + 50] for start in range(0, 200, 50)]
    left = [word for block in blocks for word in block]
    right = [word for block in reversed(blocks) for word in block]
    assert sorted(row[2] for row in aligned(left, right)) == [0, 50, 100, 150]


def test_repetition_does_not_cost_more_than_its_length():
    left, right = ["again"] * 20_000, ["again"] * 19_999 + ["end"]
    found = aligned(left, right)
    assert found[0][4] == 19_999


def test_what_a_row_says_it_matches_is_really_there():
    left = words(300, 1)
    right = left[:80] + words(15, 2) + left[90:200] + words(40, 3) + left[220:]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(left + right))}
    for start_a, end_a, start_b, end_b, matched in aligned(left, right):
        common = longest_common_subsequence(
            tuple(vocabulary[t] for t in left[start_a:end_a]), tuple(vocabulary[t] for t in right[start_b:end_b])
        )
        assert matched <= common
