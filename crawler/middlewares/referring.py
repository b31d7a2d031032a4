"""Says on redirects which page led there; for all other requests the task knows that, and the spider says it.

Active always, in place of Scrapy's, which looks through all that the spider yields: it would name the page whose answer
happened to bring a task out of the database.
"""

from __future__ import annotations

from scrapy.spidermiddlewares.referer import RefererMiddleware


class RedirectsRefererMiddleware(RefererMiddleware):
    """Found by RedirectMiddleware, which asks it for every redirect."""

    process_spider_output = None  # type: ignore[assignment]
    process_spider_output_async = None  # type: ignore[assignment]
