"""From what callers hold to a :class:`~dedupe.records.Document`.

A record may be a Document, a mapping with the usual field names, an ``(id, text)`` pair or a plain string. Which field
is read is decided by the order of the aliases, never by the order of a record's keys, so the same record always gives
the same document.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dedupe.errors import ConfigError, InputError
from dedupe.records import Document, DocumentId, Skipped

ALIASES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "maintext", "plaintext", "content", "body", "article", "article_text", "full_text", "plain_text",
        "raw_text",
    ),
    "html": ("html", "raw_html", "page", "response_body"),
    "id": ("id", "_id", "doc_id", "docid", "document_id", "uuid", "guid", "key"),
    "url": ("url", "link", "uri", "source_url", "canonical_url", "web_url"),
    "title": ("title", "headline", "head_line", "article_title"),
    "published": (
        "published", "date_publish", "date_published", "datePublished", "published_at", "publish_date",
        "publication_date", "publishing_date", "article_publish_date", "pubdate", "pub_date", "pubDate", "date",
        "timestamp", "created_at",
    ),
    "source": ("source", "source_domain", "outlet", "publisher", "site_name", "sitename", "domain", "feed"),
    "charset": ("charset", "encoding"),
    "clean": ("clean",),
}  # fmt: skip
"""Field names by what they mean, most telling first; matched exactly, then without regard to case."""

_SAID = ("url", "title", "published", "source", "charset")
_ACCEPTED = "a Document, a mapping with a text field, an (id, text) pair or a string"


@dataclass(frozen=True, slots=True)
class Fields:
    """Which field of a record holds what.

    Attributes:
        chosen: Meaning to field name, for the meanings that the caller named; the others go by :data:`ALIASES`.
    """

    chosen: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_names(cls, names: Mapping[str, str] | None) -> "Fields":
        """Make a choice from ``{"text": "story", "id": "nr"}``.

        Raises:
            ConfigError: A meaning that no document has.
        """
        for meaning in names or {}:
            if meaning not in ALIASES:
                raise ConfigError(f"no field {meaning!r} to be named; there are {', '.join(ALIASES)}")
        return cls(tuple(sorted((names or {}).items())))

    def held(self, record: Mapping[Any, Any]) -> frozenset[str]:
        """Return what a record may have a value for, by its keys and the caller's choice."""
        return _held(tuple(record), self.chosen)

    def places(self, keys: tuple[object, ...], meaning: str) -> tuple[str, ...]:
        """Return which of a record's keys may hold a meaning, most telling first."""
        for chosen, name in self.chosen:
            if chosen == meaning:
                return (name,) if name in keys else ()
        return _places(keys)[meaning]

    def without(self, meaning: str) -> "Fields":
        """Return the same choice but for one meaning, which goes by the usual names again."""
        return Fields(tuple(each for each in self.chosen if each[0] != meaning))

    def find(self, record: Mapping[Any, Any], meaning: str) -> object:
        """Return the record's value for a meaning, ``None`` where it has none."""
        for chosen, name in self.chosen:
            if chosen == meaning:
                return record.get(name)
        for key in _places(tuple(record))[meaning]:
            value = record[key]
            if not _missing(value):
                return value
        return None


@lru_cache(maxsize=1024)
def _places(keys: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    """Return by meaning the keys that may hold it, most telling first; the records of a file have few sets of keys."""
    named = [key for key in keys if isinstance(key, str)]
    folded = {key.casefold(): key for key in sorted(named)}
    return {
        meaning: (
            *(name for name in aliases if name in named),
            *(folded[name.casefold()] for name in aliases if name.casefold() in folded),
        )
        for meaning, aliases in ALIASES.items()
    }


@lru_cache(maxsize=1024)
def _held(keys: tuple[object, ...], chosen: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(meaning for meaning, places in _places(keys).items() if places) | {
        meaning for meaning, _ in chosen
    }


def require_many(documents: object) -> None:
    """Refuse what is one document, or none, where many are wanted: a string would be taken letter by letter.

    Raises:
        InputError: Says what to give instead.
    """
    given = f"documents are expected, many of them, not a single {type(documents).__name__}"
    if isinstance(documents, str | os.PathLike):
        raise InputError(f"{given}; give a list of texts, or dedupe.read({str(documents)[:60]!r}) for files")
    if isinstance(documents, Mapping | Document | bytes):
        raise InputError(f"{given}; give a list, of which each is {_ACCEPTED}")
    if not isinstance(documents, Iterable):
        remedy = "call its collect() first" if hasattr(documents, "collect") else f"give a list, each {_ACCEPTED}"
        raise InputError(f"{type(documents).__name__} cannot be gone through; {remedy}")


def coerce(item: object, position: DocumentId, fields: Fields | None = None) -> Document | Skipped:
    """Make a document of whatever the caller holds.

    Args:
        item: A Document, a mapping, an ``(id, text)`` pair, or a string.
        position: The id of a record that brings none: its number in the run, or ``"file.jsonl:17"``.
        fields: Field names the caller chose.

    Returns:
        The document, or why this record cannot be one. Text may also be bytes, which are sniffed.

    Raises:
        InputError: The item is of a type that no document is made of: a mistake in the program, not in the data.
    """
    if isinstance(item, Document):
        return _checked(item)
    if isinstance(item, str):
        return Document(id=position, text=item)
    if isinstance(item, dict | Mapping):
        return _from_mapping(item, position, fields or Fields())
    if isinstance(item, tuple) and len(item) == 2 and _is_id(item[0]) and isinstance(item[1], str | bytes):
        name, words = item
        return Document(id=name, text=words) if isinstance(words, str) else Document(id=name, content=words)
    raise InputError(f"record {position!r} is of type {type(item).__name__}; give {_ACCEPTED}")


def _checked(document: Document) -> Document | Skipped:
    """Accept a Document that holds exactly one of text, html and content."""
    if not _is_id(document.id):
        raise InputError(f"a document's id must be a string or an integer, not {document.id!r}")
    given = (document.text is not None) + (document.html is not None) + (document.content is not None)
    if given > 1:
        held = [name for name in ("text", "html", "content") if getattr(document, name) is not None]
        return Skipped(id=document.id, stage="read", reason=f"holds {' and '.join(held)}; give one", failed=True)
    if not given:
        return Skipped(id=document.id, stage="read", reason="no text: neither text, html nor content is given")
    return document


def _from_mapping(record: Mapping[Any, Any], position: DocumentId, fields: Fields) -> Document | Skipped:
    found = {meaning: fields.find(record, meaning) for meaning in fields.held(record)}
    name = id_of(found.get("id"), position)
    text, html = found.get("text"), found.get("html")
    words = text if not _missing(text) else html
    if _missing(words):
        keys = ", ".join(repr(str(key)[:40]) for key in list(record)[:8]) or "no fields"
        return Skipped(id=name, stage="read", reason=f"no text: none of the fields ({keys}) holds any")
    if not isinstance(words, str | bytes):
        return Skipped(
            id=name, stage="read", reason=f"the text is of type {type(words).__name__}, not a string", failed=True
        )
    is_html = words is html and words is not text
    given: dict[str, Any] = {meaning: string_of(found[meaning]) for meaning in _SAID if meaning in found}
    given["html" if is_html else "text" if isinstance(words, str) else "content"] = words
    return Document(id=name, clean=found.get("clean") is True, **given)


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _missing(value: object) -> bool:
    """Tell whether a field holds nothing: absent, empty, blank, or a table's not-a-number."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 -- NaN, the only one
        return True
    return isinstance(value, str | bytes) and not value.strip()


def id_of(value: object, position: DocumentId) -> DocumentId:
    """Return the id that a field holds, or the record's place where it holds none.

    Strings and integers stay as they are, MongoDB's ``{"$oid": ...}`` is unwrapped, other numbers are written out.
    """
    if isinstance(value, Mapping):
        value = value.get("$oid")
    if _missing(value) or isinstance(value, bool):
        return position
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    index = getattr(value, "__index__", None)  # numpy's integers
    return int(index()) if index is not None else str(value)[:200]


def string_of(value: object) -> str | None:
    """Return a field as text; dates by their ISO form, lists and tables not at all."""
    if _missing(value) or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value
    iso = getattr(value, "isoformat", None)
    if iso is not None:
        return str(iso())
    return str(value) if isinstance(value, int | float) else None
