"""Documents that are their text and nothing else to be worked out: many at once, as columns, without an object each.

Where no chrome is looked for and no credits are read, a document with a text *is* its body: the text as it stands, and
what the caller says of it. Readers may then hand over whole columns of documents (:class:`PlainTexts`), and a body is
made of a row only when somebody looks at it. :func:`body_of` makes the body that
:func:`dedupe.pages.extract.extract_body` would have made.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dedupe._kernels import PackedTexts
from dedupe.pages import metadata
from dedupe.records import Body, Document, DocumentId, Published, Skipped, Span


class Note(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is known of a plain document besides its text; fields as in :class:`dedupe.records.Body`.

    Large runs hold one for each document: it is made in a tenth of the time of a dataclass.
    """

    title: str | None = None
    url: str | None = None
    host: str | None = None
    source: str | None = None
    published: Published | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTexts:
    """Documents as columns, as a reader met them.

    Attributes:
        ids: Their ids.
        texts: Their texts: not blank, of harmless characters.
        notes: What else is known of some, by their place in ``ids``.
        places: Which of the ``seen`` records each was, ascending.
        others: Records among them that are no plain texts, each with its number among the records.
        seen: How many records these are: ``len(ids) + len(others)``.
    """

    ids: list[DocumentId]
    texts: PackedTexts
    notes: dict[int, Note]
    places: Sequence[int]
    others: Sequence[tuple[int, Document | Body | Skipped]]
    seen: int


def note(*, title: str | None, url: str | None, source: str | None, published: str | None) -> Note | None:
    """Return what is said of a document besides its text; ``None`` where that is nothing."""
    if not (title or url or source or published):
        return None
    return Note(
        title=title or None,
        url=url,
        host=metadata.host_of(url),
        source=source or None,
        published=metadata.published_by_caller(published),
    )


def note_of(document: Document) -> Note | None:
    """Return what a document says besides its text; ``None`` where that is nothing."""
    return note(title=document.title, url=document.url, source=document.source, published=document.published)


def body_of(document_id: DocumentId, text: str, note: Note | None) -> Body:
    """Return the body of a plain document."""
    kept = (Span(0, len(text)),)
    if note is None:
        return Body(id=document_id, original=text, kept=kept)
    return Body(
        id=document_id,
        original=text,
        kept=kept,
        title=note.title,
        url=note.url,
        host=note.host,
        source=note.source,
        published=note.published,
    )
