"""Takes the content-coding off a response as the archive does when it reads the original back.

Active always, in place of Scrapy's HttpCompressionMiddleware, which loses a plain page that is labelled gzip and hands
on what it could unfold of one that is cut off. A cut one is asked for again, then a failure: half a report reads like
a whole one.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.warc import decode_content

_GZIP = b"\x1f\x8b"


class BrokenCoding(IgnoreRequest):
    """A response that is neither plain nor whole in the coding it names."""


class CodingMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        coding = response.headers.get("Content-Encoding")
        if not coding or request.method == "HEAD":
            return response
        named = coding.decode("latin-1")
        body = decode_content([("Content-Encoding", named)], response.body)
        if body is response.body and body.startswith(_GZIP) and "gzip" in named.lower():
            assert self.crawler.spider is not None
            reason = "its gzip is cut off or broken"
            again = get_retry_request(request, spider=self.crawler.spider, reason=reason)
            if again is None:
                raise BrokenCoding(reason)
            return again
        whole = response.replace(body=body)
        del whole.headers["Content-Encoding"]
        return whole
