"""A reading in words, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract.errors import Unreadable
from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Report, Row

_OUTCOMES = {outcome.key: outcome.label for outcome in OUTCOMES}


def words(report: Report) -> Iterator[tuple[str, str]]:
    """Lines with their tone: `title`, `plain`, or a finding's severity. Rows of zeros are counted, not shown."""
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
        filed = report.tables[table]
        filled = [(key, row) for key, row in filed.items() if any(row.values())]
        yield f"{table}: {len(filed)} 行，{len(filed) - len(filled)} 行为零或空白", "plain"
        for key, row in filled:
            yield f"    {rows[key]}：{_row(row, cells)}", "plain"
    for section in report.sections:
        yield f"{section.number} {section.heading}（{len(section.text)}字）", "plain"
    for figure in report.figures:
        hedge = "约" if figure.approximate else ""
        yield f"    {hedge}{figure.value}{figure.unit or ''}　{figure.topic or '-'}　{figure.sentence}", "plain"
    for finding in report.findings:
        yield (
            f"{finding.severity.value}　{finding.rule}（{finding.fault.value}）{finding.message}",
            finding.severity.value,
        )
    if not report.findings:
        yield "没有发现问题。", "plain"


def _disclosure(form: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of table 2: this form's, and the other's for what a report has of it."""
    other = next(name for name in DISCLOSURE if name != form)
    items = [*DISCLOSURE[other], *DISCLOSURE[form]]
    return {item.key: item.label for item in items}, {
        cell: label for item in items for cell, label in item.cells.items()
    }


def unreadable_json(source: str, error: Exception) -> dict[str, Any]:
    """What stands in the place of a report that could not be read: the same keys, empty, and the reason."""
    status = error.status.value if isinstance(error, Unreadable) else "missing_file"
    finding: dict[str, Any] = {
        "rule": "unread:source",
        "severity": "error",
        "fault": "reading",
        "message": str(error),
        "expected": None,
        "actual": status,
        "cells": [],
    }
    return {**Report(source, "").to_json(), "media": None, "findings": [finding]}


def _row(row: Row, cells: dict[str, str]) -> str:
    return "，".join(f"{cells[name]}{'空白' if value is None else value}" for name, value in row.items())
