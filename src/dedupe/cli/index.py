"""``dedupe index``: documents on disk, and the answer to "is this one new?".

Answers go to standard output as lines of JSON, or with ``--log`` to the end of a file.
"""

import datetime as dt
import itertools
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dedupe.cli.decisions import cluster_line, comparison_line, comparison_text, decision_line, log_to, write_lines
from dedupe.cli.exits import ExitCode, complain, guarded, usage_error
from dedupe.cli.opening import File, Log, open_index, secret_seed
from dedupe.cli.options import (
    Clean,
    Field,
    Keep,
    Paths,
    Preset,
    PresetName,
    Quiet,
    TextFormat,
    Threshold,
    config_of,
    fields_of,
)
from dedupe.cli.saying import Command
from dedupe.cli.upkeep import backup, compact, merge, stats, verify
from dedupe.records import Decision, DocumentId, Skipped

if TYPE_CHECKING:
    from dedupe.config import Config
    from dedupe.engine.index import Index

_AT_ONCE = 256

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]
Days = Annotated[
    float | None,
    typer.Option(metavar="DAYS", help="Documents older than this no longer count.", min=0, max=365_000),
]
Published = Annotated[
    bool, typer.Option("--ttl-from-published", help="Count age from publication where that is known, not from intake.")
]
Bodies = Annotated[
    bool, typer.Option("--bodies/--no-bodies", help="Keep the texts; without them it is smaller, but cannot quote.")
]
Ids = Annotated[list[str], typer.Argument(metavar="ID", help="Ids of documents.")]
Before = Annotated[str | None, typer.Option(metavar="TIME", help="Take out what is older; ISO 8601, UTC unless said.")]
Smallest = Annotated[int, typer.Option(help="Leave smaller clusters out.", min=1)]
Format = Annotated[TextFormat, typer.Option("--format", "-f", help="For people, or as JSON.")]

Patience = Annotated[
    float,
    typer.Option("--busy-timeout", metavar="SECONDS", help="How long to wait for another process that writes.", min=0),
]

app = typer.Typer(no_args_is_help=True, help="Keep documents on disk, and tell which ones are new.")


def create(
    index: File,
    *,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
    keep: Keep = None,
    ttl: Days = None,
    ttl_from_published: Published = False,
    bodies: Bodies = True,
) -> None:
    """Make a new index. Its parameters are fixed from then on."""
    if index.exists():
        raise usage_error(f"{index} exists; an index is made where nothing is")
    from dedupe.engine.index import Index

    config = config_of(preset=preset, threshold=threshold, clean=clean, keep=keep)
    age = dt.timedelta(days=ttl) if ttl is not None else None
    origin: Literal["seen", "published"] = "published" if ttl_from_published else "seen"
    Index(index, config, ttl=age, ttl_from=origin, keep_bodies=bodies, secret_seed=secret_seed()).close()


def add(
    index: File,
    paths: Paths,
    *,
    log: Log = None,
    field: Field = None,
    dry_run: DryRun = False,
    busy_timeout: Patience = 30.0,
    quiet: Quiet = False,
) -> None:
    """Answer for every document and take it in. What is not there yet is made, with the default parameters.

    An index with other parameters (--preset, --threshold ...) is made by `index create` first.
    """
    if dry_run:
        check(index, paths, log=log, field=field, quiet=quiet)
        return
    with open_index(index, must_exist=False, busy_timeout_s=busy_timeout) as opened:
        _answer(opened.add_many, opened.config, paths, log=log, field=field, quiet=quiet)


def check(index: File, paths: Paths, *, log: Log = None, field: Field = None, quiet: Quiet = False) -> None:
    """Answer for every document without taking it in."""
    with open_index(index) as opened:

        def ask(documents: Iterable[object]) -> list[Decision]:
            return [opened.check(document) for document in documents]

        _answer(ask, opened.config, paths, log=log, field=field, quiet=quiet)


def query(
    index: File,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text, or - for standard input.")],
    *,
    top: Annotated[int, typer.Option(help="Most documents to name.", min=1)] = 10,
    format_: Format = TextFormat.JSON,
) -> None:
    """Name the documents most alike a text, the most similar first."""
    if os.path.isfile(text):  # noqa: PTH113 - a text may be too long for a path
        raise usage_error(f"TEXT is the words themselves, and {text!r} is a file: give `- < FILE` instead")
    from dedupe.cli.reading import piped

    words = piped().read() if text == "-" else text
    write = comparison_line if format_ is TextFormat.JSON else comparison_text
    with open_index(index) as opened:
        found = opened.query(words, top=top)
        write_lines(map(write, found), sys.stdout)
    if not found and format_ is TextFormat.TEXT:
        complain("no document of the index shares a passage with this text")


def forget(index: File, ids: Ids, *, dry_run: DryRun = False) -> None:
    """Take documents out, with their texts."""
    with open_index(index) as opened:
        missing = 0
        for written in ids:
            document_id = _known_id(opened, written)
            if document_id is None:
                complain(f"no document has the id {written!r}")
                missing += 1
            elif not dry_run:
                opened.forget(document_id)
    if missing:
        raise typer.Exit(ExitCode.SOME_FAILED)


def expire(index: File, *, before: Before = None, dry_run: DryRun = False) -> None:
    """Take out what is too old: by the index's own time to live, or before a moment. Prints how many."""
    moment = _moment(before) if before is not None else None
    with open_index(index) as opened:
        count = opened.expired(moment) if dry_run else opened.expire(moment)
    sys.stdout.write(f"{count}\n")


def clusters(index: File, *, smallest: Smallest = 2) -> None:
    """Print the clusters, largest first."""
    with open_index(index) as opened:
        write_lines((cluster_line(cluster) for cluster in opened.clusters(smallest=smallest)), sys.stdout)


def _answer(
    ask: Callable[[Iterable[object]], list[Decision]],
    config: "Config",
    paths: list[Path],
    *,
    log: Path | None,
    field: list[str] | None,
    quiet: bool,
) -> None:
    """Ask about everything that the paths hold, a step at a time, and write each step's answers at once."""
    from dedupe.cli.reading import read_paths
    from dedupe.cli.streams import progress

    failed, done = 0, 0
    documents = iter(read_paths(paths, fields=fields_of(field), config=config, output=log))
    with log_to(log) as lines, progress(quiet=quiet) as report:
        while step := list(itertools.islice(documents, _AT_ONCE)):
            for entry in step:
                if isinstance(entry, Skipped) and entry.failed:
                    complain(f"{entry.id}: {entry.reason}")
                    failed += 1
            write_lines(map(decision_line, ask(step)), lines)
            done += len(step)
            if report is not None:
                report("answering", done, 0)
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _known_id(opened: "Index", written: str) -> DocumentId | None:
    """Return the id as the index has it: a string, or the number that is written so."""
    if written in opened:
        return written
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() and int(written) in opened else None


def _moment(written: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise usage_error(f"--before takes a time like 2026-01-31 or 2026-01-31T12:00:00Z, not {written!r}") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


for command in (create, add, check, query, forget, expire, stats, verify, compact, backup, merge, clusters):
    app.command(command.__name__, cls=Command)(guarded(command))
