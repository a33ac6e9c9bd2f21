"""The nouns of the library: frozen records that every stage hands to the next.

Ratios are floats in [0, 1]; spans are half-open and count code points of a document's *original text* (the text given,
or the text extracted from its page); two documents are always ``a`` and ``b``; asymmetric quantities are
:class:`Sides` ``(of_a, of_b)``.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

DocumentId = str | int

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
Stage = Literal["read", "extract", "body", "compare"]
CreditKind = Literal["byline", "dateline", "agency", "contributed", "copyright", "republication", "photo"]
ClaimKind = Literal["canonical", "og_url", "is_based_on", "original_source", "tracker", "author"]
LineClass = Literal[
    "prose", "heading", "headline_list", "caption", "byline", "dateline", "credit", "consent", "legal",
    "newsletter", "comment_form", "navigation", "template", "blank",
]  # fmt: skip

MERGING: frozenset[TextRelation] = frozenset({"identical", "near_identical", "abridged"})
"""Text relations that put two documents into one cluster; every other relation is at most a link."""


class Span(NamedTuple):
    """A half-open stretch ``[start, end)`` of code points in a document's original text."""

    start: int
    end: int


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
class Document:
    """One document as the caller has it.

    Exactly one of ``text``, ``html`` and ``content`` is given: a text, a web page, or raw bytes to be sniffed.

    Attributes:
        id: The caller's own id, unique in a run; comes out as it went in.
        text: Text. Unless ``clean`` it may still hold page chrome, which is then looked for and set aside.
        html: A web page, decoded or as bytes.
        content: Bytes of unknown kind (a file, a response body).
        charset: Declared character set of bytes (an HTTP header), used before guessing.
        url: Where it was published.
        title: Its headline, where known.
        published: Publication time as given: ISO 8601, or any date a page would print.
        source: Outlet or feed.
        clean: The text is a body already; do not look for chrome in it.
    """

    id: DocumentId
    text: str | None = None
    html: str | bytes | None = None
    content: bytes | None = None
    charset: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    source: str | None = None
    clean: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A phrase by which a page says whose words or pictures it carries.

    Attributes:
        kind: What the phrase claims: ``agency`` credits the text, ``contributed`` a share in it, ``photo`` a picture.
        organisation: Canonical name (``AFP``), or the person's name of a byline.
        quote: The words themselves.
        span: Where they stand in the original text.
    """

    kind: CreditKind
    organisation: str
    quote: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a page's markup says about where its text stands first; readers of the page never see it.

    Attributes:
        kind: ``canonical`` (``rel=canonical``), ``og_url``, ``is_based_on`` (JSON-LD), ``original_source`` (a
            ``<meta>`` of that or a like name), ``tracker`` (the counting pixel of a republication) or ``author`` (an
            organisation).
        value: The address that is named, absolute; for ``author`` the organisation's name as it stands there.
    """

    kind: ClaimKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a document was published, as an interval with trust.

    Attributes:
        earliest: First moment it can have been (UTC).
        latest: Last moment it can have been (UTC).
        trust: ``high`` for machine-readable times, ``medium`` for a dated byline, ``low`` for mastheads and guesses.
        evidence: Where it was read (``article:published_time``, ``JSON-LD datePublished``, ``caller``, ``byline``).
    """

    earliest: dt.datetime
    latest: dt.datetime
    trust: Literal["high", "medium", "low"]
    evidence: str


class Line(NamedTuple):
    """One line of the original text: what it is, and whether the body keeps it. A page has hundreds: made cheaply."""

    span: Span
    line_class: LineClass
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a page says once its chrome is set aside: the input of every later stage.

    Attributes:
        id: The document's id.
        original: The text given, or the text extracted from the page. All spans index into it.
        kept: The stretches of ``original`` that are the body, ascending, disjoint.
        lines: Every non-blank line with its class. Empty for texts declared clean.
        extractor: What turned the page into text (``text``, ``trafilatura``, ``trafilatura-fallback``...).
        removed: Share of the original's tokens (or characters) that was set aside as chrome, in [0, 1].
        warnings: What a reader should know (``"61 % of the text was set aside as chrome"``).
        title, url, host, canonical, source: Metadata where known.
        published: Publication interval, where known.
        credits: Credit phrases found anywhere in the original text.
        claims: What the page's markup says about where the text stands first.
    """

    id: DocumentId
    original: str
    kept: tuple[Span, ...]
    lines: tuple[Line, ...] = ()
    extractor: str = "text"
    removed: float = 0.0
    warnings: tuple[str, ...] = ()
    title: str | None = None
    url: str | None = None
    host: str | None = None
    canonical: str | None = None
    source: str | None = None
    published: Published | None = None
    credits: tuple[Credit, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def text(self) -> str:
        """The kept stretches joined by newlines: what is tokenised and compared."""
        return kept_text(self.original, self.kept)


def kept_text(original: str, kept: tuple[Span, ...]) -> str:
    """Return the kept stretches of an original text, joined by newlines."""
    if kept == ((0, len(original)),):
        return original
    return "\n".join(original[start:end] for start, end in kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A document that could not be used: which, at which stage, and why. Never an exception, never silent."""

    id: DocumentId
    stage: Stage
    reason: str
    failed: bool = False
    """True where something broke (a crash, an unreadable file), False where there was nothing to use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One stretch that two documents share.

    Attributes:
        a: Where it stands in the original text of ``a``.
        b: Where it stands in the original text of ``b``.
        tokens: Matching tokens.
        identity: Matching tokens over the longer side's tokens, in [0, 1].
        kind: Narrative, quotation, list or template text.
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
    origin: "Origin | None" = None


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


def id_order(document_id: DocumentId) -> tuple[bool, DocumentId]:
    """Sort key for ids: numbers before strings, each in their own order."""
    return (isinstance(document_id, str), document_id)
