"""What a PDF page shows and what it only holds: each trait on a small page of its own, with its twin."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from generator.pdf_file import Glyphs, write_pdf
from generator.typeset import Sheet
from small_print import CELLS, COLUMNS, PROSE, ROWS, TABLE, Print, texts_of

from extract import table_challenges
from extract.document import Cell, Grid
from extract.errors import Status, Unreadable
from extract.filing import Filing
from extract.form import RESULTS
from extract.pdf import read_pdf
from extract.pdf_chars import LOST
from extract.values import read_value


def test_a_ruled_table() -> None:
    document = Print().ruled().filled(*CELLS).read()
    assert texts_of(document) == TABLE
    assert [paragraph.text for paragraph in document.paragraphs()] == [PROSE]
    assert not document.doubts


def test_a_number_struck_out_is_none_and_one_underlined_is() -> None:
    page = Print().ruled().filled(*CELLS)
    page.line(154, 115.5, 164, 115.5)
    page.line(234, 121.5, 244, 121.5)
    (_, struck, underlined), _ = texts_of(page.read())
    assert not read_value(struck).readable
    assert struck.replace("\u0336", "") == "12"
    assert underlined == "34"


def test_digits_printed_over_others_are_no_number() -> None:
    page = Print().ruled().filled(*CELLS)
    page.text(154.5, 110, "77", 10)
    (_, over, beside), _ = texts_of(page.read())
    assert not read_value(over).readable
    assert beside == "34"


@pytest.mark.parametrize("matrix", ["1 0 .3 1", ".5 0 0 1", ".5 0 .2 .7"])
def test_digits_that_lean_or_are_squeezed_are_a_number(matrix: str) -> None:
    """A squeezed 33 stands no further apart than a 3 printed twice to look bold."""
    page = Print().ruled().filled("规章", "12", "", "许可", "56", "78")
    page.operators.append(f"BT /song 10 Tf 0 Tr {matrix} 236 722 Tm <{page.glyphs.encode('song', '3343')}> Tj ET")
    assert texts_of(page.read()) == [["规章", "12", "3343"], TABLE[1]]


def test_a_number_that_runs_over_a_line_into_another_is_none() -> None:
    page = Print().ruled().filled("规章", "", "34", "许可", "56", "78")
    page.text(219, 110, "1234", 10)
    (_, first, second), below = texts_of(page.read())
    assert not any(read_value(text).readable for text in (first, second))
    assert below == TABLE[1]


def test_white_text_is_read_only_where_it_shows() -> None:
    page = Print().ruled()
    page.rectangle(150, 100, 230, 130, "0 .2 .5")
    page.operators.append("1 g")
    page.text(154, 110, "12", 10)
    page.text(234, 110, "99", 10)
    page.operators.append("0 g")
    page.filled("规章", "", "", "许可", "56", "78")
    assert texts_of(page.read()) == [["规章", "12", ""], TABLE[1]]


def test_text_that_is_not_drawn_is_read_only_under_a_picture() -> None:
    unseen, scan = Print(), Print()
    scan.picture(0, 0, 595, 842)
    for page in (unseen, scan):
        page.operators = [line.replace(" 0 Tr ", " 3 Tr ") for line in page.ruled().filled(*CELLS).operators]
    with pytest.raises(Unreadable) as caught:
        unseen.read()
    assert caught.value.status is Status.NO_TEXT
    document = scan.read()
    assert texts_of(document) == TABLE
    assert "recognised" in document.doubts[0]


@pytest.mark.parametrize("apart", [2.0, 4.0, 6.0])
def test_cells_that_stand_apart_are_neighbours(apart: float) -> None:
    page = Print().filled(*CELLS)
    for y0, y1 in pairwise(ROWS):
        for x0, x1 in pairwise(COLUMNS):
            page.rectangle(x0, y0, x1 - apart, y1 - apart)
    assert texts_of(page.read()) == TABLE


def test_a_column_as_narrow_as_its_digit_is_a_column() -> None:
    page = Print()
    xs = (70.0, 150.0, 156.0, 162.0)
    for y in ROWS:
        page.line(xs[0], y, xs[-1], y)
    for x in xs:
        page.line(x, ROWS[0], x, ROWS[-1])
    for y, (label, one, two) in zip(ROWS, (("规章", "1", "2"), ("许可", "3", "4")), strict=False):
        for x, text in zip(xs, (label, one, two), strict=False):
            page.text(x + 0.5, y + 10, text, 10)
    assert texts_of(page.read()) == [["规章", "1", "2"], ["许可", "3", "4"]]


def test_lines_drawn_dot_by_dot() -> None:
    page = Print().filled(*CELLS)
    for y in ROWS:
        for n in range(int(COLUMNS[0]), int(COLUMNS[-1]) + 1, 2):
            page.rectangle(n - 0.4, y - 0.4, n + 0.4, y + 0.4, "0 0 0")
    for x in COLUMNS:
        for n in range(int(ROWS[0]), int(ROWS[-1]) + 1, 2):
            page.rectangle(x - 0.4, n - 0.4, x + 0.4, n + 0.4, "0 0 0")
    assert texts_of(page.read()) == TABLE


def test_a_page_set_sideways_is_read_and_its_places_are_as_shown() -> None:
    upright = Print().ruled().filled(*CELLS)
    sideways = Print().ruled().filled(*CELLS)
    sideways.operators = [f"q 0 1 -1 0 {sideways.height} 0 cm", *sideways.operators, "Q"]
    sideways.width, sideways.height = sideways.height, sideways.width
    assert texts_of(sideways.read()) == texts_of(upright.read()) == TABLE
    (grid,) = sideways.read().grids()
    (x0, top, x1, bottom) = grid.locator.box or (0, 0, 0, 0)
    assert (round(x0), round(x1)) == (100, 160)
    assert bottom - top == pytest.approx(COLUMNS[-1] - COLUMNS[0], abs=2)


def test_what_stands_sideways_to_the_rest_is_said() -> None:
    page = Print().ruled().filled(*CELLS)
    page.text(500, 700, "另有一段横排的说明文字，共有三十个以上的字，放在页面的右边，转了四分之一圈。", 10, angle=90)
    page.text(70, 300, PROSE, 11)
    assert "sideways" in page.read().doubts[0]


def test_a_page_of_too_many_strokes_ends_quickly_and_says_so() -> None:
    page = Print().ruled().filled(*CELLS)
    page.operators += ["0 0 m 9 9 l S"] * 120_000
    begun = time.process_time()
    document = page.read()
    assert time.process_time() - begun < 5
    assert "too much is drawn" in document.doubts[0]
    assert not list(document.grids())


def test_a_page_of_too_many_characters_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.pdf_chars.MOST_CHARACTERS", len(PROSE))
    page = Print()
    assert page.read().blocks
    page.filled("1")
    with pytest.raises(Unreadable) as caught:
        page.read()
    assert caught.value.status is Status.NO_TEXT


def test_a_row_that_the_page_cuts_is_one_row_again() -> None:
    """No line closes it at the end of the one page or the beginning of the next."""
    glyphs = Glyphs()
    first, second = Sheet(595, 842, glyphs), Sheet(595, 842, glyphs)
    first.text(70, 60, PROSE, 11)
    for x in COLUMNS:
        first.line(x, 700, x, 800)
        second.line(x, 50, x, 120)
    for sheet, ys in ((first, (700, 740)), (second, (80, 120))):
        for y in ys:
            sheet.line(COLUMNS[0], y, COLUMNS[-1], y)
    for x, text in zip(COLUMNS, ("规章", "12", "34"), strict=False):
        first.text(x + 4, 712, text, 10)
    for x, text in zip(COLUMNS, ("行政规范", "56", "78"), strict=False):
        first.text(x + 4, 760, text, 10)
    second.text(74, 60, "性文件", 10)
    for x, text in zip(COLUMNS, ("许可", "9", "8"), strict=False):
        second.text(x + 4, 92, text, 10)
    pages = [(sheet.width, sheet.height, "", "\n".join(sheet.operators)) for sheet in (first, second)]
    document = read_pdf(write_pdf(pages, glyphs))
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["规章", "12", "34"],
        ["行政规范\n性文件", "56", "78"],
        ["许可", "9", "8"],
    ]


def test_a_lost_number_of_table_4_keeps_its_place_beside_blank_columns() -> None:
    """The row's last number is lost where the page is cut off; the one before it must not stand for it."""
    heads = list(RESULTS.values()) * 3
    numbers = ["1", "2", "3", "0", "6", "4", "0", "0", "0", "4", "1", "41", "9", "72", LOST]
    rows = [[Cell(text, y, n + n // 5) for n, text in enumerate(row)] for y, row in enumerate((heads, numbers))]
    rows = [[*row, *(Cell("", y, at) for at in (5, 11))] for y, row in enumerate(rows)]
    filing = Filing()
    table_challenges.read([sorted(row, key=lambda cell: cell.col) for row in rows], filing)
    read = filing.tables["challenges"]
    assert [read["reconsideration"]["total"], read["litigation_direct"]["total"]] == [6, 4]
    assert read["litigation_after_reconsideration"]["total"] is None
    assert filing.unread == {"challenges.litigation_after_reconsideration.total"}
