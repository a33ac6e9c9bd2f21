"""Read WARC files: every record is accounted for, damage is named, and what stands before it is used.

Responses, resources, conversions and revisits each come out as one document or one reason. The records beside them
(requests, metadata, the file's own description) are no documents by definition; they are counted in one line for the
file. A file that was cut or damaged says so: readers of WARC are used to treat the end of the bytes as the end of the
file, here each record's length is held against what was there.

A ``revisit`` states that the server sent the same bytes as for an earlier capture. It becomes a document with the
text of that capture, read in a second pass where the file holds it, so that a crawl gives the same clusters whether
its crawler wrote revisits or wrote the page again.

Decompression is :mod:`dedupe.files.streams`', with its caps; framing is :mod:`dedupe.files.warc_records`'.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dedupe.files.captures import capture_id, clean_field, document_of, host_of, is_lookup, others
from dedupe.files.members import MemberFile
from dedupe.files.warc_records import Record, frame_records
from dedupe.records import Document, Skipped

_CAPTURES = frozenset({"response", "resource", "conversion"})


@dataclass(slots=True)
class _Progress:
    """What is known of a file while it is read."""

    ids: set[str] = field(default_factory=set)
    others: Counter[str] = field(default_factory=Counter)
    revisits: list[Record] = field(default_factory=list)


def opens_warc(head: bytes) -> bool:
    """Tell whether a file's first (decompressed) bytes are a WARC record's."""
    return re.match(rb"\s{0,8}WARC/\d", head) is not None


def read_warc(file: MemberFile, name: str, max_bytes: int) -> Iterator[Document | Skipped]:
    """Yield one document or one reason for each capture, and one line for the records that are none.

    A document's id is its address and time (``http://news.example/1@2022-01-19T08:00:00Z``); a record without them, or
    whose id came before in the same file, is called ``name:number``, counting records from 1.

    Args:
        file: The file; read a second time only where a revisit needs it.
        name: The file's id.
        max_bytes: Larger pages are skipped, packed or unpacked.

    Raises:
        MissingExtraError: ``fastwarc`` is not installed.
    """
    progress = _Progress()
    for record in frame_records(file, name):
        if isinstance(record, Skipped):
            yield record
        else:
            yield from _account(record, progress, name, max_bytes)
    yield from _resolve(progress.revisits, file, name, max_bytes)
    if progress.others:
        yield others(progress.others, name)


def _account(record: Record, progress: _Progress, name: str, max_bytes: int) -> Iterator[Document | Skipped]:
    """Yield what one record comes to, count it, or remember it for later."""
    kind = "dns" if is_lookup(record.capture.url) else record.kind
    if kind in _CAPTURES or kind == "revisit":
        if record.capture.id in progress.ids:
            record = replace(record, capture=replace(record.capture, id=f"{name}:{record.number}"))
        progress.ids.add(record.capture.id)
    entry = _entry(record, max_bytes) if kind in _CAPTURES else None
    cut = record.block.finish()
    if cut:
        yield record.capture.skipped(cut, failed=True)
    elif entry is not None:
        yield entry
    elif kind == "revisit":
        progress.revisits.append(record)
    else:
        progress.others[kind] += 1


def _entry(record: Record, max_bytes: int) -> Document | Skipped:
    if "warc-segment-number" in record.headers:
        return record.capture.skipped("the first of several segments, which are not joined", failed=True)
    return document_of(record.capture, max_bytes)


def _resolve(revisits: list[Record], file: MemberFile, name: str, max_bytes: int) -> Iterator[Document | Skipped]:
    """Give revisits the text of the captures they point to, in one more pass over the file."""
    waiting: dict[str, list[Record]] = {}
    for revisit in revisits:
        for key in _target_keys(revisit):
            waiting.setdefault(key, []).append(revisit)
    open_ends = {revisit.number: revisit for revisit in revisits}
    for record in frame_records(file, name) if waiting else ():
        if not open_ends:
            break
        if isinstance(record, Skipped) or record.kind not in _CAPTURES:
            continue
        asking = {revisit.number for key in _own_keys(record) for revisit in waiting.get(key, ())}
        asking &= open_ends.keys()
        if asking:
            entry = _entry(record, max_bytes)
            whole = not record.block.finish()
            for number in sorted(asking):
                yield _revisited(open_ends.pop(number), entry if whole else None)
    for _, revisit in sorted(open_ends.items()):
        yield _revisited(revisit, None)


def _target_keys(revisit: Record) -> list[str]:
    """Return the names by which a revisit may mean its target."""
    headers = revisit.headers
    keys = []
    if headers.get("warc-refers-to"):
        keys.append(f"id {clean_field(headers['warc-refers-to'])}")
    if headers.get("warc-refers-to-target-uri"):
        keys.append(f"at {clean_field(headers['warc-refers-to-target-uri'])} {headers.get('warc-refers-to-date', '')}")
    if headers.get("warc-payload-digest"):
        keys.append(f"digest {headers['warc-payload-digest']}")
    return keys


def _own_keys(record: Record) -> list[str]:
    """Return every name by which a revisit could mean this record."""
    headers = record.headers
    return [
        f"id {clean_field(headers.get('warc-record-id'))}",
        f"at {record.capture.url} {headers.get('warc-date', '')}",
        f"digest {headers.get('warc-payload-digest', '')}",
    ]


def _revisited(revisit: Record, target: Document | Skipped | None) -> Document | Skipped:
    """Say of a revisit what its target says."""
    capture = revisit.capture
    if isinstance(target, Document):
        return replace(target, id=capture.id, url=capture.url or target.url, source=host_of(capture.url))
    if target is not None:
        return capture.skipped(f"revisit of a capture that is no document ({target.reason})")
    url = clean_field(revisit.headers.get("warc-refers-to-target-uri"))
    named = clean_field(revisit.headers.get("warc-refers-to")) or "an earlier capture"
    earlier = capture_id(url[:200], revisit.headers.get("warc-refers-to-date", ""), url[:200] or named[:200])
    return capture.skipped(f"revisit: the same content as {earlier}, which this file does not hold")
