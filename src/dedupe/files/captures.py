"""Captures: what a web archive holds of one address at one time, and which of them are documents.

WARC and ARC frame their records differently and mean the same. Here one record becomes a
:class:`~dedupe.records.Document`, or the reason why it is none: an error page, a picture, a name lookup. Nothing is
dropped without a word.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from dedupe.files.http_payload import MAX_HEAD, UndecodableError, decode_body, media_type, parse_head
from dedupe.records import Document, Skipped

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown"})
"""Media types that are documents."""
UNTOLD_TYPES = frozenset({"", "application/octet-stream", "unknown/unknown", "unknown", "no-type", "content/unknown"})
"""Media types that say nothing; the content tells."""
_GOOD = frozenset({200, 203})
"""Status codes under which a server sends the page that was asked for, whole."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One record on its way to a document.

    Attributes:
        id: Address and time (:func:`capture_id`), or ``file:number``.
        url: What was fetched; may be empty.
        content_type: Media type of the block, as the record declares it.
        length: Bytes of the block.
        read: Reads up to so many more bytes of the block; fewer only at its end.
    """

    id: str
    url: str
    content_type: str
    length: int
    read: Callable[[int], bytes]

    def skipped(self, reason: str, *, failed: bool = False) -> Skipped:
        """Say why this capture is no document."""
        return Skipped(id=self.id, stage="read", reason=reason, failed=failed)


def document_of(capture: Capture, max_bytes: int) -> Document | Skipped:
    """Make a document of a capture, or say why it is none.

    Args:
        capture: The record; of a page the whole block is read, of anything else only its head.
        max_bytes: Larger pages are skipped, packed or unpacked.

    Raises:
        MissingExtraError: The page is compressed in a way that needs a package which is not installed.
    """
    head = capture.read(MAX_HEAD)
    answer = parse_head(head)
    mime, charset = media_type(capture.content_type)
    if answer is not None:
        mime, charset = answer.mime, answer.charset
        if answer.status not in _GOOD:
            return capture.skipped(f"HTTP status {answer.status}")
    elif mime == "application/http":
        return capture.skipped("not an HTTP response", failed=True)
    reason = _no_page(capture.url, mime)
    if reason:
        return capture.skipped(reason)
    start = answer.body_start if answer else 0
    if capture.length - start > max_bytes:
        return capture.skipped(f"more than {max_bytes} bytes (max_page_bytes)")
    body = (head + capture.read(capture.length - len(head)))[start:]
    if answer is not None:
        try:
            body = decode_body(body, answer.headers, max_bytes=max_bytes)
        except UndecodableError as error:
            return capture.skipped(str(error), failed=True)
    return Document(id=capture.id, content=body, charset=charset, url=capture.url or None, source=host_of(capture.url))


def capture_id(url: str, date: str, fallback: str) -> str:
    """Name a capture by what was fetched and when: ``http://news.example/1@2022-01-19T08:00:00Z``.

    Record ids are unique but mean nothing to people, and ARC has none. Address and time are what an archive is asked
    by, and the same for one crawl in either format.
    """
    return f"{url}@{date}" if url and date else fallback


def is_lookup(url: str) -> bool:
    """Tell whether an address was looked up rather than fetched: crawlers keep name lookups among the pages."""
    return url.partition(":")[0].lower() in {"dns", "whois"}


def others(counts: Counter[str], name: str) -> Skipped:
    """Account for a file's records that are no captures, in one line."""
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
    total = counts.total()
    reason = f"{total} other record{'s' if total != 1 else ''} beside the pages: {kinds}"
    return Skipped(id=name, stage="read", reason=reason)


def host_of(url: str) -> str | None:
    """Return an address's host, ``None`` where there is none to be read."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def clean_field(value: str | None) -> str:
    """Return a header field that can be written as UTF-8, without the angle brackets that some writers put."""
    return _SURROGATE.sub("\ufffd", value or "").strip().removeprefix("<").removesuffix(">")


def _no_page(url: str, mime: str) -> str:
    """Say why address or media type tell that this is no document; empty where it may be one."""
    if re.match(r"https?://[^/?#]+/robots\.txt(?:$|[?#])", url, re.IGNORECASE):
        return "robots.txt, not a page"
    if mime in PAGE_TYPES or mime in UNTOLD_TYPES:
        return ""
    return f"{mime[:60]}, not a page of text"
