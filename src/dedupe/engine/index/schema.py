"""The tables of an index, what is fixed when it is made, and what is refused when it is opened.

``application_id`` marks the file as an index, ``user_version`` says which layout it has. Everything that changes an
answer is fingerprinted; an index made with other parameters is refused with both fingerprints shown.
"""

import dataclasses
import hashlib
import sqlite3
from collections.abc import Callable

import msgspec

from dedupe.config import Config
from dedupe.engine.index.postings import Table, seal, unseal
from dedupe.engine.index.state import Counters, Levels, read_state, write_state
from dedupe.errors import CorruptStoreError, IncompatibleStoreError

APPLICATION_ID = 0x64447570
LAYOUT = 4
"""Raised whenever a table or the form of a row changes. 2: tokens coded, postings without the bits no row needs.
3: rows of forgotten documents are dropped and marked as gone, rows are coded, bodies written without their defaults,
what a merge has taken is looked up in what it makes and deleted from its inputs.
4: texts are squeezed by a codebook, which is written in half and read in a quarter of the time."""

TABLES = (
    "CREATE TABLE settings (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE state (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE documents (row INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE contents (row INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE notes (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE blocks (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE filters (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE gone (number INTEGER PRIMARY KEY, data BLOB NOT NULL)",
)
"""Every row is one sealed blob under a number: no column, key or index that damage could change unnoticed."""

_NAMED = {statement.split(" ")[2]: statement for statement in TABLES}
_SETTINGS = 1


class Settings(msgspec.Struct, kw_only=True, frozen=True):
    """What an index was made with.

    Attributes:
        config: The parameters, by name.
        fingerprint: Their fingerprint, with that of the secret seed and of what else changes an answer.
        keep_bodies: Whether the texts are kept.
        secret: Whether a secret seed belongs to it; the seed itself is not stored.
        ttl_s: Seconds after which a document no longer counts; ``None`` for never.
        ttl_from: What a document's age is counted from.
    """

    config: dict[str, float | int | bool | tuple[str, ...]]
    fingerprint: str
    keep_bodies: bool
    secret: bool
    ttl_s: float | None
    ttl_from: str


def fingerprint(config: Config, secret_seed: int | None) -> str:
    """Return 16 hex digits that differ whenever two indexes could answer differently."""
    secret = "" if secret_seed is None else hashlib.blake2b(f"secret {secret_seed}".encode(), digest_size=8).hexdigest()
    return hashlib.blake2b(f"{config.fingerprint()} {secret}".encode(), digest_size=8).hexdigest()


def create(connection: sqlite3.Connection, settings: Settings) -> None:
    """Make the tables of a new index, inside a transaction."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    write_settings(connection, settings)
    write_state(connection, Counters())
    write_state(connection, Levels())


def write_settings(connection: sqlite3.Connection, settings: Settings) -> None:
    """Write the settings."""
    sealed = seal(Table.SETTINGS, _SETTINGS, msgspec.msgpack.encode(settings))
    connection.execute("INSERT OR REPLACE INTO settings (number, data) VALUES (?, ?)", (_SETTINGS, sealed))


def with_ttl(settings: Settings, ttl_s: float) -> Settings:
    """Return settings with another time to live."""
    return msgspec.structs.replace(settings, ttl_s=ttl_s)


def is_empty(connection: sqlite3.Connection) -> bool:
    """Tell a database without any table: a new file."""
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)


def check_application(application: int) -> None:
    """Refuse the application id of any file but an index's.

    Raises:
        IncompatibleStoreError: It is another.
    """
    if application != APPLICATION_ID:
        raise IncompatibleStoreError(
            f"the file is an SQLite database but no index (application id {application:#x}, "
            f"an index has {APPLICATION_ID:#x}); give a path of its own"
        )


def check_layout(connection: sqlite3.Connection) -> None:
    """Refuse files that are no index, or of a layout that cannot be brought up to date.

    Raises:
        IncompatibleStoreError: No index, or one of another version.
    """
    check_application(connection.execute("PRAGMA application_id").fetchone()[0])
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT and layout not in MIGRATIONS:
        raise IncompatibleStoreError(
            f"the index has layout {layout}, this version reads layout {LAYOUT}; "
            "open it with the version that made it, or build it again from the documents"
        )


def check_tables(connection: sqlite3.Connection) -> None:
    """Refuse a file of this layout whose tables are not what they were made as.

    Raises:
        CorruptStoreError: They are damaged.
    """
    found = connection.execute("SELECT rowid, type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall()
    if found != [(number, "table", name, name, sql) for number, (name, sql) in enumerate(_NAMED.items(), start=1)]:
        raise CorruptStoreError("the definitions of the index's tables are damaged")


def read_settings(connection: sqlite3.Connection) -> Settings:
    """Read the settings.

    Raises:
        CorruptStoreError: They are missing or damaged.
    """
    found = connection.execute("SELECT data FROM settings WHERE number = ?", (_SETTINGS,)).fetchone()
    payload = unseal(Table.SETTINGS, _SETTINGS, found[0] if found is not None else None)
    if payload is None:
        raise CorruptStoreError(f"the index's settings are {'missing' if found is None else 'damaged'}")
    return msgspec.msgpack.decode(payload, type=Settings)


def check_parameters(settings: Settings, config: Config | None, secret_seed: int | None) -> None:
    """Refuse other parameters than those the index was made with; ``None`` asks for its own.

    Raises:
        IncompatibleStoreError: Both fingerprints are shown, and what differs.
    """
    chosen = config or config_of(settings)
    wanted = fingerprint(chosen, secret_seed)
    if wanted == settings.fingerprint:
        return
    given = dataclasses.asdict(chosen)
    made_with = dataclasses.asdict(Config()) | settings.config  # an older index does not name what came later
    differing = [
        f"{name} {made_with[name]!r}, asked for {value!r}" for name, value in given.items() if made_with[name] != value
    ]
    if not differing:
        has = "another secret seed" if settings.secret else "no secret seed"
        differing = [f"{has}" if (secret_seed is not None or settings.secret) else "other rules, by another version"]
    raise IncompatibleStoreError(
        f"the index was made with parameters {settings.fingerprint}, asked for {wanted} ({'; '.join(differing)}); "
        + ("open it with its own (leave config out)" if config is not None else "open it with the version that made it")
        + ", or build a new index from the documents"
    )


def config_of(settings: Settings) -> Config:
    """Return the parameters an index was made with.

    Raises:
        IncompatibleStoreError: This version does not know one of them.
    """
    try:
        return Config(**settings.config)  # type: ignore[arg-type] # validated by Config itself
    except TypeError as error:
        raise IncompatibleStoreError(f"the index has parameters this version does not know: {error}") from error


def _nothing(_connection: sqlite3.Connection) -> None:
    """Leave what is there: it is read as it is, and only what is written from now on has the new form."""


def _with_gone(connection: sqlite3.Connection) -> None:
    """Make room for the marks of dropped rows, and give up merges: what they had made was not looked up yet.

    Rows of documents forgotten before are dropped by ``compact``.
    """
    connection.execute(_NAMED["gone"])
    levels = read_state(connection, Levels)
    levels.garbage += [[job.made.id, job.made.blocks, job.made.parts] for job in levels.jobs]
    levels.jobs = []
    write_state(connection, levels)


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _nothing, 2: _with_gone, 3: _nothing}
"""What turns the layout before into the next one, by the layout it starts from; each runs as one transaction."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older layout up to date, inside a write transaction: killed at any instant, it has not happened."""
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    while layout in MIGRATIONS:
        MIGRATIONS[layout](connection)
        layout += 1
        connection.execute(f"PRAGMA user_version = {layout}")
