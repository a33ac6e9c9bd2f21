"""Extraction in supervised worker processes: a page that crashes, hangs or eats memory costs itself and nothing else.

A pool of the standard library loses every task in flight with one crash, or hangs. Here every worker's oldest task is
known, so the one document that ended it is named in a :class:`~dedupe.records.Skipped`, a new worker takes its place,
and the others go on. Results come in the order of the documents, whatever the workers' order was. POSIX only.
"""

import selectors
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from dedupe.config import Config
from dedupe.errors import ConfigError, WorkerError
from dedupe.pages.accounts import Located, Run
from dedupe.pages.frames import Answer, Limits, Setup, Task, pack
from dedupe.pages.worker_process import WorkerProcess, why
from dedupe.records import Body, Document, Skipped

FUNCTION = "dedupe.pages.extract:extract_body"
"""What the workers call, as ``module:name``."""
AHEAD = 4
"""Tasks that a worker holds at once, so that it never waits for the next."""
WINDOW = 64
"""Documents per worker that may be taken in before the first of them is given out: what a slow one makes wait."""
START_S = 60.0
"""Seconds that a worker has to import what it needs."""
STARTS = 3
"""Workers in a row that may fail to start."""


class Extractors:
    """Worker processes that extract documents; to be used in a ``with`` statement, by one thread.

    >>> with Extractors(Config(), jobs=2) as pool:
    ...     [body.text for body in pool.map([Document(id="a", text="The ferry was late.")])]
    ['The ferry was late.']
    """

    def __init__(self, config: Config, *, jobs: int = 2, limits: Limits | None = None) -> None:
        """Prepare ``jobs`` workers; each is started when there is a document for it.

        Args:
            config: As for :func:`dedupe.pages.extract.extract_body`.
            jobs: Worker processes at a time, 1 or more.
            limits: What one document may cost.

        Raises:
            ConfigError: ``jobs`` is less than 1, or a limit is not positive.
        """
        limits = limits or Limits()
        if jobs < 1:
            raise ConfigError(f"jobs must be 1 or more, not {jobs}")
        if min(limits.wall_s, limits.cpu_s, limits.memory_bytes) <= 0:
            raise ConfigError(f"every limit must be positive; {limits} has one that is not")
        self._setup = Setup(FUNCTION, config, limits)
        self._jobs = jobs
        self._workers: list[WorkerProcess] = []
        self._selector = selectors.DefaultSelector()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._failed_starts = 0
        self._running = False

    def __enter__(self) -> Self:
        """Return the pool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every worker, whatever happened."""
        self.close()

    def close(self) -> None:
        """End every worker: idle ones leave, others are killed. Waits until all are gone."""
        for worker in self._workers:
            worker.input.close() if not worker.held else None
        while self._workers:
            self._workers.pop().leave()
        self._selector.close()
        self._complaints.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process numbers of the workers there are now."""
        return tuple(worker.pid for worker in self._workers)

    def map(self, documents: Iterable[Document | Located | Skipped]) -> Iterator[Body | Skipped]:
        """Yield what becomes of every document, in their order; what is skipped already passes through.

        A document that breaks its worker or one of the limits comes out as ``Skipped(stage="extract", failed=True)``
        with the limit or the signal as its reason. Documents are taken in as workers get free, at most
        :data:`WINDOW` for each worker ahead of the one that is given out. Leaving the iterator early ends the workers
        that are busy.

        Raises:
            WorkerError: No worker can be started.
        """
        if self._running:
            raise RuntimeError("this pool is mapping already; one iterator at a time")
        self._running = True
        run = Run(iter(documents))
        try:
            while True:
                while run.given in run.done:
                    yield run.give_out()
                self._distribute(run)  # finds out, too, that there are no more
                if run.exhausted and run.given == run.taken:
                    return
                if run.given not in run.done:
                    self._turn(run)
        finally:
            self._running = False
            for worker in [worker for worker in self._workers if worker.held]:
                self._drop(worker)

    def _distribute(self, run: Run) -> None:
        """Give tasks to workers that have room, the idlest first; start a worker where all have something to do."""
        while run.taken - run.given < WINDOW * self._jobs or run.again:
            free = [worker for worker in self._workers if len(worker.held) < AHEAD and not worker.leaving]
            worker = min(free, key=lambda each: len(each.held), default=None)
            startable = len(self._workers) < self._jobs
            if worker is None and not startable:
                return
            task = run.next_task()
            if task is None:
                return
            if worker is None or (worker.held and startable):
                worker = self._start()
            number, message = task
            try:
                frame = pack(message)
            except OverflowError as error:
                run.settle(number, Answer(failure=f"cannot be sent to a worker: {error}"), self._setup.limits)
                continue
            worker.give(number, message, frame)
            self._watch(worker)

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._setup, self._complaints)
        self._workers.append(worker)
        self._selector.register(worker.output, selectors.EVENT_READ, worker)
        worker.send()
        return worker

    def _watch(self, worker: WorkerProcess) -> None:
        """Ask to be told of room in a worker's pipe exactly while something waits for it."""
        asked = worker.input in self._selector.get_map()
        if worker.unsent and not asked:
            self._selector.register(worker.input, selectors.EVENT_WRITE, worker)
        elif asked and not worker.unsent:
            self._selector.unregister(worker.input)

    def _turn(self, run: Run) -> None:
        """Wait for one worker to answer, to end or to exceed its time, and draw the consequences."""
        now = time.monotonic()
        until = min((self._deadline(worker) for worker in self._workers), default=now)
        events = self._selector.select(max(0.0, until - now))
        for key, mask in events:
            worker: WorkerProcess = key.data
            if worker not in self._workers:
                continue
            if mask & selectors.EVENT_WRITE:
                worker.send()
                self._watch(worker)
            else:
                self._hear(worker, run)
        if events:
            return  # what was said while nobody listened comes before any judgement on time
        now = time.monotonic()
        for worker in [worker for worker in self._workers if self._deadline(worker) <= now]:
            self._time_out(worker, run)

    def _deadline(self, worker: WorkerProcess) -> float:
        """Return when a worker is late; never, for an idle one."""
        if not worker.ready:
            return worker.since + START_S
        return worker.since + self._setup.limits.wall_s if worker.held else float("inf")

    def _hear(self, worker: WorkerProcess, run: Run) -> None:
        """Take a worker's answers; where it has ended, settle the task that ended it and take the others back."""
        answers, alive = worker.hear()
        for answer in answers:
            if not worker.ready:
                worker.ready, self._failed_starts = True, 0
                continue
            worker.leaving = answer.last
            number, _ = worker.held.popleft()
            run.settle(number, answer, self._setup.limits)
        if alive:
            return
        limits, leaving = self._setup.limits, worker.leaving
        held, ended = self._drop(worker)
        if not worker.ready:
            self._count_failed_start(ended)
        elif held and not leaving:
            number, _ = held.popleft()
            run.settle(number, Answer(failure=why(ended, cpu_s=limits.cpu_s, wall_s=limits.wall_s)), limits)
        run.take_back(held)

    def _time_out(self, worker: WorkerProcess, run: Run) -> None:
        """Kill a worker that is late: its oldest task takes the blame, unless it never came to work."""
        held, _ = self._drop(worker)
        if not worker.ready:
            self._count_failed_start(0)
        elif held:
            number, _ = held.popleft()
            limits = self._setup.limits
            run.settle(number, Answer(failure=f"more than {limits.wall_s:g} s (limit wall_s)"), limits)
        run.take_back(held)

    def _drop(self, worker: WorkerProcess) -> tuple[deque[tuple[int, Task]], int]:
        """Forget a worker; return what it held and how it ended."""
        self._workers.remove(worker)
        for pipe in (worker.input, worker.output):
            if pipe in self._selector.get_map():
                self._selector.unregister(pipe)
        held, worker.held = worker.held, deque()
        return held, worker.end()

    def _count_failed_start(self, ended: int) -> None:
        self._failed_starts += 1
        if self._failed_starts < STARTS:
            return
        self._complaints.seek(0)
        said = self._complaints.read().decode("utf-8", "replace").strip()
        last = said.splitlines()[-1] if said else f"nothing; it ended with {ended}"
        raise WorkerError(f"{STARTS} worker processes in a row could not be started; the last said: {last}")
