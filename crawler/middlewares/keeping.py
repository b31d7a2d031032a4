"""Hands every response to the archive before anything alters it, and on only when it is kept.

Active always. Nearest to the wire, so that bodies are as they came. What could not be kept goes on without a
`capture_id`, and is not read.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.extensions.archive import ArchiveExtension


class KeepingMiddleware:
    def __init__(self, archive: ArchiveExtension) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(ArchiveExtension.of(crawler))

    async def process_response(self, request: Request, response: Response) -> Response:
        await self.archive.keep(response, request)
        return response
