"""Documents one by one into columns of plain texts, for runs that take texts as they are."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

import numpy as np

from dedupe._kernels import PackedTexts
from dedupe.pages.guards import safe_characters
from dedupe.pages.inputs import coerce
from dedupe.pages.plain import Note, PlainTexts, note_of
from dedupe.records import Body, Document, DocumentId, Skipped

AT_ONCE = 512
"""Documents packed at once: about a megabyte where they are pages of news."""


def pack(items: Iterable[object]) -> Iterator[PlainTexts]:
    """Yield documents in columns, as far as they are nothing but their text and what the caller says of it.

    Args:
        items: Documents, mappings, ``(id, text)`` pairs, strings, :class:`Skipped` from a reader; columns pass through.

    Raises:
        InputError: An item is of a type no document is made of.
    """
    number, loose = 0, list[object]()
    for item in items:
        if isinstance(item, PlainTexts):
            if loose:
                yield _packed(loose, number)
                number, loose = number + len(loose), []
            yield item
            number += item.seen
            continue
        loose.append(item)
        if len(loose) >= AT_ONCE:
            yield _packed(loose, number)
            number, loose = number + len(loose), []
    if loose:
        yield _packed(loose, number)


def _packed(items: list[object], first: int) -> PlainTexts:
    """Pack some items, of which the first is number ``first`` of all."""
    ids: list[DocumentId] = []
    places: list[int] = []
    encoded: list[bytes] = []
    notes: dict[int, Note] = {}
    others: list[tuple[int, Document | Body | Skipped]] = []
    for place, item in enumerate(items):
        entry = item if isinstance(item, Skipped | Body) else coerce(item, first + place)
        if not isinstance(entry, Document) or entry.text is None or not _is_plain(entry.text):
            others.append((place, entry))
            continue
        note = note_of(entry)
        if note is not None:
            notes[len(ids)] = note
        ids.append(entry.id)
        places.append(place)
        encoded.append(entry.text.encode())
    ends = np.fromiter(accumulate(map(len, encoded)), dtype=np.int64, count=len(encoded))
    texts = PackedTexts(b"".join(encoded), ends)
    return PlainTexts(ids=ids, texts=texts, notes=notes, places=places, others=others, seen=len(items))


def _is_plain(text: str) -> bool:
    """Tell whether a text holds anything, and nothing that would have to be replaced."""
    return not text.isspace() and text != "" and not safe_characters(text)[1]
