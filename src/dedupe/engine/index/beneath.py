"""The main file of an index, read past SQLite.

POSIX takes all locks of a process on a file away when the process closes any descriptor of it, SQLite's among them
(https://www.sqlite.org/howtocorrupt.html, 2.2). So a descriptor opened here stays open until no index of this process
stands on the file any more; several share it.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

_FileId = tuple[int, int]


@dataclass(slots=True)
class _Shared:
    users: int = 0
    descriptor: int | None = None


_shared: dict[_FileId, _Shared] = {}
_lock = threading.Lock()


class Beneath:
    """The bytes of a file that SQLite has open."""

    def __init__(self, path: Path) -> None:
        """Begin to stand on a file that is there; it is opened when it is first read.

        Raises:
            OSError: It is not there.
        """
        self._path = path
        self._id = _id_of(path.stat())
        with _lock:
            _shared.setdefault(self._id, _Shared()).users += 1

    def read(self, count: int, place: int) -> bytes:
        """Return bytes as they lie on disk, fewer at the end of the file.

        Raises:
            OSError: They cannot be read, or another file has taken its place.
        """
        return os.pread(self._descriptor(), count, place)

    def close(self) -> None:
        """Stand on the file no more, after SQLite has closed it; once."""
        with _lock:
            shared = _shared[self._id]
            shared.users -= 1
            if not shared.users:
                del _shared[self._id]
                if shared.descriptor is not None:
                    os.close(shared.descriptor)

    def _descriptor(self) -> int:
        with _lock:
            shared = _shared[self._id]
            if shared.descriptor is None:
                if _id_of(self._path.stat()) != self._id:
                    raise FileNotFoundError(f"another file has taken the place of {self._path}")
                shared.descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            return shared.descriptor


def _id_of(status: os.stat_result) -> _FileId:
    return status.st_dev, status.st_ino
