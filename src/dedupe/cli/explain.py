"""``dedupe explain``: why two documents of a folder were merged, linked or kept apart."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import usage_error
from dedupe.cli.options import (
    STANDARD_INPUT,
    Clean,
    Field,
    Preset,
    PresetName,
    Quiet,
    Threshold,
    all_existing,
    config_of,
    fields_of,
)
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit, progress
from dedupe.files.folders import File, find_files, safe_name
from dedupe.records import DocumentId
from dedupe.report.visible import visible
from dedupe.report.words import listing

A = Annotated[str, typer.Argument(metavar="A", help="Id of one document, how it begins, or the path of its file.")]
B = Annotated[str, typer.Argument(metavar="B", help="Id of the other, how it begins, or the path of its file.")]
In = Annotated[
    list[Path],
    typer.Option(
        "--in",
        metavar="PATH",
        help="Files or folders both are in, - for standard input; give it again for more.",
        callback=all_existing,
        readable=False,
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
    first, second = (find_id(wanted, ids, paths) for wanted in (a, b))
    if first == second:
        raise usage_error(f"{a!r} and {b!r} both mean {first!r}; name two documents")
    emit(result.explain(first, second), None)


def find_id(wanted: str, ids: Iterable[DocumentId], paths: Sequence[Path] = ()) -> DocumentId:
    """Return the one id that is ``wanted`` or begins with it, or that of the file it is the path of.

    An exact match wins. Ids are also known as they are shown, and by the bytes of a file's name that is no text.

    Raises:
        typer.Exit: No id begins so, or several do; they are listed.
    """
    known = list(dict.fromkeys(ids))  # what was set aside may have the id of a document
    written = safe_name(wanted)
    for document_id in known:
        if str(document_id) == written:
            return document_id
    matches = [each for each in known if str(each).startswith(written) or visible(each).startswith(written)]
    if not matches:
        names = _names_of(wanted, paths)
        matches = [each for each in known if each in names]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise usage_error(f"no document begins with {wanted!r}; there are {listing(known) or 'none'}")
    raise usage_error(f"{wanted!r} could be any of {len(matches)}: {listing(matches)}")


def _names_of(wanted: str, paths: Sequence[Path]) -> frozenset[str]:
    """Return the ids that a file has which is given by its path, as a shell completes it."""
    target = Path(os.path.realpath(wanted))
    if not target.is_file():
        return frozenset()
    found = find_files(*(path for path in paths if path != STANDARD_INPUT))
    return frozenset(
        each.name for each in found if isinstance(each, File) and Path(os.path.realpath(each.path)) == target
    )
