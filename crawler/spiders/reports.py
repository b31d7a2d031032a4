"""One spider for all portals: from the registry's column, or from the home page, to the reports and their files.

    scrapy crawl reports -a portal=ID[,ID…] -a data=DIR -a registry=FILE

Every argument may be left out. Requests carry a Task; what pages mean is decided in `reading` and `platforms`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import blocks, columns, ladder, reading
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.middlewares.admission import NotAdmitted
from crawler.page import Link, Page
from crawler.platforms import GENERIC, Platform, detect, named
from crawler.registry import Portal, choose, load
from crawler.tasks import ROLES, Kind, State, Task, Walk
from crawler.urls import host_of, twin_key
from extract.titles import judge

Yield = Request | Article | AttachmentFile
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
        for portal in self.portals:
            if portal.column_url:
                self.states[portal.id].first_time(Kind.LIST, portal.column_url)
                yield self._ask(portal.id, Task(Kind.LIST, portal.column_url, entry=True, column=portal.column_url))
            else:
                yield self._ask_home(portal)

    # Requests

    def _ask(self, portal_id: str, task: Task) -> Request:
        self.states[portal_id].pending += 1
        headers = {"Referer": task.source} if task.source else {}
        body = task.ask.body if task.ask else None
        if body is not None:
            kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
            headers["Content-Type"] = f"{kind}; charset=UTF-8"
        return Request(
            urldefrag(task.url).url,
            callback=self.answered,
            errback=self.failed,
            method="GET" if body is None else "POST",
            body=body,
            dont_filter=True,
            # What is asked a second time waits until all else is done: some portals need the quiet.
            priority=-1 if task.again else _PRIORITY[task.kind],
            headers=headers,
            meta={"portal": portal_id, "role": ROLES[task.kind], "task": task, "source": task.source},
        )

    def _ask_home(self, portal: Portal) -> Request:
        self.states[portal.id].tried_home = True
        return self._ask(portal.id, Task(Kind.HOME, portal.home_url, entry=True))

    def _ask_once(self, progress: Progress, tasks: Iterator[Task]) -> Iterator[Request]:
        state = self.states[progress.portal.id]
        for task in tasks:
            if state.first_time(task.kind, task.url):
                yield self._ask(progress.portal.id, task)

    # Answers

    def answered(self, response: Response) -> Iterator[Yield]:
        progress = self._progress(response.meta["portal"])
        yield from self._then_done(progress, self._answer(progress, response.meta["task"], response))

    def failed(self, failure: Failure) -> Iterator[Yield]:
        request: Request = failure.request  # type: ignore[attr-defined]
        progress = self._progress(request.meta["portal"])
        if isinstance(failure.value, NotAdmitted):
            kind, reason = "refused", str(failure.value)
        elif isinstance(failure.value, IgnoreRequest):
            kind, reason = "robots", "robots.txt forbids it"
        else:
            kind, reason = "unreachable", str(failure.value).strip() or type(failure.value).__name__
        yield from self._then_done(progress, self._stopped(progress, request.meta["task"], kind, reason))

    def _then_done(self, progress: Progress, results: Iterator[Yield]) -> Iterator[Yield]:
        """Hand on the results; when they were the portal's last, look for its column from the home page if nothing
        was found otherwise, else close its row."""
        state = self.states[progress.portal.id]
        try:
            yield from results
            if state.pending == 1 and self._should_try_home(progress):
                yield self._ask_home(progress.portal)
        finally:
            state.pending -= 1
            if state.pending == 0:
                self.archive.finish(progress)
                state.forget()

    def _should_try_home(self, progress: Progress) -> bool:
        facts = progress.facts
        hopeless = any(kind in ("blocked", "unreachable", "robots") for kind, _, _ in facts.stops)
        return not (self.states[progress.portal.id].tried_home or facts.accepted or hopeless)

    def _answer(self, progress: Progress, task: Task, response: Response) -> Iterator[Yield]:
        capture_id = response.meta.get("capture_id")
        if capture_id is None or self.archive.failure:
            return  # What could not be archived is not read; the run is ending.
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        fragment = urlsplit(task.url).fragment
        url = f"{response.url}#{fragment}" if fragment and "#" not in response.url else response.url
        page = Page(url, response.status, response.body, content_type, task.ask)
        self.states[progress.portal.id].schemes[host_of(page.url)] = urlsplit(page.url).scheme
        if block := blocks.recognise(page, task.url, progress.portal.home_url):
            kind = "missing" if task.stated and block in blocks.ABSENT else "blocked"
            yield from self._stopped(progress, task, kind, block, response.status)
        elif response.status >= 400:
            # A platform's request may be one of several ways to ask: a server that rejects it does not fail.
            absent = response.status in (404, 410) or (task.stated and task.ask is not None and task.ask.data)
            kind = "missing" if absent else "unreachable"
            yield from self._stopped(progress, task, kind, f"HTTP status {response.status}", response.status)
        elif page.is_html and task.hops < HOPS and not (task.ask and task.ask.data) and page.shell:
            linked = task.linked or task.url
            shell = replace(task, url=page.shell, source=page.url, hops=task.hops + 1, linked=linked)
            yield self._ask(progress.portal.id, shell)
        elif task.kind in (Kind.HOME, Kind.WAY):
            yield from self._read_home(progress, task, page)
        elif task.kind is Kind.LIST:
            yield from self._read_list(progress, task, page, capture_id)
        elif task.kind is Kind.ARTICLE:
            yield from self._read_article(progress, task, page, capture_id)
        else:
            yield from self._read_attachment(progress, task, page, capture_id)

    def _stopped(self, progress: Progress, task: Task, kind: str, reason: str, status: int = 0) -> Iterator[Yield]:
        """A request brought no page: try what else there is, else record it."""
        other = None
        if kind == "unreachable":
            other = ladder.other_scheme(task, self.states[progress.portal.id].schemes)
        elif status in (403, 404):
            other = ladder.other_index(task, kind, reason)
        if other:
            yield self._ask(progress.portal.id, other)
            return
        if task.failure:
            kind, url, reason = task.failure
            task = replace(task, url=url)
        if task.kind is Kind.ATTACHMENT:
            progress.facts.attachments_lost += 1
            progress.sample(kind, f"{task.url}: {reason}")
        elif not (task.stated and kind == "missing"):
            progress.stop(kind, task.url, reason, article=task.kind is Kind.ARTICLE)
        if task.kind is Kind.LIST and task.column and (walk := self._walks(progress).get(task.column)):
            walk.missed(data=bool(task.ask and task.ask.data))
            yield from self._next_page(progress, task, walk)

    # Pages

    def _read_home(self, progress: Progress, task: Task, page: Page) -> Iterator[Yield]:
        found = columns.find_columns(page)
        ways = [link.url for link in columns.find_ways(page)] if not found and task.depth < 2 else []
        if not found and not ways and task.depth < 2:
            ways = _frames(page)
        onward = list(self._ask_once(progress, (Task(Kind.WAY, url, page.url, task.depth + 1) for url in ways)))
        # A report may be published outside its column, among the notices.
        reports = [link for link in page.links if (verdict := judge(link.title)).accepted and verdict.year]
        yield from self._ask_articles(progress, page, reports)
        if not found and not onward:
            progress.stop("missing", page.url, "no link to the column of annual reports was found", article=False)
        yield from onward
        yield from self._ask_columns(progress, page, found, depth=0)

    def _read_list(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Yield]:
        column = task.column or page.url
        walk = self._walks(progress).setdefault(
            column, Walk(column, known={twin_key(column), twin_key(page.url)}, barren=task.depth > 0)
        )
        data = bool(task.ask and task.ask.data)
        platform = self._platform(progress, task, page)
        listing = reading.read_list(page, platform, column)
        own = walk.pages == 0 and not listing.articles and not data and reading.is_own_report(page, platform)
        further = [] if data else [*platform.subcolumns(page, column), *listing.columns]
        if own and task.depth < DEPTH and (lasting := reading.lasting_address(page, further)):
            progress.note(f"{page.url} shows the report of {lasting}, which is its lasting address")
            own = False
        below = reading.lies_below(listing, column)
        foreign = not data and walk.rooted and below is False
        walk.rooted |= walk.pages == 0 and bool(below)
        walk.barren &= not listing.articles
        walk.total = max(walk.total, platform.total(page) or 0)
        fresh = walk.read(listing.entries, [] if own else platform.pages(page), data=data, foreign=foreign)
        if own:
            yield from self._read_article(progress, replace(task, kind=Kind.ARTICLE), page, capture_id)
        else:
            self._count(progress, platform, page, listing, fresh)
        yield from self._ask_articles(progress, page, listing.articles)
        if task.depth < DEPTH and not data:
            yield from self._ask_columns(progress, page, further, platform, depth=task.depth + 1)
            if not listing.articles and not own:
                yield from self._ask_frames(progress, page, task.depth + 1)
        yield from self._next_page(progress, task, walk, platform)

    def _read_article(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Yield]:
        platform = detect(page, task.platform or progress.portal.platform)
        if page.is_html and task.link and reading.is_list(page, platform, task.link) and task.depth < DEPTH:
            as_list = replace(task, kind=Kind.LIST, column=page.url, depth=task.depth + 1)
            yield from self._read_list(progress, as_list, page, capture_id)
            return
        title, reason = reading.report_title(page, task.link) if page.is_html else (task.link and task.link.title, "")
        if not title:
            progress.not_accepted += 1
            progress.sample("not_accepted", f"{task.link.title if task.link else page.url}: {reason}")
            return
        if page.is_html and task.link and not reading.shows(page, platform, task.link):
            if not task.again:
                yield self._ask(progress.portal.id, replace(task, again=True))
            else:
                yield from self._stopped(progress, task, "missing", "the page shows something else than the report")
            return
        if not self.states[progress.portal.id].first_time("document", page.url):
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
            file = Task(Kind.ATTACHMENT, attachment.url, page.url, article_url=page.url, linked=attachment.url)
            yield self._ask(progress.portal.id, file)

    def _read_attachment(self, progress: Progress, task: Task, page: Page, capture_id: int) -> Iterator[Yield]:
        # A Word file may be HTML inside; a portal's error page has no chapters.
        if page.is_text and not reading.is_report(page):
            what = "an empty file" if not page.body else "a page in place of the file"
            yield from self._stopped(progress, task, "missing", f"{what} (told by its bytes)")
        else:
            yield AttachmentFile(task.article_url or "", task.linked or task.url, capture_id)

    # Onward

    def _ask_articles(self, progress: Progress, page: Page, links: list[Link]) -> Iterator[Yield]:
        tasks = (Task(Kind.ARTICLE, link.url, page.url, link=link) for link in links)
        yield from self._ask_once(progress, tasks)

    def _ask_columns(
        self, progress: Progress, page: Page, links: list[Link], platform: Platform = GENERIC, *, depth: int
    ) -> Iterator[Yield]:
        state = self.states[progress.portal.id]
        cap = self.settings.getint("GONGKAI_COLUMN_CAP")
        for link in links:
            if len(state.walks) >= cap:
                progress.note(f"stopped at the cap of {cap} columns")
                return
            hint = None if platform is GENERIC else platform.name
            task = Task(Kind.LIST, link.url, page.url, depth, column=link.url, link=link, platform=hint)
            yield from self._ask_once(progress, iter([task]))

    def _ask_frames(self, progress: Progress, page: Page, depth: int) -> Iterator[Yield]:
        tasks = (Task(Kind.LIST, url, page.url, depth, column=url) for url in _frames(page))
        yield from self._ask_once(progress, tasks)

    def _next_page(
        self, progress: Progress, task: Task, walk: Walk, platform: Platform | None = None
    ) -> Iterator[Yield]:
        state = self.states[progress.portal.id]
        while True:
            ask, why = walk.next_page(self.settings.getint("GONGKAI_PAGE_CAP"))
            if why:
                progress.note(why)
            if ask is None:
                return
            if state.first_time(Kind.LIST, ask.url, ask.body):
                following = Task(
                    Kind.LIST,
                    ask.url,
                    # A script asks in the name of the page it stands on, whatever it asked before.
                    task.source if task.ask and task.ask.data else task.url,
                    task.depth,
                    column=walk.column,
                    stated=not ask.sure,
                    ask=ask,
                    platform=platform.name if platform else task.platform,
                )
                yield self._ask(progress.portal.id, following)
                return

    def _count(self, progress: Progress, platform: Platform, page: Page, listing: reading.Listing, fresh: int) -> None:
        progress.facts.lists_read += 1
        progress.facts.listed += fresh
        progress.facts.says_empty |= reading.says_empty(page)
        progress.platforms[platform.name] += 1
        progress.not_accepted += len(listing.passed_over)
        for link, reason in listing.passed_over:
            progress.sample("not_accepted", f"{link.title}: {reason}")

    def _platform(self, progress: Progress, task: Task, page: Page) -> Platform:
        """The rules for a list page. A reply to a platform's own request is for that platform."""
        asked = named(task.platform) if task.ask and task.ask.data else None
        return asked or detect(page, task.platform or progress.portal.platform)

    def _walks(self, progress: Progress) -> dict[str, Walk]:
        return self.states[progress.portal.id].walks

    def _progress(self, portal_id: str) -> Progress:
        return self.archive.ledger.progress[portal_id]


def _frames(page: Page) -> list[str]:
    return [url for url in page.frames if not any(name in url.lower() for name in _NOT_LISTS)]
