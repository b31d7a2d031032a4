"""How the three tables are laid out: as the official form does it, and as real pages do."""

from __future__ import annotations

from collections.abc import Iterable

from .build import format_number
from .grids import Cell, Grid
from .sketch import Line, Sketch, Value

NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
RESULTS_LABEL = "三、本年度办理结果"
TOP = ("received", "carried_in", "carried_forward")


def number(value: Value) -> Cell:
    return Cell(value.html, path=value.path, value=True)


def numbers(values: Iterable[Value]) -> Grid:
    return [[number(value) for value in values]]


def disclosure_official(sketch: Sketch) -> Grid:
    """Four columns; a lone number spans three, as the form prints it."""
    grid: Grid = []
    for band in sketch.bands:
        grid.append([Cell(band.article, colspan=4)])
        grid.append([Cell("信息内容"), *_spread([Cell(head) for head in band.heads])])
        grid.extend([Cell(line.label), *_spread([number(value) for value in line.values])] for line in band.lines)
    return grid


def disclosure_shifting(sketch: Sketch) -> Grid:
    """Five columns in which the same field spans 1 or 2 of them, differently in the header and in the rows below."""
    grid: Grid = []
    for band in sketch.bands:
        grid.append([Cell(band.article, colspan=5)])
        rows = [[Cell(head) for head in band.heads]] + [[number(v) for v in line.values] for line in band.lines]
        labels = ["信息内容", *(line.label for line in band.lines)]
        for index, (label, cells) in enumerate(zip(labels, rows, strict=True)):
            widths = {1: (4,), 2: (2, 2), 3: (1, 2, 1) if index == 0 else (2, 1, 1)}[len(cells)]
            for cell, width in zip(cells, widths, strict=True):
                cell.colspan = width
            grid.append([Cell(label), *cells])
    return grid


def disclosure_ragged(sketch: Sketch) -> Grid:
    """No spans at all: each row has as many cells as it has words."""
    grid: Grid = []
    for band in sketch.bands:
        grid.append([Cell(band.article)])
        grid.append([Cell("信息内容"), *(Cell(head) for head in band.heads)])
        grid.extend([Cell(line.label), *(number(value) for value in line.values)] for line in band.lines)
    return grid


def disclosure_padded(sketch: Sketch) -> Grid:
    """No spans: every row filled up to four cells with empty ones."""
    return [[*row, *(Cell("") for _ in range(4 - len(row)))] for row in disclosure_ragged(sketch)]


def requests_official(sketch: Sketch) -> Grid:
    return [*requests_header(sketch), *_requests_body(sketch.lines)]


def requests_header(sketch: Sketch) -> Grid:
    heads = sketch.applicant_heads
    inner = ("commercial_enterprise", "research_institution", "public_interest_organization", "legal_service", "other")
    return [
        [Cell(NOTE, colspan=3, rowspan=3), Cell("申请人情况", colspan=7)],
        [
            Cell(heads["natural_person"], rowspan=2),
            Cell("法人或其他组织", colspan=5),
            Cell(heads["total"], rowspan=2),
        ],
        [Cell(heads[key]) for key in inner],
    ]


def _requests_body(lines: list[Line]) -> Grid:
    grid: Grid = []
    inner = [line for line in lines if line.key not in TOP]
    for line in lines:
        row: list[Cell] = []
        if line.key in TOP:
            row.append(Cell(line.label, colspan=3))
        else:
            if line is inner[0]:
                row.append(Cell(RESULTS_LABEL, rowspan=len(inner)))
            row.extend(_group_cells(line, inner))
        row.extend(number(value) for value in line.values)
        grid.append(row)
    return grid


def _group_cells(line: Line, inner: list[Line]) -> list[Cell]:
    if not line.group:
        return [Cell(line.label, colspan=2)]
    same = [other for other in inner if other.group == line.group]
    first = [Cell(line.group, rowspan=len(same))] if line is same[0] else []
    return [*first, Cell(line.label)]


def requests_with_subtotals(sketch: Sketch) -> Grid:
    """One label a row, and above each group's rows its name with their sums."""
    grid = [[Cell("项目"), *(Cell(head) for head in sketch.applicant_heads.values())]]
    for n, line in enumerate(sketch.lines):
        same = [other for other in sketch.lines if line.group and other.group == line.group]
        if len(same) > 1 and sketch.lines[n - 1] not in same:
            columns = zip(*(other.values for other in same), strict=True)
            sums = [sum(value.number or 0 for value in column) for column in columns]
            name = line.group + sketch.rng.choice(("", "小计"))
            grid.append([Cell(name), *(Cell(format_number(found), value=True) for found in sums)])
        grid.append([Cell(line.label), *(number(value) for value in line.values)])
    return grid


def requests_slid(sketch: Sketch) -> Grid:
    """Ten cells in every row and no spans: numbers begin right after the row's last label, so rows with two labels
    stand one column to the left of those with three."""
    heads = sketch.applicant_heads
    grid = [
        [Cell(NOTE), Cell(""), Cell("申请人情况"), *_blank(5), Cell(heads["total"]), Cell("")],
        [*_blank(2), Cell(heads["natural_person"]), Cell("法人或其他组织"), *_blank(6)],
        [*_blank(3), *(Cell(heads[key]) for key in list(heads)[1:6]), *_blank(2)],
    ]
    inner = [line for line in sketch.lines if line.key not in TOP]
    for line in sketch.lines:
        if any(not any(sign.isdigit() for sign in value.html) for value in line.values):
            sketch.expected.maybe_null |= {value.path for value in line.values if value.path}
        values = [number(value) for value in line.values]
        if line.key in TOP or (line.key == "other" and line.group):
            grid.append([Cell(line.label), Cell(""), *values, Cell("")])
            continue
        first = Cell(RESULTS_LABEL if line is inner[0] else "")
        if line.key == "concluded":
            grid.append([Cell(line.label), Cell(""), *values, Cell("")])
        elif not line.group:
            grid.append([first, Cell(line.label), *values, Cell("")])
        else:
            begins = next(other for other in inner if other.group == line.group) is line
            grid.append([first, Cell(line.group if begins else ""), Cell(line.label), *values])
    return grid


def requests_ragged(sketch: Sketch) -> Grid:
    """No spans: header rows shorter than the rest, places left of a label empty, numbers always last."""
    heads = sketch.applicant_heads
    grid = [
        [Cell(NOTE), Cell("申请人情况")],
        [Cell(""), Cell(heads["natural_person"]), Cell("法人或其他组织"), Cell(heads["total"])],
        [*_blank(2), *(Cell(heads[key]) for key in list(heads)[1:6]), Cell("")],
    ]
    inner = [line for line in sketch.lines if line.key not in TOP]
    for line in sketch.lines:
        row: list[Cell] = []
        if line.key in TOP:
            row = [Cell(line.label)]
        else:
            row = [Cell(RESULTS_LABEL if line is inner[0] else "")]
            if line.group:
                begins = next(other for other in inner if other.group == line.group) is line
                row.append(Cell(line.group if begins else ""))
            row.append(Cell(line.label))
        grid.append([*row, *(number(value) for value in line.values)])
    return grid


def challenges_official(sketch: Sketch) -> Grid:
    heads = list(sketch.result_heads.values())
    return [
        [Cell("行政复议", colspan=5), Cell("行政诉讼", colspan=10)],
        [
            *(Cell(head, rowspan=2) for head in heads),
            Cell("未经复议直接起诉", colspan=5),
            Cell("复议后起诉", colspan=5),
        ],
        [Cell(head) for head in heads * 2],
        [number(value) for values in sketch.routes.values() for value in values],
    ]


def challenges_ragged(sketch: Sketch) -> Grid:
    heads = list(sketch.result_heads.values())
    return [
        [Cell("行政复议"), Cell("行政诉讼")],
        [*(Cell(head) for head in heads), Cell("未经复议直接起诉"), Cell("复议后起诉")],
        [*_blank(5), *(Cell(head) for head in heads * 2)],
        [number(value) for values in sketch.routes.values() for value in values],
    ]


def challenges_slid(sketch: Sketch) -> Grid:
    heads = list(sketch.result_heads.values())
    return [
        [Cell("行政复议"), *_blank(4), Cell("行政诉讼"), *_blank(9)],
        [*(Cell(head) for head in heads), Cell("未经复议直接起诉"), *_blank(4), Cell("复议后起诉"), *_blank(4)],
        [*_blank(5), *(Cell(head) for head in heads * 2)],
        [number(value) for values in sketch.routes.values() for value in values],
    ]


def challenges_by_route(sketch: Sketch) -> Grid:
    """Transposed: a row for each route, a column for each result."""
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")
    grid = [[Cell("项目"), *(Cell(head) for head in sketch.result_heads.values())]]
    for label, values in zip(labels, sketch.routes.values(), strict=True):
        grid.append([Cell(label), *(number(value) for value in values)])
    return grid


def _spread(cells: list[Cell]) -> list[Cell]:
    widths = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(cells)]
    for cell, width in zip(cells, widths, strict=True):
        cell.colspan = width
    return cells


def _blank(count: int) -> list[Cell]:
    return [Cell("") for _ in range(count)]
