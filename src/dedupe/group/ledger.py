"""The ledger: entries added up for every possible origin, and an answer only where one of them leads clearly.

An origin is named when its entries reach :data:`LEAST`, lead every other by :data:`MARGIN`, and hold at least one
that is strong by itself. Everything else is ``undetermined``, with the sentence that says what was missing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dedupe.group.evidence import STRONG, Entry, Scene, Target
from dedupe.records import Evidence, Origin

LEAST = 3.0
MARGIN = 2.0
"""Log-odds: e^2, about 7 to 1 between the best and the next."""
LOSSES = 2.5
"""The most that all losses together count: they have one cause."""
AGREEMENT = 0.5
AGREEMENTS = 2
"""Every further page that says the same adds a little, up to two of them: copies repeat what they copied."""
SHOWN = 20
"""Entries that an answer keeps."""


class Standing(NamedTuple):
    """What a possible origin has for itself: its sum, and the strongest entry in its favour."""

    target: Target
    score: float
    best: Entry | None


def decide(scene: Scene, entries: Sequence[Entry], *, nothing: str = "") -> Origin:
    """Add the entries up and answer.

    Args:
        scene: The cluster's documents, at least two.
        entries: What was found.
        nothing: What to say where nothing speaks for anybody.
    """
    ledger = _ledger(entries)
    ranked = sorted(_standings(scene, entries), key=lambda each: (-each.score, each.target))
    first = ranked[0]
    why = _not_clear(scene, ranked, entries, nothing)
    if why:
        return Origin(kind="undetermined", evidence=ledger, why=f"undetermined: {why}")
    reasons = _reasons(scene, entries, first)
    if first.target.kind == "external":
        return Origin(
            kind="external",
            organisation=first.target.key,
            evidence=ledger,
            why=f"the text comes from {first.target.key}, of which no page is here: {reasons}",
        )
    chosen, note = _document(scene, first.target.key, entries)
    if chosen is None:
        return Origin(
            kind="undetermined",
            evidence=ledger,
            why=f"undetermined: the text comes from {_place(scene, first.target.key)}, but {note}: {reasons}",
        )
    return Origin(
        kind="document",
        document=scene.bodies[chosen].id,
        evidence=ledger,
        why=f"the text comes from {scene.bodies[chosen].id}{note}: {reasons}",
    )


def _ledger(entries: Iterable[Entry]) -> tuple[Evidence, ...]:
    """Return the entries to be shown, strongest first, whatever they speak for."""
    ordered = sorted(entries, key=lambda entry: (-abs(entry.evidence.strength), entry.evidence.kind, entry.target))
    return tuple(dict.fromkeys(entry.evidence for entry in ordered))[:SHOWN]


def _standings(scene: Scene, entries: Sequence[Entry]) -> list[Standing]:
    """Return every possible origin: each place, by its best document, and each organisation that is named."""
    found = []
    for home in dict.fromkeys(scene.homes):
        about = [entry for entry in entries if entry.target.kind == "place" and entry.target.key == home]
        documents = [position for position, at in enumerate(scene.homes) if at == home]
        own = {position: [e for e in entries if e.target.position == position] for position in documents}
        best = max(documents, key=lambda position: (_sum(about + own[position]), -position))
        found.append(_standing(Target("place", home), about + own[best]))
    absent = dict.fromkeys(entry.target for entry in entries if entry.target.kind == "external")
    return found + [_standing(target, [entry for entry in entries if entry.target == target]) for target in absent]


def _standing(target: Target, entries: list[Entry]) -> Standing:
    best = max((entry for entry in entries if entry.evidence.strength > 0), key=_strength, default=None)
    return Standing(target, _sum(entries), best)


def _strength(entry: Entry) -> float:
    return entry.evidence.strength


def _sum(entries: list[Entry]) -> float:
    """Add entries up: each kind counts once, by its strongest on either side, with a little for agreement."""
    total = lost = 0.0
    for kind in sorted({entry.evidence.kind for entry in entries}):
        same = [entry for entry in entries if entry.evidence.kind == kind]
        strongest = max(*map(_strength, same), 0.0)
        if strongest and same[0].group == "loss":
            lost += strongest
        elif strongest:
            pages = len({entry.evidence.document for entry in same if entry.evidence.strength > 0})
            total += strongest + AGREEMENT * min(pages - 1, AGREEMENTS)
        total += min(*map(_strength, same), 0.0)
    return total + min(lost, LOSSES)


def _not_clear(scene: Scene, ranked: list[Standing], entries: Sequence[Entry], nothing: str) -> str:
    """Return why nobody leads clearly, or an empty string where somebody does."""
    first, best = ranked[0], ranked[0].best
    speaking = [entry for entry in entries if entry.evidence.strength > 0]
    if not speaking:
        against = [entry for entry in entries if entry.group == "time"]
        if against and not nothing:
            return f"nothing says whose text it is; times can only refute ({against[0].says})"
        return nothing or "nothing on these pages says whose text it is"
    if first.score >= LEAST and best is not None and best.evidence.strength >= STRONG:
        second = next((each for each in ranked[1:] if first.score - each.score < MARGIN), None)
        if second is None:
            return ""
        other = second.best.says if second.best is not None else _against(scene, entries, first.target)
        return (
            f"{_name(scene, first.target)} and {_name(scene, second.target)} are too close: {best.says}"
            f"{', but ' + other if other else ''}"
        )
    strongest = max(speaking, key=lambda entry: (entry.evidence.strength, entry.says))
    if strongest.evidence.strength < STRONG:
        caveat = f" ({strongest.evidence.caveat})" if strongest.evidence.caveat else ""
        return f"there is no strong evidence; the strongest is that {strongest.says}{caveat}"
    doubt = _against(scene, entries, strongest.target)
    return f"{strongest.says}{', but ' + doubt if doubt else ', which is not enough'}"


def _against(scene: Scene, entries: Sequence[Entry], target: Target) -> str:
    """Return what speaks most against a target, or an empty string."""
    speaking = [e for e in entries if e.evidence.strength < 0 and _is_about(scene, e.target, target)]
    speaking = speaking or [entry for entry in entries if entry.evidence.strength < 0]
    return min(speaking, key=_strength).says if speaking else ""


def _reasons(scene: Scene, entries: Sequence[Entry], first: Standing) -> str:
    """Return the two strongest reasons for the answer, of different kinds."""
    mine = [entry for entry in entries if entry.evidence.strength > 0 and _is_about(scene, entry.target, first.target)]
    mine.sort(key=lambda entry: (-entry.evidence.strength, entry.evidence.kind, entry.says))
    chosen: dict[str, str] = {}
    for entry in mine:
        chosen.setdefault(entry.evidence.kind, entry.says)
    return ", and ".join(list(dict.fromkeys(chosen.values()))[:2])


def _is_about(scene: Scene, target: Target, wanted: Target) -> bool:
    """Tell whether a target is the wanted one or a document of that place."""
    return target == wanted or (
        target.kind == "document" and wanted.kind == "place" and scene.homes[target.position] == wanted.key
    )


def _name(scene: Scene, target: Target) -> str:
    return target.key if target.kind == "external" else _place(scene, target.key)


def _place(scene: Scene, home: str) -> str:
    """Name a place: its site, or the document where no site is known."""
    return str(scene.bodies[int(home[1:])].id) if home.startswith("#") else home


def _document(scene: Scene, home: str, entries: Sequence[Entry]) -> tuple[int | None, str]:
    """Choose the document of a place: the one that leads by its own entries, else one of several equal ones.

    Returns:
        Its position and a note for the sentence; no position, and the reason, where they differ and nothing tells.
    """
    documents = [position for position, at in enumerate(scene.homes) if at == home]
    if len(documents) == 1:
        return documents[0], ""
    scores = {position: _sum([e for e in entries if e.target.position == position]) for position in documents}
    best = max(scores.values())
    left = [position for position in documents if best - scores[position] < MARGIN]
    if len(left) > 1 and len({scene.bodies[position].text for position in left}) == 1 and len(set(scene.homes)) > 1:
        chosen = min(left, key=lambda position: (len(scene.bodies[position].url or ""), position))
        return chosen, f" ({len(left)} pages of {_place(scene, home)} carry it word for word)"
    if len(left) == 1:
        return left[0], ""
    return None, f"which of its {len(left)} pages came first cannot be told"
