"""Documents in: coerced, extracted, counted. Every item that comes in leaves as a body or as a reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from dedupe.config import Config
from dedupe.errors import DuplicateIdError
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import coerce
from dedupe.records import Body, Document, DocumentId, Skipped, id_order
from dedupe.text.templates import set_templates_aside

DuplicateIds = Literal["raise", "skip"]


Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)`` while a run goes on; ``total`` is 0 where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came in.

    Attributes:
        bodies: Usable documents, ascending by id.
        skipped: The others, ascending by id, then by stage and reason.
        seen: Items that came in: ``len(bodies) + len(skipped)``.
    """

    bodies: tuple[Body, ...]
    skipped: tuple[Skipped, ...]
    seen: int


def take_in(
    documents: Iterable[object], config: Config, *, duplicate_ids: DuplicateIds, progress: Progress | None = None
) -> Intake:
    """Extract every document, in any order of arrival.

    Args:
        documents: Documents, mappings, ``(id, text)`` pairs, strings, or :class:`Skipped` from a reader.
        config: Passed on to extraction.
        duplicate_ids: What to do with a second document of one id: raise, or keep the one whose text sorts first
            (so that the order of arrival does not matter) and report the other.
        progress: Called after each document.

    Raises:
        DuplicateIdError: Two documents carry one id and ``duplicate_ids`` is ``"raise"``.
        InputError: An item is of a type no document is made of.
    """
    bodies: dict[DocumentId, Body] = {}
    places: dict[DocumentId, str] = {}
    skipped: list[Skipped] = []
    seen = 0
    for item in documents:
        entry = item if isinstance(item, Skipped) else coerce(item, seen)
        if isinstance(entry, Document):
            place = f"document {seen + 1}" + (f" ({entry.url})" if entry.url else "")
            if entry.id in places and duplicate_ids == "raise":
                raise DuplicateIdError(
                    f"two documents carry the id {entry.id!r}: {places[entry.id]} and {place}; give each its own id"
                )
            places.setdefault(entry.id, place)
        body = extract_body(entry, config) if isinstance(entry, Document) else entry
        seen += 1
        if isinstance(body, Body) and body.id in bodies:
            bodies[body.id], other = sorted((bodies[body.id], body), key=lambda each: (each.original, repr(each)))
            body = _taken(other)
        if isinstance(body, Skipped):
            skipped.append(body)
        else:
            bodies[body.id] = body
        if progress is not None:
            progress("reading", seen, 0)
    return Intake(
        bodies=set_templates_aside(sorted(bodies.values(), key=lambda body: id_order(body.id))),
        skipped=tuple(sorted(skipped, key=lambda entry: (id_order(entry.id), entry.stage, entry.reason))),
        seen=seen,
    )


def _taken(body: Body) -> Skipped:
    start = " ".join(body.text.split())[:60]
    return Skipped(
        id=body.id,
        stage="read",
        reason=f"another document carries this id; this one, which begins “{start}”, was set aside",
        failed=True,
    )
