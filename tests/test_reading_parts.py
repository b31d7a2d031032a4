"""The small parts of the reader: bytes to text, cells to values, lines to headings and dates."""

from __future__ import annotations

import re
from decimal import Decimal
from random import Random

import pytest
from generator import judge, make_truth, render_html
from hypothesis import given
from hypothesis import strategies as st

from extract import Source, labels, read
from extract.chapters import heading_of, split_glued
from extract.dates import find_date, is_date
from extract.decode import decode
from extract.document import Cell, Grid, Paragraph
from extract.filing import filed
from extract.grids import Slot
from extract.lines import grids_from_lines
from extract.report import Locator
from extract.sections import read_chapters
from extract.sniff import Medium, sniff
from extract.tables import read_tables
from extract.text import chinese_number, mend_radicals, tidy
from extract.typed_tables import grids_from_typed
from extract.values import in_wan, read_value

PAGE = "<meta charset=gb2312><title>霁川市人民政府</title>朱镕基，堃，政府信息公开年度报告的工作"


@pytest.mark.parametrize(
    ("data", "declared", "charset"),
    [
        (PAGE.encode("utf-8"), "gb2312", "utf-8"),
        (PAGE.encode("gb18030"), "gb2312", "gb18030"),
        (PAGE.encode("gb18030"), "utf-8", "gb18030"),
        (PAGE.encode("utf-8-sig"), None, "utf-8"),
        (b"\xff\xfe" + PAGE.encode("utf-16-le"), None, "utf-16-le"),
        (PAGE.encode("utf-16-le"), "utf-8", "utf-16-le"),
        (PAGE.encode("utf-16-be"), None, "utf-16-be"),
        (PAGE.encode("gb18030"), "iso-8859-1", "gb18030"),
        (PAGE.encode("gb18030"), "no-such-charset", "gb18030"),
    ],
)
def test_bytes_outrank_what_they_claim(data: bytes, declared: str | None, charset: str) -> None:
    decoded = decode(data, declared)
    assert (decoded.text, decoded.charset, decoded.doubtful) == (PAGE, charset, None)


def test_lost_characters_and_mojibake_are_said() -> None:
    torn = PAGE.encode("utf-8")[:-1]
    assert decode(torn).charset == "utf-8"
    assert "丢失" in (decode(torn).doubtful or "")
    garbled = (PAGE * 9).encode("utf-8").decode("latin-1")
    assert "乱码" in (decode(garbled.encode("utf-8")).doubtful or "")


@given(st.text(alphabet="政府信息公开年度报告的区局县一二三，。0123456789abc \n", min_size=1))
def test_decoding_gives_back_what_was_written(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("１，２３４", 1234), ("11 398 889", 11398889), ("-18", -18), ("+1036", 1036), ("－3", -3),
     ("7730.28", "7730.28"), ("251000元", 251000), ("21条", 21), ("21（条）", 21), ("1\n2", 12), ("零", 0),
     ("十二", 12), ("二十件", 20), ("一百零五", 105), ("两千零三", 2003), ("5（含上年1件）", 5),
     ("23件(其中2件联合发文)", 23),
     ("5①", 5), ("5¹", 5), ("12*", 12), ("12 ※", 12), ("3[²]", 3), ("1,204¹²", 1204)],
)  # fmt: skip
def test_numbers_are_read_through_their_layout(text: str, number: int | str) -> None:
    assert read_value(text).number == Decimal(number)


@pytest.mark.parametrize("text", ["", "　", "\xa0", "/", "／", "-", "—", "——", "无", "*"])
def test_blank_is_not_zero(text: str) -> None:
    value = read_value(text)
    assert value.blank
    assert value.number is None


@pytest.mark.parametrize(
    "text",
    [
        "5（上年1件）",
        "（含1件）",
        "十二三",
        "百",
        "三万",
        "007",
        "①",
        "¹",
        "5¹2",
        "①5",
        "5()",
        "00",
        "77132470 件 3",
        "1\n\n2",
        "12,34",
        "约5",
        "规章",
        "3.2.1",
    ],
)
def test_what_is_neither_number_nor_blank_is_not_guessed_at(text: str) -> None:
    assert not read_value(text).readable


@pytest.mark.parametrize(("text", "number"), [("增3", 3), ("增加3项", 3), ("减少12", -12), ("↓4", -4)])
def test_what_came_or_went_in_words_is_for_cells_of_changes_alone(text: str, number: int) -> None:
    slot = Slot(Cell(text, 0, 0), read_value(text))
    assert filed(slot, True, change=True) == (Decimal(number), slot.cell)
    assert filed(slot, True) is slot.cell


def test_a_zero_before_a_digit_is_read_where_cells_cannot_have_run_together() -> None:
    for page in (None, 1):
        slot = Slot(Cell("07", 0, 0, locator=Locator(page)), read_value("07"))
        assert filed(slot, True) == (slot.cell if page else (Decimal(7), slot.cell))


@given(st.integers(0, 10**9))
def test_every_number_survives_separators_and_full_width(number: int) -> None:
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    assert read_value(f"{number:,}".translate(wide)).number == number


def test_amounts_come_out_in_wan_yuan() -> None:
    assert read_value("26.95万") == read_value("26.95万元")
    assert in_wan(Decimal("251000"), "元") == Decimal("25.1")
    assert in_wan(Decimal("43.788"), "万元") == in_wan(Decimal("43.788"), None) == Decimal("43.788")


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        ("一、总体情况", 1, ""),
        ("一 、 概 述", 1, ""),
        ("—、总体情况", 1, ""),
        ("总体情况", 1, ""),
        ("二、主动公开政府政府情况", 2, ""),
        ("四、政府信息公开行政法复议、行政诉讼情况", 4, ""),
        ("四、因政府信息公开工作被申请行政复议和提起行政诉讼情况", 4, ""),
        ("五、存在问题及改进情况", 5, ""),
        ("三、行政机关收到和处理公开申请情况", 3, ""),
        ("五、复议、诉讼和申诉的情况", 4, ""),
        ("五、因信息公开申请投诉举报、行政复议、提起行政诉讼的情况", 4, ""),
        ("四、行政复议、行政诉讼情况表", 4, ""),
        ("六、存在的困难、不足和下一步工作计划", 5, ""),
        ("七、问题与改进", 5, ""),
        ("一、主要工作概述", 1, ""),
        ("一、二、主动公开政府信息情况", 2, ""),
        ("六、其他需要报告的事项：无。", 6, "无。"),
        ("六、其他需要汇报的事项 无", 6, "无"),
        ("三、公开申请的收到和处理情况", 3, ""),
        ("五、当前存在的突出问题和短板及下步举措", 5, ""),
        ("四、与公开相关的行政复议、行政诉讼和信访办理情况", 4, ""),
        ("六、其他应报告的重要事项", 6, ""),
        ("一、总体情况2023年，我局认真落实条例。", 1, "2023年，我局认真落实条例。"),
        ("五、存在的主要问题及改进情况今后将改进工作。", 5, "今后将改进工作。"),
        ("四、行政复议、行政诉讼情况行政复议2件。", 4, "行政复议2件。"),
    ],
)
def test_headings_in_their_variants(line: str, number: int, rest: str) -> None:
    found = heading_of(line)
    assert found is not None
    assert (found.number, found.rest) == (number, rest)


@pytest.mark.parametrize(
    "line",
    [
        "（一）主动公开情况",
        "主动公开情况",
        "二、2022年工作思路",
        "五、下一步工作打算",
        "问题整改情况",
        "行政复议行政诉讼",
        "一是加强组织领导，总体情况良好",
        "全文包括总体情况、主动公开政府信息情况等六个部分。",
    ],
)
def test_sub_headings_and_prose_are_no_chapters(line: str) -> None:
    assert heading_of(line) is None


def test_a_heading_glued_to_prose_is_cut_off() -> None:
    assert split_glued("工作取得成效。二、主动公开政府信息情况") == ["工作取得成效。", "二、主动公开政府信息情况"]
    assert split_glued("工作取得成效。一是加强领导") == ["工作取得成效。一是加强领导"]
    assert split_glued("现报告如下： 一、总体情况 全年公开信息8条。 二、主动公开政府信息情况") == [
        "现报告如下：",
        "一、总体情况全年公开信息8条。",
        "二、主动公开政府信息情况",
    ]


@pytest.mark.parametrize(
    "text",
    ["本报告包括：一、总体情况；二、主动公开政府信息情况等六部分。", "采取了措施。三、其他需要报告的事项另行说明。"],
)
def test_a_list_of_chapters_and_a_numeral_of_another_are_not_cut_apart(text: str) -> None:
    assert split_glued(text) == [text]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-22 10:12", "2025-01-22"),
        ("2024 年 1 月 5 日", "2024-01-05"),
        ("二○一二年二月二十日", "2012-02-20"),
        ("发布时间：2023/01/10 14:31:37", "2023-01-10"),
        ("2024年13月5日", None),
        ("二O二三年元月二十一日", "2023-01-21"),
        ("2023年元月30日", "2023-01-30"),
        ("2013年3月", None),
    ],
)
def test_dates(text: str, day: str | None) -> None:
    assert find_date(text) == day


def test_a_date_line_is_nothing_but_a_date() -> None:
    assert is_date("2025年1月24日")
    assert not is_date("截至2025年1月24日")


def test_chinese_numerals() -> None:
    assert [chinese_number(t) for t in ("二〇二三", "二十三", "一百零五", "十二万三千", "十", "三类")] == [
        2023,
        23,
        105,
        123000,
        10,
        None,
    ]


def test_radicals_become_the_characters_they_stand_for() -> None:
    assert mend_radicals("⾏政⻔⼾⺠众") == "行政门户民众"
    assert tidy(" 公开 信息 18 条 , see  WARC file ") == "公开信息18条, see WARC file"


def test_the_medium_is_told_by_the_bytes() -> None:
    assert sniff(b"\n%PDF-1.5") is Medium.PDF
    assert sniff(b"PK\x03\x04....") is Medium.ZIP
    assert sniff(b"<html>%PDF is not here") is Medium.HTML
    assert sniff(b"\xd0\xcf\x11\xe0\xa1\xb1") is Medium.OLE
    assert sniff(bytes(100)) is Medium.UNKNOWN


def test_rows_that_were_typed_are_a_table_where_all_have_as_many_cells() -> None:
    typed = ["|规章| 3 | |", "|---|---|---|", "第二十条第（五）项", "│行政许可│7│8│", "以上为全部数据。"]
    grid, after = grids_from_typed([Paragraph(line) for line in typed])
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.row, cell.col, cell.colspan) for cell in grid.cells] == [
        ("规章", 0, 0, 1), ("3", 0, 1, 1), ("", 0, 2, 1), ("第二十条第（五）项", 1, 0, 3),
        ("行政许可", 2, 0, 1), ("7", 2, 1, 1), ("8", 2, 2, 1),
    ]  # fmt: skip
    assert after == Paragraph("以上为全部数据。")
    uneven = [Paragraph("规章\t3\t4"), Paragraph("行政许可\t7")]
    assert grids_from_typed(uneven) == uneven


def test_a_title_alone_is_a_report_whose_tables_are_missed() -> None:
    """A page whose article a script would have fetched: nothing is null in silence."""
    page = "<html><head><title>霁川市民政局2023年政府信息公开工作年度报告</title></head><body><div id=app></div>"
    missed = {finding.rule for finding in read(Source(page.encode(), "x.html")).findings}
    assert {"missing:disclosure", "missing:requests", "missing:challenges"} <= missed
    before = page.replace("2023", "2013")
    assert read(Source(before.encode(), "x.html")).findings == []


def test_a_row_that_lost_a_cell_is_not_read_beside_a_column_of_last_year() -> None:
    """What slid under the total may be last year's."""
    page = render_html(make_truth(Random(3), "2021", dense=True), ["requests_column_of_last_year"], 3)
    row = re.search(rb"<tr>(?:(?!</tr>).)*" + "属于行政查询事项".encode() + rb".*?</tr>", page.data, re.DOTALL)
    assert row
    cut = re.sub(rb"(.*)<td>\d+</td>(<td>\d+</td>)", rb"\1\2", row.group().replace(b"\n", b""), count=1)
    report = read(Source(page.data.replace(row.group(), cut), "x.html"))
    assert set(report.tables["requests"]["refused_administrative_query"].values()) == {None}
    assert report.tables["requests"]["granted"]["total"] == page.expected.cells["requests.granted.total"]


TOGETHER = [
    # A blank among the numbers, and the total before them: no cell of the row is certain.
    ("2019", 0, ["requests_surplus_label_cell", "requests_total_first"]),
    # Rows slid left among blanks, so that their numbers stand squarely under other headers.
    ("2019", 10, ["requests_rows_slid_among_blanks", "requests_split_with_header"]),
    ("2019", 19, ["requests_rows_slid_among_blanks", "requests_split_with_header"]),
    # Rows that have cells to spare and stand under their headers all the same.
    ("2019", 32, ["requests_without_spans", "row_totals_blank"]),
    # Nothing for a total where blanks have a sign, and where rows with numbers have totals.
    ("2021", 1, ["requests_cell_lost_and_filled_up", "blank_slash"]),
    ("2021", 7, ["requests_cell_lost_and_filled_up", "blank_hyphen"]),
    ("2021", 0, ["requests_cell_lost_and_filled_up", "blank_empty"]),
]


@pytest.mark.parametrize(("form", "seed", "names"), TOGETHER)
def test_rows_whose_place_may_deceive(form: str, seed: int, names: list[str]) -> None:
    page = render_html(make_truth(Random(seed), form), names, seed)
    assert list(judge(read(Source(page.data, "https://www.yangli.gov.cn/x.html")), page.expected)) == []


def test_a_row_whose_label_ran_into_its_groups_is_not_the_row_of_another_form() -> None:
    """其他处理 is a row of 2019; in 2021 it has three, and no numbers of its own."""
    page = render_html(make_truth(Random(3), "2021", dense=True))
    label = "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
    text = page.data.decode()
    assert label in text
    report = read(Source(text.replace(label, "（六）1.申请人无正当理其他处理").encode(), "x.html"))
    assert report.tables["requests"]["other"]["total"] == page.expected.cells["requests.other.total"]
    assert "other_not_corrected" not in report.tables["requests"]
    assert {"unread:requests", "missing:requests.other_not_corrected"} <= {found.rule for found in report.findings}


def test_a_label_is_known_by_what_stands_before_its_explanation_but_not_before_another_word() -> None:
    explained = "其他对外管理服务事项（指许可以外的事项，含行政处罚和行政强制）"
    assert labels.items.match(explained) == "other_services"
    assert labels.columns_2019.match("上一年项目数量（指2019年事项数）") == "previous_items"
    assert labels.items.match("规范性文件（已废止）") != labels.items.match("规范性文件")


def test_a_column_label_broken_over_two_lines_of_a_lost_table_is_one() -> None:
    lines = ["二、主动公开政府信息情况", "第二十条第（一）项", "信息内容", "本年新", "制作数量", "本年新", "公开数量"]
    lines += ["对外公开总数量", "（指历年累计）", "规章", "1", "2", "3", "规范性文件", "4", "5", "6"]
    lines += [f"其他公文（{'含以本单位名义签发的公文，' * 6}等）", "7", "8", "9"]
    filed = read_tables(grids_from_lines([Paragraph(line) for line in lines])).tables["disclosure"]
    assert filed["rules"] == {"made": 1, "disclosed": 2, "total_disclosed": 3}
    assert filed["normative_documents"] == {"made": 4, "disclosed": 5, "total_disclosed": 6}


def test_column_labels_that_lost_their_second_lines_are_told_by_their_places() -> None:
    rows = [["信息内容", "本年新", "本年新", "对外公开总数量"], ["规章", "1", "2", "3"], ["规范性文件", "4", "5", "6"]]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<html><body><p>二、主动公开政府信息情况</p><table>{table}</table></body></html>"
    report = read(Source(page.encode(), "table"))
    assert report.tables["disclosure"]["normative_documents"] == {"made": 4, "disclosed": 5, "total_disclosed": 6}


@pytest.mark.parametrize("heads", [["上一年", "本年"], ["本年新", "本年旧"]])
def test_other_columns_are_not_taken_for_beginnings_of_the_forms(heads: list[str]) -> None:
    rows = [["信息内容", *heads], ["行政事业性收费", "71", "83"]]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<html><body><p>二、主动公开政府信息情况</p><table>{table}</table></body></html>"
    filed = read(Source(page.encode(), "table")).tables["disclosure"]
    assert not set(filed.get("fees", {}).values()) & {71, 83}


def test_what_stands_under_a_first_heading_of_its_own_wording_is_the_overview() -> None:
    lines = ["青原区公安局报告", "一、2014年工作开展情况", "发布信息1557条。", "二、存在的主要问题", "一是不足。"]
    chapters = read_chapters([Paragraph(line) for line in lines])
    assert [(section.number, section.heading) for section in chapters.sections] == [
        (1, "一、2014年工作开展情况"),
        (5, "二、存在的主要问题"),
    ]
    assert chapters.sections[0].text == "发布信息1557条。"
    assert chapters.preface == ["青原区公安局报告"]


@pytest.mark.parametrize("line", ["一、按照条例编制。本报告分六部分。", "一是按照条例编制"])
def test_a_sentence_before_the_first_chapter_heads_none(line: str) -> None:
    chapters = read_chapters([Paragraph(text) for text in (line, "二、主动公开政府信息情况", "公开3条。")])
    assert [section.number for section in chapters.sections] == [2]
    chapters = read_chapters([Paragraph(text) for text in ("一、编制说明", "一、总体情况", "公开3条。")])
    assert [section.heading for section in chapters.sections] == ["一、总体情况"]


@pytest.mark.parametrize(
    ("printed", "amount"),
    [("15000000", None), ("15000000元", 1500), ("999999", 999999), ("1500万", 1500), ("2400000万元", 2400000)],
)
def test_an_amount_without_a_unit_that_can_hardly_be_wan_yuan_is_not_believed(
    printed: str, amount: float | None
) -> None:
    rows = [["信息内容", "采购项目数量", "采购总金额"], ["政府集中采购", "17", printed]]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f"<html><body><p>二、主动公开政府信息情况</p><table>{table}</table></body></html>"
    report = read(Source(page.encode(), "table"))
    assert report.tables["disclosure"]["procurement"] == {"items": 17, "amount": amount}
    unread = [finding for finding in report.findings if finding.rule == "unread:disclosure.procurement.amount"]
    assert bool(unread) is (amount is None)
