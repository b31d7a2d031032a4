"""A reading with cells that a person corrected: what follows from them is worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

from extract.checks import check
from extract.ocr_doubts import ours_perhaps
from extract.prose_checks import check_prose
from extract.report import Fault, Finding, Number, Report

_ARITHMETIC = ("balance", "row_sum", "outcome_sum", "challenge_sum", "stated")


def amend(report: Report, values: Mapping[str, Number | None]) -> Report:
    """The report with these cells (`table.row.cell`), its sums and its prose held against them. The one given stays as
    it is. What was not certain of a corrected cell is so no more."""
    amended = copy(report)
    amended.tables = {table: {row: dict(cells) for row, cells in rows.items()} for table, rows in report.tables.items()}
    amended.statistics = list(report.statistics)
    for path, value in values.items():
        _set(amended, path, value)
    kept = [finding for finding in report.findings if finding.rule.partition(":")[0] not in _ARITHMETIC]
    amended.findings = [left for finding in kept if (left := _without(finding, values)) is not None]
    unread = {path for finding in amended.findings for path in _unread(finding)}
    checked = [*check(amended, unread), *(f for f in check_prose(amended, None) if f.rule.startswith("stated:"))]
    amended.add(ours_perhaps(checked) if any(f.rule == "ocr" for f in kept) else checked)
    return amended


def value_at(report: Report, path: str) -> Number | None:
    """What was read at `table.row.cell`; None also where the report has no such row."""
    table, row, cell = path.split(".")
    if table == "statistics":
        return next((s.value for s in report.statistics if str(s.number) == row), None)
    return report.tables.get(table, {}).get(row, {}).get(cell)


def _set(report: Report, path: str, value: Number | None) -> None:
    table, row, cell = path.split(".")
    if table == "statistics":
        report.statistics = [replace(s, value=value) if str(s.number) == row else s for s in report.statistics]
    else:
        report.tables[table].setdefault(row, {})[cell] = value


def _unread(finding: Finding) -> set[str]:
    """The cells that a finding says could not be read."""
    if finding.fault is not Fault.READING:
        return set()
    return {path for path in (finding.rule.partition(":")[2], *finding.cells) if path.count(".") == 2}


def _without(finding: Finding, corrected: Mapping[str, Number | None]) -> Finding | None:
    """The finding where it still holds of a cell; a person has read the others."""
    if not finding.rule.startswith("unread:"):
        return finding
    cells = _unread(finding)
    left = cells - set(corrected)
    if left == cells:
        return finding
    return replace(finding, cells=tuple(path for path in finding.cells if path in left)) if left else None
