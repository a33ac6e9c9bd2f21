"""Tokens and shingles: the first pass over every text. Lines and their chrome: the first pass over a page's text."""

import itertools
import json

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from dedupe import _kernels
from dedupe._kernels import NO_KEY, Kernel, Shape
from dedupe.engine.index.symbols import CODEBOOK
from dedupe.text import chrome
from dedupe.text.credits import find_credits
from dedupe.text.vocabulary import forget, known

MENU = (
    "Home",
    "World news",
    "Sports & Leisure",
    "Subscribe",
    "Sign in",
    "Jan 19, 2022",
    "By Jane Doe",
    "The Times",
    "3",
)
PARAGRAPHS = 25
"""Lines of prose on a page; about seven times as many are menus, as on the pages of html_scrapinghub."""


@pytest.fixture
def pages(texts: list[str], kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return 50 pages of about 170 lines, to be read by one kernel."""
    monkeypatch.setattr(_kernels, "lines", kernel.lines)
    made = []
    for text in texts[:50]:
        words = text.split()
        prose = [" ".join(words[at::PARAGRAPHS]).capitalize() + "." for at in range(PARAGRAPHS)]
        menu = [*MENU, *(" ".join(words[at : at + 4]).title() for at in range(0, 240, 4))]
        made.append("\n".join([*menu, *prose, *menu, "Related Articles", "© 2022 Al Jazeera Media Network"]))
    return made


def test_lines(benchmark: BenchmarkFixture, kernel: Kernel, pages: list[str]) -> None:
    """All columns of all lines of 50 pages."""
    benchmark.group = "lines of 50 pages"
    counts = benchmark(lambda: [len(kernel.lines(text, known().vocabulary).starts) for text in pages])
    assert min(counts) > 160


def test_chrome(benchmark: BenchmarkFixture, pages: list[str]) -> None:
    """What of 50 pages is their body."""
    benchmark.group = "chrome of 50 pages"
    shares = benchmark(lambda: [chrome.removed_share(chrome.classify(text), text) for text in pages])
    assert min(shares) > 0.1


def test_credits(benchmark: BenchmarkFixture, pages: list[str]) -> None:
    """Who is credited on 50 pages, none of which was read just before."""
    benchmark.group = "credits of 50 pages"
    counts = benchmark(lambda: [forget() or len(find_credits(text)) for text in pages])
    assert min(counts) > 0


def test_tokenize(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Hash, start and end of every token of 200 documents."""
    benchmark.group = "tokenize 200 documents"
    counts = benchmark(lambda: [len(kernel.tokenize(text)[0]) for text in texts])
    assert min(counts) > 100


def test_shingle_hashes(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Sorted unique shingle hashes of 200 documents, as verification needs them."""
    benchmark.group = "shingle hashes of 200 documents"
    counts = benchmark(lambda: [len(kernel.shingle_hashes(text, 5)) for text in texts])
    assert min(counts) > 100


def test_intersection(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Exact Jaccard's numerator for each document and its neighbour."""
    sets = [kernel.shingle_hashes(text, 5) for text in texts]
    benchmark.group = "intersection of 199 pairs of shingle sets"
    shared = benchmark(lambda: [kernel.intersection_size(x, y) for x, y in itertools.pairwise(sets)])
    assert len(shared) == len(texts) - 1


def test_rows(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Lines of JSON to columns."""
    records = (json.dumps({"id": number, "text": text}, ensure_ascii=False) for number, text in enumerate(texts))
    lines = "\n".join(records).encode()
    shape = Shape(b"id\ntext\n", bytes([1, *[NO_KEY] * 3, 0, *[NO_KEY] * 19]))
    benchmark.group = "lines of JSON of 200 documents"
    rows = benchmark(kernel.rows, lines, [shape], start=0, skip=0, longest=len(lines), stops=True)
    assert list(rows.texts) == texts


def test_quotations(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """What stands within quotation marks."""
    quoting = [f"“{text[:200]}” {text[200:]}" for text in texts]
    benchmark.group = "quotations of 200 documents"
    counts = benchmark(lambda: [len(kernel.quotations(text)) for text in quoting])
    assert all(counts)


def test_squeeze(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Texts as an index writes them."""
    benchmark.group = "200 documents squeezed"
    written = benchmark(lambda: [kernel.squeeze(text.encode(), CODEBOOK) for text in texts])
    assert sum(map(len, written)) < 0.8 * sum(map(len, texts))


def test_unsqueeze(benchmark: BenchmarkFixture, kernel: Kernel, texts: list[str]) -> None:
    """Texts as an index reads them."""
    written = [kernel.squeeze(text.encode(), CODEBOOK) for text in texts]
    benchmark.group = "200 documents unsqueezed"
    read = benchmark(lambda: [kernel.unsqueeze(each, CODEBOOK) for each in written])
    assert [each.decode() for each in read] == texts
