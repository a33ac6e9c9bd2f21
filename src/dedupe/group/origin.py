"""Where a text comes from: one of its pages, an organisation none of whose pages is here, or honestly undetermined.

For a cluster the evidence is collected (:mod:`~dedupe.group.statements`, :mod:`~dedupe.group.addresses`,
:mod:`~dedupe.group.self_reference`, :mod:`~dedupe.group.traces`) and weighed (:mod:`~dedupe.group.ledger`). Statements
and addresses are read of every page; pairs are looked at up to a number, and the answer says so where that bit.
"""

import dataclasses
from collections.abc import Iterable, Sequence

from dedupe.group.addresses import addresses
from dedupe.group.evidence import Entry, Scene, scene_of
from dedupe.group.ledger import decide
from dedupe.group.self_reference import self_references
from dedupe.group.statements import statements
from dedupe.group.traces import losses, shared_bylines, times
from dedupe.records import Body, Comparison, Evidence, Link, Origin

MAX_DOCUMENTS = 400
"""Pages of one cluster that are looked at; each site's first ones come first."""
MAX_PAIRS = 200
"""Pairs of one cluster whose passages are read."""
LINK_CREDITED = {"agency": 4.0, "dateline": 4.0, "republication": 4.0, "contributed": 2.0}


def find_origin(bodies: Sequence[Body], comparisons: Iterable[Comparison]) -> Origin | None:
    """Find out where the text of one cluster comes from.

    Args:
        bodies: Its documents, in id order.
        comparisons: Verified comparisons; those of other documents are passed over.

    Returns:
        The answer with its ledger, strongest entry first; ``None`` for fewer than two documents. The same documents
        give the same answer. Cost: linear in the documents up to :data:`MAX_DOCUMENTS`, and in the words of
        :data:`MAX_PAIRS` pairs.
    """
    if len(bodies) < 2:
        return None
    looked_at = _chosen(bodies)
    scene = scene_of(looked_at)
    position = {body.id: number for number, body in enumerate(looked_at)}
    pairs = [
        (position[each.a], position[each.b], each)
        for each in comparisons
        if each.a in position and each.b in position and each.passages
    ]
    pairs.sort(key=lambda pair: (scene.homes[pair[0]] == scene.homes[pair[1]], pair[0], pair[1]))
    entries: list[Entry] = [*statements(scene), *addresses(scene), *times(scene)]
    if any(scene.known) or any(entry.target.kind == "external" for entry in entries):
        # Where no page has a name and no agency is credited, nobody who was spoken to could matter.
        entries += self_references(scene, pairs[:MAX_PAIRS])
    entries += losses(scene, pairs[:MAX_PAIRS])
    found = decide(scene, entries, nothing=_nothing(scene))
    if len(looked_at) < len(bodies) or len(pairs) > MAX_PAIRS:
        cut = f"{len(looked_at)} of {len(bodies)} pages and {min(len(pairs), MAX_PAIRS)} of {len(pairs)} pairs"
        return dataclasses.replace(found, why=f"{found.why} (looked at {cut})")
    return found


def _nothing(scene: Scene) -> str:
    """Return what to say of pages that say nothing about whose text it is; empty for the usual."""
    bylines = shared_bylines(scene)
    if bylines:
        return f"{bylines[0]} signed it in several places: cross-posted, or copied with the name"
    site = scene.places[0].site
    if site is not None and len(set(scene.homes)) == 1:
        return f"all its pages are of {site}, and nothing says which was first"
    return ""


def _chosen(bodies: Sequence[Body]) -> list[Body]:
    """Return the pages to look at, in id order: the first of every host before the second of any."""
    if len(bodies) <= MAX_DOCUMENTS:
        return list(bodies)
    rank: dict[str | None, int] = {}
    ranked: list[tuple[int, int]] = []
    for number, body in enumerate(bodies):
        rank[body.host] = rank.get(body.host, -1) + 1
        ranked.append((rank[body.host] if body.host else 0, number))
    return [bodies[number] for number in sorted(number for _, number in sorted(ranked)[:MAX_DOCUMENTS])]


def origin_of_link(link: Link, a: Body, b: Body) -> Origin | None:
    """Say where the words come from that two linked documents share and both credit to one organisation.

    Returns:
        ``document`` where one of both stands on the organisation's own site, else ``external``; ``None`` where no
        organisation is credited.
    """
    if link.source is None or link.relation.editorial != "shared_source":
        return None
    scene = scene_of((a, b))
    found = [
        Evidence(
            kind=credit.kind,
            document=body.id,
            quote=credit.quote,
            span=credit.span,
            supports=f"external {link.source}",
            strength=LINK_CREDITED[credit.kind],
            caveat="credits a share in the text" if credit.kind == "contributed" else "",
        )
        for body in (a, b)
        for credit in body.credits
        if credit.organisation == link.source and credit.kind in LINK_CREDITED
    ]
    found.sort(key=lambda entry: -entry.strength)
    own = [body for body, place in zip((a, b), scene.places, strict=True) if link.source in place.agencies]
    if len(own) == 1:
        evidence = tuple(dataclasses.replace(entry, supports=f"document {own[0].id}") for entry in found)
        why = f"the shared words are credited to {link.source}, on whose page {own[0].id} stands"
        return Origin(kind="document", document=own[0].id, evidence=evidence, why=why)
    why = f"the shared words come from {link.source}, which both credit and of which no page is here"
    return Origin(kind="external", organisation=link.source, evidence=tuple(found), why=why)
