"""The batch engine: a set of documents in, a :class:`dedupe.Result` out."""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.config import Config
from dedupe.engine.intake import DuplicateIds, Progress, take_in
from dedupe.engine.linking import independent_origins, links_between, mark_digests
from dedupe.engine.nominate import nominate
from dedupe.engine.result import Result
from dedupe.errors import InputError
from dedupe.group.clusters import Lookups, build_clusters
from dedupe.group.origin import find_origin, origin_of_link
from dedupe.group.representative import Traits
from dedupe.group.verdicts import Edge
from dedupe.pages.extract import extract_body
from dedupe.pages.inputs import coerce
from dedupe.records import MERGING, Body, Cluster, Comparison, Document, DocumentId, Link, Origin, Skipped
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import Material, prepare

_CACHED_MATERIALS = 4_096


def cluster(
    documents: Iterable[object],
    *,
    config: Config | None = None,
    duplicate_ids: DuplicateIds = "raise",
    progress: Progress | None = None,
) -> Result:
    """Find which documents carry the same text and which borrow passages from each other.

    Every reported pair is verified word by word; similarity sketches only nominate. The answer does not depend on the
    order of the documents.

    >>> wire = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."
    >>> result = cluster([("one", wire), ("two", wire + " Schools stay closed."), ("three", "Nothing to see here.")])
    >>> [(cluster.members, cluster.kind) for cluster in result.clusters]
    [(('one', 'two'), 'near_identical'), (('three',), 'single')]

    Args:
        documents: Documents, mappings with the usual field names, ``(id, text)`` pairs or plain strings (whose id is
            their number), in any mixture; what :func:`dedupe.read` yields, too.
        config: Parameters; the default answers most needs.
        duplicate_ids: ``"raise"``, or ``"skip"``: keep one document of an id and report the others as skipped.
        progress: Called as ``progress(stage, done, total)`` while the run goes on.

    Raises:
        InputError: An item is of a type no document is made of.
        DuplicateIdError: Two documents carry one id.
    """
    config = config or Config()
    intake = take_in(documents, config, duplicate_ids=duplicate_ids, progress=progress)
    candidates, content_hashes = nominate(intake.bodies, config)
    verifier = _Verifier(intake.bodies, config)
    comparisons: list[Comparison] = []
    for candidate in candidates:
        comparisons.append(verifier.compare(candidate.a, candidate.b, candidate.channels))
        if progress is not None:
            progress("comparing", len(comparisons), len(candidates))
    comparisons = mark_digests(comparisons, config)
    clusters = _clusters(intake.bodies, content_hashes, comparisons, verifier)
    links = _with_origins(links_between(comparisons, clusters), intake.bodies)
    return Result(
        documents=intake.bodies,
        clusters=clusters,
        pairs=tuple(pair for pair in comparisons if pair.passages),
        links=links,
        skipped=intake.skipped,
        overflows=candidates.overflows,
        seen=intake.seen,
        independent_origins=independent_origins(links, clusters),
        config=config,
    )


def compare(a: object, b: object, *, config: Config | None = None) -> Comparison:
    """Compare two documents word by word.

    >>> verdict = compare("The ferry was turned back on Monday because of ice on both sides of the channel.",
    ...                   "The ferry was turned back on Monday because of ice on both sides of the channel.")
    >>> verdict.relation.text
    'identical'

    Args:
        a: One document: a Document, a mapping, an ``(id, text)`` pair or a string.
        b: The other. Two plain strings get the ids ``"a"`` and ``"b"``.
        config: Parameters.

    Raises:
        InputError: A document cannot be used; the message says why.
    """
    config = config or Config()
    return compare_bodies(_usable(a, "a", config), _usable(b, "b", config), config)


def extract(source: object, *, config: Config | None = None) -> Body:
    """Reduce one document to its body, with what was set aside and what the page says of itself.

    Args:
        source: A Document, a mapping, an ``(id, text)`` pair, a string or bytes of unknown kind.
        config: Parameters.

    Raises:
        InputError: The document cannot be used; the message says why.
    """
    return _usable(source, "document", config or Config())


def compare_bodies(a: Body, b: Body, config: Config) -> Comparison:
    """Compare two bodies that are extracted already."""
    first, second = (prepare(body, shingle_size=config.shingle_size) for body in (a, b))
    return compare_materials(first, second, config)


def _usable(source: object, name: str, config: Config) -> Body:
    """Extract one document, or raise what is wrong with it."""
    if isinstance(source, bytes):
        source = Document(id=name, content=source)
    entry = coerce(source, name)
    body = extract_body(entry, config) if isinstance(entry, Document) else entry
    if isinstance(body, Skipped):
        raise InputError(f"document {body.id!r} cannot be used, at stage {body.stage!r}: {body.reason}")
    return body


class _Verifier:
    """Compares documents by position and keeps the materials that were used last."""

    def __init__(self, bodies: tuple[Body, ...], config: Config) -> None:
        self._bodies = bodies
        self._config = config
        self.material = lru_cache(maxsize=_CACHED_MATERIALS)(self._prepare)

    def _prepare(self, position: int) -> Material:
        return prepare(self._bodies[position], shingle_size=self._config.shingle_size)

    def compare(self, a: int, b: int, channels: tuple[str, ...] = ()) -> Comparison:
        """Compare two documents, smaller position (and so smaller id) first."""
        first, second = min(a, b), max(a, b)
        return compare_materials(self.material(first), self.material(second), self._config, channels)

    def edge(self, a: int, b: int) -> Edge:
        """Compare two documents that nothing nominated, for the cluster guard."""
        return Edge.from_comparison(a, b, self.compare(a, b))

    def traits(self, position: int) -> Traits:
        """Return what the choice of a representative looks at."""
        body = self._bodies[position]
        return Traits(
            body_tokens=len(self.material(position).tokens),
            published=body.published.earliest if body.published else None,
            url=body.url,
        )


class _Origins:
    """Answers where the text of a cluster comes from, out of the comparisons of its members."""

    def __init__(self, bodies: tuple[Body, ...], comparisons: list[Comparison]) -> None:
        self._bodies = bodies
        self._pairs: dict[DocumentId, list[Comparison]] = {}
        for pair in comparisons:
            if pair.relation.text in MERGING:
                self._pairs.setdefault(pair.a, []).append(pair)

    def origin(self, members: Sequence[int]) -> Origin | None:
        """Return the origin of the text that the documents at these positions carry."""
        bodies = [self._bodies[position] for position in members]
        return find_origin(bodies, (pair for body in bodies for pair in self._pairs.get(body.id, ())))


def _with_origins(links: tuple[Link, ...], bodies: tuple[Body, ...]) -> tuple[Link, ...]:
    """Name the organisation whose words two linked documents share, where both credit it."""
    body = {each.id: each for each in bodies}
    return tuple(
        dataclasses.replace(link, origin=origin_of_link(link, body[link.a], body[link.b])) if link.source else link
        for link in links
    )


def _clusters(
    bodies: tuple[Body, ...],
    content_hashes: NDArray[np.uint64],
    comparisons: list[Comparison],
    verifier: _Verifier,
) -> tuple[Cluster, ...]:
    position = {body.id: number for number, body in enumerate(bodies)}
    edges = (Edge.from_comparison(position[pair.a], position[pair.b], pair) for pair in comparisons)
    origins = _Origins(bodies, comparisons)
    lookups = Lookups(verify=verifier.edge, traits=verifier.traits, origin=origins.origin)
    return build_clusters([body.id for body in bodies], content_hashes, edges, lookups=lookups).clusters
