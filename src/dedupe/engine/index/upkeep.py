"""House-keeping: clusters on demand, grouping anew, ageing, compacting, copying and uniting indexes."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash

from dedupe.engine.index.graph import Graph, verified_tie
from dedupe.engine.index.rows import Row, id_of
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.state import Counters
from dedupe.engine.index.stored import open_row, read_row, write_rows
from dedupe.group.assembly import Lookups
from dedupe.group.clusters import build_clusters
from dedupe.group.representative import Traits
from dedupe.group.verdicts import Edge
from dedupe.records import Cluster, id_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """An index in numbers.

    Attributes:
        documents: Documents that are in.
        clusters: Clusters they fall into; ``copies`` are the documents beyond one in each.
        forgotten: Rows of documents taken out since the index was last built.
        bytes_on_disk: File and log.
        bytes_per_document: Of the file once the log is copied into it, by documents that are in.
        segments: Sorted runs of the look-up tables; ``tail`` are postings in memory that are in none yet.
        postings: Entries in the runs.
        repeats: Documents that came again with the same content.
        overflows: How often a key was held by more documents than its cap.
        unverified: Candidates that the budget of comparisons left out.
        parameters: Fingerprint of what the index was made with.
    """

    documents: int
    clusters: int
    copies: int
    forgotten: int
    bytes_on_disk: int
    bytes_per_document: float
    segments: int
    tail: int
    postings: int
    repeats: int
    overflows: int
    unverified: int
    parameters: str


def all_rows(shelf: Shelf, counters: Counters) -> Iterator[tuple[int, Row]]:
    """Yield every row in order; each checked, none missing but those that were dropped."""
    gone = shelf.tables.gone
    expected = (number for number in range(1, counters.last_row + 1) if number not in gone)
    for number, sealed in shelf.connection.execute("SELECT row, data FROM documents ORDER BY row"):
        if number != (wanted := next(expected, 0)):
            open_row(wanted or number, None)
        yield number, open_row(number, sealed)
    for number in expected:
        open_row(number, None)


def counted_stats(shelf: Shelf, counters: Counters, path: Path, parameters: str) -> Stats:
    """Count an index, by reading every row's facts but no text; 8 bytes a row, clusters told apart by their hash."""
    names = np.zeros(counters.last_row + 1, dtype=np.uint64)
    used = np.zeros(counters.last_row + 1, dtype=bool)
    documents = 0
    for number, row in all_rows(shelf, counters):
        if row.variant in {0, number}:
            names[number] = xxhash.xxh3_64_intdigest(row.cluster.encode())
        if row.alive and row.dated_us >= shelf.oldest_us:
            documents += 1
            used[row.variant or number] = True
    clusters = len(np.unique(names[used]))
    size = sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())
    pages, page = (shelf.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return Stats(
        documents=documents,
        clusters=clusters,
        copies=documents - clusters,
        forgotten=counters.last_row - documents,
        bytes_on_disk=size,
        bytes_per_document=pages * page / max(1, documents),
        segments=len(shelf.tables.levels.in_use),
        tail=shelf.tables.tail_postings,
        postings=sum(run.postings for run in shelf.tables.levels.in_use),
        repeats=counters.repeats,
        overflows=counters.overflows,
        unverified=counters.unverified,
        parameters=parameters,
    )


def all_clusters(shelf: Shelf, counters: Counters, *, smallest: int) -> tuple[Cluster, ...]:
    """Return the clusters of at least ``smallest`` documents, largest first, as the index holds them."""
    name_of: dict[int, str] = {}
    members: dict[str, list[int]] = {}
    nodes: dict[str, list[int]] = {}
    for number, row in all_rows(shelf, counters):
        if row.variant in {0, number}:
            name_of[number] = row.cluster
            nodes.setdefault(row.cluster, []).append(number)
        if row.alive and row.dated_us >= shelf.oldest_us:
            members.setdefault(name_of[row.variant or number], []).append(number)
    found = [
        described(shelf, name, [node for node in nodes[name] if shelf.living(node)], rows)
        for name, rows in members.items()
        if len(rows) >= smallest
    ]
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.members), cluster.id)))


def described(shelf: Shelf, name: str, nodes: list[int], rows: list[int]) -> Cluster:
    """Describe one cluster: who is in, who is kept, and how it holds together."""
    ids = [id_of(shelf.row(row).id) for row in rows]
    if len(rows) == 1:
        return Cluster(
            id=name, members=(ids[0],), representative=ids[0], reason="the only document", similarity=1.0, kind="single"
        )
    place = {row: number for number, row in enumerate(rows)}
    stands = {node: place[shelf.living(node)] for node in nodes}
    ties = Graph(shelf).ties(nodes)
    edges = [
        Edge(stands[node], stands[other], *tie.told, tie.similarity, tie.share)
        for node in nodes
        for other, tie in ties[node].items()
        if other < node and other in stands and not tie.asked
    ]
    edges += [
        Edge(stands[shelf.row(row).variant], place[row], "identical", "unknown", 1.0)
        for row in rows
        if place[row] != stands.get(shelf.row(row).variant, place[row])
    ]

    def verify(a: int, b: int) -> Edge:
        tie = verified_tie(shelf, rows[a], rows[b])
        return Edge(a, b, *tie.told, tie.similarity, tie.share)

    def traits(number: int) -> Traits:
        return Traits.of(shelf.body(rows[number]), shelf.row(rows[number]).tokens)

    hashes = [shelf.row(row).body_hash for row in rows]
    made = build_clusters(
        ids, hashes, edges, lookups=Lookups(verify=verify, traits=traits), policy=shelf.config.keep
    ).clusters
    # More than one only in a part too large to be grouped for every document; ``recluster`` settles it.
    return dataclasses.replace(made[0], id=name, members=tuple(sorted(ids, key=id_order)))


def expired_rows(shelf: Shelf, counters: Counters, before_us: int) -> list[int]:
    """Return the rows of documents that are in and dated before a moment."""
    rows = all_rows(shelf, counters)
    return [number for number, row in rows if row.alive and row.dated_us < before_us]


def text_rows(shelf: Shelf, counters: Counters) -> list[int]:
    """Return the first row of every text that still stands."""
    firsts = [
        (number, row.alive and row.dated_us >= shelf.oldest_us)
        for number, row in all_rows(shelf, counters)
        if row.variant == number
    ]
    return [number for number, stands in firsts if stands or shelf.living(number)]


def drop_forgotten(shelf: Shelf, counters: Counters) -> None:
    """Drop every row of a forgotten document whose text nobody carries, and what other rows say of it.

    ``forget`` does so for each document; what is left are rows of files that older versions wrote, and ties.
    """
    forgotten = np.zeros(counters.last_row + 1, dtype=bool)
    carried = np.zeros(counters.last_row + 1, dtype=bool)
    for number, row in all_rows(shelf, counters):
        forgotten[number] = not row.alive
        if row.alive:
            carried[[row.base, row.variant]] = True
    dropped = np.flatnonzero(forgotten & ~carried).tolist()
    shelf.connection.executemany("DELETE FROM documents WHERE row = ?", ((number,) for number in dropped))
    gone = shelf.tables.gone
    gone.add(dropped, counters)
    if not gone:
        return
    idle = [number for number, row in all_rows(shelf, counters) if any(tie.other in gone for tie in row.ties)]
    for number in idle:
        row = read_row(shelf.connection, number)  # not of the shelf, which would keep every one
        row.ties = [tie for tie in row.ties if tie.other not in gone]
        write_rows(shelf.connection, [(number, row)])
    shelf.doubt()
