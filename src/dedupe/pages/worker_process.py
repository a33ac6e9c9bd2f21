"""One worker process as its supervisor sees it: what it holds, what it has said so far, how it ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from typing import IO

from dedupe.pages.frames import HEADER, Answer, Setup, Task, pack, unpack

CHUNK = 1 << 20
"""Bytes read at once."""
_END_S = 5.0
"""Seconds that an idle worker has to leave when its input ends."""
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from dedupe.pages.worker import main; main()"


class WorkerProcess:
    """A child process with the tasks that it was given and has not answered, oldest first.

    The oldest is the one it works on, so the one that is to blame when it ends. No call here waits for the child.
    """

    def __init__(self, setup: Setup, complaints: IO[bytes]) -> None:
        """Start the process with this one's module path; ``complaints`` takes what it says of a failing start."""
        self.held: deque[tuple[int, Task]] = deque()
        self.ready = False
        """It has imported what it needs."""
        self.leaving = False
        """It said that it takes no more."""
        self.since = time.monotonic()
        """When it began with the oldest task, or last moved a byte."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stdout is None:  # pragma: no cover - both are asked for above
            raise AssertionError("a process without pipes")
        self.input, self.output = self._process.stdin, self._process.stdout
        os.set_blocking(self.input.fileno(), False)
        os.set_blocking(self.output.fileno(), False)
        self._unsent = bytearray(pack(setup))
        self._heard = bytearray()

    @property
    def unsent(self) -> bool:
        """Whether frames wait for room in the pipe."""
        return bool(self._unsent)

    @property
    def pid(self) -> int:
        """The operating system's number for it."""
        return self._process.pid

    def give(self, number: int, task: Task, frame: bytes) -> None:
        """Queue a task and send as much of it as the pipe takes."""
        if not self.held:
            self.since = time.monotonic()
        self.held.append((number, task))
        self._unsent += frame
        self.send()

    def send(self) -> None:
        """Send what the pipe takes; a worker that has ended is found out by :meth:`hear`."""
        try:
            while self._unsent:
                with memoryview(self._unsent) as view:
                    sent = os.write(self.input.fileno(), view[:CHUNK])
                del self._unsent[:sent]
                self.since = time.monotonic()
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()

    def hear(self) -> tuple[list[Answer], bool]:
        """Return the answers that are complete by now, and whether the process is still there."""
        alive = True
        try:
            while True:
                said = os.read(self.output.fileno(), CHUNK)
                if not said:
                    alive = False
                    break
                self._heard += said
                self.since = time.monotonic()
        except BlockingIOError:
            pass
        return self._complete(), alive

    def _complete(self) -> list[Answer]:
        """Take the whole frames off what was heard."""
        found: list[Answer] = []
        position = 0
        with memoryview(self._heard) as view:
            while len(view) - position >= HEADER.size:
                length, kind = HEADER.unpack_from(view, position)
                end = position + HEADER.size + length
                if len(view) < end:
                    break
                with view[position + HEADER.size : end] as payload:
                    found.append(unpack(payload, kind, Answer))
                position = end
        del self._heard[:position]
        return found

    def end(self) -> int:
        """Kill the process if it is still there, and return how it ended: its exit code, or minus a signal's number."""
        with contextlib.suppress(OSError):
            self._process.kill()
        return self._gone()

    def leave(self) -> None:
        """Let an idle process go by itself; kill one that works on something or does not go."""
        if self.held:
            self.end()
            return
        self.input.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._gone()

    def _gone(self) -> int:
        self.input.close()
        self.output.close()
        return self._process.wait()


def why(ended: int, *, cpu_s: float, wall_s: float) -> str:
    """Say for people how a worker ended: by which limit, by which signal, with which exit code."""
    if ended == -signal.SIGXCPU:
        return f"more than {cpu_s:g} s of processor time (limit cpu_s)"
    if ended == -signal.SIGALRM:
        return f"more than {wall_s:g} s (limit wall_s)"
    if ended < 0:
        try:
            name = signal.Signals(-ended).name
        except ValueError:
            name = f"signal {-ended}"
        return f"the worker process was ended by {name}"
    return f"the worker process stopped with exit code {ended}"
