"""What every test may rely on: both kernels, no network, and temporary folders that do not wait for a disk."""

import importlib
import importlib.util
import os
import shutil
import socket
import tempfile
from pathlib import Path

import hypothesis
import pytest

from dedupe import _kernels

# How long an example takes says more about the machine's other work than about the law.
hypothesis.settings.register_profile("dedupe", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=50)

ROOT = Path(__file__).parents[1]
MEMORY = Path("/dev/shm")
"""Where temporary folders are made if there is room: the slowest part of many a test is a disk with its small files.

No test needs a disk: a process that is killed leaves to its files what it wrote, in memory as on a disk, and no test pulls
the plug. ``TMPDIR`` names another place.
"""
FOLDER = pytest.StashKey[str]()
KERNELS = ["numpy"] + (["native"] if importlib.util.find_spec("dedupe._kernels._native") else [])


def pytest_configure(config):
    """Try fewer examples of a law where slow tests are left out, and keep temporary files in memory."""
    hypothesis.settings.load_profile("quick" if "not slow" in config.option.markexpr else "dedupe")
    if "TMPDIR" not in os.environ and has_room(MEMORY):
        config.stash[FOLDER] = tempfile.mkdtemp(prefix="dedupe-tests-", dir=MEMORY)
        os.environ["TMPDIR"] = config.stash[FOLDER]  # for processes that tests start, too
        tempfile.tempdir = None


def has_room(folder):
    """Whether a folder may hold the files of a run, and libraries that are built and loaded there."""
    if not os.access(folder, os.W_OK):
        return False
    about = os.statvfs(folder)
    return about.f_bavail * about.f_frsize > 2 << 30 and not about.f_flag & os.ST_NOEXEC


def pytest_sessionfinish(session, exitstatus):
    """Remove what the tests left in memory, unless one failed."""
    if exitstatus == pytest.ExitCode.OK and FOLDER in session.config.stash:
        shutil.rmtree(session.config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(params=KERNELS)
def kernel(request, monkeypatch):
    """Each available kernel in turn; while the test runs the whole library uses it."""
    chosen = _kernels.load(request.param)
    for function in _kernels.FUNCTIONS:
        monkeypatch.setattr(_kernels, function, getattr(chosen, function))
    monkeypatch.setattr(_kernels, "name", chosen.name)
    return chosen


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        local = self.family == getattr(socket, "AF_UNIX", None) or str(address[0]) in {"127.0.0.1", "::1", "localhost"}
        if not local:
            raise AssertionError(f"a test tried to reach {address!r}; tests never use the network")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def labelled_pages():
    """The folder of the real data sets, or a skip."""
    for folder in (os.environ.get("DEDUPE_DATA", ""), ROOT.parent / "shared" / "data", ROOT / ".data"):
        if folder and (Path(folder) / "html_scrapinghub" / "pages.jsonl").is_file():
            return Path(folder)
    return pytest.skip("no labelled pages; unpack the data sets and name their folder in DEDUPE_DATA")


@pytest.fixture
def chrome_bench(monkeypatch):
    """The benchmark of the chrome finder, as a module."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("chrome_quality")
