"""Web archives in: what becomes a document, what is named and left out, and that nothing is lost."""

import gzip
import json
import re
import sys
import zlib
from collections import Counter

import pytest

import dedupe
from archives import (
    page,
    pages,
    path_of,
    real_archives,
    record,
    response,
    said,
    warcinfo,
    write,
)
from dedupe.cli.exits import ExitCode
from documents import run

fastwarc = pytest.importorskip("fastwarc.warc", reason="needs the warc extra: pip install -e '.[warc]'")


stream_io = pytest.importorskip("fastwarc.stream_io")


def read_one(folder, *records, **how):
    """Read an archive that holds one capture."""
    (entry,) = [entry for entry in dedupe.read(write(folder, *records), **how) if "beside the pages" not in said(entry)]
    return entry


def packed(tmp_path, kind, data):
    path = tmp_path / "packed"
    with path.open("wb") as out, getattr(stream_io, kind)(out) as writer:
        writer.write(data)
    return path.read_bytes()


def test_a_captured_page_becomes_a_document_with_its_address_charset_and_host(tmp_path):
    body = "<html><body><p>Gr\xfc\xdfe</p></body></html>".encode("latin-1")
    entry = read_one(tmp_path, record(response(body, content_type="text/html; Charset='ISO-8859-1'")))
    assert entry == dedupe.Document(
        id="http://news.example/1@2022-01-19T08:00:00Z",
        content=body,
        charset="ISO-8859-1",
        url="http://news.example/1",
        source="news.example",
    )
    assert "Grüße" in dedupe.extract(entry).original


def test_the_time_of_the_crawl_is_not_taken_for_the_time_of_publication(tmp_path):
    entry = read_one(tmp_path, record(response(page()), date="2031-01-01T00:00:00Z"))
    assert entry.published is None


def test_resources_and_conversions_are_documents_too(tmp_path):
    text = b"Plain words of a page, as a text archive has them."
    records = [
        record(text, kind="conversion", at="c", content_type="text/plain"),
        record(page(), kind="resource", at="r", content_type="text/html; charset=utf-8"),
    ]
    found = {path_of(entry): entry for entry in dedupe.read(write(tmp_path, *records))}
    assert found["c"].content == text
    assert found["r"].content == page()
    assert found["r"].charset == "utf-8"


@pytest.mark.parametrize(
    ("block", "url", "reason"),
    [
        (response(page(), status="404 Not Found"), "http://a.example/", "HTTP status 404"),
        (response(b"", status="301 Moved"), "http://a.example/", "HTTP status 301"),
        (response(page(), status="206 Partial Content"), "http://a.example/", "HTTP status 206"),
        (
            response(b"\xff\xd8\xff", content_type="image/jpeg"),
            "http://a.example/a.jpg",
            "image/jpeg, not a page of text",
        ),
        (response(b"a{}", content_type="text/css"), "http://a.example/a.css", "text/css, not a page of text"),
        (
            response(b"User-agent: *", content_type="text/plain"),
            "http://a.example/robots.txt",
            "robots.txt, not a page",
        ),
    ],
)
def test_a_capture_that_is_no_page_is_named_with_its_reason(tmp_path, block, url, reason):
    entry = read_one(tmp_path, record(block, url=url))
    assert entry == dedupe.Skipped(id=f"{url}@2022-01-19T08:00:00Z", stage="read", reason=reason)


def test_a_page_under_an_untold_type_is_left_to_its_content(tmp_path):
    records = [
        record(response(page(), content_type="application/octet-stream"), at="page"),
        record(response(b"%PDF-1.7 ...", content_type="application/octet-stream"), at="pdf"),
    ]
    result = dedupe.cluster(dedupe.read(write(tmp_path, *records)))
    assert [path_of(body) for body in result.documents] == ["page"]
    assert [(path_of(entry), entry.reason) for entry in result.skipped] == [("pdf", "not text: a PDF file")]


def test_a_response_that_is_no_http_response_failed(tmp_path):
    entry = read_one(tmp_path, record(b"\x00\x01nonsense"))
    assert entry.failed
    assert entry.reason.startswith("not an HTTP response")


def test_lines_of_a_head_may_end_in_a_bare_newline_and_be_folded(tmp_path):
    block = b"HTTP/1.0 200 OK\nContent-Type:\n text/html;\n charset=utf-8\nContent-Type: image/png\n\n" + page()
    entry = read_one(tmp_path, record(block))
    assert (entry.content, entry.charset) == (page(), "utf-8")


def test_a_file_whose_lines_all_end_in_a_bare_newline_is_read(tmp_path):
    head = b"WARC/0.18\nWARC-Type: response\nWARC-Date: 2022-01-19T08:00:00Z\nWARC-Target-URI: http://news.example/%d\nContent-Length: %d\n\n"
    block = response(page())
    records = [head % (number, len(block)) + block + b"\n\n" for number in (1, 2)]
    path = write(tmp_path, *records, name="old.warc")
    assert [(path_of(entry), entry.content) for entry in dedupe.read(path)] == [("1", page()), ("2", page())]


def test_records_beside_the_pages_are_counted_in_one_line(tmp_path):
    records = [
        warcinfo(),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(b"fetchTimeMs: 3", kind="metadata"),
        record(b"www.a.example 1 IN A 192.0.2.1", url="dns:www.a.example", content_type="text/dns"),
        record(b"?", kind="mystery"),
    ]
    (entry,) = dedupe.read(write(tmp_path, *records))
    assert entry == dedupe.Skipped(
        id="crawl.warc.gz",
        stage="read",
        reason="5 other records beside the pages: 1 dns, 1 metadata, 1 mystery, 1 request, 1 warcinfo",
    )


def test_ids_are_unique_within_a_file_whatever_it_says(tmp_path):
    records = [
        record(response(page(1)), url=""),
        record(response(page(2)), at="twice"),
        record(response(page(3)), at="twice"),
        record(response(page(4)), date=""),
        record(response(page(5)), at="\udce9".encode("utf-8", "surrogatepass").decode("latin-1")),
    ]
    ids = [path_of(entry) for entry in dedupe.read(write(tmp_path, *records))]
    assert ids[:4] == ["crawl.warc.gz:1", "twice", "crawl.warc.gz:3", "crawl.warc.gz:4"]
    assert all(each.encode("utf-8") for each in ids)


def test_an_archive_is_known_by_its_content_whatever_it_is_called(tmp_path):
    path = write(tmp_path, *pages(2), name="crawl.txt")
    assert [path_of(entry) for entry in dedupe.read(path)] == ["1", "2"]


def test_a_file_called_warc_that_is_none_says_so(tmp_path):
    path = tmp_path / "crawl.warc"
    path.write_text("Dear reader, this is a letter.\n")
    (entry,) = dedupe.read(path)
    assert entry.failed
    assert "no valid record" in entry.reason


def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    with pytest.raises(dedupe.MissingExtraError, match=re.escape("dedupe-syndication[warc]")):
        list(dedupe.read(write(tmp_path, *pages(1))))


def chunked(body, size=700):
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nTrailer: x\r\n\r\n"


def bare_deflate(body):
    return zlib.compress(body)[2:-4]


@pytest.mark.parametrize(
    ("headers", "encode"),
    [
        (["Content-Encoding: gzip"], gzip.compress),
        (["Content-Encoding: X-GZIP"], gzip.compress),
        (["Content-Encoding: gzip"], lambda body: gzip.compress(body[:100]) + gzip.compress(body[100:])),
        (["Content-Encoding: deflate"], zlib.compress),
        (["Content-Encoding: deflate"], bare_deflate),
        (["Transfer-Encoding: chunked"], chunked),
        (["Transfer-Encoding: chunked", "Content-Encoding: gzip"], lambda body: chunked(gzip.compress(body))),
        (["Content-Encoding: gzip, gzip"], lambda body: gzip.compress(gzip.compress(body))),
        (["Content-Encoding: identity"], bytes),
        (["Content-Encoding: gzip"], bytes),  # unpacked before it was stored, and the header kept
        (["Content-Encoding: br"], bytes),
        (["Content-Encoding: zstd"], bytes),
        (["Transfer-Encoding: chunked"], bytes),
        (["Transfer-Encoding: chunked"], lambda body: chunked(body) + b"trailing rubbish"),
    ],
)
def test_a_body_comes_out_as_the_server_meant_it(tmp_path, headers, encode):
    entry = read_one(tmp_path, record(response(encode(page()), *headers)))
    assert entry.content == page()


@pytest.mark.parametrize(("name", "writer"), [("br", "BrotliWriter"), ("zstd", "ZstdWriter")])
def test_brotli_and_zstd_are_unpacked(tmp_path, name, writer):
    entry = read_one(tmp_path, record(response(packed(tmp_path, writer, page()), f"Content-Encoding: {name}")))
    assert entry.content == page()


def test_a_body_that_broke_off_gives_what_there_is(tmp_path):
    cut = gzip.compress(page() * 50)[:-100]
    entry = read_one(tmp_path, record(response(cut, "Content-Encoding: gzip")))
    assert len(entry.content) > 1000
    assert (page() * 50).startswith(entry.content)
    broken_off = chunked(page())[:-300]
    entry = read_one(tmp_path, record(response(broken_off, "Transfer-Encoding: chunked")))
    assert len(entry.content) > 300
    assert page().startswith(entry.content)


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        (["Content-Encoding: rot13"], page(), "content encoding 'rot13' is not known"),
        (["Content-Encoding: gzip"], b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffbroken" * 9, "damaged gzip content"),
        (["Content-Encoding: br"], b"\x00\x01\x02\x03" * 99, "damaged br content"),
        (["Content-Encoding: " + "gzip," * 50], page(), "50 content encodings on one body"),
    ],
)
def test_what_cannot_be_unpacked_failed_by_name(tmp_path, headers, body, reason):
    entry = read_one(tmp_path, record(response(body, *headers)))
    assert entry.failed
    assert entry.reason.startswith(reason)


def test_a_folder_of_archives_and_pages_is_scanned_like_any_other(tmp_path):
    write(tmp_path, warcinfo(), *pages(3), record(response(b"", status="500 Oops"), at="500"))
    (tmp_path / "copy.html").write_bytes(page(2))
    printed, code = run(f"dedupe scan {tmp_path} --format json --quiet")
    assert code == ExitCode.DONE
    assert json.loads(printed)["counts"] == {"seen": 6, "used": 4, "skipped": 2, "failed": 0}


@pytest.mark.parametrize(
    ("name", "captures", "documents", "beside"),
    [
        ("aut-example.warc.gz", 261, 97, 561),
        ("clueweb-quirk.warc.gz", 29, 29, 1),
        ("example-iana.org-chunked.warc", 1, 1, 2),
        ("example.arc.gz", 261, 97, 39),
        ("example.docs.warc.gz", 9, 0, 12),
        ("warcfile.warc.gz", 16, 16, 34),
        ("warcio-example.warc.gz", 2, 2, 4),
        ("whirlwind.warc.gz", 1, 1, 3),
    ],
)
def test_every_record_of_a_real_archive_is_accounted_for(name, captures, documents, beside):
    path = real_archives() / name
    entries = list(dedupe.read(path))
    (note,) = [entry for entry in entries if isinstance(entry, dedupe.Skipped) and entry.id == name]
    assert note.reason.startswith(f"{beside} other record")
    assert len(entries) - 1 == captures
    assert sum(isinstance(entry, dedupe.Document) for entry in entries) == documents
    assert not any(entry.failed for entry in entries if isinstance(entry, dedupe.Skipped))
    if not name.endswith("arc.gz") or name.endswith("warc.gz"):
        with path.open("rb") as file:
            framed = Counter(str(each.record_type) for each in fastwarc.ArchiveIterator(file, parse_http=False))
        assert framed.total() == captures + beside


def test_one_real_crawl_in_both_formats_gives_the_same_pages():
    folder = real_archives()

    def bodies(name):
        entries = [entry for entry in dedupe.read(folder / name) if isinstance(entry, dedupe.Document)]
        return sorted(entries, key=lambda entry: entry.id)

    assert bodies("aut-example.warc.gz") == bodies("example.arc.gz")
