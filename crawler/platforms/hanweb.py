"""Hanweb JCMS with jpage (浙江, 山东, 江苏, parts of 河北, 甘肃, 江西).

Columns `/col/col<N>/index.html`, articles `/art/YYYY/M/D/art_<column>_<id>.html`. The list is empty in the HTML; its
first rows stand in a `<datastore>` inside a script, as CDATA. `totalRecord` says how many there are.
"""

from __future__ import annotations

import re

from parsel import Selector

from crawler.page import Link, Page, links_in
from crawler.platforms.base import Platform

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
_TOTAL = re.compile(r"totalRecord\s*[:=]\s*['\"]?(\d+)|<totalrecord>\s*(\d+)\s*</totalrecord>", re.IGNORECASE)


class Hanweb(Platform):
    name = "hanweb"

    def recognises(self, page: Page) -> bool:
        return "<datastore>" in page.text or "dataproxy.jsp" in page.text

    def items(self, page: Page) -> list[Link]:
        inline = Selector(text="<html><body>" + "".join(_records(page)) + "</body></html>")
        return [*page.links, *links_in(inline, page.base)]

    def shortfall(self, page: Page) -> str | None:
        match = _TOTAL.search(page.text)
        shown = len(_records(page))
        total = int(match.group(1) or match.group(2)) if match else shown
        return f"the list holds {total} entries and its page {shown}" if total > shown else None


def _records(page: Page) -> list[str]:
    return _RECORD.findall(page.text)
