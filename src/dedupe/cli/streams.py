"""Where output goes: answers to standard output or a file, progress to standard error."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from dedupe.engine.result import Result

PIPE_WIDTH = 100
"""Columns of a table that nobody looks at through a terminal; the variable COLUMNS overrides it."""

REFRESH_S = 0.1
"""Seconds between two looks at how far the work is: drawing it must not slow it down."""

Report = Callable[[str, int, int], None]
"""What the engine calls while it works: stage, documents done, documents in all (0 while that is not known)."""


def emit(answer: str | bytes | Iterable[str], output: Path | None) -> None:
    """Send an answer, whole or in parts, to ``output``, or to standard output where that is ``None``.

    A file is written under a temporary name and renamed, so that it is there whole or not at all.

    Raises:
        OSError: The file cannot be written.
        BrokenPipeError: Nobody reads standard output any more.
    """
    try:
        if output is not None:
            from dedupe.files.writers import write_atomically

            write_atomically(output, answer)
        else:
            _print_parts([answer] if isinstance(answer, str | bytes) else answer)
    except OSError as error:
        if error.filename is None:  # a full disk does not say whose
            error.filename = "standard output" if output is None else str(output)
        raise


def _print_parts(parts: Iterable[str | bytes]) -> None:
    sys.stdout.flush()
    for part in parts:
        sys.stdout.buffer.write(part if isinstance(part, bytes) else part.encode(errors="backslashreplace"))
    sys.stdout.buffer.flush()


def emit_table(result: "Result", output: Path | None) -> None:
    """Print the table of ``result`` at the terminal, or write it as plain text."""
    from dedupe.report.table import print_result

    if output is None and sys.stdout.isatty():
        print_result(result, table_console(sys.stdout))
        return
    text = io.StringIO()
    print_result(result, table_console(text))
    # rich fills lines up to the width; in a file or a pipe the blanks only get in the way.
    emit("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()), output)


def table_console(file: TextIO) -> "Console":
    """Return a console that prints what it is given: no markup, no emoji codes, no guessing at highlights.

    Colour only at a terminal and only without ``NO_COLOR``; a fixed width where there is no terminal, so that the same
    answer is the same bytes.
    """
    from rich.console import Console

    width = None if file.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=file, markup=False, emoji=False, highlight=False, width=width)


def _bars() -> "Progress":
    """Return bars on standard error that leave nothing behind."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Documents or pairs a second, over the last moments."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Report | None]:
    """Show how far the work is on standard error, if somebody watches there and did not ask for quiet.

    Yields the function to hand to the engine, or ``None``.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    tasks: dict[str, TaskID] = {}
    with _bars() as bars:
        shown = 0.0

        def report(stage: str, done: int, total: int) -> None:
            nonlocal shown
            now = monotonic()
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            elif now - shown < REFRESH_S and done != total:
                return
            shown = now
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report
