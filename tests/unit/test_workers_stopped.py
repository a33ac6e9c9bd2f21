"""Runs that end before their time: no worker process outlives them."""

import os
import signal
import subprocess
import sys

import pytest

from dedupe.config import Config
from dedupe.pages import workers
from dedupe.pages.workers import Extractors
from worked import gone, obeying


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_no_process_is_left_when_the_run_breaks_off(monkeypatch, error):
    monkeypatch.setattr(workers, "FUNCTION", "worker_faults:extract")
    pids = ()

    def broken_off():
        nonlocal pids
        with Extractors(Config(), jobs=2) as pool:
            results = pool.map(iter(obeying("fine", *["SLEEP"] * 8)))
            next(results)
            pids = pool.pids
            raise error

    with pytest.raises(error):
        broken_off()
    assert len(pids) == 2
    assert gone(pids)


RUN = (
    "import signal, sys, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job of & ignores it
    "from dedupe.pages import workers\nfrom dedupe.config import Config\n"
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
