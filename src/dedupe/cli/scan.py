"""``dedupe scan``: which of these documents carry one text, and which are linked."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import dedupe
from dedupe.cli.exits import ExitCode, complain, usage_error
from dedupe.cli.options import (
    STANDARD_INPUT,
    Clean,
    Field,
    Keep,
    Output,
    Paths,
    Preset,
    PresetName,
    Quiet,
    ResultFormat,
    Threshold,
    config_of,
    fields_of,
)
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit, emit_table, progress
from dedupe.config import Config
from dedupe.records import Body, Document, DocumentId, Skipped

if TYPE_CHECKING:
    from dedupe.engine.estimate import Sample
    from dedupe.engine.result import Result
    from dedupe.pages.plain import PlainTexts

FailOnDuplicates = Annotated[
    bool,
    typer.Option("--fail-on-duplicates", help="Exit with 10 if at least two documents carry one text."),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=1, max=1_024, help="Processor cores to use; the answer stays the same.")
]
Estimate = Annotated[
    bool, typer.Option("--estimate", help="Run a sample, say what time and memory all of it would take, and stop.")
]
Format = Annotated[
    ResultFormat | None,
    typer.Option(
        "--format",
        "-f",
        help="A table for people, or data for programs; if not given as the suffix of --output says, else a table.",
        show_default=False,
    ),
]


class Which(StrEnum):
    """Lists of documents."""

    KEPT = "kept"
    DROPPED = "dropped"


List = Annotated[
    Which | None,
    typer.Option("--list", help="Print only ids, one a line: the document of each cluster to keep, or the others."),
]


PACKED = 3
"""Bytes of text in one byte of a packed file, as a guess: news packs 2.5 to 4 fold."""
RECORD_BYTES = 40
"""Bytes of a record besides its text, as a guess: field names, an id, a line end."""


def scan(
    paths: Paths,
    *,
    format_: Format = None,
    output: Output = None,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
    keep: Keep = None,
    list_: List = None,
    field: Field = None,
    fail_on_duplicates: FailOnDuplicates = False,
    jobs: Jobs = 1,
    estimate: Estimate = False,
    quiet: Quiet = False,
) -> None:
    """Find which documents carry one text and which share passages.

    Reads files and folders, and standard input where the path is -; what it is shows in the content, as with any file.
    Prints the clusters with their members, the links with the words that tie them, what could not be used, and one
    sentence that sums up. Documents that fail are named on standard error and make the exit code 1; the rest is
    answered all the same.
    """
    config = config_of(preset=preset, threshold=threshold, clean=clean, keep=keep)
    form = _format(format_, output, list_)
    if estimate and STANDARD_INPUT in paths:
        raise usage_error("--estimate goes by the size of files, which standard input does not have; name the files")
    documents = read_paths(paths, fields=fields_of(field), config=config, output=output)
    if estimate:
        emit(_estimated(documents, paths, config, partial(_written, form)), output)
        return
    with progress(quiet=quiet) as report:
        result = dedupe.cluster(documents, config=config, duplicate_ids="skip", jobs=jobs, progress=report)
    if list_ is not None:
        emit(_listed(result, list_, form), output)
    elif form is ResultFormat.TABLE:
        emit_table(result, output)
    else:
        emit(_parts(result, form), output)
    failed = [entry for entry in result.skipped if entry.failed]
    for entry in failed:
        complain(f"{entry.id}: {entry.reason}")
    if fail_on_duplicates and result.clusters and len(result.clusters[0].members) > 1:  # the largest comes first
        raise typer.Exit(ExitCode.DUPLICATES)
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _format(asked: ResultFormat | None, output: Path | None, list_: Which | None) -> ResultFormat:
    """Return the format asked for, else that of the output's suffix, else a table; refuse what cannot be, beforehand.

    Raises:
        MissingExtraError: It is Parquet, and pyarrow is not installed.
        typer.Exit: A list in a format that has none, or Parquet for a terminal.
    """
    from dedupe.files.writers import SUFFIXES

    suffix = SUFFIXES.get(output.suffix.lower(), "") if output is not None and list_ is None else ""
    named = ResultFormat(suffix) if suffix in {*ResultFormat} else ResultFormat.TABLE
    form = asked or named
    if list_ is not None and form not in {ResultFormat.TABLE, ResultFormat.JSONL}:
        raise usage_error("--list prints ids as they are, or with --format jsonl as JSON; it has no other format")
    if form is ResultFormat.PARQUET:
        from dedupe.files.tables import require_parquet

        require_parquet()
        if output is None and sys.stdout.isatty():
            raise usage_error("Parquet is no text for a terminal; name a file with --output, or pipe it")
    return form


def _listed(result: "Result", which: Which, form: ResultFormat) -> Iterator[str]:
    """Yield ids, a line each; with whatever acts or breaks a line spelt out, or as JSON."""
    from dedupe.files.writers import json_line
    from dedupe.report.visible import visible

    def plain(document_id: DocumentId) -> str:
        written = str(document_id)
        return written if written.isprintable() else visible(written)

    line = json_line if form is ResultFormat.JSONL else plain
    return (f"{line(each)}\n" for each in (result.kept() if which is Which.KEPT else result.dropped()))


def _parts(result: "Result", form: ResultFormat) -> Iterable[str] | bytes:
    """Return the answer for programs, in parts where it is text."""
    from dedupe.files.writers import parts_of

    return parts_of(result, form.value)


def _written(form: ResultFormat, result: "Result") -> None:
    """Make the answer and drop it; what a table shows has a limit and is not worth the time."""
    if form is not ResultFormat.TABLE:
        for _ in _parts(result, form):
            pass


def _estimated(
    documents: Iterator[Document | Skipped], paths: Sequence[Path], config: Config, write: Callable[["Result"], object]
) -> str:
    """Say what a run would cost."""
    from dedupe.engine.estimate import Spent, estimate, sample_of, size_of

    begun = time.process_time()
    sample, more = sample_of(documents, config)
    spent = Spent(begun, time.process_time() - begun)
    total = _documents_in(paths, sample) if more else size_of(sample)
    found = estimate(sample, total, config, spent=spent, write=write)
    return (
        f"documents   {'about ' if more else ''}{found.documents:,}\n"
        f"time        {_seconds(*found.cpu_s)} of processor time, shared by --jobs; "
        f"from a run of {found.sample:,} documents\n"
        f"memory      about {_megabytes(found.memory_bytes)} at most, and 250 MB for each of several --jobs\n"
        f"disk        about {_megabytes(found.disk_bytes)} of temporary files\n"
    )


def _documents_in(paths: Sequence[Path], sample: "Sample") -> int:
    """Guess how many documents the paths hold: pages are counted, records go by the size of those in the sample."""
    from dedupe.engine.estimate import size_of
    from dedupe.files.folders import File, find_files

    files = [entry for entry in find_files(*paths) if isinstance(entry, File)]
    count = size_of(sample)
    if len(files) > count:
        return len(files)
    packed = sum(entry.path.stat().st_size * (PACKED if entry.path.suffix in {".gz", ".zst"} else 1) for entry in files)
    return max(count, int(packed / (sum(map(_bytes, sample)) / max(1, count) + RECORD_BYTES)))


def _bytes(row: "Document | Body | Skipped | PlainTexts") -> int:
    """Return about how many bytes of its file a row of a sample took, keys and punctuation aside."""
    from dedupe.pages.plain import PlainTexts

    if isinstance(row, PlainTexts):
        notes = sum(len(note.title or "") + len(note.url or "") for note in row.notes.values())
        return int(row.texts.lengths().sum()) + notes + sum(_bytes(entry) for _, entry in row.others)
    if isinstance(row, Body | Skipped):  # a reader makes no bodies
        return 0
    text = (row.text or "").encode("utf-8", "replace")
    return len(text) + len(row.html or row.content or "") + len(row.title or "") + len(row.url or "")


def _seconds(least: float, most: float) -> str:
    """Say a span of time in one unit, as exactly as it is known."""
    unit, size = ("seconds", 1) if most < 120 else ("minutes", 60) if most < 7_200 else ("hours", 3_600)
    low, high = (f"{seconds / size:.0f}" if most / size >= 10 else f"{seconds / size:.1f}" for seconds in (least, most))
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
