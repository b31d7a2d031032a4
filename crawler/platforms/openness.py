"""Openness (安徽; its second generation also 内蒙古): disclosure portals by branch.

First generation, ids of 24 hex digits: `/opennessAnnualReport/?branch_id=<branch>` is a branch's annual reports, a
list or a frame of one; articles `/openness/detail/content/<id>.html` with twins under `/mobileOpenness/`. Second,
numeric: lists `/OpennessContent/showList/<branch>/<category>/page_1.html`, reports
`/OpennessAnnualReport/show/<id>.html`.
"""

from __future__ import annotations

import re

from crawler.page import Link, Page
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve, twin_key

_BRANCH = re.compile(r"^(https?://[^/]+.*?/)openness\w*/?(?:\w+/)*\?(?:.*&)?branch_id=([0-9a-f]{24})", re.IGNORECASE)
_LIST = re.compile(r"^(https?://[^/]+.*?/)Openness\w+/showList/(\d+)/")
_PAGED = re.compile(r"page_\d+\.html$")


class Openness(Platform):
    name = "openness"

    def recognises(self, page: Page) -> bool:
        return any(mark in text for text in (page.url, page.text) for mark in ("/openness", "Openness"))

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        """The annual reports of every branch that the page names."""
        found = {twin_key(link.url): link for link in super().subcolumns(page, column_url)}
        for link in page.links:
            if link.date:
                continue
            url = None
            if branch := _BRANCH.search(link.url):
                url = resolve(page.base, f"{branch[1]}opennessAnnualReport/?branch_id={branch[2]}")
            elif branch := _LIST.search(link.url):
                url = resolve(page.base, f"{branch[1]}OpennessAnnualReport/showList/{branch[2]}/page_1.html")
            if url:
                found.setdefault(twin_key(url), Link(url, link.title, link.text))
        return [link for key, link in found.items() if key not in (twin_key(page.url), twin_key(column_url))]

    def is_page_of(self, url: str, list_url: str) -> bool:
        if branch := query_value(list_url, "branch_id"):
            return query_value(url, "branch_id") == branch and super().is_page_of(url, list_url)
        if _PAGED.search(list_url):
            return _PAGED.sub("", url) == _PAGED.sub("", list_url)
        return super().is_page_of(url, list_url)
