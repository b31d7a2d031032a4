"""UCAP 开普 (江西, 黑龙江, 西藏, 新疆, 海南, 苏州, parts of 四川 and 湖南).

Columns `/<site>/c<N>/list.shtml` or named, articles `/<site>/c<N>/YYYYMM/<32hex>.shtml`. Where the list is empty, a
script fills it from `searchList`, `es-search`, `common/search` or `search` with the column's channel id: JSON or a
fragment. Where the page knows only its channel's code, `getChannelList` tells the id.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from crawler.page import Ask, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve, with_query

PER_PAGE = 20
_ENDPOINT = re.compile(
    r"""["']([^"'\s]*/?(?:searchList|es-search/search|common/search|manuscriptList)/)([\w-]*)([^"'\s]*)["']"""
)
# The bare form is also what a portal's search box asks: only with an id or a list's fields behind it is it a list.
_SEARCH = re.compile(r"""["']([^"'\s]*/search/)(\d{3,}|[0-9a-f]{32}|[\w-]+(?=\?_))(\?[^"'\s]*)?["']""")
_BY_CODE = re.compile(r"""["']([^"'\s]*/?getChannelList\?channelCode=)([\w-]+)[^"'\s]*["']""")
_HUNAN = urlencode({"datas[0][key]": "status", "datas[0][value]": "1"})
_CHANNEL = re.compile(r"""\bchannelId\b["']?\s*(?:[:=]|content\s*=)\s*["']?([\w-]+)""")
_CHANNEL_OF = re.compile(r"""["'](?:channelId|id)["']\s*:\s*["']?([\w-]+)""")
_ARTICLE = re.compile(r"/\d{6}/(?:[0-9a-f]{32}|c\d{2}_\d+)\.shtml$")


class Ucap(Platform):
    name = "ucap"

    def recognises(self, page: Page) -> bool:
        marks = ("UCAP-CONTENT", "UCAPCONTENT", "/searchList/", "/es-search/", "/common/search/", "getChannelList?")
        return (
            any(mark in page.text for mark in marks)
            or ("channelId" in page.text and bool(page.meta("channelId")))
            or any(_ARTICLE.search(link.url) for link in page.links)
        )

    def total(self, page: Page) -> int | None:
        return replies.total(page, "total") if page.asked and page.asked.data else None

    def queries(self, page: Page) -> list[Ask]:
        match = _ENDPOINT.search(page.text) or _SEARCH.search(page.text)
        channel = page.meta("channelId") or ((named := _CHANNEL.search(page.text)) and named[1])
        if match:
            stem, written, rest = (part or "" for part in match.groups())
            url = resolve(page.base, stem + (written or channel or "") + (rest if rest.startswith("?") else ""))
            return [_ask(url, 1)] if url and (written or channel) else []
        by_code = _BY_CODE.search(page.text)
        if by_code and not channel and (url := resolve(page.base, "".join(by_code.groups()))):
            return [Ask(url, data=True, sure=True, about=page.base)]
        if channel and not any(link.date for link in page.links):
            url = resolve(page.base, f"/searchList/{channel}")
            return [Ask(_ask(url, 1).url, data=True)] if url else []
        return []

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        if asked.about:
            told = _CHANNEL_OF.search(reply.text)
            url = resolve(asked.about, f"/searchList/{told[1]}") if told else None
            return [_ask(url, 1)] if url else []
        number, seen = int(query_value(asked.url, "page", "1")), self.seen(reply, asked)
        return [replace(_ask(asked.url, number + 1), seen=seen)] if seen else []


def _ask(url: str, number: int) -> Ask:
    template = query_value(url, "_template", "index")
    fixed = {"_isAgg": "true", "_isJson": "true"} if template == "index" else {"_isAgg": "1"}
    query = with_query(url, **{**fixed, "_pageSize": PER_PAGE, "_template": template, "page": number})
    body = _HUNAN if "/common/search/" in url else None
    return Ask(query, body, data=True, sure=number == 1)
