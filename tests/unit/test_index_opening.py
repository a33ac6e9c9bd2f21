"""Opening an index: what is refused, and what several processes and threads may do with one file."""

import asyncio
import contextlib
import datetime as dt
import gc
import os
import sqlite3
import time
import warnings
from contextlib import closing

import pytest

from dedupe import (
    BusyStoreError,
    Config,
    ConfigError,
    CorruptStoreError,
    IncompatibleStoreError,
    Index,
    InputError,
    StoreError,
)
from dedupe.engine.index import guards, store
from stories import DAM, FERRY, FIRE


def test_other_parameters_are_refused_with_both_fingerprints_shown(path):
    with Index(path) as index:
        made = index.stats().parameters
    with pytest.raises(
        IncompatibleStoreError, match=rf"made with parameters {made}, asked for [0-9a-f]{{16}} \(threshold 0.8"
    ):
        Index(path, Config(threshold=0.9))
    with Index(path, Config()) as index:
        assert index.config == Config()


@pytest.mark.parametrize("content", ["what somebody wrote down and would not like to lose", "short"])
def test_nothing_is_put_beside_a_file_that_is_no_index(path, content):
    path.write_text(content)
    with pytest.raises(CorruptStoreError, match="does not begin as an index does"):
        Index(path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("length", [252, 300])
def test_a_name_too_long_for_a_file_is_refused(tmp_path, length):
    with pytest.raises(StoreError, match="cannot be opened for writing: File name too long"):
        Index(tmp_path / ("x" * length))
    with pytest.raises(InputError, match="there is no index at"):
        Index(tmp_path / ("x" * length), must_exist=True)


def test_a_folder_is_no_index(path):
    path.mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        Index(path)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def fail(*_):
    raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize("fails", [(guards.WriteLock, "acquire"), (store, "Cover")], ids=["the lock", "the sums"])
def test_what_fails_to_open_keeps_no_connection(path, monkeypatch, fails):
    Index(path).close()
    made = []
    connect = sqlite3.connect
    monkeypatch.setattr(store.sqlite3, "connect", lambda *given, **how: made.append(connect(*given, **how)) or made[-1])
    with monkeypatch.context() as broken:
        broken.setattr(*fails, fail)
        with pytest.raises(StoreError, match="disk I/O error"):
            Index(path)
    (connection,) = made
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    Index(path, busy_timeout_s=0.2).close()


def test_a_file_that_could_not_be_opened_is_free_for_its_backup(path, tmp_path):
    with Index(path) as index:
        index.add(("a", DAM))
        index.backup(tmp_path / "backup")
    content = bytearray(path.read_bytes())
    content[16:100] = bytes(84)
    path.write_bytes(content)
    with contextlib.suppress(CorruptStoreError):
        Index(path)
    gc.collect()
    path.write_bytes((tmp_path / "backup").read_bytes())
    with Index(path, busy_timeout_s=0.2) as index:
        assert index.get("a") is not None


def test_the_file_of_another_program_is_left_as_it_is(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (said TEXT)")
    before = path.read_bytes()
    for must_exist in (True, False):
        with pytest.raises(IncompatibleStoreError, match="no index"):
            Index(path, must_exist=must_exist)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_empty_file_is_no_index_where_one_is_asked_for(path):
    path.touch()
    with pytest.raises(CorruptStoreError, match="empty"):
        Index(path, must_exist=True)
    assert [(each.name, each.stat().st_size) for each in path.parent.iterdir()] == [(path.name, 0)]


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
    with pytest.raises(IncompatibleStoreError, match="layout 99, this version reads layout 4"):
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
            patch.setattr("dedupe.engine.index.shelf.write_contents", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                index.add_many([("b", FERRY), ("c", FIRE)])
        assert len(index) == 1
        assert index.add(("c", FERRY)).action == "new"
        assert index.verify() == ()


def test_the_log_stays_short_while_many_are_added(path, monkeypatch):
    monkeypatch.setattr(store, "CHECKPOINT_BYTES", 1 << 18)
    monkeypatch.setattr(store, "CHECKPOINT_CHANGES", 100)
    log = path.with_name(path.name + "-wal")
    sizes = []
    with Index(path) as index:
        for begin in range(0, 600, 50):
            index.add_many([(n, " ".join(f"word{n}x{m}" for m in range(60))) for n in range(begin, begin + 50)])
            sizes.append(log.stat().st_size)
        assert path.stat().st_size > 1 << 18
    assert max(sizes[4:]) < 1 << 20


def test_a_reader_does_not_make_a_writer_wait_for_the_log(path, monkeypatch):
    monkeypatch.setattr(store, "CHECKPOINT_BYTES", 1)
    monkeypatch.setattr(store, "CHECKPOINT_CHANGES", 1)
    with Index(path) as index, Index(path) as other:
        index.add(("a", DAM))
        with other._opened.reading() as (shelf, _):
            begin = time.monotonic()
            index.add_many([("b", FERRY), ("c", FIRE)])
            assert time.monotonic() - begin < 5
            assert shelf.row(1).alive
        assert len(other) == 3
