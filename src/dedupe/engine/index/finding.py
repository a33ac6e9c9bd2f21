"""What a document is to those in the index: recognised, or held against the candidates that its keys bring in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dedupe.engine.index.ahead import Ahead, Plan, measure_ahead
from dedupe.engine.index.candidates import Known, Nominations, nominate_rows, recognise, same_tokens
from dedupe.engine.index.choosing import choose_within
from dedupe.engine.index.graph import Graph
from dedupe.engine.index.incoming import Incoming
from dedupe.engine.index.postings import UInt64s
from dedupe.engine.index.rows import id_bytes
from dedupe.engine.index.shelf import Shelf
from dedupe.engine.index.weighing import Compare, Weighed, tell_ahead, weigh


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

    def __init__(self, shelf: Shelf, centres: dict[int, tuple[int, int, int]], *, budget: int) -> None:
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
            found: What the keys of each found before anything was written.
        """
        shelf = self._shelf
        hits = [shelf.with_fresh(entry.keys, each) for entry, each in zip(entries, found, strict=True)]
        known = [self.recognise(entry, each) for entry, each in zip(entries, hits, strict=True)]
        asked = [n for n, entry in enumerate(entries) if entry.comparable and not known[n].base]
        plans = dict(zip(asked, self._plans([(entries[n], hits[n]) for n in asked]), strict=True))
        made: list[Ahead] = []
        wanted: list[list[int]] = []
        for number, (incoming, is_known) in enumerate(zip(entries, known, strict=True)):
            plan = plans.get(number)
            rows = [stands for _, stands in plan.chosen] if plan is not None else []
            if is_known.base:
                rows = [shelf.living(is_known.variant or is_known.base)]
            is_repeat = is_known.same_id and shelf.row(is_known.same_id).digest == incoming.digest
            made.append(Ahead(hits[number], is_known, plan, shelf.removals))
            wanted.append([] if is_repeat else rows)
        measure_ahead(entries, made, wanted, shelf)
        for incoming, each in zip(entries, made, strict=True):
            if each.plan is not None and (each.counts or not each.plan.chosen):
                ways = self._ways(incoming, each.plan)
                each.weighed = self._weigh(incoming, ways, each) if ways else []
        weighed = [each.weighed for each in made if each.weighed]
        tell_ahead(weighed, shelf.config)
        Graph(shelf, shelf.ties).foresee([pair.tie for pairs in weighed for pair in pairs])
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
        if ahead is None or ahead.plan is None or not ahead.holds(hits, shelf):
            return self._compare(incoming, known, self._plans([(incoming, hits)])[0], ahead)
        if ahead.weighed is None:
            return self._compare(incoming, known, ahead.plan, ahead)
        return Finding(known, ahead.plan.nominations, ahead.weighed, ahead.plan.left)

    def _plans(self, looked_up: Sequence[tuple[Incoming, UInt64s]]) -> list[Plan]:
        """Nominate what each of some documents is to be compared with, by what its keys found."""
        shelf = self._shelf
        nominations = [nominate_rows(incoming, hits, shelf, self._centres) for incoming, hits in looked_up]
        chosen = choose_within(self._budget, [incoming.tokens for incoming, _ in looked_up], nominations, shelf)
        return [Plan(each, *some) for each, some in zip(nominations, chosen, strict=True)]

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
        ways = self._ways(incoming, plan)
        if incoming.whole and ways:
            weighed = self._weigh(incoming, ways, ahead)
        else:
            self._shelf.bodies([stands for _, stands, _ in ways])  # reads them together; each is compared in full
            weighed = [Weighed.whole(row, compare) for row, _, compare in ways]
        return Finding(known, plan.nominations, weighed, plan.left)

    def _ways(self, incoming: Incoming, plan: Plan) -> list[tuple[int, int, Compare]]:
        """Return the rows that were chosen with those that stand for them, and the ways to compare both."""
        return [
            (nomination.row, stands, self._comparing(incoming, stands, nomination.channels))
            for nomination, stands in plan.chosen
        ]

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
