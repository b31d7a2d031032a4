"""The form's three tables as grids of cells, ready for any template: laid out as the notice prints them, or `slid`:
no cell spans, blanks pad the rows, and some rows stand a column further left than their header, as real pages do."""

from __future__ import annotations

from typing import NamedTuple

from crawler.sample.truth import SampleReport
from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES, Item, Outcome

_BALANCE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_RESULTS_OF_YEAR = "三、本年度办理结果"
_PARTLY = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"


class Cell(NamedTuple):
    text: str
    colspan: int = 1
    rowspan: int = 1


Grid = list[list[Cell]]


def disclosure_grid(report: SampleReport) -> Grid:
    slid = report.layout == "slid"
    rows: Grid = []
    article = ""
    for item in DISCLOSURE[report.form]:
        if item.article != article:
            article = item.article
            rows.append([Cell(f"第二十条第（{article}）项", 1 if slid else 4)])
            rows.append(_spread([Cell("信息内容"), *(Cell(_column(report, item, cell)) for cell in item.cells)], slid))
        values = [Cell(_shown(report, "disclosure", item.key, cell)) for cell in item.cells]
        rows.append(_spread([Cell(item.label), *values], slid))
    return _padded(rows, 4) if slid else rows


def requests_grid(report: SampleReport) -> Grid:
    return _slid_requests(report) if report.layout == "slid" else _official_requests(report)


def challenges_grid(report: SampleReport) -> Grid:
    kinds = list(RESULTS.values())
    values = [Cell(_shown(report, "challenges", route, cell)) for route in ROUTES for cell in RESULTS]
    if report.layout == "slid":
        head = [
            [Cell("行政复议"), *_blanks(4), Cell("行政诉讼")],
            [*map(Cell, kinds), Cell("未经复议直接起诉"), *_blanks(4), Cell("复议后起诉")],
            [*_blanks(5), *map(Cell, kinds * 2)],
        ]
        return [*_padded(head, 15), values]
    return [
        [Cell("行政复议", 5), Cell("行政诉讼", 10)],
        [*(Cell(kind, rowspan=2) for kind in kinds), Cell("未经复议直接起诉", 5), Cell("复议后起诉", 5)],
        [Cell(kind) for kind in kinds * 2],
        values,
    ]


def _shown(report: SampleReport, table: str, row: str, cell: str) -> str:
    """What the page prints in that cell: the written form where the data names one, nothing for a blank."""
    value = report.tables[table][row][cell]
    return report.printed.get(f"{table}.{row}.{cell}", "" if value is None else str(value))


def _column(report: SampleReport, item: Item, cell: str) -> str:
    """The official heading. The 2019 form gives no unit for the amount, except in the cell."""
    if item.key == "procurement" and f"disclosure.procurement.{cell}" not in report.printed and cell == "amount":
        return "采购总金额（万元）"
    return item.cells[cell]


def _spread(cells: list[Cell], slid: bool) -> list[Cell]:
    """Stretches the last cell over the columns that the row leaves empty."""
    missing = 4 - len(cells)
    return cells if slid or not missing else [*cells[:-1], cells[-1]._replace(colspan=1 + missing)]


def _blanks(count: int) -> list[Cell]:
    return [Cell("")] * count


def _padded(rows: Grid, width: int) -> Grid:
    return [[*row, *_blanks(width - len(row))] for row in rows]


def _values(report: SampleReport, outcome: Outcome) -> list[Cell]:
    return [Cell(_shown(report, "requests", outcome.key, applicant)) for applicant in APPLICANTS]


def _outcomes(report: SampleReport) -> list[tuple[Outcome, str, str]]:
    """The outcomes of the report's form, each with the group that it stands in and its label as printed there."""
    rows = []
    for outcome in OUTCOMES:
        if report.form not in outcome.forms:
            continue
        undivided = report.form == "2019" and outcome.key == "other"
        label = outcome.group if undivided else _PARTLY if outcome.key == "partly_granted" else outcome.label
        rows.append((outcome, "" if undivided else outcome.group, label))
    return rows


def _official_requests(report: SampleReport) -> Grid:
    names = list(APPLICANTS.values())
    rows: Grid = [
        [Cell(_BALANCE, 3, 3), Cell("申请人情况", 7)],
        [Cell(names[0], rowspan=2), Cell("法人或其他组织", 5), Cell(names[-1], rowspan=2)],
        [Cell(name) for name in names[1:-1]],
    ]
    outcomes = _outcomes(report)
    results = [row for row in outcomes if row[0].key not in ("received", "carried_in", "carried_forward")]
    groups = [group for _, group, _ in outcomes]
    seen: set[str] = set()
    for outcome, group, label in outcomes:
        cells = _values(report, outcome)
        if outcome.key in ("received", "carried_in", "carried_forward"):
            rows.append([Cell(label, 3), *cells])
            continue
        head = [Cell(_RESULTS_OF_YEAR, rowspan=len(results))] if outcome is results[0][0] else []
        if group and group not in seen:
            head.append(Cell(group, rowspan=groups.count(group)))
        seen.add(group)
        rows.append([*head, Cell(label, 1 if group else 2), *cells])
    return rows


def _slid_requests(report: SampleReport) -> Grid:
    names = list(APPLICANTS.values())
    rows: Grid = [
        [Cell(_BALANCE), Cell(""), Cell("申请人情况"), *_blanks(5), Cell(names[-1])],
        [*_blanks(2), Cell(names[0]), Cell("法人或其他组织")],
        [*_blanks(3), *map(Cell, names[1:-1])],
    ]
    last_group = ""
    for outcome, group, label in _outcomes(report):
        values = _values(report, outcome)
        if group and outcome.key != "other":
            rows.append([Cell(""), Cell("" if group == last_group else group), Cell(label), *values])
        elif outcome.key in ("granted", "partly_granted"):
            rows.append([Cell(_RESULTS_OF_YEAR if outcome.key == "granted" else ""), Cell(label), *values])
        else:
            rows.append([Cell(label), Cell(""), *values])
        last_group = group
    return _padded(rows, 10)
