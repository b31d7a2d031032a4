"""Digits that no one can tell the cell or the number of are lost: each case with the twin that is read."""

from __future__ import annotations

import pytest
from small_print import CELLS, COLUMNS, ROWS, TABLE, Print, texts_of

from extract.values import read_value


def is_lost(text: str) -> bool:
    return not read_value(text).readable


def test_a_page_number_printed_onto_a_line_is_in_neither_cell() -> None:
    on_line, below = Print().ruled().filled(*CELLS), Print().ruled().filled(*CELLS)
    on_line.text(175, ROWS[-1] - 5, "2", 10)
    below.text(175, ROWS[-1] + 5, "2", 10)
    assert is_lost(texts_of(on_line.read())[1][1])
    assert texts_of(below.read()) == TABLE


def test_digits_of_another_size_are_of_another_number() -> None:
    """A page's number set in the cell below the cell's own; the twin is a number broken over two lines."""
    for size, text in ((9, None), (10, "5\n2")):
        page = Print().ruled().filled("规章", "12", "34", "许可", "", "78")
        page.text(154, 131, "5", 10)
        page.text(154, 145, "2", size)
        read = texts_of(page.read())[1][1]
        assert read == text if text else is_lost(read)


@pytest.mark.parametrize(("left", "right", "lost"), [(153.0, 590.0, (1,)), (-90.0, 300.0, (2,)), (60.0, 590.0, ())])
def test_what_the_page_s_frame_cuts_off_is_lost(left: float, right: float, lost: tuple[int, ...]) -> None:
    page = Print()
    prose, page.operators = page.operators, []
    page.ruled().filled(*CELLS)
    frame = f"q {left} 0 {right - left} {page.height} re W n"
    page.operators = [*prose, frame, *page.operators, "Q"]
    for row, printed in zip(texts_of(page.read()), TABLE, strict=True):
        assert [n for n, text in enumerate(row) if is_lost(text) and n] == list(lost)
        assert all(text == printed[n] for n, text in enumerate(row) if n and n not in lost)


def test_dotted_lines_near_to_each_other_make_no_lines_across() -> None:
    page = Print().filled(*CELLS)
    for y in range(100, 161, 5):
        for x in range(70, 311):
            page.rectangle(x - 0.3, y - 0.3, x + 0.3, y + 0.3, "0 0 0")
    assert not list(page.read().grids())


def test_a_head_that_stands_over_the_slit_between_two_columns_opens_none() -> None:
    page = Print().filled("规章", "", "", "许可", "56", "78")
    page.text(224, 110, "12", 10)
    for y in ROWS:
        page.line(COLUMNS[0], y, COLUMNS[-1], y)
    for x, top in ((70, 100), (150, 100), (227, 130), (232, 130), (310, 100)):
        page.line(x, top, x, ROWS[-1])
    assert texts_of(page.read()) == [["规章", "12"], TABLE[1]]


def test_a_number_that_is_drawn_or_pictured_is_no_blank() -> None:
    """As programs print type that they turn into outlines; the twins are an empty cell, and a seal over the table."""
    blank = ["规章", "", "34", "许可", "56", "78"]
    seven = "155 722 m 161 722 l 161 720 l 158 714 l 157 714 l 160 721 l 155 721 l h f"
    seal = "100 690 m 100 750 300 750 300 690 c 300 640 100 640 100 690 c S"
    for drawing, lost in ((f"0 g {seven}", True), (f"q .9 g {seven} Q", False), (f"q 1 0 0 RG {seal} Q", False)):
        page = Print().ruled().filled(*blank)
        page.operators.append(drawing)
        texts = texts_of(page.read())
        assert is_lost(texts[0][1]) is lost
        assert texts[1] == TABLE[1]
    pictured = Print().ruled().filled(*blank)
    pictured.picture(155, 112, 165, 121)
    assert is_lost(texts_of(pictured.read())[0][1])
