"""Pairs as columns say what they say as records."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.group.columns import EDITORIALS, TEXTS, EdgeColumns
from dedupe.group.verdicts import Edge, Verdicts

said = st.tuples(
    st.integers(0, 1),
    st.integers(0, len(TEXTS) - 1),
    st.integers(0, len(EDITORIALS) - 1),
    st.sampled_from([0.3, 0.9]),
    st.sampled_from([0.3, 0.9]),
)


def columns_of(rows):
    about, texts, editorials, similarities, shares = zip(*rows, strict=True)
    return EdgeColumns(
        ends=np.array([(2 * each, 2 * each + 1) for each in about]),
        texts=np.array(texts, dtype=np.uint8),
        editorials=np.array(editorials, dtype=np.uint8),
        similarities=np.array(similarities),
        shares=np.array(shares),
    )


@given(st.lists(said, min_size=1, max_size=8))
@settings(max_examples=400)
def test_of_several_pairs_about_two_texts_columns_choose_the_one_that_records_choose(rows):
    columns = columns_of(rows)
    numbers = np.arange(len(rows))
    edges = list(columns.named(numbers, columns.ends))
    known = Verdicts(edges)
    chosen = columns.foremost(numbers, columns.ends[:, 0])
    assert columns.ends[chosen, 0].tolist() == sorted({edge.a for edge in edges})
    assert [edges[place] for place in chosen.tolist()] == [
        known.known(*columns.ends[place].tolist()) for place in chosen
    ]


@given(said)
def test_columns_tell_of_which_kind_a_tie_is_as_records_do(row):
    columns = columns_of([row])
    (edge,) = columns.named(np.array([0]), columns.ends)
    kinds, similarities = columns.ties(np.array([0]))
    assert isinstance(edge, Edge)
    assert (kinds.tolist(), similarities.tolist()) == ([edge.kinds], [edge.similarity])
