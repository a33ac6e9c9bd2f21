"""What stands before an index's file: no network file systems, no files of others, and one writer at a time."""

import contextlib
import os
import sys
import time
from pathlib import Path

from dedupe.engine.index.schema import check_application
from dedupe.errors import BusyStoreError, CorruptStoreError, StoreError

if sys.platform != "win32":
    import fcntl

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs",
        "lustre", "gpfs", "beegfs", "ocfs2", "gfs", "gfs2", "davfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone",
        "fuse.glusterfs", "fuse.ceph", "fuse.gcsfuse", "fuse.davfs",
    }
)  # fmt: skip
"""Where locks or shared memory do not hold what SQLite's write-ahead log needs of them."""

_MOUNTS = Path("/proc/self/mounts")
_MARK_AT = 20
_MAGIC = b"SQLite format 3\0"
_PAGES, _APPLICATION = slice(28, 32), slice(68, 72)
"""Where SQLite keeps how many pages a file has, and whose it is (https://www.sqlite.org/fileformat2.html#the_database_header)."""


def file_system_of(path: Path, mounts: str) -> str:
    """Return the type of the file system that holds ``path``, by a table of mounts; empty where it does not say."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        folder = fields[1].replace("\\040", " ").rstrip("/") or "/"
        inside = folder == "/" or str(path) == folder or str(path).startswith(folder + "/")
        if inside and len(folder) >= len(best):
            best, kind = folder, fields[2]
    return kind


def refuse_network(path: Path) -> None:
    """Refuse a path on a network file system, as far as this machine tells.

    Raises:
        StoreError: It is on one.
    """
    try:
        mounts = _MOUNTS.read_text(errors="replace")
    except OSError:
        return
    kind = file_system_of(path.resolve(), mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise StoreError(
            f"{path} is on a network file system ({kind}), where file locks do not hold; "
            "keep the index on a local disk, or pass allow_network=True if you know that only one machine opens it"
        )


def refuse_others(path: Path) -> None:
    """Refuse a file that does not begin as an index does, before SQLite changes it and a lock is put beside it.

    With a lock beside it the file is left alone: this process may have it open, and to close a file here takes all its
    locks away from SQLite.

    Raises:
        StoreError: It is a folder.
        CorruptStoreError: It is no database, or its first bytes are damaged.
        IncompatibleStoreError: It is the database of another program.
    """
    with contextlib.suppress(OSError):  # what cannot be read here cannot be opened either, which says more
        if path.is_dir():
            raise StoreError(f"{path} is a folder: give the index a file of its own")
        if path.with_name(path.name + "-lock").exists():
            return
        with path.open("rb") as file:
            begin = file.read(_APPLICATION.stop)
        if begin and not begin.startswith(_MAGIC):
            raise CorruptStoreError("the file does not begin as an index does: damaged, or not one")
        if int.from_bytes(begin[_PAGES], "big") > 1:  # with one there is nothing in it yet
            check_application(int.from_bytes(begin[_APPLICATION], "big"))


class WriteLock:
    """One writer or checkpointer at a time, across processes; the file names the process that holds it.

    SQLite has a lock of its own. This one stands before it because it also covers checkpoints (SQLite before 3.51.3 can
    corrupt a log that is written and checkpointed at one instant), and because it can say who is holding it.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        """Open the lock file, empty where there is none.

        Raises:
            OSError: It cannot be made.
        """
        self._path = path
        self._timeout_s = timeout_s
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)

    def acquire(self, timeout_s: float | None = None) -> None:
        """Wait for the lock, as long as it was made for or as told here.

        Raises:
            BusyStoreError: It was not free in time; the message names the process that holds it.
        """
        if sys.platform == "win32":
            return
        begin, pause = time.monotonic(), 0.0002
        patience = self._timeout_s if timeout_s is None else timeout_s
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = time.monotonic() - begin
                if waited >= patience:
                    raise BusyStoreError(self._held(waited)) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.01)
            else:
                os.pwrite(self._file, f"{os.getpid():<{_MARK_AT}}".encode(), 0)
                return

    @property
    def is_marked(self) -> bool:
        """Whether a process that held the lock has begun something and not come to its end."""
        return sys.platform != "win32" and os.pread(self._file, 1, _MARK_AT) == b"c"

    def mark(self, *, on: bool) -> None:
        """Say in the file that something is begun, or ended; with the lock held."""
        if sys.platform != "win32":
            os.pwrite(self._file, b"c" if on else b" ", _MARK_AT)

    def release(self) -> None:
        """Let the next one in."""
        if sys.platform != "win32":
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; a lock that is held is given back."""
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _held(self, waited: float) -> str:
        holder = os.pread(self._file, _MARK_AT, 0).decode(errors="replace").strip() or "unknown"
        name = str(self._path).removesuffix("-lock")
        return (
            f"{name} is being written by process {holder} and was not free for {waited:.1f} s; "
            "try again, or open the index with a larger busy_timeout_s"
        )
