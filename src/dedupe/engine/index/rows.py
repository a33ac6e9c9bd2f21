"""What is stored of a document: one row of facts and the answer it got, one row of contents, each sealed."""

import dataclasses
import datetime as dt
import sqlite3
import zlib
from dataclasses import dataclass

import msgspec

from dedupe.config import Config
from dedupe.engine.index.dictionary import DICTIONARY
from dedupe.engine.index.postings import Table, seal, unseal
from dedupe.engine.index.tokens import pack, unpack, without_text
from dedupe.errors import CorruptStoreError
from dedupe.records import (
    MERGING,
    Action,
    Body,
    Confidence,
    Decision,
    DocumentId,
    EditorialRelation,
    Sides,
    TextRelation,
)
from dedupe.verify.material import Material, prepare

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LEVEL = 3


class Tie(msgspec.Struct, array_like=True):
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
        return not self.asked and self.told[0] in MERGING


class Row(msgspec.Struct, array_like=True, kw_only=True):
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


class StoredContents(msgspec.Struct, array_like=True):
    """A packed body; without its text, also the packed tokens."""

    body: bytes
    tokens: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was stored of a document's text.

    Attributes:
        body: The body; without its words where the index keeps no texts.
        packed: Its packed tokens, where it keeps no texts.
        shingle_size: Tokens in one shingle.
    """

    body: Body
    packed: bytes
    shingle_size: int

    @property
    def material(self) -> Material:
        """The text made ready for comparison."""
        if self.packed:
            return unpack(self.packed, self.body, self.shingle_size)
        return prepare(self.body, shingle_size=self.shingle_size)


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


def read_row(connection: sqlite3.Connection, number: int) -> Row:
    """Read a row.

    Raises:
        CorruptStoreError: It is not there, or not what was written.
    """
    found = connection.execute("SELECT data FROM documents WHERE row = ?", (number,)).fetchone()
    return open_row(number, found[0] if found is not None else None)


def open_row(number: int, sealed: object) -> Row:
    """Check and decode a row."""
    payload = unseal(Table.DOCUMENTS, number, sealed)
    if payload is None:
        raise CorruptStoreError(f"the row of document {number} is {'missing' if sealed is None else 'damaged'}")
    return msgspec.msgpack.decode(payload, type=Row)


def write_row(connection: sqlite3.Connection, number: int, row: Row) -> None:
    """Write a row, or write it anew."""
    sealed = seal(Table.DOCUMENTS, number, msgspec.msgpack.encode(row))
    connection.execute("INSERT OR REPLACE INTO documents (row, data) VALUES (?, ?)", (number, sealed))


def delete_row(connection: sqlite3.Connection, number: int) -> None:
    """Delete a row; its number has to be marked as dropped."""
    connection.execute("DELETE FROM documents WHERE row = ?", (number,))


def read_contents(connection: sqlite3.Connection, number: int, document_id: DocumentId, config: Config) -> Contents:
    """Read the text of a document.

    Raises:
        CorruptStoreError: It is not there, or not what was written.
    """
    found = connection.execute("SELECT data FROM contents WHERE row = ?", (number,)).fetchone()
    stored = unseal_contents(number, found[0] if found is not None else None)
    inflate = zlib.decompressobj(zdict=DICTIONARY)
    body = dataclasses.replace(msgspec.msgpack.decode(inflate.decompress(stored.body), type=Body), id=document_id)
    return Contents(body=body, packed=stored.tokens, shingle_size=config.shingle_size)


def unseal_contents(number: int, sealed: object) -> StoredContents:
    """Check contents and take them apart."""
    payload = unseal(Table.CONTENTS, number, sealed)
    if payload is None:
        raise CorruptStoreError(f"the text of document {number} is {'missing' if sealed is None else 'damaged'}")
    return msgspec.msgpack.decode(payload, type=StoredContents)


def write_contents(connection: sqlite3.Connection, number: int, body: Body, packed: Material | None) -> None:
    """Write the text of a document, or where ``packed`` is given only what a comparison needs of it."""
    tokens = b"" if packed is None else pack(packed)
    body = body if packed is None else without_text(body)
    # The id stands in the row, where ids of any size and with lone surrogates can be written.
    written = msgspec.msgpack.encode(dataclasses.replace(body, id=0))
    deflate = zlib.compressobj(_LEVEL, zdict=DICTIONARY)
    contents = StoredContents(deflate.compress(written) + deflate.flush(), tokens)
    sealed = seal(Table.CONTENTS, number, msgspec.msgpack.encode(contents))
    connection.execute("INSERT OR REPLACE INTO contents (row, data) VALUES (?, ?)", (number, sealed))


def delete_contents(connection: sqlite3.Connection, number: int) -> None:
    """Delete the text of a document."""
    connection.execute("DELETE FROM contents WHERE row = ?", (number,))


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
