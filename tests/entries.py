"""What a reader gave: documents and reasons, by id; and lines for it to read."""

import json

from dedupe.records import Document, Skipped

TEXT = "The harbour ferry was turned back on Monday."


def jsonl(*records):
    """Records as JSON Lines."""
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()


def texts(entries):
    """The documents' texts, by id."""
    return {entry.id: entry.text for entry in entries if isinstance(entry, Document)}


def reasons(entries):
    """Why the others are none, by id."""
    return {entry.id: entry.reason for entry in entries if isinstance(entry, Skipped)}
