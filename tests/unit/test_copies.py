"""Looking for copies only: what is asked less is answered alike."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from dedupe import Config, Document
from dedupe._kernels import COLUMNS, measure
from dedupe.engine import copies, measuring, nominate, spool
from dedupe.engine.counts import OPEN, UNREAD, Carrying, Measures
from dedupe.engine.digests import Carried
from dedupe.engine.judging import BARE, outline_judged, outline_of
from dedupe.engine.measuring import limits_of
from dedupe.engine.outlines import Outline
from dedupe.files import writers
from dedupe.group.columns import TEXT_CODES, TEXTS
from dedupe.records import MERGING, Sides
from dedupe.verify.material import prepare
from dedupe.verify.relations import Geometry, are_copies, relate
from stories import corpus, sentence, story

CONFIG = Config(copies_only=True, origins=False, clean=False, wording=False, min_tokens=1)
IN_FULL = CONFIG.replace(copies_only=False)


def can_be_copies(result):
    """The pairs of which one body is covered: all that a search for copies reports."""
    return [
        pair for pair in result.pairs if pair.coverage.larger() >= CONFIG.threshold or pair.relation.text == "identical"
    ]


def clusters_of(result):
    """Clusters but for how many of their pairs happened to be compared."""
    return [dataclasses.replace(cluster, cohesion=1.0, weakest=None) for cluster in result.clusters]


@pytest.mark.parametrize("seed", [3, 4])
def test_copies_are_those_of_the_whole_answer(seed):
    documents = corpus(80, seed)
    whole, found = dedupe.cluster(documents, config=IN_FULL), dedupe.cluster(documents, config=CONFIG)
    assert clusters_of(found) == clusters_of(whole)
    assert list(found.pairs) == can_be_copies(whole)
    assert {pair.relation.text for pair in found.pairs} >= {"identical", "near_identical", "abridged", "contained"}


def test_pages_with_chrome_are_compared_in_full():
    documents = [
        Document(
            id=f"{number}{half}",
            text=f"Menu\nHome\n\n{story(number)}\n\nShare this\n{extra}",
            url=f"https://{half}.example/",
        )
        for number in range(5)
        for half, extra in (("a", ""), ("b", "Related stories"))
    ]
    config = CONFIG.replace(clean=True)
    whole = dedupe.cluster(documents, config=config.replace(copies_only=False))
    found = dedupe.cluster(documents, config=config)
    assert clusters_of(found) == clusters_of(whole)
    assert list(found.pairs) == can_be_copies(whole)


def test_shared_passages_are_not_reported():
    shared = " ".join(sentence(900 + number) for number in range(6))
    documents = [("a", f"{story(1)} {shared}"), ("b", f"{story(2)} {shared}")]
    assert [link.relation.text for link in dedupe.cluster(documents, config=IN_FULL).links] == ["partial"]
    found = dedupe.cluster(documents, config=CONFIG)
    assert (list(found.links), list(found.pairs)) == ([], [])


def test_a_body_that_is_a_quotation_is_found_in_whoever_quotes_it_whole():
    spoken = f"“{' '.join(sentence(number)[:-1] for number in range(910, 918))}”"
    documents = [("a", spoken), ("b", f"{story(3)}\n{spoken}\n{story(4)}")]
    (pair,) = dedupe.cluster(documents, config=CONFIG).pairs
    assert pair.relation.text == "quotes_only"
    assert pair.coverage.larger() == 1.0
    assert [pair] == list(dedupe.cluster(documents, config=IN_FULL).pairs)


def test_forms_and_equal_bodies_under_other_headlines_are_told_apart():
    filled = [" ".join(f"{sentence(number, 14)[:-1]} {day}{number}." for number in range(12)) for day in ("4", "7")]
    same = "The company will pay its dividend in the third week of the month, it said in a statement on Monday evening."
    documents = [Document(id=number, text=text, clean=True) for number, text in enumerate(filled)]
    documents += [
        Document(id=10 + place, text=same, title=f"{name} announces the dividend", clean=True)
        for place, name in enumerate(("Alpha Foods", "Borealis Steel"))
    ]
    found = dedupe.cluster(documents, config=CONFIG)
    assert [pair.relation.text for pair in found.pairs] == ["template_only", "template_only"]
    assert len(found.clusters) == 4


def test_round_ups_are_digests():
    texts = [story(number) for number in range(3)]
    documents = [*enumerate(texts), ("all", "\n\n".join(texts))]
    found = dedupe.cluster(documents, config=CONFIG)
    assert {pair.relation.editorial for pair in found.pairs} == {"digest"}
    assert len(found.clusters) == 4


@pytest.mark.parametrize("name", ["all", "zz"])
def test_a_digest_is_named_whichever_side_of_its_pairs_it_is(name):
    texts = [story(number) for number in range(3)]
    found = dedupe.cluster([*zip("bcd", texts, strict=True), (name, "\n\n".join(texts))], config=CONFIG)
    assert [name in (pair.a, pair.b) for pair in found.pairs] == [True] * 3
    assert {pair.relation.why for pair in found.pairs} == {
        f"{name} carries this and other texts whole, one after the other"
    }


def test_nothing_depends_on_order_threads_disk_or_block(monkeypatch):
    documents = corpus(60)
    expected = writers.to_json(dedupe.cluster(documents, config=CONFIG))
    assert writers.to_json(dedupe.cluster(documents[::-1], config=CONFIG, jobs=2)) == expected
    monkeypatch.setattr(spool, "HELD_BYTES", 1)
    monkeypatch.setattr(measuring, "BLOCK_PAIRS", 3)
    assert writers.to_json(dedupe.cluster(documents, config=CONFIG, jobs=3)) == expected


@pytest.mark.parametrize("held", [1 << 26, 1])
def test_blocks_of_long_texts_hold_few_pairs(held, monkeypatch):
    monkeypatch.setattr(spool, "HELD_BYTES", held)
    documents = [*corpus(40), ("\ud800", story(2)), ("long", story(2) * 30), ("longer", story(2) * 31)]
    expected = writers.to_json(dedupe.cluster(documents, config=CONFIG))
    blocks = []
    monkeypatch.setattr(copies, "measure_blocks", lambda *given, **more: noted(blocks, *given, **more))
    monkeypatch.setattr(measuring, "BLOCK_BYTES", 20_000)
    assert writers.to_json(dedupe.cluster(documents, config=CONFIG, jobs=2)) == expected
    sizes = [(len(block.pairs), int(bodies.texts(block.positions).lengths().sum())) for block, bodies in blocks]
    assert all(size <= 20_000 or pairs == 1 for pairs, size in sizes)
    assert max(pairs for pairs, _ in sizes) > 1
    assert max(size for _, size in sizes) > 20_000


def noted(blocks, candidates, bodies, *given, **more):
    for block in measuring.measure_blocks(candidates, bodies, *given, **more):
        blocks.append((block, bodies))
        yield block


def test_who_looks_for_copies_only_does_not_count_origins():
    documents = corpus(40)
    assert isinstance(dedupe.cluster(documents, config=IN_FULL).independent_origins, int)
    found = dedupe.cluster(documents, config=CONFIG)
    assert found.independent_origins is None
    assert json.loads(writers.to_json(found))["independent_origins"] is None


@pytest.mark.parametrize("held", [1 << 28, 0])
def test_what_shares_too_few_words_is_not_read_again(held, monkeypatch):
    """All share a long sentence, which nominates; two are copies."""
    shared = sentence(7, 40)
    documents = [(f"{number:02}", f"{story(number)} {shared} {story(number + 500)}") for number in range(30)]
    documents.append(("copy", f"{documents[3][1]} One more."))
    blocks = []
    monkeypatch.setattr(copies, "measure_blocks", lambda *given, **more: noted(blocks, *given, **more))
    monkeypatch.setattr(nominate, "may_reach", lambda bags, counts, pairs, reach: np.ones(len(pairs), dtype=bool))
    expected = writers.to_json(dedupe.cluster(documents, config=CONFIG))
    before = sum(len(block.pairs) for block, _ in blocks)
    monkeypatch.undo()
    monkeypatch.setattr(copies, "measure_blocks", lambda *given, **more: noted(blocks, *given, **more))
    monkeypatch.setattr(nominate, "HELD_ROWS", held)
    blocks.clear()
    assert writers.to_json(dedupe.cluster(documents, config=CONFIG)) == expected
    assert sum(len(block.pairs) for block, _ in blocks) < before / 2


def test_scores_are_those_of_the_pairs():
    documents = corpus(40)
    for config in (CONFIG, IN_FULL):
        found = dedupe.cluster(documents, config=config)
        assert list(found.scores()) == [
            (pair.a, pair.b, pair.relation.text, pair.similarity, pair.jaccard) for pair in found.pairs
        ]


def test_without_origins_no_credit_is_read_and_no_cluster_has_an_origin():
    text = f"LONDON (Reuters) - {story(1)}"
    found = dedupe.cluster([("a", text), ("b", text)], config=Config(origins=False))
    assert [body.credits for body in found.documents] == [(), ()]
    assert [cluster.origin for cluster in found.clusters] == [None]
    assert dedupe.cluster([("a", text), ("b", text)]).clusters[0].origin is not None


words = st.lists(st.sampled_from([*"abcdefghijklmnopqrstuvwxyz", "5", "7,", "“", "”", "\n"]), min_size=1, max_size=120)
changes = st.lists(
    st.tuples(st.integers(0, 120), st.integers(0, 40), st.lists(st.sampled_from("xyz59"), max_size=8)), max_size=4
)


def changed(tokens, edits):
    tokens = list(tokens)
    for place, length, instead in edits:
        tokens[place : place + length] = instead
    return tokens


@pytest.mark.parametrize("config", [CONFIG, IN_FULL], ids=["copies only", "as an index does"])
@given(tokens=words, edits=changes)
@settings(max_examples=300)
def test_what_is_judged_by_counts_is_judged_as_in_full(config, tokens, edits):
    texts = [" ".join(tokens), " ".join(changed(tokens, edits))]
    if not all(text.split() for text in texts):
        return
    bodies = [
        dedupe.extract(Document(id=name, text=text), config=CONFIG) for name, text in zip("ab", texts, strict=True)
    ]
    whole = dedupe.compare(*({"id": body.id, "text": body.original} for body in bodies), config=config)
    columns = measure([body.text for body in bodies], np.array([[0, 1]]), limits_of(config, 0.64 - 1e-9))
    if not columns[0, COLUMNS.index("reached")]:
        assert whole.coverage.larger() < config.threshold
        return
    measures = Measures(columns)
    (row,) = measures.rows(np.array([0]))
    outline = outline_of(row, *bodies, config)
    assert outline_of(row, BARE, BARE, config) == outline
    (told,) = measures.told(config).tolist()
    if told == UNREAD:
        assert outline is None
    else:
        assert told == OPEN or (outline is not None and outline.text == TEXTS[told])
    if outline is not None and outline.text in {"identical", "near_identical", "none"}:
        assert told != OPEN
    if told == TEXT_CODES["abridged"]:
        carrying = Carrying(*(column[0] for column in measures.carrying(config)))
        where = Carried(bool(carrying.by_b), carrying.start, carrying.end) if carrying.is_carried else None
        assert outline.carried == where
    materials = (prepare(body, shingle_size=config.shingle_size) for body in bodies)
    assert outline_judged(row, *materials, config) == Outline.of(whole, config)
    if outline is None:
        return
    if whole.coverage.larger() < config.threshold and whole.relation.text != "identical":
        assert whole.relation.text not in MERGING
        share = whole.coverage.larger()
        assert outline == Outline("none", "unknown", whole.similarity, whole.jaccard, share, 0, None)
        return
    expected = Outline.of(whole, config)
    assert outline == expected._replace(editorial="unknown")


shares = st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.79, 0.8, 0.9, 0.97, 1.0])


@given(shares, shares, shares, shares, shares)
def test_copies_marked_at_once_are_those_of_the_ladder(first, second, order, left, right):
    geometry = Geometry(
        same_tokens=False,
        coverage=Sides(first, second),
        residual=Sides(left, right),
        order=order,
        quoted=0.0,
        furniture=0.0,
        longest_narrative=0,
        opening=(0, 0),
        alike=0.0,
        substituted="",
    )
    marked = are_copies(*(np.array([each]) for each in (min(first, second), order, max(left, right))), Config())
    assert bool(marked[0]) == (relate(geometry, "p", Config()).text == "near_identical")
