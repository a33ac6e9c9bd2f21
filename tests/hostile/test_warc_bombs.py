"""Web archives made to unpack without measure, or to be read without end: bounded, refused by name, and alone in it."""

import gzip
import random
import tracemalloc

import pytest

import dedupe
from archives import documents, entries, failures, page, pages, path_of, record, response, write
from dedupe.files import http_payload

pytest.importorskip("fastwarc.warc", reason="needs the warc extra: pip install -e '.[warc]'")
stream_io = pytest.importorskip("fastwarc.stream_io")

MEBIBYTE = 1 << 20


def bomb(folder, kind):
    if kind == "gzip":
        return gzip.compress(bytes(40 * MEBIBYTE))
    path = folder / "bomb"
    with path.open("wb") as out, getattr(stream_io, {"br": "BrotliWriter", "zstd": "ZstdWriter"}[kind])(out) as writer:
        for _ in range(40):
            writer.write(bytes(MEBIBYTE))
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["gzip", "br", "zstd"])
def test_a_page_that_unpacks_without_measure_is_refused(tmp_path, kind):
    packed = record(response(bomb(tmp_path, kind), f"Content-Encoding: {kind}"), at="bomb")
    path = write(tmp_path, *pages(1), packed, *pages(1, first=2))
    tracemalloc.start()
    try:
        found = entries(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [each for each, _ in documents(found)] == ["1", "2"]
    (failure,) = failures(found)
    assert path_of(failure) == "bomb"
    assert "refused as a decompression bomb" in failure.reason
    assert peak < 4 * http_payload.RATIO_FROM


def test_a_page_that_unpacks_beyond_the_page_limit_is_refused(tmp_path):
    body = random.Random(1).randbytes(300_000).hex().encode()
    path = write(tmp_path, record(response(gzip.compress(body), "Content-Encoding: gzip")))
    (entry,) = entries(path, config=dedupe.Config(max_page_bytes=500_000))
    assert entry.failed
    assert entry.reason.startswith("gzip content of more than 500000 bytes (max_page_bytes)")
    (entry,) = entries(path, config=dedupe.Config(max_page_bytes=600_000))
    assert entry.content == body


def test_a_page_larger_than_the_limit_is_passed_over_without_being_held(tmp_path):
    large = record(response(bytes(30 * MEBIBYTE)), at="large")
    path = write(tmp_path, large, *pages(1), name="large.warc")
    tracemalloc.start()
    try:
        found = entries(path, config=dedupe.Config(max_page_bytes=MEBIBYTE))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found[0].reason.startswith("more than 1048576 bytes (max_page_bytes)")
    assert documents(found) == [("1", page(1))]
    assert peak < 8 * MEBIBYTE


def test_an_archive_that_unpacks_without_measure_is_refused(tmp_path):
    bomb_record = record(bytes(70 * MEBIBYTE), kind="metadata", at="bomb")
    found = entries(write(tmp_path, *pages(1), bomb_record, *pages(1, first=2)))
    assert [each for each, _ in documents(found)] == ["1", "2"]
    (failure,) = failures(found)
    assert path_of(failure) == "bomb"
    assert "refused as a decompression bomb" in failure.reason


@pytest.mark.parametrize(
    "header",
    [b"A: " + b"b" * MEBIBYTE, b"\r\n".join([b"A: b"] * 200_000), b"A" * MEBIBYTE],
    ids=["long", "many", "no colon"],
)
def test_a_monstrous_record_header_costs_itself(tmp_path, header):
    monster = b"WARC/1.0\r\nWARC-Type: response\r\n" + header + b"\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    found = entries(write(tmp_path, *pages(1), monster, *pages(1, first=2), name="monster.warc"))
    assert [each for each, _ in documents(found)] == ["1", "2"]


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b" folded\r\n" * 50_000,
        b"HTTP/1.1 200 OK" + b" " * 200_000,
        b"HTTP/1.1 200 OK\r\nContent-Type: " + b"text/html;" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"fffffffffffffff\r\n" * 10,
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
)
def test_a_monstrous_http_head_never_raises(tmp_path, head):
    found = entries(write(tmp_path, record(head), *pages(1, first=2)))
    assert documents(found)[-1] == ("2", page(2))
