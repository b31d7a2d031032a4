"""河北's platform (the province, counties of 石家庄): everything has a UUID.

Columns `/columns/<uuid>/index.html`, articles `/columns/<uuid>/YYYYMM/DD/<uuid>.html`. All columns lie beside each
other, so a list's pages are those of its own UUID and its years and units are told by their names.
"""

from __future__ import annotations

import re

from crawler.columns import is_unit
from crawler.page import Link, Page
from crawler.platforms.base import Platform
from crawler.urls import twin_key

_COLUMN = re.compile(r"/columns/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index(?:_\d+)?\.html)?$")


class Hebei(Platform):
    name = "hebei"

    def recognises(self, page: Page) -> bool:
        return bool(_COLUMN.search(page.url))

    def is_page_of(self, url: str, list_url: str) -> bool:
        here, there = _COLUMN.search(list_url), _COLUMN.search(url)
        return bool(here and there and here[1] == there[1]) and super().is_page_of(url, list_url)

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        found = {twin_key(link.url): link for link in super().subcolumns(page, column_url)}
        for link in page.links:
            if _COLUMN.search(link.url) and _INDEX.search(link.url) and is_unit(link.title) and not link.date:
                found.setdefault(twin_key(link.url), link)
        return [link for key, link in found.items() if key not in (twin_key(page.url), twin_key(column_url))]
