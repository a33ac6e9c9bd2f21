"""A result as rows, one for each document: what JSON Lines, CSV and tables hold."""

from collections import deque
from collections.abc import Iterator, Sequence

import msgspec

from dedupe.engine.memberships import memberships
from dedupe.engine.result import Result
from dedupe.files.formats import ratio
from dedupe.group.assembly import ClusterKind
from dedupe.records import DocumentId, id_order


class Row(msgspec.Struct):
    """What a list of documents says of one; ``similarity`` is that to the cluster's representative.

    ``similarity`` is 1.0 for the representative itself, ``None`` where the two were never compared because others tie
    them together. Of a document that was not used all but its id and the reason is ``None``.
    """

    id: DocumentId
    cluster: str | None = None
    size: int | None = None
    kind: ClusterKind | None = None
    representative: DocumentId | None = None
    similarity: float | None = None
    title: str | None = None
    url: str | None = None
    linked: Sequence[DocumentId] = ()
    skipped: str | None = None


def membership_rows(result: Result) -> Iterator[list[Row]]:
    """Yield one row for each document, used or not, in id order, many at once: its cluster, or why it has none."""
    linked: dict[DocumentId, list[DocumentId]] = {}
    for a, b in result.linked_ids():
        linked.setdefault(a, []).append(b)
        linked.setdefault(b, []).append(a)
    skipped = deque(Row(entry.id, skipped=f"{entry.stage}: {entry.reason}") for entry in result.skipped)
    for block in memberships(result):
        similarities = [None if each is None else ratio(each) for each in block.similarities]
        links = [sorted(linked[each], key=id_order) if each in linked else () for each in block.ids]
        columns = block._replace(similarities=similarities)
        rows = [*map(Row, *columns, links)]
        last = _row_order(rows[-1])
        if skipped and _row_order(skipped[0]) <= last:
            while skipped and _row_order(skipped[0]) <= last:
                rows.append(skipped.popleft())
            rows.sort(key=_row_order)
        yield rows
    if skipped:
        yield [*skipped]


def _row_order(row: Row) -> tuple[bool, str | int]:
    return id_order(row.id)
