"""``dedupe extract``: what is left of a page when its chrome is set aside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import dedupe
from dedupe.cli.exits import ExitCode, complain, usage_error
from dedupe.cli.options import Clean, TextFormat, config_of, existing
from dedupe.cli.reading import read_paths
from dedupe.cli.streams import emit
from dedupe.records import Body, Skipped
from dedupe.report.visible import visible

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A page or a text; - is standard input.", dir_okay=False, callback=existing),
]
Format = Annotated[TextFormat, typer.Option("--format", "-f", help="The body alone, or everything known as JSON.")]
ShowLines = Annotated[
    bool, typer.Option("--show-lines", help="Show every line with its class; + is kept, - was set aside.")
]


def extract(
    file: File, *, format_: Format = TextFormat.TEXT, show_lines: ShowLines = False, clean: Clean = None
) -> None:
    """Show the body of one page, which every comparison starts from."""
    config = config_of(clean=clean)
    entries = list(read_paths([file], fields={}, config=config))
    if len(entries) != 1:
        raise usage_error(f"{file} holds {len(entries)} documents; extract takes one page")
    if isinstance(entries[0], Skipped):
        complain(f"{file}: {entries[0].reason}")
        raise typer.Exit(ExitCode.SOME_FAILED)
    body = dedupe.extract(entries[0], config=config)
    if format_ is TextFormat.JSON:
        from dedupe.files.writers import body_to_json

        emit(body_to_json(body), None)
        return
    lines = classified_lines(body) if show_lines else (visible(line) for line in body.text.splitlines())
    emit("".join(f"{line}\n" for line in lines), None)


def classified_lines(body: Body) -> Iterator[str]:
    """Yield each line of the page with its mark and its class; a text taken as it is has no classes."""
    if not body.lines:
        yield from (f"+ {'body':13} {visible(line)}" for line in body.text.splitlines() if line.strip())
        return
    for line in body.lines:
        mark = "+" if line.kept else "-"
        yield f"{mark} {line.line_class:13} {visible(body.original[line.span.start : line.span.end])}"
