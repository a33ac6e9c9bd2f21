"""The item pipeline: asks the index about every item that is a document, and writes the answer onto it.

It annotates and drops nothing unless told to. Extraction and look-ups run on a thread of their own, never in the
event loop. What goes wrong with the index costs annotations, not items.
"""

import asyncio
import logging
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import is_asyncio_available
from twisted.internet.defer import Deferred

from dedupe.engine.index import Index
from dedupe.integrations.scrapy.choices import UNCHANGED, Choices
from dedupe.integrations.scrapy.items import annotate, annotation_of, document_of
from dedupe.integrations.scrapy.jobs import Job
from dedupe.integrations.worker import DocumentIndex, IndexWorker
from dedupe.records import Decision, DocumentId, Skipped
from dedupe.report.visible import visible

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class DuplicateItem(DropItem):
    """An item was dropped because the index holds its text; the message says whose copy it is, never the text."""

    def __init__(self, decision: Decision, action: str) -> None:
        """Describe the drop in one line that is safe to log."""
        of = f" of {_shown(decision.duplicate_of)}" if decision.duplicate_of is not None else ""
        message = f"{_shown(decision.id)}: {action}{of} (similarity {decision.similarity:.2f})"
        super().__init__(message, log_level="INFO")
        self.decision = decision


class DedupePipeline:
    """Asks a :class:`dedupe.Index` about every item.

    Raises:
        ConfigError: One of the settings cannot be; the crawl does not begin.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Read the settings and, before Scrapy's scheduler does, the job directory."""
        self.choices = Choices.from_settings(crawler.settings)
        self.worker = IndexWorker(self._open_index)
        self.job = Job.from_settings(crawler.settings)
        self._stats = crawler.stats
        self._told: set[str] = set()
        crawler.signals.connect(self._spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the pipeline of a crawl."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the index.

        Raises:
            StoreError: It cannot be opened, is damaged, or was made with other parameters; the crawl does not begin.
        """
        if self.job.recovered:
            self._count("jobs_recovered")
        await answer(self.worker.open())

    async def process_item(self, item: Any) -> Any:
        """Return the item with what the index says about it; items that are no documents come back as they are.

        Raises:
            DuplicateItem: The item's text is here already, and the settings say to drop such items.
        """
        document = document_of(item, self.choices.fields)
        if isinstance(document, Skipped):
            self._count("skipped")
            logger.debug("No document: %s", visible(document.reason))
            return item
        try:
            decision = await answer(self.worker.add(document))
        except Exception as error:  # noqa: BLE001 - what breaks here may cost an annotation, never an item
            self._count("failed")
            why = f"{type(error).__name__}: {visible(error)[:300]}"
            logger.error("%s was not judged: %s", _shown(document.id), why)  # noqa: TRY400 - no text in the log
            return item
        return self._judged(item, decision)

    async def seen_url(self, url: str) -> DocumentId | None:
        """Return the document that a page at this address gave; ``None`` where none did or the index cannot say."""
        try:
            seen = await answer(self.worker.seen_url(url))
        except Exception as error:  # noqa: BLE001 - a hint may fail, a request may not
            logger.debug("No hint for %s: %s", visible(url)[:200], visible(error)[:300])
            return None
        if seen is not None:
            self._count("seen_url")
        return seen

    async def close_spider(self) -> None:
        """Close the index once every question is answered."""
        documents = await answer(self.worker.close())
        if self._stats is not None:
            self._stats.set_value("dedupe/documents", documents)

    def _judged(self, item: Any, decision: Decision) -> Any:
        """Count, annotate and, where the settings say so, drop."""
        unchanged = decision.seen_at < self.job.began
        self._count(decision.action)
        if unchanged:
            self._count(UNCHANGED)
        missing = annotate(item, annotation_of(decision, unchanged=unchanged), self.choices)
        if missing:
            self._count("unannotated")
            self._tell_missing(type(item).__qualname__, missing)
        if self.choices.mode == "drop":
            reasons = [decision.action, *([UNCHANGED] if unchanged else [])]
            reason = next((each for each in reasons if each in self.choices.drop_actions), None)
            if reason is not None:
                self._count(f"dropped/{reason}")
                raise DuplicateItem(decision, reason)
        return item

    def _tell_missing(self, name: str, missing: list[str]) -> None:
        """Say once for each kind of item that it has no place for the answer."""
        if name not in self._told:
            self._told.add(name)
            fields = ", ".join(missing)
            logger.warning("%s has no field %s: declare it, or name others in DEDUPE_ANNOTATION", name, fields)

    def _count(self, name: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"dedupe/{name}")

    def _open_index(self) -> DocumentIndex:
        choices = self.choices
        choices.index.parent.mkdir(parents=True, exist_ok=True)
        return Index(choices.index, choices.config, ttl=choices.ttl, durability=choices.durability)

    def _spider_closed(self, reason: str) -> None:
        """Note that the job stopped as it should; Scrapy has written its queue by now."""
        self.job.stop(finished=reason == "finished")


async def answer(future: Future[Answer]) -> Answer:
    """Wait for another thread's answer in whichever event loop Scrapy runs."""
    if is_asyncio_available():
        return await asyncio.wrap_future(future)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    fired: Deferred[None] = Deferred()
    future.add_done_callback(lambda _: reactor.callFromThread(fired.callback, None))
    await fired
    return future.result()


def _shown(document_id: DocumentId) -> str:
    return visible(document_id)[:200]
