"""One file, one connection: opening, transactions, waiting, and what SQLite's errors mean to a caller."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from dedupe.engine.index.guards import WriteLock, refuse_network
from dedupe.errors import BusyStoreError, ConfigError, CorruptStoreError, IncompatibleStoreError, StoreError

Durability = Literal["normal", "full"]

PAGE_BYTES = 8_192
"""Bytes of a page: five texts fit on one, where two would on the usual 4,096 with a quarter of it left empty."""

CHECKPOINT_EVERY = 512
"""Transactions after which the size of the log is looked at."""

CHECKPOINT_CHANGES = 4_096
"""Changed rows after which it is looked at, too: those of about 800 documents."""

CHECKPOINT_BYTES = 16 << 20
"""Size of the write-ahead log from which it is copied into the file."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_TOOBIG})
_DENIED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


class Store:
    """An SQLite file in write-ahead mode, for one process.

    Transactions are short: the write lock of the file is held from ``writing`` to its end, readers never wait.
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
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._busy_timeout_s = busy_timeout_s
        self._closed = False
        self._commits = self._changes = 0
        with self._understood():
            try:
                self._writer = WriteLock(path.with_name(path.name + "-lock"), busy_timeout_s)
            except OSError as error:
                raise StoreError(f"{path} cannot be opened for writing: {error.strerror}") from error
            self.connection = self._connect(durability)

    def _connect(self, durability: Durability) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
        )
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
        return connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold one unchanging view of the file; short, because the log cannot be cut while it lasts."""
        with self._lock, self._understood():
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
        with self._lock, self._understood():
            self._refuse_others()
            self._writer.acquire()
            try:
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
            finally:
                self._writer.release()

    def checkpoint(self) -> None:
        """Copy the log into the file and cut it."""
        with self._lock, self._understood():
            self._refuse_others()
            self._writer.acquire()
            try:
                self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self._writer.release()

    @contextlib.contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Be the one writer without a transaction, for what SQLite refuses inside one (``VACUUM``)."""
        with self._lock, self._understood():
            self._refuse_others()
            self._writer.acquire()
            try:
                yield self.connection
            finally:
                self._writer.release()

    def close(self) -> None:
        """Close the file; again does nothing, and in a forked child it only lets go."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if os.getpid() != self._process:
                return
            with contextlib.suppress(StoreError), self._understood():
                self._writer.acquire()
                try:
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    self._writer.release()
            self.connection.close()
            self._writer.close()

    def _refuse_others(self) -> None:
        if self._closed:
            raise StoreError(f"{self.path} is closed; open it again")
        if os.getpid() != self._process:
            raise StoreError(
                f"{self.path} was opened by process {self._process} and is used by its fork {os.getpid()}; "
                "a connection must not be carried across a fork: open the index again in the new process"
            )

    def _checkpoint_if_long(self) -> None:
        """Copy a long log into the file as far as no reader stands in the way; the next writer begins it again."""
        with contextlib.suppress(sqlite3.OperationalError):
            log = self.path.with_name(self.path.name + "-wal")
            if log.stat().st_size > CHECKPOINT_BYTES:
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _end(self, statement: str) -> None:
        if self.connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute(statement)

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        """Say what an error of SQLite means, and name the file."""
        try:
            yield
        except sqlite3.Error as error:
            raise explain_error(error, self.path, self._busy_timeout_s) from error
        except UnicodeDecodeError as error:  # what SQLite says of damaged definitions shows their bytes
            raise CorruptStoreError(_with_advice(f"{self.path} is damaged: its definitions cannot be read")) from error
        except (CorruptStoreError, IncompatibleStoreError) as error:
            raise _named(error, self.path) from error


def explain_error(error: sqlite3.Error, path: Path, waited_s: float) -> StoreError:
    """Turn an error of SQLite into one that says what to do."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    primary = code & 0xFF
    if primary in _BUSY:
        return BusyStoreError(f"{path} is held by another process and was not free for {waited_s:.1f} s; try again")
    if primary in _FULL:
        return StoreError(f"{path}: the disk is full ({error}); nothing of this transaction was stored")
    if primary in _DENIED:
        return StoreError(f"{path} cannot be opened or written ({error}); an index needs a folder it may write to")
    if primary == sqlite3.SQLITE_IOERR and code != sqlite3.SQLITE_IOERR_SHORT_READ:
        return StoreError(f"{path}: reading or writing failed ({error}); nothing of this transaction was stored")
    return CorruptStoreError(_with_advice(f"{path} is damaged: {error}"))


def _named(error: StoreError, path: Path) -> StoreError:
    message = str(error)
    if str(path) in message:
        return error
    named = f"{path}: {message}"
    return type(error)(_with_advice(named) if isinstance(error, CorruptStoreError) else named)


def _with_advice(message: str) -> str:
    return (
        f"{message}. Run `dedupe index verify` to see how far the damage goes; "
        "restore a backup, or build the index again from the documents"
    )
