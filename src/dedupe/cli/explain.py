"""``dedupe explain``: why two documents of a folder were merged, linked or kept apart."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import usage_error
from dedupe.cli.options import Clean, Field, Preset, PresetName, Quiet, Threshold, all_existing, config_of, fields_of
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit, progress
from dedupe.records import DocumentId
from dedupe.report.words import listing

A = Annotated[str, typer.Argument(metavar="A", help="Id of one document, or how it begins.")]
B = Annotated[str, typer.Argument(metavar="B", help="Id of the other, or how it begins.")]
In = Annotated[
    list[Path],
    typer.Option(
        "--in",
        metavar="PATH",
        help="Files or folders both are in, - for standard input; give it again for more.",
        callback=all_existing,
    ),
]


def explain(
    a: A,
    b: B,
    *,
    paths: In,
    threshold: Threshold = None,
    preset: Preset = PresetName.BALANCED,
    clean: Clean = None,
    field: Field = None,
    quiet: Quiet = False,
) -> None:
    """Explain why two documents were merged, linked or kept apart.

    Everything in the folder is read, because what a whole site repeats is known only from all of it.
    """
    config = config_of(preset=preset, threshold=threshold, clean=clean)
    with progress(quiet=quiet) as report:
        documents = read_paths(paths, fields=fields_of(field), config=config)
        result = dedupe.cluster(documents, config=config, duplicate_ids="skip", progress=report)
    ids = [body.id for body in result.documents] + [entry.id for entry in result.skipped]
    first, second = find_id(a, ids), find_id(b, ids)
    if first == second:
        raise usage_error(f"{a!r} and {b!r} both mean {first!r}; name two documents")
    emit(result.explain(first, second), None)


def find_id(wanted: str, ids: Iterable[DocumentId]) -> DocumentId:
    """Return the one id that is ``wanted`` or begins with it; an exact match wins.

    Raises:
        typer.Exit: No id begins so, or several do; they are listed.
    """
    known = list(ids)
    for document_id in known:
        if str(document_id) == wanted:
            return document_id
    matches = [document_id for document_id in known if str(document_id).startswith(wanted)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise usage_error(f"no document begins with {wanted!r}; there are {listing(known) or 'none'}")
    raise usage_error(f"{wanted!r} could be any of {len(matches)}: {listing(matches)}")
