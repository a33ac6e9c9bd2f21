"""The application: its commands, ``--version``, and the entry point."""

import os
import platform
import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dedupe.cli.compare import compare
from dedupe.cli.exits import guarded, usage_error
from dedupe.cli.explain import explain
from dedupe.cli.extract import extract
from dedupe.cli.index import app as index
from dedupe.cli.params import params
from dedupe.cli.report import report
from dedupe.cli.saying import Command
from dedupe.cli.scan import scan


class Group(TyperGroup):
    """The commands, and what to type instead of a path where a command has to be."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was named.

        Raises:
            typer.Exit: It is none, but a file or a folder.
        """
        if args[0] not in self.commands and os.path.lexists(args[0]):
            raise usage_error(f"{args[0]!r} is a path, not a command; did you mean: dedupe scan {args[0]}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="dedupe",
    cls=Group,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: quick, and the same everywhere
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (scan, compare, explain, extract, report, params):
    app.command(command.__name__, cls=Command)(guarded(command))
app.add_typer(index, name="index")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    """Print the version and which kernel runs, then stop."""
    if not wanted:
        return
    import importlib.metadata

    from dedupe import _kernels

    version = importlib.metadata.version("dedupe-syndication")
    typer.echo(f"dedupe {version} (kernel: {_kernels.name}, Python {platform.python_version()})")
    raise typer.Exit


@app.callback()
def _dedupe(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say version and kernel, and stop."),
    ] = False,
) -> None:
    """Tell which documents carry the same text, which borrow passages, and prove it with the words themselves."""


def main() -> None:
    """Run the command line; what cannot be written in the terminal's encoding is written as an escape."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    app()
