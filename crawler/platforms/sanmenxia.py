"""The station group of 三门峡 (湖滨 and the city's other districts and departments).

Columns `/<column>/0000/<template>-<page>.html`; articles `/<column>/YYYY/M/<id>.html`. The page number stands in the
name, so the column's first page is a page like any other.
"""

from __future__ import annotations

import re

from crawler.page import Page
from crawler.platforms.base import Platform

_LIST = re.compile(r"^(https?://[^/]+/\d+/0000/[A-Za-z]+)-(\d+)\.html$")


class Sanmenxia(Platform):
    name = "sanmenxia"

    def recognises(self, page: Page) -> bool:
        return bool(_LIST.match(page.url))

    def is_page_of(self, url: str, list_url: str) -> bool:
        here, there = _LIST.match(list_url), _LIST.match(url)
        return bool(here and there and here.group(1) == there.group(1))
