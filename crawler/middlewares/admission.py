"""Refuses requests to hosts that are not ours to ask, at every hop of a redirect.

Active always. A refusal raises NotAdmitted and is counted at the portal with a sample.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.extensions.archive import ArchiveExtension


class NotAdmitted(IgnoreRequest):
    """The URL is on a host that may not be asked."""


class AdmissionMiddleware:
    def __init__(self, archive: ArchiveExtension) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(ArchiveExtension.of(crawler))

    def process_request(self, request: Request) -> None:
        hops = request.meta.get("redirect_urls")
        source = hops[-1] if hops else request.meta.get("source")
        if reason := self.archive.admission.refusal(request.url, source):
            self._refuse(request, reason)
        self.archive.claim(request)

    def process_response(self, request: Request, response: Response) -> Response:
        if reason := request.meta.get("refusal"):
            self._refuse(request, reason)
        return response

    def _refuse(self, request: Request, reason: str) -> None:
        if progress := self.archive.progress_of(request):
            progress.refuse(request.url, reason)
        raise NotAdmitted(reason)
