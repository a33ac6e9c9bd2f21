"""Go on with a job that was not stopped but killed.

Scrapy writes the list of its queues when it stops and reads it when it goes on. Killed, it leaves a job directory whose
pending requests nobody lists any more, beside a complete list of requests "seen": the next start filters every link it
had found and never fetched, and ends within seconds. Nothing is reported.

The index knows which documents are in, and answers a document that comes again as it did the first time. So after a
kill the crawl can simply begin again: the remains of the queue are put aside (nothing is deleted), pages are fetched
again, and the index keeps copies from being counted twice.
"""

import datetime as dt
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import BaseSettings

from dedupe.errors import ConfigError

try:
    import fcntl
except ImportError:  # Windows: a second run in one job directory goes unnoticed there, as in Scrapy itself
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

STATE = "dedupe.job"
"""The file in the job directory that says when the job began and whether it runs."""
LOCK = "dedupe.lock"
"""The file in the job directory that a run holds locked; the system lets go of it however the run ends."""
_REMAINS = ("requests.seen", "requests.queue")


@dataclass(slots=True, kw_only=True)
class Job:
    """A crawl that may go on over several runs, by its job directory.

    Attributes:
        folder: The job directory; ``None`` for a crawl that cannot be stopped and continued.
        began: When the first run of the job began (UTC).
        recovered: Whether the run before was killed, and what it left was put aside.
        lock: Descriptor of the lock file; -1 where nothing is locked.
    """

    folder: Path | None
    began: dt.datetime
    recovered: bool = False
    lock: int = -1

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> "Job":
        """Begin a run: read what the run before left, mend it if need be, and note that this one runs.

        Must happen before Scrapy's scheduler opens the job directory.

        Raises:
            ConfigError: Another crawl runs in this job directory.
        """
        now = dt.datetime.now(dt.UTC)
        named = settings.get("JOBDIR")
        if not named:
            return cls(folder=None, began=now)
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder)
        began, running = _read(folder / STATE)
        job = cls(folder=folder, began=min(began or now, now), lock=lock)
        if running and settings.getbool("DEDUPE_RECOVER_JOBDIR", True):
            job.recovered = job._put_aside()
        job._write(running=True)
        return job

    def stop(self, *, finished: bool) -> None:
        """Note that the run stopped as it should; a finished job's next run is a new job."""
        if self.folder is None:
            return
        if finished:
            (self.folder / STATE).unlink(missing_ok=True)
        else:
            self._write(running=False)
        self.let_go()

    def let_go(self) -> None:
        """Unlock the job directory."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1

    def _put_aside(self) -> bool:
        """Rename what a killed run left of the queue; say whether there was anything."""
        assert self.folder is not None
        number = 1
        while any((self.folder / f"{name}.killed-{number}").exists() for name in _REMAINS):
            number += 1
        found = [name for name in _REMAINS if (self.folder / name).exists()]
        for name in found:
            (self.folder / name).rename(self.folder / f"{name}.killed-{number}")
        if found:
            logger.warning(
                "The run before was killed, and Scrapy lost its queue. The crawl begins again; pages that were fetched "
                "before are recognised. %s put aside as *.killed-%d",
                " and ".join(found),
                number,
            )
        return bool(found)

    def _write(self, *, running: bool) -> None:
        assert self.folder is not None
        state = {"began": self.began.isoformat(), "running": running}
        temporary = self.folder / f"{STATE}.{os.getpid()}"
        temporary.write_text(json.dumps(state) + "\n", encoding="utf-8")
        temporary.replace(self.folder / STATE)


def _locked(folder: Path) -> int:
    """Lock a job directory for this run: what looks like the remains of a run may belong to one that is alive."""
    if fcntl is None:
        return -1
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise ConfigError(f"another crawl runs in the job directory {folder}; give each its own JOBDIR") from error
    return descriptor


def _read(path: Path) -> tuple[dt.datetime | None, bool]:
    """Return when the job began and whether its last run still seems to run; a file nobody can read says nothing."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        began = dt.datetime.fromisoformat(state["began"])
        running = state["running"] is True
    except (OSError, ValueError, TypeError, KeyError):
        return None, False
    return (began if began.tzinfo is not None else began.replace(tzinfo=dt.UTC)), running
