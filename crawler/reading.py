"""What a page is to the crawler: a list, and of what; or a report's own page, and how it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from crawler import columns
from crawler.attachments import is_file
from crawler.columns import is_column_name, leads_up
from crawler.page import Link, Page, said
from crawler.platforms import Platform
from crawler.urls import directory, host_of, twin_key
from extract.titles import Verdict, judge

_CHAPTERS = tuple(
    re.compile(mark)
    for mark in (
        r"总体情况|概述",
        r"主动公开政府信息(?:的)?情况",
        r"收到和处理政府信息公开申请|依申请公开(?:政府)?信息(?:的)?情况",
        r"行政复议[、,和]?(?:提起)?行政诉讼",
        r"存在的?(?:主要)?问题",
        r"其他需要报告的?事项",
    )
)
_NOTHING = re.compile(
    r"暂无(?:相关)?(?:信息|数据|内容|记录|文章)|没有(?:相关|找到|符合)[^。]{0,8}(?:信息|数据|内容|记录)"
)
# Reasons that a cut title may get only because its end is missing.
_UNDECIDED = ("not about information disclosure", "not an annual report", "no year and not an annual report")
# 财政局2022年年报: says what it is only by where it is filed.
_SHORT = re.compile(r"(?:^|[^\d])(?:19|20)\d{2}年?度?(?:工作)?(?:年报|年度报告|报告)\W*$")
# 县教育局, 县教育局2024年.
_BODY = re.compile(
    r"^\s*(20\d{2}年?度?)?(?:[\u4e00-\u9fff]{1,20}(?:局|委|委员会|办|办公室|办事处|人民政府|镇|乡|街道|管委会|中心)|[省市区县州旗]政府)"
    r"(20\d{2}年?度?)?\s*$"
)
_FILE = re.compile(r"/(?!index|list)[^/?]*\d[^/?]*\.s?html?$")
_FILED = re.compile(r"(?:主题|体裁|信息|内容)分类[:：]?[^:：]{0,16}?信息公开(?:工作)?(?:年报|年度报告)")
_NAMED = re.compile(r"20\d{2}年度?(?:政府|政务)?信息公开.{0,8}(?:报告|年报)")
# Who published a page, by its own words; our own bureau is nobody.
_ISSUED = re.compile(
    r"(?:来源|发布机构|发文机关|所属机构|信息来源)[:：](?!发布|\d|原创)[\u4e00-\u9fff]{2,20}(?:局|委|会|办|室|府|镇|乡|街道|处|中心)"
)
_BEFORE_AND_BEHIND = re.compile(r"[上下]一[篇条]")
_YEAR_ALONE = re.compile(r"^((?:19|20)\d{2})年?度?$")
# What a report's title may have before its end: a year, or nothing yet but a body's name, whole or cut, and the year's
# first digits.
_YEAR = re.compile(
    r"(?:19|20)\d{2}|(?:局|委|办|室|会|府|镇|乡|街道|处|中心|院|厅|区|县|市|队|所|站)(?:的|关于)?(?:20?\d?)?\W*$|^20?\d?\W*$"
    r"|[区县市旗州](?:(?!局|委|办|室|府|镇|乡|街道|处|中心)[\u4e00-\u9fff]){1,8}(?:(?:街道)?(?:办事?)?|[镇乡]人民?)\W*$"
)

SHELL = 1000
"""Characters of a page, its menus among them, in which no report can stand."""
# Elements that hold a line of text, and the longest that a title makes.
_LINES = ("h3", "h4", "h5", "p", "div", "td", "th", "center", "strong", "span", "font")
_LINE = 60


@dataclass
class Listing:
    """A list page read: what to fetch as reports, what may be columns, what was passed over and why; `own` are the
    addresses of what stands in a row of the list."""

    articles: list[Link] = field(default_factory=list)
    columns: list[Link] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    passed_over: list[tuple[Link, str]] = field(default_factory=list)

    @property
    def entries(self) -> set[str]:
        """Twin keys of everything that is an entry of this list."""
        return {twin_key(link.url) for link in self.articles} | {twin_key(link.url) for link, _ in self.passed_over}


def read_list(page: Page, platform: Platform, column_url: str) -> Listing:
    """Sort the links of a list page. A title decides; a date beside a link makes it an entry of the list."""
    listing = Listing()
    seen: set[str] = set()
    for link in platform.items(page):
        key = twin_key(link.url)
        if key in seen or key == twin_key(page.url):
            continue
        verdict = judge(link.title)
        entry = link.row or link.date is not None
        if verdict.accepted and verdict.year is None and not entry:
            if _may_be_column(link, page, verdict, column_url):
                listing.columns.append(link)
        elif (
            verdict.accepted
            or (link.cut and _undecided(link, verdict))
            or (entry and _is_short(link, verdict))
            or _is_body(
                link, entry=entry or (link.url.startswith(directory(column_url)) and bool(_FILE.search(link.url)))
            )
        ):
            listing.articles.append(link)
        elif entry:
            listing.passed_over.append((link, verdict.reason or "not a report"))
        else:
            continue
        seen.add(key)
        if entry:
            listing.own.add(link.url)
    return listing


def says_empty(page: Page) -> bool:
    """Whether the list itself says that it has no entries."""
    return bool(_NOTHING.search(page.visible))


def has_chapters(page: Page, least: int) -> bool:
    """Whether the page's text has so many of the form's six chapters."""
    return _has_chapters(page.prose, least)


@lru_cache(maxsize=8)
def _has_chapters(text: str, least: int) -> bool:
    found = (True for chapter in _CHAPTERS if chapter.search(text))
    return sum(islice(found, least)) == least


def is_report(page: Page) -> bool:
    return has_chapters(page, 3)


def is_own_report(page: Page, platform: Platform, listed: Sequence[Link] = ()) -> bool:
    """Whether a column's page is itself a report: by its chapters, or by a headline of its own above a file. All that
    it lists then is its own file, called like the report."""
    headline = next(
        (verdict for title in _own_titles(page) if (verdict := judge(title)).accepted and verdict.year), None
    )
    if not all(is_file(link.url) and headline and judge(link.title) == headline for link in listed):
        return False
    return is_report(page) or (headline is not None and bool(platform.attachments(page)))


def lasting_address(page: Page, links: list[Link]) -> str | None:
    """Where a report shown by a column's own page stands for good. The address without a year (`?type=3`) shows
    another report next year, the one with it (`?type=3&timeFrame=2024`) never will."""
    years = {str(verdict.year) for title in _own_titles(page) if (verdict := judge(title)).accepted and verdict.year}
    here = urlsplit(page.url)
    for link in links:
        there = urlsplit(link.url)
        added = {value for _, value in parse_qsl(there.query)} - {value for _, value in parse_qsl(here.query)}
        if (there.netloc, there.path) == (here.netloc, here.path) and added & years:
            return link.url
    return None


def is_filed_as_report(page: Page) -> bool:
    """Whether the page's own metadata file it under the annual reports: 主题分类 政府信息公开年度报告."""
    kinds = (page.meta("ColumnType"), page.meta("ColumnName"))
    return bool(_FILED.search(page.visible)) or any(
        kind and judge(kind).bare and judge(kind).accepted for kind in kinds
    )


def shows(page: Page, platform: Platform, link: Link) -> bool:
    """Whether a page that was linked like a report shows one: some portals answer a burst of requests with their home
    page. A report's page names it, or holds its chapters, or its file."""
    if (
        any(judge(title).accepted for title in page.titles)
        or has_chapters(page, 2)
        or is_filed_as_report(page)
        or platform.attachments(page)
    ):
        return True
    own = _plain("".join(page.selector.xpath("//body//text()[not(ancestor::a or ancestor::script)]").getall()))
    return bool(_NAMED.search(own)) or _plain(link.title) in own


def lies_below(listing: Listing, column_url: str) -> bool | None:
    """Whether entries of a list lie below its column's directory, None where it has no entries."""
    root = directory(column_url)
    return any(url.startswith(root) for url in listing.own) if listing.own else None


def neighbours(page: Page) -> list[Link]:
    """The reports before and behind an article that its page names: 下一篇：2023年…"""
    if not _BEFORE_AND_BEHIND.search(page.visible):
        return []
    reports = (link for link in page.links if (verdict := judge(link.title)).accepted and verdict.year)
    return [link for link in reports if host_of(link.url) == host_of(page.url)]


def is_list(page: Page, platform: Platform, link: Link) -> bool:
    """Whether a page that was linked like a report is a list of reports: years and units are columns on some portals
    and their titles read like a report's."""
    if is_report(page):
        return False
    found = read_list(page, platform, page.url)
    if gathers(found.articles):
        return True
    if platform.attachments(page) and not is_column_name(link.title):
        return False
    needed = 1 if is_column_name(link.title) or _BODY.search(link.title) else 3
    return len(found.articles) >= needed


def gathers(links: Sequence[Link]) -> bool:
    """Whether links are the reports of several bodies as files: a page that has them is a list."""
    files = (judge(link.title) for link in links if is_file(link.url))
    return len({verdict.agency for verdict in files if verdict.accepted and verdict.agency}) > 1


def report_title(page: Page, link: Link | None) -> tuple[str | None, str]:
    """The title under which a page is a report, or None and why it is none.

    A list's title counts if it is whole and names the year, for it often names the agency that the page's own leaves
    out.
    """
    listed = judge(link.title) if link and not link.cut else None
    if link and listed and listed.accepted and listed.year:
        return link.title, ""
    own = [(title, judge(title)) for title in page.titles]
    accepted = [title for title, verdict in own if verdict.accepted and verdict.year] or list(_printed(page))
    accepted += [_with_year(title, page, link) for title, verdict in own if verdict.accepted]
    if accepted:
        return accepted[0], ""
    if link and listed and listed.accepted:
        return link.title, ""
    if link and listed and _is_short(link, listed) and is_filed_as_report(page):
        return link.title, ""
    reasons = [verdict.reason for verdict in (listed, *(verdict for _, verdict in own)) if verdict and verdict.reason]
    return None, reasons[0] if reasons else "the page has no title"


def with_body(title: str, page: Page, link: Link | None, unit: str | None) -> str:
    """A report's title with the body that it leaves out, where neither the page names one: it is whose column the
    report stands in, or what the link to it says."""
    if judge(title).agency or (page.is_html and (page.meta("ContentSource") or _names_a_body(page))):
        return title
    body = (columns.body_of(link.title) if link else None) or unit
    return f"{body}{title}" if body else title


def _names_a_body(page: Page) -> bool:
    return any(judge(own).accepted and judge(own).agency for own in page.titles) or bool(_ISSUED.search(page.visible))


def _own_titles(page: Page) -> Iterator[str]:
    """What the page calls its article: by its metadata and headings, else by the line that reads as its title."""
    yield from page.headlines
    yield from _printed(page)


def _printed(page: Page) -> Iterator[str]:
    """The lines of a page that are nothing but a report's title with its year, and no link."""
    if "公开" not in page.visible:
        return
    for element in page.root.iter(*_LINES):
        if next(element.iter("a"), None) is None and not any(above.tag == "a" for above in element.iterancestors()):
            text = said(element)
            if "公开" in text and len(text) <= _LINE and (verdict := judge(text)).accepted and verdict.year:
                yield text


def _may_be_column(link: Link, page: Page, verdict: Verdict, column_url: str) -> bool:
    """A title without year that leads on: not back up, not to another site's column of the same name."""
    if leads_up(link, page):
        return False
    return host_of(link.url) == host_of(page.url) and (not verdict.bare or link.url.startswith(directory(column_url)))


def _with_year(title: str, page: Page, link: Link | None) -> str:
    """A title without year, with the year of the tab that led to it where the address says the same year."""
    tab = _YEAR_ALONE.match(link.title.strip()) if link else None
    return f"{tab[1]}年{title}" if tab and tab[1] in urlsplit(page.url).query and not judge(title).year else title


def _plain(text: str) -> str:
    return re.sub(r"[\s…⋯]+|\.{2,}", "", text)


def _is_short(link: Link, verdict: Verdict) -> bool:
    return verdict.reason == "not about information disclosure" and bool(_SHORT.search(link.title))


def _is_body(link: Link, *, entry: bool) -> bool:
    """Whether a title is nothing but a body's name or a year, or both: in the reports' column that is whose report it
    is. Its page then tells what it is."""
    match = _BODY.search(link.title)
    return (match is not None and (entry or any(match.groups()))) or (
        link.date is not None and bool(_YEAR_ALONE.search(link.title.strip()))
    )


def _undecided(link: Link, verdict: Verdict) -> bool:
    return verdict.reason in _UNDECIDED and bool(link.date) and bool(_YEAR.search(link.title))
