"""What a document is to those in the index: recognised, or held against the candidates that its keys bring in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dedupe.engine.index.ahead import Ahead, Plan, measure_ahead
from dedupe.engine.index.candidates import Known, Nomination, Nominations, nominate_rows, recognise, same_tokens
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import UInt64s
from dedupe.engine.index.rows import id_bytes
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.weighing import Compare, Weighed, weigh


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a document.

    Attributes:
        known: Its id and its body in the index.
        nominations: What its keys brought in.
        weighed: The pairs with them.
        unverified: Candidates that the budget left out.
    """

    known: Known
    nominations: Nominations
    weighed: list[Weighed]
    unverified: int = 0


class Finder:
    """Looks documents up and compares them, within one transaction.

    Args:
        shelf: The index.
        centres: Cache of crowded keys, see ``candidates``.
        budget: Most comparisons for one document.
    """

    def __init__(self, shelf: Shelf, centres: dict[int, tuple[int, int]], *, budget: int) -> None:
        """Begin."""
        self._shelf = shelf
        self._centres = centres
        self._budget = budget

    def recognise(self, incoming: Incoming, hits: UInt64s, ahead: Ahead | None = None) -> Known:
        """Find a document's id and its body among what its keys found."""
        if ahead is not None and ahead.holds(hits, self._shelf):
            return ahead.known
        return recognise(incoming, id_bytes(incoming.body.id), hits, self._shelf)

    def look_ahead(self, entries: Sequence[Incoming], found: Sequence[UInt64s]) -> list[Ahead]:
        """Work out together what ``find`` will need of some documents that are to be taken in one after the other.

        Args:
            entries: The documents, with their words.
            found: What the keys of each found in the segments.
        """
        shelf = self._shelf
        made: list[Ahead] = []
        wanted: list[list[int]] = []
        for incoming, looked_up in zip(entries, found, strict=True):
            hits = shelf.with_tail(incoming.keys, looked_up)
            known = self.recognise(incoming, hits)
            plan: Plan | None = None
            rows: list[int] = []
            if known.base:
                rows = [shelf.living(known.variant or known.base)]
            elif incoming.comparable:
                plan = self._plan(incoming, hits)
                rows = [stands for _, stands in plan.chosen]
            is_repeat = known.same_id and shelf.row(known.same_id).digest == incoming.digest
            made.append(Ahead(hits, known, plan, shelf.removals))
            wanted.append([] if is_repeat else rows)
        measure_ahead(entries, made, wanted, shelf)
        return made

    def find(self, incoming: Incoming, hits: UInt64s, known: Known, ahead: Ahead | None = None) -> Finding:
        """Compare a document with its copies, or with its candidates; ``ahead`` saves what it knows of that."""
        shelf = self._shelf
        if not incoming.comparable:
            return Finding(replace(known, base=0, variant=0), Nominations(), [])
        if known.base:
            exact = self._exact(incoming, known.variant or known.base, ahead)
            if exact is not None:
                return Finding(known, Nominations(), [exact])
            known = replace(known, base=0, variant=0)
        plan = ahead.plan if ahead is not None and ahead.holds(hits, shelf) else None
        return self._compare(incoming, known, plan or self._plan(incoming, hits), ahead)

    def _plan(self, incoming: Incoming, hits: UInt64s) -> Plan:
        """Nominate what a document is to be compared with."""
        nominations = nominate_rows(incoming, hits, self._shelf, self._centres)
        return Plan(nominations, *self._within_budget(incoming, nominations))

    def _exact(self, incoming: Incoming, other: int, ahead: Ahead | None) -> Weighed | None:
        """Compare a document with the one whose body has the same hash; ``None`` where it has other words all the same.

        Hashes of 64 bits can be crafted; tokens are compared.
        """
        shelf = self._shelf
        stands = shelf.living(other)
        compare = self._comparing(incoming, stands, ("exact",))
        if incoming.whole:
            (weighed,) = self._weigh(incoming, [(other, stands, compare)], ahead)
            if weighed.tie.text == "identical":
                return weighed
        return Weighed.whole(other, compare) if same_tokens(incoming, stands, shelf) else None

    def _compare(self, incoming: Incoming, known: Known, plan: Plan, ahead: Ahead | None) -> Finding:
        """Verify what was chosen."""
        ways = [
            (nomination.row, stands, self._comparing(incoming, stands, nomination.channels))
            for nomination, stands in plan.chosen
        ]
        if incoming.whole and ways:
            weighed = self._weigh(incoming, ways, ahead)
        else:
            weighed = [Weighed.whole(row, compare) for row, _, compare in ways]
        return Finding(known, plan.nominations, weighed, plan.left)

    def _weigh(
        self, incoming: Incoming, ways: Sequence[tuple[int, int, Compare]], ahead: Ahead | None
    ) -> list[Weighed]:
        """Weigh a document against rows, given with those that stand for them."""
        shelf = self._shelf
        stands = [number for _, number, _ in ways]
        if ahead is not None and ahead.counts.keys() >= set(stands):
            bodies, counts = [ahead.bodies[number] for number in stands], [ahead.counts[number] for number in stands]
        else:
            bodies, counts = shelf.bodies(stands), None
        others = [(row, body, compare) for (row, _, compare), body in zip(ways, bodies, strict=True)]
        return weigh(incoming.body, others, shelf.config, counts)

    def _comparing(self, incoming: Incoming, stands: int, channels: tuple[str, ...]) -> Compare:
        """Return the way to compare a document in full with the one that stands for a row."""
        shelf = self._shelf
        return Compare(lambda: (incoming.compared, shelf.material(stands)), shelf.config, channels)

    def _within_budget(self, incoming: Incoming, nominations: Nominations) -> tuple[list[tuple[Nomination, int]], int]:
        """Choose what is compared: first what may be one text, and of what only shares a passage a quarter as many.

        Returns:
            The nominations with the rows that stand for them, and how many were left out.
        """
        rows = nominations.rows
        if not len(rows):
            return [], 0
        tokens = self._shelf.learn(rows).tokens[rows]
        stands = self._shelf.standing(rows)
        likely = nominations.may_be_one_text(np.minimum(tokens, incoming.tokens), self._shelf.config)
        whole, passing = ((stands > 0) & likely).nonzero()[0], ((stands > 0) & ~likely).nonzero()[0]
        if len(passing) > 1:
            passing = passing[(-nominations.tallied.rarities[passing]).argsort(kind="stable")]
        places = [*whole[: self._budget].tolist(), *passing[: max(1, self._budget // 4)].tolist()]
        chosen = [(nominations.one(place), int(stands[place])) for place in places]
        return chosen, len(whole) + len(passing) - len(chosen)
