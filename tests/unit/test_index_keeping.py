"""House-keeping of an index: age, statistics, compacting, copies, merging, grouping anew."""

import datetime as dt

import pytest

import dedupe
from dedupe import Config, Document, IncompatibleStoreError, Index, InputError
from dedupe.engine.index import graph, opened
from stories import DAM, FERRY, FIRE


def test_a_document_too_old_counts_no_more(path, monkeypatch):
    with Index(path, ttl=dt.timedelta(days=1)) as index:
        index.add(("a", DAM))
        assert index.add(("b", DAM)).action == "exact"
        later = opened.dt.datetime.now(dt.UTC) + dt.timedelta(days=2)

        class Later(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return later

        monkeypatch.setattr(opened.dt, "datetime", Later)
        monkeypatch.setattr("dedupe.engine.index.answering.dt.datetime", Later)
        assert index.get("a") is None
        assert index.add(("c", DAM)).action == "new"
        assert index.expire() == 2
        assert len(index) == 1
        assert index.add(("a", DAM)).duplicate_of == "c"


def test_age_can_be_counted_from_publication(path):
    with Index(path, ttl=dt.timedelta(days=1), ttl_from="published") as index:
        index.add(Document(id="old", text=DAM, published="2001-01-01T00:00:00Z"))
        assert index.add(("new", DAM)).action == "new"


def test_expiring_before_a_moment(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY)])
        assert index.expire() == 0
        assert index.expire(dt.datetime(2001, 1, 1, tzinfo=dt.UTC)) == 0
        with pytest.raises(InputError, match="time zone"):
            index.expire(dt.datetime(2001, 1, 1))  # noqa: DTZ001
        assert index.expire(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)) == 2
        assert len(index) == 0


def test_stats_count_what_is_there(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", DAM), ("c", FERRY), ("d", "short")])
        index.add(("a", DAM))
        index.forget("c")
        stats = index.stats()
    assert (stats.documents, stats.clusters, stats.copies, stats.forgotten, stats.repeats) == (3, 2, 1, 1, 1)


def test_compacting_changes_no_answer(path):
    with Index(path) as index:
        index.add_many([(n, f"{text} Says witness {n}.") for n, text in enumerate([DAM, FERRY, FIRE] * 20)])
        for number in range(0, 60, 7):
            index.forget(number)
        index.forget(1)
        before = index.clusters()
        index.compact()
        assert index.clusters() == before
        assert index.verify() == ()
        assert index.add(("x", FERRY + " Says witness 4.")).duplicate_of == 4


def test_a_backup_is_a_whole_index(path):
    copy = path.with_name("copy")
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY)])
        index.backup(copy)
        with pytest.raises(InputError, match="exists"):
            index.backup(copy)
        with Index(copy) as other:
            assert other.clusters() == index.clusters()
            assert other.verify() == ()


def test_merging_takes_in_what_is_missing(path):
    with Index(path) as one, Index(path.with_name("other")) as two:
        one.add_many([("a", DAM), ("b", FERRY)])
        two.add_many([("a", DAM), ("c", FIRE), ("d", FERRY + " Nobody was hurt.")])
        decisions = one.merge(two)
        assert [(decision.id, decision.action) for decision in decisions] == [("a", "new"), ("c", "new"), ("d", "near")]
        assert len(one) == 4
        assert one.get("c").seen_at == two.get("c").seen_at
        with pytest.raises(InputError, match="same file"):
            one.merge(one)
    third = path.with_name("third")
    with (
        Index(path) as one,
        Index(third, Config(threshold=0.9)) as other,
        pytest.raises(IncompatibleStoreError, match="only indexes made alike"),
    ):
        one.merge(other)


def test_reclustering_settled_clusters_changes_nothing(path):
    with Index(path) as index:
        index.add_many([(n, f"{text} Says witness {n}.") for n, text in enumerate([DAM, FERRY, FIRE] * 5)])
        assert index.recluster() == 0


def test_a_part_too_large_to_be_grouped_at_once_is_settled_by_reclustering(path, monkeypatch):
    documents = [Document(id=n, text=f"{DAM} Says witness {n}, who saw it.", clean=True) for n in range(12)]
    monkeypatch.setattr(graph.Graph.settle, "__kwdefaults__", {"limit": 5})
    with Index(path) as index:
        index.add_many(documents)
        monkeypatch.undo()
        index.recluster()
        found = {frozenset(cluster.members) for cluster in index.clusters()}
    assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(documents).clusters}
