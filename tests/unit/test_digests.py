"""Documents that carry several texts whole, at different places."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe.engine.digests import OVERLAP, Stretches, in_digests

stretches = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 20)), max_size=14)


def places_of(held):
    """Count the places one after another: a stretch that hardly overlaps with the last place makes the next."""
    count, reach, width = 0, -1, 0
    for start, end in sorted(held, key=lambda stretch: (stretch[1], stretch[0])):
        if count == 0 or reach - start <= OVERLAP * min(width, end - start):
            count, reach, width = count + 1, end, end - start
    return count


@given(stretches)
@example([(0, 0, 30), (0, 5, 3), (0, 20, 5)])  # two apart within one that begins before both
@example([(0, 0, 10), (0, 5, 10)])  # half of the shorter one is shared, no more
@example([(0, 0, 10), (0, 4, 10)])
def test_stretches_are_in_a_digest_where_their_document_carries_texts_at_several_places(rows):
    rows = [(digest, start, start + length) for digest, start, length in rows]
    held = {}
    for digest, *stretch in rows:
        held.setdefault(digest, []).append(tuple(stretch))
    marked = in_digests(Stretches(*np.array(rows, dtype=np.int64).reshape(-1, 3).T))
    assert marked.tolist() == [places_of(held[digest]) > 1 for digest, *_ in rows]


def test_the_answer_does_not_depend_on_the_order_of_stretches():
    rows = np.array([(7, 0, 10), (7, 20, 30), (5, 0, 10), (5, 1, 9), (9, 3, 4)])
    for order in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 3, 0, 4, 2]):
        marked = in_digests(Stretches(*rows[order].T))
        assert sorted(rows[order][marked, 0].tolist()) == [7, 7]
