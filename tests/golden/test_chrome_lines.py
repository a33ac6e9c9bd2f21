"""What the chrome finder and the credit reader say of thousands of real texts, line by line, is what it always was.

Measured before lines were read by the kernel; a rule that is meant to change changes these. Needs the data sets.
"""

import pytest
import xxhash

from dedupe.text import chrome
from dedupe.text.credits import find_credits

LIMIT = 1000
GOLDEN = {
    # set: (digest of its texts, digest of all that is said of them)
    "html_scrapinghub": ("9047bc90881d3a58", "e7290309584ba1ec"),
    "html_readability": ("f24e203894091102", "d1e2bde38fc84976"),
    "abp": ("d66f0732e36b7792", "71803d1994369247"),
    "news20": ("307c3eb11c12b2d0", "099e99d503973b6b"),
    "wiki_versions": ("d1a7ab785319b7a6", "3190e022b275a15d"),
}


def digest(values):
    """Sixteen hexadecimal digits for a list of anything that prints the same everywhere."""
    hashed = xxhash.xxh3_64()
    for value in values:
        hashed.update(repr(value).encode("utf-8", "backslashreplace"))
    return hashed.hexdigest()


def said(text):
    """All there is to say of a text, plainly."""
    lines = chrome.classify(text)
    found = find_credits(text, lines)
    return (
        [(*line.span, line.line_class, line.kept) for line in lines],
        [(credit.kind, credit.organisation, *credit.span) for credit in found],
    )


@pytest.mark.parametrize("name", GOLDEN)
def test_every_line_and_credit_of_real_texts_is_as_before(kernel, labelled_pages, chrome_bench, name):
    if name.startswith("html"):
        texts = [text for _, text, _ in chrome_bench.pages(labelled_pages, name)]
    elif (labelled_pages / name).is_dir():
        texts = chrome_bench.clean_texts(labelled_pages, name, limit=LIMIT)
    else:
        pytest.skip(f"{name} is not unpacked")
    known, lines = GOLDEN[name]
    if digest(texts) != known:
        pytest.skip("these texts are others than were measured: another version of the data, or of lxml")
    assert digest(map(said, texts)) == lines
