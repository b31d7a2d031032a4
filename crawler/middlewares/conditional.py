"""Asks only for what changed: conditional GET from the validators of a URL's newest capture.

Active unless GONGKAI_CONDITIONAL is off. Some servers say 304 of what has changed: what came whole more than BELIEVED
ago is asked for whole again. A 304 reaches the spider as the page it stands for, read from the archive and
flagged "not-modified", so that lists are walked as ever. What a 304 speaks of is kept in `meta["asked_after"]`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from archive.captures import Capture
from archive.warc import CaptureError, stamp
from crawler.extensions.archive import ArchiveExtension

NOT_MODIFIED = "not-modified"
BELIEVED = timedelta(days=30)
_VALIDATORS = ("If-None-Match", "If-Modified-Since")


class ConditionalMiddleware:
    def __init__(self, archive: ArchiveExtension) -> None:
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("GONGKAI_CONDITIONAL"):
            raise NotConfigured
        return cls(ArchiveExtension.of(crawler))

    def process_request(self, request: Request) -> None:
        # A redirected or repeated request carries the headers of the one before.
        request.meta.pop("asked_after", None)
        for name in _VALIDATORS:
            request.headers.pop(name, None)
        if request.method != "GET" or request.meta.get("unconditional"):
            return
        capture = self.archive.store.latest(request.url, status=200)
        if not capture or not (capture.etag or capture.last_modified) or self._came_whole(capture) < self._since():
            return
        if capture.etag:
            request.headers["If-None-Match"] = capture.etag
        if capture.last_modified:
            request.headers["If-Modified-Since"] = capture.last_modified
        request.meta["asked_after"] = capture.id

    def _since(self) -> str:
        return stamp(self.archive.clock.now() - BELIEVED)

    def _came_whole(self, capture: Capture) -> str:
        """When the capture's bytes were last sent, by this URL or another."""
        sql = "SELECT max(fetched_at) FROM revisits WHERE capture_id = ? AND status != 304"
        again = self.archive.db.conn.execute(sql, (capture.id,)).fetchone()[0]
        return max(capture.fetched_at, again or "")

    def process_response(self, request: Request, response: Response) -> Response | Request:
        asked_after = request.meta.get("asked_after")
        if response.status != 304 or asked_after is None:
            return response
        capture = self.archive.store.capture(asked_after)
        try:
            if capture is None:
                raise CaptureError(f"capture {asked_after} is gone")
            original = self.archive.store.original(capture)
        except CaptureError as error:
            # The kept bytes cannot be read: fetch them anew, which also mends the archive.
            if progress := self.archive.progress_of(request):
                progress.note(f"fetched again because the archive's copy is unreadable: {error}")
            again = request.copy()
            again.meta["unconditional"] = True
            again.dont_filter = True
            return again
        headers = {"Content-Type": original.content_type} if original.content_type else {}
        return HtmlResponse(
            response.url, status=200, headers=headers, body=original.body, request=request, flags=[NOT_MODIFIED]
        )
