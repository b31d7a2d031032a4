"""Reports whose tables are workbooks: every cell as it shows, whatever else the sheet holds."""

from __future__ import annotations

import io
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
import xlsxwriter
from generator import Page, judge, make_truth
from generator.grids import Cell, matrix
from generator.promise import Wrong
from generator.render import render_sketch
from generator.truth import Truth
from hypothesis import given
from hypothesis import strategies as st
from test_office import needs_office, saved_as

from extract import Hints, Source, locate, read
from extract.document import Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.reader import to_document
from extract.report import Report
from extract.sheets import read_sheets

TITLE = "样例县2024年政府信息公开工作年度报告"
HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "challenges": "四、政府信息公开行政复议、行政诉讼情况",
}


def workbook(truth: Truth, names: tuple[str, ...] = (), seed: int = 0, *, apart: bool = False) -> Page:
    """The report's tables below each other under its title, or each in a sheet of its own; numbers are numbers."""
    sketch = render_sketch(truth, names, seed)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, y = book.add_worksheet(), 1
        sheet.merge_range(0, 0, 0, 9, TITLE)
        for table, heading in HEADINGS.items():
            if apart and y > 1:
                sheet, y = book.add_worksheet(), 0
            sheet.write(y, 0, heading)
            for grid in sketch.grids[table]:
                y = write(sheet, y + 1, matrix(grid))
    return Page(stream.getvalue(), "report.xlsx", None, sketch.hints, sketch.expected, names)


def write(sheet: Any, top: int, places: list[list[Cell]]) -> int:
    """The table from that row on; gives the row behind it."""
    where: dict[int, tuple[Cell, list[int], list[int]]] = {}
    for y, row in enumerate(places, top):
        for x, cell in enumerate(row):
            _, ys, xs = where.setdefault(id(cell), (cell, [], []))
            ys.append(y)
            xs.append(x)
    for cell, ys, xs in where.values():
        text = re.sub(r"<[^>]+>|&nbsp;", "", cell.html)
        value = float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text
        if len(ys) > 1:
            sheet.merge_range(ys[0], xs[0], ys[-1], xs[-1], value)
        elif value != "":
            sheet.write(ys[0], xs[0], value)
    return top + len(places)


def breaches(report: Report, page: Page) -> list[str]:
    """What is wrong with the cells: a workbook has no chapters and no signature."""
    others = (Wrong.IDENTITY, Wrong.CHAPTER, Wrong.FIGURE)
    return [str(breach) for breach in judge(report, page.expected) if breach.wrong not in others]


@needs_office
@pytest.mark.parametrize(("form", "kind"), [("2021", "xlsx"), ("2019", "xls"), ("2021", "ods")])
def test_every_cell_of_a_workbook_is_read(tmp_path: Path, form: str, kind: str) -> None:
    page = workbook(make_truth(Random(4), form, dense=True), ("blank_slash",), 4, apart=form == "2019")
    data = page.data if kind == "xlsx" else saved_as(tmp_path, page.name, page.data, kind)
    report = read(Source(data, "附件"), hints=Hints())
    assert breaches(report, page) == []
    assert (report.media, report.title) == (kind, TITLE)
    at = locate(report, "disclosure.licensing.decisions")
    assert re.fullmatch(r"Sheet1![A-Z]\d+", (at and at.path) or "")


@needs_office
def test_tables_in_a_workbook_take_the_prose_of_their_article() -> None:
    page = workbook(make_truth(Random(4), "2021", dense=True), (), 4)
    chapters = "".join(
        f"<p>{heading}</p><p>{text}</p>"
        for heading, text in {
            "一、总体情况": "本年共收到政府信息公开申请3件。",
            **dict.fromkeys(HEADINGS.values(), "见附件。"),
            "五、存在的主要问题及改进情况": "公开不够及时。",
            "六、其他需要报告的事项": "无。",
        }.items()
    )
    article = Source(f"<html><body><h1>{TITLE}</h1>{chapters}</body></html>".encode(), "http://x.gov.cn/1.html")
    report = read(article, [Source(page.data, "http://x.gov.cn/1.xlsx")])
    assert breaches(report, page) == []
    assert report.source.endswith("1.xlsx")
    assert [section.number for section in report.sections if section.text] == [1, 2, 3, 4, 5, 6]
    assert [figure.value for figure in report.figures] == [3]
    rules = {finding.rule for finding in report.findings}
    assert {"prose_elsewhere", "stated:requests"} <= rules
    assert not {rule for rule in rules if rule.startswith("missing:")}


@needs_office
def test_a_cell_is_what_it_shows() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, make = book.add_worksheet("表"), book.add_format
        sheet.write_row(0, 0, ["规章", "乙"])
        for x, (value, shown) in enumerate({12.345: "0.00", 1234567: "#,##0", 5: ";;;", 0: "0;-0;;@"}.items(), 2):
            sheet.write(0, x, value, make({"num_format": shown}))
        sheet.write_rich_string(1, 0, make({"font_strikeout": True}), "12", make(), "15")
        sheet.write_rich_string(1, 1, "3", make({"font_script": 1}), "1")
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write(1, 3, 7, make({"font_strikeout": True}))
        sheet.write_comment(1, 2, "99")
        book.add_worksheet("隐").hide()
    (grid,) = to_document(Source(stream.getvalue(), "x")).blocks
    assert isinstance(grid, Grid)
    first, second, *_ = ([cell.text for cell in row] for row in grid.rows)
    assert first == ["规章", "乙", "12.35", "1,234,567"]
    assert second == ["15", "3¹", "#DIV/0!", "7\u0336"]


def flat(rows: str, columns: str = "", styles: str = "") -> bytes:
    names = "".join(f' xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "style", "fo"))
    sheet = f'<table:table table:name="表">{columns}{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    return f"<office:document{names}>{styles}{body}</office:document>".encode()


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def texts(document: Document) -> list[str | list[tuple[str, int, int, int, int]]]:
    return [
        block.text
        if isinstance(block, Paragraph)
        else [(c.text, c.row, c.col, c.rowspan, c.colspan) for c in block.cells]
        for block in document.blocks
    ]


HIDDEN = 'table:visibility="collapse"'


def test_hidden_rows_and_columns_are_none() -> None:
    columns = f"<table:table-column/><table:table-column {HIDDEN}/><table:table-column/>"
    rows = (
        row(cell("甲", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", cell("乙"))
        + row(cell("丙"), cell("不见"), cell("1"), more=HIDDEN)
        + row(cell("丁"), cell("不见"), cell("2"))
    )
    document = read_sheets(flat(rows, columns))
    assert texts(document) == [[("甲", 0, 0, 1, 1), ("乙", 0, 1, 1, 1), ("丁", 1, 0, 1, 1), ("2", 1, 1, 1, 1), *BLANK]]
    (grid,) = document.blocks
    assert isinstance(grid, Grid)
    assert [each.locator.path for each in grid.cells] == ["表!A1", "表!C1", "表!A3", "表!C3", "表!A4", "表!C4"]


BLANK = [("", 2, 0, 1, 1), ("", 2, 1, 1, 1)]


def test_a_hidden_row_below_the_table_is_none() -> None:
    rows = row(cell("甲"), cell("1")) + row(cell("不见"), more=HIDDEN)
    assert texts(read_sheets(flat(rows))) == [[("甲", 0, 0, 1, 1), ("1", 0, 1, 1, 1)]]


@given(st.lists(st.lists(st.sampled_from(["", "甲", "1", "2"]), max_size=4), max_size=5), st.data())
def test_every_shown_cell_stands_where_its_place_says(table: list[list[str]], data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.integers(0, 4)))
    rows = "".join(row(*map(cell, cells), more=HIDDEN if y in hidden else "") for y, cells in enumerate(table))
    seen: dict[str | None, str] = {}
    for block in read_sheets(flat(rows)).blocks:
        parts = [block] if isinstance(block, Paragraph) else block.cells
        seen |= {part.locator.path: part.text for part in parts}
    for y, cells in enumerate(table):
        for x, text in enumerate(cells):
            path = f"表!{'ABCD'[x]}{y + 1}"
            assert seen.get(path, "") == ("" if y in hidden else text)


def test_lines_above_and_below_a_table_are_paragraphs() -> None:
    rows = row(cell("某县2024年报告")) + row() + row(cell("甲"), cell("1", 'table:number-columns-repeated="2"'))
    document = read_sheets(flat(rows + row(cell("2025年1月20日"), more='table:number-rows-repeated="1"')))
    assert texts(document)[0] == "某县2024年报告"
    assert texts(document)[-1] == "2025年1月20日"
    table = texts(document)[1]
    assert isinstance(table, list)
    assert table[:3] == [("甲", 0, 0, 1, 1), ("1", 0, 1, 1, 1), ("1", 0, 2, 1, 1)]


def test_a_sheet_without_a_table_is_text() -> None:
    assert texts(read_sheets(flat(row(cell("一、总体情况")) + row(cell("无。"))))) == ["一、总体情况", "无。"]
    assert read_sheets(flat("")).blocks == []


def test_what_stands_far_away_costs_nothing() -> None:
    far = 'table:number-columns-repeated="16000"'
    rows = (
        row(cell("甲"), f"<table:table-cell {far}/>", cell("远"))
        + row(f"<table:table-cell {far}/>", more='table:number-rows-repeated="1048000"')
        + row(cell("乙"), cell("1"))
    )
    (table,) = texts(read_sheets(flat(rows)))
    assert isinstance(table, list)
    assert [each for each in table if each[0]] == [
        ("甲", 0, 0, 1, 1), ("远", 0, 2, 1, 1), ("乙", 2, 0, 1, 1), ("1", 2, 1, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<office:document", Status.MALFORMED),
        (flat(row(cell("1"), more='table:number-rows-repeated="1000"') * 60), Status.TOO_LARGE),
        (b"<a>" * 2_000_001, Status.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_has_a_status(data: bytes, status: Status) -> None:
    with pytest.raises(Unreadable) as caught:
        read_sheets(data)
    assert caught.value.status is status
