"""What is stored of a document: one row of facts and the answer it got, one row of contents, each sealed."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from dedupe import _kernels
from dedupe.config import Config
from dedupe.engine.index.coding import decode_row, encode_row
from dedupe.engine.index.dictionary import DICTIONARY
from dedupe.engine.index.postings import Table, seal, unseal
from dedupe.engine.index.rows import Row, id_of
from dedupe.engine.index.symbols import CODEBOOK
from dedupe.engine.index.tokens import pack, unpack, without_text
from dedupe.errors import CorruptStoreError
from dedupe.records import Body, Claim, Credit, DocumentId, Line, Published, Span
from dedupe.verify.material import Material, prepare

_LEVEL = 4
_PLAIN, _SQUEEZED = 1, 2
_LEAST = 512
"""Bytes of a body from which it is squeezed: what is known of a body without its text is deflated to much less."""

_WORTH = 0.6
"""Share of its bytes that a body may take as numbers of runs; what takes more is no English prose, and deflated."""

_READ_AT_ONCE = 128

_RAW = -15
"""Deflate without a frame of its own: a seal says already whether the bytes are what was written."""


class StoredBody(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """A body as it is written, see :class:`~dedupe.records.Body`: what is as it is most times takes no room.

    The id stands in the row, where ids of any size and with lone surrogates can be written.
    """

    original: str = ""
    kept: tuple[Span, ...] = (Span(0, 0),)
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


class StoredContents(msgspec.Struct, array_like=True, gc=False):
    """A packed body; without its text, also the tokens.

    Attributes:
        form: How the body is packed: deflated, in a frame by older layouts (0) or without (1), or squeezed (2).
    """

    body: bytes
    tokens: bytes = b""
    form: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decode_body = msgspec.msgpack.Decoder(StoredBody).decode
_decode_contents = msgspec.msgpack.Decoder(StoredContents).decode


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


def read_row(connection: sqlite3.Connection, number: int) -> Row:
    """Read a row.

    Raises:
        CorruptStoreError: It is not there, or not what was written.
    """
    return decode_row(number, read_payloads(connection, [number])[number])


def read_payloads(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, bytes]:
    """Read several rows without decoding them: of most only some fields are asked for.

    Raises:
        CorruptStoreError: One is not there, or not what was written.
    """
    sealed = _read(connection, "documents", numbers)
    return {number: _opened(number, sealed.get(number)) for number in numbers}


def open_row(number: int, sealed: object) -> Row:
    """Check and decode a row."""
    return decode_row(number, _opened(number, sealed))


def _opened(number: int, sealed: object) -> bytes:
    payload = unseal(Table.DOCUMENTS, number, sealed)
    if payload is None:
        raise CorruptStoreError(f"the row of document {number} is {'missing' if sealed is None else 'damaged'}")
    return payload


def write_rows(connection: sqlite3.Connection, rows: Iterable[tuple[int, Row]]) -> None:
    """Write rows, or write them anew."""
    sealed = ((number, seal(Table.DOCUMENTS, number, encode_row(number, row))) for number, row in rows)
    connection.executemany("INSERT OR REPLACE INTO documents (row, data) VALUES (?, ?)", sealed)


def delete_row(connection: sqlite3.Connection, number: int) -> None:
    """Delete a row; its number has to be marked as dropped."""
    connection.execute("DELETE FROM documents WHERE row = ?", (number,))


def read_contents(
    connection: sqlite3.Connection, numbers: Sequence[int], ids: Sequence[bytes], config: Config
) -> Iterator[Contents]:
    """Read the texts of documents, in order.

    Args:
        connection: The file.
        numbers: Their rows.
        ids: Their ids, as :func:`~dedupe.engine.index.rows.id_bytes` writes them.
        config: The index's parameters.

    Raises:
        CorruptStoreError: One is not there, or not what was written.
    """
    texts = _read(connection, "contents", numbers)
    for number, written_id in zip(numbers, ids, strict=True):
        yield _unpacked(id_of(written_id), unseal_contents(number, texts.get(number)), config)


def _read(connection: sqlite3.Connection, table: str, numbers: Sequence[int]) -> dict[int, object]:
    """Read what stands under some numbers, a statement for a hundred of them."""
    found: dict[int, object] = {}
    for begin in range(0, len(numbers), _READ_AT_ONCE):
        part = list(numbers[begin : begin + _READ_AT_ONCE])
        size = 1 << (len(part) - 1).bit_length()  # few different statements, which SQLite need not prepare again
        marks = ",".join("?" * size)
        query = f"SELECT row, data FROM {table} WHERE row IN ({marks})"  # noqa: S608 - question marks
        found.update(connection.execute(query, part + part[-1:] * (size - len(part))))
    return found


def _unpacked(document_id: DocumentId, stored: StoredContents, config: Config) -> Contents:
    found = _decode_body(_unpacked_body(stored))
    body = Body(
        id=document_id,
        original=found.original,
        kept=found.kept,
        lines=found.lines,
        extractor=found.extractor,
        removed=found.removed,
        warnings=found.warnings,
        title=found.title,
        url=found.url,
        host=found.host,
        canonical=found.canonical,
        source=found.source,
        published=found.published,
        credits=found.credits,
        claims=found.claims,
    )
    return Contents(body=body, packed=stored.tokens, shingle_size=config.shingle_size)


def _unpacked_body(stored: StoredContents) -> bytes:
    if stored.form == _SQUEEZED:
        return _kernels.unsqueeze(stored.body, CODEBOOK)
    inflate = zlib.decompressobj(_RAW if stored.form == _PLAIN else zlib.MAX_WBITS, zdict=DICTIONARY)
    return inflate.decompress(stored.body)


def unseal_contents(number: int, sealed: object) -> StoredContents:
    """Check contents and take them apart."""
    payload = unseal(Table.CONTENTS, number, sealed)
    if payload is None:
        raise CorruptStoreError(f"the text of document {number} is {'missing' if sealed is None else 'damaged'}")
    return _decode_contents(payload)


def write_contents(connection: sqlite3.Connection, texts: Iterable[tuple[int, Body, Material | None]]) -> None:
    """Write the texts of documents, or where a material is given only what a comparison needs of it."""
    sealed = ((number, seal(Table.CONTENTS, number, _packed(body, packed))) for number, body, packed in texts)
    connection.executemany("INSERT OR REPLACE INTO contents (row, data) VALUES (?, ?)", sealed)


def _packed(body: Body, packed: Material | None) -> bytes:
    tokens = b"" if packed is None else pack(packed)
    written = _encode(_stored(body if packed is None else without_text(body)))
    packed_body, form = b"", _PLAIN
    if len(written) >= _LEAST:
        packed_body, form = _kernels.squeeze(written, CODEBOOK), _SQUEEZED
    if form == _PLAIN or len(packed_body) > _WORTH * len(written):
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=DICTIONARY)
        packed_body, form = deflate.compress(written) + deflate.flush(), _PLAIN
    return _encode(StoredContents(packed_body, tokens, form))


def _stored(body: Body) -> StoredBody:
    return StoredBody(
        original=body.original,
        kept=body.kept,
        lines=body.lines,
        extractor=body.extractor,
        removed=body.removed,
        warnings=body.warnings,
        title=body.title,
        url=body.url,
        host=body.host,
        canonical=body.canonical,
        source=body.source,
        published=body.published,
        credits=body.credits,
        claims=body.claims,
    )


def delete_contents(connection: sqlite3.Connection, number: int) -> None:
    """Delete the text of a document."""
    connection.execute("DELETE FROM contents WHERE row = ?", (number,))
