"""Hanweb's newer jpaas (甘肃 counties, 烟台, 金华, ministries): static articles, lists through `build/unit`.

Articles `/<path>/art/YYYY/art_<32hex>.html`. The ids stand in `queryData` of the column page; the number of the page
counts only inside `paramJson`. Without user agent and Referer the answer is 403.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve, with_query

PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"
PER_PAGE = 15
_QUERY = re.compile(r"""queryData\s*=\s*(?:"(\{[^"]{0,2000}\})"|'(\{[^']{0,2000}\})')""")
_PAIR = re.compile(r"""['"]?(\w+)['"]?\s*:\s*['"]([^'"]*)['"]""")
_URL = re.compile(r"""(?:url|unitUrl)\s*=\s*["']([^"']*front/page/build/unit[^"']*)["']""")
_NO_LIST = re.compile(r"导航|位置|面包屑|头部|底部|页脚|搜索|标题|菜单")


class Jpaas(Platform):
    name = "jpaas"

    def recognises(self, page: Page) -> bool:
        return "jpaas-publish-server" in page.text or ("queryData" in page.text and bool(_QUERY.search(page.text)))

    def items(self, page: Page) -> list[Link]:
        return [link for link in super().items(page) if "javascript" not in link.url]

    def total(self, page: Page) -> int | None:
        return replies.total(page, "count") if page.asked and page.asked.data else None

    def queries(self, page: Page) -> list[Ask]:
        given = _URL.search(page.text)
        url = resolve(page.base, given[1] if given else PATH)
        units = [dict(_PAIR.findall((double or single).replace("&quot;", '"'))) for double, single in _found(page.text)]
        lists = [unit for unit in units if "tagId" in unit and not _NO_LIST.search(unit["tagId"])]
        return [_ask(with_query(url, **{**_FIXED, **unit}), 1) for unit in lists[:6]] if url else []

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        number = json.loads(query_value(asked.url, "paramJson"))["pageNo"]
        seen = self.seen(reply, asked)
        return [replace(_ask(asked.url, number + 1), seen=seen)] if seen else []


_FIXED = {"parseType": "bulidstatic", "pageType": "column", "editType": "null"}


def _found(text: str) -> list[tuple[str, str]]:
    return list(dict.fromkeys(_QUERY.findall(text)))


def _ask(url: str, number: int) -> Ask:
    place = json.dumps({"pageNo": number, "pageSize": PER_PAGE}, separators=(",", ":"))
    return Ask(with_query(url, paramJson=place), data=True, sure=number == 1)
