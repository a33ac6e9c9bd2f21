"""Clusters, kept up to date: what a new pair touches is grouped again by the rules of the batch engine.

The nodes are texts (first rows of a body and headline), the edges are the ties kept with them. Only the connected part
around the change is looked at, which gives what grouping everything would give: ``group`` works part by part.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from dedupe._kernels import NEARLY_COMPLETE
from dedupe.engine.digests import mark_digests
from dedupe.engine.index.postings import Kind, row_key
from dedupe.engine.index.rows import Row, Tie, single_name
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.weighing import Compare, Weighed, weigh
from dedupe.group.clusters import group_documents
from dedupe.group.verdicts import Edge
from dedupe.records import Comparison, Passage, Relation, Sides, Span

PART_LIMIT = 400
"""Texts in a connected part up to which it is grouped anew for every document; above it, ``recluster`` does."""

Pair = tuple[int, int]


class Graph:
    """Texts and ties within one transaction.

    Attributes:
        asked: Pairs that grouping verified on its own account; they are to be kept.
    """

    def __init__(self, shelf: Shelf, known: dict[int, dict[int, Tie]] | None = None) -> None:
        """Begin with nothing read, or with the ties that are known of some texts; what is read is added to them."""
        self._shelf = shelf
        self._ties = {} if known is None else known
        self._learned: defaultdict[int, dict[int, Tie]] = defaultdict(dict)
        self.asked: list[tuple[int, Tie]] = []

    def ties(self, nodes: Sequence[int]) -> dict[int, dict[int, Tie]]:
        """Return the ties of texts to every other text, earlier and later; each kept with the later of both."""
        fresh = [node for node in nodes if node not in self._ties]
        later = self._later(fresh) if fresh else {}
        for node in fresh:
            known = {tie.other: tie for tie in self._shelf.row(node).ties}
            for other in later.get(node, []):
                for tie in self._shelf.row(other).ties:
                    if tie.other == node:
                        known[other] = tie
            self._ties[node] = known | self._learned[node]
        return {node: self._ties[node] for node in nodes}

    def _later(self, nodes: list[int]) -> dict[int, list[int]]:
        """Return the rows that keep ties with some texts; all of these rows are read together."""
        self._shelf.expect_rows(nodes)
        later = self._shelf.noted_with(nodes, Kind.EDGE)
        self._shelf.expect_rows({other for others in later.values() for other in others})
        return later

    def begin(self, node: int) -> None:
        """Take note of a text so new that nothing can be tied to it yet, which saves looking it up."""
        self._ties[node] = {}

    def learn(self, node: int, ties: Iterable[Tie]) -> None:
        """Take in the ties of a text that is being added."""
        for tie in ties:
            for one, other in ((node, tie.other), (tie.other, node)):
                self._learned[one][other] = tie
                if one in self._ties:
                    self._ties[one][other] = tie

    def part(self, seed: int, limit: int = PART_LIMIT) -> list[int]:
        """Return the texts connected with ``seed`` by ties of one text, ascending; about ``limit`` at most."""
        return sorted(self._reached({seed}, limit))

    def _reached(self, seeds: set[int], limit: int) -> set[int]:
        """Return the texts connected with any of some texts."""
        frontier = self._all_living(seeds)
        reached = set(frontier)
        while frontier and len(reached) <= limit:
            found = self.ties(frontier)
            others = {
                other for node in frontier for other, tie in found[node].items() if other not in reached and tie.merges
            }
            frontier = self._all_living(others) if others else []
            reached.update(frontier)
        return reached

    def _all_living(self, nodes: set[int]) -> list[int]:
        """Return those of some texts that a document stands for, ascending; their rows are read together."""
        self._shelf.expect_rows(nodes)  # most are about to be asked for their ties
        return sorted(filter(self._shelf.living, nodes))

    def foresee(self, ties: Sequence[Tie]) -> None:
        """Look up together what grouping will ask for one after the other, which saves time and nothing else.

        Args:
            ties: What texts that are about to be taken in are to those that are in.
        """
        threshold = self._shelf.config.threshold
        merging = {tie.other for tie in ties if tie.merges and tie.other not in self._ties}
        if merging:
            self._reached(merging, PART_LIMIT)
        carriers = {tie.other for tie in ties if tie.coverage >= threshold > tie.other_coverage}
        self.ties(sorted(carriers))

    def settle(self, seeds: Iterable[int], *, limit: int = PART_LIMIT) -> set[int]:
        """Group the parts around some texts again and name their clusters; return the texts whose cluster changed."""
        changed: set[int] = set()
        done: set[int] = set()
        for seed in seeds:
            if seed in done:
                continue
            part = self.part(seed, limit)
            done.update(part)
            names = self._join_one(seed) if len(part) > limit else self._names(part)
            for node, name in names.items():
                row = self._shelf.row(node)
                if row.cluster != name:
                    row.cluster = name
                    changed.add(node)
        for node in sorted(changed):
            self._shelf.write(node, self._shelf.row(node))
        return changed

    def _names(self, part: list[int]) -> dict[int, str]:
        """Group a part and return the name of every text's cluster."""
        rows = [self._shelf.row(node) for node in part]
        if len(part) <= 1:
            return {node: single_name(row, node) for node, row in zip(part, rows, strict=True)}
        if self._is_one_cluster(part):
            return dict.fromkeys(part, self._name(part, rows, range(len(part))))
        groups = group_documents(part, [row.body_hash for row in rows], self._edges(part), self._asking(part))
        names: dict[int, str] = {}
        for members in groups:
            name = self._name(part, rows, members)
            names.update({part[number]: name for number in members})
        return names

    @staticmethod
    def _name(part: list[int], rows: list[Row], members: Sequence[int]) -> str:
        """Name a cluster of some texts of a part, by the smallest content hash."""
        smallest = min(members, key=lambda number: (rows[number].body_hash, part[number]))
        if any(part[number] == rows[smallest].base for number in members):
            return f"{rows[smallest].body_hash:016x}"
        return single_name(rows[smallest], part[smallest])

    def _is_one_cluster(self, part: list[int]) -> bool:
        """Tell whether a connected part is one cluster without asking: almost all of its pairs are one text.

        It is what ``partition`` begins with; a part with equal bodies is left to it, because it counts those as one.
        """
        inside = set(part)
        wanted = NEARLY_COMPLETE * (len(part) - 1)
        for ties in self.ties(part).values():
            same = [tie.text for other, tie in ties.items() if other in inside and tie.merges]
            if len(same) < wanted or "identical" in same:
                return False
        return True

    def _edges(self, part: list[int]) -> list[Edge]:
        place = {node: number for number, node in enumerate(part)}
        return [
            Edge(place[node], place[other], *tie.told, tie.similarity, tie.share)
            for node, ties in self.ties(part).items()
            for other, tie in ties.items()
            if other < node and other in place and not tie.asked
        ]

    def _asking(self, part: list[int]) -> "_Asker":
        return _Asker(self, self._shelf, part)

    def _join_one(self, seed: int) -> dict[int, str]:
        """Add one text to a part too large to be grouped anew: to the cluster that half of its own pairs are in."""
        same = [other for other, tie in self.ties([seed])[seed].items() if tie.merges]
        names = [self._shelf.row(other).cluster for other in same if self._shelf.living(other)]
        best = min(set(names), key=lambda name: (-names.count(name), name), default="")
        return {seed: best if 2 * names.count(best) >= len(names) else single_name(self._shelf.row(seed), seed)}


class _Asker:
    """Verifies pairs of texts that nothing nominated, and keeps what it found."""

    def __init__(self, graph: Graph, shelf: Shelf, part: list[int]) -> None:
        self._graph = graph
        self._shelf = shelf
        self._part = part

    def __call__(self, a: int, b: int) -> Edge:
        """Compare two texts by their place in the part."""
        earlier, later = sorted((self._part[a], self._part[b]))
        tie = self._graph.ties([later])[later].get(earlier)
        if tie is None:
            tie = verified_tie(self._shelf, later, earlier)
            self._graph.learn(later, [tie])
            self._graph.asked.append((later, tie))
        return Edge(a, b, *tie.told, tie.similarity, tie.share)


def verified_tie(shelf: Shelf, later: int, earlier: int) -> Tie:
    """Hold the texts of two rows against each other, for grouping."""
    first, second = shelf.living(later), shelf.living(earlier)
    compare = Compare(lambda: (shelf.material(first), shelf.material(second)), shelf.config)
    if shelf.keeps_texts:
        (weighed,) = weigh(shelf.body(first), [(earlier, shelf.body(second), compare)], shelf.config)
    else:
        weighed = Weighed.whole(earlier, compare)
    return msgspec.structs.replace(weighed.tie, asked=True)


def edge_postings(number: int, ties: Iterable[Tie]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Return the postings under which a row is found from the rows it was compared with."""
    return np.array([row_key(tie.other, Kind.EDGE) | number for tie in ties], dtype=np.uint64)


def retell(graph: Graph, shelf: Shelf, carriers: Iterable[int]) -> dict[Pair, Tie]:
    """Look again whether some texts are round-ups: whether they carry two or more others whole, at different places.

    Returns:
        The ties that change, by ``(later row, earlier row)``.
    """
    threshold = shelf.config.threshold
    pairs: dict[Pair, Tie] = {}
    for node, known in graph.ties(sorted(set(carriers))).items():
        for other, tie in known.items():
            if not tie.asked and carrier_of(node, other, tie, threshold) == node and shelf.living(other):
                pairs[max(node, other), min(node, other)] = tie
    listed = list(pairs.items())
    marked = mark_digests((_sketch_of(pair, tie) for pair, tie in listed), shelf.config)
    return {
        pair: msgspec.structs.replace(tie, digest=is_digest)
        for (pair, tie), comparison in zip(listed, marked, strict=True)
        if tie.digest is not (is_digest := comparison.relation.editorial == "digest")
    }


def carrier_of(a: int, b: int, tie: Tie, threshold: float) -> int:
    """Return which of two rows may be a round-up that carries the other: the one not whole itself; 0 for neither."""
    later, earlier = max(a, b), min(a, b)
    whole = tie.coverage >= threshold, tie.other_coverage >= threshold
    return earlier if whole == (True, False) else later if whole == (False, True) else 0


def _sketch_of(pair: Pair, tie: Tie) -> Comparison:
    """Return as much of a comparison as telling a round-up needs."""
    later, earlier = pair
    passage = Passage(
        a=Span(*tie.extent), b=Span(*tie.other_extent), tokens=0, identity=0.0, kind="narrative", quote=""
    )
    return Comparison(
        a=later,
        b=earlier,
        jaccard=0.0,
        containment=Sides(0.0, 0.0),
        coverage=Sides(tie.coverage, tie.other_coverage),
        residual=Sides(0.0, 0.0),
        similarity=tie.similarity,
        identity=0.0,
        order=0.0,
        longest=0,
        passages=(passage,),
        relation=Relation(text=tie.text, editorial=tie.editorial, confidence="high", why=""),
    )
