"""One spider for all portals: from the registry's column, or from the home page, to the reports and their files.

    scrapy crawl reports -a portal=ID[,ID…] -a data=DIR -a registry=FILE

Every argument may be left out. What is to be asked for waits in the frontier as Tasks; what pages mean is decided in
`reading` and `platforms`. What an answer brought, the tasks that follow and that it is done are written in one
transaction: whatever kills the crawl, its next run goes on from there.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.warc import StorageFailed
from crawler import blocks, columns, reading
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.middlewares.admission import NotAdmitted
from crawler.page import Link, Page
from crawler.platforms import Platform, detect
from crawler.registry import Portal, choose, load
from crawler.tasks import ROLES, Kind, State, Task, Walk
from crawler.urls import switch_scheme, twin_key


@dataclass(frozen=True)
class Again:
    """A task to plan even if its page was asked for before: what a redirect leads to, another scheme, a shared file."""

    task: Task


Found = Task | Again | Article | AttachmentFile
Yield = Request | Article | AttachmentFile
logger = logging.getLogger(__name__)
DEPTH = 3
HOPS = 2
_PRIORITY = {Kind.HOME: 30, Kind.WAY: 30, Kind.LIST: 20, Kind.ARTICLE: 10, Kind.ATTACHMENT: 10}
_NOT_LISTS = ("visitcount", "login", "tree.jsp", "share", "footer", "header", "weather", "tongji")


class ReportsSpider(Spider):
    name = "reports"

    def __init__(self, *, portals: list[Portal], registry: list[Portal], data: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.portals = portals
        self.registry = registry
        self.data = data
        self.states = {portal.id: State() for portal in portals}

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
            state = self.states[portal.id]
            state.walks = self.archive.frontier.walks(progress.crawl_id)
            with self.archive.writing():
                if progress.resumes is None:
                    self._plan(progress, self._entry(portal))
                    self.archive.ledger.save(progress)
                requests = self._feed(progress)
            if not requests:  # Cut off after its last answer and before its row was closed.
                self._close(progress)
            for request in requests:
                yield request

    def _entry(self, portal: Portal) -> Task:
        if portal.column_url:
            return Task(Kind.LIST, portal.column_url, entry=True, column=portal.column_url)
        self._progress(portal.id).tried_home = True
        return Task(Kind.HOME, portal.home_url, entry=True)

    # Tasks and requests

    def _plan(self, progress: Progress, task: Task, *, once: bool = True) -> bool:
        return self.archive.frontier.add(progress.crawl_id, task, priority=_PRIORITY[task.kind], once=once)

    def _feed(self, progress: Progress) -> list[Request]:
        """As many requests as may be with the engine. Callers hold the transaction."""
        state = self.states[progress.portal.id]
        free = self.settings.getint("GONGKAI_FEED") - state.asked
        taken = self.archive.frontier.take(progress.crawl_id, free) if free > 0 else []
        state.asked += len(taken)
        return [self._request(progress, task_id, task) for task_id, task in taken]

    def _request(self, progress: Progress, task_id: int, task: Task) -> Request:
        about = {"portal": progress.portal.id, "role": ROLES[task.kind], "task": task, "task_id": task_id}
        return Request(
            task.url,
            callback=self.answered,
            errback=self.failed,
            dont_filter=True,
            priority=_PRIORITY[task.kind],
            headers={"Referer": task.source} if task.source else None,
            meta={**about, "source": task.source},
        )

    # Answers

    def answered(self, response: Response) -> Iterator[Yield]:
        progress = self._progress(response.meta["portal"])
        yield from self._settle(progress, response.meta, self._answer(progress, response.meta["task"], response))

    def failed(self, failure: Failure) -> Iterator[Yield]:
        request: Request = failure.request  # type: ignore[attr-defined]
        progress = self._progress(request.meta["portal"])
        if isinstance(failure.value, NotAdmitted):
            kind, reason = "refused", str(failure.value)
        elif isinstance(failure.value, IgnoreRequest):
            kind, reason = "robots", "robots.txt forbids it"
        else:
            kind, reason = "unreachable", str(failure.value).strip() or type(failure.value).__name__
        yield from self._settle(progress, request.meta, self._stopped(progress, request.meta["task"], kind, reason))

    def _settle(self, progress: Progress, meta: dict[str, Any], found: Iterator[Found]) -> Iterator[Yield]:
        """Write what an answer brought and that it is done, in one transaction; then hand on its items and the next
        requests. After the portal's last answer look for its column from the home page if nothing was found
        otherwise, else close its row."""
        archive = self.archive
        if archive.failure:
            return  # What cannot be written stays to be asked for again.
        state = self.states[progress.portal.id]
        items: list[Article | AttachmentFile] = []
        try:
            with archive.writing():
                self._keep(progress, meta, found, items)
                archive.frontier.done(meta["task_id"])
                state.asked -= 1
                ended = archive.frontier.is_empty(progress.crawl_id)
                if ended and self._should_try_home(progress):
                    progress.tried_home = True
                    ended = not self._plan(progress, Task(Kind.HOME, progress.portal.home_url, entry=True))
                if walk := state.walks.get(meta["task"].column or ""):
                    archive.frontier.save_walk(progress.crawl_id, walk)
                archive.ledger.save(progress)
                requests = self._feed(progress)
        except StorageFailed:
            return
        yield from items
        yield from requests
        if ended:
            self._close(progress)

    def _keep(
        self, progress: Progress, meta: dict[str, Any], found: Iterator[Found], items: list[Article | AttachmentFile]
    ) -> None:
        try:
            for result in found:
                if isinstance(result, Task):
                    self._plan(progress, result)
                elif isinstance(result, Again):
                    self._plan(progress, result.task, once=False)
                else:
                    items.append(result)
                    self._write(progress, meta["task"], result)
        except (sqlite3.Error, StorageFailed):
            raise
        except Exception:
            # A page may hold anything: one that breaks a reader must not end its portal.
            logger.exception("reading %s failed", meta["task"].url)
            progress.stop("error", meta["task"].url, "our reading of it failed; the log says how", article=False)

    def _write(self, progress: Progress, task: Task, item: Article | AttachmentFile) -> None:
        documents = self.archive.documents
        if isinstance(item, AttachmentFile):
            documents.attachment(item)
            return
        document_id = documents.article(item)
        if task.link:
            documents.visited(progress.portal.id, task.link, document_id, item.capture_id)

    def _close(self, progress: Progress) -> None:
        self.archive.finish(progress)
        self.states[progress.portal.id].forget()

    def _should_try_home(self, progress: Progress) -> bool:
        facts = progress.facts
        hopeless = any(kind in ("blocked", "unreachable", "robots") for kind, _, _ in facts.stops)
        return not (progress.tried_home or facts.accepted or hopeless)

    def _answer(self, progress: Progress, task: Task, response: Response) -> Iterator[Found]:
        capture_id = response.meta.get("capture_id")
        if capture_id is None or self.archive.failure:
            return  # What could not be archived is not read; the run is ending.
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        page = Page(response.url, response.status, response.body, content_type)
        if block := blocks.recognise(page, task.url, progress.portal.home_url):
            yield from self._stopped(progress, task, "blocked", block)
        elif response.status >= 400:
            kind = "missing" if response.status in (404, 410) else "unreachable"
            yield from self._stopped(progress, task, kind, f"HTTP status {response.status}")
        elif page.is_html and task.hops < HOPS and task.kind is not Kind.ATTACHMENT and page.shell:
            yield Again(replace(task, url=page.shell, source=page.url, hops=task.hops + 1))
        elif task.kind in (Kind.HOME, Kind.WAY):
            yield from self._read_home(progress, task, page)
        elif task.kind is Kind.LIST:
            yield from self._read_list(progress, task, page, capture_id)
        elif task.kind is Kind.ARTICLE:
            yield from self._read_article(progress, task, page, capture_id)
        else:
            yield from self._read_attachment(progress, task, page, capture_id)

    def _stopped(self, progress: Progress, task: Task, kind: str, reason: str) -> Iterator[Found]:
        """A request brought no page: try what else there is, else record it."""
        if task.entry and kind == "unreachable" and not task.switched:
            yield Again(replace(task, url=switch_scheme(task.url), switched=True))
            return
        if task.kind is Kind.ATTACHMENT:
            progress.facts.attachments_lost += 1
            progress.sample(kind, f"{task.url}: {reason}")
            self.archive.documents.file_lost(task.article_url or "")
        elif not (task.stated and kind == "missing"):
            progress.stop(kind, task.url, reason, article=task.kind is Kind.ARTICLE)
        if task.kind is Kind.LIST and task.column and (walk := self._walks(progress).get(task.column)):
            walk.misses += 1
            self._next_page(progress, task, walk)

    # Pages

    def _read_home(self, progress: Progress, task: Task, page: Page) -> Iterator[Found]:
        found = columns.find_columns(page)
        ways = columns.find_ways(page) if not found and task.depth < 2 else []
        further = (Task(Kind.WAY, link.url, page.url, task.depth + 1) for link in ways)
        onward = [way for way in further if self._plan(progress, way)]
        if not found and not onward:
            progress.stop("missing", page.url, "no link to the column of annual reports was found", article=False)
        yield from self._ask_columns(progress, page, found, depth=0)

    def _read_list(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        column = task.column or page.url
        walk = self._walks(progress).setdefault(column, Walk(column, known={twin_key(column), twin_key(page.url)}))
        platform = detect(page, progress.portal.platform)
        listing = reading.read_list(page, platform, column)
        if walk.pages == 0 and not listing.articles and reading.is_report(page):
            yield from self._read_article(progress, replace(task, kind=Kind.ARTICLE), page, capture_id)
            return
        fresh = walk.read(listing.entries, platform.pages(page))
        self._count(progress, platform, page, listing, fresh)
        yield from self._ask_articles(progress, page, listing.articles)
        if task.depth < DEPTH:
            below = [*platform.subcolumns(page, column), *listing.columns]
            yield from self._ask_columns(progress, page, below, depth=task.depth + 1)
            if not listing.entries and not below:
                yield from self._ask_frames(page, task.depth + 1)
        self._next_page(progress, task, walk)

    def _read_article(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        platform = detect(page, progress.portal.platform)
        if page.is_html and task.link and reading.is_list(page, platform, task.link) and task.depth < DEPTH:
            as_list = replace(task, kind=Kind.LIST, column=page.url, depth=task.depth + 1)
            yield from self._read_list(progress, as_list, page, capture_id)
            return
        title, reason = reading.report_title(page, task.link) if page.is_html else (task.link and task.link.title, "")
        if not title:
            progress.not_accepted += 1
            progress.sample("not_accepted", f"{task.link.title if task.link else page.url}: {reason}")
            if task.link:
                self.archive.documents.visited(progress.portal.id, task.link, None, capture_id)
            return
        found = platform.attachments(page) if page.is_html else []
        cap = self.settings.getint("GONGKAI_ATTACHMENT_CAP")
        if len(found) > cap:
            progress.note(f"{page.url}: {len(found)} attachments, of which {cap} are fetched")
        progress.facts.accepted += 1
        progress.facts.articles_read += 1
        listed_on = task.link.date if task.link else None
        yield Article(progress.portal.id, page.url, title, listed_on, task.source, capture_id, tuple(found[:cap]))
        for attachment in found[:cap]:
            yield Again(Task(Kind.ATTACHMENT, attachment.url, page.url, article_url=page.url))

    def _read_attachment(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        if page.is_html or not page.body:
            what = "an empty file" if not page.body else "an HTML page in place of the file"
            yield from self._stopped(progress, task, "missing", what)
        else:
            yield AttachmentFile(task.article_url or "", task.url, capture_id)

    # Onward

    def _ask_articles(self, progress: Progress, page: Page, links: list[Link]) -> Iterator[Found]:
        cap = self.settings.getint("GONGKAI_ARTICLE_CAP")
        for link in links:
            task = Task(Kind.ARTICLE, link.url, page.url, link=link)
            if self._is_known(progress, task):
                continue
            progress.sample("listed", f"{link.date or 'no date'} {link.title}")
            if cap and progress.followed >= cap:
                progress.note(f"stopped at the cap of {cap} articles")
                return
            progress.followed += 1
            yield task

    def _is_known(self, progress: Progress, task: Task) -> bool:
        """Whether a link was followed before and is not due again; it is counted then as it was found to be."""
        if task.link is None or self.settings.getbool("GONGKAI_RECHECK_ALL"):
            return False
        visit = self.archive.documents.visit(progress.portal.id, task.link)
        if visit is None or visit.due:
            return False
        if self.archive.frontier.add(progress.crawl_id, task, done=True):
            if visit.document_id is None:
                progress.not_accepted += 1
            else:
                progress.facts.accepted += 1
                progress.facts.known += 1
                self.archive.documents.seen(visit.document_id)
        return True

    def _ask_columns(self, progress: Progress, page: Page, links: list[Link], *, depth: int) -> Iterator[Found]:
        cap = self.settings.getint("GONGKAI_COLUMN_CAP")
        for link in links:
            if len(self._walks(progress)) >= cap:
                progress.note(f"stopped at the cap of {cap} columns")
                return
            yield Task(Kind.LIST, link.url, page.url, depth, column=link.url, link=link)

    def _ask_frames(self, page: Page, depth: int) -> Iterator[Found]:
        for url in page.frames:
            if not any(name in url.lower() for name in _NOT_LISTS):
                yield Task(Kind.LIST, url, page.url, depth, column=url)

    def _next_page(self, progress: Progress, task: Task, walk: Walk) -> None:
        """Plan the next page of a column that was not asked for yet."""
        while True:
            url, why = walk.next_page(self.settings.getint("GONGKAI_PAGE_CAP"))
            if why:
                progress.note(why)
            if url is None:
                return
            following = Task(Kind.LIST, url, task.url, task.depth, column=walk.column, stated=True)
            if self._plan(progress, following):
                return

    def _count(self, progress: Progress, platform: Platform, page: Page, listing: reading.Listing, fresh: int) -> None:
        progress.facts.lists_read += 1
        progress.facts.listed += fresh
        progress.facts.says_empty |= reading.says_empty(page)
        progress.platforms[platform.name] += 1
        progress.not_accepted += len(listing.passed_over)
        for link, reason in listing.passed_over:
            progress.sample("not_accepted", f"{link.title}: {reason}")
        if shortfall := platform.shortfall(page):
            progress.note(f"{page.url}: {shortfall}")

    def _walks(self, progress: Progress) -> dict[str, Walk]:
        return self.states[progress.portal.id].walks

    def _progress(self, portal_id: str) -> Progress:
        return self.archive.ledger.progress[portal_id]
