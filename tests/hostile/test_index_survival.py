"""What an index survives: processes killed at any instant, crowds, damaged files, full disks, folders it may not write to."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import dedupe
from dedupe import Index, StoreError

HERE = Path(__file__).parent
SOURCE = Path(dedupe.__file__).parents[1]
TEXT = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."


def run(script, *arguments, fails=False):
    """Run one of the scripts beside this file; return what it reports."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, HERE / script, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    assert bool(done.returncode) is fails, done.stdout
    return json.loads(done.stdout)


def test_nothing_answered_is_lost_by_a_kill():
    report = run("index_kills.py", "--kills", "16")
    assert report["wrong"] == []
    assert report["answered"] > 50


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_nothing_answered_is_lost_by_a_thousand_kills():
    report = run("index_kills.py", "--kills", "1000", "--seed", "2")
    assert report["wrong"] == []
    assert min(report["points"].values()) > 0


def test_processes_that_race_get_one_new_for_each_text():
    assert run("index_race.py", "--ids", "50") == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_four_processes_race_for_two_thousand_ids():
    assert run("index_race.py", "--ids", "2000") == {}


def test_without_the_lock_the_race_is_lost():
    assert run("index_race.py", "--ids", "40", "--without-lock", fails=True)


def test_damage_is_refused_and_named():
    counts = ("--flips", "30", "--zeroed", "10", "--truncated", "10", "--swapped", "10", "--sums", "10")
    for told in run("index_damage.py", *counts).values():
        assert list(told.values()) == [told["damaged"]] * 2, told


def test_every_damage_to_the_definitions_is_named():
    assert run("index_damage.py", "--first-page")["first page"]["named"] > 1_000


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_thousands_of_damages_are_refused_and_named():
    counts = ("--flips", "1000", "--zeroed", "300", "--truncated", "300", "--swapped", "300", "--sums", "300")
    for told in run("index_damage.py", *counts).values():
        assert list(told.values()) == [told["damaged"]] * 2, told


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("more", [(), ("--foreign",)])
def test_nothing_is_named_after_kills_of_processes_that_share_an_index(more):
    assert run("index_sums.py", "--kills", "8", *more)["wrong"] == []


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("more", [(), ("--foreign",)])
def test_nothing_is_named_after_hundreds_of_kills_of_processes_that_share_an_index(more):
    report = run("index_sums.py", "--kills", "300", "--seed", "2", *more)
    assert report["wrong"] == []
    assert min(report["points"].values()) > 0


def test_a_full_disk_costs_the_document_and_nothing_else(tmp_path):
    """A limit on the size of files stands for the disk; SQLite meets both in the same call."""
    path = tmp_path / "news.dedupe"
    kept = []
    with Index(path) as index:
        kept.append(index.add(("first", TEXT)))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = path.with_name("news.dedupe-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60_000, hard))
        try:
            with pytest.raises(StoreError, match="nothing of this transaction was stored"):
                kept.extend(index.add((n, f"{TEXT} So says witness {n}, who was there.")) for n in range(100))
            assert index.get("first").action == "new"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(index) == len(kept)
        assert index.add(("after", TEXT)).action == "exact"
    with Index(path) as index:
        assert index.verify() == ()
        assert [index.get(decision.id).action for decision in kept] == [decision.action for decision in kept]


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    if os.geteuid() == 0:
        folder = Path("/proc")  # not even root may write there
    else:
        folder = tmp_path
        folder.chmod(0o500)
    with pytest.raises(StoreError, match=r"news\.dedupe cannot be opened"):
        Index(folder / "news.dedupe")


def test_the_file_holds_nothing_that_runs(tmp_path):
    path = tmp_path / "news.dedupe"
    with Index(path) as index:
        index.add(("first", TEXT))
    content = path.read_bytes()
    for mark in (b"TRIGGER", b"CREATE VIEW", b"c__builtin__", b"cposix", b"\x80\x04\x95"):
        assert mark not in content
