"""LonSun 龙讯 (安徽, parts of 四川, 甘肃 and 青海): one address for every organ and kind of information.

`/public/column/<organ>?type=3` is an organ's annual reports (1 rules, 2 guide, 4 directory, 5 applications): either a
list, or the report itself with `timeFrame=YYYY` for each year. Lists come from `/site/label/8888`, whose answer says
暂无相关信息 where there are none; by `type=3`, or by `type=4` (the directory) and the page's category. Every organ that
a page names has a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from crawler import columns
from crawler.page import Ask, Link, Page, scripts_in
from crawler.platforms.base import Platform
from crawler.platforms.script import objects
from crawler.urls import query_value, resolve, twin_key, with_query

PER_PAGE = 15
_ORGAN = re.compile(r"^(.*/public/column/)(\d+)(?:[/?.]|$)")
_NAME = r"""\b{name}["']?\s*[:=]\s*["']?(\d+)"""
_YEARS = re.compile(r"timeFrame=((?:19|20)\d{2})")
_FIXED = {
    "IsAjax": 1,
    "dataType": "html",
    "labelName": "publicInfoList",
    "pageSize": PER_PAGE,
    "action": "list",
    "fuzzySearch": "false",
    "fromCode": "title",
    "keyWords": "",
    "sortType": 1,
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "length": 80,
    "type": 3,
    "result": "暂无相关信息",
    "file": "/xxgk/publicInfoList_newest2020",
}


class LonSun(Platform):
    name = "lonsun"

    def recognises(self, page: Page) -> bool:
        return bool(_ORGAN.search(page.url)) or "/site/label/8888" in page.text or "/public/column/" in page.text

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        """The other years of this organ, and the annual reports of every other organ."""
        here = _ORGAN.search(page.url)
        found: dict[str, Link] = {}
        for link in (*page.links, *columns.options(page), *_tree(page)):
            organ = _ORGAN.search(link.url)
            if not organ or link.date:
                continue
            year = query_value(link.url, "timeFrame")
            url = f"{organ[1]}{organ[2]}?type=3" + (f"&timeFrame={year}" if year else "")
            as_linked = link.url if query_value(link.url, "type") == "3" else url
            found.setdefault(twin_key(url), Link(as_linked, link.title, link.text))
        if here:
            for year in dict.fromkeys(_YEARS.findall(page.text)):
                url = f"{here[1]}{here[2]}?type=3&timeFrame={year}"
                found.setdefault(twin_key(url), Link(url, f"{year}年", f"{year}年"))
        own = {twin_key(page.url), twin_key(column_url), _plain(page.url)}
        return [link for key, link in found.items() if key not in own]

    def queries(self, page: Page) -> list[Ask]:
        organ = _ORGAN.search(page.url)
        if not organ or query_value(page.url, "timeFrame"):
            return []
        known = {name: m[1] for name in ("siteId", "catId") if (m := re.search(_NAME.format(name=name), page.text))}
        if "siteId" not in known and "label/8888" not in page.text:
            return []
        if category := query_value(page.url, "catId"):
            known["catId"] = category
        # The site may lie below a prefix (/zfxxgk/public/column/…); its label script never does.
        url = resolve(page.base, "/site/label/8888")
        query = {**_FIXED, **known, "organId": organ[2], "pageIndex": 1}
        if not url:
            return []
        asks = [Ask(with_query(url, **query), data=True)]
        if known.get("catId"):  # Some portals keep the reports as one category of the directory.
            asks.append(Ask(with_query(url, **{**query, "type": 4}), data=True, fallback=True))
        # Some answer to POST alone.
        return [*asks, Ask(url, urlencode(query), data=True, fallback=True)]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        written = f"{asked.url}?{asked.body}" if asked.body else asked.url
        number, seen = int(query_value(written, "pageIndex", "1")), self.seen(reply, asked)
        if not seen:
            return []
        following = with_query(written, pageIndex=number + 1)
        if asked.body:
            url, _, body = following.partition("?")
            return [Ask(url, body, data=True, seen=seen)]
        return [Ask(following, data=True, seen=seen)]


def _tree(page: Page) -> Iterator[Link]:
    """The organs of a menu that a script draws: `{"name": "县教育局", "organId": "1002"}`."""
    here = _ORGAN.search(page.url)
    scripts = (script for script in scripts_in(page.root) if here and "organId" in script)
    for node in (node for script in scripts for value in objects(script) if isinstance(value, list) for node in value):
        name, organ = (str(node.get(key) or "") for key in ("name", "organId")) if isinstance(node, dict) else ("", "")
        if here and name and organ.isdecimal():
            yield Link(f"{here[1]}{organ}?type=3", name, name)


def _plain(url: str) -> str:
    """The address that `subcolumns` would build for this page."""
    organ, year = _ORGAN.search(url), query_value(url, "timeFrame")
    if not organ:
        return twin_key(url)
    return twin_key(f"{organ[1]}{organ[2]}?type=3" + (f"&timeFrame={year}" if year else ""))
