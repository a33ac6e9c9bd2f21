"""The index's look-up tables: blocks, filters, segments and merges, held against plain dictionaries."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import CorruptStoreError
from dedupe.engine.index import merging, postings, schema, tables
from dedupe.engine.index.postings import KEY_MASK, Kind, Table, decode_block, encode_blocks, filter_of, posting_keys
from dedupe.engine.index.state import Counters, write_state

numbers = st.lists(st.integers(0, 2**64 - 2), min_size=1, max_size=300, unique=True).map(sorted)


def keys_of(values):
    """Keys of some values."""
    return posting_keys(np.array(values, dtype=np.uint64), np.full(len(values), Kind.BAND, dtype=np.uint64))


@pytest.fixture
def connection():
    """An empty index in memory."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    for statement in schema.TABLES:
        made.execute(statement)
    write_state(made, Counters())
    write_state(made, tables.Levels())
    yield made
    made.close()


@given(st.integers(0, 2**64 - 1), st.sampled_from(list(Kind)))
def test_one_key_is_made_as_many_are(value, kind):
    many = posting_keys(np.array([value], dtype=np.uint64), np.array([kind], dtype=np.uint64))
    assert postings.key_of(value, kind) == int(many[0])


@given(numbers)
def test_blocks_give_back_what_was_put_in(values):
    array = np.array(values, dtype=np.uint64)
    blocks = encode_blocks(array)
    assert sum(count for count, _ in blocks) == len(values)
    assert np.concatenate([decode_block(payload) for _, payload in blocks]).tolist() == values


def test_no_block_is_larger_than_half_a_page():
    random = np.random.RandomState(5)
    for bits in (8, 20, 40, 63):
        values = np.unique(random.randint(0, 2**bits, 20_000, dtype=np.uint64))
        assert max(len(payload) for _, payload in encode_blocks(values)) <= postings.BLOCK_BYTES


def perhaps(words, keys):
    """What a filter says of keys."""
    first, first_bits, second, second_bits = postings.filter_places(keys)
    return (words[first] & first_bits == first_bits) & (words[second] & second_bits == second_bits)


@given(numbers)
def test_a_filter_never_says_no_to_what_is_there(values):
    array = np.array(values, dtype=np.uint64)
    assert perhaps(filter_of(array), array & KEY_MASK).all()


def test_a_filter_seldom_says_yes_to_what_is_not_there():
    random = np.random.RandomState(5)
    made = filter_of(random.randint(0, 2**63, 670, dtype=np.uint64))
    assert perhaps(made, random.randint(0, 2**63, 20_000, dtype=np.uint64) & KEY_MASK).mean() < 0.006


@given(st.binary(max_size=50), st.integers(0, 2**57), st.integers(0, 400))
def test_a_seal_shows_every_flipped_bit_and_every_other_place(payload, number, flip):
    sealed = postings.seal(Table.NOTES, number, payload)
    assert postings.unseal(Table.NOTES, number, sealed) == payload
    assert postings.unseal(Table.NOTES, number + 1, sealed) is None
    assert postings.unseal(Table.BLOCKS, number, sealed) is None
    damaged = bytearray(sealed)
    damaged[flip // 8 % len(sealed)] ^= 1 << flip % 8
    assert postings.unseal(Table.NOTES, number, bytes(damaged)) is None
    assert postings.unseal(Table.NOTES, number, sealed[:-1]) is None
    assert postings.unseal(Table.NOTES, number, None) is None


def note(made, counters, postings):
    """Note some postings by themselves."""
    made.hold(postings)
    made.write_note(counters)


def filled(connection, documents, keys_each, *, seed):
    """Tables with notes of random documents, and the same as a dictionary."""
    random = np.random.RandomState(seed)
    made, counters, truth = tables.Tables(connection), Counters(), {}
    made.refresh(counters)
    for row in range(1, documents + 1):
        keys = keys_of(random.randint(0, 3_000, keys_each))
        for key in keys.tolist():
            truth.setdefault(key, set()).add(row)
        counters.last_row = row
        note(made, counters, keys | np.uint64(row))
        if made.is_full:
            made.flush(counters)
        if made.is_merging:
            made.advance(counters, 200)
    return made, counters, truth


def everything_in(table, keys):
    """What tables find of some keys, as a dictionary."""
    found = {}
    hits = table.with_fresh(keys, table.find(keys))
    assert (np.diff(hits.astype(np.int64)) > 0).all()
    for hit in hits.tolist():
        found.setdefault(int(keys[hit >> 24]), set()).add(hit & 0xFFFFFF)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_tables_find_what_a_dictionary_finds(connection, monkeypatch, seed):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 700)
    made, counters, truth = filled(connection, 1_200, 40, seed=seed)
    assert len(made.levels.runs) > 2
    again = tables.Tables(connection)
    again.refresh(counters)
    everything = keys_of(list(range(3_500)))
    for table in (made, again):
        assert everything_in(table, everything) == truth
        some = int(everything[17])
        assert table.rows(some) == sorted(truth.get(some, ()))


def test_a_key_held_by_thousands_spans_blocks(connection, monkeypatch):
    made, counters = tables.Tables(connection), Counters()
    made.refresh(counters)
    key = keys_of([7])
    for row in range(1, 9_001):
        note(made, counters, key | np.uint64(row))
    made.flush(counters)
    assert made.rows(int(key[0])) == list(range(1, 9_001))
    assert made.rows(int(keys_of([8])[0])) == []


def test_keys_that_span_blocks_are_found_beside_others(connection):
    made, counters = tables.Tables(connection), Counters()
    made.refresh(counters)
    keys = keys_of(range(8))
    for row in range(1, 3_001):
        note(made, counters, keys[: 1 + row % 8] | np.uint64(row))
    made.flush(counters)
    hits = made.find(np.concatenate([keys_of(range(100, 120)), keys, keys_of([3])]))
    which, rows = (hits >> np.uint64(24)).astype(int), hits & np.uint64(0xFFFFFF)
    assert (np.diff(which) >= 0).all()
    for position in range(8):
        expected = [row for row in range(1, 3_001) if row % 8 >= position]
        assert rows[which == 20 + position].tolist() == expected
    assert rows[which == 28].tolist() == rows[which == 23].tolist()
    assert set(which.tolist()) == set(range(20, 29))


def test_what_a_merge_has_taken_is_on_disk_once_and_found(connection, monkeypatch):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 20_000)
    made, counters, truth = filled(connection, 2_000, 40, seed=5)
    (job,) = made.levels.jobs
    everything = keys_of(list(range(3_000)))
    seen = set()
    while made.levels.jobs:
        taken = {run.id for run in made.levels.runs if run.id in job.inputs}
        blocks = [number >> 32 for (number,) in connection.execute("SELECT number FROM blocks")]
        merged = sum(run.gone for run in made.levels.runs)
        assert merged + sum(number in taken for number in blocks) == sum(
            run.blocks for run in made.levels.runs if run.id in taken
        )
        seen.add(merged)
        assert sum(run.postings for run in made.levels.in_use) + made.tail_postings >= sum(map(len, truth.values()))
        again = tables.Tables(connection)
        again.refresh(counters)
        assert everything_in(made, everything) == everything_in(again, everything) == truth
        made.advance(counters, 10_000)
    assert len(seen) > 3


def test_directories_and_filters_go_with_the_blocks_they_are_about(connection, monkeypatch):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 8_000)
    made, counters, truth = tables.Tables(connection), Counters(), {}
    made.refresh(counters)
    random = np.random.RandomState(8)
    gone = set()
    for row in range(1, 4_001):
        keys = keys_of(random.randint(0, 3_000, 40))
        for key in keys.tolist():
            truth.setdefault(key, set()).add(row)
        counters.last_row = row
        note(made, counters, keys | np.uint64(row))
        if made.is_full:
            made.flush(counters)
        if row % 100 or not made.is_merging:
            continue
        made.advance(counters, 5_000)
        expected = {(run.id, part) for run in made.levels.in_use for part in range(run.gone_parts, run.parts)}
        idle = {segment for segment, *_ in made.levels.garbage}
        found = {(number >> 32, number & 0xFFFFFFFF) for (number,) in connection.execute("SELECT number FROM filters")}
        assert {each for each in found if each[0] not in idle} == expected
        gone.update(run.gone_parts for run in made.levels.runs if run.gone_parts < run.parts)
        if row % 1_000 == 0:
            again = tables.Tables(connection)
            again.refresh(counters)
            everything = keys_of(list(range(3_000)))
            assert everything_in(made, everything) == everything_in(again, everything) == truth
    assert max(gone) > 0


def test_merges_end_and_leave_nothing_behind(connection, monkeypatch):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 400)
    made, counters, _ = filled(connection, 1_000, 40, seed=9)
    while made.is_merging:
        made.advance(counters, 10_000)
    assert not made.levels.garbage
    listed = {run.id for run in made.levels.runs}
    assert {number >> 32 for (number,) in connection.execute("SELECT number FROM blocks")} == listed
    assert {number >> 32 for (number,) in connection.execute("SELECT number FROM filters")} == listed
    levels = [run.level for run in made.levels.runs]
    assert all(levels.count(level) < merging.FAN for level in levels)


def test_rewriting_leaves_out_what_is_not_kept(connection, monkeypatch):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 400)
    made, counters, truth = filled(connection, 300, 40, seed=3)
    made.flush(counters)
    made.gone.add(range(1, 301, 2), counters)
    made.rewrite(counters)
    assert len(made.levels.runs) == 1
    for key, rows in truth.items():
        assert made.rows(key) == sorted(row for row in rows if row % 2 == 0)


@pytest.mark.parametrize("table", ["notes", "blocks", "filters", "state"])
@pytest.mark.parametrize("how", ["flip", "delete"])
def test_damage_to_a_table_is_named(connection, monkeypatch, table, how):
    monkeypatch.setattr(tables, "TAIL_POSTINGS", 700)
    _, counters, truth = filled(connection, 100, 40, seed=1)
    (number, data), *_ = connection.execute(f"SELECT number, data FROM {table} ORDER BY number DESC").fetchall()
    if how == "delete":
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
    else:
        data = data[:-9] + bytes([data[-9] ^ 4]) + data[-8:]
        connection.execute(f"UPDATE {table} SET data = ? WHERE number = ?", (data, number))
    damaged = tables.Tables(connection)
    with pytest.raises(CorruptStoreError, match=r"missing|damaged"):  # noqa: PT012 - which of both says it
        damaged.refresh(counters)
        for key in truth:
            damaged.rows(key)
