"""Runs too large for memory, and runs on several cores: the same answer, whatever lies where."""

import dataclasses
import io
import subprocess
import sys

import numpy as np
import pytest
from rich.console import Console

import dedupe
from dedupe.config import Config
from dedupe.engine import comparing, nominate, sketching, spool
from dedupe.engine.nominate import sketch_texts
from dedupe.engine.pairs import Outline, PairCodec
from dedupe.engine.shown import ShownClusters
from dedupe.engine.spool import LazySequence, Selected
from dedupe.errors import InputError
from dedupe.files import writers
from dedupe.group.assembly import Assembly, Lookups
from dedupe.group.grouped import Grouped
from dedupe.group.verdicts import Edge
from dedupe.records import Document, Skipped
from dedupe.report import html, table
from stories import corpus, sentence, story
from verified import columns_of

CONFIG = Config()


@pytest.fixture(scope="module")
def documents():
    return corpus()


@pytest.fixture(scope="module")
def expected(documents):
    return dedupe.cluster(documents)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_answer_does_not_depend_on_memory_or_cores(documents, expected, on_disk, monkeypatch, jobs):
    monkeypatch.setattr(comparing, "BLOCK_PAIRS", 9)
    result = dedupe.cluster(reversed(documents), jobs=jobs)
    assert not isinstance(result.documents, tuple)
    assert not isinstance(result.clusters, tuple)
    assert result == expected
    assert result.bridges == expected.bridges
    for write in (writers.to_json, writers.to_jsonl, writers.to_csv):
        assert write(result) == write(expected)


def test_questions_to_a_result_on_disk_are_answered_like_those_to_one_in_memory(documents, expected, on_disk):
    result = dedupe.cluster(documents)
    assert expected.links
    for pair in expected.pairs:
        assert result.pair(pair.b, pair.a) == pair
        assert result.known_similarity(pair.b, pair.a) == pair.similarity
    for link in expected.links[:3]:
        assert result.explain(link.a, link.b) == expected.explain(link.a, link.b)
    assert list(result.linked_ids()) == [(link.a, link.b) for link in expected.links]
    for body in expected.documents:
        assert result.cluster_of(body.id) == expected.cluster_of(body.id)
        assert body.id in expected.cluster_of(body.id).members
    assert list(result.memberships()) == list(expected.memberships())
    strangers = next(
        (a.id, b.id)
        for a in expected.documents
        for b in expected.documents
        if a.id < b.id and expected.known_pair(a.id, b.id) is None
    )
    assert result.known_pair(*strangers) is None
    assert result.known_similarity(*strangers) is None
    assert result.pair(*strangers) == expected.pair(*strangers)
    assert result.closest_calls(5) == expected.closest_calls(5)


def test_a_cluster_of_a_large_run_is_made_when_it_is_looked_at(documents, expected, on_disk, monkeypatch):
    made = []
    assemble = Assembly.cluster

    def noted(self, name, *more):
        made.append(name)
        return assemble(self, name, *more)

    monkeypatch.setattr(Assembly, "cluster", noted)
    result = dedupe.cluster(documents)
    assert made == []
    assert len(result.clusters) == len(expected.clusters)
    (several, *_), (*_, alone) = expected.clusters, expected.clusters
    assert result.cluster_of(alone.members[0]) == alone
    assert made == []
    assert result.cluster_of(several.members[-1]) == several
    assert made == [several.id]


def test_every_cluster_is_made_once_for_all_its_documents(documents, expected, on_disk, monkeypatch):
    result = dedupe.cluster(documents)
    made = []
    find = Selected.at

    def noted(self, position):
        made.append(position)
        return find(self, position)

    monkeypatch.setattr(ShownClusters, "at", noted)
    assert [body.id for body, _ in result.memberships()] == [body.id for body in expected.documents]
    assert sorted(made) == list(range(len(expected.clusters)))
    assert any(len(cluster.members) > 2 for cluster in expected.clusters)


def test_reports_of_a_large_run_say_the_same_and_look_at_what_they_show(documents, expected, on_disk, monkeypatch):
    result = dedupe.cluster(documents)
    monkeypatch.setattr(table, "CLUSTERS_SHOWN", 2)
    monkeypatch.setattr(html, "CARDS_SHOWN", 2)
    monkeypatch.setattr(LazySequence, "__iter__", None)
    outputs = []
    for each in (result, expected):
        console = Console(file=io.StringIO(), width=100)
        table.print_result(each, console)
        outputs.append((console.file.getvalue(), html.render(each)))
    assert outputs[0] == outputs[1]


def test_a_record_of_many_documents_is_made_once():
    grouped = Grouped(
        Assembly(range(20), Lookups()),
        np.zeros(20, dtype=np.uint64),
        columns_of(Edge(*pair, "identical") for pair in [*((0, other) for other in range(1, 12)), (12, 13)]),
    )
    assert grouped.cluster(0) is grouped.cluster(0)
    assert grouped.cluster(1) is not grouped.cluster(1)
    assert [len(grouped.cluster(number).members) for number in range(3)] == [12, 2, 1]


@pytest.mark.parametrize("asked", ["gone", "never there", 7])
def test_a_document_that_was_not_used_has_no_cluster(documents, on_disk, asked):
    gone = Skipped(id="gone", stage="read", reason="could not be opened")
    for result in (dedupe.cluster([*documents[:3], gone]), dedupe.cluster([gone])):
        with pytest.raises(InputError, match="was skipped at stage 'read'" if asked == "gone" else "no document has"):
            result.cluster_of(asked)


def test_long_texts_are_sketched_few_at_once(documents, expected, monkeypatch):
    lengths = []

    def noted(batch, *given, **more):
        lengths.append([len(text) for text in batch])
        return sketch_texts(batch, *given, **more)

    monkeypatch.setattr(nominate, "sketch_texts", noted)
    monkeypatch.setattr(sketching, "BATCH_BYTES", 5_000)
    assert writers.to_json(dedupe.cluster(documents)) == writers.to_json(expected)
    assert len(lengths) > 1
    assert all(sum(batch[:-1]) < 5_000 for batch in lengths)


def test_a_known_similarity_is_told_without_reading_anything(documents, expected, on_disk, monkeypatch):
    result = dedupe.cluster(documents)
    pair = expected.pairs[0]
    monkeypatch.setattr(spool.Spooled, "at", None)
    assert result.known_similarity(pair.a, pair.b) == pair.similarity


def test_template_text_of_a_site_is_set_aside_on_disk_as_well(on_disk, monkeypatch):
    pitch = sentence(9_999, 30)
    made = [
        Document(
            id=f"page {number}", title=f"What the town saw on day {number}", url=f"https://one.example/{number}",
            text=f"{story(number)}\n\n{pitch}\n\n{story(number + 500)}",
        )
        for number in range(8)
    ]  # fmt: skip
    stored = dedupe.cluster(made).documents
    monkeypatch.undo()
    held = dedupe.cluster(made).documents
    assert stored == held
    assert all("template" in {line.line_class for line in body.lines} for body in held)


def test_of_documents_with_one_id_the_same_is_kept_on_disk(documents, on_disk, monkeypatch):
    twins = [*documents, dataclasses.replace(documents[0], text=story(99))]
    stored = dedupe.cluster(twins, duplicate_ids="skip")
    monkeypatch.undo()
    assert stored == dedupe.cluster(reversed(twins), duplicate_ids="skip")


def test_a_comparison_comes_back_with_the_words_of_its_passages(expected):
    by_id = {body.id: body for body in expected.documents}
    codec = PairCodec(by_id.__getitem__)
    assert all(codec.decode(codec.encode(pair)) == pair for pair in expected.pairs)


def test_an_outline_says_what_clustering_asks_of_a_comparison(expected):
    pair = next(pair for pair in expected.pairs if pair.relation.text == "contained")
    outline = Outline.of(pair, CONFIG)
    assert (outline.text, outline.editorial, outline.similarity) == ("contained", "excerpt", pair.similarity)
    assert outline.carried is not None
    coverage = pair.coverage.of_a if outline.carried.by_b else pair.coverage.of_b
    assert coverage == pair.coverage.larger()


def test_a_table_in_memory_is_clustered_row_by_row():
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"id": ["a", "b", "c"], "text": [story(1), story(1), story(2)]})
    assert [cluster.members for cluster in dedupe.cluster(table).clusters] == [("a", "b"), ("c",)]


def test_a_string_that_opens_with_markup_is_a_page():
    page = f"<!doctype html><html><body><article><p>{story(5)}</p></article></body></html>"
    assert "<p>" not in dedupe.extract(page).text
    assert dedupe.compare(page, story(5)).relation.text == "identical"


MEASURED = """
import random, resource, sys
import dedupe
from dedupe.engine import spool

spool.HELD_BYTES = 1 << 20
rng = random.Random(1)
words = [f"{rng.randrange(10**6):x}" for _ in range(20_000)]
documents = ({"id": number, "text": " ".join(rng.choices(words, k=1_000))} for number in range(int(sys.argv[1])))
result = dedupe.cluster(documents, config=dedupe.Config.preset("corpus"))
assert len(result.documents) == int(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_hold_the_texts():
    small, large = (
        int(subprocess.run([sys.executable, "-c", MEASURED, size], check=True, capture_output=True).stdout)
        for size in ("8000", "24000")
    )
    held = (large - small) * 1024 / 16_000
    assert held < 2_500, f"{held:.0f} bytes of memory a document, whose text has 5,900 and whose fingerprints 1,800"
