"""Clusters hold documents of one text: no chains, no bridges, nothing hidden."""

import itertools
import time

import numpy as np
import pytest

from dedupe.group.clusters import build_clusters
from dedupe.group.verdicts import Edge
from dedupe.records import Comparison, Relation, Sides
from edges import clustered, copies, other, same


def groups(result):
    """Members by position, each cluster ascending, clusters by their first."""
    return sorted([int(each[1:]) for each in cluster.members] for cluster in result.clusters)


def chain_of_versions(share, editorial="unknown"):
    """Verify versions of a text that keeps ``share`` of itself from one version to the next."""

    def verify(a, b):
        similarity = share ** abs(a - b)
        text = "near_identical" if similarity >= 0.8 else "partial"
        return Edge(a, b, text, editorial if text == "near_identical" else "unknown", similarity)

    return verify


# --- partition and names


def test_every_document_is_in_exactly_one_cluster_and_the_largest_comes_first():
    result = clustered(6, [same(1, 4), same(4, 5), same(1, 5), same(0, 3)])
    assert [len(each.members) for each in result.clusters] == [3, 2, 1]
    assert groups(result) == [[0, 3], [1, 4, 5], [2]]
    assert result.bridges == ()


def test_no_documents_make_no_clusters():
    assert clustered(0, []).clusters == ()


def test_a_single_document_is_a_cluster_of_its_own():
    (cluster,) = clustered(1, []).clusters
    assert (cluster.kind, cluster.similarity, cluster.cohesion, cluster.weakest) == ("single", 1.0, 1.0, None)
    assert cluster.representative == "d00000"


def test_a_cluster_is_named_by_its_smallest_content_hash():
    (cluster,) = clustered(2, [same(0, 1)], hashes=[0xFFFF_FFFF_FFFF_FFFF, 0xAB]).clusters
    assert cluster.id == "00000000000000ab"


def test_hashes_may_come_as_an_array():
    (cluster,) = clustered(2, [same(0, 1)], hashes=np.array([2**64 - 1, 2**63], dtype=np.uint64)).clusters
    assert cluster.id == "8000000000000000"


def test_clusters_of_equal_bodies_that_must_stay_apart_have_names_of_their_own():
    result = clustered(1000, [], hashes=[7] * 1000)
    assert len({cluster.id for cluster in result.clusters}) == 1000
    assert all(cluster.id.startswith("0000000000000007-") for cluster in result.clusters)


def test_the_number_one_and_the_string_one_are_named_apart():
    result = build_clusters([1, "1"], [7, 7], [])
    assert len({cluster.id for cluster in result.clusters}) == 2


def test_an_id_that_is_not_valid_unicode_still_names_a_cluster():
    result = build_clusters(["\udcff", "b"], [7, 7], [])
    assert len({cluster.id for cluster in result.clusters}) == 2


# --- what merges


@pytest.mark.parametrize("text", ["identical", "near_identical", "abridged"])
def test_relations_of_one_text_merge(text):
    (cluster,) = clustered(2, [same(0, 1, 0.85, text)]).clusters
    assert cluster.kind == text
    assert cluster.similarity == (1.0 if text == "identical" else 0.85)


@pytest.mark.parametrize("text", ["contained", "reordered", "partial", "quotes_only", "template_only", "none"])
def test_other_relations_never_merge_however_similar(text):
    result = clustered(2, [Edge(0, 1, text, "revision", 0.99)])
    assert groups(result) == [[0], [1]]
    assert result.bridges == ()


def test_a_revision_makes_a_version_chain():
    (cluster,) = clustered(2, [same(0, 1, editorial="revision")]).clusters
    assert cluster.kind == "version_chain"


def test_an_edge_keeps_what_clustering_needs_of_a_comparison():
    half = Sides(0.9, 0.9)
    relation = Relation(text="near_identical", editorial="revision", confidence="high", why="")
    comparison = Comparison(
        a="x", b="y", jaccard=0.8, containment=half, coverage=half, residual=half, similarity=0.9,
        identity=1.0, order=1.0, longest=50, passages=(), relation=relation,
    )  # fmt: skip
    assert Edge.from_comparison(3, 5, comparison) == Edge(3, 5, "near_identical", "revision", 0.9, 0.9)


# --- chains, bridges, crowds


@pytest.mark.parametrize(("editorial", "kind"), [("unknown", "near_identical"), ("revision", "version_chain")])
def test_ten_versions_drift_as_far_as_they_share_something_and_show_their_weakest_pair(editorial, kind):
    verify = chain_of_versions(0.85, editorial)
    result = clustered(10, [verify(i, i + 1) for i in range(9)], verify)
    assert max(len(cluster.members) for cluster in result.clusters) in range(4, 10)
    assert len(result.bridges) == len(result.clusters) - 1
    assert all(bridge.similarity == pytest.approx(0.85) for bridge in result.bridges)
    for cluster in result.clusters:
        assert cluster.kind == kind
        assert cluster.weakest[2] < 0.8
        assert cluster.similarity >= cluster.weakest[2]


def test_versions_of_which_the_outer_ones_share_too_little_are_split():
    result = clustered(3, [same(0, 1, 0.8), same(1, 2, 0.7), other(0, 2, 0.39, "partial")])
    assert groups(result) == [[0, 1], [2]]
    assert [bridge.similarity for bridge in result.bridges] == [0.7]


def test_groups_of_versions_are_joined_when_the_outer_ones_still_share_two_fifths():
    crowds = [same(0, 1), same(2, 3), same(1, 2, 0.8)]
    near = [other(a, b, 0.4, "partial") for a, b in ((0, 2), (0, 3), (1, 3))]
    far = [other(a, b, 0.39, "partial") for a, b in ((0, 2), (0, 3), (1, 3))]
    assert groups(clustered(4, crowds + near)) == [[0, 1, 2, 3]]
    assert groups(clustered(4, crowds + far)) == [[0, 1], [2, 3]]


def test_a_short_version_that_stands_whole_in_a_long_one_has_not_drifted():
    edges = [same(0, 1, 0.6, "abridged"), same(1, 2, 0.6, "abridged")]
    inside = Edge(0, 2, "contained", "unknown", 0.2, 1.0)
    assert groups(clustered(3, [*edges, inside])) == [[0, 1, 2]]
    stranger = Edge(0, 2, "partial", "unknown", 0.2, 0.3)
    assert len(groups(clustered(3, [*edges, stranger]))) == 2


def test_what_is_said_of_a_pair_through_its_copies_keeps_how_much_of_the_shorter_text_it_shares():
    edges = [same(0, 1, 0.6, "abridged"), same(1, 2, 0.6, "abridged"), *copies(2, 3)]
    inside = Edge(0, 3, "contained", "unknown", 0.2, 1.0)
    assert groups(clustered(4, [*edges, inside])) == [[0, 1, 2, 3]]


def test_a_round_up_that_holds_three_texts_leaves_them_apart():
    contained = [Edge(0, i, "contained", "digest", 0.5) for i in (1, 2, 3)]
    assert groups(clustered(4, contained)) == [[0], [1], [2], [3]]


@pytest.mark.parametrize("known", [True, False])
def test_a_round_up_taken_for_a_copy_of_three_texts_does_not_weld_them(known):
    copies_of_digest = [same(0, i, 0.5 + i / 100, "abridged") for i in (1, 2, 3)]
    apart = [other(a, b) for a, b in itertools.combinations((1, 2, 3), 2)] if known else []
    result = clustered(4, copies_of_digest + apart, other)
    assert groups(result) == [[0, 3], [1], [2]]
    assert {(bridge.a, bridge.b) for bridge in result.bridges} == {("d00000", "d00001"), ("d00000", "d00002")}


@pytest.mark.parametrize("similarity", [0.81, 0.99])
@pytest.mark.parametrize("verify", [None, other], ids=["nobody to ask", "asking"])
def test_one_bridge_between_two_crowds_is_reported_and_not_crossed(similarity, verify):
    crowds = [same(a, b) for crowd in (range(20), range(20, 40)) for a, b in itertools.combinations(crowd, 2)]
    result = clustered(40, [*crowds, same(3, 30, similarity)], verify)
    assert groups(result) == [list(range(20)), list(range(20, 40))]
    (bridge,) = result.bridges
    assert (bridge.a, bridge.b, bridge.similarity) == ("d00003", "d00030", similarity)
    assert bridge.clusters == ("0000000000000001", "0000000000000015")
    assert f"{similarity:.2f}" in bridge.why


def test_four_documents_with_two_verified_pairs_are_two_clusters():
    assert groups(clustered(4, [same(0, 2), same(1, 3), other(0, 1), other(2, 3)])) == [[0, 2], [1, 3]]


def test_three_hundred_copies_are_one_cluster():
    (cluster,) = clustered(300, copies(0, *range(1, 300)), hashes=[7] * 300).clusters
    assert (len(cluster.members), cluster.kind, cluster.similarity, cluster.cohesion) == (300, "identical", 1.0, 1.0)
    assert cluster.weakest == ("d00000", "d00001", 1.0)
    assert cluster.id == "0000000000000007"


@pytest.mark.parametrize("old", [same(1, 2, 0.99), same(1, 2, 0.81), other(1, 2)])
def test_two_unrelated_documents_that_match_different_old_ones_stay_apart(old):
    result = clustered(4, [same(0, 1, 0.9), same(2, 3, 0.9), old], other)
    assert not any({"d00000", "d00003"} <= set(cluster.members) for cluster in result.clusters)


def test_copies_of_one_text_count_as_one_witness_however_many():
    crowd = copies(0, *range(1, 300))
    result = clustered(302, [*crowd, same(0, 300), same(300, 301)], other)
    assert len(result.clusters) == 2
    assert len(result.bridges) == 1


def test_a_slight_drift_around_a_medoid_is_one_cluster_with_its_weakest_pair_shown():
    (cluster,) = clustered(3, [same(0, 1), same(1, 2), other(0, 2, 0.75, "partial")]).clusters
    assert cluster.weakest == ("d00000", "d00002", 0.75)
    assert cluster.similarity == 0.75
    assert cluster.cohesion == pytest.approx(2 / 3)


def test_the_side_on_which_an_edge_names_a_document_does_not_choose_the_weakest_pair():
    edges = [same(0, 1), same(1, 2), same(0, 2)]
    turned = [edge._replace(a=edge.b, b=edge.a) for edge in edges]
    assert clustered(3, edges) == clustered(3, turned)
    assert clustered(3, edges).clusters[0].weakest == ("d00000", "d00001", 0.9)


def test_similarity_is_asked_for_where_no_channel_saw_the_pair():
    asked = []

    def verify(a, b):
        asked.append((a, b))
        return same(a, b, 0.82)

    (cluster,) = clustered(3, [same(0, 1), same(1, 2)], verify).clusters
    assert asked == [(0, 2)]
    assert cluster.similarity == 0.82
    assert cluster.cohesion == 1.0


def test_one_outvoted_pair_does_not_split_a_nearly_complete_crowd():
    edges = [same(a, b) for a, b in itertools.combinations(range(12), 2) if (a, b) != (2, 9)]
    assert groups(clustered(12, [*edges, other(2, 9, 0.3)])) == [list(range(12))]


def test_a_hanger_on_of_one_member_stays_outside_a_crowd():
    edges = [same(a, b) for a, b in itertools.combinations(range(12), 2)]
    result = clustered(13, [*edges, same(5, 12, 0.99)], other)
    assert groups(result) == [list(range(12)), [12]]
    assert [(bridge.a, bridge.b) for bridge in result.bridges] == [("d00005", "d00012")]


def test_what_is_contradicted_about_one_pair_is_settled_for_the_same_text():
    assert groups(clustered(2, [other(0, 1), same(0, 1)])) == [[0, 1]]


@pytest.mark.parametrize("verify", [same, None], ids=["asking", "nobody to ask"])
def test_five_thousand_near_copies_around_a_star_are_one_cluster_in_linear_time(verify):
    def cost(count):
        edges = [same(0, i) for i in range(1, count)]
        start = time.process_time()
        result = clustered(count, edges, verify)
        assert len(result.clusters) == 1
        return time.process_time() - start

    small, large = (min(cost(count) for _ in range(3)) for count in (1250, 5000))
    assert large < 12 * small + 0.5


def test_questions_stay_few_even_in_a_long_chain():
    asked = []
    verify = chain_of_versions(0.85)

    def counted(a, b):
        asked.append((a, b))
        return verify(a, b)

    clustered(600, [verify(i, i + 1) for i in range(599)], counted)
    assert len(asked) == len(set(asked)) < 3 * 600
