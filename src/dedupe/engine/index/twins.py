"""The index for event loops: the same questions, asked on a thread of the index's own, so that no loop ever waits."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

from dedupe.records import Comparison, Decision, DocumentId

P = ParamSpec("P")
T = TypeVar("T")


class _Index(Protocol):
    """What the twins are twins of."""

    def add(self, document: object) -> Decision: ...
    def add_many(self, documents: Iterable[object]) -> list[Decision]: ...
    def check(self, document: object) -> Decision: ...
    def commit(self, decision: Decision) -> Decision: ...
    def forget(self, document_id: DocumentId) -> bool: ...
    def get(self, document_id: DocumentId) -> Decision | None: ...
    def query(self, text: str, *, top: int = 10) -> tuple[Comparison, ...]: ...
    def _run(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]": ...


class Twins:
    """Awaitable twins of an index's questions; one thread answers them in the order they were asked.

    Cancelling an awaited question does not undo it: once begun, a document is in.
    """

    _thread: ThreadPoolExecutor | None = None
    _starting = threading.Lock()

    async def add_async(self: _Index, document: object) -> Decision:
        """Answer for a document and take it in; see ``add``."""
        return await self._run(self.add, document)

    async def add_many_async(self: _Index, documents: Iterable[object]) -> list[Decision]:
        """Add documents in order; see ``add_many``."""
        return await self._run(self.add_many, documents)

    async def check_async(self: _Index, document: object) -> Decision:
        """Answer for a document without taking it in; see ``check``."""
        return await self._run(self.check, document)

    async def commit_async(self: _Index, decision: Decision) -> Decision:
        """Take in a document that was checked; see ``commit``."""
        return await self._run(self.commit, decision)

    async def forget_async(self: _Index, document_id: DocumentId) -> bool:
        """Take a document out; see ``forget``."""
        return await self._run(self.forget, document_id)

    async def get_async(self: _Index, document_id: DocumentId) -> Decision | None:
        """Return the answer a document got; see ``get``."""
        return await self._run(self.get, document_id)

    async def query_async(self: _Index, text: str, *, top: int = 10) -> tuple[Comparison, ...]:
        """Return the comparisons with the documents most alike a text; see ``query``."""
        return await self._run(self.query, text, top=top)

    def _run(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]":
        with self._starting:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dedupe-index")
        return asyncio.wrap_future(self._thread.submit(question, *args, **kwargs))

    def _stop(self) -> None:
        """Let what was asked come to its end, and end the thread."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
            self._thread = None
