"""Alignment and verification of one pair, and whole runs: what the texts say."""

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import corpora
from dedupe import Config, _kernels, cluster
from dedupe._kernels import Kernel, _align
from dedupe.engine.measuring import limits_of
from dedupe.records import Body, Comparison, Span
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import prepare
from dedupe.verify.texture import manner, stretches

CONFIG = Config(clean=False)
LIMITS = {
    "max_gap_tokens": CONFIG.max_gap_tokens,
    "min_passage_tokens": CONFIG.min_passage_tokens,
    "min_passage_identity": CONFIG.min_passage_identity,
}


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    """Return an original of about 450 words and its first copy edited in scattered places."""
    made = dict(corpora.make(400, seed=1, sentences=corpora.WordModel(2)))
    copy = next(document for document in made.values() if document.edit == "scattered" and 0.03 < document.rate < 0.1)
    return corpora.text_of(made[copy.source].words), corpora.text_of(copy.words)


def test_align(benchmark: BenchmarkFixture, kernel: Kernel, pair: tuple[str, str]) -> None:
    """Passages of one pair from ready tokens, edit rate 3 to 10 %."""
    a, b = (kernel.tokenize(text)[0] for text in pair)
    align = getattr(kernel, "align", _align.align)
    benchmark.group = "align one pair"
    assert len(benchmark(align, a, b, **LIMITS)) > 0


def test_verify(benchmark: BenchmarkFixture, pair: tuple[str, str]) -> None:
    """One pair from text to relation, with the kernel in force."""

    def verify() -> Comparison:
        bodies = [
            Body(id=name, original=text, kept=(Span(0, len(text)),)) for name, text in zip("ab", pair, strict=True)
        ]
        a, b = (prepare(body, shingle_size=CONFIG.shingle_size) for body in bodies)
        return compare_materials(a, b, CONFIG)

    benchmark.group = "verify one pair"
    assert benchmark(verify).passages


def test_cluster(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    """A whole run over 200 documents, with the kernel in force."""
    benchmark.group = "cluster 200 documents"
    result = benchmark.pedantic(cluster, (list(enumerate(texts)),), {"config": CONFIG}, rounds=3, warmup_rounds=1)
    assert sum(len(found.members) for found in result.clusters) == len(texts)


def test_measure(benchmark: BenchmarkFixture, kernel: Kernel, pair: tuple[str, str]) -> None:
    """What two texts share, in whole numbers: read, align, count."""
    limits = limits_of(CONFIG, 0.0)
    benchmark.group = "one pair measured"
    (row,) = benchmark(kernel.measure, pair, np.array([[0, 1]]), limits)
    assert row[_kernels.COLUMNS.index("passages")] > 0


def test_texture(benchmark: BenchmarkFixture, kernel: Kernel, pair: tuple[str, str]) -> None:
    """What kind of text a pair shares: quoted, in the first person, how both open."""
    bodies = [Body(id=name, original=text, kept=(Span(0, len(text)),)) for name, text in zip("ab", pair, strict=True)]
    limits = limits_of(CONFIG, 0.0)
    benchmark.group = "texture of one pair"
    made = benchmark(
        kernel.texture, pair, np.array([[0, 1]]), limits, stretches=stretches(bodies), manner=manner(), phrases=0
    )
    assert made.shape == (1, len(_kernels.TEXTURE))
