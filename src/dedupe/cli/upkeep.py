"""``dedupe index``: what is done with an index as a whole - count it, check it, tidy it, copy it, add another to it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from dedupe.cli.decisions import decision_line, log_to, write_lines
from dedupe.cli.exits import ExitCode, complain, usage_error
from dedupe.cli.opening import File, Log, open_index
from dedupe.cli.options import TextFormat
from dedupe.report.words import count

Format = Annotated[TextFormat, typer.Option("--format", "-f", help="For people, or as JSON.")]
Other = Annotated[Path, typer.Argument(metavar="OTHER", help="The index to add; it stays as it is.", dir_okay=False)]


def stats(index: File, *, format_: Format = TextFormat.TEXT) -> None:
    """Count documents, clusters and bytes.

    Copies are the documents beyond one in each cluster; forgotten are rows of documents taken out since. Segments are
    sorted runs of the look-up tables on disk, the tail is what is in none of them yet. Overflows: how often a key was
    in more documents than its cap. Unverified: candidates that the budget of comparisons left out.
    """
    import dataclasses
    import json

    with open_index(index) as opened:
        numbers = dataclasses.asdict(opened.stats())
    if format_ is TextFormat.JSON:
        sys.stdout.write(json.dumps(numbers) + "\n")
        return
    for name, number in numbers.items():
        shown = f"{number:.0f}" if isinstance(number, float) else number
        sys.stdout.write(f"{name.replace('_', ' '):20} {shown}\n")


def verify(index: File) -> None:
    """Check every byte, row, text and look-up; name what is damaged and exit with 3, or say that all is whole."""
    from dedupe.engine.index.checks import WHOLE

    with open_index(index) as opened:
        damages = opened.verify()
        bare, held = (0, 0) if damages else (opened.uncovered(), len(opened))
    sys.stdout.writelines(f"{damage}\n" for damage in damages)
    if damages:
        idle = all(damage.endswith(WHOLE) for damage in damages)
        helps = "`dedupe index compact` writes it anew, or restore a backup" if idle else "restore a backup"
        complain(f"{index} is damaged; {helps}, or build it again from the documents")
        raise typer.Exit(ExitCode.REFUSED)
    complain(f"{index} is whole: every row, text and look-up of {count(held, 'document')}")
    if bare:
        complain(
            f"{bare} of its pages have no sum, and damage there to bytes that hold nothing would not be noticed: "
            "`dedupe index compact` gives every page a sum"
        )


def compact(index: File) -> None:
    """Put the look-up tables into one piece, and give free space back to the disk."""
    with open_index(index) as opened:
        before = opened.stats().bytes_on_disk
        opened.compact()
        after = opened.stats().bytes_on_disk
    complain(f"{index} takes {after:,} bytes, {before:,} before")


def backup(
    index: File, copy: Annotated[Path, typer.Argument(metavar="COPY", help="Where the copy goes.", dir_okay=False)]
) -> None:
    """Copy an index while it is in use."""
    if copy.exists():
        raise usage_error(f"{copy} exists; give a path of its own for the copy")
    with open_index(index) as opened:
        opened.backup(copy)
        held = len(opened)
    complain(f"wrote {copy}: {count(held, 'document')}")


def merge(index: File, other: Other, *, log: Log = None) -> None:
    """Add every document of another index, in the order it took them in, and answer for each.

    Both need the same parameters, and the other one its texts. Documents that are in both change nothing.
    """
    with open_index(other) as added, open_index(index) as opened, log_to(log) as lines:
        write_lines(map(decision_line, opened.merge(added)), lines)
