"""A pool of worker processes: it answers as this process does, in order, and takes in no more than it needs."""

import os
import signal

import pytest

from dedupe.config import Config
from dedupe.errors import ConfigError, WorkerError
from dedupe.pages import workers
from dedupe.pages.accounts import Located
from dedupe.pages.extract import extract_body
from dedupe.pages.frames import Limits
from dedupe.pages.workers import Extractors
from dedupe.records import Document, Skipped
from worked import PAGE, PROSE

CONFIG = Config(max_text_chars=2_000)


@pytest.fixture(scope="module")
def pool():
    """One pool for all tests: whatever a run was, the next finds it usable."""
    with Extractors(CONFIG, jobs=2) as shared:
        yield shared


def test_workers_answer_as_this_process_does_and_in_order(pool):
    documents = [
        *(Document(id=number, text=f"{PROSE} {number}" * (number % 7)) for number in range(60)),
        Document(id=2**80, html=PAGE, url="https://example.com/ferry"),
        Document(id="bytes", html=PAGE.encode("utf-16"), charset="utf-16"),
        Document(id="unknown", content=PAGE.encode(), title="A \ud83d title", source="\udc80"),
        Document(id="sur\ud800rogate", text=f"{PROSE} \ud800 {PROSE}", published="2022-01-19T10:00:00+03:00"),
        Document(id="binary", content=b"\x00\x01\x02" * 100),
        Document(id="nothing"),
        Document(id="clean", text=PROSE, clean=True),
    ]
    assert list(pool.map(documents)) == [extract_body(document, CONFIG) for document in documents]


def test_what_is_skipped_already_passes_through_in_its_place():
    skipped = Skipped(id="gone", stage="read", reason="no such file")
    with Extractors(Config(), jobs=1) as pool:
        assert list(pool.map([skipped])) == [skipped]
        assert pool.pids == ()  # nothing to do, nobody started
        found = list(pool.map([Document(id="a", text=PROSE), skipped, Document(id="b", text=PROSE)]))
    assert [entry.id for entry in found] == ["a", "gone", "b"]
    assert found[1] is skipped
    assert pool.pids == ()


def test_a_worker_killed_from_outside_is_replaced(pool):
    documents = [Document(id=number, text=f"{PROSE} {number}") for number in range(30)]
    first = pool.map(documents)
    next(first)
    os.kill(pool.pids[0], signal.SIGKILL)
    rest = list(first)
    broken = [entry for entry in rest if isinstance(entry, Skipped)]
    assert [entry.id for entry in rest] == list(range(1, 30))
    assert len(broken) <= 1
    assert all("SIGKILL" in entry.reason for entry in broken)


def test_documents_that_fail_to_come_end_the_run_with_their_own_error(pool):
    def coming():
        yield Document(id=1, text=PROSE)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(pool.map(coming()))
    assert [entry.id for entry in pool.map([Document(id=2, text=PROSE)])] == [2]


def test_a_generator_left_early_leaves_a_usable_pool(pool):
    documents = [Document(id=number, text=PROSE) for number in range(300)]
    for entry in pool.map(documents):
        assert entry.id == 0
        break
    assert [entry.id for entry in pool.map(documents)] == list(range(300))


def test_a_pool_that_finds_out_late_that_there_are_no_more_documents_does_not_wait_for_one(monkeypatch):
    monkeypatch.setattr(workers, "AHEAD", 1)  # every answer leaves all workers idle before the end is known
    with Extractors(Config(), jobs=1) as pool:
        assert [entry.id for entry in pool.map(Document(id=number, text=PROSE) for number in range(3))] == [0, 1, 2]


def test_documents_are_taken_in_only_as_far_ahead_as_the_window(pool):
    taken = 0

    def coming():
        nonlocal taken
        for number in range(500):
            taken += 1
            yield Document(id=number, text=PROSE)

    for given, entry in enumerate(pool.map(coming())):
        assert entry.id == given
        assert taken - given <= 2 * workers.WINDOW + 1


def test_one_pool_maps_one_thing_at_a_time(pool):
    first = pool.map([Document(id=number, text=PROSE) for number in range(9)])
    next(first)
    with pytest.raises(RuntimeError, match="mapping already"):
        next(pool.map([Document(id=1, text=PROSE)]))


def test_documents_on_disk_are_read_by_the_worker(pool, tmp_path):
    path = tmp_path / "pages.bin"
    parts = [PAGE.encode(), PROSE.encode(), PAGE.replace("Monday", "Tuesday").encode()]
    path.write_bytes(b"".join(parts))
    offsets = [0, len(parts[0]), len(parts[0]) + len(parts[1])]
    located = [
        Located(document=Document(id=at, url="https://example.com/"), path=path, offset=offset, length=len(part))
        for at, (offset, part) in enumerate(zip(offsets, parts, strict=True))
    ]
    located.append(Located(document=Document(id="rest"), path=path, offset=offsets[2]))
    found = list(pool.map(located))
    expected = [Document(id=at, url="https://example.com/", content=part) for at, part in enumerate(parts)]
    expected.append(Document(id="rest", content=parts[2]))
    assert found == [extract_body(document, CONFIG) for document in expected]


def test_bytes_that_are_not_there_are_a_reason_not_an_error(pool, tmp_path):
    path = tmp_path / "short"
    path.write_bytes(b"too short")
    missing, short = pool.map(
        [
            Located(document=Document(id="missing"), path=tmp_path / "none"),
            Located(document=Document(id="short"), path=path, offset=4, length=10),
        ]
    )
    assert (missing.id, missing.stage, missing.failed) == ("missing", "read", True)
    assert missing.reason == "cannot be read: No such file or directory"
    assert short.reason == "the file ends after 5 of 10 bytes at offset 4"


def test_workers_that_cannot_start_are_an_error_that_says_why(monkeypatch):
    monkeypatch.setattr(workers, "FUNCTION", "no_such_module_at_all:extract")
    with Extractors(Config(), jobs=2) as pool, pytest.raises(WorkerError, match="no_such_module_at_all"):
        list(pool.map([Document(id=1, text=PROSE)]))


@pytest.mark.parametrize(
    "wrong",
    [{"jobs": 0}, {"limits": Limits(wall_s=0)}, {"limits": Limits(cpu_s=-1)}, {"limits": Limits(memory_bytes=0)}],
)
def test_limits_and_jobs_are_checked_before_anything_starts(wrong):
    with pytest.raises(ConfigError, match=r"positive|1 or more"):
        Extractors(Config(), **wrong)
