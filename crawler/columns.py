"""Finding the column of annual reports by what links say, and the years and units below it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from crawler import calls
from crawler.attachments import is_file
from crawler.page import Link, Page, said, scripts_in, squeeze
from crawler.urls import directory, host_of, twin_key, with_query
from extract.titles import judge

# Names of the column, best first. 年度报告 alone is also what budgets and courts publish.
_NAMES = (
    re.compile(
        r"^(?:.{0,6}(?:部门|单位|乡镇|街道|镇街|街镇|镇办)(?:政府|政务)?|政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?"
        r"(?:年报|报告|年度报告)$"
    ),
    re.compile(r"^(?:政府|政务)?(?:信息)?公开(?:工作)?(?:年度)?(?:年报|报告|年度报告)$"),
    re.compile(r"(?:信息|政务)公开.{0,6}(?:年报|年度报告)"),
    re.compile(r"^(?:工作)?(?:年报|年度报告)$"),
)
_TOKENS = re.compile(r"gknb|ndbg|gkbg|xxgk_?nb|zfnb|gkndbg|nianbao|annualreport", re.IGNORECASE)
# The tab that stands beside the reports' in every disclosure portal.
_BESIDE = re.compile(r"^(?:政府)?信息公开指南$")
_ON_THE_WAY = re.compile(
    r"^(?:政府|政务)?信息公开(?:专栏|平台|目录)?$|^(?:政务|政府)公开$|^法定主动公开内容$|^信息公开$"
)
_NOTICES = re.compile(r"^(?:通知公告|公示公告|公告公示|通知公示|公告通知)$")
_YEAR = re.compile(r"^(?:19|20)\d{2}年?(?:度|度?年报|度?报告|度?[及之]?以前.{0,6})?$")
# Where the reports of long ago lie: 历年年报, 往年政府信息公开年报.
_OLDER = re.compile(
    r"^(?:历年|往年|历史|以往|往期|过往)(?:政府|政务)?(?:信息公开)?(?:工作)?(?:年度)?(?:年报|报告)$"
    r"|^.{0,12}(?:年报|报告)\(20\d{2}年?[-—~至]20\d{2}年?\)$|^20\d{2}年?[-—~至]20\d{2}年.{0,12}$"
)
_UNIT = re.compile(
    r"^(?:(?:各?(?:省|市|区|县|州|旗)(?:级|直)?)?(?:人民)?政府(?:办公室|本级)?|[各本]?级政府|(?:各)?(?:市|区|县|旗)?级?(?:政府)?(?:直|直属|组成|工作)?"
    r"(?:部门|单位|机构|机关)(?:单位)?|(?:各)?(?:乡镇|镇街|街道|乡镇街道|镇办|乡镇\(街道\)|街道乡镇|街镇)(?:办事处|办)?|垂直(?:管理)?(?:部门|单位)|各?县市区?|[^，。]{2,8}(?:区|县|市))"
    r"(?:(?:政府)?信息公开)?(?:工作)?(?:年报|年度报告)?$"
)
_BODY = re.compile(r"^[\u4e00-\u9fff]{1,20}(?:局|委|委员会|办|办公室|办事处|镇|乡|街道|管委会|中心)(?:人民政府)?$")
_PLACE = re.compile(r"^[^政部门街镇乡单机垂]+$")
# What a list's script puts before and behind the value that was chosen.
_TREE = re.compile(r"/([^/]+)/(?:[^/]*\.\w+)?$")
_MORE = re.compile(r"^\W*(?:查看|点击)?(?:更多|进入|查看|详情|more)\W*$", re.IGNORECASE)
_ONCHANGE = re.compile(r"""["']([^"']*)["']\s*\+\s*(?:this\.|\w+\.)?(?:value|options\[)""")
_ONCHANGE_TAIL = re.compile(r"""(?:value|\])\s*\+\s*["']([^"']*)["']""")
_CHOSEN = re.compile(r"this\.value|this\.options\[[^\]]*\]\.value")
_ADDRESS = re.compile(r"[/?]|\.\w{3,5}$")
_INDEX = re.compile(r"^(?:(?:index|default)\.\w+)?$", re.IGNORECASE)
_LEAF = re.compile(r"/[A-Za-z][\w-]*\.s?html?$")
_PAGE_NAME = re.compile(r"(?:^|/)(?:index|list|default|common_list|zfxxgk_list)[^/]*\.\w+$")
_BRACKETS = str.maketrans("（）", "()")
MOST = 6


def find_columns(page: Page, scripted: Iterable[Link] = ()) -> list[Link]:
    """Links of a home or portal page that name the column of annual reports, the likeliest first. `scripted` are those
    that its scripts hold as data."""
    ranked: list[tuple[int, int, Link]] = []
    beside = any(_BESIDE.search(_plain(link.title)) for link in page.links)
    for place, link in enumerate([*page.links, *_more(page), *options(page), *scripted]):
        rank = _rank(link, beside=beside)
        if rank is not None and not is_file(link.url) and not leads_up(link, page):
            ranked.append((rank, place, link))
    ranked.sort(key=lambda row: row[:2])
    best: dict[str, Link] = {}
    for rank, _, link in ranked:
        # A vaguer name counts only while no better one was found.
        if not best or rank == ranked[0][0]:
            best.setdefault(twin_key(link.url), link)
    return list(best.values())[:MOST]


def find_ways(page: Page) -> list[Link]:
    """Links to the pages under which portals keep the column: 政务公开, 政府信息公开."""
    found = {twin_key(link.url): link for link in page.links if _ON_THE_WAY.search(_plain(link.title))}
    return list(found.values())[:MOST]


def find_notices(page: Page) -> list[Link]:
    """Links to the notices, among which portals without a column publish the report."""
    found = {twin_key(link.url): link for link in page.links if _NOTICES.search(_plain(link.title))}
    return list(found.values())[:MOST]


def find_subcolumns(page: Page, column_url: str) -> list[Link]:
    """Links of a column to its years and units, those of its `<select>` lists among them.

    In a static directory tree whatever lies below the column's own directory and is no article, or below the page
    itself (`gknb.htm`, `gknb/n2024.htm`, `gknb/n2024/xz/hcz.htm`); elsewhere a link whose whole text is a year, or
    names units, or whose directory is itself named after the reports (`mzjzfxxgknb/`), on the same host.
    """
    root = directory(column_url)
    stem, extension = posixpath.splitext(page.url.split("?", 1)[0])
    rooted = len([part for part in root.split("/")[3:] if part]) >= 2
    found: dict[str, Link] = {}
    for link in page.links:
        text = _plain(link.title)
        if leads_up(link, page) or is_file(link.url) or link.date or _NAMES[0].search(text):
            continue
        below = rooted and link.url.startswith(root) and link.url != column_url
        beside = host_of(link.url) == host_of(column_url)
        other = beside and _is_directory(link.url) and directory(link.url) not in (root, directory(page.url))
        tree = _TREE.search(link.url) if other else None
        named = (
            bool(_YEAR.search(text))
            or (beside and bool(_OLDER.search(text)))
            or (beside and bool(_UNIT.search(text)) and (below or "年报" in text))
            or bool(tree and _TOKENS.search(tree[1]))
        )
        leaf = bool(extension) and link.url.startswith(stem + "/") and bool(_LEAF.search(link.url))
        if named or leaf or (below and _is_directory(link.url) and directory(link.url) != root):
            found.setdefault(twin_key(link.url), link)
    for link in options(page):
        of_page = link.url.partition("?")[0] == page.url.partition("?")[0]
        if host_of(link.url) == host_of(column_url) and (is_unit(link.title) or (of_page and body_of(link.title))):
            found.setdefault(twin_key(link.url), link)
    return [link for key, link in found.items() if key != twin_key(page.url)]


def options(page: Page) -> Iterator[Link]:
    """The options of a page's `<select>` lists as links: their value is an address, or goes behind the one that the
    list's own script states (`location.href='?year='+this.value`), or into the form's query."""
    if "<select" not in page.text.lower():
        return
    functions = calls.made(scripts_in(page.root))
    for select in page.selector.xpath("//select[option]"):
        script = select.attrib.get("onchange", "")
        before, after = _ONCHANGE.search(script), _ONCHANGE_TAIL.search(script)
        calling = _CHOSEN.search(script)
        form = select.xpath("ancestor::form[1]")
        action = (page.resolve(form[0].attrib.get("action") or page.url) if form else None) or page.url
        posted = bool(form) and form[0].attrib.get("method", "get").lower() == "post"
        for option in select.xpath("option[@value]"):
            value, text = option.attrib["value"].strip(), squeeze(option.xpath("string()").get() or "")
            href: str | None = None
            if before:
                href = before[1] + value + (after[1] if after else "")
            elif calling and (called := calls.address(_CHOSEN.sub(f"'{value}'", script), functions)):
                href = called
            elif _ADDRESS.search(value):
                href = value
            elif value and select.attrib.get("name") and not posted:
                href = with_query(action, page.charset, **{select.attrib["name"]: value})
            url = page.resolve(href) if href and value else None
            if url and text:
                yield Link(url, text, text)


def is_unit(title: str) -> bool:
    """Whether a link's whole text names a year, the government, its office, or a group of units, with or without the
    report's name behind it. A place's name alone may be anything."""
    text = _plain(title)
    return bool(_YEAR.search(text) or (_UNIT.search(text) and ("年" in text or not _PLACE.search(text))))


def body_of(title: str) -> str | None:
    """The body that a link's whole text names, 县教育局. The government itself is whose portal it is."""
    text = _plain(title)
    return text if _BODY.search(text) and not _UNIT.search(text) else None


def leads_up(link: Link, page: Page) -> bool:
    """Whether a link goes to the page itself or to one above it, as the trail at the top of a page does."""
    above = directory(link.url)
    here = directory(page.url)
    same = twin_key(link.url) in (twin_key(page.url), twin_key(here))
    return same or (page.url.startswith(above) and above != here and bool(_INDEX.search(link.url[len(above) :])))


def is_column_name(title: str) -> bool:
    """Whether a title may as well be the name of a column: it names no year."""
    verdict = judge(title)
    return verdict.accepted and verdict.year is None


def _more(page: Page) -> Iterator[Link]:
    """The links that only say 更多 or 进入, called what stands beside them: the block whose rest they lead to."""
    for anchor in page.root.iter("a"):
        own = said(anchor) or squeeze(anchor.get("title", ""))
        url = page.resolve(anchor.get("href", "")) if _MORE.search(own) else None
        if url:
            yield from (Link(url, text.replace(own, "", 1), own) for text in _around(anchor) if text != own)


def _around(anchor: Any) -> Iterator[str]:
    """What stands around a link, from near to far; a block's heading may stand before the one that holds the link."""
    yield from (
        said(before) for before in islice(anchor.itersiblings(preceding=True), 3) if isinstance(before.tag, str)
    )
    for above in islice(anchor.iterancestors(), 3):
        yield said(above)
        if (before := above.getprevious()) is not None and isinstance(before.tag, str):
            yield said(before)


def _rank(link: Link, *, beside: bool) -> int | None:
    text = _plain(link.title)
    if link.date or re.search(r"\d{4}", text) or len(text) > 20:
        return None
    for rank, name in enumerate(_NAMES):
        if name.search(text):
            return rank if rank < 3 or beside or _TOKENS.search(link.url) else None
    return None


def _is_directory(url: str) -> bool:
    path = url.split("?", 1)[0]
    return path.endswith("/") or bool(_PAGE_NAME.search(path))


def _plain(text: str) -> str:
    return re.sub(r"[\s>›»·【】\[\]|]+", "", text).translate(_BRACKETS)
