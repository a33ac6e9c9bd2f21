"""What an error of SQLite means to a caller, which file it is about, and what helps."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from dedupe.errors import BusyStoreError, CorruptStoreError, IncompatibleStoreError, StoreError

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


@contextlib.contextmanager
def understood(path: Path, waited_s: float, opens: Callable[[], bool]) -> Iterator[None]:
    """Say what an error of SQLite means, and name the file.

    Args:
        path: The file.
        waited_s: How long others were waited for.
        opens: Tells whether the file was seen to open.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise advised(explain(error, path, waited_s), opens=opens()) from error
    except UnicodeDecodeError as error:  # what SQLite says of damaged definitions shows their bytes
        found = CorruptStoreError(f"{path} is damaged: its definitions cannot be read")
        raise advised(found, opens=opens()) from error
    except (CorruptStoreError, IncompatibleStoreError) as error:
        if str(path) in str(error):
            raise
        raise advised(named(error, path), opens=opens()) from error
