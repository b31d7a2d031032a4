"""TRS WCM 拓尔思, the largest family (北京, 天津, 重庆, 湖北, 湖南, 福建, 吉林, 贵州, 广西, 山西, 内蒙古).

Columns are directories, articles `YYYYMM/tYYYYMMDD_<id>.html` below them, or `t<id>.shtml` without a date. A script
states the number of pages; past the last lies a stub or a 404. The year in a directory's name is not the report's.
"""

from __future__ import annotations

import re

from crawler.page import Link, Page
from crawler.platforms.base import Platform
from crawler.urls import directory

_ARTICLE = re.compile(r"/t(?:\d{8}_)?\d{4,}\.s?html?$")
_MARKS = ("TRS_Editor", "TRS_EDITOR", "TRS_UEDITOR", "trs_editor_view", "trs_web")


class Trs(Platform):
    name = "trs"

    def recognises(self, page: Page) -> bool:
        return any(mark in page.text for mark in _MARKS) or any(_ARTICLE.search(link.url) for link in page.links)

    def subcolumns(self, page: Page, column_url: str) -> list[Link]:
        """Directories below the column, without those of its own articles (`202501/`)."""
        found = super().subcolumns(page, column_url)
        return [link for link in found if not re.search(r"/\d{6}/$", directory(link.url))]
