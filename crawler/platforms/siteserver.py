"""SiteServer CMS (平顶山 and its districts, part of 云南).

Columns `/channels/<channel>.html`, their pages `/channels/<channel>_2.html`; articles `/contents/<channel>/<id>.html`.
All columns lie in one directory, so that a pager's links are told from other columns by the channel's number, and the
channels of government, office and departments by their names alone. www and bare host serve the same ids.
"""

from __future__ import annotations

import re

from crawler.columns import is_unit
from crawler.page import Link, Page
from crawler.platforms.base import Platform
from crawler.urls import twin_key

_ARTICLE = re.compile(r"""href=["'][^"']*/contents/\d+/\d+""")
_CHANNEL = re.compile(r"^(https?://[^/]+.*/channels/\d+)(?:_(\d+))?\.html?$")


class SiteServer(Platform):
    name = "siteserver"

    def recognises(self, page: Page) -> bool:
        return bool(_CHANNEL.match(page.url) or ("/contents/" in page.text and _ARTICLE.search(page.text)))

    def is_page_of(self, url: str, list_url: str) -> bool:
        here, there = _CHANNEL.match(list_url), _CHANNEL.match(url)
        return bool(here and there and twin_key(here.group(1)) == twin_key(there.group(1)))

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        found = {twin_key(link.url): link for link in super().subcolumns(page, column_url)}
        for link in page.links:
            if _CHANNEL.match(link.url) and is_unit(link.title) and not link.date:
                found.setdefault(twin_key(link.url), link)
        return [link for key, link in found.items() if key not in (twin_key(page.url), twin_key(column_url))]
