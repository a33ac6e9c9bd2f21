"""What a run is said to cost before it is made: near what it costs, and said from a sample."""

import time
from math import log2

import msgspec
import pytest
from typer.testing import CliRunner

import dedupe
from dedupe.cli import scan
from dedupe.cli.app import app
from dedupe.config import Config
from dedupe.engine import estimate as estimating
from dedupe.engine.estimate import Spent, estimate, sample_of, size_of
from dedupe.pages.plain import PlainTexts
from dedupe.records import Skipped
from stories import corpus

CONFIG = Config()
CORPUS = Config.preset("corpus")


@pytest.fixture(scope="module")
def documents():
    return corpus(40)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A file of 1,600 documents."""
    path = tmp_path_factory.mktemp("estimate") / "corpus.jsonl"
    path.write_bytes(b"".join(line(document) for document in corpus(1_600)))
    return path


def line(document):
    """A document as a line of JSON."""
    return msgspec.json.encode({"id": document.id, "text": document.text, "url": document.url}) + b"\n"


def test_an_estimate_counts_all_documents_and_grows_with_them(documents):
    small, large = (estimate(documents, total, CONFIG) for total in (len(documents), 1_000_000))
    assert (small.documents, large.documents, small.sample) == (len(documents), 1_000_000, len(documents))
    assert 0 < small.cpu_s[0] <= small.cpu_s[1] < large.cpu_s[1]
    assert small.memory_bytes < large.memory_bytes
    assert small.disk_bytes < large.disk_bytes


def test_an_estimate_of_nothing_is_no_error():
    assert estimate([Skipped(id="x", stage="read", reason="broken")], 1, CONFIG).documents == 1
    for config in (CONFIG, CORPUS):
        assert estimate([], 0, config).documents == 0


@pytest.mark.parametrize("total", [1_000, 64_000, 1_000_000])
def test_what_doublings_of_the_sample_added_every_doubling_up_to_the_whole_adds(documents, monkeypatch, total):
    def cost_of(size):
        return 1e-5 * (3 + log2(size))

    def measured(sample, *_):
        return estimating._Cost(size_of(sample), cost_of(size_of(sample)), 1.0)

    monkeypatch.setattr(estimating, "_measured", measured)
    least, most = estimate(documents, total, CORPUS, spent=Spent(0.25, 40 * 1e-6)).cpu_s
    assert least == pytest.approx(0.25 + total * (cost_of(40) + 1e-6))
    assert most == pytest.approx(0.25 + total * (cost_of(total) * estimating.PLAIN_TIMES + 1e-6))


def test_parts_of_a_sample_that_take_long_are_not_run(documents, monkeypatch):
    sizes = []

    def measured(sample, *_):
        sizes.append(size_of(sample))
        return estimating._Cost(size_of(sample), 0.15, 1.0)

    monkeypatch.setattr(estimating, "_measured", measured)
    assert estimate(documents, 40, CORPUS).sample == 20
    assert sizes == [40, 5, 10, 20]


@pytest.mark.parametrize(("config", "kind"), [(CORPUS, PlainTexts), (CONFIG, dedupe.Document)])
def test_a_sample_is_read_as_the_run_reads_it(many, monkeypatch, config, kind):
    monkeypatch.setattr(estimating, "SAMPLE_DOCUMENTS", 100)
    monkeypatch.setattr(estimating, "PLAIN_SAMPLE_DOCUMENTS", 100)
    sample, more = sample_of(dedupe.read(many), config)
    assert {type(row) for row in sample} == {kind}
    assert 100 <= size_of(sample) < 1_600
    assert more
    assert sample_of(dedupe.read(many), CORPUS)[1]
    monkeypatch.setattr(estimating, "PLAIN_SAMPLE_DOCUMENTS", 2_000)
    whole, more = sample_of(dedupe.read(many), CORPUS)
    assert (size_of(whole), more) == (1_600, False)


@pytest.mark.parametrize(("preset", "total"), [("balanced", 300), ("corpus", 1_600)])
def test_a_run_takes_about_what_was_said(tmp_path, many, monkeypatch, preset, total):
    """A factor of four either way: other work on the machine disturbs so short runs more than the model does."""
    monkeypatch.setattr(estimating, "SAMPLE_DOCUMENTS", 100)
    monkeypatch.setattr(estimating, "PLAIN_SAMPLE_DOCUMENTS", 400)
    config = Config.preset(preset)
    path = tmp_path / "some.jsonl"
    path.write_bytes(b"".join(many.read_bytes().splitlines(keepends=True)[:total]))
    begun = time.process_time()
    sample, _ = sample_of(dedupe.read(path), config)
    found = estimate(sample, total, config, spent=Spent(0.0, time.process_time() - begun))
    begun = time.process_time()
    dedupe.cluster(dedupe.read(path), config=config)
    taken = time.process_time() - begun
    assert found.cpu_s[0] / 4 < taken < found.cpu_s[1] * 4


def test_scan_says_what_it_would_cost_and_stops(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(b"".join(line(document) for document in corpus(12)))
    for options in ([], ["--preset", "corpus", "-f", "jsonl"]):
        done = CliRunner().invoke(app, ["scan", str(path), "--estimate", *options])
        assert done.exit_code == 0
        assert [line.split()[0] for line in done.output.splitlines()] == ["documents", "time", "memory", "disk"]
        assert "12" in done.output.splitlines()[0]


def test_scan_guesses_how_many_documents_there_are_by_the_size_of_those_it_read(many, monkeypatch):
    monkeypatch.setattr(estimating, "PLAIN_SAMPLE_DOCUMENTS", 100)
    sample, _ = sample_of(dedupe.read(many), CORPUS)
    assert scan._documents_in([many], sample) == pytest.approx(1_600, rel=0.1)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ((0.93, 0.94), "0.9 seconds"),
        ((3.96, 5.04), "4.0 to 5.0 seconds"),
        ((33.2, 46.7), "33 to 47 seconds"),
        ((70, 156), "1.2 to 2.6 minutes"),
        ((1_500, 3_000), "25 to 50 minutes"),
        ((7_000, 14_400), "1.9 to 4.0 hours"),
    ],
)
def test_a_span_of_time_is_said_in_one_unit(span, said):
    assert scan._seconds(*span) == said
