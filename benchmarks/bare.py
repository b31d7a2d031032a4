"""A bare Scrapy spider over the pages of `benchmarks.portal`: what fetching them costs when nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

from benchmarks.portal import HOST


class Bare(Spider):
    name = "bare"
    start_urls = [f"{HOST}/gknb/index.html"]  # noqa: RUF012 (as Scrapy declares it)

    def parse(self, response: Response, **_kwargs: Any) -> Iterator[Any]:
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css="a[href*='index_']", priority=1)
        yield from response.follow_all(css="li a", callback=self.report)

    def report(self, response: Response, **_kwargs: Any) -> Iterator[dict[str, str | None]]:
        yield {"url": response.url, "title": response.css("h1::text").get()}


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Bare)
    process.start()
