"""What a list of documents says of each and its cluster: some thousands at once, as columns.

Where a run keeps columns, hardly any cluster becomes a record for that, and of documents only title and address are
read.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from dedupe.engine.bodies import About, Bodies
from dedupe.engine.result import Result
from dedupe.engine.shown import ShownClusters, ShownPairs
from dedupe.group.assembly import ClusterKind
from dedupe.records import Body, Cluster, DocumentId

AT_ONCE = 2_048
"""Documents in one block."""


class Memberships(NamedTuple):
    """Documents that follow each other, one row each.

    Attributes:
        ids: Their ids.
        clusters: Ids of their clusters.
        sizes, kinds: How many documents those have, and what holds them together.
        representatives: Ids of the documents that stand for them.
        similarities: Similarity to that document: 1.0 to itself, ``None`` where the two were never compared.
        titles, urls: As in :class:`dedupe.records.Body`.
    """

    ids: Sequence[DocumentId]
    clusters: Sequence[str]
    sizes: Sequence[int]
    kinds: Sequence[ClusterKind]
    representatives: Sequence[DocumentId]
    similarities: Sequence[float | None]
    titles: Sequence[str | None]
    urls: Sequence[str | None]


def memberships(result: Result) -> Iterator[Memberships]:
    """Yield every used document in id order, many at once."""
    clusters, pairs, documents = result.clusters, result.pairs, result.documents
    if isinstance(clusters, ShownClusters) and isinstance(pairs, ShownPairs) and len(documents) == len(pairs.ids):
        for begin in range(0, len(documents), AT_ONCE):
            yield _by_columns(documents, clusters, pairs, range(begin, min(begin + AT_ONCE, len(documents))))
    else:
        yield from _by_records(result)


def _by_columns(documents: Sequence[Body], clusters: ShownClusters, pairs: ShownPairs, positions: range) -> Memberships:
    """Return the rows of the documents at these positions."""
    own = np.arange(positions.start, positions.stop)
    homes = clusters.homes(positions.start, positions.stop)
    kinds, chosen = clusters.briefs.of(homes)
    others = np.flatnonzero(chosen != own)
    similarities: list[float | None] = [1.0] * len(own)
    looked_up = pairs.similarities(np.sort(np.stack((own[others], chosen[others]), axis=1), axis=1))
    for place, similarity in zip(others.tolist(), looked_up, strict=True):
        similarities[place] = similarity
    head: Callable[[int], About | Body] = documents.about if isinstance(documents, Bodies) else documents.__getitem__
    heads = [head(position) for position in positions]
    return Memberships(
        ids=pairs.ids[positions.start : positions.stop],
        clusters=clusters.names(homes),
        sizes=clusters.sizes(homes).tolist(),
        kinds=kinds,
        representatives=[pairs.ids[position] for position in chosen.tolist()],
        similarities=similarities,
        titles=[head.title for head in heads],
        urls=[head.url for head in heads],
    )


def _by_records(result: Result) -> Iterator[Memberships]:
    """Yield the rows of a run that is in memory."""
    members = result.memberships()
    while rows := [_row(body, cluster, result) for body, cluster in islice(members, AT_ONCE)]:
        yield Memberships(*zip(*rows, strict=True))


def _row(
    body: Body, cluster: Cluster, result: Result
) -> tuple[DocumentId, str, int, ClusterKind, DocumentId, float | None, str | None, str | None]:
    chosen = cluster.representative
    similarity = 1.0 if body.id == chosen else result.known_similarity(body.id, chosen)
    return body.id, cluster.id, len(cluster.members), cluster.kind, chosen, similarity, body.title, body.url
