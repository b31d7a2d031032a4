"""Tables that no lines part: what tells a row's label and a column's head, and what makes a row unbelieved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extract import table_requests
from extract.document import Cell
from extract.filing import Filing
from extract.form import RESULTS
from extract.pdf_bands import find_bands
from extract.pdf_challenges import find_challenges
from extract.pdf_chars import LOST, Char
from extract.pdf_order import by_order
from extract.pdf_rows import find_rows
from extract.pdf_tables import Ruled, join_over_pages
from extract.pdf_view import EVERYWHERE
from extract.pdf_words import Row, Unruled, baselines, words_of
from extract.report import Locator

SIZE = 10.0


def printed(*words: tuple[float, float, str]) -> list[Row]:
    """Lines of words set at (x, y), a digit half as wide as a character."""
    chars = []
    for x, y, text in words:
        for sign in text:
            wide = SIZE / 2 if sign.isascii() else SIZE
            chars.append(Char(sign, x, y - 8, x + wide, y + 2, 0, 0, y))
            x += wide
    return [words_of(line) for line in baselines(chars)]


def numbers_of(tables: list[Unruled], first: int = 1) -> list[list[str]]:
    return [[cell.text for cell in row[first:]] for table in tables for row in table.grid.rows[1:]]


def head_of_challenges(broken: int = 4) -> list[tuple[float, float, str]]:
    words = [(20.0, 0.0, "行政复议"), (300.0, 10.0, "未经复议直接起诉"), (560.0, 10.0, "复议后起诉")]
    for n, head in enumerate(list(RESULTS.values()) * 3):
        words += [(20.0 + 50 * n, 25.0 + 12 * k, head[at : at + broken]) for k, at in enumerate(range(0, 4, broken))]
    return [word for word in words if word[2]]


def a_row(values: list[str], apart: float = 50) -> list[tuple[float, float, str]]:
    return [(20.0 + apart * n, 90.0, value) for n, value in enumerate(values)]


@pytest.mark.parametrize("broken", [4, 2, 1])
def test_table_4_is_read_however_its_heads_are_broken(broken: int) -> None:
    values = ["1", "2", "3", "4", "10", "0", "0", "0", "0", "0", "5", "0", "0", "0", "5"]
    found = list(find_challenges(1, printed(*head_of_challenges(broken), *a_row(values)), [], EVERYWHERE))
    assert numbers_of(found, 0) == [values]


def test_table_4_in_another_order_is_not_read() -> None:
    """The twin: the same words and numbers, two heads changed places."""
    words = [
        (x, y, {"结果维持": "结果纠正", "结果纠正": "结果维持"}.get(text, text)) for x, y, text in head_of_challenges()
    ]
    assert not list(find_challenges(1, printed(*words, *a_row(["0"] * 15)), [], EVERYWHERE))


def test_numbers_that_touch_are_parted_where_one_way_keeps_the_sums() -> None:
    row = a_row(["1", "2", "3", "4", "10451", "1130", "6", "7", "1594", "0", "0", "0", "0", "0"])
    found = list(find_challenges(1, printed(*head_of_challenges(), *row), [], EVERYWHERE))
    assert numbers_of(found, 0)[0][4:6] == ["10", "451"]
    either = a_row(["0", "0", "0", "0", "00", "0", "0", "0", "1", "0", "0", "0", "0", "0"])
    assert not list(find_challenges(1, printed(*head_of_challenges(), *either), [], EVERYWHERE))


def rows_of_requests(*rows: tuple[float, str, str]) -> list[Row]:
    words = []
    for y, label, numbers in rows:
        words += [(20.0, y, label)] if label else []
        words += [(250.0 + 50 * n, y, value) for n, value in enumerate(numbers.split())]
    return printed(*words)


def test_a_row_is_believed_where_its_sum_bears_it_out() -> None:
    rows = rows_of_requests((20, "（一）予以公开", "1 2 3 0 0 0 6"), (60, "（二）部分公开", "1 2 3 0 0 0 7"))
    right, wrong = numbers_of(list(find_rows(1, rows, [])))
    assert right == ["1", "2", "3", "0", "0", "0", "6"]
    assert not any(text.isdigit() for text in wrong)


def test_numbers_broken_over_lines_are_not_read_for_whole_ones() -> None:
    """11, 20 and 31 with their last digits below: 1 + 2 = 3 would add up."""
    rows = rows_of_requests((20, "（一）予以公开", "1 2 0 0 0 0 3"), (32, "", "1 0 1 1 1 1 1"))
    assert not any(text.isdigit() for row in numbers_of(list(find_rows(1, rows, []))) for text in row)


def test_the_form_s_order_tells_a_label_that_stands_beside_nothing() -> None:
    texts = ["（一）予以公开", "", "1.属于国家秘密"]
    said: Callable[[str], list[str]] = lambda words: by_order(texts, lambda *_: words, lambda _: words)  # noqa: E731
    assert said("（二）部分公开（区分处理的，只计这一情形）")[1] == "（二）部分公开"
    assert said("（二）另行公开")[1] == ""


def test_a_label_and_heads_of_table_2_may_take_several_lines() -> None:
    rows = printed(
        (20, 0, "第二十条第（一）项"), (120, 20, "本年制发件"), (220, 20, "本年废止件"), (320, 20, "现行有效件"),
        (20, 26, "信息内容"), (120, 32, "数"), (220, 32, "数"), (320, 32, "数"),
        (20, 60, "规章"), (120, 60, "1"), (220, 60, "2"), (320, 60, "3"),
        (20, 80, "行政规范性文"), (120, 86, "4"), (220, 86, "5"), (320, 86, "6"), (20, 92, "件"),
    )  # fmt: skip
    (table,) = find_bands(1, rows, EVERYWHERE)
    texts = [[cell.text for cell in row] for row in table.grid.rows]
    assert texts[1] == ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    assert texts[2:] == [["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]]


def test_what_begins_a_page_does_not_go_on_a_row_that_is_whole() -> None:
    """The first row below has lost its label, and its digits stand under those of the last above."""

    def row(page: int, label: str, numbers: str) -> list[Cell]:
        place = Locator(page=page)
        cells = [Cell(label, page, 0, locator=place)]
        return cells + [Cell(text, page, n, locator=place) for n, text in enumerate(numbers.split(), 1)]

    long = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    for numbers, read in (("9 3 22 9 5 9 57", 57), ("9 3 22 9 5 9 5", 57)):
        filing = Filing()
        above, below = row(1, long, numbers), row(2, "某市某区", "- - - - - - 7")
        table_requests.read([above, below], filing)
        assert filing.tables["requests"]["other_fee_unpaid"]["total"] == read


def test_an_amount_broken_over_lines_around_its_label_is_not_read() -> None:
    head = ((20, 0, "第二十条第（八）项"), (20, 20, "信息内容"), (200, 20, "本年收费金额（单位：万元）"))
    broken = printed(*head, (200, 40, "57787."), (20, 46, "行政事业性收费"), (200, 52, "9"))
    whole = printed(*head, (20, 46, "行政事业性收费"), (200, 46, "57787.9"))
    assert not any("9" in cell.text for table in find_bands(1, broken, EVERYWHERE) for cell in table.grid.cells)
    assert any(cell.text == "57787.9" for table in find_bands(1, whole, EVERYWHERE) for cell in table.grid.cells)


def test_numbers_on_either_side_of_an_open_page_end_are_lost_where_no_label_tells_the_rows_apart() -> None:
    for label, read in (("某市某区", ["（一）予以公开", LOST]), ("（二）部分公开", ["（一）予以公开", "14\n29"])):
        parts = [
            Ruled(
                1, (0, 0, 50, 50), (((0, 0, 25, 50), "（一）予以公开"), ((25, 0, 50, 50), "14\n29")), open_bottom=True
            ),
            Ruled(2, (0, 0, 50, 50), (((0, 0, 25, 50), label), ((25, 0, 50, 50), "6")), open_top=True),
        ]
        (grid,) = join_over_pages(parts)
        assert [cell.text for cell in grid.rows[0]] == read


@pytest.mark.parametrize(
    ("group", "label", "whole"), [("予公开", "", True), ("", "", True), ("（三）不予公开", "1.属于国家秘密", False)]
)
def test_the_last_digits_of_a_row_that_a_page_end_cuts_are_its_own_where_no_label_claims_them(
    group: str, label: str, whole: bool
) -> None:
    def row(page: int, y: int, *texts: str) -> list[Cell]:
        return [Cell(text, y, x, 1, 1, Locator(page, (0, 0, 1, 1), None)) for x, text in enumerate(texts)]

    filing = Filing()
    applicants = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    rows = [
        row(2, 0, "", "", *applicants),
        row(2, 1, "三、本年度办理结果", "（一）予以公开", *"123456", "21"),
        row(2, 2, "", "（二）部分公开", "9", "66", "-", "46", "392", "0", "405"),
        row(3, 3, group, label, "", "", "", "", "9", "", "0"),
    ]
    table_requests.read(rows, filing)
    assert (filing.tables["requests"]["partly_granted"]["total"] == 4050) is whole
    assert (filing.tables["requests"]["partly_granted"]["legal_service"] == 3929) is whole


def test_numbers_of_table_4_that_are_broken_over_lines_are_read_where_the_sums_come_out() -> None:
    """10 and 53 one under the other: 1053."""
    words = [*a_row(["10", "2", "3", "4", "10", *(["0"] * 10)]), (20.0, 101.0, "53"), (220.0, 101.0, "62")]
    (table,) = find_challenges(1, printed(*head_of_challenges(), *words), [], EVERYWHERE)
    assert numbers_of([table], 0)[0][:5] == ["1053", "2", "3", "4", "1062"]
    wrong = [(x, y, "63" if text == "62" else text) for x, y, text in words]
    assert not list(find_challenges(1, printed(*head_of_challenges(), *wrong), [], EVERYWHERE))


def test_the_head_of_table_4_may_stand_on_the_page_before() -> None:
    values = ["1", "2", "3", "4", "10", "0", "0", "0", "0", "0", "5", "0", "0", "0", "5"]
    head, row = printed(*head_of_challenges()), printed(*a_row(values))
    (table,) = find_challenges(2, row, head, EVERYWHERE)
    assert numbers_of([table], 0) == [values]
    assert not list(
        find_challenges(2, row, [*head, *printed((20, 200, "本表由办公室填报，其余另行说明如下"))], EVERYWHERE)
    )


def test_a_row_whose_label_stands_beneath_another_part_of_a_wide_one_is_a_row_of_its_own() -> None:
    """Though some of its numbers are lost, and the rest stand under those of the row above that are not."""

    def row(page: int, label: list[Cell], numbers: str) -> list[Cell]:
        place = Locator(page=page)
        return label + [Cell(text, page, n, locator=place) for n, text in enumerate(numbers.split(), 3)]

    filing = Filing()
    above = row(1, [Cell("二、上年结转政府信息公开申请数量", 1, 0, 1, 3, Locator(page=1))], f"{LOST} 8 9 8 9 2 99")
    group, label = Cell("", 2, 0, locator=Locator(page=2)), Cell("（一）予以公开", 2, 1, 1, 2, Locator(page=2))
    table_requests.read([above, row(2, [group, label], f"{LOST} 1 {LOST} 6 9 4 {LOST}")], filing)
    assert filing.tables["requests"]["carried_in"]["other"] == 2
    assert filing.tables["requests"]["granted"]["other"] == 4


def test_an_upright_label_s_numeral_is_no_number() -> None:
    words = [(5.0, 20.0, "三"), (20.0, 20.0, "（一）予以公开")]
    words += [(250.0 + 50 * n, 20.0, value) for n, value in enumerate("1230006")]
    (table,) = find_rows(1, printed(*words), [])
    assert [cell.text for cell in table.grid.rows[1]] == ["（一）予以公开", *"1230006"]


def of_pages(*pages: list[list[str]]) -> list[list[str]]:
    """The rows of a table whose parts, each on a page, are these."""
    parts = [
        Ruled(n, (0, 0, 50, 9), tuple(((x, y, x + 9, y + 9), text) for y, row in zip(YS, rows, strict=False)
                                      for x, text in zip(YS, row, strict=False)))
        for n, rows in enumerate(pages, 1)
    ]  # fmt: skip
    (grid,) = join_over_pages(parts)
    return [[cell.text for cell in row] for row in grid.rows]


YS = tuple(range(0, 90, 9))


def test_a_row_is_made_whole_below_a_head_that_each_page_repeats() -> None:
    head, cut, rest = ["", "自然人", "总计"], ["一、本年新收政府信息公开申请数", "24141", "10415"], ["量", "", "3"]
    after = ["二、上年结转政府信息公开申请数量", "1", "1"]
    whole = ["一、本年新收政府信息公开申请数\n量", "24141", "10415\n3"]
    assert of_pages([head, cut], [head, rest, after]) == [head, whole, after]
    assert of_pages([head, cut], [["", "自然人", "合计"], rest, after])[1:3] != [whole, after]


def test_a_row_whose_label_goes_on_the_one_before_but_not_to_the_letter_is_lost_with_it() -> None:
    above, below = ["1.本机关", "420", "57"], ["不掌握相关政府信息的", "6", ""]
    assert of_pages([above], [below]) == [[above[0], LOST, LOST], [below[0], LOST, LOST]]
    assert of_pages([above], [["不掌握相关政府信息", "6", ""]]) == [["1.本机关\n不掌握相关政府信息", "420\n6", "57"]]


@pytest.mark.parametrize("apart", [40, 13])
def test_numbers_broken_over_lines_are_one_row_where_rows_stand_further_apart(apart: float) -> None:
    words = []
    for n, label in enumerate(("（一）予以公开", "（二）部分公开", "1.属于国家秘密")):
        y = 20.0 + apart * n
        words += [(20.0, y, label), *((250.0 + 50 * at, y, value) for at, value in enumerate("1000001"))]
        words += [(250.0, y + 12, "9"), (550.0, y + 12, "9")]
    read = numbers_of(list(find_rows(1, printed(*words), [])))
    whole = ["19", "0", "0", "0", "0", "0", "19"]
    assert read == [whole] * 3 if apart == 40 else not any("19" in row for row in read)
