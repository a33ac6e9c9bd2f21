"""Sifting: what is passed over is unrelated, and nothing that is unrelated is compared for want of sifting."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dedupe
from dedupe import Config, Document, _kernels
from dedupe.engine import sifting
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.nominate import nominate
from dedupe.engine.outlines import Outline
from dedupe.engine.pairs import PairCodec, Pairs
from dedupe.group.columns import EDITORIALS, TEXTS
from dedupe.records import Sides
from dedupe.verify.parts import PLAIN as PLAIN_TEXTS
from dedupe.verify.parts import UNTOLD, Counts, plain_parts
from dedupe.verify.sharing import Shared, part
from stories import corpus, sentence, story

NATIVE = pytest.mark.skipif(
    _kernels.name != "native", reason="the other kernel measures no pair that shares a fingerprint"
)


def retold(seed):
    """A text that keeps most of another's three-word phrases and no passage: every fourth word is another."""
    words = story(seed).split()
    return " ".join("elsewhere" if place % 4 == 3 else word for place, word in enumerate(words))


def prepared(documents, config):
    bodies = Bodies()
    for document in sorted(documents, key=lambda each: str(each.id)):
        bodies.append(dedupe.extract(document, config=config))
    return nominate(bodies, config).candidates, Comparer(bodies, config)


def sifted_of(candidates, settle=lambda number, outline: None):
    return sifting.Sifted(len(candidates), settle)


def mixed():
    """Copies, texts that share a passage, some retold, some that share a few phrases or no more than a headline."""
    phrases = [" ".join(sentence(500 + number).split()[:5]) for number in range(8)]
    documents = corpus(40)
    documents += [Document(id=f"retold {number}", text=retold(number)) for number in range(4)]
    for number in range(6):
        own = [sentence(1_000 * number + 700 + place) for place in range(16)]
        text = " ".join(f"{phrase} {own[2 * place]} {own[2 * place + 1]}" for place, phrase in enumerate(phrases))
        documents.append(Document(id=f"phrases {number}", text=text))
        title = "Morning briefing from the harbour today"
        documents.append(Document(id=f"briefing {number}", text=story(3_000 + number), title=title))
    return documents


@pytest.mark.parametrize("wording", [True, False])
def test_what_is_passed_over_is_unrelated_and_what_is_left_is_not(wording):
    config = Config(clean=False, wording=wording)
    candidates, comparer = prepared(mixed(), config)
    sifted = sifted_of(candidates)
    assert list(sifting.sift(candidates, comparer, sifted))[-1] == len(candidates)
    assert 0 < sifted.unrelated.sum() < len(candidates)
    for candidate, unrelated in zip(candidates, sifted.unrelated.tolist(), strict=True):
        pair = comparer.compare(candidate.a, candidate.b)
        assert unrelated == (pair.relation.text == "none" and not pair.passages)


def told_parts(documents, config):
    """What sifting tells of candidates, with the comparison of each."""
    candidates, comparer = prepared(documents, config)
    sifted = sifted_of(candidates)
    list(sifting.sift(candidates, comparer, sifted))
    pairs = Pairs(candidates.pairs, PairCodec(), comparer.candidates(candidates))
    for parts in sifted.parts:
        pairs.set_parts(parts)
    numbers = sorted(number for parts in sifted.parts for number in parts.numbers.tolist())
    assert len(numbers) == len(set(numbers))
    assert not sifted.unrelated[numbers].any()
    assert np.flatnonzero(sifted.known & ~sifted.unrelated).tolist() == numbers
    return {number: (outline_at(pairs, number), comparer.candidates(candidates)(number)) for number in numbers}


@NATIVE
@pytest.mark.parametrize("wording", [True, False])
def test_what_kind_of_text_is_shared_tells_what_the_comparison_says(monkeypatch, wording):
    monkeypatch.setattr(sifting, "SOON_MADE", 0)
    config = Config(clean=False, wording=wording)
    candidates, comparer = prepared(mixed(), config)
    told = {}
    sifted = sifted_of(candidates, told.__setitem__)
    list(sifting.sift(candidates, comparer, sifted))
    compare = comparer.candidates(candidates)
    assert np.flatnonzero(sifted.told).tolist() == sorted(told)
    assert sifted.known.all()
    assert {outline.text for outline in told.values()} >= {"identical", "near_identical", "contained", "abridged"}
    for number, outline in told.items():
        assert outline == Outline.of(compare(number), config)


@NATIVE
def test_as_many_as_are_soon_compared_are_left_to_the_comparison(monkeypatch):
    monkeypatch.setattr(sifting, "SOON_MADE", 10)
    candidates, comparer = prepared(mixed(), Config(clean=False))
    sifted = sifted_of(candidates)
    list(sifting.sift(candidates, comparer, sifted))
    assert np.count_nonzero(~sifted.known) == 10


def outline_at(pairs, number):
    edges = pairs.edges()
    told = TEXTS[edges.texts[number]], EDITORIALS[edges.editorials[number]]
    shown = number in pairs.with_passages()
    return *told, pairs.similarities[number], pairs.jaccards[number], pairs.shares[number], shown


PLAIN = [sentence(4_000 + number) for number in range(6)]
SCORES = "Ajax 3, Feyenoord 2, Twente 1, Utrecht 4, Heerenveen 2, Vitesse 1, Sparta 0, Groningen 5, Breda 2, Zwolle 3,"
SPOKEN = "I said that we would go home because my mother told me so and we did not want to leave our house there."
shared_pieces = st.lists(
    st.sampled_from([*PLAIN, SCORES]) | st.sampled_from([SPOKEN, "“", "(Reuters) -", f"”{PLAIN[0]}"]), max_size=8
)


@given(st.lists(shared_pieces, min_size=2, max_size=4), st.booleans(), st.sampled_from([4, 8]))
@example([[SCORES], [SCORES]], True, 8)
@example([PLAIN[:3], PLAIN[:3]], True, 8)
@example([[SPOKEN], [SPOKEN]], True, 8)
@example([["“", *PLAIN[:3], "”"], ["“", *PLAIN[:3], "”"]], True, 8)
@example([["(Reuters) -", *PLAIN[:3]], ["(Reuters) -", *PLAIN[:3]]], True, 8)
@settings(max_examples=60, deadline=None)
def test_what_sifting_tells_of_a_pair_is_what_its_comparison_says(mixtures, wording, tokens):
    config = Config(clean=False, wording=wording, min_passage_tokens=tokens)
    documents = [
        Document(id=f"{number}", text=f"{story(5_000 + number)}\n{' '.join(mixture)}")
        for number, mixture in enumerate(mixtures)
    ]
    for found, pair in told_parts(documents, config).values():
        assert found == (
            pair.relation.text,
            pair.relation.editorial,
            pair.similarity,
            pair.jaccard,
            pair.coverage.larger(),
            len(pair.passages) > 0,
        )


def with_footer(footer, count=30, **known):
    return [Document(id=f"{n:02}", text=f"{story(6_000 + n)}\n{footer}", **known) for n in range(count)]


@NATIVE
@pytest.mark.parametrize(("footer", "text"), [(" ".join(PLAIN[:3]), "partial"), (SCORES, "template_only")])
def test_what_many_share_is_told_without_a_comparison(footer, text):
    told = told_parts(with_footer(footer), Config(clean=False))
    assert len(told) >= 29
    assert {found[0] for found, _ in told.values()} == {text}


@pytest.mark.parametrize("footer", [SPOKEN, f"“{' '.join(PLAIN[:3])}”", f"By the way: (Reuters) - {PLAIN[0]}"])
def test_what_quotes_or_credits_somebody_is_compared(footer):
    documents = with_footer(footer)
    told = told_parts(documents, Config(clean=False))
    assert told == {}


@NATIVE
def test_texts_that_share_a_phrase_and_are_retold_are_told_by_their_wording():
    documents = [
        Document(id="told", text=f"{story(11)} {PLAIN[0]}"),
        Document(id="retold", text=f"{retold(11)} {PLAIN[0]}"),
        Document(id="other", text=f"{story(12)} {PLAIN[0]}"),
    ]
    short = Config(clean=False, min_passage_identity=1.0)
    told = told_parts(documents, short)
    assert sorted(found[0] for found, _ in told.values()) == ["none", "none", "partial"]
    assert all(found[0] == pair.relation.text for found, pair in told.values())


def test_texts_that_share_a_list_and_some_wording_are_compared():
    documents = [
        Document(id=name, text=f"{sentence(4_000, 12)}\n{story(int(name))}\n{SCORES}") for name in ("13", "14")
    ]
    assert told_parts(documents, Config(clean=False, partial_wording=0.05)) == {}


def test_lists_with_something_set_aside_between_are_compared():
    body = f"{story(1)}\n\nShare this\n\n{' '.join(PLAIN[:3])}"
    cut = [dedupe.extract(Document(id=str(n), text=body.replace(story(1), story(n)))) for n in range(2)]
    assert all(len(each.kept) > 1 for each in cut)
    documents = [Document(id=each.id, text=body.replace(story(1), story(int(each.id)))) for each in cut]
    assert told_parts(documents, Config()) == {}


counted = st.tuples(
    st.lists(st.tuples(st.integers(8, 60), st.booleans()), min_size=1, max_size=5),
    st.sampled_from([0.01, 0.05, 0.09, 0.1, 0.2, 0.45, 0.5, 0.55]),
)


@given(st.lists(counted, min_size=1, max_size=20), st.sampled_from([10, 25, 40]))
def test_parts_told_at_once_are_those_of_the_ladder(cases, least):
    config = Config(partial_passage_tokens=least)
    rows = []
    for passages, smaller in cases:
        matched = sum(tokens for tokens, _ in passages)
        listed = sum(tokens for tokens, is_list in passages if is_list)
        rows.append((smaller, matched, listed, len(passages)))
    found = plain_parts(Counts(*(np.array(column) for column in zip(*rows, strict=True))), config)
    for (passages, smaller), (_, matched, listed, count), place in zip(cases, rows, found.tolist(), strict=True):
        longest = max((tokens for tokens, is_list in passages if not is_list), default=0)
        text, _ = part(Shared(Sides(smaller, 0.58), 0.0, listed / matched, longest), config)
        assert place == UNTOLD or PLAIN_TEXTS[place] == text
        assert count > 1 or place != UNTOLD


def test_what_is_surely_compared_is_not_measured(monkeypatch):
    candidates, comparer = prepared([*mixed(), *with_footer(PLAIN[0], 4)], Config(clean=False))
    for native in (True, False):
        seen = []
        measure = sifting.measure_blocks

        def recording(left, *given, seen=seen, measure=measure, **options):
            seen.extend(left)
            return measure(left, *given, **options)

        with monkeypatch.context() as patch:
            patch.setattr(sifting, "measure_blocks", recording)
            if not native:
                patch.setattr(_kernels, "name", "numpy")
            assert list(sifting.sift(candidates, comparer, sifted_of(candidates)))
        kept_out = {"fingerprint", "lsh"} if native and _kernels.name == "native" else {"fingerprint"}
        assert seen == [candidate for candidate in candidates if not kept_out <= set(candidate.channels)]
        assert 0 < len(seen) < len(candidates)


def test_fingerprints_shorter_than_a_passage_prove_none():
    config = Config(clean=False, fingerprint_tokens=5, min_passage_tokens=9)
    candidates, comparer = prepared(mixed(), config)
    sifted = sifted_of(candidates)
    assert list(sifting.sift(candidates, comparer, sifted))
    for candidate, unrelated in zip(candidates, sifted.unrelated.tolist(), strict=True):
        pair = comparer.compare(candidate.a, candidate.b)
        assert unrelated == (pair.relation.text == "none" and not pair.passages)
