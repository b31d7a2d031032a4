"""Reports of before the form: chapters, prose, statistics; no number of these reaches the form's tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from generator import make_truth, render_html
from generator.accuracy import read_page
from generator.pdf import STYLE, chromium, print_html
from generator.word import pack
from invented import Archive

from archive.publish import publish
from extract import Source, read
from extract.bodies import due_date
from extract.report import Fault, Report

ROWS: list[tuple[str, str, str]] = [
    ("一、主动公开情况", "——", ""),
    ("（一）主动公开政府信息数<br>（不同渠道和方式公开相同信息计1条）", "条", "1286"),
    ("其中：主动公开规范性文件数", "条", "3"),
    ("制发规范性文件总数", "件", "3"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", ""),
    ("1.政府公报公开政府信息数", "条", "0"),
    ("2.政府网站公开政府信息数", "条", "1,100"),
    ("3.政务微博公开政府信息数", "条", "86"),
    ("二、回应解读情况", "——", ""),
    ("（一）回应公众关注热点或重大舆情数", "次", "5"),
    ("三、依申请公开情况", "——", ""),
    ("（一）收到申请数", "件", "7"),
    ("1.当面申请数", "件", "1"),
    ("（二）申请办结数", "件", "7"),
    ("（三）申请答复数", "件", "7"),
    ("2.同意公开答复数", "件", "3"),
    ("3.同意部分公开答复数", "件", "2"),
    ("4.不同意公开答复数", "件", "2"),
    ("其中：涉及国家秘密", "件", "1"),
    ("涉及商业秘密", "件", "1"),
    ("5.不属于本行政机关公开数", "件", "0"),
    ("四、行政复议数量", "件", "4"),
    ("（一）维持具体行政行为数", "件", "2"),
    ("（二）被依法纠错数", "件", "1"),
    ("（三）其他情形数", "件", "1"),
    ("五、行政诉讼数量", "件", "6"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "3"),
    ("（三）其他情形数", "件", "3"),
    ("七、依申请公开信息收取的费用", "万元", "/"),
    ("（五）政府信息公开专项经费（不包括用于网站建设的经费）", "万元", "25000元"),
]
VALUES = [
    *(None, 1286, 3, 3, None, 0, 1100, 86, None, 5, None, 7, 1, 7, 7),
    *(3, 2, 2, 1, 1, 0, 4, 2, 1, 1, 6, 3, 3, None, 2.5),
]
HEAD = ("指　标　名　称", "单位", "统计数")
TITLE = "青原区环境保护局2016年政府信息公开工作年度报告"
CHAPTERS = """<p>一、概述</p><p>2016年，我局召开会议2次。</p><p>二、主动公开政府信息的情况</p>
<p>全年主动公开政府信息1286条。</p><p>三、依申请公开政府信息和不予公开政府信息的情况</p><p>收到申请7件，办结7件。</p>
<p>四、政府信息公开的收费及减免情况</p><p>全年收取费用0元。</p>
<p>五、因政府信息公开申请行政复议、提起行政诉讼的情况</p><p>行政复议4件。</p>
<p>六、存在的主要问题及改进措施</p><p>一是人员不足，二是培训不够。</p>"""


def row(*texts: str) -> str:
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def table(rows: list[tuple[str, str, str]] = ROWS) -> str:
    return f'<table border="1">{row(*HEAD)}{"".join(row(*each) for each in rows)}</table>'


def page(statistics: str, chapters: str = CHAPTERS) -> bytes:
    return (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{chapters}<p>政府信息公开情况统计表（2016年度）</p>"
        f"{statistics}<p>青原区环境保护局</p><p>2017年3月10日</p></body></html>"
    ).encode()


def read_bytes(data: bytes) -> Report:
    return read(Source(data, "report"))


def side_by_side() -> str:
    half = len(ROWS) // 2
    pairs = zip(ROWS[:half], ROWS[half:], strict=True)
    return f"<table>{row(*HEAD, *HEAD)}{''.join(row(*left, *right) for left, right in pairs)}</table>"


def lines() -> str:
    """A cell a line, as prints that lost their table have it: a blank leaves none."""
    return "".join(f"<p>{text}</p>" for each in (HEAD, *ROWS) for text in each if text)


def docx() -> bytes:
    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text.replace('<br>', '')}</w:t></w:r></w:p>"

    cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in each) for each in (HEAD, *ROWS))
    body = "".join(f"<w:tr>{each}</w:tr>" for each in cells)
    prose = CHAPTERS.replace("\n", "").replace("</p>", "").split("<p>")[1:]
    return pack("".join(map(paragraph, (TITLE, *prose))) + f"<w:tbl>{body}</w:tbl>{paragraph('2017年3月10日')}")


LAYOUTS = {
    "a_table": lambda: page(table()),
    "side_by_side": lambda: page(side_by_side()),
    "a_cell_a_line": lambda: page(lines()),
    "in_two_tables": lambda: page(table(ROWS[:12]) + table(ROWS[12:])),
    "under_the_chapter_of_requests": lambda: page("", CHAPTERS.replace("办结7件。</p>", f"办结7件。</p>{table()}")),
    "in_lines_under_challenges": lambda: page("", CHAPTERS.replace("复议4件。</p>", f"复议4件。</p>{lines()}")),
    "word": docx,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_statistics_are_read_row_by_row_and_none_is_filed_in_the_form(layout: str) -> None:
    report = read_bytes(LAYOUTS[layout]())
    assert [each.value for each in report.statistics] == VALUES
    assert [each.number for each in report.statistics] == list(range(1, len(ROWS) + 1))
    assert report.tables == {"disclosure": {}, "requests": {}, "challenges": {}}
    assert report.form is None
    assert [finding.rule for finding in report.findings if finding.rule != "converted"] == []


@pytest.mark.parametrize(
    ("heads", "taken"),
    [
        (("指标名称", "计量单位", "2012年度", "历年累计"), 2),
        (("指标名称", "计量单位", "2011年", "2012年"), 3),
        (("指标名称", "单位", "代码", "本期实际", "本年累计"), 4),
        (("指标名称", "单位", "历年累计", "本年度"), 3),
        (("指标名称", "单位", "历年累计"), None),
    ],
)
def test_of_columns_for_years_the_reports_own_is_taken(heads: tuple[str, ...], taken: int | None) -> None:
    rows = [(f"{n}.公开信息数", "条", *(str(n * 100 + m) for m in range(2, len(heads)))) for n in range(1, 7)]
    report = read_bytes(page(f"<table>{row(*heads)}{''.join(row(*each) for each in rows)}</table>"))
    wanted = [n * 100 + taken for n in range(1, 7)] if taken else []
    assert [each.value for each in report.statistics] == wanted
    assert report.tables == {"disclosure": {}, "requests": {}, "challenges": {}}


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine to print pages with")
def test_a_print_is_read_as_well() -> None:
    style = STYLE.format(margin=20, size=12, space=0)
    report = read_bytes(print_html(page(table()).decode().replace("</head>", f"{style}</head>")))
    assert [each.value for each in report.statistics] == VALUES
    assert report.tables == {"disclosure": {}, "requests": {}, "challenges": {}}


def test_labels_that_repeat_are_told_apart_by_what_stands_above() -> None:
    found = {each.number: each for each in read_bytes(page(table())).statistics}
    assert found[2].item == "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）"
    assert found[2].unit == "条"
    assert found[1].unit is None
    assert (found[25].item, found[25].heading) == ("（三）其他情形数", "四、行政复议数量")
    assert (found[28].item, found[28].heading) == ("（三）其他情形数", "五、行政诉讼数量")
    assert found[19].heading == "三、依申请公开情况 / （三）申请答复数 / 4.不同意公开答复数"
    assert [found[n].printed for n in (2, 7, 29, 30)] == [None, "1,100", "/", "25000元"]


def test_chapters_and_figures_are_read() -> None:
    report = read_bytes(page(table()))
    assert [(section.number, section.key) for section in report.sections] == [
        (1, "overview"),
        (2, "disclosure"),
        (3, "requests"),
        (4, "challenges"),
        (5, "problems"),
    ]
    assert "四、政府信息公开的收费及减免情况" in report.sections[2].text
    assert [(f.topic, f.value) for f in report.figures][:3] == [(None, 2), ("disclosure", 1286), ("requests", 7)]
    assert (report.agency, report.year, report.published) == ("青原区环境保护局", 2016, "2017-03-10")


def test_what_cannot_be_read_is_null_and_said() -> None:
    rows = [*ROWS[:5], ("1.政府公报公开政府信息数", "条", "3 0余"), ("2.会议数", "次", "2万元"), *ROWS[6:]]
    report = read_bytes(page(table(rows)))
    assert [report.statistics[n].value for n in (5, 6)] == [None, None]
    assert [report.statistics[n].printed for n in (5, 6)] == ["3 0余", "2万元"]
    assert [(f.rule, f.fault) for f in report.findings] == [
        ("unread:statistics.6.value", Fault.READING),
        ("unread:statistics.7.value", Fault.READING),
    ]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_report_of_the_form_has_none_and_loses_nothing_beside_one(form: str) -> None:
    made = render_html(make_truth(Random(1), form, dense=True))
    alone = read_page(made)
    assert alone.statistics == []
    body, _, rest = made.data.decode().rpartition("</table>")
    both = read_bytes(f"{body}</table>{table()}{rest}".encode())
    assert both.tables == alone.tables
    assert both.form == form
    assert [each.value for each in both.statistics] == VALUES


def test_other_small_tables_are_left_alone() -> None:
    few = page(table(ROWS[:4]))
    assert read_bytes(few).statistics == []


def test_before_2019_everybody_had_until_march() -> None:
    assert due_date("department", 2018).isoformat() == "2019-03-31"
    assert due_date("department", 2019).isoformat() == "2020-01-31"


def test_they_are_archived_and_published_and_an_edit_is_a_version(archive: Archive, tmp_path: Path) -> None:
    for day, first in ((1, "1286"), (5, "1287")):
        archive.crawl(day=day)
        made = read_bytes(page(table().replace("1286", first)))
        made.source = "http://qingyuan.test/2016.html"
        archive.take(made.source, made, page(first), day=day)
    with closing(sqlite3.connect(publish(tmp_path))) as db:
        rows = db.execute("SELECT number, item, unit, value, printed FROM statistics ORDER BY number").fetchall()
        assert rows[1] == (2, "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", 1287, None)
        assert [row[3] for row in rows[2:]] == VALUES[2:]
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (2,)
