"""Is this the title of an annual report, and what does it say: whose, of which year.

Decides by meaning. The notices name the report 政府信息公开工作年度报告; portals print a dozen variants of it, and file
letters, guides, interpretations and budgets beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extract.text import canonical, chinese_number, nfkc, simplified, squeeze

_HANZI = "[二一][〇○零0O九][〇○零一二三四五六七八九0O]{2}"
# 政府信息公开工作年度报告 and its variants: what is disclosed, then "report" in one of its orders of words, the year
# among them or not.
_NAME = re.compile(
    r"(?:政务公开[和及与暨、])?"
    r"(?P<what>(?:(?:(?<!人民)政府|政务)?(?<!企业)(?<!企业环境)(?<!信用)信息(?:主动)?|政务|(?<!人民)政府)公开(?:信息)?)"
    rf"(?:工作)?(?:情况)?(?:的)?(?:[(（]?(?:(?:19|20)\d{{2}}|{_HANZI})年?度?[)）]?)?"
    r"(?P<kind>(?:年度)?(?:工作)?(?:情况)?(?:年度)?(?:总结)?(?:报告|年报))"
)
_YEAR = re.compile(
    rf"(?:(?<!\d)(?P<digits>(?:19|20)\d{{2}})|(?P<hanzi>{_HANZI}))(?!\s?[-./年]\d{{1,2}}[-./月])(?P<nian>年度?|(?=\D|$))"
)
_TWO_YEARS = re.compile(r"20\d{2}年?度?(?:、|和|及|与|至|-|—|~)+20\d{2}(?:年|[)）]|$)")
_PICTURED = re.compile(r"解读|图解|一图|一张图|长图|图说|数说|漫画|动画")
_NOT_REPORTS = (
    (
        "interpretation",
        re.compile(rf"{_PICTURED.pattern}|H5|动漫(?!产业|基地|城)|新闻发布|发布会|访谈|问答"),
    ),
    (
        "letter or notice",
        re.compile(
            r"通知|函(?!告|谷)|的意见|批复|请示|要点|通报|整改|考核|评估|培训|会议|方案|落实情况|征求|公示栏|报送|编制|格式|模板|范本"
        ),
    ),
    ("guide or rules", re.compile(r"指南|制度|办法|规定|目录|流程|条例|须知|申请表|规程|细则")),
    (
        "another report",
        re.compile(
            r"法治政府|网站工作|网站年度|报表|预算|决算|财务|年鉴|统计公报|季度|半年|上半年|月报|学年|情况表$|绩效"
            r"|(?<![及和与、附])情况统计表$|(?<![及和与、附况])统计表$"
        ),
    ),
)
# Schools, hospitals, charities and companies report on rules of their own, in the same words but for 政府.
_OTHERS = re.compile(
    r"(?:大学|学院|学校|高校|院校|中学|小学|高中|初中|[一二三四五六七八九十]中|幼儿园|医院|卫生院|保健院|福利院|养老院|基金会"
    r"|慈善|慈善总?会|红十字会|协会|学会|商会|促进会|研究会|社会组织|企业|企事业单位|公司|集团|银行|信用社)$"
)
# A report sent out under a covering title is the report.
_COVERING = re.compile(r"关于(?:公布|发布|印发|公开)")
_EDITION = re.compile(
    r"[(（【\[]?(?:图片版|超链版|超链接版|文字版|全文版|全真版|纯文本版|电子版|PDF版|word版|OFD版)[)）】\]]?",
    re.IGNORECASE,
)
_BREADCRUMB = re.compile(r"当前位置|所在位置|首页\s*[>›»→/\-]|[>›»]{1,2}[^>]*[>›»]")
_FILED_UNDER = re.compile(r"^\S{0,4}(?:分类|目录|栏目|主题词|关键词|关键字)[:：]")
_NOBODY = re.compile(r"^(?:本(?:机关|单位|部门|局|级|区|县|市|镇|乡|街道)|我(?:局|镇|乡|办|委|区|县|市|单位|街道))$")
_EDGES = " \t-—_·:：,，.。、|/\\《》〈〉“”\"'"
# What stands around a body's name in a title and is none of it.
_HEAD = re.compile(
    r"^(?:附件\d*[:：.、]\s*)?(?:【(?:年报|年度报告|公告|公示|政务公开|信息公开)】)?(?:\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月))?\s*(?:关于|发布|公布|印发)*"
)
_TAIL = re.compile(r"(?:(?:19|20)\d{2}(?:[-./]\d{1,2}){2}|关于|的|年度)+$")
_BRACKETS = (("(", ")"), ("（", "）"), ("[", "]"), ("【", "】"), ("〔", "〕"))
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]$")
_NAMELESS = re.compile(rf"(?:(?:20\d{{2}}|{_HANZI})年|政府信息|政务公开|信息公开)")
_BODY_AND_DASH = re.compile(
    r"[\u4e00-\u9fff()（）]{2,40}(?:政府|局|委|委员会|办公室|厅|处|中心|[镇乡县区市]|街道)-{1,2}"
)
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


@lru_cache(maxsize=4096)
def judge(title: str) -> Verdict:
    """Judge a title as printed on a list or a page; line breaks and spaces inside do not matter.

    `agency` is the name with year and report words taken off, None where the title names nobody.
    """
    whole = squeeze(title)
    own = cut_site(whole)
    printed = _EDITION.sub("", own)
    text = simplified(nfkc(printed))
    if _PICTURED.search(whole[: whole.index(own)]):  # 图解|2024年…
        return Verdict(False, "interpretation")
    if _BREADCRUMB.search(text):
        return Verdict(False, "breadcrumb")
    if _FILED_UNDER.search(text):
        return Verdict(False, "where a page is filed")
    names = list(_NAME.finditer(text))
    if not names:
        return Verdict(False, "not about information disclosure" if "公开" not in text else "not an annual report")
    name = names[-1]
    for reason, words in _NOT_REPORTS:
        hit = words.search(text, name.end()) or (
            words.search(text, 0, name.start()) if reason != "guide or rules" else None
        )
        behind = hit is not None and hit.group() == "通知" and hit.start() >= name.end()
        covering = behind and _COVERING.search(text, 0, name.start())
        if hit and not covering and not _part_of_a_name(text, hit, name.start()):
            return Verdict(False, reason)
    # Signs inside a body's name stay as printed wherever the two forms are of equal length.
    agency = _agency(printed if len(printed) == len(text) else text, name, text)
    if "政" not in name["what"] and any(map(_OTHERS.search, (_BRACKETED.sub("", agency or ""), text[: name.start()]))):
        return Verdict(False, "not an administrative body's")
    year = _year_of(text, name)
    if "年" not in name["kind"] and year is None:
        return Verdict(False, "no year and not an annual report")
    return Verdict(True, None, year, agency)


def cut_site(title: str) -> str:
    """A page's `<title>` without the name of the site that follows the article's own title."""
    parts = _SITE.split(title)
    if len(parts) == 1:
        return title
    with_name = [part for part in parts if _NAME.search(part)]
    own = max(with_name, key=len) if with_name else title
    # A part that begins with the year or the report's name does not say whose it is: a body before a dash does.
    nameless = _NAMELESS.match(own)
    return title if nameless and _BODY_AND_DASH.fullmatch(title[: title.index(own)]) else own


def _year_of(text: str, name: re.Match[str]) -> int | None:
    """The year that a title names for its report: the one in the report's name, then the nearest before it, then the
    nearest behind it, those marked 年 first. None where it names none, or two years at once."""
    if _TWO_YEARS.search(text):
        return None
    before, behind = _years(text[: name.start()]), _years(text[name.end() :])
    ranked = [*_years(name.group()), *reversed(before), *behind]
    found = [year for marked in (True, False) for is_marked, year in ranked if is_marked is marked]
    return found[0] if found else None


def _years(text: str) -> list[tuple[bool, int]]:
    found = ((match["nian"] != "", _year(match)) for match in _YEAR.finditer(canonical(text)))
    return [(marked, year) for marked, year in found if year and 2003 <= year <= 2099]


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
    # Of 区政府办公室关于印发青原区…的通知 the report is 青原区's.
    pieces = [next((side for side in reversed(_COVERING.split(piece)) if side.strip(_EDGES)), "") for piece in pieces]
    parts = [_TAIL.sub("", _HEAD.sub("", part.strip(_EDGES))).strip(_EDGES) for part in pieces]
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
