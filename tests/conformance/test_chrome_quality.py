"""Floors of the chrome finder on real pages: raised when it gets better, never lowered. Needs the data sets."""

import importlib
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data():
    for folder in (os.environ.get("DEDUPE_DATA", ""), ROOT.parent / "shared" / "data", ROOT / ".data"):
        if folder and (Path(folder) / "html_scrapinghub" / "pages.jsonl").is_file():
            return Path(folder)
    return pytest.skip("no labelled pages; unpack the data sets and name their folder in DEDUPE_DATA")


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("chrome_quality")


@pytest.mark.parametrize(
    ("name", "pages", "floor"), [("html_scrapinghub", 181, 0.910), ("html_readability", 130, 0.895)]
)
def test_the_body_of_a_tag_stripped_page_is_found(data, bench, name, pages, floor):
    loaded = bench.pages(data, name)
    scores = [bench.f1(bench.kept_text(text), gold)[2] for _, text, gold in loaded]
    assert len(scores) == pages
    assert sum(scores) / pages >= floor


@pytest.mark.parametrize(("name", "most"), [("basil", 0.0005), ("bbc", 0.0015), ("wiki_versions", 0.0090)])
def test_next_to_nothing_is_taken_from_clean_articles(data, bench, name, most):
    shares = bench.removed_shares(data, name, limit=3000)
    assert sum(shares) / len(shares) <= most
