"""Options that several commands share, declared once so that they read the same everywhere."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dedupe.cli.exits import usage_error
from dedupe.config import KEEP_RULES, Config

FIELDS = ("id", "text", "html", "url", "title", "published", "source")
"""The fields of a document a table or a JSON Lines file can fill."""


class ResultFormat(StrEnum):
    """How a whole result is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class TextFormat(StrEnum):
    """How one answer is written."""

    TEXT = "text"
    JSON = "json"


class PresetName(StrEnum):
    """Named sets of parameters, see ``Config.preset``."""

    STRICT = "strict"
    BALANCED = "balanced"
    GENEROUS = "generous"
    CORPUS = "corpus"


STANDARD_INPUT = Path("-")
"""The path that means standard input; a file of this name is read under its whole path."""
STANDARD_OUTPUT = Path("-")
"""The path that means standard output."""


def existing(path: Path) -> Path:
    """Return a path that names something; standard input always does.

    Raises:
        typer.BadParameter: There is nothing.
    """
    if path != STANDARD_INPUT and not os.path.lexists(path):
        raise typer.BadParameter(f"path {str(path)!r} does not exist")
    return path


def all_existing(paths: list[Path]) -> list[Path]:
    """Return paths of which each names something, as :func:`existing` has it."""
    return [existing(path) for path in paths]


Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Files or folders to read; - is standard input.",
        callback=all_existing,
        readable=False,  # what cannot be read is for the reader to say
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(help="Share of both bodies that has to stand in shared passages to call them one text, 0.5 to 1."),
]
Preset = Annotated[PresetName, typer.Option(help="A named set of parameters; --threshold goes on top of it.")]
Clean = Annotated[
    bool | None,
    typer.Option(
        "--clean/--no-clean",
        help="Look for menus, notices and headline lists in texts and set them aside; done unless the preset says no.",
        show_default=False,
    ),
]
Keep = Annotated[
    str | None,
    typer.Option(
        metavar="RULE,...",
        help=f"Which document of a cluster to keep: {', '.join(KEEP_RULES)} or source:NAME, the first rule first.",
    ),
]
Field = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=COLUMN", help=f"Which column of a table or JSON Lines holds what: {', '.join(FIELDS)}."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes; errors are still said.")]


def where(output: Path | None) -> Path | None:
    """Return the file to write, ``None`` for standard output, which - means."""
    return None if output == STANDARD_OUTPUT else output


Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write there instead of to standard output.",
        dir_okay=False,
        callback=where,
    ),
]


def config_of(
    *,
    preset: PresetName = PresetName.BALANCED,
    threshold: float | None = None,
    clean: bool | None = None,
    keep: str | None = None,
) -> Config:
    """Make the configuration that the options describe; what is not given is as the preset says.

    Raises:
        ConfigError: The threshold is out of range, or ``keep`` names a rule that does not exist.
    """
    rules = tuple(rule.strip() for rule in keep.split(",")) if keep is not None else None
    given: dict[str, object] = {"threshold": threshold, "clean": clean, "keep": rules}
    return Config.preset(preset.value, **{name: value for name, value in given.items() if value is not None})


def fields_of(options: list[str] | None) -> dict[str, str]:
    """Read ``NAME=COLUMN`` options into a mapping.

    Raises:
        typer.Exit: One of them has another form or names no field of a document.
    """
    fields: dict[str, str] = {}
    for option in options or []:
        name, separator, column = option.partition("=")
        if not separator or not column or name not in FIELDS:
            raise usage_error(f"--field takes NAME=COLUMN with one of {', '.join(FIELDS)}, not {option!r}")
        fields[name] = column
    return fields
