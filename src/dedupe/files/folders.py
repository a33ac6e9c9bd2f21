"""Which files a path names: in a fixed order, each once, and nothing that could hang or lead elsewhere.

A folder on disk is not a list of pages. It holds links in circles, links out of it, pipes that never end (reading one
hangs for ever), devices, files nobody may read, and names that are no text. Each of them is named and skipped.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dedupe.errors import CorpusError
from dedupe.records import Skipped

_KINDS: tuple[tuple[int, str], ...] = (
    (stat.S_IFIFO, "a named pipe"),
    (stat.S_IFSOCK, "a socket"),
    (stat.S_IFCHR, "a device"),
    (stat.S_IFBLK, "a device"),
)
_MAX_DEPTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One regular file to be read.

    Attributes:
        name: Its id: POSIX path relative to the folder that was named, or its own name.
        path: Where it is.
        top: The path that the caller named.
    """

    name: str
    path: Path
    top: Path


def find_files(*paths: str | os.PathLike[str]) -> Iterator[File | Skipped]:
    """Yield the files that the paths name, folders recursively, in the order of their ids within each path.

    A file's id is its name; a file in a folder has its path relative to that folder. With several folders, or when
    two names would collide, the ids begin with the path as the caller wrote it. Links to files inside the folder are
    read like files; links that lead out of it or to folders are skipped by name, so no loop is possible. A file that
    several of the paths lead to is read once: with the folder it is in, else where it is named first.

    Of several paths, one that is there and cannot be read comes out as :class:`~dedupe.records.Skipped`.

    Raises:
        CorpusError: A path does not exist, or the only one cannot be read; before anything is read.
    """
    tops = [Path(path) for path in paths]
    problems = {top: _problem(top, alone=len(tops) == 1) for top in tops}
    tops = _once(tops)
    prefixes = _prefixes(tops)
    for top, prefix in zip(tops, prefixes, strict=True):
        if problems[top]:
            yield _skipped(safe_name(top.as_posix()), problems[top], failed=True)
        elif top.is_dir():
            yield from _walk(top, prefix)
        else:
            yield File(name=prefix, path=top, top=top)


def safe_name(name: str) -> str:
    r"""Return a name that can be written as UTF-8: bytes that are no text become ``\xe9``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def open_regular(path: Path) -> int:
    """Open a regular file for reading and return its descriptor, without ever waiting for a pipe.

    Raises:
        OSError: It cannot be opened, or is no regular file (it may have become one since it was listed).
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(f"is {kind_of(mode)}")
    return descriptor


def kind_of(mode: int) -> str:
    """Name what a file mode describes."""
    return next((name for kind, name in _KINDS if stat.S_IFMT(mode) == kind), "no regular file")


def _problem(top: Path, *, alone: bool) -> str:
    """Say why a path cannot be read at all; empty where it can.

    Raises:
        CorpusError: It cannot, and no other path was named; or there is nothing of this name.
    """
    reason = ""
    try:
        mode = top.stat().st_mode
    except FileNotFoundError:
        is_link = os.path.lexists(top)
        reason = (
            "dangling symbolic link" if is_link else "no such file or folder; check the spelling and the current folder"
        )
        alone = alone or not is_link
    except (OSError, ValueError) as error:
        reason = f"cannot be read ({getattr(error, 'strerror', None) or error}); check its permissions"
        alone = alone or isinstance(error, ValueError)
    else:
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            reason = f"{kind_of(mode)}, not a file or folder; save its contents to a file first"
        elif not os.access(top, os.R_OK):
            reason = "permission denied; check who may read it"
    if reason and alone:
        raise CorpusError(f"{safe_name(str(top))}: {reason}")
    return reason


def _once(tops: list[Path]) -> list[Path]:
    """Leave out every path that is named twice, or stands in a folder that is read anyway."""
    if len(tops) < 2:
        return tops
    places = [_place(top) for top in tops]
    folders = {place for top, place in zip(tops, places, strict=True) if top.is_dir()}
    once: dict[Path, Path] = {}
    for top, place in zip(tops, places, strict=True):
        if not any(folder in folders and _leads_to(folder, place) for folder in place.parents):
            once.setdefault(place, top)
    return [*once.values()]


def _place(top: Path) -> Path:
    """Return where a path stands: of a link to a file the link, because a folder reads that beside its file."""
    whole = Path(os.path.realpath(top.parent)) / top.name
    return whole if whole.is_symlink() and not top.is_dir() else Path(os.path.realpath(top))


def _leads_to(folder: Path, place: Path) -> bool:
    """Tell whether reading a folder reads what stands there, too; what it would skip has to be named."""
    parts = place.relative_to(folder).parts
    return not (place.is_symlink() or len(parts) > _MAX_DEPTH or any(part.startswith(".") for part in parts))


def _prefixes(tops: list[Path]) -> list[str]:
    """Return what each top contributes to its ids: nothing for a single folder, the name of a file."""
    if len(tops) == 1 and tops[0].is_dir():
        return [""]
    names = [safe_name(Path(os.path.realpath(top)).name) for top in tops]
    if len(set(names)) < len(names):
        names = [safe_name(top.as_posix()) for top in tops]
    return names


def _walk(top: Path, prefix: str) -> Iterator[File | Skipped]:
    """Yield what a folder holds, sorted by id; folders of any width, at most 200 deep."""
    root = os.path.realpath(top)
    found: list[tuple[str, os.DirEntry[str]]] = []
    problems: list[Skipped] = []
    pending: list[tuple[str, str, int]] = [(os.fspath(top), prefix, 0)]
    while pending:
        folder, name, depth = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as error:
            problems.append(_skipped(name or ".", f"folder cannot be listed: {error.strerror}", failed=True))
            continue
        for entry in listed:
            child = f"{name}/{safe_name(entry.name)}" if name else safe_name(entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name.startswith("."):
                    problems.append(_skipped(child, "hidden folder"))
                elif depth >= _MAX_DEPTH:
                    problems.append(_skipped(child, f"more than {_MAX_DEPTH} folders deep", failed=True))
                else:
                    pending.append((entry.path, child, depth + 1))
            else:
                found.append((child, entry))
    files = [_classify(name, entry, top, root) for name, entry in found]
    yield from sorted([*files, *problems], key=_order)


def _order(entry: File | Skipped) -> str:
    return entry.name if isinstance(entry, File) else str(entry.id)


def _classify(name: str, entry: os.DirEntry[str], top: Path, root: str) -> File | Skipped:
    """Tell a file to be read from everything else a folder may hold."""
    if entry.name.startswith("."):
        return _skipped(name, "hidden file")
    try:
        mode = entry.stat().st_mode
    except FileNotFoundError:
        return _skipped(name, "dangling symbolic link", failed=True)
    except OSError as error:  # a loop of links, no permission
        return _skipped(name, f"cannot be read: {error.strerror}", failed=True)
    reason = _not_followed(entry, mode, root)
    if not reason and not stat.S_ISREG(mode):
        reason = f"{kind_of(mode)}, not a file"
    return _skipped(name, reason) if reason else File(name=name, path=Path(entry.path), top=top)


def _not_followed(entry: os.DirEntry[str], mode: int, root: str) -> str:
    """Say why a symbolic link is not followed; empty for anything that is read."""
    if not entry.is_symlink():
        return ""
    if stat.S_ISDIR(mode):
        return "symbolic link to a folder, not followed"
    inside = os.path.commonpath([root, os.path.realpath(entry.path)]) == root
    return "" if inside else "symbolic link that leads out of the folder, not followed"


def _skipped(name: str, reason: str, *, failed: bool = False) -> Skipped:
    return Skipped(id=name, stage="read", reason=reason, failed=failed)
