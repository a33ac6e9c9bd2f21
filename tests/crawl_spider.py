"""A real spider over a site on this machine: ``python crawl_spider.py URL OUT.jsonl SETTINGS-AS-JSON``.

Prints its statistics as one line of JSON when it is done.
"""

import json
import sys

import scrapy
from scrapy.crawler import CrawlerProcess


class NewsSpider(scrapy.Spider):
    """Follows every link and yields every page below the lists."""

    name = "news"

    async def start(self):
        yield scrapy.Request(self.start_url, dont_filter=True)

    def parse(self, response):
        for link in response.css("a::attr(href)").getall():
            if link.startswith("http"):
                yield response.follow(link, callback=self.parse)
        if "/list/" not in response.url and response.url != self.start_url:
            yield {"url": response.url, "html": response.text}


def main():
    url, out, settings = sys.argv[1:]
    process = CrawlerProcess(
        settings={
            "ADDONS": {"dedupe.integrations.scrapy.DedupeAddon": 500},
            "FEEDS": {
                out: {"format": "jsonlines", "overwrite": False, "item_export_kwargs": {"export_empty_fields": True}}
            },
            "FEED_EXPORT_FIELDS": ["url", "dedupe"],
            "LOG_LEVEL": "INFO",
            "TELNETCONSOLE_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_DELAY": 0,
            **json.loads(settings),
        }
    )
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, start_url=url)
    process.start()
    print(json.dumps(crawler.stats.get_stats(), default=str))  # noqa: T201 - the parent process reads it


if __name__ == "__main__":
    main()
