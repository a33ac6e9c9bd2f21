"""Documents that carry one text, where that text comes from, and the words that say so."""

from dataclasses import dataclass
from typing import Literal

from dedupe.records.documents import DocumentId, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One entry of the origin ledger: words that support or refute that a text comes from somewhere.

    Attributes:
        kind: What was found: ``republication``, ``agency``, ``canonical``, ``self_reference``, ``lost_byline`` ...
        document: The document that it was found in.
        quote: The words themselves, or the value of a field that no reader sees.
        span: Where the words stand in that document's original text; ``None`` for metadata.
        supports: Whom it speaks for or, with a negative strength, against: ``document 001``, ``external AFP``.
        strength: Log-odds (natural): 3 is about 20 to 1, 0 says nothing, negative speaks against.
        caveat: Why it may mean less than it seems.
    """

    kind: str
    document: DocumentId
    quote: str
    span: Span | None
    supports: str
    strength: float
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a cluster's text comes from.

    Attributes:
        kind: ``document`` (one of the members), ``external`` (an organisation) or ``undetermined``.
        document: The member, for ``document``.
        organisation: The organisation, for ``external``.
        evidence: The ledger the answer rests on, strongest first.
        why: One sentence for people.
    """

    kind: Literal["document", "external", "undetermined"]
    document: DocumentId | None = None
    organisation: str | None = None
    evidence: tuple[Evidence, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Documents that carry one text.

    Attributes:
        id: Smallest content hash of its members, 16 hex digits; stable under order and growth with larger hashes.
        members: Ids, ascending.
        representative: The member to keep, by the ordered policy.
        reason: Why that one.
        similarity: Lowest verified similarity of a member to the representative; 1.0 for a single document.
        kind: ``single``, ``identical``, ``near_identical``, ``abridged`` or ``version_chain``.
        cohesion: Verified same-text pairs over all pairs that could be, in [0, 1]; 1.0 for a single document.
        origin: Where the text comes from; ``None`` for a single document.
        weakest: The member pair that holds it together least, with its similarity; ``None`` for a single document.
    """

    id: str
    members: tuple[DocumentId, ...]
    representative: DocumentId
    reason: str
    similarity: float
    kind: Literal["single", "identical", "near_identical", "abridged", "version_chain"]
    cohesion: float = 1.0
    origin: Origin | None = None
    weakest: tuple[DocumentId, DocumentId, float] | None = None
