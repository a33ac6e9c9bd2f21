"""One document in, one body out."""

import pickle

import pytest

from dedupe.config import Config
from dedupe.pages.extract import document_of, extract_body
from dedupe.records import Body, Document, Skipped

CONFIG = Config()
PARAGRAPHS = (
    "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel.",
    "Passengers were taken ashore by bus, the operator said, and nobody was hurt in the three hours of waiting.",
    "Officials expect the line to run again by Thursday if the wind turns and the two ice breakers arrive in time.",
    "It is the first winter in eleven years in which the crossing has been closed for longer than a single day.",
    "A spokeswoman said that tickets would be refunded and that freight would be sent by rail through the valley.",
    "Fishermen on the northern shore have asked the county for help, because their boats cannot leave the basin.",
)
HEAD = """<head><title>Ferry turned back - Harbour News</title>
<meta property="og:title" content="Ferry turned back by ice"><meta property="og:site_name" content="Harbour News">
<meta property="article:published_time" content="2022-01-19T10:00:00+01:00">
<link rel="canonical" href="/2022/ferry"></head>"""
MENU = "<nav><ul>" + "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(12)) + "</ul></nav>"


ARTICLE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def page(body=ARTICLE, head=HEAD):
    return f"<!DOCTYPE html><html>{head}<body>{MENU}<article>{body}</article><footer>About us</footer></body></html>"


def body_of(document):
    body = extract_body(document, CONFIG)
    assert isinstance(body, Body), body
    return body


def test_the_article_of_a_page_is_its_body():
    body = body_of(Document(id=1, html=page()))
    assert body.text.split("\n") == list(PARAGRAPHS)
    assert body.extractor == "trafilatura"


def test_a_page_tells_its_title_address_site_and_time():
    body = body_of(Document(id=1, html=page(), url="https://www.harbour.example/x"))
    assert body.title == "Ferry turned back by ice"
    assert body.canonical == "https://www.harbour.example/2022/ferry"
    assert body.host == "harbour.example"
    assert body.source == "Harbour News"
    assert body.published is not None
    assert (body.published.trust, body.published.evidence) == ("high", "article:published_time")
    assert body.published.earliest.isoformat() == "2022-01-19T09:00:00+00:00"


def test_what_the_caller_says_outweighs_what_the_page_says():
    body = body_of(Document(id=1, html=page(), title="Mine", published="2020-05-05", source="Me"))
    assert (body.title, body.source) == ("Mine", "Me")
    assert body.published is not None
    assert body.published.evidence == "caller"


def test_json_ld_gives_what_the_head_does_not():
    script = (
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "From JSON",'
        ' "datePublished": "2022-01-19", "publisher": {"name": "The Paper"}}]}</script>'
    )
    body = body_of(Document(id=1, html=page(head=f"<head>{script}</head>")))
    assert (body.title, body.source) == ("From JSON", "The Paper")
    assert body.published is not None
    assert body.published.evidence == "JSON-LD datePublished"


def test_the_same_page_six_times_gives_six_equal_bodies():
    """trafilatura's own deduplication gives 1343, 1343, 1343, 0, 0, 0 characters (T31)."""
    bodies = [body_of(Document(id=1, html=page())) for _ in range(6)]
    assert all(body == bodies[0] for body in bodies)


def test_other_pages_in_between_change_nothing():
    first = body_of(Document(id=1, html=page()))
    for count in range(5):
        extract_body(Document(id=2, html=page(f"<p>{PARAGRAPHS[0]}</p>" * (count + 1))), CONFIG)
    assert body_of(Document(id=1, html=page())) == first


def test_documents_and_bodies_travel_between_processes():
    document = Document(id=1, html=page())
    body = body_of(document)
    for thing in (document, body, CONFIG, extract_body):
        assert pickle.loads(pickle.dumps(thing)) == thing


@pytest.mark.parametrize("opener", ["nav", "header", "main", "article", "section", "my-page"])
def test_a_page_whose_optional_tags_are_left_out_keeps_its_paragraphs(opener):
    """HTML lets a page omit ``<html>``, ``<head>`` and ``<body>``; libxml2 then puts what it does not know in the head."""
    head = (
        '<!doctype html><meta charset=utf-8><title>Ferry</title><link rel=canonical href="https://harbour.example/1">'
    )
    body = body_of(
        Document(id=1, html=f"{head}<{opener}>Home</{opener}><article>{ARTICLE}</article><aside>More</aside>")
    )
    assert [line for line in body.text.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert (body.title, body.canonical) == ("Ferry", "https://harbour.example/1")


def test_an_item_of_a_feed_loses_no_paragraph_to_its_marks():
    feed = (
        '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>Harbour News</title><item><title>Ferry</title>'
        f"<description><![CDATA[{ARTICLE}]]></description></item></channel></rss>"
    )
    body = body_of(Document(id=1, content=feed.encode()))
    assert body.text.split("\n")[-len(PARAGRAPHS) :] == list(PARAGRAPHS)


def test_the_menus_around_an_article_in_a_table_are_no_body():
    """Pages laid out as one table: the extractor takes all of the cell, and little of it is menu."""
    menu, rows = [f"Section {number}" for number in range(7)], ["Ferry one", "Ferry two", "Ferry three", "Ferry four"]
    lines = [*menu, *PARAGRAPHS[:3], *rows, *PARAGRAPHS[3:], *(f"Another headline {n}" for n in range(4))]
    body = body_of(Document(id=1, html=f"<html><body><table><tr><td>{'<br>'.join(lines)}</table></body></html>"))
    assert body.text.split("\n") == [*PARAGRAPHS[:3], *rows, *PARAGRAPHS[3:]]


def test_a_byline_that_the_extractor_drops_stands_beside_the_body():
    text = '<p class="byline">By AFP</p>' + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    body = body_of(Document(id=1, html=page(text)))
    assert "By AFP" not in body.text
    assert [(credit.kind, credit.organisation) for credit in body.credits] == [("agency", "AFP")]
    for credit in body.credits:
        assert body.original[credit.span.start : credit.span.end] == credit.quote


def test_a_page_without_structure_is_cleaned_like_text():
    menu = "".join(f"<div>Another headline of the day, number {n}</div>" for n in range(30))
    text = "".join(f"<div>{text}</div>" for text in PARAGRAPHS)
    body = body_of(Document(id=1, html=f"<html><body>{text}{menu}</body></html>"))
    assert body.text.split("\n") == list(PARAGRAPHS)


@pytest.mark.parametrize("given", ["", "  \n\t ", "<html><body></body></html>", "<p> </p><p></p>"])
def test_nothing_to_read_is_skipped_with_a_reason(given):
    found = extract_body(document_of(given), CONFIG)
    assert isinstance(found, Skipped)
    assert found.stage == "body"
    assert "no text" in found.reason
    assert not found.failed


def test_a_binary_is_skipped_with_what_it_is():
    found = extract_body(Document(id="x", content=b"%PDF-1.4 ..."), CONFIG)
    assert found == Skipped(id="x", stage="extract", reason="not text: a PDF file")


def test_a_page_over_the_limit_is_skipped_before_it_is_looked_at():
    found = extract_body(Document(id=1, html="<p>x" * 1000), CONFIG.replace(max_page_bytes=1024))
    assert isinstance(found, Skipped)
    assert "4000 bytes, limit 1024" in found.reason


def test_a_cookie_wall_has_no_body():
    wall = "We use cookies to improve your experience. Accept all cookies\nManage cookie settings\nCookie policy"
    found = extract_body(Document(id=1, text=wall), CONFIG)
    assert isinstance(found, Skipped)
    assert "no body text: all 3 lines are chrome" in found.reason


def test_text_that_is_declared_clean_is_kept_whole():
    text = "Home\nNews\nSport\n" + "\n".join(PARAGRAPHS)
    body = body_of(Document(id=1, text=text, clean=True))
    assert (body.text, body.lines, body.removed) == (text, (), 0.0)


def test_much_removed_is_said():
    text = "\n".join([f"Some other headline of the day {n}" for n in range(60)] + list(PARAGRAPHS[:3]))
    body = body_of(Document(id=1, text=text))
    assert body.removed > 0.6
    assert any("set aside as chrome" in warning for warning in body.warnings)


def test_spans_index_into_the_original():
    for document in (Document(id=1, html=page()), Document(id=1, text="Menu\nHome\n" + "\n".join(PARAGRAPHS))):
        body = body_of(document)
        assert body.text == "\n".join(body.original[start:end] for start, end in body.kept)
        assert all(0 <= line.span.start < line.span.end <= len(body.original) for line in body.lines)
        starts = [line.span.start for line in body.lines]
        assert starts == sorted(starts)


def test_the_headline_of_a_text_is_the_heading_above_its_first_prose():
    text = "Harbour News\nMonday, Jan 05, 2026\n\nFerry turned back by ice\n\n" + "\n\n".join(PARAGRAPHS)
    body = body_of(Document(id=1, text=text))
    assert body.title == "Ferry turned back by ice"


def test_the_date_of_a_masthead_is_not_trusted():
    text = "Harbour News\nMonday, Jan 05, 2026\n\nFerry turned back by ice\n\n" + "\n\n".join(PARAGRAPHS)
    body = body_of(Document(id=1, text=text))
    assert body.published is not None
    assert (body.published.trust, body.published.evidence) == ("low", "masthead")


def test_the_date_below_a_byline_is_trusted_more():
    text = "Ferry turned back by ice\nBy Maziar Motamedi\n19 Jan 2022\n" + "\n".join(PARAGRAPHS)
    body = body_of(Document(id=1, text=text))
    assert body.published is not None
    assert (body.published.trust, body.published.evidence) == ("medium", "byline")


def test_one_text_in_two_encodings_is_one_body():
    text = "\n".join(PARAGRAPHS).replace("Monday", "“Monday” – à déjà l’été")
    bodies = [
        body_of(Document(id=1, content=text.encode(charset))) for charset in ("utf-8", "utf-8-sig", "cp1252", "utf-16")
    ]
    assert len({body.text for body in bodies}) == 1


def test_a_canonical_address_is_absolute_and_on_the_web_or_nothing():
    for href in ("javascript:alert(1)", "file:///etc/passwd", "//[bad", "relative/only"):
        body = body_of(Document(id=1, html=page(head=f'<head><link rel="canonical" href="{href}"></head>')))
        assert body.canonical is None


def test_a_markdown_file_reads_like_its_plain_copy():
    marked = "---\ntitle: 'Ferry: turned back'\ndate: 2022-01-19\n---\n\n# Ferry turned back by ice\n\n" + "\n\n".join(
        text.replace("pilot", "**pilot**").replace("operator", "[operator](https://x.example/a/b?c=d)")
        for text in PARAGRAPHS
    )
    body = body_of(Document(id=1, content=(marked + "\n![A ship](ship.jpg)\n").encode()))
    assert [line for line in body.text.split("\n") if line] == ["Ferry turned back by ice", *PARAGRAPHS]
    assert (body.extractor, body.title) == ("markdown", "Ferry: turned back")
    assert body.published is not None
    assert body.published.evidence == "front matter"


def test_text_that_a_caller_gives_is_never_rewritten():
    text = "See [the story](https://x.example/a) of the ferry that was turned back on Monday by ice in the channel."
    assert body_of(Document(id=1, text=text)).original == text
