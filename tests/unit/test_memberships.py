"""A list of documents with their clusters: the same rows from columns as from records, however many at once."""

import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedupe
from dedupe.config import Config
from dedupe.engine import memberships, shown, spool
from dedupe.engine.bodies import Bodies
from dedupe.engine.shown import ShownClusters
from dedupe.files import writers
from dedupe.group.assembly import Assembly
from dedupe.records import Skipped, id_order
from stories import corpus, story

CORPUS = Config.preset("corpus")


def rows_of(result):
    """The rows as the records of a result have them, one document at a time."""
    linked = {}
    for link in result.links:
        linked.setdefault(link.a, []).append(link.b)
        linked.setdefault(link.b, []).append(link.a)
    made = []
    for body in result.documents:
        cluster = result.cluster_of(body.id)
        kept = cluster.representative
        pair = None if kept == body.id else result.known_pair(body.id, kept)
        made.append(
            {
                "id": body.id,
                "cluster": cluster.id,
                "size": len(cluster.members),
                "kind": cluster.kind,
                "representative": kept,
                "similarity": 1.0 if kept == body.id else pair and round(pair.similarity, 6),
                "title": body.title,
                "url": body.url,
                "linked": sorted(linked.get(body.id, []), key=id_order),
                "skipped": None,
            }
        )
    for entry in result.skipped:
        nothing = dict.fromkeys(made[0])
        made.append({**nothing, "id": entry.id, "linked": [], "skipped": f"{entry.stage}: {entry.reason}"})
    return sorted(made, key=lambda row: id_order(row["id"]))


@pytest.fixture
def columns(monkeypatch):
    """Runs keep columns, and rows come in blocks that part clusters."""
    monkeypatch.setattr(spool, "HELD_BYTES", 0)
    monkeypatch.setattr(memberships, "AT_ONCE", 7)


def mixed():
    """Documents with numbers and words for ids, with and without titles, some of which cannot be used."""
    made = [
        dataclasses.replace(each, id=number if number % 4 == 0 else each.id, title=f"=Page {number}" * (number % 3))
        for number, each in enumerate(corpus())
    ]
    return [
        *made,
        dataclasses.replace(made[4], id="other words", title="\u2028 =1+1"),
        Skipped(id=0, stage="read", reason="too old", failed=True),
        Skipped(id="zz", stage="read", reason="broken"),
        Skipped(id="d017", stage="read", reason="broken"),
        Skipped(id="d017", stage="extract", reason="broken, too"),
    ]


@pytest.mark.parametrize("config", [Config(), CORPUS], ids=["passages", "copies only"])
@pytest.mark.parametrize("in_columns", [True, False])
def test_every_row_says_what_the_records_say(config, in_columns, request):
    if in_columns:
        request.getfixturevalue("columns")
    result = dedupe.cluster(mixed(), config=config)
    assert isinstance(result.clusters, ShownClusters) == (in_columns or config is CORPUS)
    assert {cluster.kind for cluster in result.clusters} >= {"single", "identical", "near_identical"}
    assert result.links
    expected = rows_of(result)
    assert [json.loads(line) for line in writers.to_jsonl(result).splitlines()] == expected
    for row, written in zip(expected, csv.DictReader(io.StringIO(writers.to_csv(result))), strict=True):
        row["linked"] = " ".join(map(str, row["linked"])) or None
        assert written == {key: str(writers.safe_cell(value)) for key, value in row.items()}


def test_a_block_is_no_larger_than_asked_for_and_none_is_lost(columns):
    result = dedupe.cluster(corpus())
    blocks = list(memberships.memberships(result))
    assert [len(block.ids) for block in blocks] == [7] * 8 + [4]
    assert [each for block in blocks for each in block.ids] == [body.id for body in result.documents]


def test_nothing_is_listed_of_nothing():
    assert list(memberships.memberships(dedupe.cluster([]))) == []
    assert writers.to_jsonl(dedupe.cluster([])) == ""
    assert writers.to_csv(dedupe.cluster([])).count("\n") == 1


def test_documents_that_were_replaced_are_listed_as_they_are(columns):
    result = dedupe.cluster(corpus(12))
    fewer = result.replace(documents=tuple(result.documents)[:5])
    [listed] = memberships.memberships(fewer)
    first = next(memberships.memberships(result))
    assert [*map(list, listed)] == [column[:5] for column in first]


def test_lists_of_copies_read_no_text_and_make_few_records(monkeypatch):
    made = []
    assemble = Assembly.cluster
    monkeypatch.setattr(Assembly, "cluster", lambda self, name, *more: made.append(name) or assemble(self, name, *more))
    documents = [
        {"id": number, "text": story(number // 2) + (" An afterword." if number % 4 == 1 else "")}
        for number in range(40)
    ]
    result = dedupe.cluster(documents, config=CORPUS)
    monkeypatch.setattr(Bodies, "at", None)
    monkeypatch.setattr(Bodies, "__iter__", None)
    written = writers.to_jsonl(result)
    assert {json.loads(line)["kind"] for line in written.splitlines()} == {"identical", "near_identical"}
    assert made == []
    assert writers.to_jsonl(result) == written


def test_an_id_without_an_encoding_is_spelt_out_in_its_row_alone():
    odd = [{"id": each, "text": story(number)} for number, each in enumerate(["a\ud800", "b", "c\u202e"])]
    written = writers.to_jsonl(dedupe.cluster(odd, config=CORPUS))
    assert [json.loads(line)["id"] for line in written.splitlines()] == ["a\\ud800", "b", "c\u202e"]
    assert "\u202e" not in written


numbers = st.integers(0, 6)


@given(st.sets(st.tuples(numbers, numbers)), st.lists(st.tuples(numbers, numbers), max_size=9))
def test_rows_of_two_numbers_are_found_where_they_stand(rows, wanted):
    ordered = sorted(rows)
    places = shown._places(
        np.array(ordered, dtype=np.int64).reshape(-1, 2), np.array(wanted, dtype=np.int64).reshape(-1, 2)
    )
    assert places.tolist() == [ordered.index(row) if row in rows else -1 for row in wanted]
