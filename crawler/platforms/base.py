"""What the crawler asks of a platform; every answer here is the one that holds for most portals."""

from __future__ import annotations

import re
from typing import ClassVar

from crawler import attachments, columns
from crawler.attachments import Attachment
from crawler.page import Link, Page
from crawler.urls import directory, host_of, resolve, twin_key

_NEXT = re.compile(r"^(?:下一?页|后一?页|下页>*|[>›»]|&gt;|next)$", re.IGNORECASE)
_NUMBER = re.compile(r"^\d{1,3}$")
_LAST = re.compile(r"^(?:尾页|末页|最后一?页)$")
_CREATE_PAGE = re.compile(
    r"""createPageHTML\(\s*(?:['"][^'"]*['"]\s*,\s*)?(\d+)\s*,\s*(\d+)\s*,\s*['"]([\w-]+)['"]\s*,\s*['"](\w+)['"]"""
)


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
        return page.links

    def pages(self, page: Page) -> list[str]:
        """Further pages of this list, the next one first. May name pages that do not exist: some portals state their
        number and not their addresses."""
        found = [*self._linked_pages(page), *self._stated_pages(page)]
        return [url for url in dict.fromkeys(found) if twin_key(url) != twin_key(page.url)]

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        return columns.find_subcolumns(page, column_url)

    def attachments(self, page: Page) -> list[Attachment]:
        return attachments.find(page)

    def shortfall(self, page: Page) -> str | None:  # noqa: ARG002 (for the families)
        """Why the list shows less than it holds, where the page itself says so and we cannot get the rest."""
        return None

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
        match = _CREATE_PAGE.search(page.text)
        if not match:
            return []
        count, current = int(match.group(1)), int(match.group(2))
        name, extension = match.group(3), match.group(4)
        found = (resolve(page.url, f"{name}_{n}.{extension}") for n in range(1, count + 1) if n != current)
        return [url for url in found if url] if count > 1 else []
