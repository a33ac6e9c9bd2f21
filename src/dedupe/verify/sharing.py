"""Two texts that share passages, though neither carries the other: quotes, a form, a part, or nothing to speak of."""

from typing import NamedTuple

from dedupe.config import Config
from dedupe.records import Sides, TextRelation
from dedupe.verify.limits import Limited, Verdict, both, percent, verdict

QUOTE_WEIGHT = 0.25
"""What a quoted token counts towards ``partial``: two reports on one speech share its quotes without having met."""

MOSTLY = 0.80
"""The share that makes a whole: of a shorter text, of quoted tokens, of template tokens."""

LIST_ITSELF = 0.50
"""Coverage of both texts from which a shared list is not the furniture of a text but the text."""

_LONGEST = "longest narrative passage"


class Shared(NamedTuple):
    """What decides on two texts of which neither is a copy of the other, or stands in it.

    The measures are those of :class:`dedupe.verify.relations.Geometry`.
    """

    coverage: Sides
    quoted: float
    furniture: float
    longest_narrative: int


def part(shared: Shared, config: Config) -> tuple[TextRelation, Limited]:
    """Name what two bodies are that share passages, neither carrying the other, and the number that decides."""
    smaller = shared.coverage.smaller()
    if shared.quoted >= MOSTLY:
        return "quotes_only", Limited("quoted", shared.quoted, MOSTLY)
    if shared.furniture >= MOSTLY and smaller < LIST_ITSELF:
        return "template_only", Limited("furniture", shared.furniture, MOSTLY)
    furniture = shared.furniture if smaller < LIST_ITSELF else 0.0
    weight = 1 - furniture - (1 - QUOTE_WEIGHT) * shared.quoted
    narrative = Limited("narrative coverage", smaller * weight, config.partial_coverage)
    if narrative.holds:
        return "partial", narrative
    if shared.longest_narrative >= config.partial_passage_tokens:
        return "partial", Limited(_LONGEST, shared.longest_narrative, config.partial_passage_tokens)
    return "none", narrative


def parting(shared: Shared, config: Config) -> Verdict:
    """Say what :func:`part` names, and why."""
    text, test = part(shared, config)
    if test.name == _LONGEST:
        why = f"one shared passage runs for {shared.longest_narrative} words"
        return Verdict(
            text=text, why=why, decided_by=test.name, value=test.value, limit=test.limit, confidence="medium"
        )
    if text == "quotes_only":
        why = f"{percent(shared.quoted)} of the shared words are quotations: both quote one source"
        return verdict(text, why, test, config)
    if text == "template_only":
        why = f"{percent(shared.furniture)} of the shared words are lists or text of a form"
        return verdict(text, why, test, config)
    why = f"passages cover {both(shared.coverage)} of the two bodies, in narrative and not only in quotations"
    if text == "none":
        why = f"only short phrases are shared ({both(shared.coverage)} of the two bodies)"
    return verdict(text, why, test, config, near=config.grey_zone / 2)


def is_retold(share: float, config: Config) -> bool:
    """Tell whether the share of phrases that two texts have in common is enough to link them."""
    return config.wording and share >= config.partial_wording


def reworded(share: float, config: Config) -> Verdict | None:
    """Judge the share of phrases that two texts have in common where their passages did not decide."""
    if not is_retold(share, config):
        return None
    test = Limited("wording", share, config.partial_wording)
    why = f"{percent(share)} of the three-word phrases of one body, quotations aside, stand in the other: retold"
    return verdict("partial", why, test, config, near=config.grey_zone / 2)
