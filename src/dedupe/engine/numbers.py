"""Which item an id came with, so that a second document of one id is refused with the places of both."""

from collections.abc import Sequence

from dedupe.records import DocumentId


class Numbers:
    """The ids that came so far, a set of which says the most; their numbers are looked up when two are the same."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: set[DocumentId] = set()
        self._single: dict[DocumentId, int] = {}
        self._runs: list[tuple[Sequence[DocumentId], Sequence[int]]] = []

    def add(self, document_id: DocumentId, number: int) -> int:
        """Add an id that came with an item; return the number of the item it came with first."""
        if document_id not in self._known:
            self._known.add(document_id)
            self._single[document_id] = number
            return number
        first = self._single.get(document_id)
        return self._look_up(document_id) if first is None else first

    def add_all(self, ids: Sequence[DocumentId], numbers: Sequence[int]) -> bool:
        """Add ids that came with some items, if all of them are new and differ; else add none and return ``False``.

        Cost: that of a set, unless the answer is ``False``: then all that came before is gone through.
        """
        count = len(self._known)
        self._known.update(ids)
        if len(self._known) - count < len(ids):
            self._known = set(self._single).union(*(run for run, _ in self._runs))
            return False
        self._runs.append((ids, numbers))
        return True

    def _look_up(self, document_id: DocumentId) -> int:
        return next(numbers[ids.index(document_id)] for ids, numbers in self._runs if document_id in ids)
