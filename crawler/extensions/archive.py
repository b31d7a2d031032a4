"""Connects a crawl to its archive: keeps every response as it came off the wire, and keeps the ledger.

Active for spiders that have `portals` and `data`. Middlewares and spider share this one object, found with
`ArchiveExtension.of(crawler)`. A capture that cannot be kept ends the run: what is not archived is not read.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.utils.defer import deferred_from_coro

from archive.captures import CaptureStore, Exchange, new_run
from archive.recovery import recover
from archive.schema import open_archive
from archive.warc import StorageFailed
from crawler.admission import Admission, is_private
from crawler.clock import Clock
from crawler.documents import Documents
from crawler.keeper import Keeper
from crawler.ledger import Ledger, Progress
from crawler.urls import host_of

STORAGE_FAILED = "storage_failed"
logger = logging.getLogger(__name__)
_UNTOLD = {b"proxy-authorization", b"authorization", b"cookie"}
"""Request headers that are ours and no part of the record."""


class ArchiveExtension:
    _by_crawler: ClassVar[WeakKeyDictionary[Crawler, ArchiveExtension]] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        if not hasattr(spider, "portals") or not hasattr(spider, "data"):
            raise NotConfigured
        self.crawler = crawler
        self.data: Path = spider.data
        self.run = crawler.settings.get("GONGKAI_RUN") or new_run()
        self.failure: str | None = None
        self.db = open_archive(self.data)
        # A power cut may then take the newest rows, never their records: those are on the disk before a row is
        # written, and `recover` gives them their rows again. It spares a wait for the disk with every answer.
        self.db.conn.execute("PRAGMA synchronous=NORMAL")
        # 40 MB of log instead of 4: moving it into the database waits for the disk, and everything for that.
        self.db.conn.execute("PRAGMA wal_autocheckpoint=10000")
        self.clock = Clock(crawler.settings.get("GONGKAI_CLOCK"))
        full = crawler.settings.getbool("GONGKAI_FULL")
        self.ledger = Ledger(self.data, self.db, self.run, self.clock, full=full)
        self.frontier = self.ledger.frontier
        self.documents = Documents(self.db, self.clock)
        self.ledger.close_dead_runs()
        recover(self.data, self.db)
        self.store = CaptureStore(self.data, self.db, run=self.run)
        self.admission = Admission(spider.registry)
        self.ledger.open(spider.portals)
        self._portal_of_host: dict[str, str] = {}
        self._at_the_end: list[Callable[[], None]] = []
        self.keeper = Keeper(self.store)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)
        self._by_crawler[crawler] = self

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> ArchiveExtension:
        """The one of this crawl. Raises NotConfigured for a spider that keeps no archive."""
        try:
            return cls._by_crawler[crawler]
        except KeyError as error:
            raise NotConfigured("this spider keeps no archive") from error

    def progress_of(self, request: Request) -> Progress | None:
        """The portal a request belongs to; one for robots.txt belongs to whichever portal asked its host first."""
        portal = request.meta.get("portal") or self._portal_of_host.get(host_of(request.url))
        return self.ledger.progress.get(portal) if portal else None

    def claim(self, request: Request) -> None:
        """Remember whose request opened a host."""
        if portal := request.meta.get("portal"):
            self._portal_of_host.setdefault(host_of(request.url), portal)

    async def keep(self, response: Response, request: Request) -> None:
        """Keep a response as it came off the wire; gives back when it is on the disk and has its row."""
        if self.failure:
            return
        if reason := self._wrong_address(request, response):
            request.meta["refusal"] = reason
            return
        progress = self.progress_of(request)
        try:
            kept = await self.keeper.keep(_exchange(request, response, progress, self.clock))
        except StorageFailed as error:
            self.fail(str(error))
            return
        request.meta["capture_id"] = kept.capture_id
        if progress:
            progress.requests += 1
            progress.statuses[str(response.status)] += 1
            progress.new_captures += kept.new
            progress.unchanged += not kept.new

    def _wrong_address(self, request: Request, response: Response) -> str | None:
        """Why the address that a linked host's name led to may not be read. Behind a proxy that is the proxy's."""
        address = response.ip_address
        if not address or request.meta.get("proxy") or host_of(request.url) in self.admission.registered:
            return None
        return f"its name leads to the private address {address}" if is_private(str(address)) else None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction. When the database refuses it the run ends, and StorageFailed is raised."""
        try:
            with self.db.atomic():
                yield
        except sqlite3.Error as error:
            reason = f"{self.data / 'archive.db'} cannot be written: {error}. Make room, then crawl again."
            self.fail(reason)
            raise StorageFailed(reason) from error

    def finish(self, progress: Progress) -> None:
        """Close a portal's row."""
        try:
            self.ledger.finish(progress)
        except sqlite3.Error as error:
            self.fail(f"{self.data / 'archive.db'} cannot be written: {error}. Make room, then crawl again.")

    def fail(self, reason: str) -> None:
        """End the run: raising in a signal handler would only be logged."""
        if self.failure:
            return
        self.failure = reason
        engine = self.crawler.engine
        assert engine is not None
        logger.error("%s", reason)
        deferred_from_coro(engine.close_spider_async(reason=STORAGE_FAILED))

    def at_the_end(self, call: Callable[[], None]) -> None:
        """Have something called once the run's rows are closed."""
        self._at_the_end.append(call)

    def spider_closed(self, reason: str) -> None:
        why = self.failure or {"shutdown": "stopped by the operator"}.get(reason, f"ended early: {reason}")
        try:
            self.ledger.close(why)
        except sqlite3.Error as error:
            # A full disk holds no ledger either. The next run closes the rows that stay open.
            logger.error("the ledger cannot be closed: %s", error)
        finally:
            self.store.close()
            self.db.close()
        for call in self._at_the_end:
            call()


def _exchange(request: Request, response: Response, progress: Progress | None, clock: Clock) -> Exchange:
    is_robots = request.url.endswith("/robots.txt") and "role" not in request.meta
    return Exchange(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        payload=response.body,
        role="robots" if is_robots else request.meta.get("role", "other"),
        fetched_at=clock.now(),
        protocol=response.protocol or "HTTP/1.1",
        method=request.method,
        request_headers=[pair for pair in _pairs(request.headers) if pair[0].lower().encode() not in _UNTOLD],
        request_body=request.body,
        portal_id=progress.portal.id if progress else None,
        crawl_id=progress.crawl_id if progress else None,
        asked_after=request.meta.get("asked_after"),
        anew=bool(request.meta.get("unconditional")),
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values or ()
    ]
