"""Jobs of Scrapy that were stopped or killed: what their folder says of them, and what becomes of their remains."""

import datetime as dt
import json

import pytest

pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")

from scrapy.settings import Settings

import dedupe
from dedupe.integrations.scrapy.jobs import STATE, Job


def job_settings(tmp_path, **settings):
    return Settings({"JOBDIR": str(tmp_path)} | settings)


def start_and_kill(tmp_path):
    Job.from_settings(job_settings(tmp_path)).let_go()


def killed_job(tmp_path):
    start_and_kill(tmp_path)
    (tmp_path / "requests.seen").write_bytes(b"\0\1a")
    (tmp_path / "requests.queue").mkdir()
    (tmp_path / "requests.queue" / "0").write_bytes(b"pending")


def test_the_remains_of_a_killed_run_are_put_aside_and_kept(tmp_path, caplog):
    killed_job(tmp_path)
    job = Job.from_settings(job_settings(tmp_path))
    assert job.recovered
    job.let_go()
    assert (tmp_path / "requests.seen.killed-1").read_bytes() == b"\0\1a"
    assert (tmp_path / "requests.queue.killed-1" / "0").read_bytes() == b"pending"
    assert not (tmp_path / "requests.seen").exists()
    assert "The run before was killed" in caplog.text
    killed_job(tmp_path)
    job = Job.from_settings(job_settings(tmp_path))
    assert job.recovered
    job.let_go()
    assert (tmp_path / "requests.seen.killed-2").exists()


@pytest.mark.parametrize("finished", [False, True])
def test_a_run_that_was_stopped_leaves_its_queue_to_scrapy(tmp_path, finished):
    killed_job(tmp_path)
    job = Job.from_settings(job_settings(tmp_path, DEDUPE_RECOVER_JOBDIR=False))
    job.stop(finished=finished)
    job = Job.from_settings(job_settings(tmp_path))
    assert not job.recovered
    job.let_go()
    assert (tmp_path / "requests.seen").exists()


def test_a_job_begins_with_its_first_run_and_a_finished_one_ends(tmp_path):
    first = Job.from_settings(job_settings(tmp_path))
    first.stop(finished=False)
    second = Job.from_settings(job_settings(tmp_path))
    assert second.began == first.began
    second.stop(finished=True)
    third = Job.from_settings(job_settings(tmp_path))
    assert third.began > first.began
    third.let_go()


@pytest.mark.parametrize("state", ["", "{", "[]", '{"began": 3, "running": true}', '{"running": true}', "\0\0"])
def test_a_state_file_nobody_can_read_says_nothing(tmp_path, state):
    (tmp_path / STATE).write_text(state)
    (tmp_path / "requests.seen").write_bytes(b"")
    job = Job.from_settings(job_settings(tmp_path))
    assert not job.recovered
    job.let_go()
    assert json.loads((tmp_path / STATE).read_text())["running"] is True


def test_a_clock_that_was_turned_back_does_not_make_a_job_begin_in_the_future(tmp_path):
    (tmp_path / STATE).write_text('{"began": "2999-01-01T00:00:00", "running": false}')
    job = Job.from_settings(job_settings(tmp_path))
    assert job.began <= dt.datetime.now(dt.UTC)
    job.let_go()


def test_a_job_that_is_alive_is_not_taken_for_a_killed_one(tmp_path):
    pytest.importorskip("fcntl", reason="job directories are not locked on this system")
    alive = Job.from_settings(job_settings(tmp_path))
    (tmp_path / "requests.seen").write_bytes(b"\0\1a")
    with pytest.raises(dedupe.ConfigError, match="another crawl runs in the job directory"):
        Job.from_settings(job_settings(tmp_path))
    assert (tmp_path / "requests.seen").exists()
    alive.stop(finished=True)
    Job.from_settings(job_settings(tmp_path)).let_go()
