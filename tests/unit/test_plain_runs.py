"""A run that takes plain texts many at a time gives the answer of one that takes documents, wherever the texts lie."""

import errno
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe import Config, DuplicateIdError
from dedupe._kernels import PackedTexts
from dedupe.engine import batch, nominate, packing, sketching, spool, texts
from dedupe.engine.bodies import Bodies
from dedupe.engine.texts import TextSpool
from dedupe.files import writers
from dedupe.pages.plain import Note, PlainTexts
from dedupe.records import Body, Document, Span
from stories import corpus, story

CONFIG = Config.preset("corpus")
FIELDS = ("id", "text", "url", "title", "published", "source")


@pytest.fixture(scope="module")
def documents():
    titles = (None, None, "A headline of five words")
    made = [Document(id=f"t{n:02}", text=story(n % 9), title=titles[n % 3]) for n in range(27)]
    return [*corpus(40), *made, Document(id="late", text=story(3), url="https://a.example/x", published="2024-05-06")]


@pytest.fixture
def path(tmp_path, documents):
    lines = [json.dumps({name: getattr(each, name) for name in FIELDS}) for each in documents]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join([*lines, "no record", json.dumps({"id": "page", "html": "<p>" + story(1)})]) + "\n")
    return file


@pytest.fixture
def on_disk(monkeypatch):
    """Nothing is held in memory that can lie on the disk."""
    monkeypatch.setattr(spool, "HELD_BYTES", 0)
    monkeypatch.setattr(texts, "HELD_TEXT", 0)
    monkeypatch.setattr(sketching, "BATCH_BODIES", 7)


def packed(strings):
    encoded = [string.encode() for string in strings]
    return PackedTexts(b"".join(encoded), np.cumsum([0, *map(len, encoded)])[1:])


def one_by_one(documents, config, **options):
    """The answer of a run that makes a body of every document."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batch, "pack", lambda items: items)
        return dedupe.cluster(list(documents), config=config, **options)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("where", ["memory", "disk"])
def test_columns_give_the_answer_of_documents(path, jobs, where, request):
    expected = writers.to_json(one_by_one(dedupe.read(path), CONFIG))
    if where == "disk":
        request.getfixturevalue("on_disk")
    result = dedupe.cluster(dedupe.read(path), config=CONFIG, jobs=jobs)
    assert writers.to_json(result) == expected
    assert result.seen == len(result.documents) + len(result.skipped)


def test_bodies_made_of_columns_are_those_of_documents(path):
    assert dedupe.cluster(dedupe.read(path), config=CONFIG).documents == one_by_one(dedupe.read(path), CONFIG).documents


def test_other_configurations_read_documents(path):
    config = CONFIG.replace(clean=True)
    whole = dedupe.cluster(dedupe.read(path), config=config)
    assert isinstance(whole.documents, tuple)
    assert writers.to_json(whole) == writers.to_json(dedupe.cluster(list(dedupe.read(path)), config=config))


def test_passages_and_origins_are_found_in_columns_too(path):
    config = Config(clean=False, origins=False)
    found = writers.to_json(dedupe.cluster(dedupe.read(path), config=config))
    assert found == writers.to_json(one_by_one(dedupe.read(path), config))


def test_a_text_over_the_limit_is_skipped_with_the_reason_of_a_document(path):
    config = CONFIG.replace(max_text_chars=1_024)
    result = dedupe.cluster(dedupe.read(path), config=config)
    assert any("limit 1024" in skipped.reason for skipped in result.skipped)
    assert writers.to_json(result) == writers.to_json(one_by_one(dedupe.read(path), config))


HELD = st.sampled_from(
    [
        "One text that is there, and there again.",
        ("pair", "A text \ud800 with half a pair."),
        ("marks", "e" + "\u0301" * 40 + " is no letter."),
        ("blank", "\u3000 "),
        {"id": "page", "html": "<p>A page, and no text.</p>"},
        {"id": "bytes", "text": b"Bytes of a text."},
        {"id": "said", "text": "A text of which more is known.", "url": "https://a.example/", "title": "So it is"},
        Document(id="two", text="one", html="other"),
        Document(id="none"),
    ]
)


@given(st.lists(HELD, max_size=12), st.integers(1, 5))
def test_whatever_callers_hold_is_packed_without_a_change(items, at_once):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(packing, "AT_ONCE", at_once)
        packed_run = dedupe.cluster(items, config=CONFIG, duplicate_ids="skip")
    assert writers.to_json(packed_run) == writers.to_json(one_by_one(items, CONFIG, duplicate_ids="skip"))


def test_a_run_on_columns_says_how_far_it_is(path):
    told = []
    result = dedupe.cluster(dedupe.read(path), config=CONFIG, progress=lambda *step: told.append(step))
    by_stage = {
        stage: [step[1:] for step in told if step[0] == stage] for stage in ("reading", "sketching", "comparing")
    }
    assert [done for done, _ in by_stage["reading"]] == sorted(done for done, _ in by_stage["reading"])
    assert by_stage["reading"][-1] == (result.seen, 0)
    assert by_stage["sketching"][-1] == (len(result.documents), len(result.documents))
    assert by_stage["comparing"]


def test_no_room_for_the_bags_of_words_is_an_error_and_no_crash(path, monkeypatch):
    monkeypatch.setattr(nominate, "HELD_ROWS", 0)
    roomy = writers.to_json(dedupe.cluster(dedupe.read(path), config=CONFIG))
    assert roomy == writers.to_json(one_by_one(dedupe.read(path), CONFIG))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nominate.os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        dedupe.cluster(dedupe.read(path), config=CONFIG)


class Table:
    """A table in memory with a column that is called as a door of readers is."""

    plain_texts = "a column, as data frames show theirs"

    def __arrow_c_stream__(self, requested_schema=None):
        import pyarrow as pa

        table = pa.table({"id": ["a"], "text": ["One text."], "plain_texts": ["x"]})
        return table.__arrow_c_stream__(requested_schema)


def test_a_table_is_read_as_one_whatever_its_columns_are_called():
    pytest.importorskip("pyarrow")
    assert [body.text for body in dedupe.cluster(Table(), config=CONFIG).documents] == ["One text."]


def test_columns_are_passed_on_as_they_come():
    taken = []

    def some():
        for number in range(3):
            taken.append(number)
            yield PlainTexts(ids=[number], texts=packed(["text"]), notes={}, places=[0], others=[], seen=1)

    assert next(packing.pack(some())).ids == [0]
    assert taken == [0]


def test_an_id_given_twice_is_refused_with_both_places(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "one", "url": "https://a/1"}\n{"id": "y", "text": "two"}\n')
    (tmp_path / "b.jsonl").write_text('broken\n{"id": "x", "text": "three"}\n')
    with pytest.raises(DuplicateIdError, match=r"'x': document 1 \(https://a/1\) and document 4"):
        dedupe.cluster(dedupe.read(tmp_path), config=CONFIG)
    (tmp_path / "c.jsonl").write_text('{"id": 1, "text": "one"}\n{"id": 1, "text": "two"}\n')
    with pytest.raises(DuplicateIdError, match="document 1 and document 2"):
        dedupe.cluster(dedupe.read(tmp_path / "c.jsonl"), config=CONFIG)


def test_of_an_id_given_twice_one_is_kept_whatever_the_order(tmp_path, on_disk):
    lines = [json.dumps({"id": f"d{n % 5}", "text": story(n)}) for n in range(12)]
    answers = set()
    for number, order in enumerate((lines, lines[::-1], lines[6:] + lines[:6])):
        file = tmp_path / f"{number}.jsonl"
        file.write_text("\n".join(order))
        result = dedupe.cluster(dedupe.read(file), config=CONFIG, duplicate_ids="skip")
        assert (len(result.documents), len(result.skipped)) == (5, 7)
        answers.add(writers.to_json(result))
    assert len(answers) == 1


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=4), max_size=5),
    st.data(),
    st.sampled_from([0, 6, 1 << 20]),
)
def test_a_spool_of_texts_gives_back_any_of_them(batches, data, held):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(texts, "HELD_TEXT", held)
        kept = TextSpool()
        for batch in batches:
            kept.append(packed(batch))
        every = [text for batch in batches for text in batch]
        assert len(kept) == len(every)
        wanted = data.draw(st.lists(st.integers(0, len(every) - 1), max_size=8)) if every else []
        assert list(kept.gather(np.array(wanted, dtype=np.int64))) == [every[number] for number in wanted]
        assert np.diff(kept.edges()).tolist() == [len(text.encode()) for text in every]


def test_whole_bodies_and_columns_lie_side_by_side():
    bodies = Bodies()
    bodies.append(Body(id="whole", original="head\nbody", kept=(Span(5, 9),), title="Title", url="https://w"))
    bodies.append_texts(["b", "a"], packed(["second", "first"]), {1: Note(url="https://a.b", host="a.b")})
    bodies.arrange([2, 1, 0])
    assert [body.id for body in bodies] == ["a", "b", "whole"]
    assert list(bodies) == [bodies[position] for position in range(3)]
    given_texts, heads = bodies.read(range(3))
    assert list(given_texts) == ["first", "second", "body"]
    assert [place for place, _ in heads] == [0, 2]
    assert bodies.bare(np.arange(3)).tolist() == [False, True, False]
    assert [bodies.about(position).url for position in range(3)] == ["https://a.b", None, "https://w"]
    bodies.replace(1, Body(id="b", original="other", kept=(Span(0, 5),)))
    assert bodies[1].text == "other"
    assert list(bodies.texts(np.array([2, 1, 0]))) == ["body", "other", "first"]
    assert not bodies.held
