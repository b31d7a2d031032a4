"""The station group of 唐山 (开平, 路南, 曹妃甸 and the city): `/<site>/<column>/index.html`.

Articles `/<site>/<column>/YYYYMMDD/<id>.html`. Every department has an annual column of its own beside the others
(`ts_minzongjuzfxxgknbt`): known by the name in its address or by what its link says.
"""

from __future__ import annotations

import re

from crawler.columns import is_unit
from crawler.page import Link, Page
from crawler.platforms.base import Platform
from crawler.urls import twin_key

_COLUMN = re.compile(r"^(https?://[^/]+/(?:zhuzhan|tskp|lunanqu|caofeidian|[a-z]+)/)(\w+)/(?:index(?:_\d+)?\.html)?$")
_HOST = re.compile(r"^https?://(?:www\.)?(?:ts\w+|lunan|caofeidian|tangshan)\.gov\.cn/")
_ANNUAL = re.compile(r"(?:xxgk|gk)nbt?$", re.IGNORECASE)


class Tangshan(Platform):
    name = "tangshan"

    def recognises(self, page: Page) -> bool:
        return bool(_COLUMN.match(page.url) and _HOST.match(page.url))

    def is_page_of(self, url: str, list_url: str) -> bool:
        here, there = _COLUMN.match(list_url.split("?", 1)[0]), _COLUMN.match(url.split("?", 1)[0])
        return bool(here and there and here[2] == there[2])

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        found = {twin_key(link.url): link for link in super().subcolumns(page, column_url)}
        for link in page.links:
            column = _COLUMN.match(link.url)
            if column and not link.date and (_ANNUAL.search(column[2]) or is_unit(link.title)):
                found.setdefault(twin_key(link.url), link)
        return [link for key, link in found.items() if key not in (twin_key(page.url), twin_key(column_url))]
