"""Epoint 国泰新点 (徐州, 辽阳, 营口, districts of 上海, 新疆).

Articles `/govxxgk/<dept>/YYYY-MM-DD/<uuid>.html`. Lists are static (`2.html`), or come by POST of JSON to
`<project>/rest/lightfrontaction/getgovinfolist`. Project and site stand in `siteInfo`, in the page or in its script
`webBuilderCommon.js`. Some portals want the fields inside `params`, some count pages from 0: every way is tried until
one brings entries.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from crawler.page import Ask, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.platforms.script import value_of
from crawler.urls import query_value, resolve

PER_PAGE = 20
METHOD = "rest/lightfrontaction/getgovinfolist"
_MARKS = ("govxxgk", "/EWB", "webBuilderCommon", "ewb-", "lightfrontaction")
_SCRIPT = re.compile(r"(?:webBuilderCommon|ajaxReq)\w*\.js", re.IGNORECASE)
_NUMBER = r"""\b{name}["']?\s*[:=]\s*["']?([\w-]+)"""
_PROJECT = re.compile(r"""\bprojectName["']?\s*[:=]\s*["']([\w/-]+)["']""")
_SITE = re.compile(r"""\bsiteGuid["']?\s*[:=]\s*["']([\w-]+)["']""")


class Epoint(Platform):
    name = "epoint"

    def recognises(self, page: Page) -> bool:
        return any(mark in text for text in (page.url, page.text) for mark in _MARKS)

    def total(self, page: Page) -> int | None:
        return replies.total(page, "total", "totalCount", "rowCount") if page.asked and page.asked.data else None

    def queries(self, page: Page) -> list[Ask]:
        category = _given(page, "categorynum") or _category(page.url)
        if not category:
            return []
        fields = json.dumps({"deptcode": _given(page, "deptcode"), "categorynum": category})
        if asks := _asks(page, fields):
            return asks
        sources = [script.get("src", "") for script in page.root.iter("script")]
        scripts = [url for src in sources if _SCRIPT.search(src) and (url := resolve(page.base, src))]
        return [Ask(url, data=True, sure=True, about=fields) for url in scripts[:2]]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        if not asked.body:
            return _asks(reply, asked.about)
        body = json.loads(asked.body)
        fields = body.get("params", body)
        seen = self.seen(reply, asked)
        if not seen and (fields["pageIndex"] > 0 or self.items(reply)):
            return []
        fields["pageIndex"] += 1  # A portal that counts from 1 may have nothing on page 0.
        return [Ask(asked.url, json.dumps(body), data=True, seen=seen)]


def _asks(page: Page, fields: str) -> list[Ask]:
    """The first request in each of its forms, from the site's name in a page or a script."""
    info = value_of(page.text, "siteInfo")
    info = info if isinstance(info, dict) else {}
    project = info.get("projectName") or ((m := _PROJECT.search(page.text)) and m[1])
    site = info.get("siteGuid") or ((m := _SITE.search(page.text)) and m[1])
    url = resolve(page.base, f"/{str(project).strip('/')}/{METHOD}") if project else None
    if not url:
        return []
    body = {**json.loads(fields), "pageIndex": 0, "pageSize": PER_PAGE, "siteGuid": site or ""}
    return [
        Ask(url, json.dumps(body), data=True),
        Ask(url, json.dumps({"params": body}), data=True, fallback=True, sure=True),
    ]


def _given(page: Page, name: str) -> str:
    if value := query_value(page.url, name):
        return value
    match = re.search(_NUMBER.format(name=name), page.text, re.IGNORECASE)
    return match[1] if match else ""


def _category(url: str) -> str:
    """`/govxxgk/<dept>/category/031/031002/…`: the longest number of the path."""
    parts = [part for part in urlsplit(url).path.split("/") if re.fullmatch(r"\d{3,}", part)]
    return max(parts, key=len, default="") if "/category/" in url else ""
