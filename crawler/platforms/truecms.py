"""TrueCMS (南通, 连云港, 盐城): looks like Hanweb's jpage and asks another address.

The column's first rows stand in a `<datastore>` in the page; `getMessage.do` gives all of them as JSONP. How many at a
time differs: what is too much is answered with nothing or a 404, so less is tried. Without a Referer some portals
answer 404. Where the address is dead, the page's own rows are all there is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.platforms.hanweb import inline_rows
from crawler.urls import query_value, resolve, with_query

SIZES = (50, 20, 10)
_PROXY = re.compile(r"""["']([^"']*messageController/getMessage\.do)[^"']*["']""", re.IGNORECASE)
_COLUMN = re.compile(r"""\bcolumnId\b["']?\s*[:=]\s*["']([\w-]+)["']""", re.IGNORECASE)

_OWN_SIZE = re.compile(r"""\bperPage["']?\s*:\s*["']?(\d{1,3})\b""", re.IGNORECASE)


class TrueCms(Platform):
    name = "truecms"

    def recognises(self, page: Page) -> bool:
        return "getMessage.do" in page.text and bool(_PROXY.search(page.text))

    def items(self, page: Page) -> list[Link]:
        return [*(() if page.asked and page.asked.data else inline_rows(page)), *super().items(page)]

    def total(self, page: Page) -> int | None:
        return replies.total(page, "totalRecord", *(("total",) if page.asked and page.asked.data else ()))

    def queries(self, page: Page) -> list[Ask]:
        proxy, column = _PROXY.search(page.text), _COLUMN.search(page.text)
        url = resolve(page.base, proxy[1]) if proxy else None
        total = self.total(page)
        if not url or not column or (total is not None and total <= len(inline_rows(page))):
            return []
        url = with_query(url, contentTemplate="", columnId=column[1], callback="cb")
        # What the page shows at a time its own server does give.
        own = (int(stated[1]),) if (stated := _OWN_SIZE.search(page.text)) and int(stated[1]) else ()
        sizes = dict.fromkeys((*SIZES, *own))
        return [_ask(url, 1, size, fallback=n > 0) for n, size in enumerate(sizes)]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        size = int(query_value(asked.url, "perpage", "1"))
        seen = self.seen(reply, asked)
        return [replace(_ask(asked.url, seen + 1, size), seen=seen)] if seen else []


def _ask(url: str, start: int, size: int, *, fallback: bool = False) -> Ask:
    place = {"startrecord": start, "endrecord": start + size - 1, "perpage": size}
    return Ask(with_query(url, **place), data=True, fallback=fallback)
