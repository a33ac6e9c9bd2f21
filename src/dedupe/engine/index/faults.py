"""What an error of SQLite means to a caller, which file it is about, and what helps."""

import sqlite3
from pathlib import Path

from dedupe.errors import BusyStoreError, CorruptStoreError, StoreError

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_TOOBIG})
_DENIED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


def explain(error: sqlite3.Error, path: Path, waited_s: float) -> StoreError:
    """Turn an error of SQLite into one that says what it means for a file."""
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
    return CorruptStoreError(f"{path} is damaged: {error}")


def named(error: StoreError, path: Path) -> StoreError:
    """Return an error that names its file."""
    return type(error)(f"{path}: {error}")


def advised(error: StoreError, *, opens: bool) -> StoreError:
    """Return an error that says what helps, if it is about damage.

    Args:
        error: What went wrong.
        opens: Whether the file can be opened, so that it can be looked at.
    """
    if not isinstance(error, CorruptStoreError):
        return error
    look = "Run `dedupe index verify` to see how far the damage goes; " if opens else "It cannot be opened: "
    return type(error)(f"{error}. {look}restore a backup, or build the index again from the documents")
