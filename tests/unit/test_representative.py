"""Which document of a cluster stands for it: by which rule, and with what reason."""

import datetime as dt
import itertools

from dedupe.group.assembly import Lookups
from dedupe.group.clusters import build_clusters
from dedupe.group.representative import Traits
from dedupe.records import Origin
from edges import clustered, copies, same


def traits(*rows):
    return Lookups(traits=lambda position: rows[position])


def day(number):
    return dt.datetime(2022, 1, number, tzinfo=dt.UTC)


def test_the_fullest_body_is_kept_by_default_with_the_reason():
    lookups = traits(Traits(100), Traits(120), Traits(90))
    (cluster,) = clustered(3, [same(0, 1), same(0, 2), same(1, 2)], lookups=lookups).clusters
    assert (cluster.representative, cluster.reason) == ("d00001", "fullest body (120 tokens)")


def test_ties_fall_to_the_next_rule_and_the_reason_says_so():
    lookups = traits(
        Traits(9), Traits(10, day(3)), Traits(10, day(2), "https://a/long"), Traits(10, day(2), "https://a")
    )
    edges = [same(a, b) for a, b in itertools.combinations(range(4), 2)]
    (cluster,) = clustered(4, edges, lookups=lookups).clusters
    assert cluster.representative == "d00003"
    assert cluster.reason == (
        "fullest body (10 tokens), then earliest published (2022-01-02T00:00:00+00:00), then shortest address"
    )


def test_the_origin_is_kept_before_the_fullest():
    origin = Origin(kind="document", document="d00000", why="credited")
    lookups = Lookups(traits=Traits, origin=lambda _: origin)
    (cluster,) = clustered(2, [same(0, 1)], lookups=lookups).clusters
    assert (cluster.representative, cluster.reason, cluster.origin) == ("d00000", "the text comes from it", origin)


def test_documents_without_a_date_or_address_never_win_by_it():
    lookups = traits(Traits(5), Traits(5, day(9), "https://x/very/long/address"))
    for rule in ("earliest", "latest", "shortest_url", "longest_url"):
        (cluster,) = clustered(2, [same(0, 1)], lookups=lookups, policy=(rule,)).clusters
        assert cluster.representative == "d00001"


def test_the_smallest_id_settles_what_the_policy_leaves_open():
    (cluster,) = clustered(2, [same(0, 1)]).clusters
    assert (cluster.representative, cluster.reason) == ("d00000", "smallest id")
    assert build_clusters(["a", 10, 9], [1, 2, 3], copies(0, 1, 2)).clusters[0].representative == 9


def test_only_documents_that_share_a_text_are_looked_up():
    seen = []

    def look(position):
        seen.append(position)
        return Traits()

    clustered(5, [same(1, 3)], lookups=Lookups(traits=look))
    assert sorted(seen) == [1, 3]
