"""Is this the title of an annual report, and what does it say: whose, of which year.

Decides by meaning. The notices name the report 政府信息公开工作年度报告; portals print a dozen variants of it, and file
letters, guides, interpretations and budgets beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.text import canonical, chinese_number, nfkc, squeeze

# 政府信息公开工作年度报告 and its variants: what is disclosed, then "report" in one of its orders of words.
_NAME = re.compile(
    r"(?P<what>(?:(?:(?<!人民)政府|政务)?信息|政务|(?<!人民)政府)公开(?:信息)?)"
    r"(?:工作)?(?:情况)?(?:的)?"
    r"(?P<kind>(?:年度)?(?:工作)?(?:情况)?(?:年度)?(?:总结)?(?:报告|年报))"
)
_YEAR = re.compile(
    r"(?:(?<!\d)(?P<digits>(?:19|20)\d{2})|(?P<hanzi>[二一][〇○零0O九][〇○零一二三四五六七八九0O]{2}))(?P<nian>年度?|(?=\D|$))"
)
_NOT_REPORTS = (
    ("interpretation", re.compile(r"解读|图解|一图|图说|H5|动漫|新闻发布|访谈|问答")),
    (
        "letter or notice",
        re.compile(
            r"通知|函(?!告)|的意见|批复|请示|要点|通报|整改|考核|评估|培训|会议|方案|落实情况|征求意见|公示栏|报送|编制|格式|模板|范本"
        ),
    ),
    ("guide or rules", re.compile(r"指南|制度|办法|规定|目录|流程|条例|须知|申请表|规程|细则")),
    (
        "another report",
        re.compile(
            r"法治政府|网站工作|网站年度|报表|预算|决算|财务|年鉴|统计公报|季度|半年|上半年|月报|统计表$|情况表$|绩效"
        ),
    ),
)
_EDITION = re.compile(
    r"[(（【\[]?(?:图片版|超链版|超链接版|文字版|全文版|全真版|纯文本版|电子版|PDF版|word版|OFD版)[)）】\]]?",
    re.IGNORECASE,
)
_BREADCRUMB = re.compile(r"当前位置|所在位置|首页[>›»→\-]|[>›»]{1,2}[^>]*[>›»]")
_NOBODY = re.compile(r"^(?:本(?:机关|单位|部门|局|级|区|县|市|镇|乡|街道)|我(?:局|镇|乡|办|委|区|县|市|单位|街道))$")
_EDGES = " \t-—_·:：,，.。、|/\\《》〈〉“”\"'"
_BRACKETS = (("(", ")"), ("（", "）"), ("[", "]"), ("【", "】"), ("〔", "〕"))
_SITE = re.compile(r"[_|－]|-{1,2}(?=[^-]*(?:政府|门户|网站|网$|局$|公开))")


@dataclass(frozen=True)
class Verdict:
    """What a title says. `reason` names why it is not accepted; `bare` marks a title with neither year nor body, which
    may just as well be the name of a column."""

    accepted: bool
    reason: str | None = None
    year: int | None = None
    agency: str | None = None

    @property
    def bare(self) -> bool:
        return self.year is None and self.agency is None


def judge(title: str) -> Verdict:
    """Judge a title as printed on a list or a page; line breaks and spaces inside do not matter.

    `agency` is the name with year and report words taken off, None where the title names nobody.
    """
    printed = _EDITION.sub("", cut_site(squeeze(title)))
    text = nfkc(printed)
    if _BREADCRUMB.search(text):
        return Verdict(False, "breadcrumb")
    names = list(_NAME.finditer(text))
    if not names:
        return Verdict(False, "not about information disclosure" if "公开" not in text else "not an annual report")
    name = names[-1]
    for reason, words in _NOT_REPORTS:
        hit = words.search(text, name.end()) or (
            words.search(text, 0, name.start()) if reason != "guide or rules" else None
        )
        if hit and not _part_of_a_name(text, hit, name.start()):
            return Verdict(False, reason)
    year = year_in(text)
    if "年" not in name["kind"] and year is None:
        return Verdict(False, "no year and not an annual report")
    # Signs inside a body's name stay as printed wherever the two forms are of equal length.
    return Verdict(True, None, year, _agency(printed if len(printed) == len(text) else text, name, text))


def cut_site(title: str) -> str:
    """A page's `<title>` without the name of the site that follows the article's own title."""
    parts = _SITE.split(title)
    if len(parts) == 1:
        return title
    with_name = [part for part in parts if _NAME.search(part)]
    return max(with_name, key=len) if with_name else title


def year_in(text: str) -> int | None:
    """The report's year in a title; None where it names none. With two years the one marked 年 wins, then the first."""
    found = [(m["nian"] != "", -m.start(), _year(m)) for m in _YEAR.finditer(canonical(text))]
    found = [row for row in found if row[2] and 2003 <= row[2] <= 2099]
    return max(found)[2] if found else None


def _year(match: re.Match[str]) -> int | None:
    return int(match["digits"]) if match["digits"] else chinese_number(match["hanzi"].replace("0", "〇"))


def _part_of_a_name(text: str, hit: re.Match[str], end: int) -> bool:
    """A word such as 培训 or 考核 may stand inside a body's name (…培训中心, …考核办), which is no reason."""
    tail = text[hit.end() : min(end, hit.end() + 8)]
    return (
        hit.end() <= end
        and re.match(r"[\u4e00-\u9fff]{0,4}?(?:中心|局|委|办|院|处|学校|管理所|基地)", tail) is not None
    )


def _agency(printed: str, name: re.Match[str], text: str) -> str | None:
    rest = list(printed)
    for match in (name, *_YEAR.finditer(text)):
        rest[match.start() : match.end()] = "|" * (match.end() - match.start())
    pieces = "".join(rest).split("|")
    parts = [
        re.sub(r"^(?:关于|发布|公布|印发)+|(?:关于|的|年度)+$", "", part.strip(_EDGES)).strip(_EDGES) for part in pieces
    ]
    parts = [re.sub(r"^(?:年度|年)|^\d+$", "", part).strip(_EDGES) for part in parts]
    for part in parts:
        part = _unwrap(part)
        if len(part) >= 2 and re.search(r"[\u4e00-\u9fff]{2}", part) and not _NOBODY.match(part):
            return part
    return None


def _unwrap(name: str) -> str:
    """A name without brackets that are not its own: around the whole of it, or left over when a year was cut out."""
    for opening, closing in _BRACKETS:
        name = name.replace(opening + closing, "")
        if name.startswith(opening) and name.endswith(closing):
            name = name[1:-1]
        if name.count(opening) != name.count(closing):
            name = name.strip(opening + closing)
    return name.strip(_EDGES)
