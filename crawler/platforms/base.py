"""What the crawler asks of a platform; every answer here is the one that holds for most portals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from crawler import attachments, columns, inlined
from crawler.attachments import Attachment
from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.urls import directory, host_of, resolve, twin_key

_NEXT = re.compile(r"^(?:下一?页|后一?页|下页>*|[>›»]|&gt;|next)$", re.IGNORECASE)
_NUMBER = re.compile(r"^\d{1,3}$")
_LAST = re.compile(r"^(?:尾页|末页|最后一?页)$")
_ARGUMENT = r"""\s*['"]?([\w./-]*)['"]?\s*"""
_CREATE_PAGE = re.compile(
    rf"""createPageHTML\(\s*(?:['"][^'",]*['"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*,{_ARGUMENT},{_ARGUMENT}[,)]"""
)
_COUNT_PAGE = re.compile(r"""\bcountPage\s*=\s*['"]?(\d+)""")
_PAGER = re.compile(r"""Pager\(\s{0,9}\{([^{}]{0,500})\}""")
_SIZE = re.compile(r"""(?:size|total|count|pageCount)\s*:\s*['"]?(\d+)""", re.IGNORECASE)
_PREFIX = re.compile(r"""prefix\s*:\s*['"]([\w-]+)""", re.IGNORECASE)
_SUFFIX = re.compile(r"""suffix\s*:\s*['"](\w+)""", re.IGNORECASE)
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
        return replies.rows(page) if page.asked and page.asked.data else page.links

    def pages(self, page: Page) -> list[Ask]:
        """Further pages of this list, the next one first. May name pages that do not exist: some portals state their
        number and not their addresses."""
        if page.asked and page.asked.data:
            return self.following(page, page.asked)
        found = (*self._linked_pages(page), *self._stated_pages(page))
        linked = [Ask(url) for url in dict.fromkeys(found) if twin_key(url) != twin_key(page.url)]
        return [*self.queries(page), *linked]

    def queries(self, page: Page) -> list[Ask]:  # noqa: ARG002 (for the families)
        """The requests that the page's own script would make for its list."""
        return []

    def following(self, reply: Page, asked: Ask) -> list[Ask]:  # noqa: ARG002 (for the families)
        """The request that follows this reply to a query."""
        return []

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        return columns.find_subcolumns(page, column_url)

    def attachments(self, page: Page) -> list[Attachment]:
        return [*attachments.find(page), *(file.attachment for file in inlined.find(page))]

    def total(self, page: Page) -> int | None:
        """How many entries the list holds, where the page itself says so beside its pager: 共45条 1/3页."""
        match = None if page.asked and page.asked.data else _STATED.search(page.visible)
        return int(match[1] or match[2]) if match else None

    def _linked_pages(self, page: Page) -> list[str]:
        numbered = [link for link in page.links if _NUMBER.search(link.text)]
        following = [link for link in page.links if _NEXT.search(link.text)]
        last = [link for link in page.links if _LAST.search(link.text)]
        return [link.url for link in (*following, *numbered, *last) if self.is_page_of(link.url, page.url)]

    def is_page_of(self, url: str, list_url: str) -> bool:
        """Whether a link of the pager leads on in the same list: same host, same directory or one that is named like
        the list's own page (`zbgg.htm`, `zbgg/10.htm`)."""
        if host_of(url) != host_of(list_url):
            return False
        here, there = directory(list_url), directory(url)
        stem = re.sub(r"(?:[_-]\d+)?\.\w+$", "", list_url.split("?", 1)[0])
        return there == here or url.startswith((stem + "/", stem + "_", stem + "-")) or there == directory(here[:-1])

    def _stated_pages(self, page: Page) -> list[str]:
        """Pages that only a script of the list knows: `createPageHTML(3, 0, "index", "html")`. Their numbers begin
        with 0 on most portals and with 1 on some, so one too many is named."""
        found = (resolve(page.url, f"{name}_{n}.{ext}") for name, ext, numbers in _stated(page) for n in numbers)
        return [url for url in found if url]


def _stated(page: Page) -> Iterator[tuple[str, str, list[int]]]:
    """What the page says of its pager: the pages' name, their extension, their numbers but its own."""
    file = page.url.split("?", 1)[0].rpartition("/")[2]
    own, _, own_extension = file.rpartition(".")
    own = re.sub(r"_\d+$", "", own) or "index"
    if match := _CREATE_PAGE.search(page.text):
        count, current = int(match[1]), int(match[2])
        name, extension = match[3] or own, match[4] or own_extension or "html"
    elif match := _PAGER.search(page.text):
        size, prefix, suffix = (pattern.search(match[1]) for pattern in (_SIZE, _PREFIX, _SUFFIX))
        count, current = int(size[1]) if size else 0, 0
        name, extension = prefix[1] if prefix else own, suffix[1] if suffix else own_extension or "html"
    elif match := _COUNT_PAGE.search(page.text):
        count, current, name, extension = int(match[1]), 0, own, own_extension or "html"
    else:
        return
    if count > 1:
        yield name, extension.lstrip("."), [n for n in range(1, count + 1) if n != current]
