"""A reading in words, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract.errors import Unreadable
from extract.form import APPLICANTS, CHAPTERS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Fault, Finding, Report, Severity

Line = tuple[str, str]
"""A line with its tone: `title`, `heading`, `plain`, `well`, or a finding's severity."""

_OUTCOMES = {outcome.key: outcome.label for outcome in OUTCOMES}
_HEADINGS = {chapter.key: chapter.heading for chapter in CHAPTERS}
_NUMBERS = {"disclosure": "表二", "requests": "表三", "challenges": "表四"}
_SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "注意", Severity.INFO: "提示"}
_FAULTS = {Fault.SOURCE: "报告本身", Fault.READING: "读取"}


def words(report: Report) -> Iterator[Line]:
    """The report table by table. Rows without a number other than 0 are counted, not shown."""
    yield report.title or report.source, "title"
    form = f"{report.form}年格式" if report.form else "非统一格式"
    told = (
        report.agency or "机关不详",
        report.year or "年份不详",
        f"公布：{report.published or '不详'}",
        form,
        report.media,
    )
    yield "　".join(map(str, told)), "plain"
    labels = {
        "disclosure": _disclosure(report.form or "2021"),
        "requests": (_OUTCOMES, APPLICANTS),
        "challenges": (ROUTES, RESULTS),
    }
    for table, (rows, cells) in labels.items():
        yield from _table(report, table, rows, cells)
    yield "正文", "heading"
    for section in report.sections:
        yield f"    {section.heading or '（标题缺失）'}（{len(section.text)}字）", "plain"
    yield from _figures(report)
    yield from _findings(report)


def _table(report: Report, table: str, rows: dict[str, str], cells: dict[str, str]) -> Iterator[Line]:
    yield f"{_NUMBERS[table]}　{_HEADINGS[table]}", "heading"
    filed = report.tables[table]
    if not filed:
        yield "    没有找到", "warning"
        return
    unread = {path for finding in report.findings if finding.rule.startswith("unread:") for path in finding.cells}
    zero = blank = 0
    for key, row in filed.items():
        paths = {name: f"{table}.{key}.{name}" for name in row}
        if not any(row.values()) and not unread & set(paths.values()):
            blank += all(value is None for value in row.values())
            zero += any(value is not None for value in row.values())
            continue
        shown = (
            f"{cells[name]} {_cell(value, paths[name] in unread, report.printed.get(paths[name]))}"
            for name, value in row.items()
        )
        yield f"    {rows[key]}：{'，'.join(shown)}", "plain"
    yield f"    共{len(filed)}行，其中{zero}行只有零，{blank}行全部空白。", "plain"


def _cell(value: float | None, unread: bool, printed: str | None) -> str:
    if unread:
        return f"未读出（印作“{printed}”）" if printed else "未读出"
    if value is None:
        return printed or "空白"
    return str(value)


def _figures(report: Report) -> Iterator[Line]:
    if report.figures:
        yield "文中的数字", "heading"
    for figure in report.figures:
        hedge = "约" if figure.approximate else ""
        yield f"    {hedge}{figure.value}{figure.unit or ''}　{figure.sentence}", "plain"


def _findings(report: Report) -> Iterator[Line]:
    yield "检查结果", "heading"
    for finding in report.findings:
        about = f"{_SEVERITIES[finding.severity]}（{_FAULTS[finding.fault]}）"
        yield f"    {about}{finding.message}{_page(report, finding)}　[{finding.rule}]", finding.severity.value
    if not report.findings:
        yield "    没有发现问题。", "well"


def _page(report: Report, finding: Finding) -> str:
    """On which pages of a PDF the cells stand that a finding speaks of."""
    places = (report.locators.get(path) for path in finding.cells)
    pages = sorted({place.page for place in places if place is not None and place.page is not None})
    return f"（原件第{'、'.join(map(str, pages))}页）" if pages else ""


def _disclosure(form: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of table 2: this form's, and the other's for what a report has of it."""
    other = next(name for name in DISCLOSURE if name != form)
    items = [*DISCLOSURE[other], *DISCLOSURE[form]]
    return {item.key: item.label for item in items}, {
        cell: label for item in items for cell, label in item.cells.items()
    }


def unreadable_words(error: Unreadable) -> Iterator[Line]:
    yield "没有读出", "title"
    yield f"    {error.sentence}　[{error.status.value}]", "error"


def unreadable_json(source: str, error: Unreadable) -> dict[str, Any]:
    """What stands in the place of a report that could not be read: the same keys, empty, and the reason."""
    finding: dict[str, Any] = {
        "rule": "unread:source",
        "severity": "error",
        "fault": "reading",
        "message": error.sentence,
        "expected": None,
        "actual": error.status.value,
        "cells": [],
    }
    return {**Report(source, "").to_json(), "media": None, "findings": [finding]}
