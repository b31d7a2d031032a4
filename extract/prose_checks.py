"""Holds the prose against the tables: counts that are stated in one and printed otherwise in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.bodies import due_date, kind_of, late
from extract.report import Fault, Figure, Finding, Number, Report, Severity
from extract.text import canonical

_RECEIVED = re.compile(r"(?:收到|受理|接到|新收|接收)[^0-9]{0,24}申请[^0-9]{0,8}\d")
_PART = re.compile(r"其中|网上|网络|书面|信函|当面|邮件|上年|去年|同比|较|结转|答复|办结|平均|撤回|自然人|企业|法人")
_RECONSIDERED = re.compile(r"行政复议(?:案件|申请)?(?:共)?\d+[件起宗例]")
_SUED = re.compile(r"(?<!复议、)(?:行政)?诉讼(?:案件)?(?:共)?\d+[件起宗例]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_OVER_YEARS = re.compile(r"累计.{0,6}(?:收到|受理)|以来")
# What a body that decides on others' reconsiderations does; of its own it says which matter they are of.
_AS_ITS_OFFICE = re.compile(r"(?:办理|审理|审结|受理|承办|代理)[^，。；]*?(?:复议|诉讼)")
_COUNTED = {"件", "条", "宗", "份", "次", "个", "例", "起", "项", None}


def check_prose(report: Report, period: int | None) -> Iterator[Finding]:
    """`stated:*` for counts of applications, reconsiderations and lawsuits, `period` and `late`."""
    if period is not None and report.year is not None and period != report.year:
        yield Finding(
            "period",
            Severity.WARNING,
            Fault.SOURCE,
            f"标题为{report.year}年，正文的统计期限为{period}年。",
            report.year,
            period,
        )
    if (
        report.agency
        and report.year
        and (found := late(report.published, due_date(kind_of(report.agency), report.year)))
    ):
        yield found
    yield from _received(report)
    challenges = report.tables["challenges"]
    reconsidered = challenges.get("reconsideration", {}).get("total")
    yield from _stated(report, "reconsideration", _RECONSIDERED, reconsidered, "行政复议")
    direct = challenges.get("litigation_direct", {}).get("total")
    after = challenges.get("litigation_after_reconsideration", {}).get("total")
    sued = None if direct is None and after is None else (direct or 0) + (after or 0)
    yield from _stated(report, "litigation", _SUED, sued, "行政诉讼")


def _received(report: Report) -> Iterator[Finding]:
    """Applications: only a sentence that says they were received counts, and parts of them (其中…) do not."""
    received = report.tables["requests"].get("received", {}).get("total")
    carried = report.tables["requests"].get("carried_in", {}).get("total") or 0
    if received is None:
        return
    stated = [
        figure
        for figure in report.figures
        if figure.topic == "requests"
        and not figure.approximate
        and figure.unit in _COUNTED
        and _says_received(figure, report.year)
    ]
    values = {figure.value for figure in stated}
    told = {received, received + carried} - {0}
    if any(figure.topic == "requests" and figure.value in told for figure in report.figures):
        # It may well be stated, and this a part of it: 办公室收到申请17件，全区共收到66件.
        return
    if len(values) == 1 and not values & {received, received + carried}:
        yield _difference("requests", "申请", stated[0], received, ("requests.received.total",))


def _says_received(figure: Figure, year: int | None) -> bool:
    sentence = canonical(figure.sentence)
    years = _YEAR.findall(sentence)
    if (years and year and str(year) not in years) or _OVER_YEARS.search(sentence):
        return False
    return figure.unit is None or bool(_RECEIVED.search(sentence) and not _PART.search(sentence))


def _stated(report: Report, what: str, pattern: re.Pattern[str], total: Number | None, label: str) -> Iterator[Finding]:
    if total is None:
        return
    hits = [
        (figure, match)
        for figure in report.figures
        if figure.topic == "challenges" and (match := pattern.search(canonical(figure.sentence)))
    ]
    hits = [(figure, match) for figure, match in hits if not _of_its_office(figure.sentence)]
    hits = [(figure, match) for figure, match in hits if f"{figure.value}{figure.unit}" in match.group()]
    if len({figure.value for figure, _ in hits}) == 1 and hits[0][0].value != total:
        yield _difference(what, label, hits[0][0], total, ())


def _of_its_office(sentence: str) -> bool:
    if re.search(r"作为(?:行政)?复议机关", sentence):
        return True
    return "公开" not in sentence and bool(_AS_ITS_OFFICE.search(canonical(sentence)))


def _difference(what: str, label: str, figure: Figure, table: Number, cells: tuple[str, ...]) -> Finding:
    return Finding(
        f"stated:{what}",
        Severity.WARNING,
        Fault.SOURCE,
        f"正文称{label}{figure.value}{figure.unit or ''}（“{figure.sentence}”），表格为{table}。",
        table,
        figure.value,
        cells,
    )
