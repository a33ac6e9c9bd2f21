"""What does not fit into memory: records and postings in a file, equal to those that were put there."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe._kernels import Held, _numpy
from dedupe.engine import sketching, spool
from dedupe.engine.spool import FieldCodec, Selected, Spool, Spooled
from dedupe.records import Body, Credit, Line, Span
from dedupe.sketch.pairs import width_of


@given(st.lists(st.binary(max_size=50)))
def test_a_spool_gives_back_what_it_was_given(records):
    kept = Spool()
    assert [kept.append(record) for record in records] == list(range(len(records)))
    assert [kept[number] for number in reversed(range(len(kept)))] == records[::-1]


def test_a_spool_gives_back_what_went_to_the_disk_and_what_did_not_yet(monkeypatch):
    monkeypatch.setattr(spool, "_BUFFER", 64)
    kept, records = Spool(), [bytes([number]) * number for number in range(200)]
    for record in records:
        kept.append(record)
    assert kept._file is not None
    assert [kept[number] for number in range(200)] == records


def test_the_file_of_a_spool_has_no_name_and_goes_with_it(monkeypatch, tmp_path):
    monkeypatch.setattr(spool, "_BUFFER", 1)
    monkeypatch.setattr(spool.tempfile, "tempdir", str(tmp_path))
    kept = Spool()
    kept.append(b"secret words")
    descriptor = kept._file._descriptor
    assert list(tmp_path.iterdir()) == []
    del kept
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


texts = st.text(max_size=30)


bodies = st.builds(
    Body,
    id=texts | st.integers(),
    original=texts,
    kept=st.lists(st.builds(Span, st.integers(0, 99), st.integers(0, 99)), max_size=3).map(tuple),
    lines=st.lists(st.builds(Line, span=st.just(Span(0, 3)), line_class=st.just("prose"), kept=st.booleans())).map(
        tuple
    ),
    warnings=st.lists(texts).map(tuple),
    title=st.none() | texts,
    credits=st.lists(
        st.builds(Credit, kind=st.just("agency"), organisation=texts, quote=texts, span=st.just(Span(1, 2))), max_size=2
    ).map(tuple),
)


@given(st.lists(bodies, max_size=5), st.integers(0, 400))
def test_spooled_records_equal_the_tuple_of_them_wherever_they_lie(records, held):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "HELD_BYTES", held)
        kept = Spooled(FieldCodec(Body), size=lambda body: 100 + len(body.original))
        for record in records:
            kept.append(record)
        assert kept == tuple(records)
        assert tuple(records) == tuple(kept)
        assert kept[1:] == tuple(records[1:])
        assert len(kept) == len(records)
        assert records == [] or (kept[-1] == records[-1] and kept[:1] != ())


def test_a_record_that_has_no_encoding_comes_back_all_the_same(on_disk):
    odd = Body(id="\udcff", original="words", kept=(Span(0, 5),))
    large = Body(id=2**80, original="words", kept=(Span(0, 5),))
    kept = Spooled(FieldCodec(Body), size=lambda _: 1)
    for body in (odd, large):
        kept.append(body)
    assert kept == (odd, large)


def test_spooled_records_can_be_replaced(on_disk):
    kept = Spooled(FieldCodec(Span), size=lambda _: 1)
    for number in range(3):
        kept.append(Span(number, number))
    kept.replace(2, Span(9, 9))
    assert kept == (Span(0, 0), Span(1, 1), Span(9, 9))
    assert kept != (Span(1, 1), Span(9, 9))
    assert kept != "text"
    with pytest.raises(IndexError):
        kept[3]


def test_a_selection_makes_only_what_is_looked_at():
    made = []
    chosen = Selected(np.array([5, 7, 9]), lambda number: made.append(number) or -number)
    assert (chosen[1], chosen[-1], made) == (-7, -9, [7, 9])
    assert chosen[:2] == (-5, -7)
    assert repr(chosen) == "<Selected of 3>"


@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=300),
    st.sampled_from([1, 50, 1_000]),
    st.sampled_from([0, 120, 1_000]),
    st.sampled_from([0, 5_000, 10**9]),
)
def test_postings_come_in_parts_that_part_no_hash_and_lose_none(hashes, slab, held, size):
    owners = np.arange(len(hashes), dtype=np.uint32)
    made = np.array(hashes, dtype=np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketching, "_SLAB", slab)
        patch.setattr(sketching, "_STAGED", slab // 2)
        patch.setattr(sketching, "HELD_POSTINGS", held)
        patch.setattr(sketching, "PART_BYTES", 1_000)
        postings = sketching.Postings(len(hashes), size)
        for begin in range(0, len(hashes), 7):
            some = made[begin : begin + 7], owners[begin : begin + 7]
            postings.append(*some, np.ones(len(some[0]), dtype=np.int64))
        parts = [[posting for run in part for posting in run.tolist()] for part in postings]
    width = width_of(len(hashes))
    expected, _ = _numpy.post(Held(made, owners), width=width)
    assert sorted(posting for part in parts for posting in part) == sorted(expected.tolist())
    kept = [{posting >> width for posting in part} for part in parts]
    assert sum(map(len, kept)) == len(np.unique(expected >> np.uint64(width)))
