"""OFD, China's own fixed layout, written here from the same prints as PDFs and held to the same promise."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
import pytest
from generator import Page, judge, make_truth
from generator.accuracy import read_page
from generator.typeset import Look, render_typeset

from extract import Source, read
from extract.errors import Status, Unreadable
from extract.pdf_page import read_page as read_pdf_page

MM = 25.4 / 72
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def content(page: pdfium.PdfPage, transformed: bool) -> str:
    """A page's objects: a text object a character or two, rules as stroked and as thin filled paths."""
    found = read_pdf_page(page, 1)
    parts: list[str] = []
    chars = [char for char in found.chars if not char.text.isspace()]
    for char in chars:
        x, top = char.x0 * MM, char.top * MM
        size, wide = char.size * MM, (char.x1 - char.x0) * MM
        scale, matrix = (0.5, ' CTM="2 0 0 2 0 0"') if transformed else (1.0, "")
        parts.append(
            f'<ofd:TextObject ID="1" Boundary="{x:.4f} {top:.4f} {wide:.4f} {size:.4f}" Font="1" '
            f'Size="{size * scale:.4f}"{matrix}><ofd:TextCode X="0" Y="{0.86 * size * scale:.4f}" '
            f'DeltaX="{wide * scale:.4f}">{escape(char.text)}</ofd:TextCode></ofd:TextObject>'
        )
    for n, (level, at, low, high_end) in enumerate(found.drawing.rules):
        ends = (low, at, high_end, at) if level else (at, low, at, high_end)
        x0, y0, x1, y1 = (length * MM for length in ends)
        box = f'Boundary="{x0:.4f} {y0:.4f} {x1 - x0:.4f} {y1 - y0:.4f}"'
        if n % 2:
            data = f"M 0 0 L {x1 - x0:.4f} {y1 - y0:.4f}"
        else:
            wide, high = max(x1 - x0, 0.2), max(y1 - y0, 0.2)
            data = f"M 0 0 L {wide:.4f} 0 L {wide:.4f} {high:.4f} L 0 {high:.4f} C"
        parts.append(
            f'<ofd:PathObject ID="2" {box} Stroke="{str(bool(n % 2)).lower()}" Fill="{str(not n % 2).lower()}">'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )
    return "".join(parts)


def as_ofd(data: bytes, transformed: bool = False, parts: Mapping[str, str] | None = None) -> bytes:
    """The same pages as an OFD file; the first half of each page's objects stands in a block of the page."""
    pdf = pdfium.PdfDocument(data)
    files = {
        "OFD.xml": f"<ofd:OFD {SPACE} Version='1.0' DocType='OFD'><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml"
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    pages = ""
    for n, page in enumerate(pdf):
        width, height = (length * MM for length in page.get_size())
        area = f"<ofd:Area><ofd:PhysicalBox>0 0 {width:.4f} {height:.4f}</ofd:PhysicalBox></ofd:Area>"
        files[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {SPACE}>{area}<ofd:Content><ofd:Layer ID='3'><ofd:PageBlock ID='4'>"
            f"{content(page, transformed)}</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>"
        )
        pages += f"<ofd:Page ID='{n + 10}' BaseLoc='Pages/Page_{n}/Content.xml'/>"
    files["Doc_0/Document.xml"] = (
        f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    )
    pdf.close()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (files | dict(parts or {})).items():
            archive.writestr(name, HEAD + text)
    return stream.getvalue()


@pytest.fixture(scope="module")
def print_of() -> Page:
    return render_typeset(make_truth(Random(1), "2021", dense=True), Look(), seed=1)


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("transformed", [False, True])
def test_it_is_read_cell_by_cell(form: str, transformed: bool) -> None:
    page = render_typeset(make_truth(Random(3), form, dense=True), Look(above=120), seed=3)
    page = replace(page, data=as_ofd(page.data, transformed), name="report.ofd")
    report = read_page(page)
    assert [str(breach)[:200] for breach in judge(report, page.expected)] == []
    assert report.media == "ofd"
    place = report.locators["requests.received.total"]
    assert place.page
    assert place.box


def test_repeated_steps_between_characters_are_counted_out(print_of: Page) -> None:
    text = (
        '<ofd:TextObject ID="9" Boundary="20 20 150 6" Font="1" Size="6"><ofd:TextCode X="0" Y="5" '
        'DeltaX="g 21 6">青原区商务局2024年政府信息公开工作年度报告</ofd:TextCode></ofd:TextObject>'
        '<ofd:TextObject ID="9" Boundary="20 40 150 6" Font="1" Size="6"><ofd:TextCode X="0" Y="5" DeltaX="g 40 6">'
        "一、总体情况</ofd:TextCode></ofd:TextObject>"
    )
    page = f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{text}</ofd:Layer></ofd:Content></ofd:Page>"
    report = read(Source(as_ofd(print_of.data, parts={"Doc_0/Pages/Page_0/Content.xml": page}), "x"))
    assert report.title == "青原区商务局2024年政府信息公开工作年度报告"


def status_of(data: bytes) -> Status:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, "report.ofd"))
    return caught.value.status


def test_a_part_that_is_missing_or_broken_is_damage(print_of: Page) -> None:
    assert (
        status_of(as_ofd(print_of.data, parts={"OFD.xml": "<OFD><DocRoot>gone.xml</DocRoot></OFD>"}))
        is Status.MALFORMED
    )
    assert status_of(as_ofd(print_of.data, parts={"Doc_0/Document.xml": "<Document><Pages>"})) is Status.MALFORMED


def test_pages_of_pictures_are_no_text(print_of: Page) -> None:
    picture = "<ofd:ImageObject ID='1' Boundary='0 0 1 1'/>"
    empty = f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{picture}</ofd:Layer></ofd:Content></ofd:Page>"
    pdf = pdfium.PdfDocument(print_of.data)
    parts = {f"Doc_0/Pages/Page_{n}/Content.xml": empty for n in range(len(pdf))}
    pdf.close()
    assert status_of(as_ofd(print_of.data, parts=parts)) is Status.NO_TEXT
