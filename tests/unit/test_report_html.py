"""The page of HTML: complete, self-contained, and deaf to whatever a document says."""

import base64
import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser

from dedupe.records import Span
from dedupe.report import html
from dedupe.report.html import render
from dedupe.report.marks import marked_text
from handmade import COPY, EMPTY, UNREADABLE, body, five_pages, nothing


def parsed(result):
    return parser.document_fromstring(render(result))


def test_the_page_shows_clusters_links_lone_pages_and_what_was_not_used():
    page = parsed(five_pages(skipped=(UNREADABLE, EMPTY)))
    text = page.text_content()
    assert [heading.text for heading in page.iter("h2")] == [
        "One text on several pages", "Linked, but not the same text", "Texts on one page only", "Not used",
    ]  # fmt: skip
    for words in (
        "5 pages, 4 texts",
        "near identical, republication",
        "it alone has a byline",
        "shared source (AFP)",
        "permission denied",
    ):
        assert words in text


def test_shared_words_are_marked_on_both_sides():
    marks = [mark.text for mark in parsed(five_pages()).iter("mark")]
    assert marks.count(COPY) == 2


def test_chrome_is_shown_as_set_aside():
    asides = [element.text_content().strip() for element in parsed(five_pages()).find_class("aside")]
    assert "Harbour Mirror" in asides


def test_nothing_is_loaded_and_nothing_can_run():
    page = parsed(five_pages())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")
    assert not page.xpath("//script | //img | //link | //iframe | //object | //form | //@style | //@src")
    (style,) = page.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy


def test_an_empty_result_is_a_page_too():
    assert "0 pages, 0 texts" in parsed(nothing()).text_content()


def test_the_same_result_gives_the_same_bytes():
    assert render(five_pages()) == render(five_pages())


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>",
    "$style ${title} $$",
    "\x1b[2J\u202e",
)


def test_a_hostile_id_title_or_text_stays_text():
    result = five_pages(ids=HOSTILE)
    documents = tuple(
        body(entry.id, f"{entry.original} {HOSTILE[0]}", title=HOSTILE[1], url="javascript:alert(1)")
        for entry in result.documents
    )
    page = parsed(result.replace(documents=documents))
    assert not page.xpath("//script | //img | //a | //@onerror")
    text = page.text_content()
    assert HOSTILE[0] in text
    assert HOSTILE[3] in text
    assert "<U+001B>" in text


def test_only_web_addresses_become_links():
    page = parsed(five_pages())
    assert set(page.xpath("//a/@href")) == {"https://example.org/ferry"}
    assert all("noopener" in link.get("rel") for link in page.iter("a"))


def test_a_long_result_is_counted_not_drawn(monkeypatch):
    monkeypatch.setattr(html, "CARDS_SHOWN", 1)
    assert "and 2 more texts" in parsed(five_pages()).text_content()


def test_a_long_text_is_cut_and_the_cut_is_said(monkeypatch):
    monkeypatch.setattr(html, "TEXT_SHOWN", 30)
    page = parsed(five_pages())
    assert max(len(element.text_content()) for element in page.find_class("text")) <= 30
    assert "more character" in page.text_content()


@given(
    st.text(st.characters(categories=("L", "P", "Zs")) | st.sampled_from("<>&\n\r"), max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=6),
    st.lists(st.integers(0, 80), max_size=6, unique=True),
)
def test_every_character_is_shown_exactly_once(text, marks, edges):
    edges = sorted(min(edge, len(text)) for edge in edges)
    kept = tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))
    spans = [(Span(min(*pair, len(text)), min(max(pair), len(text))), "shared") for pair in marks]
    shown = marked_text(body("a", text, kept=kept or (Span(0, 0),)), spans)
    plain = re.sub(r"<(/?mark|/?span)[^>]*>", "", shown)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    assert "".join(plain.split()) == "".join(text.split())
