"""What a PDF page holds and nobody sees on it: under a box or a picture, outside a frame, not drawn."""

from __future__ import annotations

import ctypes
import io

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from small_print import CELLS, PROSE, TABLE, Print, texts_of

from extract.errors import Unreadable
from extract.pdf import read_pdf
from extract.values import read_value


def test_a_number_under_a_white_box_is_not_there_and_one_on_it_is() -> None:
    """As a mistake is covered and written over."""
    page = Print().ruled().filled("规章", "98", "34", "许可", "56", "78")
    page.rectangle(152, 102, 200, 128, "1 1 1")
    page.text(158, 110, "12", 10)
    assert texts_of(page.read()) == TABLE


def test_a_box_that_lets_text_shine_through_hides_none() -> None:
    page = Print().ruled().filled(*CELLS)
    page.operators.append("/Clear gs")
    page.rectangle(152, 102, 200, 128, "1 1 0")
    assert texts_of(page.read(resources="/ExtGState<</Clear<</ca .4>>>>")) == TABLE


def test_text_below_a_picture_of_the_page_is_its_text_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.ocr.available", lambda: False)
    below, above = Print().ruled().filled(*CELLS), Print()
    below.picture(0, 0, 595, 842)
    above.picture(0, 0, 595, 842)
    above.text(70, 60, PROSE, 11)
    above.ruled().filled(*CELLS)
    for page in (below, above):
        document = page.read()
        assert texts_of(document) == TABLE
        assert any("recognised" in doubt for doubt in document.doubts) is (page is below)


@pytest.mark.parametrize(("right", "read"), [(300, "1234"), (172, None), (152, None)])
def test_a_number_that_its_frame_cuts_is_lost(right: float, read: str | None) -> None:
    page = Print().ruled().filled("规章", "", "34", "许可", "56", "78")
    page.operators.append(f"q 150 0 {right - 150} 842 re W n")
    page.text(160, 110, "1234", 10)
    page.operators.append("Q")
    text = texts_of(page.read())[0][1]
    assert text == read if read else not read_value(text).readable


@pytest.mark.parametrize("unseen", ["12", "1", "2"])
def test_a_number_that_pdfium_takes_for_a_second_print_of_what_nobody_sees(unseen: str) -> None:
    """It gives the first of the two alone, or its first digits."""
    page = Print()
    page.text(154, 110, unseen, 10, invisible=True)
    page.ruled().filled(*CELLS)
    text = texts_of(page.read())[0][1]
    assert text == "12" or not read_value(text).readable


@pytest.mark.parametrize(("kind", "read"), [(raw.FPDF_ANNOT_FREETEXT, "12"), (raw.FPDF_ANNOT_POPUP, "")])
def test_a_number_that_was_written_onto_the_page_afterwards(kind: int, read: str) -> None:
    """As in a form that was filled in, or with a program for remarks; but not what a remark says when it is opened."""
    page = Print().ruled().filled("规章", "", "34", "许可", "56", "78")
    pdf = pdfium.PdfDocument(page.data())
    sheet = pdf[0]
    note = raw.FPDFPage_CreateAnnot(sheet, kind)
    raw.FPDFAnnot_SetRect(note, raw.FS_RECTF(152, 735, 200, 718))
    drawn = "BT /F1 10 Tf 1 0 0 1 154 722 Tm (12) Tj ET"
    raw.FPDFAnnot_SetAP(note, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, wide(drawn))
    raw.FPDFPage_CloseAnnot(note)
    sheet.close()
    stream = io.BytesIO()
    pdf.save(stream)
    pdf.close()
    assert texts_of(read_pdf(stream.getvalue())) == [["规章", read, "34"], TABLE[1]]


def wide(text: str) -> ctypes.Array[ctypes.c_ushort]:
    units = [*text.encode("utf-16-le"), 0, 0]
    return (ctypes.c_ushort * (len(units) // 2)).from_buffer_copy(bytes(units))


def test_letters_far_apart_that_run_over_a_line_are_of_no_cell() -> None:
    page = Print().ruled().filled("规章", "", "34", "许可", "56", "78")
    for n, digit in enumerate("434"):
        page.text(203 + 13 * n, 110, digit, 10)
    assert not read_value(texts_of(page.read())[0][1]).readable


def test_a_page_of_nothing_that_is_seen_has_no_text() -> None:
    page = Print().ruled().filled(*CELLS)
    page.rectangle(0, 0, 595, 842, "1 1 1")
    with pytest.raises(Unreadable):
        page.read()
