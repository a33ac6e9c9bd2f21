"""An open index: the file, the tables in memory, and what every transaction begins and ends with."""

import dataclasses
import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict, get_args

from dedupe.config import Config
from dedupe.engine.index import schema
from dedupe.engine.index.adding import Adding
from dedupe.engine.index.caches import Caches
from dedupe.engine.index.postings import Kind, key_of, text_value
from dedupe.engine.index.rows import decision_of, id_bytes, microseconds
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.state import Counters, read_state, write_state
from dedupe.engine.index.store import Durability, Store
from dedupe.engine.index.tables import Tables
from dedupe.errors import ConfigError, CorruptStoreError, InputError
from dedupe.records import Body, Decision, DocumentId

Age = Literal["seen", "published"]
_MERGE_EVERY = 512
_MERGE_POSTINGS = 500
"""Postings that every merge moves for one document: several times what a document has, so that merges are soon done."""
_LONG_AGO = -(1 << 62)


class MoreOptions(TypedDict, total=False):
    """The options that are seldom needed."""

    ttl_from: Age
    keep_bodies: bool
    secret_seed: int | None
    max_comparisons: int
    busy_timeout_s: float
    allow_network: bool
    must_exist: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an index is opened; see :class:`dedupe.Index` for what each means.

    Raises:
        ConfigError: A value is out of range.
    """

    ttl: dt.timedelta | None = None
    ttl_from: Age = "seen"
    durability: Durability = "normal"
    keep_bodies: bool = True
    secret_seed: int | None = None
    max_comparisons: int = 16
    busy_timeout_s: float = 30.0
    allow_network: bool = False
    must_exist: bool = False

    def __post_init__(self) -> None:
        """Refuse what is out of range, naming the limit."""
        if self.ttl is not None and self.ttl <= dt.timedelta(0):
            raise ConfigError(f"ttl must be longer than nothing, not {self.ttl}; leave it out to keep documents")
        if self.ttl_from not in get_args(Age):
            raise ConfigError(f"ttl_from must be one of {', '.join(get_args(Age))}, not {self.ttl_from!r}")
        if self.secret_seed is not None and not 0 <= self.secret_seed < 2**32:
            raise ConfigError(f"secret_seed must be from 0 to {2**32 - 1}, not {self.secret_seed}")
        if self.max_comparisons < 1:
            raise ConfigError(f"max_comparisons must be at least 1, not {self.max_comparisons}")


class Opened:
    """One index, opened by one process.

    Attributes:
        path: The file.
        config: Its parameters; ``sketching`` is what documents are sketched with: the secret seed in
            the place of the public one, and no phrases.
        settings: What it was made with.
        store: File and locks.
        tables: Keys to rows.
    """

    def __init__(self, path: Path, config: Config | None, options: Options) -> None:
        """Open the index, or make it; see :class:`dedupe.Index` for what is raised."""
        if options.must_exist and not os.path.exists(path):  # noqa: PTH110 - pathlib raises where a name is too long
            raise InputError(f"there is no index at {path}; make one with `dedupe index create`")
        if options.must_exist and not path.stat().st_size:
            raise CorruptStoreError(
                f"{path} is empty, so it holds no index: restore a backup, or delete it and begin anew"
            )
        self.path = path
        self._budget = options.max_comparisons
        self.store = Store(
            path,
            durability=options.durability,
            busy_timeout_s=options.busy_timeout_s,
            allow_network=options.allow_network,
        )
        try:
            with self.store.writing() as connection:
                self.store.cover.begin(connection)
                before = _written(connection)
                self.settings = _settled(connection, config, options)
                if _written(connection) != before:
                    _renew(connection)
            self.config = schema.config_of(self.settings)
            seed = options.secret_seed
            # Phrases are no keys of an index, so they need not be made.
            self.sketching = self.config.replace(seed=self.config.seed if seed is None else seed, wording=False)
            self.tables = Tables(self.store.connection)
            self._caches = Caches(keeps_texts=self.settings.keep_bodies)
            self._centres: dict[int, tuple[int, int, int]] = {}
            self._since_merge = 0
            with self.reading():
                self.store.opens = True
        except BaseException:
            self.store.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[tuple[Shelf, Counters]]:
        """Look at the index as it is now."""
        with self.store.reading() as connection:
            counters = self._caught_up(connection)
            yield self._shelf(connection), counters

    @contextmanager
    def writing(self) -> Iterator[tuple[Shelf, Counters]]:
        """Change the index; all of it or nothing."""
        with self.store.lock:  # until what is in memory is true again
            try:
                with self.store.writing() as connection:
                    counters = self._caught_up(connection)
                    shelf = self._shelf(connection)
                    yield shelf, counters
                    shelf.put_down(counters)
                    counters.renew()
                    write_state(connection, counters)
                    self._caches.agree(counters)
            except BaseException:
                self.tables.distrust()
                self._caches.clear()
                self._centres.clear()
                raise

    def adding(self, shelf: Shelf) -> Adding:
        """Return what looks documents up and takes them in, for one transaction."""
        return Adding(shelf, self._centres, budget=self._budget)

    def number(self, shelf: Shelf, document_id: DocumentId) -> int:
        """Return the row of an id, 0 where it is not in."""
        written = id_bytes(document_id)
        for number in self.tables.rows(key_of(text_value(written), Kind.ID)):
            if shelf.counts(number) and shelf.row(number).id == written:
                return number
        return 0

    def stored(self, shelf: Shelf, number: int) -> Decision:
        """Return the answer a row got, with the cluster it is in now."""
        row = shelf.row(number)
        return decision_of(row, shelf.row(row.variant or number).cluster)

    def dated(self, body: Body, seen_us: int) -> int:
        """Return when a document's age begins; a date in the future begins now."""
        if self.settings.ttl_from == "published" and body.published is not None:
            return min(seen_us, microseconds(body.published.earliest))
        return seen_us

    def oldest(self) -> int:
        """Return the date from which documents count, in microseconds since 1970."""
        if self.settings.ttl_s is None:
            return _LONG_AGO
        return microseconds(dt.datetime.now(dt.UTC)) - int(self.settings.ttl_s * 1e6)

    def keep_house(self, counters: Counters, added: int) -> None:
        """Turn the tail into a segment when it is full, and carry merges on; inside ``writing``."""
        if self.tables.is_full:
            self.tables.flush(counters)
        self._since_merge += added
        if self._since_merge >= _MERGE_EVERY:
            self.tables.sweep(counters)
            if self.tables.is_merging:
                self.tables.advance(counters, _MERGE_POSTINGS * self._since_merge)
            self._since_merge = 0

    def _caught_up(self, connection: sqlite3.Connection) -> Counters:
        counters = read_state(connection, Counters)
        self.tables.refresh(counters)
        self._caches.catch_up(connection, counters)
        return counters

    def _shelf(self, connection: sqlite3.Connection) -> Shelf:
        return Shelf(connection, self.tables, self.config, self._caches, oldest_us=self.oldest())


def _written(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return what differs once a transaction has written rows, or raised the layout."""
    return connection.total_changes, connection.execute("PRAGMA user_version").fetchone()[0]


def _renew(connection: sqlite3.Connection) -> None:
    counters = read_state(connection, Counters)
    counters.renew()
    write_state(connection, counters)


def _settled(connection: sqlite3.Connection, config: Config | None, options: Options) -> schema.Settings:
    """Return the settings of an index, made now if the file is empty; refuse what does not fit."""
    ttl_s = options.ttl.total_seconds() if options.ttl is not None else None
    chosen = Config.given(config)
    if schema.is_empty(connection):
        settings = schema.Settings(
            config=dataclasses.asdict(chosen),
            fingerprint=schema.fingerprint(chosen, options.secret_seed),
            keep_bodies=options.keep_bodies,
            secret=options.secret_seed is not None,
            ttl_s=ttl_s,
            ttl_from=options.ttl_from,
        )
        schema.create(connection, settings)
        return settings
    schema.check_layout(connection)
    schema.migrate(connection)
    schema.check_tables(connection)
    settings = schema.read_settings(connection)
    schema.check_parameters(settings, config, options.secret_seed)
    if ttl_s is not None and ttl_s != settings.ttl_s:
        settings = schema.with_ttl(settings, ttl_s)
        schema.write_settings(connection, settings)
    return settings
