"""What every test may rely on: both kernels, and no network."""

import importlib.util
import socket

import hypothesis
import pytest

from dedupe import _kernels

# How long an example takes says more about the machine's other work than about the law.
hypothesis.settings.register_profile("dedupe", deadline=None)
hypothesis.settings.load_profile("dedupe")

KERNELS = ["numpy"] + (["native"] if importlib.util.find_spec("dedupe._kernels._native") else [])


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
