"""``dedupe index``: documents on disk, and the answer to "is this one new?".

Answers go to standard output as lines of JSON, or with ``--log`` to the end of a file. A secret seed is never given on
a command line, where others can read it: it is taken from the variable DEDUPE_SECRET_SEED.
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
from dedupe.cli.options import (
    Clean,
    Field,
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
from dedupe.records import Decision, DocumentId, Skipped

if TYPE_CHECKING:
    from dedupe.config import Config
    from dedupe.engine.index import Index

SEED_VARIABLE = "DEDUPE_SECRET_SEED"
_AT_ONCE = 256

File = Annotated[Path, typer.Argument(metavar="INDEX", help="The index's file.", dir_okay=False)]
Log = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the answers to the end of this file instead.", dir_okay=False)
]
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
    ttl: Days = None,
    ttl_from_published: Published = False,
    bodies: Bodies = True,
) -> None:
    """Make a new index. Its parameters are fixed from then on."""
    if index.exists():
        raise usage_error(f"{index} exists; an index is made where nothing is")
    from dedupe.engine.index import Index

    config = config_of(preset=preset, threshold=threshold, clean=clean)
    age = dt.timedelta(days=ttl) if ttl is not None else None
    origin: Literal["seen", "published"] = "published" if ttl_from_published else "seen"
    Index(index, config, ttl=age, ttl_from=origin, keep_bodies=bodies, secret_seed=_secret()).close()


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
    with _open(index, must_exist=False, busy_timeout_s=busy_timeout) as opened:
        _answer(opened.add_many, opened.config, paths, log=log, field=field, quiet=quiet)


def check(index: File, paths: Paths, *, log: Log = None, field: Field = None, quiet: Quiet = False) -> None:
    """Answer for every document without taking it in."""
    with _open(index) as opened:

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
    words = sys.stdin.read() if text == "-" else text
    write = comparison_line if format_ is TextFormat.JSON else comparison_text
    with _open(index) as opened:
        found = opened.query(words, top=top)
        write_lines(map(write, found), sys.stdout)
    if not found and format_ is TextFormat.TEXT:
        complain("no document of the index shares a passage with this text")


def forget(index: File, ids: Ids, *, dry_run: DryRun = False) -> None:
    """Take documents out, with their texts."""
    with _open(index) as opened:
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
    with _open(index) as opened:
        count = opened.expired(moment) if dry_run else opened.expire(moment)
    sys.stdout.write(f"{count}\n")


def stats(index: File, *, format_: Format = TextFormat.TEXT) -> None:
    """Count documents, clusters and bytes.

    Copies are the documents beyond one in each cluster; forgotten are rows of documents taken out since. Segments are
    sorted runs of the look-up tables on disk, the tail is what is in none of them yet. Overflows: how often a key was
    in more documents than its cap. Unverified: candidates that the budget of comparisons left out.
    """
    import dataclasses
    import json

    with _open(index) as opened:
        numbers = dataclasses.asdict(opened.stats())
    if format_ is TextFormat.JSON:
        sys.stdout.write(json.dumps(numbers) + "\n")
        return
    for name, number in numbers.items():
        shown = f"{number:.0f}" if isinstance(number, float) else number
        sys.stdout.write(f"{name.replace('_', ' '):20} {shown}\n")


def verify(index: File) -> None:
    """Check every byte, row, text and look-up; name what is damaged and exit with 3."""
    from dedupe.engine.index.checks import WHOLE

    with _open(index) as opened:
        damages = opened.verify()
        bare = 0 if damages else opened.uncovered()
    sys.stdout.writelines(f"{damage}\n" for damage in damages)
    if damages:
        idle = all(damage.endswith(WHOLE) for damage in damages)
        helps = "`dedupe index compact` writes it anew, or restore a backup" if idle else "restore a backup"
        complain(f"{index} is damaged; {helps}, or build it again from the documents")
        raise typer.Exit(ExitCode.REFUSED)
    if bare:
        complain(
            f"every row, text and look-up of {index} is whole; {bare} of its pages have no sum, and damage there to "
            "bytes that hold nothing would not be noticed: `dedupe index compact` gives every page a sum"
        )


def compact(index: File) -> None:
    """Put the look-up tables into one piece, and give free space back to the disk."""
    with _open(index) as opened:
        opened.compact()


def backup(
    index: File, copy: Annotated[Path, typer.Argument(metavar="COPY", help="Where the copy goes.", dir_okay=False)]
) -> None:
    """Copy an index while it is in use."""
    with _open(index) as opened:
        opened.backup(copy)


def clusters(index: File, *, smallest: Smallest = 2) -> None:
    """Print the clusters, largest first."""
    with _open(index) as opened:
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


def _open(path: Path, *, must_exist: bool = True, busy_timeout_s: float = 30.0) -> "Index":
    from dedupe.engine.index import Index

    return Index(path, secret_seed=_secret(), must_exist=must_exist, busy_timeout_s=busy_timeout_s)


def _secret() -> int | None:
    written = os.environ.get(SEED_VARIABLE)
    if not written:
        return None
    if not written.isascii() or not written.isdigit():
        raise usage_error(f"{SEED_VARIABLE} must be a number from 0 to {2**32 - 1}")
    return int(written)


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


for command in (create, add, check, query, forget, expire, stats, verify, compact, backup, clusters):
    app.command(command.__name__, cls=Command)(guarded(command))
