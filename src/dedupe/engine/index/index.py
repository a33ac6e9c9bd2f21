"""The index: documents one at a time, each answered at once, for months, by any number of processes."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

from dedupe.config import Config
from dedupe.engine.garbage import rare_collections
from dedupe.engine.index import answering, keeping
from dedupe.engine.index.answering import Entry
from dedupe.engine.index.candidates import Known
from dedupe.engine.index.house import House
from dedupe.engine.index.incoming import address_value, take_in
from dedupe.engine.index.opened import MoreOptions, Opened, Options
from dedupe.engine.index.postings import Kind, key_of
from dedupe.engine.index.rows import id_of
from dedupe.engine.index.store import Durability
from dedupe.engine.index.twins import Twins
from dedupe.engine.rows import rows_of
from dedupe.errors import InputError
from dedupe.records import Body, Comparison, Decision, DocumentId, Passage, Skipped
from dedupe.verify.compare import compare_materials

_CHECKED = 1_024
"""Checked documents that ``commit`` still knows."""


class Index(House, Twins):
    """Documents on disk, and the answer to "is this one new?".

    Every answer is verified word by word against the stored texts, by the same rules as :func:`dedupe.cluster`. What
    was answered is on disk before the answer is given: killed at any instant, the index opens again with every
    answered document and no half of any.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "news.dedupe"
    >>> wire = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."
    >>> with Index(path) as index:
    ...     first = index.add(("a", wire))
    ...     second = index.add(("b", wire + " Schools stay closed."))
    >>> first.action, second.action, second.duplicate_of
    ('new', 'near', 'a')

    Args:
        path: The file; made where there is none. Beside it stand its lock and the sums of its pages, and its log while
            it is open.
        config: Parameters. ``None``: those the index was made with, or the defaults for a new one.
        ttl: Time after which a document no longer counts. ``None``: what the index was made with, or never.
        ttl_from: What a document's age is counted from: when it was ``seen``, or ``published`` where that is known.
        durability: ``normal`` survives the end of the process at any instant; ``full`` survives the loss of power, too,
            at the price of waiting for the disk with every answer.
        keep_bodies: Keep the texts. Without them an index is smaller and answers alike, but cannot quote.
        secret_seed: A number only you know, 0 to 2**32 - 1. Signatures then cannot be foreseen, so that nobody can
            craft documents that crowd the look-up tables. It is not stored: give it again whenever the index is opened.
        max_comparisons: Most candidates verified for one document, best first; what is left out is counted in
            ``Decision.unverified``.
        busy_timeout_s: How long to wait for another process that writes, in seconds.
        allow_network: Open the index on a network file system all the same.
        must_exist: Refuse to make a new index.

    Raises:
        IncompatibleStoreError: The index was made with other parameters or by another version; both are shown.
        CorruptStoreError: It is damaged; the message says what and what to do.
        BusyStoreError: Another process writes and did not come to an end in time.
        StoreError: The path cannot be opened or written.
        ConfigError: An argument is out of range.
    """

    def __init__(
        self,
        path: str | Path,
        config: Config | None = None,
        *,
        ttl: dt.timedelta | None = None,
        durability: Durability = "normal",
        **options: Unpack[MoreOptions],
    ) -> None:
        """Open the index, or make it."""
        self._opened = Opened(Path(path), config, Options(ttl=ttl, durability=durability, **options))
        self._checked: OrderedDict[DocumentId, Entry] = OrderedDict()

    @property
    def path(self) -> Path:
        """The file."""
        return self._opened.path

    @property
    def config(self) -> Config:
        """The parameters it was made with."""
        return self._opened.config

    def __enter__(self) -> Self:
        """Return the index; leaving closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the index."""
        self.close()

    def close(self) -> None:
        """Close the index; closing it again does nothing."""
        self._stop()
        self._opened.store.close()

    def __len__(self) -> int:
        """Return how many documents are in."""
        with self._opened.reading() as (_, counters):
            return counters.documents

    def __contains__(self, document_id: object) -> bool:
        """Tell whether a document with this id is in."""
        return isinstance(document_id, str | int) and self.get(document_id) is not None

    # Adding

    def add(self, document: object) -> Decision:
        """Answer for a document and take it in, as one step.

        Added again under its id with the same content (words and headline), a document gets the same answer again,
        with the cluster it is in by now. With other content it takes the place of what its id stood for, and is
        answered as a ``revision`` of itself where both carry one text.

        Args:
            document: A Document, a mapping with the usual field names, or an ``(id, text)`` pair.

        Raises:
            InputError: It is of a type no document is made of, or has no id.
        """
        return answering.add_entries(self._opened, self._take_in([document]))[0]

    def add_many(self, documents: Iterable[object]) -> list[Decision]:
        """Add documents in order, a few hundred to a transaction; far faster than one by one.

        The answers are those of ``add``. Killed on the way, whole transactions are in and the rest is not: adding all
        of them again brings the index where it would have been.

        Args:
            documents: As for ``add``, each with an id; what :func:`dedupe.read` yields, or a table in memory.

        Raises:
            InputError: ``documents`` is a single one, or one of them has no id or is of a type no document is made of.
        """
        decisions: list[Decision] = []
        with rare_collections():
            for chunk in keeping.chunks(rows_of(documents)):
                decisions += answering.add_entries(self._opened, self._take_in(chunk))
        return decisions

    def check(self, document: object) -> Decision:
        """Answer for a document without taking it in; ``seen_at`` is now and ``cluster`` empty unless it is in."""
        entry = self._take_in([document])[0]
        decision = answering.answer(self._opened, entry)
        self._checked[decision.id] = entry
        self._checked.move_to_end(decision.id)
        if len(self._checked) > _CHECKED:
            self._checked.popitem(last=False)
        return decision

    def commit(self, decision: Decision) -> Decision:
        """Take in a document that was checked; returns the answer as it is now, should others have come in between.

        Raises:
            InputError: The document was not checked by this index, or too long ago.
        """
        entry = self._checked.pop(decision.id, None)
        if entry is None:
            raise InputError(
                f"document {decision.id!r} is not among the last {_CHECKED} checked ones; add the document instead"
            )
        return answering.add_entries(self._opened, [entry])[0]

    def _take_in(self, documents: list[object]) -> list[Entry]:
        return take_in(documents, self._opened.sketching, whole=self._opened.settings.keep_bodies)

    # Asking

    def get(self, document_id: DocumentId) -> Decision | None:
        """Return the answer a document got, with the cluster it is in now; ``None`` where no such id is in."""
        with self._opened.reading() as (shelf, _):
            number = self._opened.number(shelf, document_id)
            return self._opened.stored(shelf, number) if number else None

    def body(self, document_id: DocumentId) -> Body | None:
        """Return the stored body of a document; without its words where the index keeps no texts."""
        with self._opened.reading() as (shelf, _):
            number = self._opened.number(shelf, document_id)
            return shelf.body(number) if number else None

    def query(self, text: str, *, top: int = 10) -> tuple[Comparison, ...]:
        """Return the comparisons with the documents most alike a text, the most similar first.

        The text is side ``a``, under the id ``"query"``; only pairs that share a passage are returned.

        Raises:
            InputError: The text has nothing that can be compared.
        """
        incoming = self._take_in([("query", text)])[0]
        if isinstance(incoming, Skipped):
            raise InputError(f"the query cannot be compared: {incoming.reason}")
        with self._opened.reading() as (shelf, _):
            finding = self._opened.adding(shelf).find(incoming, shelf.gather(incoming.keys), Known(0, 0, 0))
            found = [each.comparison for each in finding.weighed if each.comparison.passages]
        return tuple(sorted(found, key=lambda pair: -pair.similarity)[:top])

    def seen_url(self, url: str) -> DocumentId | None:
        """Return the document that a page at this address gave, if one is in: a hint before a download, no answer.

        Addresses are compared as they are written: bring them into the form in which you add them.
        """
        with self._opened.reading() as (shelf, _):
            for number in self._opened.tables.rows(key_of(address_value(url), Kind.ADDRESS)):
                stands = shelf.living(number)
                if stands:
                    return id_of(shelf.row(stands).id)
        return None

    def compare(self, a: DocumentId, b: DocumentId) -> Comparison:
        """Compare two documents of the index, with passages.

        Raises:
            InputError: One of them is not in.
        """
        with self._opened.reading() as (shelf, _):
            numbers = [self._opened.number(shelf, document_id) for document_id in (a, b)]
            for number, document_id in zip(numbers, (a, b), strict=True):
                if not number:
                    raise InputError(f"no document has the id {document_id!r}")
            return compare_materials(shelf.material(numbers[0]), shelf.material(numbers[1]), self.config)

    def passages(self, decision: Decision) -> tuple[Passage, ...]:
        """Return what a document shares with the one its answer speaks about; nothing for ``new``."""
        if decision.duplicate_of is None or decision.duplicate_of == decision.id:
            return ()
        return self.compare(decision.id, decision.duplicate_of).passages

    # Taking out

    def forget(self, document_id: DocumentId) -> bool:
        """Take a document out, with its text; say whether it was in.

        Its copies stay, and stand for the text from now on. Added again, the document is answered as if it were new.
        """
        with self._opened.writing() as (shelf, counters):
            number = self._opened.number(shelf, document_id)
            if number:
                self._opened.adding(shelf).forget(number, counters)
            return bool(number)
