"""What bytes are: a page, a text, or a binary that is refused by name.

Kinds are told apart by content, never by a file's suffix: a crawler saves PDFs as ``.html`` and pages without any
suffix. Which characters the bytes stand for is the matter of :mod:`dedupe.pages.charsets`.
"""

import re
from dataclasses import dataclass
from typing import Literal

import msgspec

from dedupe.pages.charsets import byte_order_mark, decode
from dedupe.pages.twice import decoded_once_more
from dedupe.pages.wide import utf16_without_mark

Kind = Literal["html", "text", "binary"]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"PK\x03\x04", "a zip archive (or an Office file)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"\xfd7zXZ\x00", "xz-compressed data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ\x90\x00", "a Windows program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1\x00\x00", "an Arrow file"),
)

_MAGIC_WORDS: tuple[tuple[bytes, str], ...] = (
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"BZh", "bzip2-compressed data"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"wOFF", "a web font"),
    (b"wOF2", "a web font"),
    (b"PAR1", "a Parquet file"),
)
"""First bytes that a text may begin with, too ("ID3 is ..."): a binary has control characters close behind them."""
_CLOSE = 64
_PRINTABLE_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"%PDF-\d"), "a PDF file"),
    (re.compile(rb"\{\\rtf"), "an RTF file"),
    (re.compile(rb"%!PS-Adobe"), "a PostScript file"),
)
"""Formats that are characters all through; blanks or a byte order mark may stand before them."""

_PROLOGUE = re.compile(
    r"\s*(?:<\?xml[^<>]{0,500}>\s*)?(?:<!--[^<>]{0,2000}-->\s*){0,5}<(!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_HTML_ANYWHERE = re.compile(r"<(?:!doctype\s+html|html|body)\b[^<>]{0,2000}>", re.IGNORECASE)
_FIRST_TAG = re.compile(
    r"\s*<(?:\?xml|!doctype|!--|(?:html|head|body|title|meta|link|div|span|p|a|h[1-6]|article|section|main|header|nav|"
    r"table|ul|ol|dl|img|script|style|br|b|i|em|strong|center|font|rss|feed|nitf|figure|blockquote|aside|footer|form|"
    r"iframe|hr|small|noscript|button|pre|details|picture|video|amp)\b[^<>]*>)",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<([a-z][\w:.-]*)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|div|span|a|h[1-6]|li|td|tr|article|section|br|b|i|em|strong)\b[^<>]{0,500}>", re.IGNORECASE)
_CONTROLS = bytes(i for i in range(32) if i not in b"\t\n\x0b\x0c\r\x1a\x1b")

_JSON = "JSON data"

_HEAD = 4096
"""How many characters are enough to see that a text opens as a page does."""
_SAMPLE = 65_536
"""How many bytes are enough to tell a binary from text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What bytes turned out to be.

    Attributes:
        kind: ``html``, ``text`` or ``binary``.
        text: The decoded characters; empty for a binary.
        charset: Python's name of the character set used; empty for a binary.
        reason: For a binary, what it looks like (``"a PDF file"``).
        warnings: What went less than smoothly (bytes that the character set does not know).
    """

    kind: Kind
    text: str = ""
    charset: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()


def sniff(content: bytes, declared: str | None = None) -> Sniffed:
    """Tell HTML, text and binary apart and decode the first two.

    Args:
        content: The bytes; may be empty, which is empty text.
        declared: Character set that the transport declared (an HTTP header), if any.

    Returns:
        Never raises: bytes that no character set explains are decoded with replacement characters and a warning.
    """
    reason = binary_reason(content)
    if reason:
        return Sniffed(kind="binary", reason=reason)
    text, charset, warnings = decode(content, declared)
    if is_json(text):
        return Sniffed(kind="binary", reason=_JSON)
    text, again = decoded_once_more(text)
    warnings += again
    return Sniffed(kind="html" if looks_like_html(text) else "text", text=text, charset=charset, warnings=warnings)


def binary_reason(content: bytes) -> str:
    """Say what binary these bytes are, or return an empty string where they can be text.

    Formats are known by their first bytes. Anything else counts as binary when more than 1 in 50 of its first 64 KiB
    are control characters that no text holds, unless they lie as UTF-16 puts them.
    """
    head = content[:_SAMPLE]
    known = _known_format(head)
    if known:
        return known
    if byte_order_mark(head) or utf16_without_mark(head):
        return ""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > 3 and controls * 50 > len(head):
        return f"binary data ({controls} control characters in the first {len(head)} bytes)"
    return ""


def _known_format(head: bytes) -> str:
    """Name the format whose first bytes these are, or return an empty string."""
    near, opening = head[:_CLOSE], head.lstrip(b"\xef\xbb\xbf \t\r\n")[:_CLOSE]
    has_controls = len(near.translate(None, _CONTROLS)) < len(near)
    names = [name for magic, name in _MAGIC if near.startswith(magic)]
    names += [name for word, name in _MAGIC_WORDS if has_controls and near.startswith(word)]
    names += [name for pattern, name in _PRINTABLE_MAGIC if pattern.match(opening)]
    if near[4:8] == b"ftyp":
        names.append("an MP4 or HEIF file")
    if near[:4] == b"RIFF" and near[8:12] in {b"WEBP", b"WAVE", b"AVI "}:
        names.append("a RIFF image, sound or film")
    return names[0] if names else ""


def looks_like_html(text: str) -> bool:
    """Tell whether a decoded text is a web page (or XML that reads like one) rather than text or Markdown.

    A page opens with markup, or names ``<html>`` or ``<body>`` in its first kilobytes, however many blank lines a
    template engine left above; XML is one element from its first tag to its last. Text that merely mentions a tag
    (Markdown with a ``<br>``) stays text.
    """
    start = text.lstrip().lstrip("\ufeff").lstrip()[:_HEAD]
    if _PROLOGUE.match(start):
        return True
    if _FIRST_TAG.match(start):
        return "</" in text or len(_TAG.findall(start)) > 1
    root = _ROOT.match(start)
    if root and text[-_CLOSE:].rstrip().lower().endswith(f"</{root[1].lower()}>"):
        return True
    found = _HTML_ANYWHERE.search(start)
    return found is not None and "</" in text


def is_json(text: str) -> bool:
    """Tell whether a text is data from its first character to its last: one JSON value, or one a line."""
    start = text[:_HEAD].lstrip("\ufeff \t\r\n")[:1]
    end = text[-_HEAD:].rstrip()[-1:]
    if (start, end) not in {("{", "}"), ("[", "]")}:
        return False
    body = text.lstrip("\ufeff")
    first, last = body.lstrip()[:_SAMPLE].split("\n", 1)[0], body.rstrip()[-_SAMPLE:].rsplit("\n", 1)[-1]
    return _is_value(body) or (first != last and _is_value(first) and _is_value(last))


def _is_value(text: str) -> bool:
    try:
        msgspec.json.decode(text.encode("utf-8", "replace"), type=dict[str, msgspec.Raw] | list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
