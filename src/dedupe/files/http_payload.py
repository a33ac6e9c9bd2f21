"""An HTTP response as a crawler stored it: its head, and its body with chunking and compression taken off.

Archives lie. A body is stored unpacked under a header that still says ``gzip``; lines end in a bare newline; a chunked
body breaks off because the server did. What plainly is not encoded as declared is taken as it stands, what cannot be
decoded is refused with the reason, and nothing grows beyond a byte limit or :data:`MAX_RATIO` times what came in.
"""

import importlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from dedupe.errors import MissingExtraError
from dedupe.files.streams import BLOCK, GZIP_MAGIC, MAX_RATIO, ZSTD_MAGIC

MAX_HEAD = 1 << 16
"""Longest head that is looked at, in bytes; servers refuse to send more than a few kB."""
RATIO_FROM = 4 << 20
"""Output below which the ratio is not looked at: 4 MiB from next to nothing harm nobody."""
_MAX_LAYERS = 3
"""Content encodings of one body; more than one is a mistake, more than three an attack."""

_STATUS = re.compile(rb"HTTP/\d[.\d]*\s+(\d{3})\b", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]{0,1000})?\r?\n")


class UndecodableError(Exception):
    """A body's declared encoding is unknown, damaged or a bomb; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status and headers of a response.

    Attributes:
        status: The status code; 0 where the first line is no status line.
        headers: By lower-case name; of a name given twice the first counts, as browsers have it for ``Content-Type``.
        body_start: Where the body begins, in bytes from the start of the message.
    """

    status: int
    headers: dict[str, str]
    body_start: int

    @property
    def mime(self) -> str:
        """The media type without parameters, in lower case; empty where none is declared."""
        return media_type(self.headers.get("content-type", ""))[0]

    @property
    def charset(self) -> str | None:
        """The declared character set, as written."""
        return media_type(self.headers.get("content-type", ""))[1]


def fastwarc(module: str, *, purpose: str) -> ModuleType:
    """Import a module of the optional package ``fastwarc``, naming the extra that brings it."""
    try:
        return importlib.import_module(f"fastwarc.{module}")
    except ImportError as error:
        raise MissingExtraError.for_package("fastwarc", extra="warc", purpose=purpose) from error


def media_type(value: str) -> tuple[str, str | None]:
    """Part ``text/html; charset=utf-8`` into type and character set."""
    kind, *parameters = value.split(";")
    for parameter in parameters:
        name, _, setting = parameter.partition("=")
        if name.strip().lower() == "charset" and setting.strip(" \t\"'"):
            return kind.strip().lower(), setting.strip(" \t\"'")[:40]
    return kind.strip().lower(), None


def parse_head(message: bytes) -> Head | None:
    """Read the head of a response; ``None`` where the message does not begin with one."""
    status = _STATUS.match(message)
    if status is None:
        return None
    end = _HEAD_END.search(message[:MAX_HEAD])
    head = message[: end.start() if end else MAX_HEAD].decode("latin-1")
    headers: dict[str, str] = {}
    name = ""
    for line in head.split("\n")[1:]:
        if line[:1] in {" ", "\t"} and name:  # a folded header (RFC 9112, 5.2)
            headers[name] += " " + line.strip()
            continue
        label, colon, value = line.partition(":")
        name = label.strip().lower() if colon and label.strip().lower() not in headers else ""
        if name:
            headers[name] = value.strip()
    return Head(status=int(status[1]), headers=headers, body_start=end.end() if end else len(message))


def decode_body(body: bytes, headers: dict[str, str], *, max_bytes: int) -> bytes:
    """Take chunking and content encodings off a body.

    Args:
        body: What was stored behind the head.
        headers: By lower-case name; ``transfer-encoding`` and ``content-encoding`` are read.
        max_bytes: Most bytes that may come out.

    Raises:
        UndecodableError: An encoding is unknown or damaged, or the body grows beyond ``max_bytes`` or the ratio.
        MissingExtraError: It is Brotli or zstd and the package that reads it is not installed.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    encodings = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    layers = [name for name in encodings if name not in {"", "identity", "none"}]
    if len(layers) > _MAX_LAYERS:
        raise UndecodableError(f"{len(layers)} content encodings on one body")
    for name in reversed(layers):
        body = _decoded(body, name, max_bytes)
    return body


def _unchunked(body: bytes) -> bytes:
    """Join the chunks; a body that is not in chunks is taken as it is, one that breaks off as far as it goes."""
    parts: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(body, position):
        length = int(size[1], 16)
        if not length:
            break
        parts.append(body[size.end() : size.end() + length])
        position = size.end() + length
        position += 2 if body.startswith(b"\r\n", position) else body.startswith(b"\n", position)
    return b"".join(parts) if parts or size else body


def _decoded(body: bytes, name: str, max_bytes: int) -> bytes:
    decoder = _DECODERS.get(name.removeprefix("x-"))
    if decoder is None:
        raise UndecodableError(f"content encoding {name[:40]!r} is not known")
    parts: list[bytes] = []
    size = 0
    try:
        for part in decoder(body):
            size += len(part)
            if size > max_bytes:
                raise UndecodableError(f"{name} content of more than {max_bytes} bytes (max_page_bytes)")
            if size > RATIO_FROM and size > MAX_RATIO * len(body):
                grown = f"{name} content expands more than {MAX_RATIO}-fold ({len(body)} bytes to over {size})"
                raise UndecodableError(f"{grown}: refused as a decompression bomb")
            parts.append(part)
    except (zlib.error, OSError) as error:
        if _plain(body):
            return body
        raise UndecodableError(f"damaged {name} content: {error}") from error
    return b"".join(parts)


def _plain(body: bytes) -> bool:
    """Tell whether a body that should be compressed reads as text: it was unpacked before it was stored."""
    head = body[:1024]
    return bool(head) and not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)


def _gzip(body: bytes) -> Iterator[bytes]:
    """Inflate one gzip member after the other; what stands behind the last one is ignored, as browsers do."""
    if not body.startswith(GZIP_MAGIC):
        raise OSError("no gzip header")
    while body.startswith(GZIP_MAGIC):
        member = zlib.decompressobj(wbits=31)
        yield from _inflated(member, body)
        body = member.unused_data


def _deflate(body: bytes) -> Iterator[bytes]:
    """Inflate zlib data, or the bare deflate stream that some servers send under the same name (RFC 9110, 8.4.1.2)."""
    zlib_header = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _inflated(zlib.decompressobj(wbits=15 if zlib_header else -15), body)


def _inflated(member: "zlib._Decompress", body: bytes) -> Iterator[bytes]:
    """Yield output in blocks; a stream that breaks off gives what it holds, as a browser shows it."""
    rest = body
    while not member.eof:
        part = member.decompress(rest, BLOCK)
        rest = member.unconsumed_tail
        if part:
            yield part
        elif not rest:
            return


def _brotli(body: bytes) -> Iterator[bytes]:
    yield from _read_out("BrotliReader", body, "reading Brotli-compressed pages")


def _zstd(body: bytes) -> Iterator[bytes]:
    if not body.startswith(ZSTD_MAGIC):
        raise OSError("no zstd header")
    yield from _read_out("ZstdReader", body, "reading zstd-compressed pages")


def _read_out(reader: str, body: bytes, purpose: str) -> Iterator[bytes]:
    stream = getattr(fastwarc("stream_io", purpose=purpose), reader)(io.BytesIO(body))
    while part := stream.read(BLOCK):
        yield part


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
