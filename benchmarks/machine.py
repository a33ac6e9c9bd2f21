"""What the figures were measured on, and a child process measured from outside."""

import os
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

BACKED_GB = 2
"""What :func:`back_memory` writes: more than any engine takes here, but for one or two."""


def back_memory() -> None:
    """Have a process of its own write some memory and end, so that the run after it finds memory the host has backed.

    On a virtual machine the first byte ever written to a page waits for the host: up to 2 ms a megabyte were measured,
    .05 ms the second time. That time is charged to whichever process happens to come first, not to what it does.
    """
    write = f"import numpy; numpy.ones({BACKED_GB} << 30, dtype=numpy.uint8)"  # in pages of 2 MB, as large arrays are
    subprocess.run([sys.executable, "-c", write], check=True)


def environment() -> dict[str, object]:
    """Say what the figures were measured on; no host names, no paths."""
    cpu = platform.processor() or platform.machine()
    flags: list[str] = []
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), cpu)
        present = next((line.split(":", 1)[1].split() for line in lines if line.startswith("flags")), [])
        flags = [flag for flag in ("avx2", "avx512f", "avx512bw", "avx512vbmi2") if flag in present]
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "simd": flags,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        "commit": commit(),
        "load_before": load(),
    }


def load() -> float:
    """Return the load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def commit() -> str:
    """Return the short commit id of the project, or ``unknown``."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    done = subprocess.run([git, "-C", str(PROJECT), "rev-parse", "--short", "HEAD"], capture_output=True, check=False)
    return done.stdout.decode().strip() or "unknown"


@dataclass(frozen=True)
class Measured:
    """A finished child: seconds of CPU (its own children included), wall time, and the peak of all their memory."""

    code: int
    cpu_s: float
    wall_s: float
    peak_rss_mb: float
    error: str


def measure_process(command: list[str], *, env: dict[str, str], limit: float, work: Path) -> Measured:
    """Run a command and watch it: memory is the sum over its process tree, looked at every 50 ms.

    Pages that forked workers share are counted once each, so the sum is an upper bound.

    Raises:
        subprocess.TimeoutExpired: It is not done after ``limit`` seconds (it is killed, its children with it).
    """
    before = os.times()
    started = time.perf_counter()
    peak = 0
    with (work / "stderr").open("wb") as errors:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=env, start_new_session=True)
        while child.poll() is None:
            peak = max(peak, sum(_resident(pid) for pid in _tree(child.pid)))
            if time.perf_counter() - started > limit:
                os.killpg(child.pid, 9)
                child.wait()
                raise subprocess.TimeoutExpired(command, limit)
            time.sleep(0.05)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    lines = (work / "stderr").read_text(errors="replace").strip().splitlines()
    return Measured(child.returncode, cpu, time.perf_counter() - started, peak / 2**20, (lines or ["no output"])[-1])


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found
