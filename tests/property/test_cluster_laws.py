"""Laws of clustering over arbitrary verified pairs."""

import itertools

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.group.assembly import Lookups
from dedupe.group.clusters import build_clusters, group_documents
from dedupe.group.verdicts import Edge
from pair_oracles import components
from verified import verified_corpora


def cluster(count, truth, nominated, order=None, *, asking=True):
    """Cluster with documents in some order; answer by document number."""
    order = list(range(count)) if order is None else order
    place = {document: position for position, document in enumerate(order)}

    def verify(a, b):
        first, second = sorted((order[a], order[b]))
        return truth[first, second]._replace(a=a, b=b)

    edges = [truth[pair]._replace(a=place[pair[0]], b=place[pair[1]]) for pair in nominated]
    lookups = Lookups(verify=verify if asking else None)
    return build_clusters(order, [17 * (document % 5) + 1 for document in order], edges, lookups=lookups)


@settings(deadline=None)
@given(verified_corpora())
def test_groups_alone_are_those_of_the_clusters(corpus):
    """An index asks for no more than who is together."""
    count, truth, nominated = corpus
    ids = [f"d{document:02}" for document in range(count)]
    hashes = [17 * (document % 5) + 1 for document in range(count)]

    def verify(a, b):
        return truth[min(a, b), max(a, b)]

    edges = [truth[pair] for pair in nominated]
    groups = group_documents(ids, hashes, edges, verify)
    clusters = build_clusters(ids, hashes, edges, lookups=Lookups(verify=verify)).clusters
    assert sorted(sorted(ids[each] for each in group) for group in groups) == sorted(
        list(cluster.members) for cluster in clusters
    )


def is_copy(truth, a, b):
    """Whether two documents have equal bodies."""
    return a == b or truth[min(a, b), max(a, b)].text == "identical"


@settings(deadline=None)
@given(verified_corpora(), st.booleans())
def test_clusters_are_a_partition_with_distinct_names(corpus, asking):
    result = cluster(*corpus, asking=asking)
    members = [member for each in result.clusters for member in each.members]
    assert sorted(members) == list(range(corpus[0]))
    assert len({each.id for each in result.clusters}) == len(result.clusters)
    assert all(each.representative in each.members for each in result.clusters)
    assert all(list(each.members) == sorted(each.members) for each in result.clusters)


@settings(deadline=None)
@given(verified_corpora(), st.booleans(), st.randoms())
def test_order_of_documents_and_of_pairs_does_not_matter(corpus, asking, random):
    count, truth, nominated = corpus
    order = random.sample(range(count), count)
    shuffled = random.sample(nominated, len(nominated))
    assert cluster(*corpus, asking=asking) == cluster(count, truth, shuffled, order, asking=asking)


@settings(deadline=None)
@given(verified_corpora())
def test_every_member_is_verified_against_one_centre_or_half_of_the_members(corpus):
    _, truth, _ = corpus
    for each in cluster(*corpus).clusters:

        def is_same(a, b):
            return truth[min(a, b), max(a, b)].same_text

        def belongs(member, centre, members):
            if is_copy(truth, member, centre) or is_same(member, centre):
                return True
            others = [other for other in members if not is_copy(truth, other, member)]
            others = [other for other in others if not any(is_copy(truth, other, x) for x in members if x < other)]
            shared = max(truth[min(member, centre), max(member, centre)][-2:])
            alike = sum(is_same(member, other) for other in others)
            return 2 * alike >= len(others) or (alike > 0 and shared >= 0.4)

        assert any(all(belongs(member, centre, each.members) for member in each.members) for centre in each.members)


@settings(deadline=None)
@given(verified_corpora(), st.booleans())
def test_equal_bodies_are_never_parted(corpus, asking):
    _, truth, _ = corpus
    cluster_of = {member: each.id for each in cluster(*corpus, asking=asking).clusters for member in each.members}
    assert all(cluster_of[a] == cluster_of[b] for a, b in truth if is_copy(truth, a, b))


@settings(deadline=None)
@given(verified_corpora())
def test_every_verified_pair_is_inside_a_cluster_or_reported_as_a_bridge(corpus):
    count, truth, nominated = corpus
    result = cluster(*corpus)
    cluster_of = {member: each.id for each in result.clusters for member in each.members}
    reported = {(bridge.a, bridge.b) for bridge in result.bridges}
    for pair in nominated:
        if truth[pair].same_text and cluster_of[pair[0]] != cluster_of[pair[1]]:
            first, second = ([x for x in range(count) if is_copy(truth, x, each)] for each in pair)
            assert (min(first[0], second[0]), max(first[0], second[0])) in reported
    assert all(cluster_of[a] != cluster_of[b] and a < b for a, b in reported)
    assert all(bridge.clusters == (cluster_of[bridge.a], cluster_of[bridge.b]) for bridge in result.bridges)


@settings(deadline=None)
@given(verified_corpora(), st.booleans())
def test_clusters_never_join_what_verified_pairs_do_not_connect(corpus, asking):
    count, truth, nominated = corpus
    same = [pair for pair, edge in truth.items() if edge.same_text and (asking or pair in nominated)]
    connected = components(count, same)
    for each in cluster(*corpus, asking=asking).clusters:
        assert any(set(each.members) <= component for component in connected)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.data())
def test_where_one_text_is_an_equivalence_clusters_are_the_connected_components(count, data):
    crowd = data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    truth = {
        (a, b): Edge(a, b, "near_identical" if crowd[a] == crowd[b] else "none", "unknown", float(crowd[a] == crowd[b]))
        for a, b in itertools.combinations(range(count), 2)
    }
    nominated = data.draw(st.lists(st.sampled_from(sorted(truth)), unique=True)) if truth else []
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(pair for pair in nominated if truth[pair].same_text)
    result = cluster(count, truth, nominated)
    found = {frozenset(each.members) for each in result.clusters}
    assert found == {frozenset(component) for component in nx.connected_components(graph)}
    assert found == components(count, graph.edges)
    assert result.bridges == ()
