"""Where the time of a whole run goes: ``python benchmarks/stages.py CORPUS.jsonl``.

Samples the stack on a CPU timer and gives every sample the CPU time since the last one, so that a long call into the
native kernel, during which no sample can be taken, is charged whole to the function that made it. Shares are by the
innermost frame of this package: ``sketch`` means time spent there and in what it calls outside the package.
Writes ``results/stages.json``.
"""

import argparse
import json
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Self

from machine import PROJECT, back_memory, environment, load
from render import render

HERE = Path(__file__).resolve().parent
INTERVAL_S = 0.002


class Sampler:
    """Counts CPU seconds by module while it runs; one at a time, in the main thread."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = 0.0

    def __enter__(self) -> Self:
        """Start the timer."""
        self._last = time.process_time()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL_S, INTERVAL_S)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the timer."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        now = time.process_time()
        while frame is not None and not frame.f_globals.get("__name__", "").startswith("dedupe."):
            frame = frame.f_back
        where = "elsewhere" if frame is None else frame.f_globals["__name__"].removeprefix("dedupe.")
        self.seconds[where] = self.seconds.get(where, 0.0) + now - self._last
        self._last = now


def main() -> None:
    """Read the arguments, run once under the sampler, write, render."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--name", help="name in the results; default the file's")
    parser.add_argument("--clean", action="store_true", help="look for page chrome too, as a default run does")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    given = parser.parse_args()
    sys.path.insert(0, str(PROJECT / "src"))
    from dedupe import Config, _kernels, cluster, read

    about = environment()
    back_memory()
    started = time.process_time()
    with Sampler() as sampler:
        result = cluster(read(given.corpus), config=Config(clean=given.clean))
    total = time.process_time() - started
    shares = {
        where: round(seconds / total, 4) for where, seconds in sampler.seconds.items() if seconds / total >= 0.005
    }
    measured = {
        "environment": about | {"load_after": load()},
        "repeats": 1,
        "corpus": given.name or given.corpus.stem,
        "documents": len(result.documents),
        "kernel": _kernels.name,
        "cpu_s": round(total, 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "shares": dict(sorted(shares.items(), key=lambda item: -item[1])),
    }
    print(json.dumps(measured, indent=1))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "stages.json").write_text(json.dumps(measured, indent=1) + "\n")
    page = PROJECT / "docs" if given.out.resolve() == HERE / "results" else given.out
    render(given.out, page / "benchmarks-speed.md")


if __name__ == "__main__":
    main()
