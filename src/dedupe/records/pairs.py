"""What two documents are to each other: shared passages, a relation, and the sentence that says why."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dedupe.records.clusters import Origin
from dedupe.records.documents import DocumentId, Span

TextRelation = Literal[
    "identical",
    "near_identical",
    "abridged",
    "contained",
    "reordered",
    "partial",
    "quotes_only",
    "template_only",
    "none",
]


EditorialRelation = Literal[
    "republication",
    "edited_copy",
    "revision",
    "excerpt",
    "digest",
    "shared_source",
    "same_event",
    "template",
    "unknown",
]


Confidence = Literal["high", "medium", "low"]


PassageKind = Literal["narrative", "quote", "list", "template"]


MERGING: frozenset[TextRelation] = frozenset({"identical", "near_identical", "abridged"})
"""Text relations that put two documents into one cluster; every other relation is at most a link."""


class Sides(NamedTuple):
    """A quantity that differs by side: the share of ``a`` and the share of ``b``, each in [0, 1]."""

    of_a: float
    of_b: float

    def smaller(self) -> float:
        """Return the lesser of both shares."""
        return min(self)

    def larger(self) -> float:
        """Return the greater of both shares."""
        return max(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stretch that two documents share.

    Attributes:
        a: Where it stands in the original text of ``a``.
        b: Where it stands in the original text of ``b``.
        tokens: Matching tokens.
        identity: Matching tokens over the longer side's tokens, in [0, 1].
        kind: Narrative, quotation, list, or the wording of a form that both fill in (``template``).
        quote: The words, as ``a`` has them.
    """

    a: Span
    b: Span
    tokens: int
    identity: float
    kind: PassageKind
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What two documents are to each other, and why.

    Attributes:
        text: The geometry of the shared text; always decidable.
        editorial: What it means; ``unknown`` without evidence.
        confidence: ``low`` when the deciding number lies within ``Config.grey_zone`` of its limit.
        why: One sentence for people.
        decided_by: Name of the deciding number (``coverage.of_a``), empty where none decided.
        value: Its value.
        limit: The limit it was held against.
    """

    text: TextRelation
    editorial: EditorialRelation
    confidence: Confidence
    why: str
    decided_by: str = ""
    value: float = 0.0
    limit: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two documents, verified word by word.

    Attributes:
        a, b: Their ids, in the order given (``compare``) or in id order (``cluster``).
        jaccard: Exact Jaccard of the bodies' shingle sets.
        containment: Share of each shingle set inside the other.
        coverage: Share of each body's tokens inside aligned passages.
        residual: Share of each body's tokens that is prose outside every passage.
        similarity: Aligned share of both bodies: ``2 * aligned / (tokens of a + tokens of b)``; one number for people.
        identity: Matching tokens over aligned tokens.
        order: Share of the aligned tokens standing in one increasing chain.
        longest: Matching tokens of the longest passage.
        passages: The shared stretches, in the order of ``a``.
        relation: What this makes of them.
        source: Organisation whose words both carry, where credited.
        nominated_by: Channels that proposed the pair (see ``sketch.candidates.CHANNELS``); none in ``compare``.
    """

    a: DocumentId
    b: DocumentId
    jaccard: float
    containment: Sides
    coverage: Sides
    residual: Sides
    similarity: float
    identity: float
    order: float
    longest: int
    passages: tuple[Passage, ...]
    relation: Relation
    source: str | None = None
    nominated_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two documents that are related but not the same text.

    ``origin`` says where the shared words come from, where both documents credit one organisation.
    """

    a: DocumentId
    b: DocumentId
    relation: Relation
    source: str | None = None
    similarity: float = 0.0
    passages: tuple[Passage, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """A cap that bit: nothing is cut silently.

    Attributes:
        channel: ``lsh`` or ``fingerprint``.
        documents: How many documents shared the bucket.
        kept: How many pairs of it were still nominated.
        example: Words or key that they share, for a reader.
    """

    channel: str
    documents: int
    kept: int
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pair worth verifying, by position in the run, with the channels that proposed it."""

    a: int
    b: int
    channels: tuple[str, ...] = field(default=())
