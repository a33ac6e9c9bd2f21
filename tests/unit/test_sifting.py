"""Sifting: what is passed over is unrelated, and nothing that is unrelated is compared for want of sifting."""

import pytest

import dedupe
from dedupe import Config, Document
from dedupe.engine import sifting
from dedupe.engine.bodies import Bodies
from dedupe.engine.comparing import Comparer
from dedupe.engine.nominate import nominate
from stories import corpus, sentence, story


def retold(seed):
    """A text that keeps most of another's three-word phrases and no passage: every fourth word is another."""
    words = story(seed).split()
    return " ".join("elsewhere" if place % 4 == 3 else word for place, word in enumerate(words))


def prepared(documents, config):
    bodies = Bodies()
    for document in sorted(documents, key=lambda each: str(each.id)):
        bodies.append(dedupe.extract(document, config=config))
    return nominate(bodies, config).candidates, Comparer(bodies, config)


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
    sifted = sifting.Sifted(len(candidates))
    assert list(sifting.sift(candidates, comparer, sifted))[-1] == len(candidates)
    assert 0 < sifted.unrelated.sum() < len(candidates)
    for candidate, unrelated in zip(candidates, sifted.unrelated.tolist(), strict=True):
        pair = comparer.compare(candidate.a, candidate.b)
        assert unrelated == (pair.relation.text == "none" and not pair.passages)


def test_what_shares_a_fingerprint_is_not_measured(monkeypatch):
    candidates, comparer = prepared(mixed(), Config(clean=False))
    seen = []
    measure = sifting.measure_blocks

    def recording(left, *given, **options):
        seen.extend(left)
        return measure(left, *given, **options)

    monkeypatch.setattr(sifting, "measure_blocks", recording)
    assert list(sifting.sift(candidates, comparer, sifting.Sifted(len(candidates))))
    assert seen == [candidate for candidate in candidates if "fingerprint" not in candidate.channels]


def test_fingerprints_shorter_than_a_passage_prove_none():
    config = Config(clean=False, fingerprint_tokens=5, min_passage_tokens=9)
    candidates, comparer = prepared(mixed(), config)
    sifted = sifting.Sifted(len(candidates))
    assert list(sifting.sift(candidates, comparer, sifted))
    for candidate, unrelated in zip(candidates, sifted.unrelated.tolist(), strict=True):
        pair = comparer.compare(candidate.a, candidate.b)
        assert unrelated == (pair.relation.text == "none" and not pair.passages)
