"""Groups of texts into records: a cluster's name, its representative, and what holds it together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import xxhash

from dedupe.config import KEEP
from dedupe.group.representative import Choice, Traits, choose
from dedupe.group.verdicts import Ask, Edge, Verdicts
from dedupe.records import Cluster, DocumentId, Origin, id_order

ClusterKind = Literal["single", "identical", "near_identical", "abridged", "version_chain"]
KINDS: tuple[ClusterKind, ...] = get_args(ClusterKind)
"""What holds clusters together, from the closest tie to the loosest."""


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

    def verify_texts(self, texts: Sequence[Sequence[int]]) -> Ask | None:
        """Return how to ask about texts: by their first documents."""
        verify = self.verify
        if verify is None:
            return None

        def ask(a: int, b: int) -> Edge | None:
            edge = verify(texts[a][0], texts[b][0])
            return None if edge is None else edge._replace(a=a, b=b)

        return ask


class Known(NamedTuple):
    """Texts by number: the documents that carry each, in id order, and what is known of every two."""

    texts: list[list[int]]
    verdicts: Verdicts


@dataclass(frozen=True, slots=True)
class Assembly:
    """Makes records of groups of texts.

    Attributes:
        ids: Ids of all documents, by position.
        lookups: Questions to ask back.
        policy: How to choose the representative.
    """

    ids: Sequence[DocumentId]
    lookups: Lookups
    policy: Sequence[str] = KEEP

    def cluster(self, name: str, group: list[int], members: list[int], known: Known) -> Cluster:
        """Describe one group of texts and its documents, which are in id order."""
        ids = self.ids
        if len(members) == 1:
            return single(name, ids[members[0]])
        origin = self.lookups.origin(members) if self.lookups.origin is not None else None
        choice = self.choice(members, origin)
        kept = next(text for text in group if any(ids[document] == choice.id for document in known.texts[text]))
        others = [text for text in group if text != kept]
        similarity = min((_similarity(known.verdicts, kept, text, group) for text in others), default=1.0)
        inside = list(known.verdicts.within(group))
        return Cluster(
            id=name,
            members=tuple(ids[document] for document in members),
            representative=choice.id,
            reason=choice.reason,
            similarity=similarity,
            kind=_kind(inside),
            cohesion=_cohesion([(text, len(known.texts[text])) for text in group], inside),
            origin=origin,
            weakest=self._weakest(members, known, inside),
        )

    def choice(self, members: list[int], origin: Origin | None) -> Choice:
        """Choose the representative of some documents, whose text comes from where ``origin`` says."""
        ids, traits = self.ids, self.lookups.traits
        described = [(ids[document], traits(document) if traits is not None else Traits()) for document in members]
        return choose(described, self.policy, origin)

    def _weakest(self, members: list[int], known: Known, inside: list[Edge]) -> tuple[DocumentId, DocumentId, float]:
        """Return the least similar pair that was verified; copies of one text are wholly similar."""
        if not inside:
            return (self.ids[members[0]], self.ids[members[1]], 1.0)
        edge = min(inside, key=lambda each: (each.similarity, each.a, each.b))
        ends = (self.ids[known.texts[text][0]] for text in (edge.a, edge.b))
        first, second = sorted(ends, key=id_order)
        return (first, second, edge.similarity)


def single(name: str, document_id: DocumentId) -> Cluster:
    """Return the cluster of a document that shares its text with no other."""
    return Cluster(
        id=name,
        members=(document_id,),
        representative=document_id,
        reason="the only document",
        similarity=1.0,
        kind="single",
    )


def cluster_name(smallest_hash: int, told_apart: int | None = None) -> str:
    """Name a cluster by the smallest content hash of its members, 16 hex digits.

    Equal bodies can end in different clusters (too short to be compared, or other texts by their titles). All clusters
    that would carry one name are then told apart by the hash of their smallest id, appended after a hyphen.
    """
    return f"{smallest_hash:016x}" if told_apart is None else f"{smallest_hash:016x}-{told_apart:016x}"


def id_hash(document_id: DocumentId) -> int:
    """Hash an id so that the number 1 and the string "1" differ; ids may hold lone surrogates (undecodable names)."""
    kind = "str" if isinstance(document_id, str) else "int"
    return xxhash.xxh3_64_intdigest(f"{kind}:{document_id}".encode("utf-8", "surrogatepass"))


def _similarity(verdicts: Verdicts, kept: int, text: int, group: list[int]) -> float:
    """Return the verified similarity to the representative; else the best to any member of the group."""
    edge = verdicts.verdict(kept, text)
    if edge is not None:
        return edge.similarity
    near = (verdicts.known(text, other) for other in group)
    return max((edge.similarity for edge in near if edge is not None and edge.same_text), default=0.0)


def _cohesion(sizes: list[tuple[int, int]], inside: list[Edge]) -> float:
    """Return the share of document pairs verified to carry one text; copies are, among themselves.

    Args:
        sizes: Texts and how many documents carry each.
        inside: What is known of their pairs.
    """
    size_of = dict(sizes)
    verified = sum(size * (size - 1) // 2 for size in size_of.values())
    verified += sum(size_of[edge.a] * size_of[edge.b] for edge in inside if edge.same_text)
    total = sum(size_of.values())
    return 2 * verified / (total * (total - 1))


def _kind(inside: list[Edge]) -> ClusterKind:
    """Name a cluster of two and more by the loosest tie that it holds."""
    same = [edge for edge in inside if edge.same_text]
    if any(edge.revision for edge in same):
        return "version_chain"
    if any(edge.text == "abridged" for edge in same):
        return "abridged"
    return "near_identical" if any(edge.text == "near_identical" for edge in same) else "identical"
