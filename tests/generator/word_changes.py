"""Word documents as people leave them: one report wrapped, tracked, hidden and boxed in each way that prints the same.

Written in raw OOXML, so that each is exactly what Word, WPS or a portal's template writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .word import W

Change = Callable[[str], str]

RUN = re.compile(r"<w:r>.*?</w:r>")
PARAGRAPH = re.compile(r"<w:p>.*?</w:p>")
CELL = re.compile(r"<w:tc>.*?</w:tc>")
ROW = re.compile(r"<w:tr>.*?</w:tr>")
TABLE = re.compile(r"<w:tbl>.*?</w:tbl>")
NUMBER = re.compile(r'<w:r><w:t xml:space="preserve">(\d)(\d*)</w:t></w:r>')
TITLE = re.compile(r"^<w:p>.*?</w:p>")
HEADING = re.compile(r"<w:p><w:r><w:t[^>]*>一、(?:(?!</w:p>).)*</w:p>")


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def control(content: str) -> str:
    return f'<w:sdt><w:sdtPr><w:id w:val="1"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def inserted(content: str) -> str:
    return f'<w:ins w:id="9" w:author="a">{content}</w:ins>'


def deleted(text: str) -> str:
    return f'<w:del w:id="8" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def field(content: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText> =SUM(LEFT) </w:instrText></w:r>{r('7')}{separate}{content}{end}"


def box(content: str) -> str:
    """A text box as Word writes it: once for itself, once for its ancestors."""
    text = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><a:graphic><wps:wsp><wps:txbx>'
        f"{text}</wps:txbx></wps:wsp></a:graphic></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"{text}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def otherwise(row: str) -> str:
    """The row with other numbers."""
    return NUMBER.sub(r("77"), row)


def wrap(each: re.Pattern[str], wrapping: Change, most: int = 0) -> Change:
    return lambda body: each.sub(lambda found: wrapping(found[0]), body, count=most)


def replace(each: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Change:
    return lambda body: each.sub(by, body)


def _old_merging(body: str) -> str:
    """Cells merged across as WPS and old Word do it: a cell for each column, marked as a continuation."""

    def split(cell: re.Match[str]) -> str:
        first = cell[0].replace(f'<w:gridSpan w:val="{cell[1]}"/>', '<w:hMerge w:val="restart"/>')
        return first + "<w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>" * (int(cell[1]) - 1)

    return re.sub(r'<w:tc><w:tcPr><w:gridSpan w:val="(\d+)"/>(?:(?!</w:tc>).)*</w:tc>', split, body)


CHANGES: dict[str, Change] = {
    "control_around_all": control,
    "control_around_tables": wrap(TABLE, control),
    "control_around_rows": wrap(ROW, control),
    "control_around_cells": wrap(CELL, control),
    "control_in_cells": wrap(PARAGRAPH, control),
    "control_around_runs": wrap(RUN, control),
    "control_around_heading": wrap(HEADING, control),
    "controls_nested": wrap(ROW, lambda row: control(control(row))),
    "custom_xml": wrap(TABLE, lambda table: f'<w:customXml w:element="x"><w:customXmlPr/>{table}</w:customXml>'),
    "smart_tags": wrap(RUN, lambda run: f'<w:smartTag w:uri="u" w:element="chsdate"><w:smartTagPr/>{run}</w:smartTag>'),
    "links": wrap(RUN, lambda run: f'<w:hyperlink w:anchor="x">{run}</w:hyperlink>'),
    "simple_fields": wrap(NUMBER, lambda run: f'<w:fldSimple w:instr=" =1 ">{run}</w:fldSimple>'),
    "complex_fields": wrap(NUMBER, field),
    "all_inserted": wrap(RUN, inserted),
    "numbers_replaced": wrap(NUMBER, lambda run: deleted("7") + inserted(run)),
    "numbers_lengthened": replace(NUMBER, lambda n: r(n[1]) + (inserted(r(n[2])) if n[2] else "")),
    "paragraphs_moved": wrap(
        HEADING,
        lambda heading: (
            heading.replace("<w:r>", '<w:moveTo w:id="5" w:author="a"><w:r>').replace("</w:r>", "</w:r></w:moveTo>")
            + f'<w:p><w:moveFrom w:id="4" w:author="a">{r("二、主动公开政府信息情况")}</w:moveFrom></w:p>'
        ),
    ),
    "rows_deleted": wrap(
        ROW,
        lambda row: otherwise(row).replace("<w:tr>", '<w:tr><w:trPr><w:del w:id="7"/></w:trPr>') + row,
    ),
    "rows_hidden": wrap(ROW, lambda row: otherwise(row).replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>") + row),
    "cells_deleted": wrap(CELL, lambda cell: cell.replace("<w:tcPr>", '<w:tcPr><w:cellDel w:id="7"/>') + cell),
    "numbers_struck_out": wrap(NUMBER, lambda run: r("7", "<w:rPr><w:strike/></w:rPr>") + run),
    "footnotes_lifted": wrap(NUMBER, lambda run: run + r("2", '<w:rPr><w:position w:val="12"/></w:rPr>')),
    "white_digits": wrap(NUMBER, lambda run: r("8", '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>') + run),
    "hidden_digits": wrap(NUMBER, lambda run: run + r("9", "<w:rPr><w:vanish/></w:rPr>")),
    "shown_all_the_same": wrap(
        NUMBER, lambda run: run.replace("<w:r>", '<w:r><w:rPr><w:vanish w:val="false"/></w:rPr>')
    ),
    "digits_hidden_by_style": wrap(NUMBER, lambda run: run + r("9", '<w:rPr><w:rStyle w:val="Based"/></w:rPr>')),
    "digits_apart": replace(NUMBER, lambda n: r(n[1]) + (r(n[2]) if n[2] else "")),
    "comments_between": wrap(RUN, lambda run: f"<!-- x --><?y z?>{run}<!-- 9 -->"),
    "title_in_a_box": wrap(TITLE, box),
    "title_as_word_art": wrap(
        TITLE,
        lambda title: (
            "<w:p><w:r><w:pict><v:shape><v:textpath "
            f'string="{re.sub(r"<[^>]*>", "", title)}"/></v:shape></w:pict></w:r></w:p>'
        ),
    ),
    "tables_in_boxes": wrap(TABLE, lambda table: box(table + "<w:p/>")),
    "box_beside_prose": wrap(HEADING, lambda heading: heading + box(p("二维码"))),
    "box_in_a_cell": wrap(NUMBER, lambda run: run + box(p("盖章处"))[5:-6], most=1),
    "frame_around_all": lambda body: f"<w:tbl><w:tr><w:tc>{body}<w:p/></w:tc></w:tr></w:tbl>",
    "frames_around_tables": wrap(TABLE, lambda table: f"<w:tbl><w:tr><w:tc>{table}<w:p/></w:tc></w:tr></w:tbl>"),
    "numbers_in_frames": wrap(
        re.compile(r"<w:p><w:r><w:t[^>]*>\d+</w:t></w:r></w:p>"),
        lambda number: f"<w:tbl><w:tr><w:tc>{number}</w:tc></w:tr></w:tbl><w:p/>",
    ),
    "merged_the_old_way": _old_merging,
    "empty_paragraphs": lambda body: body.replace("</w:p><w:p>", f"</w:p><w:p/>{p('  ')}<w:p>"),
    "page_breaks": wrap(TABLE, lambda table: f'<w:p><w:r><w:br w:type="page"/></w:r></w:p>{table}'),
}
HIDING = (
    f'<w:styles xmlns:w="{W}"><w:style w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="Based"><w:basedOn w:val="Hidden"/></w:style>'
    '<w:style w:styleId="Circle"><w:basedOn w:val="Circle"/></w:style></w:styles>'
)
