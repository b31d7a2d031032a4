"""The counts and amounts in the prose, with unit, topic and clause — and none of their look-alikes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from extract.report import Figure, Section
from extract.text import canonical, chinese_number
from extract.values import plain

_UNITS = (
    "万元|亿元|元|人次|件次|场次|条次|个次|篇次|条|件|次|项|期|场|个|篇|人|份|例|宗|起|部|册|家|名|本|套|张|幅|块|处|批次|批"
    "|户|则|台|所|组|类|遍|轮|枚|座|封|集|辆|位(?![居于列])|%"
)
_NUMBER = re.compile(
    r"(?P<before>约|近|超过|超|逾|大约|将近|达到?近|不少于|不足|不到|至少)?"
    r"(?P<number>(?<![\d.\-—~第A-Za-z])(?<!\d[至到:])(?<![^\u4e00-\u9fff)]/)\d+(?:,\d{3})*(?:\.\d+)?|(?<![第一二三四五六七八九十百千零两])[一二三四五六七八九两十百千零]+)"
    rf"(?P<more>余|多)?(?P<times>万(?!元)|亿(?!元)|千|百)?(?P<more2>余|多)?(?P<unit>{_UNITS})(?P<after>以上|左右|余|多)?"
)
# The digits that begin a line after one that ends in a digit: perhaps the rest of its number.
_TORN = re.compile(r"(\d)[^\S\n]*\n\s*\d[\d,，.]*")
# A footnote's mark behind a number, which the compatibility form would make a digit of it.
_MARK = re.compile(r"(?<=\d)[\u00b2\u00b3\u00b9\u2070-\u2079\u2460-\u2473]+")
_NUMERAL = re.compile(r"[\d一二三四五六七八九两十百千零]")
# A unit followed by these counts time, aspects of a speech or a place in a list.
_NOT_COUNTED = re.compile(r"(?:月|工作日|小时|方面|维护|意识|自信|确保|百分点|年|文明|体系|大局|规定|第)")
_ACT = re.compile(
    r"举办|召开|开展|组织|培训|发布|公开|收到|受理|接到|办理|答复|编发|印发|制定|刊发|推送|更新|接受|开放|公示|整改"
)
_SLOGAN = re.compile(r"[“\"'《][^”\"'》]*$")
_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")
_PART = re.compile(r"^[(（]?其中")
_REQUESTS = 3
"""The chapter that is about applications throughout."""
# What goes on with a list of what was made public: 主动公开规章13件，规范性文件60件.
_LISTED = re.compile(
    r"[\u4e00-\u9fff“”、()]{0,14}(?:文件|规章|公文|信息|公告|通知|[预决]算|政策|目录|指南|年报|数据|动态|图解|清单|稿件|视频"
    r"|制度|方案|报告|规划|公报|简报)\d+(?:件|条|篇|份|个|期|部)"
)
_COMPARED = re.compile(r"同比|环比|[增减]|上升|下降")
_STOP = frozenset("。；;！!？?\n")
_HALF_STOP = frozenset("；;")
_TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}

_NONE = r"(?:未|没有|无|暂未|暂无|暂时未|均未|尚未|零)"
_NO_REQUESTS = re.compile(
    rf"(?:{_NONE}(?:曾|有)?(?:收到|接到|接收|接受|受理|产生|办理)(?!(?:的)?申请人)[^，。；]{{0,30}}?(?:申请|依申请公开)(?!而?(?:产生|引发|引起|导致|提起))"
    r"|(?:无|没有|暂无)(?!正当|法|效)[^，。；]{0,16}?(?:公开申请|依申请公开|申请公开|信息申请|申请(?:件|事项|情况))"
    r"|(?:公开申请|依申请公开)[^，。；]{0,12}?(?:为|是)(?:零|0|无)(?![.\d万千百条件次项个宗份例起])"
    r"|零申请)"
)
_ABOUT_REQUESTS = re.compile(r"公开申请|依申请公开|信息申请")
_CHALLENGE = re.compile(r"复议|诉讼|应诉")
_FEE = re.compile(r"收费|处理费|费用")
_REQUEST = re.compile(r"公开申请|依申请|申请公开|信息申请|申请件|受理申请|收到申请|公开政府信息申请|申请")
_ANSWER = re.compile(r"答复|办结|予以公开|部分公开|不予公开|不予处理|无法提供|结转|受理")
_DISCLOSED = re.compile(r"公开|发布|公布|公示|报道|宣传|推送|刊发|刊登|转载|上传|更新|信息|解读")
_NOT_DISCLOSED = re.compile(
    r"培训|会议|检查|考核|满意|投诉|举报|咨询|留言|来信|来电|走访|调研|演练|办结率|占比|同比|环比|增长|下降"
)


def read_figures(sections: Iterable[Section]) -> list[Figure]:
    """Every figure of the prose in reading order; none of a number that a line break may have torn. A zero that is
    stated in words (未收到…申请) is kept once for a report: many say it in two chapters."""
    figures: list[Figure] = []
    zero = False
    for section in sections:
        for paragraph in _TORN.sub("\\1\n", section.text).split("\n"):
            for figure in _paragraph(section.number, paragraph):
                stated = figure.unit is None
                if stated and zero:
                    continue
                zero = zero or (stated or (figure.value == 0 and figure.topic == "requests"))
                figures.append(figure)
    return figures


def _paragraph(section: int, paragraph: str) -> Iterator[Figure]:
    about_requests = section == _REQUESTS
    whole: str | None = None
    parts_of: str | None = None
    text = without_separators(paragraph)
    for match in _CLAUSE.finditer(text):
        clause = match.group().strip()
        plain_clause = canonical(_MARK.sub("", clause))
        applications = "申请" in plain_clause
        about_requests = about_requests or (applications and bool(_ABOUT_REQUESTS.search(plain_clause)))
        if _PART.match(plain_clause):
            parts_of = whole
        listed = whole == "disclosure" and _LISTED.fullmatch(plain_clause) is not None
        found = False
        if _NUMERAL.search(plain_clause):
            for figure in _numbers(section, clause, plain_clause, about_requests, whole if listed else parts_of):
                found = True
                if parts_of is None and figure.unit != "%" and not _COMPARED.search(plain_clause):
                    whole = figure.topic
                yield figure
        if (
            not found
            and applications
            and (hit := _NO_REQUESTS.search(plain_clause))
            and not _CHALLENGE.search(plain_clause[: hit.end() + 12])
        ):
            yield Figure(section, "requests", 0, None, False, clause)
        end = text[match.end() : match.end() + 1]
        parts_of = None if end in _STOP else parts_of
        whole = None if end in _STOP - _HALF_STOP else whole


def without_separators(paragraph: str) -> str:
    """Thousands separators taken out before clauses are cut at commas."""
    return re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", paragraph)


def _numbers(
    section: int, clause: str, plain_clause: str, about_requests: bool, parts_of: str | None
) -> Iterator[Figure]:
    """The clause's figures. What 其中 counts, or a list goes on to count, is of the topic of the whole (`parts_of`)."""
    for match in _NUMBER.finditer(plain_clause):
        value = _value(match, plain_clause)
        if value is None or _NOT_COUNTED.match(plain_clause, match.end("unit")):
            continue
        hedged = any(match[name] for name in ("before", "more", "more2", "after"))
        topic = _topic(plain_clause, match, about_requests)
        if topic is None and match["unit"] != "%" and not _NOT_DISCLOSED.search(plain_clause):
            topic = parts_of
        yield Figure(section, topic, plain(value), match["unit"], hedged, clause)


def _value(match: re.Match[str], clause: str) -> Decimal | None:
    """The number's value, None where it is no count: a Chinese numeral below ten only counts after a verb of doing,
    since 一件事 and 三个意识 are not counts."""
    digits = match["number"]
    if digits[0].isascii():
        number = Decimal(digits.replace(",", ""))
    else:
        spelled = chinese_number(digits)
        if spelled is None or _SLOGAN.search(clause[: match.start()]):
            return None
        if spelled < 10 and not (spelled > 1 and _ACT.search(clause[max(0, match.start() - 12) : match.start()])):
            return None
        number = Decimal(spelled)
    if match["times"]:
        number *= _TIMES[match["times"]]
    return number


def _topic(clause: str, match: re.Match[str], about_requests: bool) -> str | None:
    """What the count is of, in the form's own terms; None where the clause does not say."""
    if _CHALLENGE.search(clause):
        return "challenges"
    just_before = clause[max(0, match.start() - 10) : match.start()]
    if "采购" in just_before and "信息" not in just_before:
        return "procurement"
    if _FEE.search(clause) and match["unit"] in ("元", "万元"):
        return "fees"
    if match["unit"] == "%":
        return None
    if _REQUEST.search(clause) and "复印" not in clause:
        return "requests"
    if about_requests and _ANSWER.search(clause):
        return "requests"
    if _NOT_DISCLOSED.search(clause):
        return None
    return "disclosure" if _DISCLOSED.search(clause) else None
