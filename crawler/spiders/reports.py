"""One spider for all portals: from the registry's column, or from the home page, to the reports and their files.

    scrapy crawl reports -a portal=ID[,ID…] -a data=DIR -a registry=FILE

Every argument may be left out. What is to be asked for waits in the frontier as Tasks; what an answer brings is decided
in `explorer`. That, the tasks that follow and that it is done are written in one transaction: whatever kills the crawl,
its next run goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.warc import StorageFailed
from crawler.explorer import Again, Explorer, Found, page_of
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.middlewares.admission import NotAdmitted
from crawler.registry import Portal, choose, doubles, load
from crawler.tasks import ROLES, Task

Yield = Request | Article | AttachmentFile
logger = logging.getLogger(__name__)


class ReportsSpider(Spider):
    name = "reports"

    def __init__(self, *, portals: list[Portal], registry: list[Portal], data: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portals = portals
        self.registry = registry
        self.data = data
        self.explorers: dict[str, Explorer] = {}
        self.asked: Counter[str] = Counter()
        """Each portal's requests that are with the engine."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_args: Any, **kwargs: Any) -> Self:
        """Raises BadRegistry and OSError for a registry that cannot be used."""
        path = kwargs.pop("registry", None)
        data = Path(kwargs.pop("data", None) or crawler.settings["GONGKAI_DATA"])
        named = [name for name in kwargs.pop("portal", "").split(",") if name]
        registry = load(Path(path) if path else None)
        spider = cls(portals=choose(registry, named), registry=registry, data=data, **kwargs)
        spider._set_crawler(crawler)
        return spider

    @property
    def archive(self) -> ArchiveExtension:
        return ArchiveExtension.of(self.crawler)

    async def start(self) -> AsyncIterator[Any]:
        for portal in sorted(self.portals, key=lambda portal: self._progress(portal.id).resumes is None):
            progress = self._progress(portal.id)
            explorer = self.explorers[portal.id] = Explorer(self.archive, progress)
            for other in (double for double, first in doubles(self.registry).items() if first == portal.id):
                progress.note(f"the registry's row {other} is the same portal and was not crawled apart")
            with self.archive.writing():
                if progress.resumes is None:
                    explorer.plan(explorer.entry())
                    self.archive.ledger.save(progress)
                requests = self._feed(progress)
            if not requests:  # Cut off after its last answer and before its row was closed.
                self._close(progress)
            for request in requests:
                yield request

    # Requests

    def _feed(self, progress: Progress) -> list[Request]:
        """As many requests as may be with the engine. Callers hold the transaction."""
        free = self.settings.getint("GONGKAI_FEED") - self.asked[progress.portal.id]
        taken = self.archive.frontier.take(progress.crawl_id, free) if free > 0 else []
        self.asked[progress.portal.id] += len(taken)
        return [self._request(progress, task_id, task) for task_id, task in taken]

    def _request(self, progress: Progress, task_id: int, task: Task) -> Request:
        about = {"portal": progress.portal.id, "role": ROLES[task.kind], "task": task, "task_id": task_id}
        headers = {"Referer": task.source} if task.source else {}
        if task.body is not None:
            kind = "application/json" if task.body.startswith("{") else "application/x-www-form-urlencoded"
            headers["Content-Type"] = f"{kind}; charset=UTF-8"
        return Request(
            urldefrag(task.url).url,
            callback=self.answered,
            errback=self.failed,
            method="GET" if task.body is None else "POST",
            body=task.body,
            dont_filter=True,
            priority=task.priority,
            headers=headers,
            meta={**about, "source": task.source},
        )

    # Answers

    async def answered(self, response: Response) -> AsyncIterator[Yield]:
        explorer, meta = self.explorers[response.meta["portal"]], response.meta
        page = page_of(meta["task"], response)
        if page.is_html:
            # A fifth of a crawl is parsing, which needs no interpreter: other answers are read meanwhile. What breaks
            # it breaks again where that is noted.
            await asyncio.gather(asyncio.to_thread(page.look), return_exceptions=True)
        for found in self._settle(explorer, meta, explorer.answered(meta["task"], page, meta.get("capture_id"))):
            yield found

    def failed(self, failure: Failure) -> Iterator[Yield]:
        request: Request = failure.request  # type: ignore[attr-defined]
        explorer = self.explorers[request.meta["portal"]]
        if isinstance(failure.value, NotAdmitted):
            kind, reason = "refused", str(failure.value)
        elif isinstance(failure.value, IgnoreRequest) and "robots.txt" in str(failure.value):
            kind, reason = "robots", "robots.txt forbids it"
        else:
            kind, reason = "unreachable", str(failure.value).strip() or type(failure.value).__name__
        yield from self._settle(explorer, request.meta, explorer.stopped(request.meta["task"], kind, reason))

    def _settle(self, explorer: Explorer, meta: dict[str, Any], found: Iterator[Found]) -> Iterator[Yield]:
        """Write what an answer brought and that it is done, in one transaction; then hand on its items and the next
        requests. After the portal's last answer look for its column from the home page if nothing was found
        otherwise, else close its row."""
        archive, progress = self.archive, explorer.progress
        if archive.failure:
            return  # What cannot be written stays to be asked for again.
        items: list[Article | AttachmentFile] = []
        try:
            with archive.writing():
                self._keep(explorer, meta["task"], found, items)
                archive.frontier.done(meta["task_id"])
                self.asked[progress.portal.id] -= 1
                ended = archive.frontier.is_empty(progress.crawl_id)
                if ended and explorer.should_try_home():
                    ended = not explorer.plan(explorer.home())
                if ended:
                    ended = not explorer.look_for_unlisted()
                archive.ledger.save(progress)
                requests = self._feed(progress)
        except StorageFailed:
            return
        yield from items
        yield from requests
        if ended:
            self._close(progress)

    def _keep(
        self, explorer: Explorer, task: Task, found: Iterator[Found], items: list[Article | AttachmentFile]
    ) -> None:
        try:
            for result in found:
                if isinstance(result, Task):
                    explorer.plan(result)
                elif isinstance(result, Again):
                    explorer.plan(result.task, once=False)
                else:
                    items.append(result)
                    self._write(explorer.progress, task, result)
        except (sqlite3.Error, StorageFailed):
            raise
        except Exception:
            # The edge of what one answer can do: it may hold anything, and what breaks the reading of it must not end
            # its portal. Its task is settled with this reason, where Scrapy would log it and leave the task open.
            logger.exception("reading %s failed", task.url)
            explorer.progress.stop("error", task.url, "our reading of it failed; the log says how", article=False)

    def _write(self, progress: Progress, task: Task, item: Article | AttachmentFile) -> None:
        documents = self.archive.documents
        if isinstance(item, AttachmentFile):
            documents.attachment(item)
            return
        document_id = documents.article(item)
        if task.link:
            documents.visited(progress.portal.id, task.link, document_id, item.capture_id)

    def _close(self, progress: Progress) -> None:
        """Close a portal's row, and let go of what it no longer needs: a run may hold thousands."""
        self.archive.finish(progress)
        self.explorers.pop(progress.portal.id, None)

    def _progress(self, portal_id: str) -> Progress:
        return self.archive.ledger.progress[portal_id]
