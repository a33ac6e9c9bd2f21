"""Documents in: coerced, extracted, counted. Every item that comes in leaves as a body or as a reason."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dedupe.engine.bodies import Bodies
from dedupe.engine.extracting import Entry, Extract
from dedupe.engine.numbers import Numbers
from dedupe.errors import DuplicateIdError
from dedupe.pages.extract import too_long
from dedupe.pages.inputs import coerce
from dedupe.pages.plain import PlainTexts, body_of
from dedupe.records import Body, DocumentId, Skipped, id_order
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
    max_chars: int,
    progress: Progress | None = None,
) -> Intake:
    """Extract every document, in any order of arrival; texts are put on disk as they become many.

    Args:
        documents: Documents, mappings, ``(id, text)`` pairs, strings, or :class:`Skipped` from a reader; plain texts,
            many at a time, where a configuration takes texts as they are.
        extract: Makes bodies of documents.
        max_chars: Plain texts that could be longer go the way of documents, which says what is wrong with them.
        duplicate_ids: What to do with a second document of one id: raise, or keep the one whose text sorts first
            (so that the order of arrival does not matter) and report the other.
        progress: Called after each document, or some.

    Raises:
        DuplicateIdError: Two documents carry one id and ``duplicate_ids`` is ``"raise"``.
        InputError: An item is of a type no document is made of.
    """
    arrivals = _Arrivals(duplicate_ids, max_chars, progress)
    for body in extract(arrivals.documents(documents)):
        arrivals.settle(body)
    bodies = arrivals.bodies
    bodies.arrange(_in_id_order(bodies.ids))
    _set_templates_aside(bodies)
    return Intake(
        bodies=bodies,
        skipped=tuple(sorted(arrivals.skipped, key=lambda entry: (id_order(entry.id), entry.stage, entry.reason))),
        seen=arrivals.settled,
    )


def _in_id_order(ids: list[DocumentId]) -> list[int]:
    """Return the positions in id order."""
    if set(map(type, ids)) <= {str}:
        return sorted(range(len(ids)), key=ids.__getitem__)
    return sorted(range(len(ids)), key=lambda position: id_order(ids[position]))


class _Arrivals:
    """Keeps the accounts while documents come in."""

    def __init__(self, duplicate_ids: DuplicateIds, max_chars: int, progress: Progress | None) -> None:
        self._max_chars = max_chars
        self._progress = progress
        self.bodies = Bodies()
        self.skipped: list[Skipped] = []
        self.settled = 0
        self._raises = duplicate_ids == "raise"
        self._numbers = Numbers()
        self._urls: dict[DocumentId, str] = {}
        self._positions: dict[DocumentId, int] = {}

    def documents(self, items: Iterable[object]) -> Iterator[Entry]:
        """Yield every item as a document, or as the reason why it is none; refuse an id that came before.

        A body that was extracted elsewhere stays as it is.
        """
        number = 0
        for item in items:
            if isinstance(item, PlainTexts):
                yield from self._settle_texts(item, number)
                number += item.seen
                continue
            entry = item if isinstance(item, Skipped | Body) else coerce(item, number)
            if not isinstance(entry, Skipped) and self._raises:
                self._refuse_known(entry.id, number, entry.url)
            yield entry
            number += 1

    def _settle_texts(self, plain: PlainTexts, first: int) -> Iterator[Entry]:
        """Keep plain texts, all at once where none needs a closer look; yield what is none among the records."""
        longest = int(plain.texts.lengths().max(initial=0))
        if longest > self._max_chars or not self._keep_all(plain, first):
            for row, (place, name, text) in enumerate(zip(plain.places, plain.ids, plain.texts, strict=True)):
                body = body_of(name, text, plain.notes.get(row))
                if self._raises:
                    self._refuse_known(name, first + place, body.url)
                self.settle(too_long(name, len(text), self._max_chars) or body)
        for place, entry in plain.others:
            if not isinstance(entry, Skipped) and self._raises:
                self._refuse_known(entry.id, first + place, entry.url)
            yield entry

    def _keep_all(self, plain: PlainTexts, first: int) -> bool:
        """Keep plain texts whose ids differ, among each other and from all that came before; else keep none."""
        if self._raises:
            all_plain = len(plain.ids) == plain.seen
            numbers = range(first, first + plain.seen) if all_plain else [first + place for place in plain.places]
            if not self._numbers.add_all(plain.ids, numbers):
                return False
            self._urls.update((plain.ids[row], note.url) for row, note in plain.notes.items() if note.url)
        else:
            new = dict(zip(plain.ids, range(len(self.bodies), len(self.bodies) + len(plain.ids)), strict=True))
            if len(new) < len(plain.ids) or not self._positions.keys().isdisjoint(new):
                return False
            self._positions.update(new)
        self.bodies.append_texts(plain.ids, plain.texts, plain.notes)
        self._settled(len(plain.ids))
        return True

    def _refuse_known(self, document_id: DocumentId, number: int, url: str | None) -> None:
        known = self._numbers.add(document_id, number)
        if known != number:
            places = [
                f"document {place + 1}" + (f" ({where})" if where else "")
                for place, where in ((known, self._urls.get(document_id)), (number, url))
            ]
            raise DuplicateIdError(
                f"two documents carry the id {document_id!r}: {places[0]} and {places[1]}; give each its own id"
            )
        if url:
            self._urls[document_id] = url

    def _settled(self, count: int) -> None:
        self.settled += count
        if self._progress is not None:
            self._progress("reading", self.settled, 0)

    def settle(self, body: Body | Skipped) -> None:
        """Keep a body, or the reason why there is none."""
        self._settled(1)
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
    if not any(bodies.sites):
        return
    sites: dict[str, array[int]] = {}
    for position, site in enumerate(bodies.sites):
        if site:
            sites.setdefault(site, array("q")).append(position)
    for position, body in without_templates(bodies, sites.values()):
        bodies.replace(position, body)


def _taken(body: Body) -> Skipped:
    start = " ".join(body.text.split())[:60]
    return Skipped(
        id=body.id,
        stage="read",
        reason=f"another document carries this id; this one, which begins “{start}”, was set aside",
        failed=True,
    )
