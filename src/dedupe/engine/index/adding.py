"""Check-and-add: one document against the index, and into it, within the caller's transaction."""

import numpy as np
from numpy.typing import NDArray

from dedupe.engine.index.decide import Verified, sentence
from dedupe.engine.index.finding import Finder, Finding
from dedupe.engine.index.graph import Graph, carrier_of, edge_postings, retell
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import MAX_ROWS, Kind, UInt64s, row_key
from dedupe.engine.index.rows import Row, Tie, id_bytes, single_name
from dedupe.engine.index.state import Counters
from dedupe.engine.index.weighing import choose
from dedupe.errors import StoreError
from dedupe.records import MERGING
from dedupe.verify.limits import too_short


class Adding(Finder):
    """Takes documents in and out; made anew for every transaction."""

    def draft(self, incoming: Incoming, finding: Finding, *, seen_us: int) -> Row:
        """Return the row a document would get, without storing anything."""
        row = self._row(incoming, finding, 0, seen_us=seen_us, dated_us=seen_us)
        row.ties = [each.tie for each in finding.weighed]
        self._answer(row, finding, comparable=incoming.comparable)
        return row

    def take_in(
        self,
        incoming: Incoming,
        finding: Finding,
        counters: Counters,
        *,
        seen_us: int,
        dated_us: int,
        replaced: Verified | None = None,
    ) -> Row:
        """Store a document with the answer it gets, and bring its cluster up to date.

        Args:
            incoming: The document.
            finding: What was found about it.
            counters: Counted up.
            seen_us: Now, microseconds since 1970.
            dated_us: When its age begins.
            replaced: The comparison with what its id stood for before, already forgotten.

        Raises:
            StoreError: The index is full.
        """
        number = counters.last_row + 1
        if number >= MAX_ROWS:
            raise StoreError(
                f"the index has given out all its {MAX_ROWS - 1} rows; begin a new one and merge what is still needed"
            )
        counters.last_row = number
        counters.documents += 1
        counters.overflows += finding.nominations.overflows
        counters.unverified += finding.unverified
        row = self._row(incoming, finding, number, seen_us=seen_us, dated_us=dated_us)
        graph = Graph(self._shelf, self._shelf.ties)
        retold: dict[tuple[int, int], Tie] = {}
        if row.variant == number:
            row.ties = [each.tie for each in finding.weighed]
            retold = self._retell(graph, row, number)
        self._answer(row, finding, comparable=incoming.comparable)
        if replaced is not None:
            self.tell_replaced(row, replaced)
        row.reason = row.reason.encode("utf-8", "backslashreplace").decode()  # it may name an id of any bytes
        self._shelf.write(number, row)
        self._shelf.write_text(number, incoming)
        self._shelf.tables.hold(self._postings(incoming, finding, row, number))
        self._regroup(graph, row, number, retold)
        return row

    def _row(self, incoming: Incoming, finding: Finding, number: int, *, seen_us: int, dated_us: int) -> Row:
        own = number if incoming.comparable else 0
        row = Row(
            id=id_bytes(incoming.body.id),
            digest=incoming.digest,
            seen_us=seen_us,
            dated_us=dated_us,
            url=incoming.body.url,
            body_hash=incoming.body_hash,
            tokens=incoming.tokens,
            base=finding.known.base or own,
            variant=finding.known.variant or own,
        )
        row.cluster = single_name(row, number)
        return row

    def tell_replaced(self, row: Row, replaced: Verified) -> None:
        """Say of a document that it takes the place of what its id stood for."""
        relation = replaced.relation
        if relation.text not in MERGING:
            row.reason = f"takes the place of another text under its id; {row.reason}"
            return
        row.action, row.duplicate_of = "revision", row.id
        row.relation, row.editorial, row.confidence = relation.text, "revision", relation.confidence
        row.similarity, row.coverage = replaced.similarity, (replaced.coverage.of_a, replaced.coverage.of_b)
        row.reason = f"takes the place of an earlier version under its id: {relation.why}"

    def _answer(self, row: Row, finding: Finding, *, comparable: bool) -> None:
        """Write the answer into a row."""
        if not comparable:
            row.action, row.reason = "too_short", too_short(row.tokens, self._shelf.config).why
            return
        best = choose(finding.weighed, {tie.other: tie for tie in row.ties})
        row.unverified = finding.unverified
        row.reason = sentence(best, finding.unverified)
        if best is None:
            return
        row.action = best.action
        row.duplicate_of = None if best.action == "new" else id_bytes(best.other)
        row.relation, row.editorial = best.relation.text, best.relation.editorial
        row.similarity, row.coverage = best.similarity, (best.coverage.of_a, best.coverage.of_b)
        row.confidence = best.relation.confidence

    @staticmethod
    def _postings(incoming: Incoming, finding: Finding, row: Row, number: int) -> UInt64s:
        """Return everything a row is noted under."""
        own = None
        if finding.nominations.crowded:
            own = np.ones(len(incoming.keys), dtype=bool)
            own[finding.nominations.crowded] = False
        if row.base in {0, number}:
            noted = (incoming.keys if own is None else incoming.keys[own]) | np.uint64(number)
        else:
            noted = _lent(incoming, row, number, own)
        return np.concatenate((noted, edge_postings(number, row.ties))) if row.ties else noted

    def _regroup(self, graph: Graph, row: Row, number: int, retold: dict[tuple[int, int], Tie]) -> None:
        """Bring clusters up to date after a document came in, and keep the pairs that took to verify."""
        if row.variant != number:
            return
        if not retold and not any(tie.merges for tie in row.ties):
            return  # a part of its own, which has the name that its row began with
        self._settle(graph, [number, *self._keep_all(graph, retold)])

    def _retell(self, graph: Graph, row: Row, number: int) -> dict[tuple[int, int], Tie]:
        """See whether the new text is a round-up, or makes an earlier one one; return the earlier ties that change."""
        graph.begin(number)
        graph.learn(number, row.ties)
        threshold = self._shelf.config.threshold
        carriers = {carrier_of(number, tie.other, tie, threshold) for tie in row.ties} - {0}
        if not carriers:
            return {}
        self._shelf.expect(number)
        retold = retell(graph, self._shelf, carriers)
        row.ties = [retold.pop((number, tie.other), tie) for tie in row.ties]
        graph.learn(number, row.ties)
        return retold

    def _keep_all(self, graph: Graph, retold: dict[tuple[int, int], Tie]) -> list[int]:
        """Keep ties that changed; return the rows they are about."""
        for (later, _), tie in sorted(retold.items()):
            graph.learn(later, [tie])
            self._keep(later, tie)
        return [row for pair in sorted(retold) for row in pair]

    def _settle(self, graph: Graph, seeds: list[int]) -> None:
        graph.settle(seeds)
        self.keep_asked(graph)

    def keep_asked(self, graph: Graph) -> None:
        """Store the pairs that grouping verified on its own account."""
        for later, tie in graph.asked:
            self._keep(later, tie)
            self._shelf.tables.hold(edge_postings(later, [tie]))
        graph.asked.clear()

    def _keep(self, later: int, tie: Tie) -> None:
        row = self._shelf.row(later)
        row.ties = [each for each in row.ties if each.other != tie.other] + [tie]
        self._shelf.write(later, row)

    def forget(self, number: int, counters: Counters) -> None:
        """Take a document out: its text and everything it said; what it was tied to is grouped again."""
        shelf = self._shelf
        row = shelf.row(number)
        graph = Graph(shelf, shelf.ties)
        node = row.variant  # the text it is or carries; it goes with the last of its documents
        ties = dict(graph.ties([node])[node]) if node else {}
        stub = Row(
            id=b"", digest=b"", seen_us=row.seen_us, dated_us=0, alive=False, body_hash=row.body_hash,
            tokens=row.tokens, base=row.base, variant=row.variant, cluster=row.cluster, ties=row.ties,
        )  # fmt: skip
        shelf.write(number, stub)
        shelf.delete_text(number)
        counters.documents -= 1
        if node and not shelf.living(node):
            threshold = shelf.config.threshold
            carriers = {other for other, tie in ties.items() if carrier_of(node, other, tie, threshold) == other}
            retold = retell(graph, shelf, {carrier for carrier in carriers if shelf.living(carrier)})
            self._settle(graph, [*sorted(ties), *self._keep_all(graph, retold)])
        shelf.drop_rows({number, row.base, row.variant} - {0}, counters)


def _lent(incoming: Incoming, row: Row, number: int, own: NDArray[np.bool_] | None) -> UInt64s:
    """Return what a copy is noted under: it lends its address and headline to the first of its body."""
    kinds = incoming.kinds
    target = np.where(kinds == Kind.ID, number, row.base).astype(np.uint64)
    lent = (kinds == Kind.ID) | (kinds == Kind.ADDRESS) | (kinds == Kind.HEADLINE)
    if own is not None:
        lent &= own
    copy = row_key(row.variant if row.variant != number else row.base, Kind.COPY) | number
    if row.variant == number:
        lent |= kinds == Kind.VARIANT
        target[kinds == Kind.VARIANT] = number
    return np.concatenate([incoming.keys[lent] | target[lent], np.array([copy], dtype=np.uint64)])
