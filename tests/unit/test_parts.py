"""Pairs told without a comparison are told as the comparison tells them, and the comparison is made when asked for."""

import dataclasses
import threading

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedupe
from dedupe import Config, Document
from dedupe.engine import comparing, pairs
from dedupe.engine.outlines import Outline
from dedupe.engine.pairs import Kept, PairCodec
from dedupe.files import writers
from dedupe.verify.aligning import aligned
from dedupe.verify.compare import compare_materials, judge
from dedupe.verify.material import prepare
from dedupe.verify.parts import tell_part
from dedupe.verify.relations import edited_coverage
from stories import corpus, sentence, story

CONFIG = Config(clean=False)
SAID = "“" + " ".join(sentence(40 + number)[:-1] for number in range(3)) + "”"
TOLD = "I said that we would go home because my mother told me so and we did not want to leave our house there."
SCORES = "Ajax 3, Feyenoord 2, Twente 1, Utrecht 4, Heerenveen 2, Vitesse 1, Sparta 0, Groningen 5, Breda 2, Zwolle 3,"
CREDIT = "(Reuters) -"
SHARED = [SAID, TOLD, SCORES, *(sentence(70 + number) for number in range(6))]
pieces = st.lists(
    st.sampled_from(SHARED) | st.integers(100, 130).map(sentence) | st.sampled_from([CREDIT, "\n"]), max_size=14
)


def materials(*texts):
    bodies = [dedupe.extract(Document(id=number, text=text), config=CONFIG) for number, text in enumerate(texts)]
    return [prepare(body, shingle_size=5) for body in bodies]


@given(pieces, pieces)
@example([SAID, *(sentence(100 + n) for n in range(9))], [SAID, *(sentence(110 + n) for n in range(9))])
@example([SCORES, *(sentence(100 + n) for n in range(9))], [SCORES, *(sentence(110 + n) for n in range(9))])
@example(
    [CREDIT, *SHARED[3:6], *map(sentence, range(100, 109))], [CREDIT, *SHARED[3:6], *map(sentence, range(110, 119))]
)
@settings(max_examples=300, deadline=None)
def test_a_part_is_told_as_the_comparison_tells_it(left, right):
    a, b = materials(f"x {' '.join(left)}", f"y {' '.join(right)}")
    for config in (CONFIG, CONFIG.replace(wording=False, min_passage_tokens=4), Config.preset("corpus")):
        found = aligned(a, b, config)
        part = tell_part(a, b, found, config)
        whole = compare_materials(a, b, config)
        could_be_more = whole.coverage.larger() >= edited_coverage(config, untouched=True)
        assert (part is None) == (not whole.passages or could_be_more)
        if part is not None:
            assert Outline.of_part(part) == Outline.of(whole, config)


@given(pieces, pieces, st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_a_pair_is_judged_as_the_comparison_judges_it(left, right, common):
    """For texts that share parts, or stand in each other, or are one text."""
    shared = SHARED[3 : 3 + common]
    a, b = materials(f"{' '.join([*shared, *left])} (AFP)", f"{' '.join([*shared, *right])} © AFP")
    for config in (CONFIG, CONFIG.replace(wording=False, min_passage_tokens=4)):
        for one, other in ((a, b), (b, a), (a, a)):
            judged, whole = judge(one, other, config), compare_materials(one, other, config)
            assert judged.b == whole.b
            assert judged.relation == whole.relation
            assert (judged.similarity, judged.coverage) == (whole.similarity, whole.coverage)
            for extent, spans in (
                (judged.extent_a, [passage.a for passage in whole.passages]),
                (judged.extent_b, [passage.b for passage in whole.passages]),
            ):
                starts, ends = zip(*spans, strict=True) if spans else ((0,), (0,))
                assert extent == (min(starts), max(ends))


def test_quotations_lists_and_narrative_are_told_apart_without_a_comparison():
    told = {}
    for name, shared in (("quote", SAID), ("speech", TOLD), ("list", SCORES), ("narrative", " ".join(SHARED[3:7]))):
        own = [" ".join(sentence(number) for number in range(begin, begin + 20)) for begin in (200, 300)]
        a, b = materials(*(f"{text}\n{shared}" for text in own))
        part = tell_part(a, b, aligned(a, b, CONFIG), CONFIG)
        told[name] = part.text, part.editorial
    assert told == {
        "quote": ("quotes_only", "unknown"),
        "speech": ("quotes_only", "unknown"),
        "list": ("template_only", "template"),
        "narrative": ("partial", "unknown"),
    }


@pytest.mark.parametrize("soon", [0, 1_000])
def test_a_run_answers_alike_whether_comparisons_are_made_at_once_or_when_looked_at(monkeypatch, soon):
    documents = corpus()
    monkeypatch.setattr(comparing.Comparer, "outline", compared_whole)
    expected = dedupe.cluster(documents)
    monkeypatch.undo()
    monkeypatch.setattr(pairs, "SOON_MADE", soon)
    result = dedupe.cluster(documents)
    assert isinstance(result.pairs, tuple) == (soon > 0)
    assert result == expected
    assert writers.to_json(result) == writers.to_json(expected)
    assert result.closest_calls(7) == expected.closest_calls(7)


def compared_whole(self, a, b, channels=()):
    pair = self.compare(a, b, channels)
    return Outline.of(pair, self.config), pair


@pytest.mark.parametrize("config", [Config(), Config.preset("corpus")], ids=["whole", "copies"])
def test_no_pair_is_compared_twice(monkeypatch, config):
    monkeypatch.setattr(pairs, "SOON_MADE", 0)
    result = dedupe.cluster(corpus(), config=config)
    compared = []
    compare = comparing.Comparer.compare
    monkeypatch.setattr(
        comparing.Comparer,
        "compare",
        lambda self, a, b, channels=(): compared.append((a, b)) or compare(self, a, b, channels),
    )
    first = writers.to_json(result)
    assert compared
    assert writers.to_json(result) == first
    assert result.closest_calls(3)
    assert len(list(result.links)) == len(result.links)
    assert len(compared) == len(set(compared))


def test_a_comparison_that_was_kept_is_kept_apart_from_others_in_many_threads():
    a, b = materials(story(1), story(1))
    pair = compare_materials(a, b, CONFIG)
    kept = Kept(PairCodec(), lambda number: dataclasses.replace(pair, longest=number))
    wrong = []

    def read(seed):
        order = np.random.RandomState(seed).permutation(300).tolist()
        wrong.extend(number for number in order if kept[number].longest != number)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(kept) >= 300


def test_what_is_put_in_place_of_a_comparison_is_what_is_read():
    a, b = materials(story(1), story(2))
    pair = compare_materials(a, b, CONFIG)
    other = compare_materials(b, a, CONFIG)
    kept = Kept(PairCodec(), lambda _: pair)
    assert kept[3] is pair
    kept.put(3, other)
    kept.put(1, other)
    assert (kept[1], kept[3], kept[0]) == (other, other, pair)
    assert len(kept) == 3
