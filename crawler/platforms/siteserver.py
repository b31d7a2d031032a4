"""SiteServer CMS (平顶山 and its districts, part of 云南).

Columns `/channels/<channel>.html`, their pages `/channels/<channel>_2.html`; articles `/contents/<channel>/<id>.html`.
All columns lie in one directory, so that a pager's links are told from other columns by the channel's number.
"""

from __future__ import annotations

import re

from crawler.page import Page
from crawler.platforms.base import Platform

_CHANNEL = re.compile(r"^(https?://[^/]+.*/channels/\d+)(?:_(\d+))?\.html?$")


class SiteServer(Platform):
    name = "siteserver"

    def recognises(self, page: Page) -> bool:
        return bool(_CHANNEL.match(page.url)) or bool(page.selector.xpath("//a[re:test(@href, '/contents/\\d+/\\d+')]"))

    def is_page_of(self, url: str, list_url: str) -> bool:
        here, there = _CHANNEL.match(list_url), _CHANNEL.match(url)
        return bool(here and there and here.group(1) == there.group(1))
