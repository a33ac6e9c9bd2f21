"""Clusters by columns, as a run makes them, are those that pair by pair come out."""

import networkx as nx
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedupe.group.assembly import Assembly, Lookups
from dedupe.group.clusters import build_clusters
from dedupe.group.grouped import Grouped
from dedupe.group.representative import Traits
from dedupe.group.sets import roots
from dedupe.group.verdicts import Edge
from dedupe.records import Origin, id_order
from verified import RELATIONS, columns_of, verified_corpora

EDITORIALS = ["unknown", "unknown", "revision", "digest"]


def assert_both_ways_agree(ids, hashes, edges, lookups):
    """Hold the columns against the records."""
    ids = sorted(ids, key=id_order)
    direct = build_clusters(ids, hashes, edges, lookups=lookups)
    grouped = Grouped(Assembly(ids, lookups), np.array(hashes, dtype=np.uint64), columns_of(edges))
    assert tuple(grouped.cluster(number) for number in range(len(grouped))) == direct.clusters
    assert grouped.bridges == direct.bridges
    assert grouped.sizes.tolist() == [len(each.members) for each in direct.clusters]
    assert [direct.clusters[home].members.count(ids[place]) for place, home in enumerate(grouped.homes)] == [1] * len(
        ids
    )
    reading = sorted(direct.clusters, key=lambda each: (-len(each.members), id_order(each.members[0])))
    assert [grouped.cluster(number) for number in grouped.in_reading_order().tolist()] == reading
    return direct


@st.composite
def wild_pairs(draw):
    """Pairs that agree with nothing: any relation between any two documents, also twice, either way round."""
    count = draw(st.integers(0, 16))
    document = st.integers(0, max(0, count - 1))
    pair = st.builds(
        Edge,
        document,
        document,
        st.sampled_from([*RELATIONS[1:3] * 4, *RELATIONS]),
        st.sampled_from(EDITORIALS),
        st.sampled_from([0.0, 0.3, 0.39, 0.4, 0.9]),
        st.sampled_from([0.0, 0.5, 1.0]),
    )
    pairs = draw(st.lists(pair.filter(lambda edge: edge.a != edge.b), max_size=40)) if count > 1 else []
    hashes = draw(st.lists(st.sampled_from([0, 5, 2**63, 2**64 - 1]), min_size=count, max_size=count))
    return count, hashes, pairs


@st.composite
def answers(draw):
    """What may be asked back; the same question always gets the same answer."""
    seed = draw(st.integers(0, 9))
    given_answers = draw(st.lists(st.none() | st.sampled_from(RELATIONS), min_size=1, max_size=7))

    def verify(a, b):
        text = given_answers[(min(a, b) * 31 + max(a, b) * 17) % len(given_answers)]
        share = (min(a, b) + seed) % 10 / 10
        return None if text is None else Edge(a, b, text, EDITORIALS[(a + b) % 3], (a + b) % 10 / 10, share)

    def origin(members):
        number = sum(members) % (len(members) + 1)
        return Origin(kind="document", document=number) if number < len(members) else None

    return Lookups(
        verify=draw(st.sampled_from([verify, None])),
        traits=draw(st.sampled_from([lambda position: Traits(body_tokens=position * seed % 5), None])),
        origin=draw(st.sampled_from([origin, None])),
    )


@settings(deadline=None, max_examples=300)
@given(wild_pairs(), answers())
def test_columns_give_the_clusters_of_records_whatever_the_pairs_say(pairs, lookups):
    count, hashes, edges = pairs
    assert_both_ways_agree([f"{number}" if number % 3 else number for number in range(count)], hashes, edges, lookups)


@settings(deadline=None)
@given(verified_corpora(max_texts=14), st.booleans(), st.integers(1, 9))
def test_columns_give_the_clusters_of_records_of_pairs_that_have_a_truth(corpus, asking, bodies):
    count, truth, nominated = corpus

    def verify(a, b):
        return truth[min(a, b), max(a, b)]._replace(a=a, b=b)

    hashes = [17 * (document % bodies) + 1 for document in range(count)]
    lookups = Lookups(verify=verify if asking else None)
    assert_both_ways_agree(range(count), hashes, [truth[pair] for pair in nominated], lookups)


def test_both_ways_agree_where_a_witness_has_to_be_called():
    asked = []

    def verify(a, b):
        asked.append((a, b))
        return Edge(a, b, "near_identical", "unknown", 0.81, 0.9)

    chain = [Edge(a, a + 1, "near_identical", "unknown", 0.9, 0.9) for a in range(5)]
    result = assert_both_ways_agree(range(6), list(range(6)), chain, Lookups(verify=verify))
    assert len(result.clusters) == 1
    assert asked


def test_what_is_said_of_copies_of_one_text_speaks_for_no_other_text():
    copies = [Edge(0, 1, "identical"), Edge(3, 4, "identical")]
    said_twice = [edge._replace(text="near_identical") for edge in copies]
    chain = [Edge(1, 2, "near_identical"), Edge(2, 3, "near_identical"), Edge(0, 3, "none")]
    result = assert_both_ways_agree(range(5), list(range(5)), [*copies, *said_twice, *chain], Lookups())
    assert len(result.clusters) == 2


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
@example(40, [(number, number + 1) for number in range(39)])
@example(40, [(39, number) for number in range(39)])
@example(40, [(number, (number * 7 + 3) % 40) for number in range(40)])
def test_a_root_is_the_smallest_number_that_pairs_connect_with(count, pairs):
    pairs = [pair for pair in pairs if max(pair) < count]
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(count))
    smallest = {number: min(component) for component in nx.connected_components(graph) for number in component}
    firsts, seconds = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert roots(count, firsts, seconds).tolist() == [smallest[number] for number in range(count)]
