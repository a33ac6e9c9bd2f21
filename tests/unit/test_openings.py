"""Openings: alike or each its own, by the prose alone, and the same from either side."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.verify.openings import MIN_SHARED, OPENING_ROOM, OPENING_TOKENS, alike, may_open_alike, own_opening


def running(flags):
    """Running count of prose tokens as a material has it."""
    return memoryview(bytearray(8 * (len(flags) + 1))).cast("q") if not flags else _counted(flags)


def _counted(flags):
    view = memoryview(bytearray(8 * (len(flags) + 1))).cast("q")
    for place, count in enumerate([0, *accumulate(map(int, flags))]):
        view[place] = count
    return view


def prose(tokens):
    return running([True] * tokens)


def row(a, b, length):
    return [a, a + length, b, b + length, length]


def test_a_text_whose_whole_opening_stands_at_the_start_of_the_other_opens_like_it():
    assert alike([row(0, 0, 300)], prose(300), prose(900)) == 1.0


def test_half_of_an_opening_is_half_alike():
    assert alike([row(25, 25, 200)], prose(300), prose(900)) == 0.5


def test_a_clause_and_a_dateline_may_come_first_in_the_longer_text():
    assert alike([row(0, OPENING_TOKENS, 200)], prose(300), prose(900)) == 1.0


def test_words_that_stand_deeper_in_the_longer_text_are_no_opening_of_it():
    assert alike([row(0, OPENING_ROOM, 200)], prose(300), prose(900)) == 0.0


def test_words_that_stand_deeper_in_the_shorter_text_are_no_opening_of_it():
    assert alike([row(OPENING_TOKENS, 0, 200)], prose(300), prose(900)) == 0.0


def test_captions_before_the_story_do_not_hide_that_it_opens_alike():
    with_captions = running([False] * 120 + [True] * 300)
    assert alike([row(0, 120, 250)], prose(250), with_captions) == 1.0
    assert own_opening([(120, 370)], with_captions) == 0


@pytest.mark.parametrize("tokens", [12, MIN_SHARED - 1])
def test_headlines_are_too_short_to_open_alike(tokens):
    assert alike([row(0, 0, tokens)], prose(tokens), prose(400)) == 0.0


def test_a_teaser_of_one_long_sentence_can_open_alike():
    assert alike([row(0, 0, 30)], prose(32), prose(900)) == pytest.approx(30 / 32)


def test_what_is_printed_twice_does_not_make_an_opening_more_than_itself():
    assert alike([row(0, 0, 60), row(0, 60, 60)], prose(300), prose(900)) == 1.0


def test_texts_that_share_nothing_have_openings_of_their_own():
    assert alike([], prose(300), prose(200)) == 0.0
    assert own_opening([], prose(300)) == 300


def test_texts_without_prose_share_no_opening():
    assert alike([], prose(0), prose(0)) == 0.0


def test_an_own_opening_is_the_prose_before_the_first_shared_word():
    assert own_opening([(70, 90), (100, 200)], running([True] * 40 + [False] * 30 + [True] * 200)) == 40


@st.composite
def alignments(draw):
    """Draw the rows of two texts that are prose throughout."""
    lengths = draw(st.tuples(st.integers(1, 220), st.integers(1, 220)))
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        a, b = (draw(st.integers(0, length - 1)) for length in lengths)
        rows.append(row(a, b, draw(st.integers(1, min(lengths[0] - a, lengths[1] - b)))))
    return rows, *lengths


@given(alignments())
def test_either_side_may_come_first(case):
    rows, a, b = case
    mirrored = [[each[2], each[3], each[0], each[1], each[4]] for each in rows]
    assert alike(rows, prose(a), prose(b)) == alike(mirrored, prose(b), prose(a))
    assert 0.0 <= alike(rows, prose(a), prose(b)) <= 1.0


@given(alignments())
def test_the_first_shared_words_tell_cheaply_which_texts_cannot_open_alike(case):
    rows, a, b = case
    single = rows[:1]
    if single and alike(single, prose(a), prose(b)) > 0:
        assert may_open_alike(single[0][0], single[0][2])
