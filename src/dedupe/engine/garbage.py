"""Fewer searches for garbage while a run makes millions of records, none of which refers to itself."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = 20_000
"""New objects between two searches of Python's collector. Its usual 700 costs a twelfth of a large run (100,000
documents); more than this saves nothing more."""

_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let Python look for cyclic garbage less often, and as before when the last run in any thread is done.

    A collector that is switched off stays so, and one that is set to look even less often is left alone.
    """
    with _lock:
        _before.append(gc.get_threshold())
        first, *others = _before[0]
        if 0 < first < RARELY:
            gc.set_threshold(RARELY, *others)
    try:
        yield
    finally:
        with _lock:
            usual = _before[0]
            _before.pop()
            if not _before:
                gc.set_threshold(*usual)
