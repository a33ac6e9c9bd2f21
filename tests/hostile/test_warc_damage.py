"""Web archives that were cut or damaged: named, and nothing before the damage is lost."""

import gzip
import random

import pytest

import dedupe
from archives import (
    arc_record,
    documents,
    entries,
    failures,
    filedesc,
    page,
    pages,
    path_of,
    record,
    response,
    warcinfo,
    write,
)

pytest.importorskip("fastwarc.warc", reason="needs the warc extra: pip install -e '.[warc]'")


def short_pages(count):
    return [record(response(b"<p>page %d</p>" % number), at=str(number)) for number in range(1, count + 1)]


@pytest.mark.parametrize("name", ["cut.warc", "cut.warc.gz"])
def test_a_file_cut_at_any_byte_gives_the_pages_before_the_cut_and_says_that_it_was_cut(tmp_path, name):
    records = short_pages(3)
    whole = write(tmp_path, *records, name=name).read_bytes()
    stored = [gzip.compress(each, mtime=0) if name.endswith(".gz") else each for each in records]
    ends = [sum(map(len, stored[: number + 1])) for number in range(3)]
    # What stands at the end of a plain record is two empty lines, which nobody misses.
    spare = 0 if name.endswith(".gz") else 4
    path = tmp_path / name
    for cut in range(20, len(whole)):
        path.write_bytes(whole[:cut])
        found = entries(path)
        complete = sum(cut >= end - spare for end in ends)
        used = [each for each, _ in documents(found)]
        assert used == [str(number) for number in range(1, len(used) + 1)], cut
        # A member may lack no more than its checksum: then its record is whole.
        assert complete <= len(used) <= complete + name.endswith(".gz"), cut
        at_a_border = any(end - spare <= cut <= end for end in ends)
        assert len(failures(found)) == (not at_a_border), (cut, found)


@pytest.mark.parametrize("name", ["cut.arc", "cut.arc.gz"])
def test_an_arc_file_cut_at_any_byte_does_the_same(tmp_path, name):
    records = [filedesc(), *(arc_record(response(b"<p>page %d</p>" % number)) for number in (1, 2))]
    whole = write(tmp_path, *records, name=name).read_bytes()
    path = tmp_path / name
    seen = set()
    for cut in range(len(whole) // 3, len(whole)):
        path.write_bytes(whole[:cut])
        found = entries(path)
        assert [content for _, content in documents(found)] == [b"<p>page 1</p>", b"<p>page 2</p>"][
            : len(documents(found))
        ]
        assert len(failures(found)) <= 1
        seen.add((len(documents(found)), len(failures(found))))
    assert seen == {(0, 1), (1, 0), (1, 1)} | ({(2, 1)} if name.endswith(".gz") else {(2, 0)})


def test_what_stands_behind_the_cut_of_a_request_is_missed_too(tmp_path):
    request = record(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", kind="request", at="request")
    path = write(tmp_path, *pages(1), request, name="cut.warc")
    path.write_bytes(path.read_bytes()[:-20])
    (failure,) = failures(entries(path))
    assert path_of(failure) == "request"
    assert failure.reason.startswith("record cut after 19 of 35 bytes: the file ends in the middle of it")


def test_reading_goes_on_behind_rubbish_between_two_records(tmp_path):
    rubbish = random.Random(1).randbytes(300_000) + b"\n"
    first, second, third = pages(3)
    path = write(tmp_path, first, rubbish, second, rubbish, third, name="torn.warc")
    found = entries(path)
    assert documents(found) == [(str(number), page(number)) for number in (1, 2, 3)]
    assert [entry.id for entry in failures(found)] == ["torn.warc:2", "torn.warc:4"]
    assert "3000" in failures(found)[0].reason
    assert "bytes passed over" in failures(found)[0].reason


@pytest.mark.parametrize("length", ["", "-5", "5 apples", "99999999999999999999999999", "1e3"])
def test_a_record_without_a_length_costs_itself(tmp_path, length):
    first, second, third = pages(3)
    broken = second.replace(b"Content-Length: 7", f"Content-Length: {length}\r\nX: ".encode(), 1)
    found = entries(write(tmp_path, first, broken, third))
    assert [each for each, _ in documents(found)] == ["1", "3"]
    assert path_of(failures(found)[0]) == "2"
    assert "without a valid Content-Length" in failures(found)[0].reason


def test_a_length_that_swallows_the_next_record_does_not_swallow_the_one_behind_it(tmp_path):
    records = pages(4)
    long = record(response(page(9)), at="long", length=len(response(page(9))) + 700)
    found = entries(write(tmp_path, records[0], long, *records[1:], name="long.warc"))
    assert {"1", "3", "4"} <= {each for each, _ in documents(found)}
    assert failures(found)


def member_start(number):
    """Where the record of a page begins in a file of pages from 1 on."""
    return len(b"".join(gzip.compress(each, mtime=0) for each in pages(number - 1)))


@pytest.mark.parametrize("at", [0, 5, 12, 60, 200, -6, -2])
def test_a_damaged_member_is_named_and_costs_itself_alone(tmp_path, at):
    path = write(tmp_path, *pages(5))
    data = bytearray(path.read_bytes())
    place = member_start(3) + at if at >= 0 else member_start(4) + at
    data[place] ^= 0xFF
    path.write_bytes(data)
    found = entries(path)
    used = [each for each, _ in documents(found)]
    assert used in (["1", "2", "4", "5"], ["1", "2", "3", "4", "5"])
    assert used != ["1", "2", "3", "4", "5"] or 3 <= at <= 9, "only time and system in its header may differ unseen"
    assert len(failures(found)) == (len(used) == 4)


def test_a_revisit_behind_damage_is_resolved_by_a_capture_before_it(tmp_path):
    again = record(response(b""), "WARC-Refers-To: <urn:uuid:1>", kind="revisit", at="again")
    path = write(tmp_path, *pages(3), again)
    data = bytearray(path.read_bytes())
    data[member_start(2) + 60] ^= 0xFF
    path.write_bytes(data)
    found = entries(path)
    assert documents(found) == [("1", page(1)), ("3", page(3)), ("again", page(1))]
    assert len(failures(found)) == 1


def test_what_only_looks_like_the_start_of_a_member_is_passed_over(tmp_path):
    path = write(tmp_path, *pages(2))
    second = member_start(2)
    data = path.read_bytes()
    decoys = (b"\x1f\x8b\x08" * 20 + gzip.compress(b"no record at all")) * 3
    path.write_bytes(data[:second] + b"\x1f\x8b\x08\xff" + decoys + data[second:])
    found = entries(path)
    assert [each for each, _ in documents(found)] == ["1", "2"]
    (failure,) = failures(found)
    assert failure.reason.endswith("reading goes on behind it")


def test_a_file_of_nothing_but_decoys_ends_in_linear_time(tmp_path):
    path = tmp_path / "decoys.warc.gz"
    path.write_bytes(gzip.compress(pages(1)[0]) + b"\x1f\x8b\x08" * 700_000)
    found = entries(path)
    assert [each for each, _ in documents(found)] == ["1"]
    assert failures(found)[0].reason.endswith("nothing behind it was read")


def test_records_before_the_damage_of_a_file_packed_as_a_whole_are_used(tmp_path):
    body = random.Random(3).randbytes(300_000).hex().encode()
    records = [record(response(body + str(number).encode()), at=str(number)) for number in range(6)]
    packed = bytearray(gzip.compress(b"".join(records), mtime=0))
    place = len(packed) * 2 // 3
    packed[place : place + 40] = bytes(40)
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(packed)
    found = entries(path)
    assert [each for each, _ in documents(found)][:3] == ["0", "1", "2"]
    assert failures(found)


def test_old_files_do_not_lose_a_broken_record_without_a_word(tmp_path):
    head = b"WARC/0.18\nWARC-Type: response\nWARC-Date: 2022-01-19T08:00:00Z\nWARC-Target-URI: http://news.example/%d\nContent-Length: %d\n\n"
    block = response(page())
    records = [head % (number, len(block)) + block + b"\n\n" for number in (1, 2, 3)]
    records[1] = b"HARC" + records[1][4:]
    found = entries(write(tmp_path, *records, name="old.warc"))
    assert [each for each, _ in documents(found)] == ["1", "3"]
    assert len(failures(found)) == 1


def test_random_damage_never_raises_and_every_answer_is_a_document_or_a_reason(tmp_path):
    whole = b"".join(
        [
            warcinfo(),
            *pages(2),
            record(response(gzip.compress(page(3)), "Content-Encoding: gzip"), at="gzip"),
            record(response(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), at="chunked"),
            record(response(b""), "WARC-Refers-To: <urn:uuid:1>", kind="revisit", at="again"),
        ]
    )
    chance = random.Random(20_220_119)
    path = tmp_path / "fuzz.warc"
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randint(1, 60)]
                case 2:
                    data[place:place] = chance.randbytes(chance.randint(1, 40))
                case _:
                    data[place:place] = data[max(0, place - 200) : place]
        path.write_bytes(gzip.compress(bytes(data)) if chance.random() < 0.3 else data)
        found = entries(path)
        ids = [entry.id for entry in found if isinstance(entry, dedupe.Document)]
        assert len(ids) == len(set(ids))
        assert all(entry.id.encode("utf-8") and entry.reason for entry in found if isinstance(entry, dedupe.Skipped))
        assert len(found) < 60
