"""The districts of 洛阳 and others on 大河网's template (老城, 偃师, 洛龙, 孟津; 焦作, 河南's own departments).

Articles `/YYYY/MM-DD/<id>.html` lie outside their columns, which have addresses without an extension
(`/zwgk/zfxxgknb/`); on 洛龙 `/html/1//2/151/164/59946.html`, whose double slash belongs to the address.
"""

from __future__ import annotations

import re

from crawler.page import Page
from crawler.platforms.base import Platform
from crawler.urls import host_of

_ARTICLE = re.compile(r"/20\d{2}/\d{2}-\d{2}/\d+\.html$")
_PATH = re.compile(r"/html/1//2/(?:\d+/)+")


class Luoyang(Platform):
    name = "luoyang"

    def recognises(self, page: Page) -> bool:
        return any(_ARTICLE.search(link.url) or _PATH.search(link.url) for link in page.links)

    def is_page_of(self, url: str, list_url: str) -> bool:
        if host_of(url) != host_of(list_url) or _ARTICLE.search(url):
            return False
        column = re.sub(r"(?:index|list)(?:_\d+)?\.\w+$|/$", "", list_url.split("?", 1)[0]).rstrip("/")
        return url.startswith((column + "/", column + "?", column + "_")) or super().is_page_of(url, list_url)
