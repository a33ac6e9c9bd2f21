"""Worker processes: one broken document costs one document, in its place, with its reason, and no process outlives the pool."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config import Config
from dedupe.errors import ConfigError, WorkerError
from dedupe.pages import workers
from dedupe.pages.extract import extract_body
from dedupe.pages.frames import HEADER, Answer, Limits, Task, pack, unpack
from dedupe.pages.workers import Extractors, Located
from dedupe.records import Body, Document, Skipped

PROSE = "The ferry was late on Monday because of ice on both sides of the channel, and nobody knew when it would come."
PAGE = f"<html><head><title>Ferry</title></head><body><article>{f'<p>{PROSE}</p>' * 6}</article></body></html>"
QUICK = Limits(wall_s=20.0, cpu_s=1, memory_bytes=200_000_000)


@pytest.fixture
def faulty(monkeypatch):
    monkeypatch.setattr(workers, "FUNCTION", "worker_faults:extract")


def texts(*orders):
    return [Document(id=f"{number} {order}", text=f"{order} {PROSE}") for number, order in enumerate(orders)]


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pids, within=5.0):
    end = time.monotonic() + within
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(alive, pids))


def test_workers_answer_as_this_process_does_and_in_order():
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
    config = Config(max_text_chars=2_000)
    with Extractors(config, jobs=2) as pool:
        assert list(pool.map(documents)) == [extract_body(document, config) for document in documents]


def test_what_is_skipped_already_passes_through_in_its_place():
    skipped = Skipped(id="gone", stage="read", reason="no such file")
    with Extractors(Config(), jobs=1) as pool:
        assert list(pool.map([skipped])) == [skipped]
        assert pool.pids == ()  # nothing to do, nobody started
        found = list(pool.map([Document(id="a", text=PROSE), skipped, Document(id="b", text=PROSE)]))
    assert [entry.id for entry in found] == ["a", "gone", "b"]
    assert found[1] is skipped


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("SEGV", "the worker process was ended by SIGSEGV"),
        ("KILL", "the worker process was ended by SIGKILL"),
        ("SPIN", "more than 1 s of processor time (limit cpu_s)"),
        ("EAT", "more than 200 MB of memory (limit memory_bytes)"),
        ("EXIT", "the worker process stopped with exit code 3"),
        ("RAISE", "ValueError: no such page"),
    ],
)
def test_a_document_that_breaks_its_worker_is_named_and_the_others_are_extracted(order, reason):
    documents = texts("fine", "fine", order, "fine", "fine", "fine", "fine")
    with Extractors(Config(), jobs=2, limits=QUICK) as pool:
        found = list(pool.map(documents))
    assert found[2] == Skipped(id=f"2 {order}", stage="extract", reason=reason, failed=True)
    assert [entry for at, entry in enumerate(found) if at != 2] == [
        extract_body(document, Config()) for at, document in enumerate(documents) if at != 2
    ]


@pytest.mark.usefixtures("faulty")
def test_a_document_that_sleeps_is_given_up_when_its_time_is_over():
    limits = Limits(wall_s=1.0, cpu_s=30, memory_bytes=1 << 30)
    begun = time.monotonic()
    with Extractors(Config(), jobs=1, limits=limits) as pool:
        found = list(pool.map(texts("fine", "SLEEP", "fine")))
    assert found[1] == Skipped(id="1 SLEEP", stage="extract", reason="more than 1 s (limit wall_s)", failed=True)
    assert isinstance(found[0], Body)
    assert isinstance(found[2], Body)
    assert time.monotonic() - begun < 15


@pytest.mark.usefixtures("faulty")
def test_every_document_may_break_its_worker():
    documents = texts("SEGV", "KILL", "EXIT", "fine", "KILL", "SEGV")
    with Extractors(Config(), jobs=2) as pool:
        found = list(pool.map(documents))
        assert [entry.id for entry in found] == [document.id for document in documents]
        assert [isinstance(entry, Body) for entry in found] == [False, False, False, True, False, False]
        assert isinstance(next(pool.map(texts("fine"))), Body)


@pytest.mark.usefixtures("faulty")
def test_a_slow_document_does_not_change_the_order():
    documents = texts("NAP", *["fine"] * 40, "NAP", *["fine"] * 40)
    with Extractors(Config(), jobs=2) as pool:
        assert [entry.id for entry in pool.map(documents)] == [document.id for document in documents]


@pytest.mark.usefixtures("faulty")
def test_a_worker_that_never_frees_its_memory_is_replaced_before_it_eats_the_machine():
    documents = texts(*["KEEP"] * 6)
    seen = set()
    with Extractors(Config(), jobs=1, limits=Limits(memory_bytes=150_000_000)) as pool:
        for entry in pool.map(documents):
            assert isinstance(entry, Body)
            seen.update(pool.pids)
    assert len(seen) >= 2


@pytest.mark.usefixtures("faulty")
def test_what_a_library_prints_does_not_stand_between_two_answers():
    with Extractors(Config(), jobs=1) as pool:
        assert all(isinstance(entry, Body) for entry in pool.map(texts("PRINT", "fine", "PRINT")))


def test_a_worker_killed_from_outside_is_replaced():
    documents = [Document(id=number, text=f"{PROSE} {number}") for number in range(30)]
    with Extractors(Config(), jobs=1) as pool:
        first = pool.map(documents)
        next(first)
        os.kill(pool.pids[0], signal.SIGKILL)
        rest = list(first)
    broken = [entry for entry in rest if isinstance(entry, Skipped)]
    assert [entry.id for entry in rest] == list(range(1, 30))
    assert len(broken) <= 1
    assert all("SIGKILL" in entry.reason for entry in broken)


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_no_process_is_left_when_the_run_breaks_off(error):
    pids = ()

    def broken_off():
        nonlocal pids
        with Extractors(Config(), jobs=2) as pool:
            results = pool.map(iter(texts("fine", *["SLEEP"] * 8)))
            next(results)
            pids = pool.pids
            raise error

    with pytest.raises(error):
        broken_off()
    assert len(pids) == 2
    assert gone(pids)


def test_documents_that_fail_to_come_end_the_run_with_their_own_error():
    def coming():
        yield Document(id=1, text=PROSE)
        raise OSError("the disk is gone")

    with Extractors(Config(), jobs=2) as pool:
        with pytest.raises(OSError, match="the disk is gone"):
            list(pool.map(coming()))
        assert [entry.id for entry in pool.map([Document(id=2, text=PROSE)])] == [2]


RUN = (
    "import sys, time\nfrom dedupe.pages import workers\nfrom dedupe.config import Config\n"
    "from dedupe.records import Document\nworkers.FUNCTION = 'worker_faults:extract'\n"
    "with workers.Extractors(Config(), jobs=2) as pool:\n"
    "    run = pool.map([Document(id=1, text='fine words'), *(Document(id=n, text='NAP words') for n in range(2, 90))])\n"
    "    next(run)\n    print(*pool.pids, flush=True)\n    list(run)\n"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_workers_do_not_outlive_a_run_that_is_stopped(tmp_path, number):
    script = tmp_path / "run.py"
    script.write_text(RUN)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    with run:
        pids = [int(word) for word in run.stdout.readline().split()]
        if number == signal.SIGINT:
            os.killpg(run.pid, number)  # as Ctrl-C does: the workers get it, too
        else:
            run.send_signal(number)
    assert run.returncode == -number
    assert pids
    assert gone(pids)


def test_a_generator_left_early_leaves_a_usable_pool():
    documents = [Document(id=number, text=PROSE) for number in range(300)]
    with Extractors(Config(), jobs=2) as pool:
        for entry in pool.map(documents):
            assert entry.id == 0
            break
        assert [entry.id for entry in pool.map(documents)] == list(range(300))
    assert pool.pids == ()


def test_a_pool_that_finds_out_late_that_there_are_no_more_documents_does_not_wait_for_one(monkeypatch):
    monkeypatch.setattr(workers, "AHEAD", 1)  # every answer leaves all workers idle before the end is known
    with Extractors(Config(), jobs=1) as pool:
        assert [entry.id for entry in pool.map(Document(id=number, text=PROSE) for number in range(3))] == [0, 1, 2]


def test_documents_are_taken_in_only_as_far_ahead_as_the_window():
    taken = 0

    def coming():
        nonlocal taken
        for number in range(1_500):
            taken += 1
            yield Document(id=number, text=PROSE)

    with Extractors(Config(), jobs=2) as pool:
        for given, entry in enumerate(pool.map(coming())):
            assert entry.id == given
            assert taken - given <= 2 * workers.WINDOW + 1


def test_one_pool_maps_one_thing_at_a_time():
    with Extractors(Config(), jobs=1) as pool:
        first = pool.map([Document(id=number, text=PROSE) for number in range(9)])
        next(first)
        with pytest.raises(RuntimeError, match="mapping already"):
            next(pool.map([Document(id=1, text=PROSE)]))


def test_documents_on_disk_are_read_by_the_worker(tmp_path):
    path = tmp_path / "pages.bin"
    parts = [PAGE.encode(), PROSE.encode(), PAGE.replace("Monday", "Tuesday").encode()]
    path.write_bytes(b"".join(parts))
    offsets = [0, len(parts[0]), len(parts[0]) + len(parts[1])]
    located = [
        Located(document=Document(id=at, url="https://example.com/"), path=path, offset=offset, length=len(part))
        for at, (offset, part) in enumerate(zip(offsets, parts, strict=True))
    ]
    located.append(Located(document=Document(id="rest"), path=path, offset=offsets[2]))
    config = Config()
    with Extractors(config, jobs=2) as pool:
        found = list(pool.map(located))
    expected = [Document(id=at, url="https://example.com/", content=part) for at, part in enumerate(parts)]
    expected.append(Document(id="rest", content=parts[2]))
    assert found == [extract_body(document, config) for document in expected]


def test_bytes_that_are_not_there_are_a_reason_not_an_error(tmp_path):
    path = tmp_path / "short"
    path.write_bytes(b"too short")
    with Extractors(Config(), jobs=1) as pool:
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


TEXTS = st.text(st.characters(codec=None), max_size=40)


@settings(max_examples=100)
@given(
    st.builds(
        Task, text=st.none() | TEXTS, html=st.none() | TEXTS, content=st.none() | st.binary(max_size=40), url=TEXTS
    )
)
def test_any_task_comes_through_a_frame_as_it_was(task):
    frame = pack(task)
    length, kind = HEADER.unpack(frame[: HEADER.size])
    assert length == len(frame) - HEADER.size
    assert unpack(frame[HEADER.size :], kind, Task) == task


@given(TEXTS, TEXTS)
def test_any_body_comes_through_a_frame_as_it_was(text, title):
    body = extract_body(Document(id=0, text=f"By AFP\n19 Jan 2022\n{PROSE}\n{text}", title=title), Config())
    frame = pack(Answer(body=body))
    assert unpack(frame[HEADER.size :], frame[HEADER.size - 1], Answer).body == body
