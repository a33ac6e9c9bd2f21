"""Documents that break their worker: each costs itself alone, in its place, with its reason."""

import time

import pytest

from dedupe.config import Config
from dedupe.pages import workers
from dedupe.pages.extract import extract_body
from dedupe.pages.frames import Limits
from dedupe.pages.workers import Extractors
from dedupe.records import Body, Skipped
from worked import obeying

QUICK = Limits(wall_s=20.0, cpu_s=1, memory_bytes=80_000_000)


def faulty(**how):
    """A pool whose workers obey their documents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "FUNCTION", "worker_faults:extract")
        return Extractors(Config(), **how)


@pytest.fixture(scope="module")
def pool():
    """One pool for all tests: whatever broke its workers, the next test finds it usable."""
    with faulty(jobs=2, limits=QUICK) as shared:
        yield shared


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("SEGV", "the worker process was ended by SIGSEGV"),
        ("KILL", "the worker process was ended by SIGKILL"),
        ("SPIN", "more than 1 s of processor time (limit cpu_s)"),
        ("EAT", "more than 80 MB of memory (limit memory_bytes)"),
        ("EXIT", "the worker process stopped with exit code 3"),
        ("RAISE", "ValueError: no such page"),
    ],
)
def test_a_document_that_breaks_its_worker_is_named_and_the_others_are_extracted(pool, order, reason):
    documents = obeying("fine", "fine", order, "fine", "fine", "fine", "fine")
    found = list(pool.map(documents))
    assert found[2] == Skipped(id=f"2 {order}", stage="extract", reason=reason, failed=True)
    assert [entry for at, entry in enumerate(found) if at != 2] == [
        extract_body(document, Config()) for at, document in enumerate(documents) if at != 2
    ]


def test_a_document_that_sleeps_is_given_up_when_its_time_is_over():
    limits = Limits(wall_s=1.0, cpu_s=30, memory_bytes=1 << 30)
    begun = time.monotonic()
    with faulty(jobs=1, limits=limits) as pool:
        found = list(pool.map(obeying("fine", "SLEEP", "fine")))
    assert found[1] == Skipped(id="1 SLEEP", stage="extract", reason="more than 1 s (limit wall_s)", failed=True)
    assert isinstance(found[0], Body)
    assert isinstance(found[2], Body)
    assert time.monotonic() - begun < 15


def test_every_document_may_break_its_worker(pool):
    documents = obeying("SEGV", "KILL", "EXIT", "fine", "KILL", "SEGV")
    found = list(pool.map(documents))
    assert [entry.id for entry in found] == [document.id for document in documents]
    assert [isinstance(entry, Body) for entry in found] == [False, False, False, True, False, False]
    assert isinstance(next(pool.map(obeying("fine"))), Body)


def test_a_slow_document_does_not_change_the_order(pool):
    documents = obeying("NAP", *["fine"] * 40, "NAP", *["fine"] * 40)
    assert [entry.id for entry in pool.map(documents)] == [document.id for document in documents]


def test_what_a_library_prints_does_not_stand_between_two_answers(pool):
    assert all(isinstance(entry, Body) for entry in pool.map(obeying("PRINT", "fine", "PRINT")))


def test_a_worker_that_never_frees_its_memory_is_replaced_before_it_eats_the_machine():
    documents = obeying(*["KEEP"] * 6)
    seen = set()
    with faulty(jobs=1, limits=Limits(memory_bytes=75_000_000)) as pool:
        for entry in pool.map(documents):
            assert isinstance(entry, Body)
            seen.update(pool.pids)
    assert len(seen) >= 2
