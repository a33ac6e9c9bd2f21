"""The Scrapy pipeline against an index that says what it is told to: annotating, dropping, counting, surviving."""

import asyncio
import datetime as dt
import logging
import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")

import scrapy
from scrapy.logformatter import LogFormatter
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector

import dedupe
from dedupe.errors import CorruptStoreError
from dedupe.integrations.scrapy import (
    SEEN,
    DedupeAddon,
    DedupePipeline,
    DuplicateItem,
    QuietLogFormatter,
    SeenUrlMiddleware,
)
from dedupe.integrations.scrapy import pipeline as pipeline_module
from dedupe.integrations.worker import IndexWorker
from dedupe.records import Decision, Sides

WORDS = "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel."


class PretendIndex:
    """Knows documents by their text alone; what it was asked stands in ``threads``."""

    def __init__(self, path=None, config=None, **settings):
        self.texts, self.urls, self.seen = {}, {}, {}
        self.threads, self.closed = set(), False

    def add(self, document):
        self.threads.add(threading.current_thread().name)
        if "break" in document.text:
            raise CorruptStoreError("row 12 is damaged")
        first = self.texts.setdefault(document.text, document.id)
        self.urls.setdefault(document.url, document.id)
        seen = self.seen.setdefault(document.id, dt.datetime.now(dt.UTC))
        return Decision(
            id=document.id, url=document.url, action="new" if first == document.id else "exact",
            duplicate_of=None if first == document.id else first, cluster="c", relation="none", editorial="unknown",
            similarity=0.0 if first == document.id else 1.0, coverage=Sides(0.0, 0.0), confidence="high",
            reason=document.text, seen_at=seen,
        )  # fmt: skip

    def seen_url(self, url):
        return self.urls.get(url)

    def __len__(self):
        return len(self.seen)

    def close(self):
        self.closed = True


@pytest.fixture
def index(monkeypatch):
    pretended = PretendIndex()
    monkeypatch.setattr(pipeline_module, "Index", lambda *_, **__: pretended)
    return pretended


def crawler(tmp_path, **settings):
    made = SimpleNamespace(settings=Settings({"DEDUPE_INDEX": str(tmp_path / "news.dedupe")} | settings))
    made.signals = SignalManager(made)
    made.stats = MemoryStatsCollector(SimpleNamespace(settings=Settings({"STATS_DUMP": False})))
    return made


def article(number, text=WORDS):
    return {"url": f"http://a.example/{number}", "text": text}


def crawl(made, items):
    """Send items through a pipeline that is killed at the end; return what came out, items or exceptions, in order."""
    pipeline = DedupePipeline.from_crawler(made)

    async def run():
        await pipeline.open_spider()
        came_out = [await asyncio.gather(pipeline.process_item(item), return_exceptions=True) for item in items]
        await pipeline.close_spider()
        pipeline.job.let_go()
        return [each for (each,) in came_out]

    return asyncio.run(run())


def stats(made):
    return {key.removeprefix("dedupe/"): value for key, value in made.stats.get_stats().items()}


def test_items_come_out_with_the_answer_and_nothing_is_dropped(tmp_path, index):
    made = crawler(tmp_path)
    first, copy = crawl(made, [article(1), article(2)])
    assert first["dedupe"]["action"] == "new"
    assert (copy["dedupe"]["action"], copy["dedupe"]["duplicate_of"]) == ("exact", "http://a.example/1")
    assert stats(made) == {"new": 1, "exact": 1, "documents": 2}
    assert index.closed


def test_the_index_is_asked_on_a_thread_of_its_own(tmp_path, index):
    crawl(crawler(tmp_path), [article(number) for number in range(5)])
    assert len(index.threads) == 1
    assert index.threads != {threading.current_thread().name}


def test_copies_are_dropped_where_the_settings_say_so(tmp_path, index):
    made = crawler(tmp_path, DEDUPE_MODE="drop")
    first, copy = crawl(made, [article(1), article(2)])
    assert first["dedupe"]["action"] == "new"
    assert isinstance(copy, DuplicateItem)
    assert copy.log_level == "INFO"
    assert str(copy) == "http://a.example/2: exact of http://a.example/1 (similarity 1.00)"
    assert stats(made) == {"new": 1, "exact": 1, "dropped/exact": 1, "documents": 2}


def test_only_the_chosen_actions_are_dropped(tmp_path, index):
    made = crawler(tmp_path, DEDUPE_MODE="drop", DEDUPE_DROP_ACTIONS=["near"])
    assert [type(each) for each in crawl(made, [article(1), article(2)])] == [dict, dict]


def test_a_dropped_text_never_gets_into_the_log(tmp_path, index):
    made = crawler(tmp_path, DEDUPE_MODE="drop")
    item = article("2\nforged line\x1b[31m")
    _, dropped = crawl(made, [article(1), item])
    quiet = QuietLogFormatter().dropped(item, dropped, None, scrapy.Spider("s"))
    line = quiet["msg"] % quiet["args"]
    assert quiet["level"] == logging.INFO
    assert WORDS[:20] not in line
    assert "\n" not in line
    assert "\x1b" not in line
    loud = LogFormatter().dropped(item, dropped, None, scrapy.Spider("s"))
    assert WORDS[:20] in loud["msg"] % loud["args"], "Scrapy's own formatter would print the whole item"


def test_other_dropped_items_are_logged_as_ever():
    error = scrapy.exceptions.DropItem("no price", log_level="WARNING")
    spider = scrapy.Spider("s")
    assert QuietLogFormatter().dropped({}, error, None, spider) == LogFormatter().dropped({}, error, None, spider)


def test_items_that_are_no_documents_pass_untouched(tmp_path, index):
    made = crawler(tmp_path, DEDUPE_MODE="drop")
    image = {"image_urls": ["http://a.example/1.jpg"]}
    assert crawl(made, [image]) == [{"image_urls": ["http://a.example/1.jpg"]}]
    assert stats(made) == {"skipped": 1, "documents": 0}


def test_what_breaks_in_the_index_costs_an_annotation_and_never_an_item(tmp_path, index, caplog):
    made = crawler(tmp_path, DEDUPE_MODE="drop")
    broken = article(1, f"{WORDS} break")
    assert crawl(made, [broken, article(2)])[0] == broken
    assert stats(made) == {"failed": 1, "new": 1, "documents": 1}
    assert "http://a.example/1 was not judged: CorruptStoreError: row 12 is damaged" in caplog.text
    assert WORDS[:20] not in caplog.text


def test_an_index_that_cannot_be_opened_stops_the_crawl_before_it_begins(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise CorruptStoreError("not an index")

    monkeypatch.setattr(pipeline_module, "Index", refuse)
    with pytest.raises(CorruptStoreError):
        asyncio.run(DedupePipeline.from_crawler(crawler(tmp_path)).open_spider())


def test_a_kind_of_item_without_a_place_for_the_answer_is_named_once(tmp_path, index, caplog):
    class Bare(scrapy.Item):
        url, text = scrapy.Field(), scrapy.Field()

    made = crawler(tmp_path)
    crawl(made, [Bare(article(1)), Bare(article(2))])
    assert caplog.text.count("has no field dedupe") == 1
    assert stats(made)["unannotated"] == 2


def test_closing_without_having_opened_and_closing_twice_are_harmless(index):
    worker = IndexWorker(lambda: index)
    assert worker.close().result() == 0
    assert worker.close().result() == 0


def test_questions_asked_before_closing_are_answered(index):
    worker = IndexWorker(lambda: index)
    worker.open()
    asked = [worker.add(dedupe.Document(id=number, text=f"{WORDS} {number}")) for number in range(20)]
    assert worker.close().result() == 20
    assert [each.result().id for each in asked] == list(range(20))


# --- the same document in a later job --------------------------------------------------------------------------------


def test_a_document_an_earlier_job_took_in_is_called_unchanged(tmp_path, index):
    crawl(crawler(tmp_path), [article(1)])
    made = crawler(tmp_path)
    (again,) = crawl(made, [article(1)])
    assert (again["dedupe"]["action"], again["dedupe"]["unchanged"]) == ("new", True)
    assert stats(made) == {"new": 1, "unchanged": 1, "documents": 1}


def test_unchanged_documents_are_dropped_only_when_asked_for(tmp_path, index):
    crawl(crawler(tmp_path), [article(1)])
    (kept,) = crawl(crawler(tmp_path, DEDUPE_MODE="drop"), [article(1)])
    assert isinstance(kept, dict)
    settings = {"DEDUPE_MODE": "drop", "DEDUPE_DROP_ACTIONS": ["unchanged"]}
    (dropped,) = crawl(crawler(tmp_path, **settings), [article(1)])
    assert str(dropped) == "http://a.example/1: unchanged (similarity 0.00)"


def test_a_killed_job_keeps_its_documents_so_that_going_on_loses_none(tmp_path, index):
    settings = {"JOBDIR": str(tmp_path / "job"), "DEDUPE_MODE": "drop", "DEDUPE_DROP_ACTIONS": ["unchanged"]}
    crawl(crawler(tmp_path, **settings), [article(1)])  # killed before the item was exported: no signal, no stop
    (again,) = crawl(crawler(tmp_path, **settings), [article(1)])
    assert again["dedupe"]["unchanged"] is False


# --- add-on and hint -------------------------------------------------------------------------------------------------


def test_the_add_on_puts_the_components_in_their_places():
    settings = Settings({"DEDUPE_PRIORITY": 650})
    DedupeAddon().update_settings(settings)
    assert settings.getdict("ITEM_PIPELINES") == {DedupePipeline: 650}
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == {}
    assert settings["LOG_FORMATTER"] is QuietLogFormatter


def test_the_add_on_respects_what_the_project_has_placed_itself():
    path = "dedupe.integrations.scrapy.DedupePipeline"
    settings = Settings({"ITEM_PIPELINES": {path: 42}, "LOG_FORMATTER": "my.Formatter", "DEDUPE_SEEN_URL": True})
    DedupeAddon().update_settings(settings)
    assert settings.getdict("ITEM_PIPELINES") == {path: 42}
    assert settings["LOG_FORMATTER"] == "my.Formatter"
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == {SeenUrlMiddleware: 910}


def test_the_add_on_can_be_switched_off():
    settings = Settings({"DEDUPE_ENABLED": False})
    before = settings.copy()
    DedupeAddon().update_settings(settings)
    assert dict(settings) == dict(before)


def test_the_hint_names_the_document_of_an_address_and_drops_nothing(tmp_path, index):
    made = crawler(tmp_path, DEDUPE_SEEN_URL=True)
    pipeline = DedupePipeline.from_crawler(made)
    made.get_item_pipeline = lambda _: pipeline
    hints = SeenUrlMiddleware.from_crawler(made)
    known, unknown = scrapy.Request("http://a.example/1"), scrapy.Request("http://a.example/2")

    async def run():
        await pipeline.open_spider()
        await pipeline.process_item(article(1))
        return [await hints.process_request(request) for request in (known, unknown)]

    assert asyncio.run(run()) == [None, None]
    assert (known.meta[SEEN], unknown.meta[SEEN]) == ("http://a.example/1", None)
    assert stats(made) == {"new": 1, "seen_url": 1}


def test_a_hint_that_fails_says_nothing(tmp_path, index):
    pipeline = DedupePipeline.from_crawler(crawler(tmp_path))
    assert asyncio.run(pipeline.seen_url("http://a.example/1")) is None  # the index was never opened


def test_the_hint_is_off_unless_asked_for(tmp_path):
    with pytest.raises(scrapy.exceptions.NotConfigured):
        SeenUrlMiddleware.from_crawler(crawler(tmp_path))


def test_the_loop_goes_on_while_the_index_thinks(tmp_path, index):
    release = threading.Event()
    index.add = lambda document: release.wait(10) and None

    async def run():
        pipeline = DedupePipeline.from_crawler(crawler(tmp_path))
        await pipeline.open_spider()
        waiting = asyncio.ensure_future(pipeline.process_item(article(1)))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        release.set()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(run())
