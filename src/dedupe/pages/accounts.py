"""The accounts of one pass of documents through workers: every one that is taken in is given out, in order."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dedupe.pages.frames import OUT_OF_MEMORY, Answer, Limits, Task
from dedupe.records import Body, Document, DocumentId, Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A document whose bytes stay on disk until a worker reads them.

    Attributes:
        document: All that is known of it, without text, html or content.
        path: The file.
        offset: Where its bytes begin.
        length: How many they are; -1 for all up to the end of the file.
    """

    document: Document
    path: str | os.PathLike[str]
    offset: int = 0
    length: int = -1


class Run:
    """The accounts of one pass over some documents: what was taken in, what is settled, what is to be done again."""

    def __init__(self, documents: Iterator[Document | Located | Skipped]) -> None:
        """Begin with none of some documents."""
        self.done: dict[int, Body | Skipped] = {}
        self.again: deque[tuple[int, Task]] = deque()
        self.taken = 0
        self.given = 0
        self.exhausted = False
        self._documents = documents
        self._ids: dict[int, DocumentId] = {}

    def next_task(self) -> tuple[int, Task] | None:
        """Return a task to be done again, or that of the next document; ``None`` where there is none."""
        if self.again:
            return self.again.popleft()
        for item in self._documents:
            number = self.taken
            self.taken += 1
            if isinstance(item, Skipped):
                self.done[number] = item
                continue
            document = item.document if isinstance(item, Located) else item
            self._ids[number] = document.id  # stays here: ids of any size come back as they were
            if isinstance(item, Located):
                return number, Task.of(document, os.fsencode(item.path), item.offset, item.length)
            return number, Task.of(document)
        self.exhausted = True
        return None

    def take_back(self, tasks: deque[tuple[int, Task]]) -> None:
        """Put tasks that a worker left undone before all others."""
        self.again.extendleft(reversed(tasks))

    def settle(self, number: int, answer: Answer, limits: Limits) -> None:
        """Note what became of a document."""
        name = self._ids.pop(number)
        found = answer.body or answer.skipped
        if found is not None:
            self.done[number] = replace(found, id=name)
            return
        reason = answer.failure
        if reason == OUT_OF_MEMORY:
            reason = f"more than {limits.memory_bytes / 1e6:,.0f} MB of memory (limit memory_bytes)"
        self.done[number] = Skipped(id=name, stage="extract", reason=reason, failed=True)

    def give_out(self) -> Body | Skipped:
        """Return what became of the next document in their order."""
        self.given += 1
        return self.done.pop(self.given - 1)
