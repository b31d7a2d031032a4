"""Hanweb's disclosure directory (浙江, 杭州, 哈尔滨): lists that come only by POST from `/module/xxgk/search.jsp`.

The reply is a fragment of HTML that says `共N页`. Some portals answer with rows of every column: where the list's own
column is known (`divid=div<N>`), rows of others are left out. Where the page names no category, `tree.jsp` has the
directory's: the one that is called after the reports is asked for.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlencode

from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve, with_query

_SEARCH = re.compile(r"""["']([^"']*module/xxgk/search\.jsp[^"']*)["']""")
_VALUE = r"""\b{name}\b["']?\s*(?:[:=]\s*|value\s*=\s*)["']?([\w-]+)"""
_FIELD = r"""(?:name|id)\s*=\s*["']{name}["'][^>]*?value\s*=\s*["']([^"']*)"""
_PAGES = re.compile(r"共(?:&nbsp;|\s)*(\d+)(?:&nbsp;|\s)*页")
_TREE = re.compile(r"""["']([^"']*module/xxgk/tree\.jsp[^"']*)["']""")
# A node of the tree, however it is written (`<item text= id=>`, `<a onclick=…>`, `tree.add(…)`): a name beside a code.
_NODE = re.compile(r"<li\b|<item\b|<a\b|\.add\(|[{;\n]")
_NAME = re.compile(r"""[>"'](?:\s*)([\u4e00-\u9fff]{2,24})(?:\s*)[<"']""")
_CODE = re.compile(r"\b([A-Z]\d{2,12})\b")
_COLUMN = re.compile(r"/art_(\d+)_\d+\.html")
_ANNUAL = re.compile(r"(?:公开|^)(?:工作)?(?:年度)?(?:年报|报告|年度报告)$")
_QUERY = "standardXxgk=0&isAllList=1&texttype=&fbtime=-1&vc_all=&vc_filenumber=&vc_title=&vc_number="
_SORT = ",createdatetime:0,orderid:0"


class HanwebXxgk(Platform):
    name = "hanweb-xxgk"

    def recognises(self, page: Page) -> bool:
        text = page.text
        if "module/xxgk/search.jsp" in text or "module/xxgk/tree.jsp" in text:
            return True
        return "module/xxgk/" in text and "infotypeId" in text

    def items(self, page: Page) -> list[Link]:
        if not (page.asked and page.asked.data):
            return page.links
        found = replies.rows(page)
        own = parse_qs(page.asked.body or "").get("divid", [""])[0].removeprefix("div")
        if not own or not any(_column(link) == own for link in found):
            return found
        return [link for link in found if _column(link) in (own, None)]

    def queries(self, page: Page) -> list[Ask]:
        fields = {name: _value(page, name) for name in ("infotypeId", "jdid", "area", "divid")}
        if not fields["infotypeId"] and (tree := _TREE.search(page.text)) and (url := resolve(page.base, tree[1])):
            fields["area"] = fields["area"] or query_value(url, "area")
            return [Ask(url, data=True, sure=True, about=json.dumps(fields))]
        if not fields["infotypeId"] and not fields["divid"]:
            return []
        match = _SEARCH.search(page.text)
        url = resolve(page.base, match[1] if match else "/module/xxgk/search.jsp")
        if not url:
            return []
        return [_ask(url if "?" in url else f"{url}?{_QUERY}", fields, 1)]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        if asked.about:
            known, url = json.loads(asked.about), resolve(reply.base, f"/module/xxgk/search.jsp?{_QUERY}")
            return [_ask(url, {**known, "infotypeId": code}, 1) for code in _categories(reply.text)] if url else []
        number = int(query_value(asked.url, "currpage", "1"))
        pages = _PAGES.search(reply.text)
        if not self.items(reply) or not pages or number >= int(pages[1]):
            return []
        fields = {name: values[0] for name, values in parse_qs(asked.body or "", keep_blank_values=True).items()}
        return [_ask(asked.url, fields, number + 1)]


def _ask(url: str, fields: dict[str, str], number: int) -> Ask:
    body = urlencode({**fields, "currpage": number, "sortfield": _SORT})
    return Ask(with_query(url, currpage=number, sortfield=_SORT), body, data=True, sure=number == 1)


def _categories(tree: str) -> list[str]:
    """The codes of the tree's nodes that are called after the annual reports."""
    found = []
    for node in _NODE.split(tree):
        name, code = _NAME.search(node), _CODE.search(node)
        if name and code and _ANNUAL.search(name[1]):
            found.append(code[1])
    return list(dict.fromkeys(found))[:3]


def _value(page: Page, name: str) -> str:
    if value := query_value(page.url, name):
        return value
    for pattern in (_FIELD, _VALUE):
        if match := re.search(pattern.format(name=name), page.text):
            return match[1]
    return ""


def _column(link: Link) -> str | None:
    match = _COLUMN.search(link.url)
    return match[1] if match else None
