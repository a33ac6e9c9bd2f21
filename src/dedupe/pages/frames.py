"""What a run and its worker processes say to each other: MessagePack in frames of four bytes of length and one of kind.

Nothing is ever unpickled: a frame is decoded into the type that is expected of it, or refused.
"""

import struct
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from dedupe.config import Config
from dedupe.records import Body, Document, Skipped

HEADER = struct.Struct(">IB")
"""Length of the payload, then its kind."""
OUT_OF_MEMORY = "memory"
"""What an answer names as its failure where the limit on memory was met."""
_PLAIN, _ODD = 0, 1
_SURROGATES = 1
_KEPT = (bytes,)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost before it is given up.

    Attributes:
        wall_s: Seconds on the clock. Ten times what the slowest real page took on a busy machine.
        cpu_s: Seconds of processor time, whole ones; the operating system counts them.
        memory_bytes: Address space on top of what the worker has when the document comes in.
    """

    wall_s: float = 60.0
    cpu_s: int = 30
    memory_bytes: int = 1 << 30


class Setup(msgspec.Struct, array_like=True):
    """The first frame to a worker: what to call, and within which limits. Answered by an empty :class:`Answer`."""

    function: str
    config: Config
    limits: Limits


class Task(msgspec.Struct, array_like=True):
    """One document but for its id; with a ``path``, its content is ``length`` bytes of that file from ``offset``.

    A page is sent as ``html`` or, in bytes, as ``page``: a frame's types are to be told apart without guessing.
    """

    text: str | None = None
    html: str | None = None
    page: bytes | None = None
    content: bytes | None = None
    charset: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    source: str | None = None
    clean: bool = False
    path: bytes = b""
    offset: int = 0
    length: int = -1

    @classmethod
    def of(cls, document: Document, path: bytes = b"", offset: int = 0, length: int = -1) -> "Task":
        """Return the task of a document."""
        page = document.html if isinstance(document.html, bytes) else None
        html = document.html if isinstance(document.html, str) else None
        return cls(
            document.text, html, page, document.content, document.charset, document.url, document.title,
            document.published, document.source, document.clean, path, offset, length,
        )  # fmt: skip

    def document(self) -> Document:
        """Return the document, under the id 0."""
        return Document(
            id=0,
            text=self.text,
            html=self.html if self.page is None else self.page,
            content=self.content,
            charset=self.charset,
            url=self.url,
            title=self.title,
            published=self.published,
            source=self.source,
            clean=self.clean,
        )


class Answer(msgspec.Struct, array_like=True):
    """What became of a document: a body, a reason, or what broke; ``last`` where the worker stops after it."""

    body: Body | None = None
    skipped: Skipped | None = None
    failure: str = ""
    last: bool = False


def pack(message: Setup | Task | Answer) -> bytes:
    """Return a message as one frame.

    Raises:
        OverflowError: It is 4 GiB or longer, or holds an integer of more than 64 bits.
    """
    kind = _PLAIN
    try:
        payload = msgspec.msgpack.encode(message)
    except UnicodeEncodeError:  # a lone surrogate somewhere: rare, so looked for only now
        kind = _ODD
        payload = msgspec.msgpack.encode(_without_surrogates(msgspec.to_builtins(message, builtin_types=_KEPT)))
    if len(payload) >= 1 << 32:
        raise OverflowError(f"a message of {len(payload)} bytes; a frame holds less than 4 GiB")
    return HEADER.pack(len(payload), kind) + payload


def unpack(payload: bytes | memoryview, kind: int, expected: type[T]) -> T:
    """Return the message of a frame.

    Raises:
        msgspec.DecodeError: The payload is no such message.
    """
    if kind == _PLAIN:
        return msgspec.msgpack.decode(payload, type=expected)
    return msgspec.convert(
        msgspec.msgpack.decode(payload, ext_hook=_with_surrogates), type=expected, builtin_types=_KEPT
    )


def _without_surrogates(value: Any) -> Any:
    """Return nested lists and tables with every string that UTF-8 cannot hold as an extension of its bytes."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return msgspec.msgpack.Ext(_SURROGATES, value.encode("utf-8", "surrogatepass"))
        return value
    if isinstance(value, list | tuple):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {key: _without_surrogates(each) for key, each in value.items()}
    return value


def _with_surrogates(code: int, content: memoryview) -> str:
    if code != _SURROGATES:
        raise msgspec.DecodeError(f"unknown extension {code}")
    return bytes(content).decode("utf-8", "surrogatepass")
