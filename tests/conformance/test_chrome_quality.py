"""Floors of the chrome finder on real pages: raised when it gets better, never lowered. Needs the data sets."""

import pytest


@pytest.mark.parametrize(
    ("name", "pages", "floor"), [("html_scrapinghub", 181, 0.914), ("html_readability", 130, 0.897)]
)
def test_the_body_of_a_tag_stripped_page_is_found(labelled_pages, chrome_bench, name, pages, floor):
    loaded = chrome_bench.pages(labelled_pages, name)
    scores = [chrome_bench.f1(chrome_bench.kept_text(text), gold)[2] for _, text, gold in loaded]
    assert len(scores) == pages
    assert sum(scores) / pages >= floor


@pytest.mark.parametrize(("name", "most"), [("basil", 0.0005), ("bbc", 0.0015), ("wiki_versions", 0.0090)])
def test_next_to_nothing_is_taken_from_clean_articles(labelled_pages, chrome_bench, name, most):
    shares = chrome_bench.removed_shares(labelled_pages, name, limit=3000)
    assert sum(shares) / len(shares) <= most
