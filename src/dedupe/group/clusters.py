"""Verified pairs into clusters: a partition of all documents, each with what holds it together.

Documents with identical bodies are one text, however many they are; texts are grouped by
:mod:`dedupe.group.partition`; here groups become :class:`dedupe.records.Cluster` records. The same documents and pairs
give the same clusters in any order. This is the direct way for a few documents, record by record;
:mod:`dedupe.group.grouped` goes the way for many, and both give the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from dedupe.config import KEEP
from dedupe.group.assembly import Assembly, Known, Lookups, cluster_name, id_hash, single
from dedupe.group.partition import group_texts, partition
from dedupe.group.texts import collapse
from dedupe.group.verdicts import Ask, Edge, Verdicts
from dedupe.records import Cluster, DocumentId, id_order


class Bridge(NamedTuple):
    """Two documents verified to carry one text whose clusters were nevertheless kept apart.

    Attributes:
        a, b: Their ids, in id order.
        similarity: Their verified similarity.
        clusters: Ids of the clusters they are in.
        why: One sentence for people.
    """

    a: DocumentId
    b: DocumentId
    similarity: float
    clusters: tuple[str, str]
    why: str


class Clustering(NamedTuple):
    """Clusters, largest first and then by id; and the bridges between them, in id order."""

    clusters: tuple[Cluster, ...]
    bridges: tuple[Bridge, ...]


def build_clusters(
    ids: Sequence[DocumentId],
    content_hashes: Sequence[int],
    edges: Iterable[Edge],
    *,
    lookups: Lookups | None = None,
    policy: Sequence[str] = KEEP,
) -> Clustering:
    """Cluster documents by verified pairs.

    Args:
        ids: Distinct ids.
        content_hashes: One per document, 64 bits; equal for equal bodies.
        edges: Every verified pair, by position, also those that are *not* one text: they keep groups apart. Copies
            need one ``identical`` edge each, to any other copy.
        lookups: Questions to ask back.
        policy: How to choose the representative.

    Cost: about linear in documents and edges.
    """
    assembly = Assembly(ids, lookups if lookups is not None else Lookups(), policy)
    known = _known(ids, content_hashes, edges, assembly.lookups)
    texts = known.texts
    divided = partition(known.verdicts)
    groups = _with_alone(divided.groups, texts)
    members = [sorted((d for text in group for d in texts[text]), key=lambda d: id_order(ids[d])) for group in groups]
    alone = sorted(set(range(len(ids))).difference(*texts))
    names = _names(ids, content_hashes, [*members, *([document] for document in alone)])
    clusters = [assembly.cluster(*each, known) for each in zip(names, groups, members, strict=False)]
    clusters += [single(name, ids[document]) for name, document in zip(names[len(groups) :], alone, strict=True)]
    clusters.sort(key=lambda cluster: (-len(cluster.members), cluster.id))
    name_of = {text: name for name, group in zip(names, groups, strict=False) for text in group}
    between = (edge._replace(a=texts[edge.a][0], b=texts[edge.b][0]) for edge in divided.bridges)
    text_of = {documents[0]: text for text, documents in enumerate(texts)}
    return Clustering(tuple(clusters), bridges_of(between, ids, lambda document: name_of[text_of[document]]))


def group_documents(
    ids: Sequence[DocumentId], content_hashes: Sequence[int], edges: Iterable[Edge], verify: Ask | None = None
) -> list[list[int]]:
    """Group documents as :func:`build_clusters` does, and say no more of the groups than who is in them.

    Args:
        ids: Distinct ids.
        content_hashes: One per document.
        edges: Every verified pair, by position.
        verify: Verifies a pair of positions that was no candidate.

    Returns:
        Positions, in no particular order; every document is in one group.
    """
    texts, verdicts = _known(ids, content_hashes, edges, Lookups(verify=verify))
    groups = _with_alone(group_texts(verdicts), texts)
    alone = set(range(len(ids))).difference(*texts)
    return [[document for text in group for document in texts[text]] for group in groups] + [[each] for each in alone]


def _known(ids: Sequence[DocumentId], hashes: Sequence[int], edges: Iterable[Edge], lookups: Lookups) -> Known:
    """Return the documents of every text that shares its text, and what is known about these texts."""
    texts, pairs = collapse(ids, hashes, edges)
    return Known(texts, Verdicts(pairs, lookups.verify_texts(texts)))


def _with_alone(groups: list[list[int]], texts: list[list[int]]) -> list[list[int]]:
    """Add the texts that no pair names."""
    grouped = {text for group in groups for text in group}
    return groups + [[text] for text in range(len(texts)) if text not in grouped]


def bridges_of(edges: Iterable[Edge], ids: Sequence[DocumentId], name_of: Callable[[int], str]) -> tuple[Bridge, ...]:
    """Describe the same-text pairs that were not enough to merge.

    Args:
        edges: The pairs, by the first documents of their texts.
        ids: Ids by position.
        name_of: Returns the name of a document's cluster.
    """
    found = []
    for edge in edges:
        first, second = sorted((edge.a, edge.b), key=lambda document: id_order(ids[document]))
        why = (
            f"verified as {edge.text} with similarity {edge.similarity:.2f}, but the other members of "
            "their clusters do not match, so this pair alone does not merge them"
        )
        found.append(Bridge(ids[first], ids[second], edge.similarity, (name_of(first), name_of(second)), why))
    return tuple(sorted(found, key=lambda bridge: (id_order(bridge.a), id_order(bridge.b))))


def _names(ids: Sequence[DocumentId], hashes: Sequence[int], members: list[list[int]]) -> list[str]:
    """Name the clusters of some documents each; see :func:`dedupe.group.assembly.cluster_name`."""
    smallest = [min(hashes[document] for document in documents) for documents in members]
    taken = Counter(smallest)
    return [
        cluster_name(value, id_hash(ids[documents[0]]) if taken[value] > 1 else None)
        for value, documents in zip(smallest, members, strict=True)
    ]
