"""Word documents as people leave them: tracked changes, content controls, hidden text, boxes, lists; and broken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from random import Random

import pytest
from generator import judge, make_truth, render_html
from generator.accuracy import read_page
from generator.word import NOTHING, W, pack, render_docx
from generator.word_changes import CHANGES, HIDING, box, control, deleted, p, r
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import Source, read
from extract.document import Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.word import is_docx, read_docx
from extract.word_xml import MOST_TAGS, MOST_XML


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("name", CHANGES)
def test_what_is_printed_is_read_whatever_it_is_wrapped_in(name: str, form: str) -> None:
    truth = make_truth(Random(1), form, dense=True)
    page = render_docx(truth, seed=1, change=CHANGES[name], parts={"styles": HIDING})
    assert page.data != render_docx(truth, seed=1, parts={"styles": HIDING}).data, "the change changed nothing"
    breaches = [str(breach)[:200] for breach in judge(read_page(page), page.expected)]
    assert not breaches, breaches[:8]


def blocks(body: str, parts: Mapping[str, str] = NOTHING) -> list[str | list[str]]:
    """The text of paragraphs, the cells' texts of tables."""
    return [
        block.text if isinstance(block, Paragraph) else [cell.text for cell in block.cells]
        for block in read_docx(pack(body, parts)).blocks
    ]


DOWN, DOWN_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
ACROSS, ACROSS_ON = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'


def table(*rows: list[tuple[str, str]]) -> str:
    """Cells as their properties and what they print."""
    cells = ("".join(f"<w:tc><w:tcPr>{marks}</w:tcPr>{p(text)}</w:tc>" for marks, text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def spans(body: str) -> list[tuple[str, int, int, int, int]]:
    (grid,) = read_docx(pack(body)).blocks
    assert isinstance(grid, Grid)
    return [(cell.text, cell.row, cell.col, cell.rowspan, cell.colspan) for cell in grid.cells]


def test_merged_cells() -> None:
    down = table([(DOWN, "甲"), ("", "乙")], [(DOWN_ON, "x"), ("", "丙")])
    assert spans(down) == [("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 1), ("丙", 1, 1, 1, 1)]
    across = table([(ACROSS, "甲"), (ACROSS_ON, "x"), ("", "乙")])
    assert spans(across) == [("甲", 0, 0, 1, 2), ("乙", 0, 2, 1, 1)]


def test_a_continuation_of_nothing_is_a_cell() -> None:
    assert spans(table([(DOWN_ON, "甲"), (ACROSS, "乙")])) == [("甲", 0, 0, 1, 1), ("乙", 0, 1, 1, 1)]
    interrupted = table([(DOWN, "甲"), ("", "乙")], [('<w:gridSpan w:val="2"/>', "丙")], [(DOWN_ON, "丁"), ("", "戊")])
    # A cell that reaches over the merged column ends the merge.
    assert spans(interrupted)[2:] == [("丙", 1, 0, 1, 2), ("丁", 2, 0, 1, 1), ("戊", 2, 1, 1, 1)]
    shifted = table([("", "甲"), (DOWN, "乙")], [("", "丙")], [("", "丁"), (DOWN_ON, "戊")])
    assert spans(shifted)[3:] == [("丁", 2, 0, 1, 1), ("戊", 2, 1, 1, 1)]


def test_a_frame_of_one_cell_is_looked_through() -> None:
    assert blocks(f"<w:tbl><w:tr><w:tc>{p('甲。')}{p('乙。')}</w:tc></w:tr></w:tbl>") == ["甲。", "乙。"]


def test_a_table_inside_a_table_of_the_form() -> None:
    def move(body: str) -> str:
        """Table 4 into the last cell of table 3, behind its number."""
        tables = re.findall(r"<w:tbl>.*?</w:tbl>", body, re.DOTALL)
        requests, challenges = tables[-2:]
        end = requests.rindex("</w:tc>")
        return body.replace(challenges, "").replace(requests, requests[:end] + challenges + requests[end:])

    page = render_docx(make_truth(Random(3), "2021", dense=True), seed=3, change=move)
    assert not [str(breach)[:200] for breach in judge(read_page(page), page.expected)]


def test_hidden_styles() -> None:
    shown = '<w:rPr><w:rStyle w:val="Based"/><w:vanish w:val="0"/></w:rPr>'
    hidden = '<w:rPr><w:rStyle w:val="Based"/></w:rPr>'
    body = f"<w:p>{r('甲')}{r('乙', hidden)}{r('丙', shown)}</w:p>" + styled("丁", "Based") + styled("戊", "Circle")
    assert blocks(body, {"styles": HIDING}) == ["甲丙", "戊"]


def test_drawings_print_their_boxes_only_and_each_once() -> None:
    drawn = "<w:drawing><a:graphic><a:t>图中文字</a:t></a:graphic></w:drawing>"
    fallback = "<mc:Fallback><w:r><w:t>乙</w:t></w:r></mc:Fallback>"
    choice = '<mc:Choice Requires="x"><w:r><w:drawing/></w:r></mc:Choice>'
    either = f"<w:p><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:p>"
    assert blocks(f"<w:p>{r('甲')}<w:r>{drawn}</w:r></w:p>" + either + box(p("丙"))) == ["甲", "乙", "丙"]


def test_a_deleted_line_break_is_none() -> None:
    gone = '<w:del w:id="1" w:author="a"><w:r><w:br/><w:delText>删</w:delText></w:r></w:del>'
    assert blocks(f"<w:p>{r('甲')}{gone}{r('乙')}</w:p>") == ["甲乙"]


NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/>'
    "</w:lvlOverride></w:num></w:numbering>"
)
HEADING_STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    "</w:styles>"
)


def item(text: str, level: int = 0, number: int = 1) -> str:
    return p(text, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')


def styled(text: str, style: str) -> str:
    return p(text, f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>')


def test_numbers_of_lists_are_printed_before_their_items() -> None:
    body = (
        item("总体情况") + item("平台", 1) + item("网站", 2) + item("新媒体", 2) + item("培训", 1) + item("黑点", 3)
        + item("主动公开") + item("审核", 1) + item("从头", 1, 2) + item("不再编号", 0, 0) + item("无此表", 0, 77)
        + item("（五）已写明", 1) + item("后", 1)
    )  # fmt: skip
    assert blocks(body, {"numbering": NUMBERING}) == [
        "一、总体情况", "（一）平台", "3.网站", "4.新媒体", "（二）培训", "黑点",
        "二、主动公开", "（一）审核", "（一）从头", "不再编号", "无此表", "（五）已写明", "（三）后",
    ]  # fmt: skip


def test_numbers_of_lists_come_from_styles_too_and_stay_out_of_cells() -> None:
    table = f"<w:tbl><w:tr><w:tc>{styled('5', 'H1')}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    body = styled("总体情况", "H1") + styled("平台", "H2") + table + styled("主动公开", "H1")
    parts = {"numbering": NUMBERING, "styles": HEADING_STYLES}
    assert blocks(body, parts) == ["一、总体情况", "（一）平台", ["5", ""], "三、主动公开"]


@pytest.mark.parametrize("seed", range(3))
def test_a_report_whose_chapters_are_numbered_by_a_list(seed: int) -> None:
    names = "总体|主动公开政府|收到和处理|因?政府信息公开行政|存在|其他"
    heading = re.compile(rf"<w:p>(<w:r><w:t[^>]*>)[一二三四五六]、((?:{names})[^<]*</w:t></w:r></w:p>)")

    def unnumbered(body: str) -> str:
        properties = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        body, found = heading.subn(rf"<w:p>{properties}\1\2", body)
        assert found == 6
        return body

    truth = make_truth(Random(seed), "2021")
    page = render_docx(truth, seed=seed, change=unnumbered, parts={"numbering": NUMBERING})
    report = read_page(page)
    assert not list(judge(report, page.expected))
    assert [section.heading[:2] for section in report.sections] == ["一、", "二、", "三、", "四、", "五、", "六、"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("为进一步规范，完善<br>公开的机制。", ["为进一步规范，完善公开的机制。"]),
        ("一、总体情况<br>2021年，我局规范公开。", ["一、总体情况", "2021年，我局规范公开。"]),
        ("规范，完善机制。<br>加强培训。", ["规范，完善机制。", "加强培训。"]),
        ("规范、完善，以及<br>（二）平台建设", ["规范、完善，以及", "（二）平台建设"]),
        ("某某区民政局<br>2022年1月12日", ["某某区民政局", "2022年1月12日"]),
        ("规范，完善<page>公开的机制", ["规范，完善", "公开的机制"]),
    ],
)
def test_a_break_within_a_sentence_makes_no_new_paragraph(text: str, lines: list[str]) -> None:
    broken = p(text).replace("&lt;", "<")
    broken = broken.replace("<br>", "</w:t><w:br/><w:t>").replace("<page>", '</w:t><w:br w:type="page"/><w:t>')
    assert blocks(broken) == lines


def test_a_paragraph_whose_end_was_deleted_runs_on_in_the_next() -> None:
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>'
    gone = f"<w:p>{mark}{deleted('删去的一段')}</w:p>"
    assert blocks(p("甲，", mark) + p("乙。") + gone + p("丙。")) == ["甲，乙。", "丙。"]


def test_a_raised_digit_never_runs_into_the_number_before_it() -> None:
    raised = r("1", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>')
    assert blocks(f"<w:p>{r('5')}{raised}</w:p>") == ["5¹"]


def test_marks_of_runs() -> None:
    run = '<w:p><w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>5</w:t><w:tab/><w:sym w:char="2460"/><w:sym w:char="F0FC"/>'
    assert blocks(run + '<w:sym w:char="x"/><w:sym/></w:r></w:p>') == ["A-5\t①"]


def test_locators_name_the_place_in_the_body() -> None:
    cell = f"<w:tc>{p('x')}</w:tc>"
    document = read_docx(pack(p("甲") + control(f"<w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}{cell}</w:tr></w:tbl>")))
    first, grid = document.blocks
    assert first.locator.path == "body/p[1]"
    assert isinstance(grid, Grid)
    assert grid.locator.path == "body/tbl[2]"
    assert [c.locator.path for c in grid.cells][-1] == "body/tbl[2]/tr[2]/tc[2]"


# Broken and hostile files.

REPORT = render_docx(make_truth(Random(1), "2021"), seed=1).data


def repacked(change: Callable[[str, bytes], bytes], *without: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(REPORT)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in without:
                new.writestr(name, change(name, old.read(name)))
    return stream.getvalue()


def status_of(data: bytes) -> Status:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, "report.docx"))
    return caught.value.status


def test_strict_documents_and_those_with_macros_read_like_any_other() -> None:
    def strict(_: str, part: bytes) -> bytes:
        part = part.replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")
        return part.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    def macros(_: str, part: bytes) -> bytes:
        usual = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        return part.replace(usual, b"vnd.ms-word.document.macroEnabled.main+xml")

    usual = read(Source(REPORT, "report.docx")).to_json()
    for change in (strict, macros):
        assert repacked(change) != repacked(lambda _, part: part)
        assert read(Source(repacked(change), "report.docx")).to_json() == usual
    assert read(Source(repacked(lambda _, part: part, "_rels/.rels"), "report.docx")).to_json() == usual


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_a_document_cut_short_is_malformed(share: float) -> None:
    torn = REPORT[: int(len(REPORT) * share)]
    assert is_docx(torn)
    assert status_of(torn) is Status.MALFORMED


def test_a_torn_archive_of_another_kind_is_not_taken_for_a_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>" * 999)
    assert status_of(stream.getvalue()[:900]) is Status.UNSUPPORTED


def test_damage_says_malformed() -> None:
    def half(name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if name == "word/document.xml" else part

    assert status_of(repacked(half)) is Status.MALFORMED
    assert status_of(repacked(lambda _, part: part.replace(b"w:body", b"w:nobody"))) is Status.MALFORMED
    inside = REPORT.index(b"word/document.xml") + 300
    assert status_of(REPORT[:inside] + b"\xff" * 64 + REPORT[inside + 64 :]) is Status.MALFORMED


def test_entities_are_malformed_and_nothing_is_fetched() -> None:
    def entity(_: str, part: bytes) -> bytes:
        declared = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:document'
        return part.replace(b"<w:document", declared).replace(b"<w:body>", b"<w:body>" + p("&a;").encode())

    assert status_of(repacked(entity)) is Status.MALFORMED


def test_a_password_is_named() -> None:
    data = bytearray(REPORT)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(signature), REPORT):
            data[found.start() + flags] |= 1
    assert status_of(bytes(data)) is Status.ENCRYPTED


@pytest.mark.parametrize(
    "body",
    [p("x" * MOST_XML), "<w:p/>" * (MOST_TAGS + 1), p("x") * (MOST_TAGS // 6 + 1)],
    ids=["bytes", "tags", "text"],
)
def test_a_bomb_is_too_large(body: str) -> None:
    assert status_of(pack(body)) is Status.TOO_LARGE


def test_nesting_has_an_end() -> None:
    deep = 2000
    assert (
        status_of(pack("<w:tbl><w:tr><w:tc>" * deep + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * deep)) is Status.MALFORMED
    )
    assert blocks(control("") + "<w:sdt>" * 250 + p("甲") + "</w:sdt>" * 250) == ["甲"]


def test_pictures_alone_are_no_text() -> None:
    picture = "<w:p><w:r><w:drawing><a:graphic><a:blip/></a:graphic></w:drawing></w:r></w:p>"
    assert status_of(pack(picture * 3)) is Status.NO_TEXT
    assert read_docx(pack(picture + p("甲" * 99))).images == 1


def test_what_could_not_be_applied_is_said() -> None:
    document = read_docx(pack(p("甲") + '<w:altChunk r="1"/>', {"styles": "<w:styles", "numbering": "<x/>"}))
    assert ["样式" in doubt for doubt in document.doubts] == [True, False]
    assert "嵌有另一份文件" in document.doubts[1]
    assert not read_docx(pack(p("甲"), {"styles": HIDING})).doubts


R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("archive", [False, True])
def test_a_page_that_the_document_embeds_is_read_where_it_stands(archive: bool) -> None:
    page = render_html(make_truth(Random(1), "2021", dense=True), (), 1)
    chunk = page.data.decode()
    if archive:
        chunk = f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{chunk}"
    relations = '<Relationships><Relationship Id="r1" Type="aFChunk" Target="chunk.mht"/></Relationships>'
    whole = {"word/chunk.mht": chunk, "word/_rels/document.xml.rels": relations}
    data = pack(f'<w:altChunk xmlns:r="{R}" r:id="r1"/><w:p/>', whole)
    report = read(Source(data, "report.docx"))
    assert not list(judge(report, page.expected))
    assert report.locators["requests.received.total"].path == "body/altChunk[1]"


_VALUES = re.compile(rb'="[^"]*"')
_BODY = p("甲") + item("乙") + CHANGES["merged_the_old_way"](
    '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/>'
    '<w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge w:val="continue"/></w:tcPr>'
    f"{p('5')}</w:tc></w:tr></w:tbl>"
) + box(p("丙"))  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 40), st.sampled_from(["x", "", "-1", "99999999999999999999", "1.5", "٣", "restart", "甲"]))
def test_attributes_of_any_value_never_break_the_reader(which: int, value: str) -> None:
    body = _BODY.encode()
    found = list(_VALUES.finditer(body))
    place = found[which % len(found)]
    changed = (body[: place.start()] + f'="{value}"'.encode() + body[place.end() :]).decode()
    texts = blocks(changed, {"numbering": NUMBERING.replace('"1"', f'"{value}"', 3)})
    assert "甲" in texts


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(0, len(REPORT) - 1), st.binary(min_size=1, max_size=9))
def test_bytes_of_any_value_never_break_the_reader(place: int, junk: bytes) -> None:
    with suppress(Unreadable):
        read(Source(REPORT[:place] + junk + REPORT[place + len(junk) :], "report.docx"))
