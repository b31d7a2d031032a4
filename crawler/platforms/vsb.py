"""VSB SiteBuilder 博达 (四川, 云南, 甘肃, 陕西, 临沂, part of 西藏).

Columns `….htm` or `list.jsp?urltype=tree.TreeTempUrl&wbtreeid=<N>`, articles `/info/<tree>/<id>.htm`. The pages of a
list count down (page 2 of 11 is `zbgg/10.htm`), so that they move when a page is added: only the links of the pager
are to be followed. A column with one article shows the article itself.
"""

from __future__ import annotations

import re

from crawler.page import Page
from crawler.platforms.base import Platform
from crawler.urls import query_value, resolve

_PAGER = ".p_next a::attr(href), .p_no a::attr(href), .p_last a::attr(href)"
_MARK = re.compile(r"""["' ](?:p_pages|p_next p_fun|vsb_content\w*|v_news_content)["' ]|_vsb""")
_WORDS = ("p_pages", "p_next p_fun", "vsb_content", "v_news_content", "_vsb")  # quick to look for


class Vsb(Platform):
    name = "vsb"

    def recognises(self, page: Page) -> bool:
        marked = any(word in page.text for word in _WORDS) and bool(_MARK.search(page.text))
        return marked or "tree.TreeTempUrl" in page.url

    def is_page_of(self, url: str, list_url: str) -> bool:
        if tree := query_value(list_url, "wbtreeid"):
            return query_value(url, "wbtreeid") == tree
        return super().is_page_of(url, list_url)

    def _linked_pages(self, page: Page) -> list[str]:
        found = [url for href in page.selector.css(_PAGER).getall() if (url := resolve(page.base, href))]
        return found or super()._linked_pages(page)
