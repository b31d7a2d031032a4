"""What an answer brings: reports and files, and the tasks that follow from it. One explorer goes through one portal.

Nothing is asked for here: the spider plans what is yielded, and writes it down in the transaction in which it calls.
What pages mean is decided in `reading` and `platforms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.warc import StorageFailed
from crawler import blocks, columns, inlined, ladder, reading
from crawler.attachments import Attachment
from crawler.extensions.archive import ArchiveExtension
from crawler.items import Article, AttachmentFile
from crawler.ledger import Progress
from crawler.page import Link, Page
from crawler.platforms import GENERIC, Platform, detect, loading, named, replies
from crawler.tasks import Kind, Task, Walk
from crawler.urls import host_of, twin_key
from extract.titles import judge


@dataclass(frozen=True)
class Again:
    """A task to plan even if its page was asked for before: what a redirect leads to, another address for the same
    page, a second try, a shared file."""

    task: Task


Found = Task | Again | Article | AttachmentFile
DEPTH = 3
HOPS = 2


def page_of(task: Task, response: Response) -> Page:
    """The page that a task was answered with."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
    fragment = urlsplit(task.url).fragment
    url = f"{response.url}#{fragment}" if fragment and "#" not in response.url else response.url
    return Page(url, response.status, response.body, content_type, task.ask)


class Explorer:
    """Callers hold the transaction, from the first result to the last."""

    def __init__(self, archive: ArchiveExtension, progress: Progress) -> None:
        self.archive = archive
        self.progress = progress
        self.portal = progress.portal
        self.documents = archive.documents
        self.frontier = archive.frontier
        self.settings = archive.crawler.settings
        self.walks = archive.frontier.walks(progress.crawl_id)

    def plan(self, task: Task, *, once: bool = True) -> bool:
        return self.frontier.add(self.progress.crawl_id, task, once=once)

    def entry(self) -> Task:
        """Where the portal's crawl begins."""
        if self.portal.column_url:
            return Task(Kind.LIST, self.portal.column_url, entry=True, column=self.portal.column_url)
        return self.home()

    def home(self) -> Task:
        self.progress.tried_home = True
        return Task(Kind.HOME, self.portal.home_url, entry=True)

    def should_try_home(self) -> bool:
        facts = self.progress.facts
        hopeless = any(kind in ("blocked", "unreachable", "robots") for kind, _, _ in facts.stops)
        return not (self.progress.tried_home or facts.accepted or hopeless)

    def look_for_unlisted(self) -> bool:
        """Plan the reports that are due and no list of this crawl names: dropped, or gone? Gives whether there are any.
        Where no list was read nothing was dropped."""
        if not self.progress.facts.lists_read:
            return False
        all_due = self.settings.getbool("GONGKAI_RECHECK_ALL") or self.settings.getbool("GONGKAI_FULL")
        links = self.documents.unlisted(self.portal.id, self.progress.begun, all_due=all_due)
        return sum(self.plan(Task(Kind.ARTICLE, link.url, link=link, unlisted=True)) for link in links) > 0

    def answered(self, task: Task, page: Page, capture_id: int | None) -> Iterator[Found]:
        if capture_id is None:
            return  # What could not be archived is not read; the run is ending.
        self.progress.schemes[host_of(page.url)] = urlsplit(page.url).scheme
        if not page.body.strip() and page.status == 200 and task.kind is not Kind.ATTACHMENT and not task.is_query:
            yield from self._empty(task)
        elif block := blocks.recognise(page, task.url, self.portal.home_url):
            absent = block in blocks.ABSENT or (task.is_query and page.status == 405)  # One of several ways to ask.
            kind = "missing" if task.stated and absent else "blocked"
            yield from self.stopped(task, kind, block, page.status)
        elif page.status >= 400:
            # A platform's request may be one of several ways to ask: a server that rejects it does not fail.
            absent = page.status in (404, 410) or (task.stated and task.is_query)
            kind = "missing" if absent else "unreachable"
            yield from self.stopped(task, kind, f"HTTP status {page.status}", page.status)
        elif page.is_html and task.hops < HOPS and not task.is_query and page.shell:
            linked = task.linked or task.url
            yield Again(replace(task, url=page.shell, source=page.url, hops=task.hops + 1, linked=linked))
        elif task.kind in (Kind.HOME, Kind.WAY):
            yield from self._read_home(task, page)
        elif task.kind is Kind.LIST:
            yield from self._read_list(task, page, capture_id)
        elif task.kind is Kind.ARTICLE:
            yield from self._read_article(task, page, capture_id)
        else:
            yield from self._read_attachment(task, page, capture_id)

    def _empty(self, task: Task) -> Iterator[Found]:
        """An answer without a body is asked for once more when all else is done."""
        if task.again or task.stated:
            yield from self.stopped(task, "missing" if task.stated else "unreachable", "an empty answer")
        else:
            yield Again(replace(task, again=True))

    def stopped(self, task: Task, kind: str, reason: str, status: int = 0) -> Iterator[Found]:
        """A request brought no page: try what else there is, else record it."""
        other = None
        if kind == "unreachable":
            other = ladder.other_scheme(task, self.progress.schemes, reason)
        elif status in (403, 404):
            other = ladder.other_index(task, kind, reason)
        if other:
            yield Again(other)
            return
        if task.failure and (task.rungs or kind == "unreachable"):
            kind, url, reason = task.failure
            task = replace(task, url=url)
        if task.kind is Kind.ARTICLE and (kind == "missing" or reason in blocks.ABSENT):
            self.documents.missed(task.url, self.progress.crawl_id, reason, listed=not task.unlisted)
        if task.kind is Kind.ATTACHMENT:
            self.progress.facts.attachments_lost += 1
            self.progress.sample(kind, f"{task.url}: {reason}")
            self.documents.file_lost(task.article_url or "")
        elif task.unlisted:
            self.progress.sample("unlisted", f"{task.url}: {reason}")
        elif not (task.stated and kind == "missing"):
            self.progress.stop(kind, task.url, reason, article=task.kind is Kind.ARTICLE)
        if task.kind is Kind.LIST and task.column and (walk := self.walks.get(task.column)):
            walk.missed(data=task.is_query)
            self._next_page(task, walk)

    # Pages

    def _read_home(self, task: Task, page: Page) -> Iterator[Found]:
        found = columns.find_columns(page, replies.scripted(page))
        onward = False
        if not found and task.depth < 2:
            ways = [link.url for link in columns.find_ways(page)]
            if task.depth:  # The menu of a disclosure page may be a frame; a home page's frames are many things.
                ways += [url for url in _frames(page) if host_of(url) == host_of(page.url)]
            onward = self._ways(task, page, ways) or self._ways(
                task, page, [*_frames(page), *(link.url for link in columns.find_notices(page))]
            )
        # A report may be published outside its column, among the notices.
        reports = [link for link in page.links if (verdict := judge(link.title)).accepted and verdict.year]
        self._articles(page, reports)
        if not found and not onward and detect(page, self.portal.platform).queries(page):
            # Its column is not linked but asked for.
            yield Again(Task(Kind.LIST, page.url, task.source, 1, column=page.url))
        elif not found and not onward:
            self.progress.stop("astray", page.url, "no link to the column of annual reports was found", article=False)
        yield from self._columns(page, found, depth=0)

    def _ways(self, task: Task, page: Page, urls: list[str]) -> bool:
        """Plan the pages that may lead to the column. Gives whether any was not asked for before."""
        return sum(self.plan(Task(Kind.WAY, url, page.url, task.depth + 1)) for url in urls) > 0

    def _read_list(self, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        column = task.column or page.url
        unit = columns.body_of(task.link.title) if task.link else None
        new = Walk(column, known={twin_key(column), twin_key(page.url)}, barren=task.depth > 0, unit=unit)
        walk = self.walks.setdefault(column, new)
        platform = self._platform(task, page)
        listing = reading.read_list(page, platform, column)
        own = walk.pages == 0 and not task.is_query and reading.is_own_report(page, platform, listing.articles)
        further = [] if task.is_query else [*platform.subcolumns(page, column), *listing.columns]
        if own and task.depth < DEPTH and (lasting := reading.lasting_address(page, further)):
            self.progress.note(f"{page.url} shows the report of {lasting}, which is its lasting address")
            own = False
        below = reading.lies_below(listing, column)
        foreign = not task.is_query and walk.rooted and below is False
        walk.rooted |= walk.pages == 0 and bool(below)
        walk.barren &= not listing.articles
        if not own and (listing.own or not listing.entries):  # Rows without a date are not told from other links.
            walk.total = max(walk.total, platform.total(page) or 0)
        pages = [] if own else platform.pages(page)
        if not (own or task.is_query or any(not loading.asked_by(ask) for ask in pages)):
            # Where pages are named the button is only another way to them.
            walk.offers_more |= loading.offers_more(page)
        fresh = walk.read(listing.entries, pages, data=task.is_query, foreign=foreign)
        if own:
            yield from self._read_article(replace(task, kind=Kind.ARTICLE, column=column, unit=unit), page, capture_id)
        else:
            self._count(platform, page, listing, fresh)
            self._articles(page, listing.articles, walk.unit)
        if task.entry and not (own or listing.entries or further or pages):
            yield from self._read_home(replace(task, depth=1), page)  # The registry names a page above the column.
        if task.depth < DEPTH and not task.is_query:
            yield from self._columns(page, further, platform, depth=task.depth + 1)
            if not listing.articles and not own:
                for url in _frames(page):
                    yield Task(Kind.LIST, url, page.url, task.depth + 1, column=url)
        self._next_page(task, walk, platform)

    def _read_article(self, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        # What shows a report's chapters is read alike on all platforms: their marks need not be looked for.
        plain = page.is_html and reading.is_report(page)
        platform = GENERIC if plain else detect(page, task.platform or self.portal.platform)
        if page.is_html and task.link and reading.is_list(page, platform, task.link) and task.depth < DEPTH:
            as_list = replace(task, kind=Kind.LIST, column=page.url, depth=task.depth + 1)
            yield from self._read_list(as_list, page, capture_id)
            return
        title, reason = reading.report_title(page, task.link) if page.is_html else (task.link and task.link.title, "")
        title = title and reading.with_body(title, page, task.link, task.unit)
        if not title:
            self.progress.not_accepted += 1
            self.progress.sample("not_accepted", f"{task.link.title if task.link else page.url}: {reason}")
            self._visited(task, None, capture_id)
            return
        if page.is_html and task.link and not reading.shows(page, platform, task.link):
            if not task.again:
                yield Again(replace(task, again=True))
            else:
                yield from self.stopped(task, "missing", "the page shows something else than the report")
            return
        if not self._first("document", page.url):
            if known := self.documents.known(page.url):
                self._visited(task, known, capture_id)
            return
        if page.is_html:  # The articles before and behind it, as some pages name them, are of the same column.
            self._articles(page, reading.neighbours(page), task.unit)
        found = platform.attachments(page) if page.is_html else []
        if page.is_html and not (plain or found) and len(page.prose) < reading.SHELL:
            found = [Attachment(url) for url in loading.bodies(page)]
        cap = self.settings.getint("GONGKAI_ATTACHMENT_CAP")
        if len(found) > cap:
            self.progress.note(f"{page.url}: {len(found)} attachments, of which {cap} are fetched")
        if self._first("report", page.url) and not task.unlisted:
            self.progress.facts.accepted += 1
            self.progress.facts.articles_read += 1
        listed_on = task.link.date if task.link else None
        files, in_turn = tuple(found[:cap]), task.column is not None
        yield Article(self.portal.id, page.url, title, listed_on, task.source, capture_id, files, in_turn)
        inside = any(inlined.MARK in file.url for file in found)
        held = {file.attachment: file for file in inlined.find(page)} if inside else {}
        for attachment in found[:cap]:
            if attachment in held:
                yield AttachmentFile(page.url, attachment.url, self._keep_inlined(capture_id, held[attachment]))
                continue
            yield Again(Task(Kind.ATTACHMENT, attachment.url, page.url, article_url=page.url, linked=attachment.url))

    def _read_attachment(self, task: Task, page: Page, capture_id: int) -> Iterator[Found]:
        # A Word file may be HTML inside; a portal's error page has no chapters.
        if page.is_text and not reading.is_report(page):
            what = "an empty file" if not page.body else "a page in place of the file"
            yield from self.stopped(task, "missing", f"{what} (told by its bytes)")
        else:
            yield AttachmentFile(task.article_url or "", task.linked or task.url, capture_id)

    def _keep_inlined(self, capture_id: int, file: inlined.Inlined) -> int:
        page = self.archive.store.capture(capture_id)
        assert page is not None
        try:
            return inlined.keep(self.archive.store, page, file, self.portal.id, self.progress.crawl_id)
        except StorageFailed as error:
            self.archive.fail(str(error))
            raise

    # Onward

    def _articles(self, page: Page, links: list[Link], unit: str | None = None) -> None:
        """Plan the articles of a list that are new or due. `unit` is the body whose column it is."""
        progress = self.progress
        cap = self.settings.getint("GONGKAI_ARTICLE_CAP")
        for link in links:
            task = Task(Kind.ARTICLE, link.url, page.url, link=link, unit=unit)
            if self._is_known(task, link):
                continue
            progress.sample("listed", f"{link.date or 'no date'} {link.title}")
            if cap and progress.followed >= cap:
                progress.note(f"stopped at the cap of {cap} articles")
                return
            progress.followed += self.plan(task)

    def _is_known(self, task: Task, link: Link) -> bool:
        """Whether a link was followed before and is not due again; it is counted then as it was found to be."""
        if self.settings.getbool("GONGKAI_RECHECK_ALL"):
            return False
        visit = self.documents.visit(self.portal.id, link)
        if visit is None or visit.due:
            return False
        if self.frontier.add(self.progress.crawl_id, task, done=True):
            if visit.document_id is None or visit.url is None:
                self.progress.not_accepted += 1
            elif self._first("report", visit.url):
                self.progress.facts.accepted += 1
                self.progress.facts.known += 1
                self.documents.seen(visit.document_id)
        return True

    def _columns(self, page: Page, links: list[Link], platform: Platform = GENERIC, *, depth: int) -> Iterator[Found]:
        cap = self.settings.getint("GONGKAI_COLUMN_CAP")
        hint = None if platform is GENERIC else platform.name
        for link in links:
            if len(self.walks) >= cap:
                self.progress.note(f"stopped at the cap of {cap} columns")
                return
            yield Task(Kind.LIST, link.url, page.url, depth, column=link.url, link=link, platform=hint)

    def _next_page(self, task: Task, walk: Walk, platform: Platform | None = None) -> None:
        """Plan the next page of a column that was not asked for yet, and keep how far the walk has come."""
        while True:
            ask, why = walk.next_page(self.settings.getint("GONGKAI_PAGE_CAP"))
            if why:
                self.progress.note(why)
            if ask is None:
                self._count_short(walk)
                break
            following = Task(
                Kind.LIST,
                ask.url,
                # A script asks in the name of the page it stands on, whatever it asked before.
                task.source if task.is_query else task.url,
                task.depth,
                column=walk.column,
                stated=not ask.sure,
                ask=ask,
                platform=platform.name if platform else task.platform,
            )
            if self.plan(following):
                break
        self.frontier.save_walk(self.progress.crawl_id, walk)

    def _count_short(self, walk: Walk) -> None:
        """Note of a list at its end whether it showed what it claims. One that names no report may be any list."""
        short = self.progress.facts.short
        if walk.short and not walk.barren:
            short[walk.column] = walk.short
        else:
            short.pop(walk.column, None)

    def _count(self, platform: Platform, page: Page, listing: reading.Listing, fresh: int) -> None:
        progress = self.progress
        progress.facts.lists_read += 1
        progress.facts.listed += fresh
        progress.facts.says_empty |= reading.says_empty(page)
        progress.platforms[platform.name] += 1
        progress.not_accepted += len(listing.passed_over)
        for link, reason in listing.passed_over:
            progress.sample("not_accepted", f"{link.title}: {reason}")

    def _platform(self, task: Task, page: Page) -> Platform:
        """The rules for a list page. A reply to a platform's own request is for that platform."""
        asked = named(task.platform) if task.is_query else None
        return asked or detect(page, task.platform or self.portal.platform)

    def _visited(self, task: Task, document_id: int | None, capture_id: int) -> None:
        if task.link:
            self.documents.visited(self.portal.id, task.link, document_id, capture_id)

    def _first(self, what: str, url: str) -> bool:
        return self.frontier.first(self.progress.crawl_id, f"{what} {twin_key(url)}")


def _frames(page: Page) -> list[str]:
    return [url for url in page.frames if not any(name in url.lower() for name in loading.NOT_LISTS)]
