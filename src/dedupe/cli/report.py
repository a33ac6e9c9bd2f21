"""``dedupe report``: the answer of a scan as one page of HTML that needs nothing else."""

from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import ExitCode, complain
from dedupe.cli.options import (
    Clean,
    Field,
    Keep,
    Paths,
    Preset,
    PresetName,
    Quiet,
    Threshold,
    config_of,
    fields_of,
    where,
)
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit, progress

Page = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", help="The page to write; - is standard output.", dir_okay=False),
]


def report(
    paths: Paths,
    *,
    output: Page = Path("report.html"),
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
    keep: Keep = None,
    field: Field = None,
    quiet: Quiet = False,
) -> None:
    """Write the answer as one page of HTML.

    It shows every cluster and link with the shared words marked in both texts, in a single file: no script, no font,
    no picture, nothing loaded from anywhere.
    """
    target = where(output)
    config = config_of(preset=preset, threshold=threshold, clean=clean, keep=keep)
    with progress(quiet=quiet) as work:
        documents = read_paths(paths, fields=fields_of(field), config=config, output=target)
        result = dedupe.cluster(documents, config=config, duplicate_ids="skip", progress=work)
    from dedupe.report.html import render

    emit(render(result), target)
    failed = [entry for entry in result.skipped if entry.failed]
    for entry in failed:
        complain(f"{entry.id}: {entry.reason}")
    if target is not None and not quiet:
        complain(f"wrote {target}")
    if failed:
        raise typer.Exit(ExitCode.SOME_FAILED)
