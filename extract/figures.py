"""The counts and amounts in the prose, with unit, topic and clause — and none of their look-alikes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from extract.figure_topics import ABOUT_REQUESTS, CHALLENGE, REQUEST, may_be_part, topic_of
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
# A unit followed by these counts time, aspects of a speech or a place in a list; 3个100% counts shares.
_NOT_COUNTED = re.compile(
    r"(?:\d+%|月|工作日|小时|方面|维护|意识|自信|确保|百分点|年|文明|体系|大局|规定|内部事务|过程性|第)"
)
_ACT = re.compile(
    r"举办|召开|开展|组织|培训|发布|公开|收到|受理|接到|办理|答复|编发|印发|制定|刊发|推送|更新|接受|开放|公示|整改"
)
_QUOTED = re.compile(r"[“《][^”》]*$")
_TITLES = re.compile(r"《[^》]*》")
# The rule by which was counted: 不同渠道公开相同信息计1条.
_COUNTED_AS = re.compile(r"(?<![共总累合统小])计$")
_QUOTED_TO_ITS_END = re.compile(r"[^“《]*[”》]")
# One thing, named before it is counted: 收到公开申请一件. What is done once each, or comes to one, is no count.
_ONE_AT_LAST = re.compile(r"[\u4e00-\u9fff]{2}(?<![每同某跑这那只第统唯逐])$")
_VERB_LAST = re.compile(rf"(?:{_ACT.pattern})$")
_ONE_APPLICATION = re.compile(r"(?:收到|接到|受理)(?:了|到)?$")
_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")
# What begins to tell the parts of what was counted before, at the head of a clause or behind the count.
_PARTS = re.compile(r"[(（]?(?:其中|(?:内容)?涵盖|包括|包含|含|具体为|具体是|分别为|分别是)")
_PARTS_BEHIND = re.compile(r"[:：]|[(（](?:其中|包括|包含|含)|其中|包括|分别[为是]")
# A count whose number was left out: 全年主动公开条.
_UNCOUNTED = re.compile(r"(?:公开|发布|更新)[\u4e00-\u9fff]{0,6}(?:条|(?<![文信证案附邮])件|篇|份)$")
_REQUESTS = 3
"""The chapter that is about applications throughout."""
# What goes on with a list of what was made public: 主动公开规章13件，规范性文件60件.
_LISTED = re.compile(
    r"[\u4e00-\u9fff“”、()]{0,14}(?:文件|规章|公文|信息|公告|通知|[预决]算|政策|目录|指南|年报|数据|动态|图解|清单|稿件|视频"
    r"|制度|方案|报告|规划|公报|简报)\d+(?:件|条|篇|份|个|期|部)"
)
# How a sentence goes on about what it counts: 收到申请5件，公开3件，全区共收到60件; 复议2件，维持2件.
_GOES_ON: dict[str | None, re.Pattern[str]] = {
    "requests": re.compile(
        r"(?:其中)?(?:不予|全部)?公开\d+件|(?:全[省市区县镇乡]|各部门|本级|下属单位)(?:总?共|累计)?(?:新?收到?|受理|接到)\d+\D{1,2}"
    ),
    "challenges": re.compile(r".*(?:维持|纠[正错]|驳回|审结|[胜败]诉|撤[诉销回]|其他结果)(?:的|了)?\d+\D{1,2}"),
}
# Who alone did not apply, which says nothing of others: 未收到法人或其他组织的申请.
_BODIES, _PEOPLE = re.compile(r"法人|组织|企业|机构"), re.compile(r"公民|自然人|个人|群众|公众|社会(?!公益|组织)")
_COMPARED = re.compile(r"同比|环比|(?<!新)增|减|上升|下降")
_SHARE = re.compile(r"占.*%$")
_STOP = frozenset("。！!？?\n")
_HALF_STOP = frozenset("；;")
_TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100}

_NONE = r"(?:未|没有|无|暂未|暂无|暂时未|均未|尚未|零)"
_NO_REQUESTS = re.compile(
    rf"(?:{_NONE}(?:曾|有)?(?:收到|接到|接收|接受|受理|产生|办理|发生(?!因|由|针对|涉及))(?!(?:的)?申请人)[^，。；]{{0,30}}?(?:申请|依申请公开)(?!(?:而|的)?(?:产生|引发|引起|导致|提起|答复|投诉|举报))"
    r"|(?:无|没有|暂无)(?!正当|法|效)[^，。；]{0,16}?(?:公开申请|依申请公开|申请公开|信息申请|申请(?:件|事项|情况))(?!的?(?:答复|投诉|举报))"
    r"|(?:公开申请|依申请公开)[^，。；]{0,12}?[为是:](?:零|0|无)(?![.\d万千百条件次项个宗份例起])"
    r"|零申请)"
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


@dataclass
class _Run:
    """What the sentence at hand counts: parts of a whole, and what a list goes on to count, are of its topic."""

    whole: str | None = None
    parts_of: str | None = None
    counted: bool = False
    before: str | None = None

    def begin(self, clause: str) -> None:
        if _PARTS.match(clause):
            # A sentence that begins with 其中 tells the parts of what the one before it counted.
            self.whole = self.parts_of = self.whole if self.counted else self.before
        elif _UNCOUNTED.search(clause):
            self.counted, self.whole = True, "requests" if "申请" in clause else "disclosure"

    def count(self, topic: str | None, unit: str, clause: str, end: int) -> None:
        self.counted = True
        if self.parts_of is None and unit != "%" and not _COMPARED.search(clause):
            self.whole = topic
        if _PARTS_BEHIND.match(clause, end):
            self.parts_of = self.whole

    def end(self, clause: str, sign: str) -> None:
        if sign in _STOP:
            self.before, self.whole, self.counted = self.whole, None, False
        if sign in _STOP or (sign in _HALF_STOP and not _SHARE.search(clause)):
            # Where the parts say their shares too, half stops part them.
            self.parts_of = None


def _paragraph(section: int, paragraph: str) -> Iterator[Figure]:
    about_requests = section == _REQUESTS
    run = _Run()
    text = without_separators(paragraph)
    for match in _CLAUSE.finditer(text):
        clause = match.group().strip()
        plain_clause = canonical(_MARK.sub("", clause))
        applications = "申请" in plain_clause
        about_requests = about_requests or (applications and bool(ABOUT_REQUESTS.search(plain_clause)))
        run.begin(plain_clause)
        found = False
        if _NUMERAL.search(plain_clause):
            for figure in _numbers(section, clause, plain_clause, about_requests, run):
                found = True
                yield figure
        if applications and not found and _states_zero(plain_clause):
            yield Figure(section, "requests", 0, None, False, clause)
        run.end(plain_clause, text[match.end() : match.end() + 1])


def _states_zero(clause: str) -> bool:
    """Whether the clause says in words that no application for information came, of anybody and about anything."""
    none = _NO_REQUESTS.search(clause)
    if none is None or CHALLENGE.search(clause[: none.end() + 12]):
        return False
    said = none.group()
    if "“" in said or (_BODIES.search(said) and not _PEOPLE.search(said)):
        return False
    return "零" in said or REQUEST.search(said) is not None


def without_separators(paragraph: str) -> str:
    """Thousands separators taken out before clauses are cut at commas."""
    return re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", paragraph)


def _numbers(section: int, clause: str, plain_clause: str, about_requests: bool, run: _Run) -> Iterator[Figure]:
    """The clause's figures; `run` takes note of what they count."""
    listed = run.whole if run.whole == "disclosure" and _LISTED.fullmatch(plain_clause) else None
    for match in _NUMBER.finditer(plain_clause):
        value = _value(match, plain_clause)
        if value is None or _NOT_COUNTED.match(plain_clause, match.end("unit")):
            continue
        hedged = any(match[name] for name in ("before", "more", "more2", "after"))
        unit, label = match["unit"], plain_clause[: match.start()]
        topic = topic_of(plain_clause, match.start(), unit, about_requests)
        whole = run.parts_of or listed
        if run.whole in _GOES_ON and _GOES_ON[run.whole].fullmatch(plain_clause):
            topic = run.whole
        elif topic is None and unit != "%" and may_be_part(label, unit):
            topic = whole
        run.count(topic, unit, plain_clause, match.end())
        yield Figure(section, topic, plain(value), unit, hedged, clause)


def _value(match: re.Match[str], clause: str) -> Decimal | None:
    """The number's value, None where it is no count: what stands in a name or slogan; and a Chinese numeral below ten
    only counts after a verb of doing, since 一件事 and 三个意识 are not counts."""
    digits = match["number"]
    before = clause[: match.start()]
    quoted = _QUOTED.search(before) is not None or before.count('"') % 2 == 1
    if digits[0].isascii():
        behind = clause[match.end() :]
        if (quoted and (_QUOTED_TO_ITS_END.match(behind) or '"' in behind)) or _COUNTED_AS.search(before):
            return None
        number = Decimal(digits.replace(",", ""))
    else:
        spelled = chinese_number(digits)
        if spelled is None or quoted or (spelled < 10 and not _is_counted(spelled, match, clause)):
            return None
        number = Decimal(spelled)
    if match["times"]:
        number *= _TIMES[match["times"]]
    return number


def _is_counted(spelled: int, match: re.Match[str], clause: str) -> bool:
    """Whether a Chinese numeral below ten is a count."""
    before, behind = clause[: match.start()], clause[match.end() :]
    if spelled > 1 and _ACT.search(_TITLES.sub("", before)[-12:]):
        return True
    if _ONE_APPLICATION.search(before) and re.match(r"[\u4e00-\u9fff]{0,8}(?:申请|依申请公开)", behind):
        return True
    at_last = not behind or behind[0] in "(（)）"
    named = _ONE_AT_LAST.search(before) is not None and not _VERB_LAST.search(before)
    return at_last and named and "每" not in clause and _ACT.search(before) is not None
