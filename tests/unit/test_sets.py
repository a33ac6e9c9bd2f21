"""Disjoint sets: what is united belongs together, and nothing else does."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from dedupe.group.sets import Sets


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_sets_are_the_components_of_what_was_united(pairs):
    sets = Sets()
    for a, b in pairs:
        sets.unite(a, b)
    graph = nx.Graph(pairs)
    for component in nx.connected_components(graph):
        assert {sets.root(number) for number in component} == {min(component)}
    assert set(sets) == set(graph)
    assert len(sets) == len(graph) - nx.number_connected_components(graph)


def test_what_was_never_united_stands_for_itself():
    sets = Sets()
    assert (sets.root(5), 5 in sets, len(sets)) == (5, False, 0)
