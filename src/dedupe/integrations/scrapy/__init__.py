"""Scrapy: an add-on and an item pipeline that ask the index about every item.

In a project's settings::

    ADDONS = {"dedupe.integrations.scrapy.DedupeAddon": 500}
    DEDUPE_INDEX = "news.dedupe"

In come items, out go the same items with the index's answer in their field ``dedupe``; dropping is the project's
choice.
"""

from dedupe.errors import MissingExtraError

try:
    import scrapy  # noqa: F401 - asked for first, so that its absence is told from a mistake in here
except ImportError as error:
    raise MissingExtraError.for_package("scrapy", extra="scrapy", purpose="the Scrapy add-on") from error

from dedupe.integrations.scrapy.addon import DedupeAddon, QuietLogFormatter
from dedupe.integrations.scrapy.choices import SETTINGS
from dedupe.integrations.scrapy.hints import SEEN, SeenUrlMiddleware
from dedupe.integrations.scrapy.pipeline import DedupePipeline, DuplicateItem

__all__ = [
    "SEEN",
    "SETTINGS",
    "DedupeAddon",
    "DedupePipeline",
    "DuplicateItem",
    "QuietLogFormatter",
    "SeenUrlMiddleware",
]
