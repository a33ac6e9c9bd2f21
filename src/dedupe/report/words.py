"""The sentences every report shares: percentages, counts, relations, the line that sums up a run."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dedupe.records import MERGING, Cluster, Comparison, DocumentId, Relation, id_order
from dedupe.report.visible import visible

if TYPE_CHECKING:
    from dedupe.engine.result import Result

TEXT_MEANING = {
    "identical": "the same words",
    "near_identical": "the same text, up to small changes",
    "abridged": "one is a shortened version of the other",
    "contained": "one stands whole inside the other, which holds other articles too",
    "reordered": "the same passages in another order",
    "partial": "they share words, but neither carries the text of the other",
    "quotes_only": "what they share is quotations",
    "template_only": "what they share is text of a site or a form, not a story",
    "none": "nothing is shared that would relate them",
}
"""What each text relation says to a reader; the keys are all of ``TextRelation``."""

EDITORIAL_MEANING = {
    "republication": "one carries the other's article",
    "edited_copy": "one is an edited copy of the other",
    "revision": "one is a later version of the other",
    "excerpt": "one quotes a stretch of the other",
    "digest": "one collects several articles",
    "shared_source": "both carry words of a third source",
    "same_event": "independent accounts of one event",
    "template": "one form, filled in twice",
    "unknown": "there is no evidence of how the words got from one to the other",
}
"""What each editorial relation says to a reader; the keys are all of ``EditorialRelation``."""


def percent(share: float) -> str:
    """Write a share in [0, 1] for people; 100 % and 0 % are said only where they are exact.

    >>> percent(0.31), percent(0.9996), percent(1.0), percent(0.001)
    ('31 %', '99.9 %', '100 %', '<1 %')
    """
    if 0.0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1.0:
        return f"{min(share * 100, 99.9):.1f} %"
    return f"{share * 100:.0f} %"


def count(number: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun.

    >>> count(1, "page"), count(1200, "page"), count(2, "copy", "copies")
    ('1 page', '1,200 pages', '2 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def relation_name(relation: Relation, source: str | None = None) -> str:
    """Name a relation on one line: text relation, editorial relation where known, source where credited."""
    words = [relation.text.replace("_", " ")]
    if relation.editorial != "unknown":
        words.append(relation.editorial.replace("_", " ") + (f" ({visible(source)})" if source else ""))
    elif source:
        words.append(f"source {visible(source)}")
    return ", ".join(words)


def summary(result: "Result") -> str:
    """Sum up a run in one sentence; documents that were not used are counted, never left out.

    Origins are counted by who borrowed from whom; a run that looks for copies only does not know.
    """
    skipped = len(result.skipped)
    failed = sum(entry.failed for entry in result.skipped)
    sentence = f"{count(len(result.documents), 'page')}, {count(len(result.clusters), 'text')}"
    if result.independent_origins is not None:
        sentence += f", at least {count(result.independent_origins, 'independent origin')}"
    if not skipped:
        return sentence
    return f"{sentence}; {skipped:,} more not used" + (f" ({failed:,} failed)" if failed else "")


def in_reading_order(clusters: Sequence[Cluster]) -> Sequence[Cluster]:
    """Return clusters as people look for them: largest first, then by their first member's id."""
    from dedupe.engine.shown import ShownClusters  # noqa: PLC0415 - loads arrays, which ``--help`` has no use for

    if isinstance(clusters, ShownClusters):
        return clusters.in_reading_order()
    return sorted(clusters, key=lambda cluster: (-len(cluster.members), id_order(cluster.members[0])))


def count_shared(clusters: Sequence[Cluster]) -> int:
    """Count the clusters of several documents, by looking at a few: the largest come first."""
    return bisect_left(clusters, True, key=lambda cluster: len(cluster.members) == 1)


def merged(comparison: Comparison) -> bool:
    """Return whether the relation alone puts both documents into one cluster."""
    return comparison.relation.text in MERGING


def listing(ids: Iterable[DocumentId], limit: int = 10) -> str:
    """Name ids on one line, at most ``limit`` of them, and say how many more there are."""
    names = [visible(document_id) for document_id in ids]
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest:,} more" if rest > 0 else "")
