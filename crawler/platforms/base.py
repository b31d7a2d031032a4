"""What the crawler asks of a platform; every answer here is the one that holds for most portals."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from crawler import attachments, columns, inlined
from crawler.attachments import Attachment
from crawler.page import Ask, Link, Page
from crawler.platforms import loading, pagers, replies
from crawler.urls import directory, host_of, twin_key

# What a pager's links say, without the signs and spaces around it: 下 一 页 >>, [2], 下一页(2/3).
_SIGNS = re.compile(r"[\s\[\]【】()（）<>›»«‹→►▶|·]+")
_ONWARD = re.compile(r"^\s*(?:[>›»→►▶]\s*)+$|^&gt;$")
_NEXT = re.compile(r"^(?:下一?[页頁]|后一?[页頁]|next(?:page)?)(?:\d+/\d+)?$", re.IGNORECASE)
_NUMBER = re.compile(r"^第?\d{1,3}页?$")
_LAST = re.compile(r"^(?:尾页|末页|最后一?页)$")
_ENTRIES = r"(?:共有?|总共|共计|总计|总数|总记录数)[:：]?(\d{1,6})(?:条|篇|项|个)(?:记录|信息|数据|内容)?"
_PAGE = "[一上下尾末每0-9]页"
_STATED = re.compile(rf"{_ENTRIES}[^。；]{{0,30}}?{_PAGE}|{_PAGE}[^。；]{{0,30}}?{_ENTRIES}")


class Platform:
    """A family of portals: how to recognise a page of it, and what its list pages say.

    Rules only: no requests and no state. A subclass overrides what its family does otherwise.
    """

    name: ClassVar[str] = "generic"

    def recognises(self, page: Page) -> bool:  # noqa: ARG002 (for the families)
        """Whether this page was made by the family's software."""
        return False

    def items(self, page: Page) -> list[Link]:
        """Every link that may be an article of the list, navigation included: titles decide, not places."""
        if page.asked and page.asked.data:
            return replies.rows(page)
        return [*page.links, *replies.scripted(page), *columns.options(page)]

    def pages(self, page: Page) -> list[Ask]:
        """Further pages of this list, the next one first. May name pages that do not exist: some portals state their
        number and not their addresses."""
        if page.asked and page.asked.data:
            if loading.asked_by(page.asked):
                return loading.next_ask(page.asked) if self.items(page) else []
            return self.following(page, page.asked)
        stated = (url for url in pagers.templates(page) if self.is_page_of(url, page.url))
        found = dict.fromkeys((*self._linked_pages(page), *pagers.stated(page), *stated))
        linked = [Ask(url) for url in found if twin_key(url) != twin_key(page.url)]
        queries = self.queries(page) or ([] if linked else loading.asks(page))
        return [*queries, *(linked or pagers.posted(page) or [Ask(url) for url in pagers.usual(page) if not queries])]

    def queries(self, page: Page) -> list[Ask]:  # noqa: ARG002 (for the families)
        """The requests that the page's own script would make for its list."""
        return []

    def following(self, reply: Page, asked: Ask) -> list[Ask]:  # noqa: ARG002 (for the families)
        """The request that follows this reply to a query."""
        return []

    def seen(self, reply: Page, asked: Ask) -> int:
        """How many entries the replies brought up to this one, 0 where it is the last. How many a reply holds is the
        portal's to say, whatever was asked for: only a total or an empty reply tells the end."""
        came, total = len(replies.records(reply.text)) or len(self.items(reply)), self.total(reply)
        return asked.seen + came if came and (total is None or asked.seen + came < total) else 0

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        return columns.find_subcolumns(page, column_url)

    def attachments(self, page: Page) -> list[Attachment]:
        return [*attachments.find(page), *(file.attachment for file in inlined.find(page))]

    def total(self, page: Page) -> int | None:
        """How many entries the list holds, where the page itself says so beside its pager (共45条 1/3页) or to it."""
        if page.asked and page.asked.data:
            return None
        match = _STATED.search(page.visible)
        return int(match[1] or match[2]) if match else pagers.entries(page)

    def _linked_pages(self, page: Page) -> list[str]:
        said = [(_SIGNS.sub("", link.text), link) for link in page.links]
        following = [link.url for text, link in said if _NEXT.search(text) or (not text and _ONWARD.search(link.text))]
        following += filter(
            None, (page.resolve(link.get("href", "")) for link in page.root.iter("link") if _is_next(link))
        )
        numbered = [link.url for text, link in said if _NUMBER.search(text)]
        numbered += [link.url for link in columns.options(page) if _NUMBER.search(link.text)]
        last = [link.url for text, link in said if _LAST.search(text)]
        return [url for url in (*following, *numbered, *last) if self.is_page_of(url, page.url)]

    def is_page_of(self, url: str, list_url: str) -> bool:
        """Whether a link of the pager leads on in the same list: same host, same directory or one that is named like
        the list's own page (`zbgg.htm`, `zbgg/10.htm`)."""
        if host_of(url) != host_of(list_url):
            return False
        here, there = directory(list_url), directory(url)
        stem = re.sub(r"(?:[_-]\d+)?\.\w+$", "", list_url.split("?", 1)[0])
        return there == here or url.startswith((stem + "/", stem + "_", stem + "-")) or there == directory(here[:-1])


def _is_next(element: Any) -> bool:
    """<link rel="next">"""
    return str(element.get("rel", "")).lower() == "next"
