"""What an index writes, and what older versions wrote: packed tokens, narrow postings, and bringing a file up to date."""

import dataclasses
import sqlite3
import zlib
from contextlib import closing

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe import Document, Index
from dedupe.engine.index import dictionary, merging, opened, postings, schema, shelf, stored, tokens
from dedupe.records import Body, Span
from dedupe.verify.material import prepare
from stories import noisy, story

texts = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(["the", "of", "and", "president", "dam", "Dam,", "12", "“held”", "night;\n"]), max_size=400
    ).map(" ".join),
    st.integers(0, 500).map(lambda count: " ".join(f"word{number % 300}" for number in range(2 * count))),
)


ENGLISH = (
    "The dam above the valley held through the night, the governor said on Saturday, and the people who had left their "
    "homes may go back on Sunday. Officials said that more than a thousand of them had spent two nights in schools and "
    "churches, and that nobody was hurt. It was the third flood in the state this year."
)


def packed_before(material):
    """Tokens as the first layout packed them."""
    hashes = (material.tokens >> np.uint64(48)).astype("<u2")
    steps = np.minimum(np.diff(material.separators), 31).astype(np.uint8)
    flags = material.prose | material.quoted.astype(np.uint8) << 1 | material.numeric.astype(np.uint8) << 2
    return zlib.compress(hashes.tobytes() + (flags.astype(np.uint8) | steps << 3).tobytes(), 6)


@given(texts)
def test_packed_tokens_come_back_and_so_do_those_of_the_first_layout(text):
    material = prepare(Body(id=1, original=text, kept=(Span(0, len(text)),)), shingle_size=5)
    expected = tokens.shorten(material, 5)
    for packed in (tokens.pack(material), packed_before(material)):
        found = tokens.unpack(packed, expected.body, 5)
        for column in ("tokens", "prose", "quoted", "numeric", "shingles", "starts"):
            np.testing.assert_array_equal(getattr(found, column), getattr(expected, column))
        np.testing.assert_array_equal(np.diff(found.separators), np.minimum(np.diff(material.separators), 31))


def test_packed_tokens_take_less_than_two_bytes_each():
    material = prepare(Body(id=1, original=story(4), kept=(Span(0, len(story(4))),)), shingle_size=5)
    assert len(tokens.pack(material)) < 2 * len(material.tokens)


@given(st.lists(st.tuples(st.integers(0, 2**40 - 1), st.integers(1, 2**20 - 1)), min_size=1, max_size=50))
def test_narrow_postings_keep_their_order_and_come_back(pairs):
    wide = np.array(sorted({key << 24 | row for key, row in pairs}), dtype=np.uint64)
    bits = postings.row_bits_of(wide)
    narrow = postings.narrow(wide, bits)
    assert (narrow[1:] > narrow[:-1]).all()
    np.testing.assert_array_equal(postings.widen(narrow, bits), wide)
    assert bits == max(row for _, row in pairs).bit_length()


def contents_before(connection, texts):
    """Write contents as the layouts before the third did."""
    for number, body, packed in texts:
        connection.execute("INSERT INTO contents (row, data) VALUES (?, ?)", (number, one_before(number, body, packed)))


def one_before(number, body, packed):
    tokens_ = b"" if packed is None else stored.pack(packed)
    body = dataclasses.replace(body if packed is None else tokens.without_text(body), id=0)
    deflate = zlib.compressobj(3, zdict=dictionary.DICTIONARY)
    written = deflate.compress(msgspec.msgpack.encode(body)) + deflate.flush()
    return postings.seal(postings.Table.CONTENTS, number, msgspec.msgpack.encode([written, tokens_]))


def advanced_before(connection, job, inputs, postings, keep, advance=merging._advance_job):
    """Carry on a merge as the layouts before the third did: the inputs stay as they are until it is done."""
    counts = [run.postings for run, _ in inputs]
    done = advance(connection, job, inputs, postings, keep)
    for (run, _), count in zip(inputs, counts, strict=True):
        run.postings = count
    return done


@pytest.mark.parametrize("merging_still", [True, False])
@pytest.mark.parametrize("keep_bodies", [True, False])
def test_an_index_of_the_first_layout_is_read_and_goes_on(path, monkeypatch, keep_bodies, merging_still):
    documents = [Document(id=n, text=noisy(story(n % 40), 0.003, n), clean=True) for n in range(100)]
    monkeypatch.setattr("dedupe.engine.index.tables.TAIL_POSTINGS", 1_500)
    monkeypatch.setattr(merging, "FAN", 2)
    monkeypatch.setattr(opened, "_MERGE_EVERY", 10)
    monkeypatch.setattr(opened, "_MERGE_POSTINGS", 150)
    with monkeypatch.context() as before:
        before.setattr(stored, "pack", packed_before)
        before.setattr(stored, "encode_row", lambda _, row: msgspec.msgpack.encode(row))
        before.setattr(shelf, "write_contents", contents_before)
        before.setattr(merging, "row_bits_of", lambda _: postings.ROW_BITS)
        before.setattr(merging, "_delete_merged", lambda *_: None)
        before.setattr(merging, "_advance_job", advanced_before)
        with Index(path, keep_bodies=keep_bodies) as index:
            first = index.add_many(documents[:40])
            while len(first) < 40 or bool(index._opened.tables.levels.jobs) is not merging_still:
                first.append(index.add(documents[len(first)]))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE gone")
        file.execute("PRAGMA user_version = 1")
    with Index(path) as index:
        assert index.verify() == ()
        rest = index.add_many(documents[len(first) :])
        assert index.verify() == ()
        grown = index.clusters()
        index.compact()
        assert (index.verify(), index.clusters()) == ((), grown)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (schema.LAYOUT,)
    with Index(path.with_name("new"), keep_bodies=keep_bodies) as index:
        again = index.add_many(documents)
        assert index.clusters() == grown
    assert [(each.action, each.duplicate_of) for each in first + rest] == [
        (each.action, each.duplicate_of) for each in again
    ]


def test_bringing_a_file_up_to_date_happens_as_a_whole_or_not_at_all(path, monkeypatch):
    with Index(path) as index:
        index.add((1, story(1)))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE gone")
        file.execute("PRAGMA user_version = 1")
        before = file.execute("SELECT * FROM sqlite_master").fetchall()
    with monkeypatch.context() as failing:
        failing.setattr(schema, "check_tables", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Index(path)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
        assert file.execute("SELECT * FROM sqlite_master").fetchall() == before
    with Index(path) as index:
        assert index.verify() == ()
        assert index.get(1).action == "new"


@pytest.mark.parametrize("keep_bodies", [True, False])
def test_an_index_of_the_third_layout_is_read_and_goes_on(path, monkeypatch, keep_bodies):
    documents = [Document(id=n, text=noisy(story(n % 12), 0.003, n), clean=True) for n in range(40)]
    with monkeypatch.context() as before:
        before.setattr(stored, "_WORTH", 0.0)  # everything is deflated, as it was
        with Index(path, keep_bodies=keep_bodies) as index:
            first = index.add_many(documents[:25])
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("PRAGMA user_version = 3")
    with Index(path) as index:
        rest = index.add_many(documents[25:])
        assert index.verify() == ()
        bodies, grown = [index.body(document.id) for document in documents], index.clusters()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (schema.LAYOUT,)
    with Index(path.with_name("new"), keep_bodies=keep_bodies) as index:
        again = index.add_many(documents)
        assert [index.body(document.id) for document in documents] == bodies
        assert index.clusters() == grown
    assert [(each.action, each.duplicate_of) for each in first + rest] == [
        (each.action, each.duplicate_of) for each in again
    ]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (ENGLISH * 3, 2),
        (ENGLISH, 1),
        ("Die Staumauer oberhalb des Tals hielt \u00fcber Nacht, sagte der Gouverneur. " * 3, 1),
        ("\u5927\u575d\u5728\u591c\u91cc\u6321\u4f4f\u4e86\u6d2a\u6c34\u3002" * 9, 1),
    ],
)
def test_a_text_is_packed_in_the_way_that_suits_it_and_comes_back(path, text, form):
    with Index(path) as index:
        index.add(("a", text))
        ((sealed,),) = index._opened.store.connection.execute("SELECT data FROM contents").fetchall()
    with Index(path) as index:
        assert index.body("a").original == text
    assert stored.unseal_contents(1, sealed).form == form
    assert len(sealed) < 0.75 * len(text.encode()) + 40
