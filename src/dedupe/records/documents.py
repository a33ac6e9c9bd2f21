"""What comes in and what is read of it: documents, their bodies, what they say of themselves; or why there is none."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

DocumentId = str | int


Stage = Literal["read", "extract", "body", "compare"]


CreditKind = Literal["byline", "dateline", "agency", "contributed", "copyright", "republication", "photo"]


ClaimKind = Literal["canonical", "og_url", "is_based_on", "original_source", "tracker", "author"]


LineClass = Literal[
    "prose", "heading", "headline_list", "caption", "byline", "dateline", "credit", "consent", "legal",
    "newsletter", "comment_form", "navigation", "template", "blank",
]  # fmt: skip


class Span(NamedTuple):
    """A half-open stretch ``[start, end)`` of code points in a document's original text."""

    start: int
    end: int


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


def id_order(document_id: DocumentId) -> tuple[bool, DocumentId]:
    """Sort key for ids: numbers before strings, each in their own order."""
    return (isinstance(document_id, str), document_id)
