"""The inside of a worker process: documents come in as frames, bodies go out, each document within its limits.

The limits are the operating system's, so that they hold in C code, too: processor time and address space are counted
anew for every document, and an alarm ends a worker whose supervisor is gone. POSIX only.
"""

import importlib
import math
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from dedupe.config import Config
from dedupe.pages import article
from dedupe.pages.frames import HEADER, OUT_OF_MEMORY, Answer, Limits, Setup, Task, pack, unpack
from dedupe.records import Body, Document, Skipped

Function = Callable[[Document, Config], Body | Skipped]

_GRACE_S = 10
"""Seconds that the supervisor has to end a slow worker before the worker's own alarm does."""
_MESSAGE = 300

T = TypeVar("T", Setup, Task)


def main() -> None:
    """Answer frames on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not stand between two frames
    source = os.fdopen(os.dup(0), "rb")
    setup = _receive(source, Setup)
    if setup is None:
        return
    module, _, name = setup.function.partition(":")
    function: Function = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(out, Answer())
    silence = os.open(os.devnull, os.O_WRONLY)  # from here on nobody reads what libraries complain of
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    begun_with = _address_space()
    while (task := _receive(source, Task)) is not None:
        answer = _answer(task, function, setup)
        # A library that forgets to free its memory costs a new worker now and then, not the machine.
        answer.last = answer.last or _address_space() > begun_with + setup.limits.memory_bytes
        _send(out, answer)
        if answer.last:
            return


def _receive(source: BinaryIO, expected: type[T]) -> T | None:
    """Read one message; ``None`` where the supervisor has closed its end, however far into a frame."""
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    length, kind = HEADER.unpack(header)
    payload = source.read(length)
    return unpack(payload, kind, expected) if len(payload) == length else None


def _send(out: int, answer: Answer) -> None:
    frame = memoryview(pack(answer))
    while frame:
        frame = frame[os.write(out, frame) :]


def _answer(task: Task, function: Function, setup: Setup) -> Answer:
    """Extract one document within the limits; whatever Python can still say of a failure comes back as an answer."""
    if task.text is None:
        article.preload()  # not on the account of the first page
    with _Limited(setup.limits):
        try:
            document = _fetched(task)
            result = function(document, setup.config) if isinstance(document, Document) else document
        except MemoryError:
            return Answer(failure=OUT_OF_MEMORY, last=True)  # what is left of the heap is not worth keeping
        except Exception as error:  # noqa: BLE001 - one document's failure is data, whatever it is
            return Answer(failure=f"{type(error).__name__}: {error}"[:_MESSAGE])
    return Answer(body=result) if isinstance(result, Body) else Answer(skipped=result)


def _fetched(task: Task) -> Document | Skipped:
    """Return the task's document with the bytes that its path names."""
    if not task.path:
        return task.document()
    try:
        with Path(os.fsdecode(task.path)).open("rb") as file:
            file.seek(task.offset)
            content = file.read(task.length)
    except OSError as error:
        return Skipped(id=0, stage="read", reason=f"cannot be read: {error.strerror}", failed=True)
    if task.length >= 0 and len(content) < task.length:
        reason = f"the file ends after {len(content)} of {task.length} bytes at offset {task.offset}"
        return Skipped(id=0, stage="read", reason=reason, failed=True)
    return replace(task.document(), content=content)


class _Limited:
    """Limits for as long as one document is worked on, counted from what the process has used before."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._space = resource.getrlimit(resource.RLIMIT_AS)
        self._seconds = resource.getrlimit(resource.RLIMIT_CPU)

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._limits.wall_s + _GRACE_S)
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = math.ceil(used.ru_utime + used.ru_stime + self._limits.cpu_s)
        resource.setrlimit(resource.RLIMIT_CPU, (_at_most(seconds, self._seconds), self._seconds[1]))
        space = _address_space()
        if space:
            wanted = _at_most(space + self._limits.memory_bytes, self._space)
            resource.setrlimit(resource.RLIMIT_AS, (wanted, self._space[1]))

    def __exit__(self, *_error: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._space)
        resource.setrlimit(resource.RLIMIT_CPU, self._seconds)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _at_most(wanted: int, present: tuple[int, int]) -> int:
    """Return a wanted limit, or the present one where that is lower already."""
    return min([wanted, *(limit for limit in present if limit != resource.RLIM_INFINITY)])


def _address_space() -> int:
    """Return the bytes of address space in use; 0 where the system does not say (no ``/proc``)."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
