"""One file, one connection: opening, transactions, waiting, and what SQLite's errors mean to a caller."""

import atexit
import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

from dedupe.engine.index.cover import Agreement, Cover
from dedupe.engine.index.faults import understood
from dedupe.engine.index.guards import WriteLock, refuse_network, refuse_others
from dedupe.errors import ConfigError, StoreError

Durability = Literal["normal", "full"]

PAGE_BYTES = 8_192
"""Bytes of a page: five texts fit on one, where two would on the usual 4,096 with a quarter of it left empty."""

CHECKPOINT_EVERY = 512
"""Transactions after which the size of the log is looked at."""

CHECKPOINT_CHANGES = 4_096
"""Changed rows after which it is looked at, too: those of about 800 documents."""

CHECKPOINT_BYTES = 16 << 20
"""Size of the write-ahead log from which it is copied into the file."""

COPY_PATIENCE_S = 1.0
"""How long to wait for a process that copies the log without having our lock: mostly one that is being killed."""

_open: "weakref.WeakSet[Store]" = weakref.WeakSet()


class Store:
    """An SQLite file in write-ahead mode, for one process.

    Transactions are short: the write lock of the file is held from ``writing`` to its end, readers never wait.

    Attributes:
        path: The file, as it was given.
        opens: Whether it was seen to open, so that damage found later can be looked at.
        cover: Its sums.
        lock: Of the thread that uses the connection; it may take it more than once.
    """

    def __init__(self, path: Path, *, durability: Durability, busy_timeout_s: float, allow_network: bool) -> None:
        """Open the file, or make it.

        Raises:
            ConfigError: The durability has no such name.
            StoreError: The path cannot be opened, or is on a network file system.
        """
        if durability not in {"normal", "full"}:
            raise ConfigError(f"durability must be 'normal' or 'full', not {durability!r}")
        if not allow_network:
            refuse_network(path)
        self.path = path
        self.opens = False
        self._file = path.resolve()  # SQLite, too, puts the log beside what a link points to
        self._process = os.getpid()
        self.lock = threading.RLock()
        self._busy_timeout_s = busy_timeout_s
        self._closed = False
        self._commits = self._changes = 0
        with self._understood():
            refuse_others(self._file)
            try:
                self._writer = WriteLock(self._file.with_name(self._file.name + "-lock"), busy_timeout_s)
            except OSError as error:
                raise StoreError(f"{path} cannot be opened for writing: {error.strerror}") from error
            try:
                self.connection, self.cover = self._connect(durability)
            except BaseException:
                self._closed = True
                self._writer.close()
                raise
        _open.add(self)

    def _connect(self, durability: Durability) -> tuple[sqlite3.Connection, Cover]:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            self._set_up(connection, durability)
            return connection, Cover(self._file)
        except BaseException:
            connection.close()  # or it would hold the file for as long as somebody keeps the error
            raise

    def _set_up(self, connection: sqlite3.Connection, durability: Durability) -> None:
        for pragma in (
            f"page_size = {PAGE_BYTES}",
            "mmap_size = 0",  # a mapped file that is cut short kills the process
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "temp_store = MEMORY",
            "cache_size = -16384",  # blocks, rows and texts have caches of their own
            "wal_autocheckpoint = 0",  # we checkpoint ourselves, with the write lock held
            f"journal_size_limit = {CHECKPOINT_BYTES}",  # what a log is cut to when it is begun again
            f"synchronous = {'FULL' if durability == 'full' else 'NORMAL'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        self._writer.acquire()
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        finally:
            self._writer.release()
        if mode != "wal":
            raise StoreError(f"{self.path} does not go into write-ahead mode (it stays in {mode!r}); use a local disk")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one unchanging view of the file; short, because the log cannot be cut while it lasts."""
        with self.lock, self._understood():
            self._refuse_others()
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self._end("COMMIT")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Be the one writer; what happens inside happens as a whole or not at all.

        Raises:
            BusyStoreError: Another process writes and did not come to an end in time.
        """
        with self.lock, self._understood():
            self._refuse_others()
            with self._alone():
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self.connection
                    self.connection.execute("COMMIT")
                except BaseException:
                    self._end("ROLLBACK")
                    raise
                self._commits += 1
                changed = self.connection.total_changes - self._changes
                if self._commits % CHECKPOINT_EVERY == 0 or changed >= CHECKPOINT_CHANGES:
                    self._changes += changed
                    self._checkpoint_if_long()

    def checkpoint(self) -> None:
        """Copy the log into the file and cut it."""
        with self.alone():
            self._empty_log()

    @contextlib.contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Be the one writer without a transaction, for what SQLite refuses inside one (``VACUUM``)."""
        with self.lock, self._understood():
            self._refuse_others()
            with self._alone():
                yield self.connection

    def agreement(self) -> Agreement:
        """Hold every page of the file against its sum; others write meanwhile, but for a moment at the end.

        Raises:
            OSError: The file cannot be read.
        """
        with self.lock, self._understood():
            self._refuse_others()
            confirmed = self.cover.confirmed(self.connection)
            with self._alone():
                frames, _ = self._copy_log("PASSIVE")
                return self.cover.agreement(self.connection, frames, confirmed)

    def uncovered(self) -> int:
        """Return how many pages of the file have no sum."""
        with self.alone() as connection:
            return self.cover.uncovered(connection, self._copy_log("PASSIVE")[0])

    def close(self) -> None:
        """Close the file; again does nothing, and in a forked child it only lets go."""
        with self.lock:
            self._close(patience_s=self._busy_timeout_s, cut=True)

    def let_go(self) -> None:
        """Close what nobody closed, without waiting for anybody: SQLite would do so too, but write no sums."""
        if self.lock.acquire(blocking=False):
            try:
                self._close(patience_s=0.0, cut=False)
            finally:
                self.lock.release()

    def __del__(self) -> None:
        """Let go."""
        with contextlib.suppress(Exception):
            self.let_go()

    def _close(self, *, patience_s: float, cut: bool) -> None:
        if self._closed:
            return
        self._closed = True
        if os.getpid() != self._process:
            return
        with contextlib.suppress(StoreError), self._understood():
            self._writer.acquire(patience_s)
            try:
                if cut:
                    self._empty_log()
                else:
                    self._copy_log("PASSIVE")
            finally:
                self.connection.close()  # with the lock held: the last one to close copies what is left in the log
                self._writer.release()
        self.connection.close()
        self.cover.close()
        self._writer.close()

    def _refuse_others(self) -> None:
        if self._closed:
            raise StoreError(f"{self.path} is closed; open it again")
        if os.getpid() != self._process:
            raise StoreError(
                f"{self.path} was opened by process {self._process} and is used by its fork {os.getpid()}; "
                "a connection must not be carried across a fork: open the index again in the new process"
            )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the write lock; make up for a process that was killed while it copied the log."""
        self._writer.acquire()
        try:
            if self._writer.is_marked:
                with contextlib.suppress(sqlite3.Error):
                    self._copy_log("PASSIVE")
            yield
        finally:
            self._writer.release()

    def _checkpoint_if_long(self) -> None:
        """Copy a long log into the file as far as no reader stands in the way; the next writer begins it again."""
        with contextlib.suppress(sqlite3.OperationalError):
            log = self._file.with_name(self._file.name + "-wal")
            if log.stat().st_size > CHECKPOINT_BYTES:
                self._copy_log("PASSIVE")

    def _empty_log(self) -> None:
        """Copy the log, waiting for readers, and cut it; what cannot be copied stays."""
        frames, copied = self._copy_log("FULL")
        if copied == frames >= 0:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _copy_log(self, mode: Literal["PASSIVE", "FULL"]) -> tuple[int, int]:
        """Copy the log into the file and write the sums of what was copied; return its frames, and how many were.

        Both are -1 where somebody without our lock copies it just now: the next writer makes up for it.
        """
        self._writer.mark(on=True)
        try:
            frames, copied = self._copied(mode)
            if frames < 0:
                return frames, copied
            if copied == frames:
                self.cover.follow(self.connection, frames)
        except Exception:
            self._writer.mark(on=False)
            raise
        self._writer.mark(on=False)  # but not when interrupted: then the next writer makes up for it
        return frames, copied

    def _copied(self, mode: Literal["PASSIVE", "FULL"]) -> tuple[int, int]:
        """Have SQLite copy the log; its busy handler does not wait for others who copy it, so that ``FULL`` does."""
        until = time.monotonic() + (COPY_PATIENCE_S if mode == "FULL" else 0.0)
        while True:
            _, frames, copied = self.connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
            if frames >= 0 or time.monotonic() >= until:
                return frames, copied
            time.sleep(0.01)

    def _end(self, statement: str) -> None:
        if self.connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute(statement)

    def _understood(self) -> AbstractContextManager[None]:
        """Say what an error of SQLite means, and name the file."""
        return understood(self.path, self._busy_timeout_s, lambda: self.opens)


@atexit.register
def _let_go() -> None:
    for store in list(_open):
        store.let_go()
