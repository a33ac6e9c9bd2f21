"""Worker processes for comparing on further cores: the same answers in the same order.

A worker is a fresh interpreter at the other end of a pipe. What travels are MessagePack frames that each side reads
into the types it expects; nothing is pickled, nothing is run that came out of a document. Comparison works on texts
that extraction has let through already (:mod:`dedupe.pages.workers` guards that), so a worker that dies is an error.
"""

import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self, TypeVar

from dedupe.errors import WorkerError

FRAME = struct.Struct("<Q")
"""Every frame begins with its length in bytes."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from dedupe.engine.serving import serve; serve()"

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Worker:
    """One process that answers frame by frame.

    Args:
        greeting: The first frame it gets: what it needs to know for all others.
    """

    def __init__(self, greeting: bytes) -> None:
        """Start the process; it imports what it needs while nobody waits yet."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
            [sys.executable, "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._send(greeting)

    def ask(self, request: bytes) -> bytes:
        """Send a frame and return the answer.

        Raises:
            WorkerError: The process ended.
        """
        self._send(request)
        (length,) = FRAME.unpack(self._receive(FRAME.size))
        return self._receive(length)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _send(self, frame: bytes) -> None:
        pipe = _opened(self._process.stdin)
        try:
            pipe.write(FRAME.pack(len(frame)))
            pipe.write(frame)
            pipe.flush()
        except BrokenPipeError as error:
            raise WorkerError(self._ended()) from error

    def _receive(self, length: int) -> bytes:
        content = _opened(self._process.stdout).read(length)
        if len(content) < length:
            raise WorkerError(self._ended())
        return content

    def _ended(self) -> str:
        code = self._process.wait()
        return f"a process that compares documents ended early ({f'signal {-code}' if code < 0 else f'status {code}'})"


class Crew:
    """Several workers and the threads that talk to them.

    Args:
        count: How many, at least 1.
        greeting: What every worker is told first.
    """

    def __init__(self, count: int, greeting: bytes) -> None:
        """Start the workers."""
        self._workers = [Worker(greeting) for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="dedupe-worker")

    def __enter__(self) -> Self:
        """Return the crew."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers, and with them what their threads wait for."""
        for worker in self._workers:
            worker.close()
        self._threads.shutdown(cancel_futures=True)

    def map(self, work: Callable[[Worker, Request], Answer], requests: Iterable[Request]) -> Iterator[Answer]:
        """Yield the answers in the order of the requests, of which a few are on their way at once.

        Args:
            work: Has a worker answer a request. Called in threads.
            requests: Taken one by one, in the caller's thread.
        """
        running: deque[Future[Answer]] = deque()
        for request in requests:
            running.append(self._threads.submit(self._run, work, request))
            if len(running) > 2 * len(self._workers):
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _run(self, work: Callable[[Worker, Request], Answer], request: Request) -> Answer:
        worker = self._idle.get()
        try:
            return work(worker, request)
        finally:
            self._idle.put(worker)


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise WorkerError("a process that compares documents has no pipe")
    return pipe
