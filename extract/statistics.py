"""The statistics table of the reports before 2019 (指标名称, 单位, 统计数): an item a row, filed as it is printed.

Its rows look like those of the official form and count other things: none of them may reach tables 2, 3 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.document import Block, Cell, Document, Grid, Paragraph
from extract.report import Fault, Finding, Locator, Severity, Statistic
from extract.text import canonical, tidy
from extract.values import BLANK, GARBLED, Value, in_wan, plain, read_value

_ITEM = re.compile(r"(?:统计)?(?:指标|项目)(?:名称|内容)?|统计(?:内容|事项|指标|项目)|内容")
_UNIT_LABEL = re.compile(r"(?:计量|计算|统计)?单位")
_VALUE_LABEL = re.compile(r"统计(?:数据?|数量|数值|结果)|数量|数值|数据|数|合计|统计")
# Until 2013 a column for the year stood beside one for all years since 2008, which is not taken.
_YEAR_LABEL = re.compile(r"本年累计|[本当]年度?(?:累计)?数?|(?:(?P<year>20\d{2})年度?)(?:累计)?数?量?")
_UNITS = {
    "条",
    "件",
    "次",
    "个",
    "人",
    "人次",
    "万元",
    "元",
    "份",
    "篇",
    "期",
    "场",
    "场次",
    "项",
    "本",
    "册",
    "起",
    "例",
    "宗",
}
_NO_UNIT = {"", "—", "——", "-", "--", "－", "－－", "/", "\\", "—-", "一一", "一", "―", "――"}
_LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[一二三四五六七八九十]{1,3}[、.．,，]",
        r"[(（][一二三四五六七八九十]{1,3}[)）]",
        r"\d{1,2}[、.．,，](?!\d)|[(（]\d{1,2}[)）]",
    )
)
_ENOUGH_ROWS = 5


@dataclass(frozen=True)
class Columns:
    """Where the labels, units and values of a table stand, by grid column. Some tables print two side by side."""

    panels: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class _Row:
    label: str
    unit: str
    value: Cell | None


@dataclass
class Statistics:
    """What the statistics tables of a document say, and where."""

    items: list[Statistic]
    locators: dict[str, Locator]
    findings: list[Finding]


def take_statistics(document: Document) -> tuple[Statistics, list[Block]]:
    """The items of every statistics table in the document, and the document's blocks without those tables."""
    rows: list[_Row] = []
    rest: list[Block] = []
    columns: Columns | None = None
    for block in _with_lines_as_grids(document.blocks):
        if isinstance(block, Paragraph):
            rest.append(block)
            continue
        grid = list(block.rows)
        at = next((n for n, row in enumerate(grid[:6]) if _columns(row)), None)
        here = _columns(grid[at]) if at is not None else columns
        found = list(_rows(grid[at + 1 if at is not None else 0 :], here)) if here else []
        if sum(canonical(row.unit) in _UNITS for row in found) < _ENOUGH_ROWS:
            rest.append(block)
            continue
        rest.extend(Paragraph(cell.text, cell.locator) for row in grid[: at or 0] for cell in row if cell.text.strip())
        columns = here
        rows += found
    return _filed(rows), rest


def _columns(row: Sequence[Cell]) -> Columns | None:
    """The columns that a header row names: label, unit and value, once or several times; None where it is none. Of
    columns for several years the latest is the report's."""
    panels: list[tuple[int, int, int]] = []
    label = unit = None
    latest = ""
    for cell in row:
        text = canonical(cell.text)
        value = re.sub(r"[(（].*[)）]$", "", text)
        year = _YEAR_LABEL.fullmatch(value)
        if _UNIT_LABEL.fullmatch(text):
            unit = cell.col
        elif label is not None and unit is not None and (year or _VALUE_LABEL.fullmatch(value)):
            panels.append((label, unit, cell.col))
            latest = (year["year"] or "") if year else ""
            label = unit = None
        elif panels and latest and year and (year["year"] or "") > latest:
            panels[-1] = (*panels[-1][:2], cell.col)
            latest = year["year"]
        elif _ITEM.fullmatch(text):
            label = cell.col
    return Columns(tuple(panels)) if panels else None


def _rows(rows: Sequence[Sequence[Cell]], columns: Columns) -> Iterator[_Row]:
    """The rows, panel after panel. A label that spans rows or columns is that of each of them."""
    for label_at, unit_at, value_at in columns.panels:
        for row in rows:
            label, unit, value = (_at(row, col) for col in (label_at, unit_at, value_at))
            if label is None or _columns(row) or not canonical(label.text):
                continue
            if unit is label:
                # A heading set over the whole width.
                unit = value = None
            yield _Row(tidy(label.text), tidy(unit.text) if unit else "", None if value is unit else value)


def _at(row: Sequence[Cell], col: int) -> Cell | None:
    return next((cell for cell in row if cell.col <= col < cell.col + cell.colspan), None)


def _filed(rows: Sequence[_Row]) -> Statistics:
    filed = Statistics([], {}, [])
    above: list[tuple[int, str]] = []
    for number, row in enumerate(rows, 1):
        level = next((n for n, mark in enumerate(_LEVELS) if mark.match(canonical(row.label))), len(_LEVELS))
        above = [(n, label) for n, label in above if n < level]
        unit, value = _read(row)
        printed = tidy(row.value.text) if row.value else ""
        number_read = plain(value.number) if value.number is not None else None
        told = number_read is not None and printed == str(number_read)
        heading = " / ".join(label for _, label in above)
        filed.items.append(Statistic(number, heading, row.label, unit, number_read, None if told else printed or None))
        path = f"statistics.{number}.value"
        if row.value:
            filed.locators[path] = row.value.locator
        if not value.readable:
            message = f"统计表“{row.label}”一行的数值“{printed}”无法确定地读出，请看原件。"
            filed.findings.append(Finding(f"unread:{path}", Severity.WARNING, Fault.READING, message, cells=(path,)))
        above.append((level, row.label))
    return filed


def _read(row: _Row) -> tuple[str | None, Value]:
    """Unit and value of a row. A cell that prints a unit of its own (25000元 in a row of 万元) is converted where
    that is possible, and else not believed."""
    unit = None if canonical(row.unit) in _NO_UNIT else row.unit
    value = read_value(row.value.text) if row.value else BLANK
    if value.number is None or value.unit is None or value.unit == unit:
        return unit, value
    if unit is None:
        return value.unit, value
    if unit == "万元" and value.unit in ("元", "亿元"):
        return unit, Value(in_wan(value.number, value.unit), unit)
    return unit, GARBLED


def _with_lines_as_grids(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, with a statistics table that lost its lines, one cell a paragraph, put back together.

    A unit ends a label and a number ends a row; a row whose blank left no line has no value.
    """
    n = 0
    while n < len(blocks):
        texts = [canonical(block.text) if isinstance(block, Paragraph) else "" for block in blocks[n : n + 3]]
        grid = _from_lines(blocks, n + 3) if len(texts) == 3 and _is_header(texts) else None
        if grid is None:
            yield blocks[n]
            n += 1
            continue
        found, n = grid
        yield found


def _is_header(texts: Sequence[str]) -> bool:
    label, unit, value = texts
    return bool(_ITEM.fullmatch(label) and _UNIT_LABEL.fullmatch(unit) and _VALUE_LABEL.fullmatch(value))


def _from_lines(blocks: Sequence[Block], start: int) -> tuple[Grid, int] | None:
    """The grid of the lines from here, header included, and where the text goes on after them."""
    cells = [Cell(text, 0, col) for col, text in enumerate(("指标名称", "单位", "统计数"))]
    row, col, end, kept = 0, 2, start, len(cells)
    for n in range(start, len(blocks)):
        block = blocks[n]
        text = canonical(block.text) if isinstance(block, Paragraph) else ""
        if not text or text.endswith("。") or not isinstance(block, Paragraph):
            break
        if col == 0 and text in _UNITS | _NO_UNIT:
            col = 1
        elif col == 1 and read_value(text).readable:
            col = 2
        elif col == 0 and not any(mark.match(text) for mark in _LEVELS):
            # A label over two lines.
            label = cells.pop()
            cells.append(replace(label, text=f"{label.text}{block.text}"))
            continue
        else:
            row, col = row + 1, 0
        cells.append(Cell(block.text, row, col, locator=block.locator))
        if col:
            end, kept = n + 1, len(cells)
    return (Grid(cells[:kept], locator=blocks[start].locator), end) if row >= _ENOUGH_ROWS else None
