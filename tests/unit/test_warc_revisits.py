"""WARC records that point to what was captured before, and archives in the older ARC form."""

import gzip

import pytest

import dedupe
from archives import (
    arc_record,
    filedesc,
    page,
    pages,
    path_of,
    record,
    response,
    said,
    warcinfo,
    write,
)

pytest.importorskip("fastwarc.warc", reason="needs the warc extra: pip install -e '.[warc]'")


def revisit(*headers, at="copy"):
    return record(response(b""), *headers, kind="revisit", at=at)


@pytest.mark.parametrize(
    "headers",
    [
        ["WARC-Refers-To: <urn:uuid:2>"],
        ["WARC-Refers-To-Target-URI: http://news.example/2", "WARC-Refers-To-Date: 2022-01-19T08:00:00Z"],
        ["WARC-Payload-Digest: sha1:TWO"],
        ["WARC-Refers-To: <urn:of:another:file>", "WARC-Payload-Digest: sha1:TWO"],
    ],
)
@pytest.mark.parametrize("place", ["before", "behind"])
def test_a_revisit_has_the_text_of_the_capture_it_points_to(tmp_path, headers, place):
    target = record(response(page(2)), "WARC-Payload-Digest: sha1:TWO", at="2")
    records = [*pages(1), *([target, revisit(*headers)] if place == "behind" else [revisit(*headers), target])]
    found = {path_of(entry): entry for entry in dedupe.read(write(tmp_path, *records))}
    assert found["copy"].content == page(2)
    assert found["copy"].url == "http://news.example/copy"
    assert found["copy"].charset == "utf-8"
    assert len(found) == 3


def test_a_crawl_with_revisits_gives_the_clusters_of_one_that_stored_every_page_again(tmp_path):
    again = [record(response(page(number)), at=f"again/{number}") for number in (1, 2)]
    pointing = [revisit(f"WARC-Refers-To: <urn:uuid:{number}>", at=f"again/{number}") for number in (1, 2)]
    stored = dedupe.cluster(dedupe.read(write(tmp_path, *pages(3), *again, name="a.warc.gz")))
    pointed = dedupe.cluster(dedupe.read(write(tmp_path, *pages(3), *pointing, name="b.warc.gz")))
    assert pointed.to_json() == stored.to_json()
    assert len(stored.documents) == 5
    assert any(len(cluster.members) > 1 for cluster in stored.clusters)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (
            ["WARC-Refers-To-Target-URI: http://old.example/", "WARC-Refers-To-Date: 2020-01-01T00:00:00Z"],
            "revisit: the same content as http://old.example/@2020-01-01T00:00:00Z, which this file does not hold",
        ),
        (["WARC-Payload-Digest: sha1:ELSEWHERE"], "revisit: the same content as an earlier capture, which this file"),
        ([], "revisit: the same content as an earlier capture, which this file does not hold"),
        (["WARC-Refers-To: <urn:uuid:gone>"], "revisit of a capture that is no document (HTTP status 404)"),
    ],
)
def test_a_revisit_without_a_text_to_point_to_is_named(tmp_path, headers, reason):
    gone = record(response(page(), status="404 Not Found"), at="gone")
    (_, entry) = dedupe.read(write(tmp_path, gone, revisit(*headers)))
    assert path_of(entry) == "copy"
    assert not entry.failed
    assert entry.reason.startswith(reason)


def test_two_revisits_of_one_capture_both_get_its_text(tmp_path):
    refers = "WARC-Refers-To: <urn:uuid:1>"
    records = [*pages(1), revisit(refers, at="a"), revisit(refers, at="b")]
    assert [(path_of(entry), entry.content) for entry in dedupe.read(write(tmp_path, *records))] == [
        (name, page(1)) for name in ("1", "a", "b")
    ]


def test_an_arc_file_gives_the_documents_of_the_same_crawl_in_a_warc_file(tmp_path):
    captures = [
        (response(page(1)), "http://news.example/1"),
        (response(page(2), status="404 Not Found"), "http://news.example/2"),
        (response(gzip.compress(page(3)), "Content-Encoding: gzip"), "http://news.example/with a blank"),
        (b"www.a.example 1 IN A 192.0.2.1", "dns:www.a.example"),
    ]
    warcs = [record(block, url=url) for block, url in captures]
    warc = write(tmp_path, warcinfo(), *warcs, name="a.warc.gz")
    arc = write(tmp_path, filedesc(), *(arc_record(block, url=url) for block, url in captures), name="a.arc.gz")

    def facts(path):
        return [entry for entry in dedupe.read(path) if "beside the pages" not in said(entry)]

    assert facts(arc) == facts(warc)


def test_the_second_version_of_arc_is_read(tmp_path):
    opening = filedesc(b"2 0 tests\nURL IP-address Archive-date Content-type Result-code Checksum Location Offset\n")
    body = response(page())
    line = f"http://a.example/ 192.0.2.1 20220119080000 text/html 200 abc - 1024 file.arc {len(body)}\n".encode()
    path = write(tmp_path, opening, line + body + b"\n", name="two.arc")
    document, counted = dedupe.read(path)
    assert (document.id, document.content) == ("http://a.example/@2022-01-19T08:00:00Z", page())
    assert counted.reason == "1 other record beside the pages: 1 filedesc"
