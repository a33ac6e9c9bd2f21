"""The guides hold: every block of Python in them runs, and does what the page says."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import io
import re
from types import SimpleNamespace

import pytest

import dedupe
from archives import GUIDE, guide_records
from dedupe.pages.inputs import ALIASES, coerce
from documents import ROOT

GUIDES = ROOT / "docs" / "guides"
WORDS = "The ferry was turned back on Monday after its pilot reported ice on both sides of the channel."


def blocks(name, language="python"):
    text = (GUIDES / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def executed(name):
    """Run a page's blocks one after the other, as a reader would; return the names they made and what they printed."""
    names, printed = {"__name__": "guide"}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in blocks(name):
            exec(compile(block, name, "exec"), names)
    return names, printed.getvalue()


@pytest.fixture
def asyncio_guide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return executed("asyncio-crawlers.md")


def test_the_asyncio_crawler_prints_what_its_page_promises(asyncio_guide):
    _, printed = asyncio_guide
    assert [printed] == blocks("asyncio-crawlers.md", "text")


def test_judging_first_and_keeping_later_works_as_described(asyncio_guide, tmp_path):
    store, saved = asyncio_guide[0]["store"], []

    async def save(record):
        saved.append(record["id"])

    async def run():
        with dedupe.Index(tmp_path / "later.dedupe") as index:
            decisions = [await store({"id": name, "text": WORDS}, index, save) for name in ("a", "b")]
            return [decision.action for decision in decisions], len(index)

    assert asyncio.run(run()) == (["new", "exact"], 1)
    assert saved == ["a"]


def test_articles_of_other_crawlers_become_documents_as_described(asyncio_guide):
    names, _ = asyncio_guide
    fields = {"url": "https://a.example/1", "maintext": WORDS, "text": None, "source_domain": "a.example"}
    news_please = SimpleNamespace(url=fields["url"], get_dict=lambda: fields)
    document = coerce(names["from_news_please"](news_please), 0)
    assert (document.id, document.text, document.source) == ("https://a.example/1", WORDS, "a.example")
    fundus = SimpleNamespace(
        html=SimpleNamespace(requested_url="https://a.example/2"), plaintext=WORDS, title="Ferry",
        publishing_date=dt.datetime(2022, 1, 19, 8, tzinfo=dt.UTC),
    )  # fmt: skip
    document = coerce(names["from_fundus"](fundus), 0)
    assert (document.id, document.text, document.title) == ("https://a.example/2", WORDS, "Ferry")
    assert document.published == "2022-01-19T08:00:00+00:00"


def test_the_scrapy_guides_settings_and_spiders_are_what_scrapy_takes():
    pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")
    import scrapy
    from scrapy.http import HtmlResponse
    from scrapy.settings import Settings

    from dedupe.integrations.scrapy.choices import Choices

    names, _ = executed("scrapy.md")
    settings = Settings({name: value for name, value in names.items() if name.isupper()})
    chosen = Choices.from_settings(settings)
    assert (chosen.mode, sorted(chosen.drop_actions)) == ("drop", ["exact", "near", "unchanged"])
    assert list(settings["ADDONS"]) == ["dedupe.integrations.scrapy.DedupeAddon"]
    request = scrapy.Request("https://news.example/", meta={"dedupe_seen": None})
    page = HtmlResponse("https://news.example/", body=b'<a href="/1">one</a>', encoding="utf-8", request=request)
    for spider in (names["NewsSpider"](), names["HintedSpider"]()):
        link, item = spider.parse(page)
        assert link.url == "https://news.example/1"
        assert item["url"] == "https://news.example/"


def test_the_field_names_of_the_scrapy_guide_are_known():
    text = (GUIDES / "scrapy.md").read_text(encoding="utf-8").split("## News-please", 1)[1]
    rows = re.findall(r"^\| (text|html|published|source) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == 4
    for meaning, cell in rows:
        named = re.findall(r"`(\w+)`", cell)
        known = [name for name in ALIASES[meaning] if name in named]
        assert known == named, "in the order in which they are looked for"


def test_every_key_of_an_annotation_is_in_the_scrapy_guide():
    pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")
    from dedupe.integrations.scrapy.choices import ANNOTATIONS

    text = (GUIDES / "scrapy.md").read_text(encoding="utf-8")
    assert [name for name in ANNOTATIONS if f"`{name}`" not in text] == []
    assert dataclasses.fields(dedupe.Decision)


def test_the_archive_of_the_warc_guide_is_the_one_described_here():
    import gzip

    assert gzip.decompress(GUIDE.read_bytes()) == b"".join(guide_records())
