"""Documents for worker processes, and what is left of the processes."""

import time
from pathlib import Path

from dedupe.records import Document

PROSE = "The ferry was late on Monday because of ice on both sides of the channel, and nobody knew when it would come."
PAGE = f"<html><head><title>Ferry</title></head><body><article>{f'<p>{PROSE}</p>' * 6}</article></body></html>"


def obeying(*orders):
    """Documents that tell their worker what to do, by the words of ``worker_faults``."""
    return [Document(id=f"{number} {order}", text=f"{order} {PROSE}") for number, order in enumerate(orders)]


def alive(pid):
    """Whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pids, within=5.0):
    """Whether processes are gone before long."""
    end = time.monotonic() + within
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(alive, pids))
