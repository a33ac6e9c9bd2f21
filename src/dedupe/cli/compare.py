"""``dedupe compare``: what two files are to each other."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import ExitCode, complain, usage_error
from dedupe.cli.options import STANDARD_INPUT, Clean, Preset, PresetName, TextFormat, Threshold, config_of, existing
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit
from dedupe.config import Config
from dedupe.records import Document, Skipped

A = Annotated[
    Path, typer.Argument(metavar="A", help="One file; - is standard input.", dir_okay=False, callback=existing)
]
B = Annotated[Path, typer.Argument(metavar="B", help="The other.", dir_okay=False, callback=existing)]
Format = Annotated[TextFormat, typer.Option("--format", "-f", help="An account for people, or JSON.")]


def compare(
    a: A,
    b: B,
    *,
    format_: Format = TextFormat.TEXT,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
) -> None:
    """Compare two files word by word.

    Prints the passages they share, how much of each that is, what it means, and what would have changed the answer.
    """
    config = config_of(preset=preset, threshold=threshold, clean=clean)
    if a == b == STANDARD_INPUT:
        raise usage_error("standard input is one document; name the other")
    document_a, document_b = _only_document(a, config), _only_document(b, config)
    comparison = dedupe.compare(document_a, document_b, config=config)
    if format_ is TextFormat.JSON:
        from dedupe.files.writers import comparison_to_json

        emit(comparison_to_json(comparison), None)
        return
    from dedupe.report.explain import explain_comparison

    body_a, body_b = dedupe.extract(document_a, config=config), dedupe.extract(document_b, config=config)
    emit(explain_comparison(comparison, body_a, body_b, config=config), None)


def _only_document(path: Path, config: Config) -> Document:
    """Read the one document of a file, under the path as it was typed: two files may have one name.

    Raises:
        typer.Exit: The file holds no document that can be used, or more than one.
    """
    entries = list(read_paths([path], fields={}, config=config))
    if len(entries) != 1:
        raise usage_error(
            f"{path} holds {len(entries)} documents; for two of them use: dedupe explain ID ID --in {path}"
        )
    entry = entries[0]
    if isinstance(entry, Skipped):
        complain(f"{path}: {entry.reason}")
        raise typer.Exit(ExitCode.SOME_FAILED)
    return dataclasses.replace(entry, id=str(path))
