"""Small web archives, written byte by byte so that every test can break the byte it is about."""

import gzip
import html
import os
from pathlib import Path

import pytest

import dedupe
from dedupe.records import Skipped

SITE = "http://news.example/"
DATE = "2022-01-19T08:00:00Z"
PARAGRAPH = (
    "The harbour ferry was turned back on {day} after its pilot reported ice on both sides of the channel. "
    "Two tugs were sent from the naval yard, and {number} passengers spent the night in the town hall of {place}. "
    "The shipping office said that the line would stay closed until an icebreaker had been through. "
)


def page(number=1, place="Oulu", day="Monday"):
    """A web page whose words differ from number to number."""
    text = "".join(f"<p>{PARAGRAPH.format(day=day, number=number, place=place)}</p>" for _ in range(2))
    return f"<html><head><title>Ferry {number}</title></head><body><article>{text}</article></body></html>".encode()


def response(body, *headers, status="200 OK", content_type="text/html; charset=utf-8"):
    """An HTTP response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(block, *headers, kind="response", at="1", **other):
    """A WARC record of what stood at a path. ``length`` overrides what the header says of the block's length."""
    url, record_id = other.get("url", SITE + at), f"urn:uuid:{at}"
    content_type = other.get("content_type", "application/http; msgtype=response")
    lines = [
        other.get("version", "WARC/1.0"),
        f"WARC-Type: {kind}",
        f"WARC-Date: {other.get('date', DATE)}",
        f"Content-Type: {content_type}",
        f"Content-Length: {other.get('length', len(block))}",
        *headers,
    ]
    lines += [f"WARC-Record-ID: <{record_id}>"]
    lines += [f"WARC-Target-URI: {url}"] if url else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def warcinfo():
    """The record that describes the file."""
    return record(b"software: tests\r\n", kind="warcinfo", at="0", url="", content_type="text/plain")


def pages(count, first=1):
    """So many records with so many different pages."""
    return [record(response(page(number)), at=str(number)) for number in range(first, first + count)]


def arc_record(body, url="http://news.example/1", content_type="text/html"):
    """An ARC record, version 1."""
    return f"{url} 192.0.2.1 20220119080000 {content_type} {len(body)}\n".encode() + body + b"\n"


def filedesc(version=b"1 1 tests\nURL IP-address Archive-date Content-type Archive-length\n"):
    """The record that opens an ARC file."""
    return arc_record(version, url="filedesc://tests.arc", content_type="text/plain")


def write(folder, *records, name="crawl.warc.gz"):
    """Write an archive; ``.gz`` with one member for each record, as the standard has it."""
    path = folder / name
    path.write_bytes(b"".join(gzip.compress(each, mtime=0) if name.endswith(".gz") else each for each in records))
    return path


def path_of(entry):
    """An entry's id, without what every one of these ids shares."""
    return str(entry.id).removeprefix(SITE).removesuffix(f"@{DATE}")


def entries(path, **how):
    """Everything an archive gives."""
    return list(dedupe.read(path, **how))


def documents(found):
    """The documents of what was found, with their content."""
    return [(path_of(entry), entry.content) for entry in found if isinstance(entry, dedupe.Document)]


def failures(found):
    """What of it failed."""
    return [entry for entry in found if isinstance(entry, dedupe.Skipped) and entry.failed]


def real_archives():
    """The folder of real archives, or a skip that says how to name it."""
    root = Path(__file__).parents[1]
    for folder in (os.environ.get("DEDUPE_DATA", ""), root.parent / "shared" / "data", root / ".data"):
        if folder and (Path(folder) / "warc").is_dir():
            return Path(folder) / "warc"
    return pytest.skip("no real archives; unpack the data sets and name their folder in DEDUPE_DATA")


GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "crawl.warc.gz"
"""The archive that the guide reads; ``python tests/archives.py`` writes it anew."""


def guide_records():
    """A small crawl as crawlers write it: pages, the requests for them, and what else lies about on a site."""

    def seed(number):
        (path,) = (GUIDE.parents[2] / "seeds").glob(f"{number}_*.txt")
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines if line.strip())
        return f"<html><head><title>Page {number}</title></head><body>\n{text}</body></html>".encode()

    def packed(body):
        return response(gzip.compress(body, mtime=0), "Content-Encoding: gzip")

    one, two, three = "https://one.example", "https://two.example", "https://three.example"
    captures = [
        record(response(b"User-agent: *", content_type="text/plain"), at="r", url=f"{one}/robots.txt"),
        record(packed(seed("001")), at="1", url=f"{one}/raisi-in-moscow"),
        record(response(b"\x89PNG\r\n", content_type="image/png"), at="l", url=f"{one}/logo.png"),
        record(packed(seed("000")), at="2", url=f"{two}/news/raisi-visit"),
        record(response(b"gone", status="404 Not Found"), at="g", url=f"{two}/news/old"),
        record(packed(seed("002")), at="3", url=f"{three}/visit"),
        record(
            response(b""),
            "WARC-Refers-To: <urn:uuid:1>",
            kind="revisit",
            at="4",
            url=f"{one}/amp/raisi-in-moscow",
            date="2022-01-26T08:00:00Z",
        ),
    ]
    request = record(b"GET /raisi-in-moscow HTTP/1.1\r\nHost: one.example\r\n\r\n", kind="request", at="q")
    return [warcinfo(), request, *captures]


if __name__ == "__main__":
    write(GUIDE.parent, *guide_records(), name=GUIDE.name)


def said(entry):
    """Return why something in an archive is no document."""
    return entry.reason if isinstance(entry, Skipped) else ""
