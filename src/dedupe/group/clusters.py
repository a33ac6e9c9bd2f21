"""Verified pairs into clusters: a partition of all documents, each with what holds it together.

Documents with identical bodies are one text, however many they are; texts are grouped by
:mod:`dedupe.group.partition`; here groups become :class:`dedupe.records.Cluster` records. The same documents and pairs
give the same clusters in any order.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedupe.group.partition import Partition, group_texts, partition
from dedupe.group.representative import DEFAULT_POLICY, Rule, Traits, check_policy, choose
from dedupe.group.texts import collapse
from dedupe.group.verdicts import Ask, Edge, Verdicts
from dedupe.records import Cluster, DocumentId, Origin, id_order

ClusterKind = Literal["single", "identical", "near_identical", "abridged", "version_chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """Questions that clustering asks back; called only for documents that share a text with others.

    Attributes:
        verify: Verifies a pair of positions that was no candidate. Without it, what is not known counts as not
            verified.
        traits: What the policy needs to know of a document. Without it, the smallest id is kept.
        origin: Where the text of these documents (positions, in id order) comes from.
    """

    verify: Ask | None = None
    traits: Callable[[int], Traits] | None = None
    origin: Callable[[Sequence[int]], Origin | None] | None = None


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
    content_hashes: Sequence[int] | npt.NDArray[np.uint64],
    edges: Iterable[Edge],
    *,
    lookups: Lookups | None = None,
    policy: Sequence[Rule] = DEFAULT_POLICY,
) -> Clustering:
    """Cluster documents by verified pairs.

    Args:
        ids: Distinct ids.
        content_hashes: One per document, 64 bits; equal for equal bodies.
        edges: Every verified pair, by position, also those that are *not* one text: they keep groups apart. Copies
            need one ``identical`` edge each, to any other copy.
        lookups: Questions to ask back.
        policy: How to choose the representative.

    Raises:
        ConfigError: The policy names a rule that does not exist.

    Cost: about linear in documents and edges; 40 bytes for a pair that is not one text.
    """
    check_policy(policy)
    questions = lookups if lookups is not None else Lookups()
    hashes: Sequence[int] = content_hashes.tolist() if isinstance(content_hashes, np.ndarray) else content_hashes
    texts, verdicts = _texts_of(ids, hashes, edges, questions.verify)
    divided = partition(verdicts)
    groups = _with_alone(divided.groups, texts)
    members = [sorted((d for text in group for d in texts[text]), key=lambda d: id_order(ids[d])) for group in groups]
    alone = sorted(set(range(len(ids))).difference(*texts))
    names = _cluster_ids(ids, hashes, [*members, *([document] for document in alone)])
    assembly = _Assembly(ids, texts, verdicts, questions, policy)
    clusters = [assembly.cluster(*each) for each in zip(names, groups, members, strict=False)]
    clusters += [_single(name, ids[document]) for name, document in zip(names[len(groups) :], alone, strict=True)]
    clusters.sort(key=lambda cluster: (-len(cluster.members), cluster.id))
    name_of = {text: name for name, group in zip(names, groups, strict=False) for text in group}
    return Clustering(tuple(clusters), _bridges(divided, ids, texts, name_of))


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
    texts, verdicts = _texts_of(ids, content_hashes, edges, verify)
    groups = _with_alone(group_texts(verdicts), texts)
    alone = set(range(len(ids))).difference(*texts)
    return [[document for text in group for document in texts[text]] for group in groups] + [[each] for each in alone]


def _texts_of(
    ids: Sequence[DocumentId], hashes: Sequence[int], edges: Iterable[Edge], verify: Ask | None
) -> tuple[list[list[int]], Verdicts]:
    """Return the documents of every text, and what is known about texts."""
    texts, pairs = collapse(ids, hashes, edges)
    return texts, Verdicts(pairs, _asking(texts, verify))


def _with_alone(groups: list[list[int]], texts: list[list[int]]) -> list[list[int]]:
    """Add the texts that no pair names."""
    grouped = {text for group in groups for text in group}
    return groups + [[text] for text in range(len(texts)) if text not in grouped]


class _Assembly:
    """Makes records of groups of texts."""

    def __init__(
        self,
        ids: Sequence[DocumentId],
        texts: list[list[int]],
        verdicts: Verdicts,
        lookups: Lookups,
        policy: Sequence[Rule],
    ) -> None:
        self._ids = ids
        self._texts = texts
        self._verdicts = verdicts
        self._lookups = lookups
        self._policy = policy

    def cluster(self, name: str, group: list[int], members: list[int]) -> Cluster:
        """Describe one group of texts and its documents, which are in id order."""
        ids = self._ids
        if len(members) == 1:
            return _single(name, ids[members[0]])
        origin = self._lookups.origin(members) if self._lookups.origin is not None else None
        traits = self._lookups.traits
        described = [(ids[document], traits(document) if traits is not None else Traits()) for document in members]
        choice = choose(described, self._policy, origin)
        kept = next(text for text in group if any(ids[document] == choice.id for document in self._texts[text]))
        similarity = min((self._similarity(kept, text, group) for text in group if text != kept), default=1.0)
        known = list(self._verdicts.within(group))
        return Cluster(
            id=name,
            members=tuple(ids[document] for document in members),
            representative=choice.id,
            reason=choice.reason,
            similarity=similarity,
            kind=_kind(known),
            cohesion=self._cohesion(group, known),
            origin=origin,
            weakest=self._weakest(members, known),
        )

    def _similarity(self, kept: int, text: int, group: list[int]) -> float:
        """Return the verified similarity to the representative; else the best to any member of the group."""
        edge = self._verdicts.verdict(kept, text)
        if edge is not None:
            return edge.similarity
        near = (self._verdicts.known(text, other) for other in group)
        return max((edge.similarity for edge in near if edge is not None and edge.same_text), default=0.0)

    def _cohesion(self, group: list[int], known: list[Edge]) -> float:
        """Return the share of document pairs verified to carry one text; copies are, among themselves."""
        sizes = {text: len(self._texts[text]) for text in group}
        verified = sum(size * (size - 1) // 2 for size in sizes.values())
        verified += sum(sizes[edge.a] * sizes[edge.b] for edge in known if edge.same_text)
        total = sum(sizes.values())
        return 2 * verified / (total * (total - 1))

    def _weakest(self, members: list[int], known: list[Edge]) -> tuple[DocumentId, DocumentId, float]:
        """Return the least similar pair that was verified; copies of one text are wholly similar."""
        if not known:
            return (self._ids[members[0]], self._ids[members[1]], 1.0)
        edge = min(known, key=lambda each: (each.similarity, each.a, each.b))
        first, second = _in_id_order(self._ids, self._texts[edge.a][0], self._texts[edge.b][0])
        return (first, second, edge.similarity)


def _asking(texts: list[list[int]], verify: Ask | None) -> Ask | None:
    """Translate questions about texts into questions about their first documents."""
    if verify is None:
        return None

    def ask(a: int, b: int) -> Edge | None:
        edge = verify(texts[a][0], texts[b][0])
        return None if edge is None else edge._replace(a=a, b=b)

    return ask


def _cluster_ids(ids: Sequence[DocumentId], hashes: Sequence[int], members: list[list[int]]) -> list[str]:
    """Name clusters by the smallest content hash of their members, 16 hex digits.

    Equal bodies can end in different clusters (too short to be compared, or other texts by their titles). All clusters
    that would carry one name are then told apart by the hash of their smallest id, appended after a hyphen.
    """
    smallest = [min(hashes[document] for document in documents) for documents in members]
    taken = Counter(smallest)
    return [
        f"{value:016x}" if taken[value] == 1 else f"{value:016x}-{_id_hash(ids[documents[0]])}"
        for value, documents in zip(smallest, members, strict=True)
    ]


def _id_hash(document_id: DocumentId) -> str:
    """Hash an id so that the number 1 and the string "1" differ; ids may hold lone surrogates (undecodable names)."""
    kind = "str" if isinstance(document_id, str) else "int"
    return xxhash.xxh3_64_hexdigest(f"{kind}:{document_id}".encode("utf-8", "surrogatepass"))


def _single(name: str, document_id: DocumentId) -> Cluster:
    return Cluster(
        id=name,
        members=(document_id,),
        representative=document_id,
        reason="the only document",
        similarity=1.0,
        kind="single",
    )


def _kind(known: list[Edge]) -> ClusterKind:
    """Name a cluster of two and more by the loosest tie that it holds."""
    same = [edge for edge in known if edge.same_text]
    if any(edge.revision for edge in same):
        return "version_chain"
    if any(edge.text == "abridged" for edge in same):
        return "abridged"
    return "near_identical" if any(edge.text == "near_identical" for edge in same) else "identical"


def _in_id_order(ids: Sequence[DocumentId], a: int, b: int) -> tuple[DocumentId, DocumentId]:
    first, second = sorted((ids[a], ids[b]), key=id_order)
    return first, second


def _bridges(
    divided: Partition, ids: Sequence[DocumentId], texts: list[list[int]], name_of: dict[int, str]
) -> tuple[Bridge, ...]:
    """Describe the same-text pairs that were not enough to merge."""
    found = []
    for edge in divided.bridges:
        first, second = sorted((edge.a, edge.b), key=lambda text: id_order(ids[texts[text][0]]))
        a, b = ids[texts[first][0]], ids[texts[second][0]]
        why = (
            f"verified as {edge.text} with similarity {edge.similarity:.2f}, but the other members of "
            "their clusters do not match, so this pair alone does not merge them"
        )
        found.append(Bridge(a, b, edge.similarity, (name_of[first], name_of[second]), why))
    return tuple(sorted(found, key=lambda bridge: (id_order(bridge.a), id_order(bridge.b))))
