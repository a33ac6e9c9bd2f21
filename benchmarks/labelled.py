"""The labelled sets: documents and gold, read where they lie. None of their text is part of this repository."""

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import dedupe

SETS = ("abp_adjudicated", "basil", "clough_stevenson", "fnc1", "wiki_versions")


def data_directory() -> Path:
    """Return the folder of unpacked data sets: ``DEDUPE_DATA``, else ``.data``.

    Raises:
        SystemExit: There is none; the message says how to get one.
    """
    folder = Path(os.environ.get("DEDUPE_DATA", ".data"))
    if not (folder / "basil" / "docs.jsonl").is_file():
        print(f"no labelled data in {folder}; unpack it there or set DEDUPE_DATA", file=sys.stderr)
        raise SystemExit(2)
    return folder


def documents(folder: Path, name: str, *, titles: bool = True) -> list[dedupe.Document]:
    """Read the documents of a set; ``titles=False`` where a title would give the gold away."""
    lines = (folder / name / "docs.jsonl").read_text("utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    return [
        dedupe.Document(
            id=unique,
            text=record["text"],
            title=record.get("title") if titles else None,
            url=record.get("url"),
            source=record.get("source"),
            published=record.get("date"),
        )
        for unique, record in zip(distinct(record["id"] for record in records), records, strict=True)
    ]


def distinct(ids: Iterable[str]) -> list[str]:
    """Tell repeated ids apart by their count; one set calls four of its articles ``empty``, in text and gold alike."""
    counts: Counter[str] = Counter()
    found = []
    for each in ids:
        counts[each] += 1
        found.append(each if counts[each] == 1 else f"{each}~{counts[each]}")
    return found


def events(folder: Path, name: str) -> dict[str, str]:
    """Read which event each document of a set tells."""
    rows = table(folder, name, "events.tsv")
    return dict(zip(distinct(row[0] for row in rows), (row[1] for row in rows), strict=True))


def table(folder: Path, name: str, file: str) -> list[list[str]]:
    """Read a gold table."""
    lines = (folder / name / file).read_text("utf-8").split("\n")
    return [line.split("\t") for line in lines if line]


def fingerprint(folder: Path, name: str) -> str:
    """Return 16 hex digits over a set's files: a floor holds for these bytes and no others."""
    digest = hashlib.sha256()
    for path in sorted((folder / name).iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
