"""What imported pages are: lists, reports, files. A crawl knows why it asked for a page; here the pages must tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from archive.captures import CaptureStore, Exchange
from archive.warc import CaptureError, decode_content, header
from crawler import columns, inlined, reading
from crawler.attachments import is_file
from crawler.clock import Clock
from crawler.documents import Documents
from crawler.items import Article
from crawler.page import Ask, Link, Page
from crawler.platforms import GENERIC, Platform, detect, replies
from crawler.registry import Portal
from crawler.urls import host_of, twin_key
from extract.titles import judge


class Counts(Protocol):
    documents: int
    attachments: int


@dataclass(frozen=True)
class _Seen:
    """A state of a page that was imported, and may be a report."""

    portal: Portal
    capture_id: int
    url: str
    role: str
    fetched_at: datetime


@dataclass(frozen=True)
class _Entry:
    """A link as the list at `source` last printed it."""

    link: Link
    source: str
    fetched_at: datetime


class Meaning:
    """Learns from every capture, in any order; `write` then makes documents of what it learnt, in the order in which
    it was captured: an address has the newest report that it showed."""

    def __init__(self, db: Database, store: CaptureStore) -> None:
        self.db = db
        self.store = store
        self.documents = Documents(db, Clock())
        self.linked_from: dict[str, str] = {}
        """For hosts that imported pages of registered portals link to: a page that does."""
        self._listed: dict[str, _Entry] = {}
        self._columns: dict[str, _Entry] = {}
        self._moved: dict[str, str] = {}
        self._pages: list[_Seen] = []
        self._said: list[tuple[Portal, int, str, str]] = []

    def role(self, url: str, status: int, headers: Sequence[tuple[str, str]], payload: bytes) -> str:
        if url.endswith("/robots.txt"):
            return "robots"
        page = _page(url, status, headers, payload)
        if not page.is_html:
            return "other" if page.is_text else "attachment"
        if status != 200:
            return "other"
        if reading.is_report(page):
            return "article"
        listing = reading.read_list(page, detect(page), url)
        if len(listing.articles) > 1 or listing.passed_over:
            return "list"
        return "article" if any(judge(title).accepted for title in page.titles) else "other"

    def learn(self, portal: Portal, capture_id: int, exchange: Exchange) -> None:
        if 300 <= exchange.status < 400:
            capture = self.store.capture(capture_id)
            if capture:
                self._moved[twin_key(exchange.url)] = twin_key(capture.final_url)
            return
        if exchange.status != 200:
            return
        self._pages.append(_Seen(portal, capture_id, exchange.url, exchange.role, exchange.fetched_at))
        page = _page(exchange.url, 200, exchange.headers, exchange.payload)
        if exchange.role in ("list", "other") and page.is_text and replies.is_reply(page):
            # What a list's script was answered. Why it asked is not told here; the rows tell what they are.
            self._read_list(replace(page, asked=Ask(page.url, data=True)), GENERIC, exchange.fetched_at)
        elif page.is_html:
            for link in page.links:
                self.linked_from.setdefault(host_of(link.url), exchange.url)
            if exchange.role != "article" or (reading.gathers(page.links) and not reading.is_report(page)):
                platform = detect(page, portal.platform)
                for ask in platform.queries(page):  # A list may come from a host that only a script names.
                    self.linked_from.setdefault(host_of(ask.url), exchange.url)
                self._read_list(page, platform, exchange.fetched_at)

    def _read_list(self, page: Page, platform: Platform, fetched_at: datetime) -> None:
        listing = reading.read_list(page, platform, page.url)
        own = reading.is_own_report(page, platform, listing.articles)
        for link in () if own else listing.articles:
            _keep_newest(self._listed, _Entry(link, page.url, fetched_at))
        for link in (*platform.subcolumns(page, page.url), *listing.columns):
            _keep_newest(self._columns, _Entry(link, page.url, fetched_at))

    def say(self, portal: Portal, capture_id: int, url: str, title: str) -> None:
        """A report that somebody says is one."""
        self._said.append((portal, capture_id, url, title))

    def write(self, counts: Counts) -> None:
        for old, new in self._moved.items():
            if old in self._listed:
                self._listed.setdefault(new, self._listed[old])
        for portal, capture_id, url, title in self._said:
            self._write(Article(portal.id, url, title, None, None, capture_id), counts)
        for seen in sorted(self._pages, key=lambda seen: seen.fetched_at):
            article = self._article(seen)
            if article:
                self._write(article, counts)

    def _article(self, seen: _Seen) -> Article | None:
        key = twin_key(seen.url)
        entry = self._listed.get(key) or self._columns.get(key)
        link, source = (entry.link, entry.source) if entry else (None, None)
        if seen.role not in ("article", "list") and key not in self._listed:
            return None
        capture = self.store.capture(seen.capture_id)
        if capture is None:
            return None
        try:
            original = self.store.original(capture)
        except CaptureError:
            return None  # `verify` names it.
        page = Page(seen.url, 200, original.body, original.content_type)
        if not page.is_html:
            if link is None or not is_file(link.url):
                return None
            return Article(seen.portal.id, seen.url, link.title, link.date, source, seen.capture_id)
        platform = detect(page, seen.portal.platform)
        if link and (reading.is_list(page, platform, link) or not reading.shows(page, platform, link)):
            return None
        in_turn = key not in self._listed and (seen.role == "list" or key in self._columns)
        if in_turn and not _is_own_report(page, platform):
            return None
        title, _ = reading.report_title(page, link)
        column = self._columns.get(twin_key(source or seen.url))
        title = title and reading.with_body(title, page, link, columns.body_of(column.link.title) if column else None)
        found = platform.attachments(page)
        for file in inlined.find(page):
            inlined.keep(self.store, capture, file, seen.portal.id)
        if not title or not (link or found or reading.is_report(page)):
            return None
        listed_on = link.date if link else None
        return Article(seen.portal.id, seen.url, title, listed_on, source, seen.capture_id, tuple(found), in_turn)

    def _write(self, article: Article, counts: Counts) -> None:
        capture = self.store.capture(article.capture_id)
        before = self.db["documents"].count
        with self.db.atomic():
            document_id = self.documents.article(article, seen=capture.fetched_at if capture else None)
            for attachment in article.attachments:
                file = self.store.latest(attachment.url, status=200)
                if file:
                    self.documents.bind(document_id, attachment.url, file.id)
                    counts.attachments += 1
        counts.documents += self.db["documents"].count - before


def _keep_newest(entries: dict[str, _Entry], entry: _Entry) -> None:
    """Of several lists that print it at once the first one imported counts; none without a date goes before one that
    has it."""
    known = entries.setdefault(twin_key(entry.link.url), entry)
    if known.fetched_at < entry.fetched_at and (entry.link.date or not known.link.date):
        entries[twin_key(entry.link.url)] = entry


def _is_own_report(page: Page, platform: Platform) -> bool:
    """Whether a column's page is the report itself, at the address where it stays."""
    listing = reading.read_list(page, platform, page.url)
    further = [*platform.subcolumns(page, page.url), *listing.columns]
    own = reading.is_own_report(page, platform, listing.articles)
    return own and reading.lasting_address(page, further) is None


def _page(url: str, status: int, headers: Sequence[tuple[str, str]], payload: bytes) -> Page:
    return Page(url, status, decode_content(headers, payload), header(headers, "Content-Type"))
