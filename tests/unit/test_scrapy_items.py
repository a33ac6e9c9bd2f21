"""Scrapy's items and settings: what is read from them, what is written onto them, what is refused."""

import dataclasses
import datetime as dt
import re
from pathlib import Path

import pytest

pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")

import attrs
import scrapy
from scrapy.settings import Settings

import dedupe
from dedupe.integrations.scrapy import SETTINGS
from dedupe.integrations.scrapy.choices import ANNOTATIONS, Choices
from dedupe.integrations.scrapy.items import annotate, annotation_of, document_of
from dedupe.pages.inputs import Fields
from dedupe.records import Decision, Sides

WORDS = "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel."
ROOT = Path(__file__).parents[2]


@dataclasses.dataclass
class DataclassArticle:
    url: str
    text: str
    dedupe: dict | None = None


@attrs.define
class AttrsArticle:
    url: str
    text: str
    dedupe: dict | None = None


class ScrapyArticle(scrapy.Item):
    url = scrapy.Field()
    text = scrapy.Field()
    dedupe = scrapy.Field()


KINDS = [dict, DataclassArticle, AttrsArticle, ScrapyArticle]


def decision(**changes):
    values = {
        "id": "http://a.example/2",
        "url": "http://a.example/2",
        "action": "near",
        "duplicate_of": "http://a.example/1",
        "cluster": "0123456789abcdef",
        "relation": "near_identical",
        "editorial": "unknown",
        "similarity": 0.98,
        "coverage": Sides(1.0, 0.96),
        "confidence": "high",
        "reason": "both carry one text",
        "seen_at": dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
    }
    return Decision(**(values | changes))


def choices(**settings):
    return Choices.from_settings(Settings({"DEDUPE_INDEX": "news.dedupe"} | settings))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_becomes_a_document_whose_id_is_its_address(kind):
    item = kind(url="http://a.example/1", text=WORDS)
    assert document_of(item, Fields()) == dedupe.Document(id="http://a.example/1", text=WORDS, url="http://a.example/1")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_takes_the_answer(kind):
    item = kind(url="http://a.example/2", text=WORDS)
    answer = annotation_of(decision(), unchanged=False)
    assert annotate(item, answer, choices()) == []
    assert (item["dedupe"] if kind in {dict, ScrapyArticle} else item.dedupe) == {
        "id": "http://a.example/2",
        "action": "near",
        "duplicate_of": "http://a.example/1",
        "cluster": "0123456789abcdef",
        "relation": "near_identical",
        "editorial": "unknown",
        "similarity": 0.98,
        "coverage": 1.0,
        "other_coverage": 0.96,
        "confidence": "high",
        "reason": "both carry one text",
        "seen_at": "2026-01-02T03:04:05+00:00",
        "unchanged": False,
    }
    assert tuple(answer) == ANNOTATIONS


def test_an_items_own_id_goes_before_its_address():
    assert document_of({"id": 7, "url": "http://a.example/1", "text": WORDS}, Fields()).id == 7
    assert document_of({"id": "", "url": "http://a.example/1", "text": WORDS}, Fields()).id == "http://a.example/1"


def test_field_names_are_chosen_by_a_setting():
    fields = choices(DEDUPE_FIELDS={"text": "story", "id": "nr", "published": "aired"}).fields
    item = {"nr": 12, "story": WORDS, "aired": dt.date(2022, 1, 19), "link": "http://a.example/1", "text": "teaser"}
    assert document_of(item, fields) == dedupe.Document(
        id=12, text=WORDS, published="2022-01-19", url="http://a.example/1"
    )
    assert document_of({"story": WORDS, "url": "http://a.example/1"}, fields).id == "http://a.example/1"


NEWS_PLEASE = {
    "authors": ["A. Writer"], "date_download": "2022-01-20 10:00:00", "date_modify": None,
    "date_publish": "2022-01-19 08:00:00", "description": "A ferry.", "filename": "a.json", "image_url": None,
    "language": "en", "localpath": None, "maintext": WORDS, "source_domain": "a.example", "text": None,
    "title": "Ferry", "title_page": None, "title_rss": None, "url": "http://a.example/1",
}  # fmt: skip
NEWS_PLEASE_ITEM = {
    "db_id": None, "local_path": "/a", "download_date": "2022-01-20", "source_domain": "a.example", "html_title": "x",
    "url": "http://a.example/1", "spider_response": object(), "article_title": "Ferry", "article_text": WORDS,
    "article_publish_date": "2022-01-19 08:00:00", "article_description": "A ferry.", "article_language": "en",
}  # fmt: skip
FUNDUS = {
    "html": {"requested_url": "http://a.example/1"}, "title": "Ferry", "authors": [], "body": {"summary": []},
    "publishing_date": dt.datetime(2022, 1, 19, 8, tzinfo=dt.UTC), "topics": [], "plaintext": WORDS, "url": "http://a.example/1",
    "publisher": "a.example",
}  # fmt: skip


@pytest.mark.parametrize("item", [NEWS_PLEASE, NEWS_PLEASE_ITEM, FUNDUS], ids=["news-please", "its items", "fundus"])
def test_field_names_of_news_please_and_fundus_need_no_setting(item):
    document = document_of(item, Fields())
    assert (document.id, document.url) == ("http://a.example/1", "http://a.example/1")
    assert (document.text, document.title, document.source) == (WORDS, "Ferry", "a.example")
    assert document.published.replace("T", " ").removesuffix("+00:00") == "2022-01-19 08:00:00"


def test_what_item_loaders_leave_in_lists_is_joined():
    item = {"url": ["http://a.example/1"], "text": ["First line.", "Second line."], "tags": ["a", 1]}
    document = document_of(item, Fields())
    assert (document.id, document.text) == ("http://a.example/1", "First line.\nSecond line.")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"url": "http://a.example/1"}, "no text"),
        ({"text": WORDS}, "neither an id nor an address"),
        ({}, "no text"),
        ({"url": "http://a.example/1", "text": 12}, "the text is of type int"),
    ],
)
def test_an_item_that_is_no_document_says_why(item, reason):
    assert reason in document_of(item, Fields()).reason


def test_parts_of_the_answer_go_to_fields_of_their_own():
    chosen = choices(DEDUPE_ANNOTATION={"action": "kind", "duplicate_of": "copy_of"})
    item = {}
    annotate(item, annotation_of(decision(), unchanged=True), chosen)
    assert item == {"kind": "near", "copy_of": "http://a.example/1"}


def test_an_item_without_a_place_for_the_answer_is_left_alone_and_named():
    class Bare(scrapy.Item):
        url = scrapy.Field()

    @dataclasses.dataclass(slots=True)
    class Slotted:
        url: str

    for item in (Bare(url="u"), Slotted(url="u")):
        assert annotate(item, annotation_of(decision(), unchanged=False), choices()) == ["dedupe"]


def test_pydantic_models_are_items_too():
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model("Article", url=str, text=str, dedupe=(dict | None, None))
    item = model(url="http://a.example/2", text=WORDS)
    assert document_of(item, Fields()).id == "http://a.example/2"
    assert annotate(item, annotation_of(decision(), unchanged=False), choices()) == []
    assert item.dedupe["action"] == "near"
    bare = pydantic.create_model("Bare", url=str)(url="u")
    assert annotate(bare, annotation_of(decision(), unchanged=False), choices()) == ["dedupe"]


def test_no_annotation_at_all_can_be_chosen():
    item = {}
    annotate(item, annotation_of(decision(), unchanged=False), choices(DEDUPE_ANNOTATION=None))
    assert item == {}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"DEDUPE_INDEX": None}, "DEDUPE_INDEX must name the index's file"),
        ({"DEDUPE_MODE": "delete"}, "DEDUPE_MODE must be one of annotate, drop, not 'delete'"),
        ({"DEDUPE_DROP_ACTIONS": ["exact", "same"]}, "DEDUPE_DROP_ACTIONS may hold new, exact.*, not 'same'"),
        ({"DEDUPE_FIELDS": {"words": "text"}}, "no field 'words' to be named"),
        ({"DEDUPE_FIELDS": {"text": 3}}, "DEDUPE_FIELDS must map names to names"),
        ({"DEDUPE_FIELDS": "text=story"}, "DEDUPE_FIELDS must be a dictionary"),
        ({"DEDUPE_ANNOTATION": {"colour": "c"}}, "DEDUPE_ANNOTATION may name fields for id, action.*, not 'colour'"),
        ({"DEDUPE_ANNOTATION": 3}, "DEDUPE_ANNOTATION must be a field's name"),
        ({"DEDUPE_CONFIG": {"treshold": 0.9}}, "DEDUPE_CONFIG: .*treshold"),
        ({"DEDUPE_CONFIG": {"threshold": 7}}, "threshold must be from 0.5 to 1.0"),
        ({"DEDUPE_CONFIG": {"preset": "wild"}}, "no preset 'wild'"),
        ({"DEDUPE_TTL": "a month"}, "DEDUPE_TTL must be a number of seconds"),
        ({"DEDUPE_DURABILITY": "eternal"}, "DEDUPE_DURABILITY must be one of normal, full"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(settings, message):
    with pytest.raises(dedupe.ConfigError, match=message):
        choices(**settings)


def test_settings_may_come_as_strings_from_a_command_line():
    chosen = choices(
        DEDUPE_DROP_ACTIONS="exact,unchanged",
        DEDUPE_TTL="86400",
        DEDUPE_FIELDS='{"text": "story"}',
        DEDUPE_CONFIG='{"preset": "strict"}',
    )
    assert chosen.drop_actions == {"exact", "unchanged"}
    assert chosen.ttl == dt.timedelta(days=1)
    assert chosen.fields.chosen == (("text", "story"),)
    assert chosen.config == dedupe.Config.preset("strict")


def test_the_defaults_change_nothing():
    chosen = choices()
    assert (chosen.mode, chosen.annotation, chosen.config, chosen.ttl) == ("annotate", "dedupe", None, None)
    assert chosen.drop_actions == {"exact", "near"}
    assert chosen.durability == "normal"


def test_without_a_path_the_index_lies_in_the_job_directory():
    assert Choices.from_settings(Settings({"JOBDIR": "jobs/news"})).index == Path("jobs/news/documents.dedupe")


def test_every_setting_is_in_the_guide_with_its_default():
    text = (ROOT / "docs" / "guides" / "scrapy.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(DEDUPE_\w+)` \| `(.*?)` \|", text, re.MULTILINE))
    assert {name: repr(default).replace("'", '"') for name, default in SETTINGS.items()} == rows
