"""An index, one document at a time: what it answers, and what it does with ids, copies, versions and age."""

import asyncio
import datetime as dt
import os
import sqlite3
import warnings

import pytest

import dedupe
from dedupe import BusyStoreError, Config, ConfigError, Document, IncompatibleStoreError, Index, InputError, StoreError
from dedupe.engine.index import graph, guards, opened

DAM = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."
FERRY = "The ferry was turned back on Monday after its pilot reported thick ice on both sides of the channel."
FIRE = "Firefighters needed six hours to put out the blaze in the old sugar mill, where nobody had worked for years."


@pytest.fixture
def path(tmp_path):
    """A place for an index."""
    return tmp_path / "news.dedupe"


def test_a_text_that_nothing_resembles_is_new(path):
    with Index(path) as index:
        decision = index.add(("a", DAM))
    assert (decision.action, decision.duplicate_of, decision.relation) == ("new", None, "none")
    assert len(decision.cluster) == 16


@pytest.mark.parametrize(
    ("text", "action", "relation"),
    [
        (DAM, "exact", "identical"),
        (DAM.upper(), "exact", "identical"),
        (DAM + " Schools stay closed.", "near", "near_identical"),
        (FERRY, "new", "none"),
        ("Too short.", "too_short", "none"),
        ("", "too_short", "none"),
    ],
)
def test_what_a_second_text_is_called(path, text, action, relation):
    with Index(path) as index:
        index.add(("a", DAM))
        decision = index.add(("b", text))
    assert (decision.action, decision.relation) == (action, relation)
    assert decision.duplicate_of == ("a" if action in {"exact", "near"} else None)


def test_a_round_up_contains_its_parts_and_a_part_is_contained(path):
    other = " ".join(
        f"Ship {number} carries {number * 7} crates of fruit to port {number % 5}." for number in range(20)
    )
    both = f"{other}\n{FERRY}\n{FIRE}"
    with Index(path) as index:
        index.add(Document(id="digest", text=both, clean=True))
        assert index.add(Document(id="part", text=FERRY, clean=True)).action == "contained"
    with Index(path.with_name("other")) as index:
        index.add(Document(id="part", text=FERRY, clean=True))
        decision = index.add(Document(id="digest", text=both, clean=True))
        assert (decision.action, decision.duplicate_of) == ("contains", "part")


def test_a_round_up_does_not_weld_what_it_carries(path):
    with Index(path) as index:
        for name, text in (("dam", DAM), ("ferry", FERRY), ("fire", FIRE)):
            index.add(Document(id=name, text=text, clean=True))
        index.add(Document(id="digest", text=f"{DAM}\n{FERRY}\n{FIRE}", clean=True))
        assert len({index.get(name).cluster for name in ("dam", "ferry", "fire", "digest")}) == 4


def test_a_later_version_of_a_page_is_a_revision(path):
    with Index(path) as index:
        index.add(Document(id=1, text=DAM, url="https://example.org/dam"))
        decision = index.add(Document(id=2, text=DAM + " Schools stay closed.", url="https://example.org/dam"))
    assert (decision.action, decision.editorial, decision.duplicate_of) == ("revision", "revision", 1)


def test_a_retry_gets_the_same_answer(path):
    with Index(path) as index:
        index.add(("a", DAM))
        first = index.add(("b", DAM + " Schools stay closed."))
        assert index.add(("b", DAM + " Schools stay closed.")) == first
        assert index.get("b") == first
    with Index(path) as index:
        assert index.add(("b", DAM + " Schools stay closed.")) == first
        assert len(index) == 2


def test_other_words_under_an_id_take_its_place(path):
    with Index(path) as index:
        index.add(("a", DAM))
        decision = index.add(("a", DAM + " Schools stay closed."))
        assert (decision.action, decision.duplicate_of, len(index)) == ("revision", "a", 1)
        decision = index.add(("a", FERRY))
        assert (decision.action, len(index)) == ("new", 1)
        assert index.body("a").text == FERRY
        assert index.add(("b", DAM)).action == "new"


def test_checking_stores_nothing_and_committing_does(path):
    with Index(path) as index:
        checked = index.check(("a", DAM))
        assert (checked.action, checked.cluster, len(index)) == ("new", "", 0)
        assert index.commit(checked).action == "new"
        assert len(index) == 1
        with pytest.raises(InputError, match="not among the last"):
            index.commit(checked)


def test_what_came_between_check_and_commit_counts(path):
    with Index(path) as index:
        checked = index.check(("a", DAM))
        index.add(("b", DAM))
        assert index.commit(checked).duplicate_of == "b"


def test_what_is_forgotten_is_new_again_and_its_copies_stand_for_it(path):
    with Index(path) as index:
        first = index.add(("a", DAM))
        assert index.forget("a")
        assert not index.forget("a")
        assert index.get("a") is None
        again = index.add(("a", DAM))
        assert (again.action, again.cluster) == ("new", first.cluster)
        index.add(("b", DAM))
        index.forget("a")
        decision = index.add(("c", DAM + " Schools stay closed."))
        assert (decision.action, decision.duplicate_of) == ("near", "b")
        assert decision.cluster == index.get("b").cluster


def test_forgetting_the_middle_parts_what_only_it_held_together(path):
    words = [f"{name} {verb} {thing}." for name in ("Anna", "Boris", "Clara", "David") for verb in ("saw", "sold", "sent")
             for thing in ("the red boat", "two old houses", "a box of letters")]  # fmt: skip
    parts = [" ".join(words[:30]), " ".join(words[3:33]), " ".join(words[6:36])]
    with Index(path) as index:
        for number, text in enumerate(parts):
            index.add(Document(id=number, text=text, clean=True))
        index.forget(1)
        found = {frozenset(cluster.members) for cluster in index.clusters()}
    documents = [Document(id=n, text=parts[n], clean=True) for n in (0, 2)]
    assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(documents).clusters}


def test_two_new_texts_that_match_different_old_ones_stay_apart(path):
    with Index(path) as index:
        index.add(("dam", DAM))
        index.add(("ferry", FERRY))
        copies = [
            index.add(("dam2", DAM + " Schools stay closed.")),
            index.add(("ferry2", FERRY + " Nobody was hurt.")),
        ]
        assert [copy.duplicate_of for copy in copies] == ["dam", "ferry"]
        assert copies[0].cluster != copies[1].cluster


@pytest.mark.parametrize("document_id", ["", "a\nb", "\udc80", "日本", 2**63, -1, 0, "1", 1])
def test_ids_come_out_as_they_went_in(path, document_id):
    with Index(path) as index:
        index.add(Document(id=document_id, text=DAM))
        assert index.add(("copy", DAM)).duplicate_of == document_id
    with Index(path) as index:
        assert index.get(document_id).id == document_id
        assert type(index.get(document_id).id) is type(document_id)


def test_a_number_and_its_digits_are_two_ids(path):
    with Index(path) as index:
        index.add(Document(id=1, text=DAM))
        assert index.get("1") is None
        assert "1" not in index
        assert 1 in index


def test_surrogates_in_what_stands_beside_the_text_do_no_harm(path):
    with Index(path) as index:
        decision = index.add(
            Document(id="a", text=DAM, url="http://x/\udc80", title="A \udcff headline", source="\ud800")
        )
        assert decision.action == "new"
        assert index.add(Document(id="a", text=DAM, url="http://x/\udc80", title="A \udcff headline")) == decision


def test_a_document_without_an_id_is_refused(path):
    with Index(path) as index, pytest.raises(InputError, match="needs an id"):
        index.add(DAM)


def test_many_at_once_are_answered_like_one_after_the_other(path):
    documents = [(n, text + extra) for n, (text, extra) in enumerate(
        [(DAM, ""), (FERRY, ""), (DAM, " Schools stay closed."), (DAM, ""), ("short", ""), (FIRE, " " + FERRY), (FERRY, "")]
    )]  # fmt: skip
    with Index(path) as one, Index(path.with_name("many")) as many:
        answers = [one.add(document) for document in documents]
        for a, b in zip(answers, many.add_many(iter(documents)), strict=True):
            assert (a.id, a.action, a.duplicate_of, a.cluster) == (b.id, b.action, b.duplicate_of, b.cluster)


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


def test_a_query_finds_the_nearest_first(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", FERRY), ("c", DAM + " Schools stay closed until the end of the week, too.")])
        assert [pair.b for pair in index.query(DAM)] == ["a", "c"]
        assert [pair.b for pair in index.query(DAM, top=1)] == ["a"]
        assert index.query(FIRE) == ()
        with pytest.raises(InputError, match="cannot be compared"):
            index.query(" ")


def test_passages_are_there_on_demand(path):
    with Index(path) as index:
        new = index.add(("a", DAM))
        near = index.add(("b", DAM + " Schools stay closed."))
        assert index.passages(new) == ()
        (passage,) = index.passages(near)
        assert passage.quote == DAM.rstrip(".")
        assert index.compare("b", "a").coverage == near.coverage
        with pytest.raises(InputError, match="no document has the id"):
            index.compare("a", "nobody")


def test_an_address_is_remembered(path):
    with Index(path) as index:
        index.add(Document(id="a", text=DAM, url="https://example.org/dam"))
        index.add(Document(id="b", text=DAM, url="https://example.com/copy"))
        assert index.seen_url("https://example.org/dam") == "a"
        assert index.seen_url("https://example.com/copy") in {"a", "b"}
        assert index.seen_url("https://example.org/other") is None
        index.forget("a")
        assert index.seen_url("https://example.org/dam") == "b"


def test_other_parameters_are_refused_with_both_fingerprints_shown(path):
    with Index(path) as index:
        made = index.stats().parameters
    with pytest.raises(
        IncompatibleStoreError, match=rf"made with parameters {made}, asked for [0-9a-f]{{16}} \(threshold 0.8"
    ):
        Index(path, Config(threshold=0.9))
    with Index(path, Config()) as index:
        assert index.config == Config()


def test_a_secret_seed_is_asked_for_and_never_stored(path):
    with Index(path, secret_seed=3_405_691_582) as index:
        index.add(("a", DAM))
    assert (3_405_691_582).to_bytes(4, "little") not in path.read_bytes()
    assert (3_405_691_582).to_bytes(4, "big") not in path.read_bytes()
    for wrong in (None, 1):
        with pytest.raises(IncompatibleStoreError, match="secret seed"):
            Index(path, secret_seed=wrong)
    with Index(path, secret_seed=3_405_691_582) as index:
        assert index.add(("b", DAM + " Schools stay closed.")).action == "near"


@pytest.mark.parametrize(
    "options",
    [
        {"ttl": dt.timedelta(0)},
        {"ttl_from": "born"},
        {"secret_seed": -1},
        {"max_comparisons": 0},
        {"durability": "some"},
    ],
)
def test_options_out_of_range_are_refused(path, options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        Index(path, **options)


def test_another_database_or_another_file_is_refused(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(IncompatibleStoreError, match="no index"):
        Index(path)
    text = path.with_name("text")
    text.write_text("This is no database, but some words. " * 100)
    with pytest.raises(StoreError, match="text"):
        Index(text)
    with pytest.raises(InputError, match="no index at"):
        Index(path.with_name("nowhere"), must_exist=True)


def test_an_index_of_another_layout_is_refused(path):
    Index(path).close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(IncompatibleStoreError, match="layout 99, this version reads layout 1"):
        Index(path)


def test_a_closed_index_says_so(path):
    index = Index(path)
    index.close()
    index.close()
    with pytest.raises(StoreError, match="closed"):
        index.add(("a", DAM))


def test_network_file_systems_are_known_by_the_table_of_mounts(tmp_path):
    mounts = f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\nnone {tmp_path}/local tmpfs rw 0 0\n"
    assert guards.file_system_of(tmp_path / "a", mounts) == "nfs4"
    assert guards.file_system_of(tmp_path / "local" / "a", mounts) == "tmpfs"
    assert guards.file_system_of(tmp_path.parent / "other", mounts) == "ext4"
    assert guards.file_system_of(tmp_path, "") == ""


def test_a_network_file_system_is_refused_unless_told_otherwise(path, monkeypatch, tmp_path):
    table = tmp_path / "mounts"
    table.write_text(f"server:/x {path.parent} nfs rw 0 0\n")
    monkeypatch.setattr(guards, "_MOUNTS", table)
    with pytest.raises(StoreError, match="network file system"):
        Index(path)
    Index(path, allow_network=True).close()


def test_nothing_is_kept_of_the_words_without_bodies(path):
    with Index(path, keep_bodies=False) as index:
        first = index.add(("a", DAM))
        near = index.add(("b", DAM + " Schools stay closed."))
        assert (first.action, near.action, near.duplicate_of) == ("new", "near", "a")
        assert index.add(("c", DAM)).action == "exact"
        assert index.body("a").text == ""
        assert index.verify() == ()


def test_the_budget_of_comparisons_is_kept_and_reported(path):
    with Index(path, max_comparisons=2) as index:
        index.add_many([(n, DAM + f" Number {n} says so, and nobody else does.") for n in range(6)])
        decision = index.add(("last", DAM))
        assert decision.action == "near"
        assert decision.unverified == 4
        assert "4 less alike candidates" in decision.reason
        assert index.stats().unverified > 0


def test_an_event_loop_can_ask_without_waiting(path):
    async def crawl():
        with Index(path) as index:
            answers = await asyncio.gather(*(index.add_async((n, DAM)) for n in range(8)))
            assert [answer.action for answer in answers] == ["new"] + ["exact"] * 7
            assert [answer.action for answer in await index.add_many_async([("x", FERRY)])] == ["new"]
            checked = await index.check_async(("y", FERRY))
            assert (await index.commit_async(checked)).duplicate_of == "x"
            assert await index.get_async("y") == index.get("y")
            assert await index.forget_async("y")
            assert [pair.b for pair in await index.query_async(FERRY, top=1)] == ["x"]

    asyncio.run(crawl())
    with Index(path) as index:
        assert len(index) == 9


def test_a_fork_may_not_use_what_its_parent_opened(path):
    with Index(path) as index:
        index.add(("a", DAM))
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            try:
                index.add(("b", FERRY))
                said = "nothing was refused"
            except StoreError as error:
                said = str(error)
            index.close()
            os.write(writer, said.encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert "open the index again in the new process" in os.read(reader, 4096).decode()
        assert index.add(("b", FERRY)).action == "new"


def test_a_busy_index_names_who_holds_it(path):
    with Index(path) as first, Index(path, busy_timeout_s=0.05) as second:
        with first._opened.writing():
            with pytest.raises(BusyStoreError, match=f"by process {os.getpid()} and was not free for 0"):
                second.add(("a", DAM))
            assert second.check(("a", DAM)).action == "new"  # readers never wait
        assert second.add(("a", DAM)).action == "new"


def test_two_connections_see_what_the_other_one_added(path):
    with Index(path) as one, Index(path) as two:
        assert one.add(("a", DAM)).action == "new"
        assert two.add(("b", DAM)).duplicate_of == "a"
        assert one.add(("c", DAM)).action == "exact"
        two.forget("a")
        two.forget("c")
        assert one.add(("d", DAM + " Schools stay closed.")).duplicate_of == "b"


def test_what_failed_on_the_way_left_nothing_behind(path, monkeypatch):
    with Index(path) as index:
        index.add(("a", DAM))
        with monkeypatch.context() as patch:
            patch.setattr("dedupe.engine.index.adding.write_contents", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add_many([("b", FERRY), ("c", FIRE)])
        assert len(index) == 1
        assert index.add(("c", FERRY)).action == "new"
        assert index.verify() == ()


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


def test_a_round_up_is_told_anew_when_the_last_copy_of_a_text_goes(path):
    digest = f"{DAM}\n{FERRY}\n{FIRE}"
    with Index(path) as index:
        for name, text in (("a", DAM), ("b", DAM), ("digest", digest), ("c", FERRY)):
            index.add(Document(id=name, text=text, clean=True))
        index.forget("a")
        index.forget("b")
        found = {frozenset(cluster.members) for cluster in index.clusters()}
    left = [Document(id="digest", text=digest, clean=True), Document(id="c", text=FERRY, clean=True)]
    assert found == {frozenset(cluster.members) for cluster in dedupe.cluster(left).clusters}


@pytest.mark.parametrize(
    "document", [{"text": DAM, "url": "https://one.example/"}, DAM, {"url": "https://two.example/"}]
)
def test_a_document_without_an_id_is_refused_and_takes_nobodys_place(tmp_path, document):
    with Index(tmp_path / "news.dedupe") as index:
        with pytest.raises(InputError, match="needs an id of its own"):
            index.add(document)
        assert len(index) == 0
