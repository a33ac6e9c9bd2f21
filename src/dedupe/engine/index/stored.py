"""What is stored of a document: one row of facts and the answer it got, one row of contents, each sealed."""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from dedupe.config import Config
from dedupe.engine.index.coding import Numbers, decode_numbers, decode_row, encode_row
from dedupe.engine.index.dictionary import DICTIONARY
from dedupe.engine.index.postings import Table, seal, unseal
from dedupe.engine.index.rows import Row
from dedupe.engine.index.tokens import pack, unpack, without_text
from dedupe.errors import CorruptStoreError
from dedupe.records import Body, Claim, Credit, DocumentId, Line, Published, Span
from dedupe.verify.material import Material, prepare

_LEVEL = 4
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
    """A packed body, in a frame by older layouts (``form`` 0) or without (1); without its text, also the tokens."""

    body: bytes
    tokens: bytes = b""
    form: int = 0


_body_decoder = msgspec.msgpack.Decoder(StoredBody)
_body_fields = StoredBody.__struct_fields__


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
    found = connection.execute("SELECT data FROM documents WHERE row = ?", (number,)).fetchone()
    return open_row(number, found[0] if found is not None else None)


def read_numbers(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, Row | Numbers]]:
    """Read what several rows are weighed by, in order; a statement for a hundred of them.

    Raises:
        CorruptStoreError: One is not there, or not what was written.
    """
    for begin in range(0, len(numbers), _READ_AT_ONCE):
        part = list(numbers[begin : begin + _READ_AT_ONCE])
        size = 1 << (len(part) - 1).bit_length()  # few different statements, which SQLite need not prepare again
        marks = ",".join("?" * size)
        query = f"SELECT row, data FROM documents WHERE row IN ({marks})"  # noqa: S608 - question marks
        sealed = dict(connection.execute(query, part + part[-1:] * (size - len(part))))
        yield from ((number, decode_numbers(number, _opened(number, sealed.get(number)))) for number in part)


def open_row(number: int, sealed: object) -> Row:
    """Check and decode a row."""
    return decode_row(number, _opened(number, sealed))


def _opened(number: int, sealed: object) -> bytes:
    payload = unseal(Table.DOCUMENTS, number, sealed)
    if payload is None:
        raise CorruptStoreError(f"the row of document {number} is {'missing' if sealed is None else 'damaged'}")
    return payload


def write_row(connection: sqlite3.Connection, number: int, row: Row) -> None:
    """Write a row, or write it anew."""
    sealed = seal(Table.DOCUMENTS, number, encode_row(number, row))
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
    inflate = zlib.decompressobj(_RAW if stored.form else zlib.MAX_WBITS, zdict=DICTIONARY)
    found = _body_decoder.decode(inflate.decompress(stored.body))
    body = Body(id=document_id, **{name: getattr(found, name) for name in _body_fields})
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
    written = msgspec.msgpack.encode(StoredBody(**{name: getattr(body, name) for name in _body_fields}))
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=DICTIONARY)
    contents = StoredContents(deflate.compress(written) + deflate.flush(), tokens, 1)
    sealed = seal(Table.CONTENTS, number, msgspec.msgpack.encode(contents))
    connection.execute("INSERT OR REPLACE INTO contents (row, data) VALUES (?, ?)", (number, sealed))


def delete_contents(connection: sqlite3.Connection, number: int) -> None:
    """Delete the text of a document."""
    connection.execute("DELETE FROM contents WHERE row = ?", (number,))
