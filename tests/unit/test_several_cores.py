"""Runs on several cores: the same answer, and no hang whatever happens to a worker."""

import dataclasses
import os
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import dedupe
from dedupe.cli.app import app
from dedupe.config import Config
from dedupe.engine import requests, workers
from dedupe.engine.requests import Holding
from dedupe.errors import ConfigError, WorkerError
from dedupe.records import Skipped
from stories import corpus


@pytest.fixture(scope="module")
def documents():
    return corpus(30)


@pytest.fixture(scope="module")
def expected(documents):
    return dedupe.cluster(documents)


def test_bodies_and_pages_in_any_mixture_come_out_alike_on_two_cores(documents):
    mixed = [
        dataclasses.replace(each, text=None, html=f"<p>{each.text}</p>") if number % 3 else each
        for number, each in enumerate(documents[:12])
    ]
    mixed.insert(5, Skipped(id="gone", stage="read", reason="could not be opened", failed=True))
    config = Config.preset("corpus")
    assert dedupe.cluster(mixed, config=config, jobs=2) == dedupe.cluster(mixed, config=config)


@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.just(1)), max_size=4), max_size=8))
def test_both_sides_of_a_pipe_hold_the_same_documents(blocks):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "CACHED_MATERIALS", 3)
        here, there = Holding(), Holding()
        for block in blocks:
            missing = here.missing(block)
            assert there.missing(block) == missing
            for position in missing:
                here.put(position, None)
                there.put(position, position)
            assert all(there[position] == position for pair in block for position in pair[:2])
            assert len(there._items) <= max(3, len({position for pair in block for position in pair[:2]}))


def test_documents_that_cannot_be_sent_are_compared_here(expected, documents):
    odd = [dataclasses.replace(each, id=f"\udcff{each.id}") for each in documents]
    result = dedupe.cluster(odd, jobs=2)
    assert [len(each.members) for each in result.clusters] == [len(each.members) for each in expected.clusters]


def test_a_worker_that_is_killed_is_an_error_and_no_hang():
    worker = workers.Worker(requests.encode(Config()))
    os.kill(worker._process.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="ended early"):
        worker.ask(requests.encode(requests.CompareRequest([], [], forget=True)))
    worker.close()


@pytest.mark.parametrize("jobs", [0, -1])
def test_less_than_one_core_is_refused(jobs):
    with pytest.raises(ConfigError, match="at least 1"):
        dedupe.cluster([], jobs=jobs)


def test_scan_on_two_cores_prints_the_same_bytes(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"".join(requests_line(document) for document in corpus(12)))
    one, two = (CliRunner().invoke(app, ["scan", str(path), "-f", "jsonl", "--jobs", jobs]) for jobs in ("1", "2"))
    assert one.exit_code == two.exit_code == 0
    assert one.output == two.output
    assert len(one.output.splitlines()) == 12


def requests_line(document):
    """A document as a line of JSON."""
    import msgspec

    return msgspec.json.encode({"id": document.id, "text": document.text, "url": document.url}) + b"\n"
