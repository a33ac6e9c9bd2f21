"""What an index says about one document."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from dedupe.records.documents import DocumentId
from dedupe.records.pairs import Confidence, EditorialRelation, Sides, TextRelation

Action = Literal["new", "exact", "near", "revision", "contains", "contained", "shares_passages", "too_short"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an index says about one document: a flat record, ready for a log.

    Attributes:
        id: The document's id.
        url: Its address, where known.
        action: ``exact``, ``near`` and ``revision`` say that the text is here already; ``contains`` and ``contained``
            that one of both texts stands whole inside the other; ``shares_passages`` that they share narrative;
            ``too_short`` that there is not enough text to compare, or none; ``new`` that nothing of this holds.
        duplicate_of: The document that ``action`` speaks about; ``None`` for ``new`` and ``too_short``.
        cluster: The cluster it is in, as in :class:`Cluster`; empty where nothing was stored.
        relation: Text relation to that document, or to the nearest one for ``new``; ``none`` where nothing is shared.
        editorial: What that relation means.
        similarity: Aligned share of both bodies, in [0, 1].
        coverage: Share of this document's body (``of_a``) and of the other's (``of_b``) inside shared passages.
        confidence: How far the deciding number is from its limit.
        reason: One sentence for people.
        seen_at: When the index took the document in (UTC); for a checked document, when it was checked.
        unverified: Candidates left unverified because the budget of comparisons was spent; 0 almost always.
    """

    id: DocumentId
    url: str | None
    action: Action
    duplicate_of: DocumentId | None
    cluster: str
    relation: TextRelation
    editorial: EditorialRelation
    similarity: float
    coverage: Sides
    confidence: Confidence
    reason: str
    seen_at: dt.datetime
    unverified: int = 0
