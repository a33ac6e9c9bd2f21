"""``dedupe scan``: which of these documents carry one text, and which are linked."""

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

FailOnDuplicates = Annotated[
    bool,
    typer.Option("--fail-on-duplicates", help="Exit with 10 if at least two documents carry one text."),
]
Format = Annotated[ResultFormat, typer.Option("--format", "-f", help="A table for people, or data for programs.")]


def scan(
    paths: Paths,
    *,
    format_: Format = ResultFormat.TABLE,
    output: Output = None,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = True,
    field: Field = None,
    fail_on_duplicates: FailOnDuplicates = False,
    quiet: Quiet = False,
) -> None:
    """Find which documents carry one text and which share passages.

    Reads files and folders. Prints the clusters with their members, the links with the words that tie them, what could
    not be used, and one sentence that sums up. Documents that fail are named on standard error and make the exit code
    1; the rest is answered all the same.
    """
    config = config_of(preset=preset, threshold=threshold, clean=clean)
    documents = read_paths(paths, fields=fields_of(field), config=config, output=output)
    with progress(quiet=quiet) as report:
        result = dedupe.cluster(documents, config=config, duplicate_ids="skip", progress=report)
    match format_:
        case ResultFormat.TABLE:
            emit_table(result, output)
        case ResultFormat.JSON:
            emit(result.to_json(), output)
        case ResultFormat.JSONL:
            emit(result.to_jsonl(), output)
        case ResultFormat.CSV:
            emit(result.to_csv(), output)
    failed = [entry for entry in result.skipped if entry.failed]
    for entry in failed:
        complain(f"{entry.id}: {entry.reason}")
    if fail_on_duplicates and any(len(cluster.members) > 1 for cluster in result.clusters):
        raise typer.Exit(ExitCode.DUPLICATES)
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)
