"""Documents for a command: read from its paths, without the file the command itself writes."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import dedupe
from dedupe.cli.exits import usage_error
from dedupe.cli.options import STANDARD_INPUT
from dedupe.config import Config
from dedupe.files.incoming import Incoming
from dedupe.records import Document, Skipped


def read_paths(
    paths: Sequence[Path], *, fields: dict[str, str], config: Config, output: Path | None = None
) -> Iterator[Document | Skipped]:
    """Read files, folders and standard input; the answer of an earlier run into the same folder is not read as a page.

    It comes out as :class:`~dedupe.records.Skipped`, so that the counts still add up.

    Raises:
        CorpusError: A path cannot be read at all.
        ConfigError: ``fields`` names a meaning that no document has.
        OSError: There is no folder for the output, or nothing may be written to it; said before the first document.
        typer.Exit: Standard input is asked for, and is a terminal.
    """
    files = [path for path in paths if path != STANDARD_INPUT]
    incoming = [Incoming(name="stdin", source=piped().buffer)] if len(files) < len(paths) else []
    if output is not None:
        _require_room(output)
    own = _names_of(output, files) if output is not None else frozenset()
    documents = dedupe.read(*files, *incoming, fields=fields, config=config)
    return _without(documents, own) if own else documents


def piped() -> TextIO:
    """Return standard input.

    Raises:
        typer.Exit: It is a terminal, where the command would seem to hang.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise usage_error("standard input is a terminal; pipe documents into it, as in: cat docs.jsonl | dedupe scan -")
    return sys.stdin


def _without(documents: Iterator[Document | Skipped], own: frozenset[str]) -> Iterator[Document | Skipped]:
    for entry in documents:
        if entry.id in own:
            yield Skipped(id=entry.id, stage="read", reason="this run writes its answer there")
        else:
            yield entry


def _require_room(output: Path) -> None:
    """Refuse an output that cannot be written: after hours of work it would be too late."""
    target = Path(os.path.realpath(output))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}", str(output))
    if target.is_file() and not os.access(target, os.W_OK):
        # A new file could be put in its place; but whoever took the right to write away meant to keep it.
        raise PermissionError(errno.EACCES, "may not be written to", str(output))
    if (target.is_file() or not target.exists()) and not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(output))


def _names_of(output: Path, paths: Sequence[Path]) -> frozenset[str]:
    """Return the ids that the output file has as a document, if an earlier run left it in one of the paths."""
    target = output.resolve()
    if not target.is_file() or not any(target.is_relative_to(os.path.realpath(path)) for path in paths):
        return frozenset()
    from dedupe.files.folders import File, find_files

    found = find_files(*paths)
    return frozenset(entry.name for entry in found if isinstance(entry, File) and entry.path.resolve() == target)
