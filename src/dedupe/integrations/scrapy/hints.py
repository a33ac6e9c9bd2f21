"""A hint before a download: has a page at this address given a document before?

It is a hint and nothing else. A page at a known address may carry a new text, and a new address a known one; only the
pipeline, which sees the text, decides. Requests are never dropped here, and Scrapy's own duplicate filter stays in
charge of not asking twice within a crawl.
"""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from dedupe.integrations.scrapy.pipeline import DedupePipeline

SEEN = "dedupe_seen"
"""Key in ``request.meta``: the id of the document that a page at this address gave, or ``None``."""


class SeenUrlMiddleware:
    """Writes into ``request.meta["dedupe_seen"]`` which document a page at this address gave."""

    def __init__(self, crawler: Crawler) -> None:
        """Prepare for a crawl."""
        if not crawler.settings.getbool("DEDUPE_SEEN_URL"):
            raise NotConfigured
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Look the address up, once for a request however often it is tried."""
        if SEEN in request.meta:
            return
        pipeline = self._crawler.get_item_pipeline(DedupePipeline)
        if pipeline is None:
            return
        request.meta[SEEN] = await pipeline.seen_url(request.url)
