"""The add-on: one line in a project's settings puts the pipeline, the hint and a quiet log in their places."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from dedupe.integrations.scrapy.hints import SeenUrlMiddleware
from dedupe.integrations.scrapy.pipeline import DedupePipeline, DuplicateItem

_BEHIND_THE_CACHE = 910
"""Place among the downloader middlewares: right before the download, behind whatever may answer without one."""


class DedupeAddon:
    """Enables duplicate recognition for a project: ``ADDONS = {"dedupe.integrations.scrapy.DedupeAddon": 500}``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the components in their places, unless the project has placed them itself."""
        if not settings.getbool("DEDUPE_ENABLED", True):
            return
        priority = settings.getint("DEDUPE_PRIORITY", 500)
        settings.setdefault_in_component_priority_dict("ITEM_PIPELINES", DedupePipeline, priority)
        if settings.getbool("DEDUPE_SEEN_URL"):
            settings.setdefault_in_component_priority_dict(
                "DOWNLOADER_MIDDLEWARES", SeenUrlMiddleware, _BEHIND_THE_CACHE
            )
        if not settings.getpriority("LOG_FORMATTER"):  # Scrapy's own: the project has not chosen one
            settings.set("LOG_FORMATTER", QuietLogFormatter, priority="addon")


class QuietLogFormatter(LogFormatter):
    """Scrapy's log lines, but a duplicate that is dropped does not print its whole text."""

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Leave the item out of the line for a duplicate."""
        if not isinstance(exception, DuplicateItem):
            return super().dropped(item, exception, response, spider)
        return {"level": logging.INFO, "msg": "Dropped: %(exception)s", "args": {"exception": exception}}
