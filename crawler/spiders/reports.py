"""One spider for all portals: from the registry's column, or from the home page, to the reports and their files.

    scrapy crawl reports -a portal=ID[,ID…] -a data=DIR -a registry=FILE

Every argument may be left out. What is to be asked for waits in the frontier as Tasks; what an answer brings is decided
in `explorer` and written by `settling`, so that whatever kills the crawl, its next run goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.explorer import Explorer, Found, page_of
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.middlewares.admission import NotAdmitted
from crawler.registry import Portal, choose, doubles, load
from crawler.settling import Answer, Settler
from crawler.tasks import ROLES, Task

Yield = Request | Article | AttachmentFile


class ReportsSpider(Spider):
    name = "reports"

    def __init__(self, *, portals: list[Portal], registry: list[Portal], data: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portals = portals
        self.registry = registry
        self.data = data

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

    @cached_property
    def settler(self) -> Settler:
        return Settler(ArchiveExtension.of(self.crawler), self.settings.getint("GONGKAI_FEED"))

    async def start(self) -> AsyncIterator[Any]:
        progress = self.settler.archive.ledger.progress
        for double, first in doubles(self.registry).items():
            if first in progress:
                progress[first].note(f"the registry's row {double} is the same portal and was not crawled apart")
        portals = [progress[portal.id] for portal in self.portals]
        for portal in sorted(portals, key=lambda portal: portal.resumes is None):
            for fed in self.settler.begin(portal):
                yield self._request(*fed)

    async def answered(self, response: Response) -> AsyncIterator[Yield]:
        explorer, meta = self.settler.explorers[response.meta["portal"]], response.meta
        page = page_of(meta["task"], response)
        if page.is_html:
            # A fifth of a crawl is parsing, which needs no interpreter: other answers are read meanwhile. What breaks
            # it breaks again where that is noted.
            await asyncio.gather(asyncio.to_thread(page.look), return_exceptions=True)
        async for found in self._settled(explorer, meta, explorer.answered(meta["task"], page, meta.get("capture_id"))):
            yield found

    async def failed(self, failure: Failure) -> AsyncIterator[Yield]:
        request: Request = failure.request  # type: ignore[attr-defined]
        explorer = self.settler.explorers[request.meta["portal"]]
        if isinstance(failure.value, NotAdmitted):
            kind, reason = "refused", str(failure.value)
        elif isinstance(failure.value, IgnoreRequest) and "robots.txt" in str(failure.value):
            kind, reason = "robots", "robots.txt forbids it"
        else:
            kind, reason = "unreachable", str(failure.value).strip() or type(failure.value).__name__
        stopped = explorer.stopped(request.meta["task"], kind, reason)
        async for found in self._settled(explorer, request.meta, stopped):
            yield found

    async def _settled(self, explorer: Explorer, meta: dict[str, Any], found: Iterator[Found]) -> AsyncIterator[Yield]:
        answer = Answer(explorer, meta["task"], meta["task_id"], found)
        await self.settler.settle(answer)
        for item in answer.items:
            yield item
        for fed in answer.tasks:
            yield self._request(*fed)

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
