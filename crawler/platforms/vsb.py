"""VSB SiteBuilder 博达 (四川, 云南, 甘肃, 陕西, 临沂).

Columns `….htm`, articles `/info/<tree>/<id>.htm`. The pages of a list count down (page 2 of 11 is `zbgg/10.htm`), so
that they move when a page is added: only the links of the pager are to be followed. A column with one article shows
the article itself.
"""

from __future__ import annotations

from crawler.page import Page
from crawler.platforms.base import Platform
from crawler.urls import resolve


class Vsb(Platform):
    name = "vsb"

    def recognises(self, page: Page) -> bool:
        return bool(page.selector.css(".p_pages, #vsb_content, .v_news_content")) or "_vsb" in page.text

    def _linked_pages(self, page: Page) -> list[str]:
        hrefs = page.selector.css(".p_next a::attr(href), .p_no a::attr(href), .p_last a::attr(href)").getall()
        found = [url for href in hrefs if (url := resolve(page.base, href))]
        return found or super()._linked_pages(page)
