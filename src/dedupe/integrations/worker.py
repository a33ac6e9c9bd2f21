"""An index on a thread of its own, so that an event loop never waits for it.

One thread, not a pool: SQLite takes one writer at a time anyway, and the parsers under text extraction are not known
to be safe in several threads at once. What is asked is answered in the order in which it was asked.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from dedupe.records import Decision, Document, DocumentId

Answer = TypeVar("Answer")


class DocumentIndex(Protocol):
    """What a crawler needs of an index; :class:`dedupe.Index` is one."""

    def add(self, document: object, /) -> Decision:
        """Answer for a document and take it in, as one step."""

    def seen_url(self, url: str, /) -> DocumentId | None:
        """Return the document that a page at this address gave."""

    def __len__(self) -> int:
        """Return how many documents are in."""

    def close(self) -> None:
        """Close the index."""


class IndexWorker:
    """Opens an index on its own thread and hands it one question after the other.

    Args:
        open_index: Opens the index; called once, on the thread.
    """

    def __init__(self, open_index: Callable[[], DocumentIndex]) -> None:
        """Start nothing yet."""
        self._open_index = open_index
        self._index: DocumentIndex | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dedupe-index")

    def open(self) -> Future[None]:
        """Open the index.

        The future raises what opening raises: :class:`~dedupe.errors.StoreError`, ``ConfigError``.
        """
        return self._thread.submit(self._open)

    def add(self, document: Document) -> Future[Decision]:
        """Answer for a document and take it in."""
        return self._thread.submit(lambda: self._opened().add(document))

    def seen_url(self, url: str) -> Future[DocumentId | None]:
        """Return the document that a page at this address gave."""
        return self._thread.submit(lambda: self._opened().seen_url(url))

    def close(self) -> Future[int]:
        """Close the index once everything asked before is answered; returns how many documents are in.

        Closing what was never opened, or twice, is answered with 0.
        """
        if self._thread._shutdown:  # noqa: SLF001 - the executor does not tell otherwise
            done: Future[int] = Future()
            done.set_result(0)
            return done
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        return closed

    def _open(self) -> None:
        self._index = self._open_index()

    def _opened(self) -> DocumentIndex:
        if self._index is None:
            raise RuntimeError("the index is not open")
        return self._index

    def _close(self) -> int:
        if self._index is None:
            return 0
        index, self._index = self._index, None
        try:
            return len(index)
        finally:
            index.close()
