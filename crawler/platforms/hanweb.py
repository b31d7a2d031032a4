"""Hanweb JCMS with jpage (浙江, 山东, 江苏, parts of 河北, 甘肃, 江西, 辽宁).

Columns `/col/col<N>/index.html`, articles `/art/YYYY/M/D/art_<column>_<id>.html`. The list is empty in the HTML; its
first rows stand in a `<datastore>` inside a script, or in an array `InitData…`. `dataproxy.jsp` gives the others: some
portals heed only `page`, some only `startrecord`, few more than 100 rows at a time, so all are said, and the next
request goes on from the rows that came. With encrypted ids deep pages come back empty; the list's total then tells.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import parse_qsl, urlencode

from crawler.page import Ask, Link, Page
from crawler.platforms import replies
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve, with_query

PER_PAGE = 100
_NEXTGROUP = re.compile(r"""<nextgroup>.{0,80}?href\s*=\s*\\?["']([^"'\\]+dataproxy\.jsp[^"'\\]*)""", re.DOTALL)
_PROXY = re.compile(r"""proxyUrl\s*:\s*["']([^"']*dataproxy\.jsp[^"']*)["']""")
_PARAMS = re.compile(r"(?:ajaxParam\s*:|var\s+param_\w+\s*=)\s{0,9}\{([^}]{0,1000})\}")
_PARAM = re.compile(r"""['"]?(\w+)['"]?\s*:\s*['"]?([^,'"}]*)['"]?""")
# 济南's blocks are written by a script that the server makes; what stands in it is seen only by asking for it.
_DATACALL = re.compile(r"""["']([^"'\s]*datacall[^"'\s]*\.(?:jsp|do|js)(?:\?[^"'\s]*)?)["']""", re.IGNORECASE)
_INIT = re.compile(r"var\s+InitData\w*\s*=\s*\[")
_INIT_END = re.compile(r"\]\s{0,9};?\s{0,9}(?:var\s|\$|</script|\n)")
_ARRAYS = 9
_TEXT = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


class Hanweb(Platform):
    name = "hanweb"

    def recognises(self, page: Page) -> bool:
        return any(mark in page.text for mark in ("<datastore>", "dataproxy.jsp", "var InitData", "datacall"))

    def items(self, page: Page) -> list[Link]:
        return [*(() if page.asked and page.asked.data else inline_rows(page)), *super().items(page)]

    def total(self, page: Page) -> int | None:
        return replies.total(page, "totalRecord")

    def queries(self, page: Page) -> list[Ask]:
        total, shown = self.total(page), len(inline_rows(page))
        if total is not None and total <= shown:
            return []
        proxies = _proxies(page)
        calls = [url for href in _DATACALL.findall(page.text) if (url := resolve(page.base, href))]
        return [
            *(Ask(with_query(url, **_place(1, 1)), data=True) for url in proxies),
            *(_posted(with_query(url, **_place(1, 1))) for url in proxies),
            *(Ask(url, data=True) for url in dict.fromkeys(calls[:4])),
        ]

    def following(self, reply: Page, asked: Ask) -> list[Ask]:
        if not query_value(asked.url, "startrecord"):
            return []
        number, seen = int(query_value(asked.url, "page", "1")), self.seen(reply, asked)
        if not seen:
            return []
        return [Ask(with_query(asked.url, **_place(number + 1, seen + 1)), asked.body, data=True, seen=seen)]


def inline_rows(page: Page) -> list[Link]:
    """The rows that stand in the column's own scripts."""
    found = replies.fragment("".join(_init(page.text)), page.base)
    return [*(replies.fragment(page.text, page.base) if replies.records(page.text) else ()), *found]


def _init(text: str) -> list[str]:
    starts = (match.end() for match in islice(_INIT.finditer(text), _ARRAYS))
    arrays = [text[start : end.start()] for start in starts if (end := _INIT_END.search(text, start))]
    strings = (match for array in arrays for match in _TEXT.finditer(array))
    return [re.sub(r"\\(.)", r"\1", match[1] or match[2] or "") for match in strings]


def _posted(url: str) -> Ask:
    """The same as the portal's own script asks: by POST, with the place in the address and the rest sent along."""
    stem, _, query = url.partition("?")
    fields = parse_qsl(query, keep_blank_values=True)
    place = [(name, value) for name, value in fields if name in _place(1, 1)]
    rest = [(name, value) for name, value in fields if name not in _place(1, 1)]
    return Ask(f"{stem}?{urlencode(place)}", urlencode(rest), data=True, fallback=True)


def _place(page: int, start: int) -> dict[str, int]:
    return {"page": page, "startrecord": start, "endrecord": start + PER_PAGE - 1, "perpage": PER_PAGE}


def _proxies(page: Page) -> list[str]:
    """The addresses that give the list's rows. A page also holds lists of other columns; its own, by the number in
    its address, is preferred."""
    found = [url for href in _NEXTGROUP.findall(page.text) if (url := resolve(page.base, href.replace("&amp;", "&")))]
    proxy = _PROXY.search(page.text)
    path = resolve(page.base, proxy[1] if proxy else "/module/web/jpage/dataproxy.jsp")
    if not found and path:
        fixed = {"col": 1, "appid": 1, "path": "/", "sourceContentType": 1, "permissiontype": 0}
        for params in _PARAMS.findall(page.text):
            given = dict(_PARAM.findall(params))
            if "columnid" in given:
                found.append(with_query(path, **{**fixed, **given}))
    number = re.search(r"/col(\d+)/", page.url)
    own = [url for url in found if number and query_value(url, "columnid") == number[1]]
    return list(dict.fromkeys(own or found))[:4]
