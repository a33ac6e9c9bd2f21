"""Documents in: coerced, extracted, counted. Every item that comes in leaves as a body or as a reason."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dedupe.engine.bodies import Bodies
from dedupe.engine.extracting import Extract
from dedupe.errors import DuplicateIdError
from dedupe.pages.inputs import coerce
from dedupe.records import Body, Document, DocumentId, Skipped, id_order
from dedupe.text.templates import without_templates

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

    bodies: Bodies
    skipped: tuple[Skipped, ...]
    seen: int


def take_in(
    documents: Iterable[object],
    extract: Extract,
    *,
    duplicate_ids: DuplicateIds,
    progress: Progress | None = None,
) -> Intake:
    """Extract every document, in any order of arrival; texts are put on disk as they become many.

    Args:
        documents: Documents, mappings, ``(id, text)`` pairs, strings, or :class:`Skipped` from a reader.
        extract: Makes bodies of documents.
        duplicate_ids: What to do with a second document of one id: raise, or keep the one whose text sorts first
            (so that the order of arrival does not matter) and report the other.
        progress: Called after each document.

    Raises:
        DuplicateIdError: Two documents carry one id and ``duplicate_ids`` is ``"raise"``.
        InputError: An item is of a type no document is made of.
    """
    arrivals = _Arrivals(duplicate_ids)
    for body in extract(arrivals.documents(documents)):
        arrivals.settle(body)
        if progress is not None:
            progress("reading", arrivals.settled, 0)
    bodies = arrivals.bodies
    bodies.arrange(sorted(range(len(bodies)), key=lambda position: id_order(bodies.ids[position])))
    _set_templates_aside(bodies)
    return Intake(
        bodies=bodies,
        skipped=tuple(sorted(arrivals.skipped, key=lambda entry: (id_order(entry.id), entry.stage, entry.reason))),
        seen=arrivals.settled,
    )


class _Arrivals:
    """Keeps the accounts while documents come in."""

    def __init__(self, duplicate_ids: DuplicateIds) -> None:
        self.bodies = Bodies()
        self.skipped: list[Skipped] = []
        self.settled = 0
        self._raises = duplicate_ids == "raise"
        self._numbers: dict[DocumentId, int] = {}
        self._urls: dict[DocumentId, str] = {}
        self._positions: dict[DocumentId, int] = {}

    def documents(self, items: Iterable[object]) -> Iterator[Document | Skipped]:
        """Yield every item as a document, or as the reason why it is none; refuse an id that came before."""
        for number, item in enumerate(items):
            entry = item if isinstance(item, Skipped) else coerce(item, number)
            if isinstance(entry, Document) and self._raises:
                self._refuse_known(entry, number)
            yield entry

    def _refuse_known(self, entry: Document, number: int) -> None:
        known = self._numbers.setdefault(entry.id, number)
        if known != number:
            places = [
                f"document {place + 1}" + (f" ({url})" if url else "")
                for place, url in ((known, self._urls.get(entry.id)), (number, entry.url))
            ]
            raise DuplicateIdError(
                f"two documents carry the id {entry.id!r}: {places[0]} and {places[1]}; give each its own id"
            )
        if entry.url:
            self._urls[entry.id] = entry.url

    def settle(self, body: Body | Skipped) -> None:
        """Keep a body, or the reason why there is none."""
        self.settled += 1
        if isinstance(body, Skipped):
            self.skipped.append(body)
        elif self._raises:
            self.bodies.append(body)
        else:
            self._keep_one(body)

    def _keep_one(self, body: Body) -> None:
        position = self._positions.setdefault(body.id, len(self.bodies))
        if position == len(self.bodies):
            self.bodies.append(body)
            return
        kept, other = sorted((self.bodies[position], body), key=lambda each: (each.original, repr(each)))
        self.bodies.replace(position, kept)
        self.skipped.append(_taken(other))


def _set_templates_aside(bodies: Bodies) -> None:
    """Take the template lines of every site out of the bodies they stand in."""
    sites: dict[str, array[int]] = {}
    for position, site in enumerate(bodies.sites):
        if site:
            sites.setdefault(site, array("q")).append(position)
    for position, body in without_templates(bodies.stored, sites.values()):
        bodies.replace(position, body)


def _taken(body: Body) -> Skipped:
    start = " ".join(body.text.split())[:60]
    return Skipped(
        id=body.id,
        stage="read",
        reason=f"another document carries this id; this one, which begins “{start}”, was set aside",
        failed=True,
    )
