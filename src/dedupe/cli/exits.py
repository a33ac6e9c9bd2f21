"""Exit codes, and which error becomes which: scripts depend on them, so they never change their meaning."""

import functools
import os
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from dedupe.errors import BusyStoreError, ConfigError, DedupeError, MissingExtraError
from dedupe.report.visible import visible

P = ParamSpec("P")


class ExitCode(IntEnum):
    """What the command says to the shell."""

    DONE = 0
    """Everything was read and answered."""
    SOME_FAILED = 1
    """The answer stands, but some documents could not be read; each is named on standard error."""
    USAGE = 2
    """The command line asks for something that cannot be."""
    REFUSED = 3
    """A file or an index was refused: incompatible, damaged, or not readable at all."""
    BUSY = 4
    """Another process holds the index."""
    DUPLICATES = 10
    """``--fail-on-duplicates``, and at least two documents carry one text."""
    INTERRUPTED = 130
    """Stopped from the keyboard."""
    PIPE_CLOSED = 141
    """The reader of standard output went away (``| head``)."""


def complain(message: str) -> None:
    """Write one line for people to standard error."""
    sys.stderr.write(f"dedupe: {visible(message)}\n")


def usage_error(message: str) -> typer.Exit:
    """Say what is wrong with the command line and return the exit to raise."""
    complain(message)
    return typer.Exit(ExitCode.USAGE)


def exit_code_of(error: DedupeError) -> ExitCode:
    """Return the exit code an error of the library becomes."""
    if isinstance(error, ConfigError | MissingExtraError):
        return ExitCode.USAGE
    if isinstance(error, BusyStoreError):
        return ExitCode.BUSY
    return ExitCode.REFUSED


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors people can act on into one clear line and an exit code.

    A programming error is not caught: its traceback is what a bug report needs.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except DedupeError as error:
            complain(str(error))
            raise typer.Exit(exit_code_of(error)) from error
        except BrokenPipeError as error:
            # Nothing more can be written; without this the interpreter complains once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.PIPE_CLOSED) from error
        except OSError as error:
            complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
            raise typer.Exit(ExitCode.REFUSED) from error
        except KeyboardInterrupt as error:
            complain("interrupted")
            raise typer.Exit(ExitCode.INTERRUPTED) from error

    return run
