"""An index of the command line, opened.

A secret seed is never given on a command line, where others can read it: it is taken from the variable
DEDUPE_SECRET_SEED.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedupe.cli.exits import usage_error

if TYPE_CHECKING:
    from dedupe.engine.index import Index

SEED_VARIABLE = "DEDUPE_SECRET_SEED"

File = Annotated[Path, typer.Argument(metavar="INDEX", help="The index's file.", dir_okay=False)]
Log = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the answers to the end of this file instead.", dir_okay=False)
]


def open_index(path: Path, *, must_exist: bool = True, busy_timeout_s: float = 30.0) -> "Index":
    """Open an index with the secret seed, if it has one.

    Raises:
        StoreError: It cannot be opened, or is none.
    """
    from dedupe.engine.index import Index

    return Index(path, secret_seed=secret_seed(), must_exist=must_exist, busy_timeout_s=busy_timeout_s)


def secret_seed() -> int | None:
    """Return the secret seed that the environment holds.

    Raises:
        typer.Exit: It is no number.
    """
    written = os.environ.get(SEED_VARIABLE)
    if not written:
        return None
    if not written.isascii() or not written.isdigit():
        raise usage_error(f"{SEED_VARIABLE} must be a number from 0 to {2**32 - 1}")
    return int(written)
