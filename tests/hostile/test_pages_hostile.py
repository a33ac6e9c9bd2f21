"""Pages made to hang, crash or silence a parser: each costs little, loses nothing, and says which guard fired."""

import gc
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config import Config
from dedupe.pages.extract import document_of, extract_body
from dedupe.pages.guards import depth, guard, without_scripts
from dedupe.pages.strip import strip_tags
from dedupe.records import Body, Document, Skipped

CONFIG = Config()
STORY = (
    "<p>The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel.</p>"
    "<p>Passengers were taken ashore by bus, the operator said, and nobody was hurt in the three hours of waiting.</p>"
    "<p>Officials expect the line to run again by Thursday if the wind turns and two ice breakers arrive in time.</p>"
    "<p>It is the first winter in eleven years in which the crossing has been closed for longer than a day.</p>"
)

QUADRATIC = {
    "32,000 paragraphs": ("<p>a short one</p>" * 32_000, "tags, limit"),
    "100,000 attributes": ("<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + STORY, "attributes"),
    "12,000 attributes in 82,000 characters": (
        "<div " + " ".join(f"a{n}" for n in range(12_000)) + ">" + STORY,
        "attributes",
    ),
    "20,000 rows": (STORY + "<table>" + "<tr><td>1</td></tr>" * 20_000, "tags, limit"),
    "300 deep": ("<div>" * 300 + STORY + "</div>" * 300, "nesting 300 deep, limit 200"),
    "unclosed bold": ("<b>x" * 10_000 + STORY, "nesting 10000 deep"),
    "a text of 5 million characters": ("<p>" + "word " * 1_010_000 + STORY, "characters without a tag"),
}


@pytest.mark.parametrize("name", sorted(QUADRATIC))
def test_a_page_that_no_parser_should_see_is_read_without_one(name):
    html, reason = QUADRATIC[name]
    before = time.process_time()
    body = extract_body(Document(id=1, html=f"<html><body>{html}"), CONFIG)
    assert time.process_time() - before < 8  # seconds to minutes in a parser; a few tenths here
    assert isinstance(body, Body)
    assert body.extractor == "stripped"
    assert any("not parsed" in warning and reason in warning for warning in body.warnings)
    assert len(body.original) > 100


HEAD = (
    '<html><head><title>Ferry</title><meta property="og:title" content="Ferry turned back">'
    '<link rel="canonical" href="https://example.com/ferry"><meta property="og:site_name" content="Harbour News">'
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2022-01-19T10:00:00Z"}</script>'
)


@pytest.mark.parametrize("name", ["100,000 attributes", "300 deep", "unclosed bold"])
@pytest.mark.parametrize("end", ["</head><body>", "<BODY class=x>"])
def test_a_page_that_no_parser_should_see_still_says_its_title_and_date(name, end):
    body = extract_body(Document(id=1, html=HEAD + end + QUADRATIC[name][0]), CONFIG)
    assert isinstance(body, Body)
    assert body.extractor == "stripped"
    assert (body.title, body.source) == ("Ferry turned back", "Harbour News")
    assert body.canonical == "https://example.com/ferry"
    assert body.published.earliest.year == 2022
    assert body.published.trust == "high"


@pytest.mark.parametrize(
    "head",
    [
        HEAD + "<div>" * 300 + "</head><body>",
        HEAD + '<meta name="x" content="y">' * 40_000 + "</head><body>",
        HEAD + "<p>",
        HEAD.replace("<title>", "<title>" + "x" * 400_000) + "</head><body>",
    ],
    ids=["deep head", "long head", "no end", "far end"],
)
def test_a_head_with_a_trap_in_it_is_not_parsed_either(head):
    before = time.process_time()
    body = extract_body(Document(id=1, html=head + "<div>" * 300 + STORY), CONFIG)
    assert time.process_time() - before < 8
    assert isinstance(body, Body)
    assert body.extractor == "stripped"
    assert body.canonical is None


@pytest.mark.parametrize("levels", [100, 198, 253, 254, 255, 256, 600, 2_100])
def test_an_article_is_found_however_deep_it_lies(levels):
    """libxml2 drops what is nested deeper than 255, without a word."""
    body = extract_body(Document(id=1, html="<html><body>" + "<div>" * levels + STORY + "</div>" * levels), CONFIG)
    assert isinstance(body, Body)
    assert "first winter in eleven years" in body.text


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("<table><tr><td>" * 100, "</td></tr></table>" * 100),
        ("<ul><li>" * 150, "</li></ul>" * 150),
        ("<div data-at=a/>" * 300, "</div>" * 300),
        ('<div><i title="</div>"></i>' * 300, "</div>" * 300),
    ],
    ids=["tables", "lists", "slash in a value", "tag in a value"],
)
def test_what_the_parser_dropped_is_read_without_it_though_no_guard_saw_it(opened, closed):
    """Beside the lost article stands enough text for an extractor to be content with."""
    beside = "".join(
        f"<p>A harbour town keeps its memory of winter number {n} in the names of its boats.</p>" for n in range(20)
    )
    html = f"<html><body><div>{beside}</div>{opened}{STORY}{closed}"
    body = extract_body(Document(id=1, html=html), CONFIG)
    assert isinstance(body, Body)
    assert "first winter in eleven years" in body.text
    assert body.extractor == "stripped"
    assert "not parsed: the parser gave up (Excessive depth in document: 256)" in body.warnings


def test_a_lone_surrogate_costs_one_character():
    """lxml drops everything behind it: 3,615 characters became 10."""
    body = extract_body(Document(id=1, html=f"<html><body>{STORY}".replace("ferry", "fer\ud800ry")), CONFIG)
    assert isinstance(body, Body)
    assert "fer\ufffdry" in body.text
    assert "first winter" in body.text
    assert "1 lone surrogates replaced" in body.warnings


def test_surrogates_in_text_keep_their_places():
    text = "A word \udcff and another, and so on until the sentence ends."
    body = extract_body(Document(id=1, text=text), CONFIG)
    assert isinstance(body, Body)
    assert len(body.original) == len(text)
    body.original.encode()


@pytest.mark.parametrize("control", ["\0", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_controls_do_not_cut_a_page(control):
    body = extract_body(Document(id=1, html=f"<html><body>{control}{STORY}".replace("bus", f"b{control}us")), CONFIG)
    assert isinstance(body, Body)
    assert "ashore by b us, the operator" in body.text
    assert "first winter" in body.text


def test_runs_of_combining_marks_are_cut():
    body = extract_body(Document(id=1, text="e" + "\u0301" * 200_000 + " and so on"), CONFIG)
    assert isinstance(body, Body)
    assert len(body.original) < 100
    assert "1 runs of more than 30 combining marks cut" in body.warnings


def test_json_ld_without_measure_is_ignored_by_name():
    script = '<script type="application/ld+json">{"articleBody": "' + "x " * 1_000_000 + '"}</script>'
    body = extract_body(Document(id=1, html=f"<html><head>{script}</head><body>{STORY}"), CONFIG)
    assert isinstance(body, Body)
    assert "first winter" in body.text
    assert any("JSON-LD ignored" in warning for warning in body.warnings)


@pytest.mark.parametrize(
    "script", ["[" * 90_000, '{"@type":' * 9_000, "NaN", '{"datePublished": 12}', '{"@graph": {}}', "\ud800"]
)
def test_broken_json_ld_costs_only_itself(script):
    html = f'<html><head><script type="application/ld+json">{script}</script></head><body>{STORY}'
    body = extract_body(Document(id=1, html=html), CONFIG)
    assert isinstance(body, Body)
    assert "first winter" in body.text
    assert "[[[" not in body.original


@pytest.mark.parametrize(
    "opener", ["<!--", "<script>", "<style>", "<title>", "<select>", "<svg>", "<![CDATA[", "<?php "]
)
def test_what_is_never_closed_hides_nothing_behind_a_thousand_openers(opener):
    before = time.process_time()
    text = strip_tags(without_scripts(opener * 20_000 + STORY)[0])
    assert time.process_time() - before < 2
    assert "first winter" in text


def test_an_unclosed_quotation_mark_hides_nothing():
    body = extract_body(Document(id=1, html='<html><body><a href="' + "x" * 5_000 + STORY), CONFIG)
    assert isinstance(body, Body)
    assert "first winter" in body.text


def test_a_number_of_100000_digits_is_no_character():
    assert strip_tags("&#" + "9" * 100_000 + "; word") == "\ufffd word"


def test_depth_counts_what_stays_open():
    assert depth("<div>" * 300 + "</div>" * 300) == 300
    assert depth("<p>x" * 300) == 0
    assert depth("<div></div>" * 300) == 1
    assert depth("<span>" * 250 + "</div>" * 250 + "<div>" * 10) == 260


@pytest.mark.parametrize("size", [1 << 16, 1 << 18])
def test_the_guards_are_linear(size):
    html = ("<" * 3 + "<a " + "x" * 50 + "&amp;\u0301") * (size // 60)
    before = time.process_time()
    guard(html)
    strip_tags(html)
    assert time.process_time() - before < size / 20_000  # 50 microseconds a character would be far off already


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "latin1", "utf-16", "zip", "\udcff"]))
def test_no_bytes_make_extraction_raise(content, charset):
    found = extract_body(Document(id=1, content=content, charset=charset), CONFIG)
    assert isinstance(found, Body | Skipped)


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div", ">", "<!--", "-->", "<script>", "</script>", "<a href='", '"', "&#", "9", ";", "\0", "\ud800",
         "word ", "A whole sentence stands here. ", "\u0301", "<table>", "<td>", "<br/>", "<title>", "<html>", "<body>", "\n"]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(MARKUP)
def test_no_markup_makes_extraction_raise_and_equal_pages_have_equal_bodies(html):
    assert extract_body(Document(id=1, html=html), CONFIG) == extract_body(Document(id=1, html=html), CONFIG)
    assert isinstance(extract_body(document_of(html), CONFIG), Body | Skipped)


def test_a_text_of_very_many_short_lines_costs_as_much_a_line_as_one_of_few():
    numbers = itertools.count()  # no line comes twice: what is known of one is kept for a while

    def cost(count):
        text = "".join(f"short line {number}\n" for number in itertools.islice(numbers, count))
        gc.disable()  # a collection of everything the whole run has made says nothing about this text
        try:
            before = time.process_time()
            body = extract_body(Document(id=1, text=text), CONFIG)
            spent = time.process_time() - before
        finally:
            gc.enable()
        assert isinstance(body, Body)
        return spent

    few = min(cost(1_000) for _ in range(5))
    assert min(cost(100_000) for _ in range(2)) < 4 * 100 * few
