"""The answer of a run: frozen, complete, and able to say why."""

import dataclasses
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import nsmallest
from itertools import chain
from typing import Any, NamedTuple

from dedupe.config import Config
from dedupe.engine.doors import Doors
from dedupe.engine.shown import ShownClusters, ShownLinks, ShownPairs
from dedupe.errors import InputError
from dedupe.group.clusters import Bridge
from dedupe.records import Body, Cluster, Comparison, DocumentId, Link, Overflow, Skipped, TextRelation, id_order


class PairScore(NamedTuple):
    """A verified pair in short: ids in id order, its text relation, its similarity and its exact Jaccard."""

    a: DocumentId
    b: DocumentId
    relation: TextRelation
    similarity: float
    jaccard: float


_as_score = partial(tuple.__new__, PairScore)
"""What ``PairScore._make`` does, without a look at how many values there are: a call of Python less for every pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Doors):
    """What a set of documents turned out to be.

    Attributes:
        documents: Bodies that were used, ascending by id.
        clusters: A partition of ``documents``: largest first, then by id.
        pairs: Every verified comparison that shares a passage, ascending by ids.
        links: Pairs that are related but stand in different clusters, ascending by ids.
        skipped: Documents that could not be used: which, where, why. ``seen == len(documents) + len(skipped)``.
        overflows: Caps that bit while nominating pairs; empty means that nothing was cut.
        seen: Documents that came in.
        independent_origins: Least number of independent origins: clusters counted once where borrowed text links them.
            ``None`` with ``copies_only``: nobody looked for what was borrowed.
        config: The parameters of the run.
        bridges: Pairs verified to carry one text whose clusters were kept apart all the same, because nothing else
            speaks for joining them; each says why. A person may see one text where the guard sees two.

    In a large run, and in one that takes texts as they are (``clean`` and ``origins`` off), ``documents``,
    ``clusters``, ``pairs`` and ``links`` are no tuples but look like them: what they hold lies in temporary files or in
    columns, and a record is made when it is looked at.
    """

    documents: Sequence[Body]
    clusters: Sequence[Cluster]
    pairs: Sequence[Comparison]
    links: Sequence[Link]
    skipped: tuple[Skipped, ...]
    overflows: tuple[Overflow, ...]
    seen: int
    independent_origins: int | None
    config: Config
    bridges: tuple[Bridge, ...] = ()
    _judge: Callable[[Config], "Result"] | None = field(default=None, repr=False, compare=False)
    _positions: dict[DocumentId, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _homes: dict[DocumentId, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[], "Result"], tuple[()]]:
        """Go into another process without what only this one holds: what was nominated."""
        shown = {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name[0] != "_"}
        return partial(Result, **shown), ()

    def __iter__(self) -> Iterator[Cluster]:
        """Iterate over the clusters, largest first."""
        return iter(self.clusters)

    def body(self, document_id: DocumentId) -> Body:
        """Return what the document was reduced to.

        Raises:
            InputError: No used document has this id; the message says whether it was skipped, and why.
        """
        position = self._position(document_id)
        if position is not None:
            return self.documents[position]
        raise self._unknown(document_id)

    def _unknown(self, document_id: DocumentId) -> InputError:
        """Say why no used document has this id."""
        for skipped in self.skipped:
            if skipped.id == document_id:
                return InputError(f"document {document_id!r} was skipped at stage {skipped.stage!r}: {skipped.reason}")
        return InputError(f"no document has the id {document_id!r}; there are {len(self.documents)} documents")

    def pair(self, a: DocumentId, b: DocumentId) -> Comparison:
        """Return the comparison of two documents, comparing them now where the run did not keep the pair.

        Ids come in any order; the answer is in id order.

        Raises:
            InputError: One of the ids is unknown, or both are the same.
        """
        if a == b:
            raise InputError(f"two different documents are needed, not {a!r} twice")
        known = self.known_pair(a, b)
        if known is not None:
            return known
        from dedupe.engine.batch import compare_bodies  # noqa: PLC0415 - batch makes results

        first, second = sorted((self.body(a), self.body(b)), key=lambda body: id_order(body.id))
        return compare_bodies(first, second, self.config)

    def _position(self, document_id: DocumentId) -> int | None:
        """Return where a document stands in ``documents``."""
        if len(self._positions) != len(self.documents):
            ids = self.pairs.ids if isinstance(self.pairs, ShownPairs) else [body.id for body in self.documents]
            self._positions.update((document_id, position) for position, document_id in enumerate(ids))
        return self._positions.get(document_id)

    def known_pair(self, a: DocumentId, b: DocumentId) -> Comparison | None:
        """Return the verified pair of two documents, ids in any order; ``None`` where it is not in ``pairs``."""
        number = self._pair_number(a, b)
        return None if number is None else self.pairs[number]

    def known_similarity(self, a: DocumentId, b: DocumentId) -> float | None:
        """Return the similarity of a verified pair without reading the pair itself."""
        number = self._pair_number(a, b)
        if number is None:
            return None
        return self.pairs.similarity(number) if isinstance(self.pairs, ShownPairs) else self.pairs[number].similarity

    def scores(self) -> Iterator[PairScore]:
        """Return every pair of ``pairs``, in order, as a short record: cheap, because no passage is read or made.

        >>> import dedupe
        >>> text = "The ferry was turned back on Monday because of ice on both sides of the narrow channel."
        >>> [score.relation for score in dedupe.cluster([("a", text), ("b", text)]).scores()]
        ['identical']
        """
        if isinstance(self.pairs, ShownPairs):
            return map(_as_score, self.pairs.scores())
        of_pairs = ((pair.a, pair.b, pair.relation.text, pair.similarity, pair.jaccard) for pair in self.pairs)
        return map(PairScore._make, of_pairs)

    def linked_ids(self) -> Iterator[tuple[DocumentId, DocumentId]]:
        """Yield the two ids of every link without reading the links themselves."""
        if isinstance(self.links, ShownLinks):
            return self.links.ids()
        return ((link.a, link.b) for link in self.links)

    def _pair_number(self, a: DocumentId, b: DocumentId) -> int | None:
        """Return where in ``pairs`` two documents stand: pairs ascend by the positions of their documents."""
        first, second = self._position(a), self._position(b)
        if first is None or second is None:
            return None
        wanted = min(first, second), max(first, second)
        if isinstance(self.pairs, ShownPairs):
            return self.pairs.number_of(*wanted)

        def place(pair: Comparison) -> tuple[int, int]:
            return self._positions[pair.a], self._positions[pair.b]

        found = bisect_left(self.pairs, wanted, key=place)
        return found if found < len(self.pairs) and place(self.pairs[found]) == wanted else None

    def cluster_of(self, document_id: DocumentId) -> Cluster:
        """Return the cluster that holds a document.

        Raises:
            InputError: No used document has this id.
        """
        return self.clusters[self._home(document_id)]

    def memberships(self) -> Iterator[tuple[Body, Cluster]]:
        """Yield every used document with the cluster that holds it, in id order.

        Cheap in a large run: a document is in memory while it is looked at, a cluster from its first member to its
        last.

        >>> import dedupe
        >>> text = "The ferry was turned back on Monday because of ice on both sides of the narrow channel."
        >>> [(body.id, cluster.kind) for body, cluster in dedupe.cluster([("a", text), ("b", text)]).memberships()]
        [('a', 'identical'), ('b', 'identical')]
        """
        begun: dict[int, Cluster] = {}
        for body in self.documents:
            home = self._home(body.id)
            cluster = begun.pop(home, None) or self.clusters[home]
            if body.id != cluster.members[-1]:
                begun[home] = cluster
            yield body, cluster

    def _home(self, document_id: DocumentId) -> int:
        """Return where in ``clusters`` the one of a used document stands."""
        if isinstance(self.clusters, ShownClusters):
            position = self._position(document_id)
            home = None if position is None else self.clusters.number_of(position)
        else:
            if not self._homes:
                homes = {member: number for number, cluster in enumerate(self.clusters) for member in cluster.members}
                self._homes.update(homes)  # all at once: results are read in several threads
            home = self._homes.get(document_id)
        if home is None:
            raise self._unknown(document_id)
        return home

    def closest_calls(self, count: int = 10) -> tuple[Comparison, ...]:
        """Return the verified pairs whose deciding number lay nearest to its limit: where to look by hand first."""
        decided = (pair for pair in self.pairs if pair.relation.decided_by and pair.relation.limit <= 1)
        # One pair in memory at a time but for the nearest: a large run's pairs lie on disk, or are made when read.
        return tuple(nsmallest(count, decided, key=lambda pair: abs(pair.relation.value - pair.relation.limit)))

    def kept(self) -> tuple[DocumentId, ...]:
        """Return the documents to keep, one of every cluster, in id order: its representative by ``Config.keep``.

        Nothing is deleted by anybody. Documents in ``skipped`` are neither kept nor dropped.

        >>> import dedupe
        >>> text = "The ferry was turned back on Monday because of ice on both sides of the narrow channel."
        >>> rows = [("first", text), ("second", text + " Nobody was hurt."), ("other", "A court ruled on Friday.")]
        >>> result = dedupe.cluster(rows)
        >>> result.kept(), result.dropped()
        (('other', 'second'), ('first',))
        >>> result.at(keep=["shortest"]).kept()
        ('first', 'other')
        """
        return tuple(member for member, kept in self._choices() if member == kept)

    def dropped(self) -> tuple[DocumentId, ...]:
        """Return the used documents whose text another one stands for, in id order: all that are not ``kept``."""
        return tuple(member for member, kept in self._choices() if member != kept)

    def _choices(self) -> Iterator[tuple[DocumentId, DocumentId]]:
        """Yield every used document with the one that stands for it, in id order; of a large run by columns."""
        from dedupe.engine.memberships import memberships  # noqa: PLC0415 - it reads results

        return chain.from_iterable(zip(rows.ids, rows.representatives, strict=True) for rows in memberships(self))

    def at(self, threshold: float | None = None, **changes: Any) -> "Result":
        """Answer again by other limits: what was read and nominated stays, only pairs are verified anew.

        The answer is that of a run with these limits from the start, for a fraction of its time.

        >>> import dedupe
        >>> text = "The ferry was turned back on Monday because of ice on both sides of the narrow channel. "
        >>> result = dedupe.cluster([("a", "Ferry news. " + text), ("b", text + "Nobody was hurt.")])
        >>> len(result.clusters), len(result.at(0.95).clusters)
        (1, 2)

        Args:
            threshold: As in :class:`dedupe.Config`; ``None`` for the one of this result.
            changes: Other limits of :data:`dedupe.config.LIMITS`, by name.

        Raises:
            ConfigError: A limit is out of range, or what is named decides what is read or nominated; or
                ``copies_only`` nominated too few pairs for a lower threshold.
            InputError: This result was put together by hand, or went through another process.
        """
        config = self.config.with_limits(**changes, **({} if threshold is None else {"threshold": threshold}))
        if self._judge is None:
            raise InputError("this result does not hold what was nominated; call cluster() again with another config")
        return self._judge(config)

    def replace(self, **changes: Any) -> "Result":
        """Return a copy with other values; results never change in place."""
        return dataclasses.replace(self, **changes)
