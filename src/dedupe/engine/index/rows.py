"""What is known of a document that is in: its row of facts and the answer it got."""

import datetime as dt

import msgspec
import xxhash

from dedupe.records import (
    MERGING,
    Action,
    Confidence,
    Decision,
    DocumentId,
    EditorialRelation,
    Sides,
    TextRelation,
)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Tie(msgspec.Struct, array_like=True, gc=False):
    """A verified pair, kept with the later of both rows.

    Attributes:
        other: The earlier row.
        text, editorial: What the pair is, looked at alone. Of pairs that are not one text, and of which neither side
            stands in the other whole, ``none`` may say no more than that; of one text, ``unknown`` no more than that it
            is no revision.
        similarity: Aligned share of both bodies.
        coverage, other_coverage: Share of each body inside passages.
        extent, other_extent: From the first to the last shared code point of each original.
        digest: Together with other pairs it shows that one of both is a round-up which carries the other.
        asked: Nothing nominated the pair; grouping wanted to know. It answers the same question the next time, and
            counts for nothing else, so that what was asked on the way leaves no trace in the clusters.
    """

    other: int
    text: TextRelation
    editorial: EditorialRelation
    similarity: float
    coverage: float
    other_coverage: float
    extent: tuple[int, int]
    other_extent: tuple[int, int]
    digest: bool = False
    asked: bool = False

    @property
    def told(self) -> tuple[TextRelation, EditorialRelation]:
        """What the pair is, the other pairs taken into account."""
        return ("contained", "digest") if self.digest else (self.text, self.editorial)

    @property
    def share(self) -> float:
        """Aligned share of the body that is covered more."""
        return max(self.coverage, self.other_coverage)

    @property
    def merges(self) -> bool:
        """Whether it puts both into one cluster."""
        return self.text in MERGING and not (self.asked or self.digest)  # what a round-up carries stays apart


class Row(msgspec.Struct, array_like=True, kw_only=True, gc=False):
    """A document in the index.

    Attributes:
        id: Its id, as ``id_bytes`` writes it.
        digest: Hash of its content: tells a retry from another version.
        seen_us: When it was taken in, microseconds since 1970 (UTC).
        dated_us: When its age begins, for the time to live.
        alive: False once it was forgotten; the row stays as a stub so that rows have no gaps.
        heir: For a forgotten row whose text lives on: the row that stands in for it, else 0.
        url: Its address.
        body_hash: Hash of the body; 0 in a stub without heir.
        tokens: Tokens of the body.
        base: First row with this body; ``variant``: first row with this body and this headline. Both are the row
            itself for a text of its own, and 0 for one too short to be compared.
        cluster: Name of the cluster; kept with the variant's row.
        ties: Verified pairs with earlier rows.
    """

    id: bytes
    digest: bytes
    seen_us: int
    dated_us: int
    alive: bool = True
    heir: int = 0
    url: str | None = None
    body_hash: int = 0
    tokens: int = 0
    base: int = 0
    variant: int = 0
    cluster: str = ""
    action: Action = "new"
    duplicate_of: bytes | None = None
    relation: TextRelation = "none"
    editorial: EditorialRelation = "unknown"
    similarity: float = 0.0
    coverage: tuple[float, float] = (0.0, 0.0)
    confidence: Confidence = "high"
    reason: str = ""
    unverified: int = 0
    ties: list[Tie] = []


def single_name(row: Row, number: int) -> str:
    """Name a cluster of one text: by its content hash; with a hash of its id where another text has the same body."""
    name = f"{row.body_hash:016x}"
    return name if row.base == number else f"{name}-{xxhash.xxh3_64_hexdigest(row.id)}"


def id_bytes(document_id: DocumentId) -> bytes:
    """Write an id so that the number 1 and the string "1" differ, of any size, lone surrogates included."""
    if isinstance(document_id, str):
        return b"s" + document_id.encode("utf-8", "surrogatepass")
    return b"i%d" % document_id


def id_of(written: bytes) -> DocumentId:
    """Read an id back."""
    text = written[1:].decode("utf-8", "surrogatepass")
    return text if written[:1] == b"s" else int(text)


def microseconds(moment: dt.datetime) -> int:
    """Return a moment as microseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment_of(microseconds_: int) -> dt.datetime:
    """Return microseconds since 1970 as a moment (UTC)."""
    return _EPOCH + dt.timedelta(microseconds=microseconds_)


def decision_of(row: Row, cluster: str) -> Decision:
    """Return the answer a document got, with the cluster it is in now."""
    return Decision(
        id=id_of(row.id),
        url=row.url,
        action=row.action,
        duplicate_of=None if row.duplicate_of is None else id_of(row.duplicate_of),
        cluster=cluster,
        relation=row.relation,
        editorial=row.editorial,
        similarity=row.similarity,
        coverage=Sides(*row.coverage),
        confidence=row.confidence,
        reason=row.reason,
        seen_at=moment_of(row.seen_us),
        unverified=row.unverified,
    )
