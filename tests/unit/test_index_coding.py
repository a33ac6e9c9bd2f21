"""How a row is written: every row comes back as it was, in few bytes, and what was written stays readable."""

from typing import get_args

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from dedupe import Index, records
from dedupe.engine.index import coding, phrases
from dedupe.engine.index.rows import Row, Tie, id_bytes, single_name
from stories import DAM, FERRY, noisy, story

NUMBER = 70_000

shares = st.one_of(
    st.sampled_from([0.0, 1.0]),
    st.floats(0, 1),
    st.tuples(st.integers(0, 900), st.integers(1, 900)).map(lambda pair: min(pair) / max(pair)),
)
extents = st.tuples(st.integers(0, 70_000), st.integers(0, 70_000))
ties = st.builds(
    Tie,
    other=st.integers(1, NUMBER + 3),
    text=st.sampled_from(get_args(records.TextRelation)),
    editorial=st.sampled_from(get_args(records.EditorialRelation)),
    similarity=shares,
    coverage=shares,
    other_coverage=shares,
    extent=extents,
    other_extent=extents,
    digest=st.booleans(),
    asked=st.booleans(),
)
ids = st.one_of(st.text(max_size=20), st.integers(), st.sampled_from(["", "\udcff", "\x01", "100 %"])).map(id_bytes)
moments = st.integers(-(1 << 53), 1 << 53)


@st.composite
def rows(draw):
    """Rows of any kind, those of the plain kind often."""
    other = draw(st.none() | ids)
    row = Row(
        id=draw(ids),
        digest=draw(st.binary(max_size=16)),
        seen_us=(seen := draw(moments)),
        dated_us=draw(st.one_of(st.just(seen), moments)),
        alive=draw(st.booleans()),
        url=draw(st.none() | st.text(max_size=9)),
        body_hash=draw(st.integers(0, 2**64 - 1)),
        tokens=draw(st.integers(0, 900)),
        base=draw(st.sampled_from([0, 1, 69_000, NUMBER])),
        variant=draw(st.sampled_from([0, 1, 69_000, NUMBER])),
        action=draw(st.sampled_from(get_args(records.Action))),
        duplicate_of=other,
        relation=draw(st.sampled_from(get_args(records.TextRelation))),
        editorial=draw(st.sampled_from(get_args(records.EditorialRelation))),
        confidence=draw(st.sampled_from(get_args(records.Confidence))),
        unverified=draw(st.integers(0, 9_999)),
        ties=draw(st.lists(ties, max_size=4)),
    )
    known = st.sampled_from([phrase.decode() for phrase in phrases.PHRASES])
    named = st.just((other or b"s")[1:].decode("utf-8", "replace"))
    row.reason = "".join(draw(st.lists(st.one_of(known, named, st.text(max_size=9)), max_size=6)))
    row.cluster = draw(st.sampled_from(["", single_name(row, NUMBER), "0" * 16, f"{1:016x}-{2:016x}", "some name"]))
    measures = [(tie.similarity, tie.coverage, tie.other_coverage) for tie in row.ties]
    similarity, *coverage = draw(st.sampled_from([*measures, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.25, 1.0, 0.3)]))
    row.similarity, row.coverage = similarity, tuple(coverage)
    return row


@given(rows())
@example(Row(id=b"s", digest=b"", seen_us=0, dated_us=0, reason=": passages cover ", duplicate_of=b"spassages cover"))
def test_every_row_comes_back_as_it_was(row):
    assert coding.decode_row(NUMBER, coding.encode_row(NUMBER, row)) == row


@given(rows())
def test_rows_of_the_layouts_before_are_read(row):
    assert coding.decode_row(NUMBER, msgspec.msgpack.encode(row)) == row


@given(rows())
def test_the_numbers_of_a_row_are_those_of_the_row(row):
    for written in (coding.encode_row(NUMBER, row), msgspec.msgpack.encode(row)):
        found = coding.decode_numbers(NUMBER, written)
        for name in coding.Numbers._fields:
            assert getattr(found, name) == getattr(row, name)


@given(st.integers(0, 65_535), st.integers(1, 65_535))
def test_a_ratio_of_small_numbers_is_found_from_the_share(one, other):
    small, large = sorted((one, other))
    a, b = coding._ratio(small / large)
    assert a / b == small / large
    assert b <= large


def test_every_name_has_its_place():
    for names, kind in (
        (coding.ACTIONS, records.Action),
        (coding.TEXTS, records.TextRelation),
        (coding.EDITORIALS, records.EditorialRelation),
        (coding.CONFIDENCES, records.Confidence),
    ):
        assert sorted(names) == sorted(get_args(kind))


def test_what_was_written_once_stays_readable():
    tie = Tie(9, "near_identical", "edited_copy", 0.9, 18 / 21, 1.0, (0, 70), (3, 90), digest=True)
    row = Row(
        id=b"sb", digest=b"0123456789abcdef", seen_us=1_795_342_006_065_273, dated_us=1_795_342_006_065_273,
        body_hash=3_332_182_016_455_302_117, tokens=21, base=12, variant=12, cluster="14ccbe5d55633659", action="near",
        duplicate_of=b"sa", relation="near_identical", editorial="edited_copy", similarity=0.9, coverage=(18 / 21, 1.0),
        reason="a: passages cover 86 % and 100 % of both bodies, 100 % of the words in the same order, and at most 14 % "
        "of either is prose of its own; 3 less alike candidates were not compared (max_comparisons)",
        unverified=3, ties=[tie],
    )  # fmt: skip
    written = bytes.fromhex(WRITTEN)
    assert coding.decode_row(12, written) == row
    assert coding.encode_row(12, row) == written


WRITTEN = (
    "019fc4027362c41030313233343536373839616263646566cf000660daa2859879cca2c0cf2e3e49e3a9c35be5150000c408"
    "14ccbe5d55633659c402736100c41bffffc13836202520616e6420313030f5313030f63134f73b2033f803c4180300000011"
    "0109000a001200010001000000460003005a00"
)
"""A row as layout 3 writes it: a change here is a change of the layout."""


def test_rows_take_less_than_half_of_their_plain_fields(path):
    with Index(path) as index:
        index.add_many([("a", DAM), ("b", f"{DAM} Schools stay closed."), ("c", FERRY), ("d", "short"), ("e", DAM)])
        index.add_many([(f"n{n}", noisy(story(n % 9), 0.05, n)) for n in range(30)])
        with index._opened.reading() as (shelf, counters):
            found = [(number, shelf.row(number)) for number in range(1, counters.last_row + 1)]
    plain = sum(len(msgspec.msgpack.encode(row)) for _, row in found)
    assert sum(len(coding.encode_row(number, row)) for number, row in found) < plain / 2
    assert all(isinstance(coding._coded_ties(number, row), bytes) for number, row in found)
