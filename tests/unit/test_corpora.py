"""The benchmark corpus and its truth: same arguments, same bytes; brute force equals comparing every pair."""

import hashlib
import importlib
import itertools
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

GOLDEN_WORDS_200 = "7aa9185c2075cd7c183bac4216c02c6347d3950d6be5467fdf66fffb98ba4c93"


@pytest.fixture
def corpora(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("corpora")


@pytest.fixture
def brute_force(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("brute_force")


def texts_of(corpora, size, seed=1):
    made = list(corpora.make(size, seed=seed, sentences=corpora.WordModel(seed + 1)))
    return [name for name, _ in made], [corpora.text_of(document.words) for _, document in made], made


def test_same_arguments_give_the_same_bytes_for_ever(corpora, tmp_path):
    corpora.write(200, tmp_path, seed=1, sentences=corpora.WordModel(2))
    content = (tmp_path / "corpus-200.jsonl").read_bytes()
    assert hashlib.sha256(content).hexdigest() == GOLDEN_WORDS_200


def test_another_seed_gives_another_corpus(corpora):
    assert texts_of(corpora, 5, seed=1)[1] != texts_of(corpora, 5, seed=2)[1]


def test_a_longer_corpus_begins_with_the_shorter_one(corpora):
    assert texts_of(corpora, 60)[1][:30] == texts_of(corpora, 30)[1]


def test_every_copy_names_an_earlier_original_and_a_rate_in_range(corpora):
    names, _, made = texts_of(corpora, 400)
    originals = {name for name, document in made if not document.source}
    copies = [(name, document) for name, document in made if document.source]
    assert 100 < len(copies) < 220
    for name, document in copies:
        assert document.source in originals
        assert names.index(document.source) < names.index(name)
        assert 0 <= document.rate <= corpora.MAX_RATE


def test_documents_have_about_450_words(corpora):
    _, texts, made = texts_of(corpora, 300)
    lengths = [len(text.split()) for text, (_, document) in zip(texts, made, strict=True) if not document.source]
    assert 430 < sum(lengths) / len(lengths) < 500
    assert min(lengths) > 150


def test_recycled_sentences_share_no_four_words_with_the_old_ones(corpora, tmp_path):
    words = [f"w{number}" for number in range(40)]
    path = tmp_path / "abp" / "docs.jsonl"
    path.parent.mkdir()
    path.write_text('{"text": "' + " ".join(words) + '."}\n')
    source = corpora.RealSentences(path, 1)
    source.vocabulary = [f"new{number}" for number in range(9)]
    first, *later = itertools.islice(source.sentences(), 200)
    old = {tuple(first[i : i + 4]) for i in range(len(first))}
    assert not any(tuple(sentence[i : i + 4]) in old for sentence in later for i in range(len(sentence) - 3))


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 1.0])
def test_brute_force_equals_comparing_every_pair(corpora, brute_force, threshold):
    _, texts, _ = texts_of(corpora, 120)
    texts += ["", "too short", texts[0], texts[0] + " one more"]
    shingles = [set(brute_force.shingles(text)) for text in texts]
    expected = []
    for a, b in itertools.combinations(range(len(texts)), 2):
        union = len(shingles[a] | shingles[b])
        value = len(shingles[a] & shingles[b]) / union if union else 0.0
        if value >= threshold:
            expected.append((a, b, value))
    assert list(brute_force.pairs(texts, threshold)) == expected
    assert expected


def test_brute_force_of_nothing_is_nothing(brute_force):
    assert list(brute_force.pairs([], 0.5)) == []
    assert list(brute_force.pairs(["", ""], 0.5)) == []
