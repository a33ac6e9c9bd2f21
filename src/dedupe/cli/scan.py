"""``dedupe scan``: which of these documents carry one text, and which are linked."""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import ExitCode, complain
from dedupe.cli.options import (
    Clean,
    Field,
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
from dedupe.records import Document, Skipped

FailOnDuplicates = Annotated[
    bool,
    typer.Option("--fail-on-duplicates", help="Exit with 10 if at least two documents carry one text."),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processor cores to use; the answer stays the same.")]
Estimate = Annotated[
    bool, typer.Option("--estimate", help="Run a sample, say what time and memory all of it would take, and stop.")
]
Format = Annotated[ResultFormat, typer.Option("--format", "-f", help="A table for people, or data for programs.")]


PACKED = 3
"""Bytes of text in one byte of a packed file, as a guess: news packs 2.5 to 4 fold."""
RECORD_BYTES = 40
"""Bytes of a record besides its text, as a guess: field names, an id, a line end."""


def scan(
    paths: Paths,
    *,
    format_: Format = ResultFormat.TABLE,
    output: Output = None,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
    field: Field = None,
    fail_on_duplicates: FailOnDuplicates = False,
    jobs: Jobs = 1,
    estimate: Estimate = False,
    quiet: Quiet = False,
) -> None:
    """Find which documents carry one text and which share passages.

    Reads files and folders. Prints the clusters with their members, the links with the words that tie them, what could
    not be used, and one sentence that sums up. Documents that fail are named on standard error and make the exit code
    1; the rest is answered all the same.
    """
    config = config_of(preset=preset, threshold=threshold, clean=clean)
    documents = read_paths(paths, fields=fields_of(field), config=config, output=output)
    if estimate:
        emit(_estimated(documents, paths, config), output)
        return
    with progress(quiet=quiet) as report:
        result = dedupe.cluster(documents, config=config, duplicate_ids="skip", jobs=jobs, progress=report)
    from dedupe.files.writers import csv_parts, json_parts, jsonl_parts

    match format_:
        case ResultFormat.TABLE:
            emit_table(result, output)
        case ResultFormat.JSON:
            emit(json_parts(result), output)
        case ResultFormat.JSONL:
            emit(jsonl_parts(result), output)
        case ResultFormat.CSV:
            emit(csv_parts(result), output)
    failed = [entry for entry in result.skipped if entry.failed]
    for entry in failed:
        complain(f"{entry.id}: {entry.reason}")
    if fail_on_duplicates and result.clusters and len(result.clusters[0].members) > 1:  # the largest comes first
        raise typer.Exit(ExitCode.DUPLICATES)
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _estimated(documents: Iterator[Document | Skipped], paths: Sequence[Path], config: Config) -> str:
    """Say what a run would cost."""
    from dedupe.engine.estimate import SAMPLE_DOCUMENTS, estimate

    begun = time.process_time()
    sample = list(islice(documents, SAMPLE_DOCUMENTS))
    read_s = time.process_time() - begun
    more = next(documents, None) is not None
    found = estimate(sample, _documents_in(paths, sample) if more else len(sample), config, read_s=read_s)
    least, most = (_minutes(seconds) for seconds in found.cpu_s)
    span = least if least == most else f"{least} to {most}"
    return (
        f"documents   {'about ' if more else ''}{found.documents:,}\n"
        f"time        {span} of processor time, shared by --jobs; from a run of {found.sample:,} documents\n"
        f"memory      about {_megabytes(found.memory_bytes)} at most, and 250 MB for each of several --jobs\n"
        f"disk        about {_megabytes(found.disk_bytes)} of temporary files\n"
    )


def _documents_in(paths: Sequence[Path], sample: Sequence[Document | Skipped]) -> int:
    """Guess how many documents the paths hold: pages are counted, records go by the size of those in the sample."""
    from dedupe.files.folders import File, find_files

    files = [entry for entry in find_files(*paths) if isinstance(entry, File)]
    if len(files) > len(sample):
        return len(files)
    records = [entry for entry in sample if isinstance(entry, Document)]
    size = sum(
        len((entry.text or "").encode("utf-8", "replace")) + len(entry.html or entry.content or "") for entry in records
    )
    packed = sum(entry.path.stat().st_size * (PACKED if entry.path.suffix in {".gz", ".zst"} else 1) for entry in files)
    return max(len(sample), int(packed / (size / max(1, len(records)) + RECORD_BYTES)))


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
