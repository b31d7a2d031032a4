"""Scans: pages that are pictures are recognised, and a doubtful cell counts only where a sum bears it out."""

from __future__ import annotations

import io
from dataclasses import replace
from random import Random

import pypdfium2 as pdfium
import pytest
from generator import Page, Wrong, judge, make_truth
from generator.accuracy import read_page
from generator.pdf import chromium, render_pdf
from generator.scan import as_pdf, pictures
from PIL import Image, ImageDraw, ImageFont

from extract import Source, ocr, read
from extract.document import Cell, Document
from extract.errors import Status, Unreadable
from extract.filing import Filing
from extract.form import APPLICANTS
from extract.ocr import Gray
from extract.ocr_doubts import ours_perhaps, settle_doubts
from extract.ocr_image import ink_lines, is_beside_a_rule, straighten
from extract.ocr_page import recognise
from extract.report import Fault, Finding, Locator, Number, Severity

installed = pytest.mark.skipif(not ocr.available(), reason="the extra is not installed: pip install 'gongkai[ocr]'")
printed = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine to print pages with")
slow = pytest.mark.timeout(600)
MISREAD = (Wrong.NUMBER, Wrong.INVENTED, Wrong.SILENT, Wrong.FALSE_ALARM, Wrong.MISSED)


@pytest.fixture(scope="module")
def print_of() -> Page:
    return render_pdf(make_truth(Random(1), "2021", dense=True), (), 1)


@printed
@installed
@slow
def test_a_scan_is_read_without_a_wrong_number(print_of: Page) -> None:
    """All but a few cells, and none of the rest in silence."""
    scan = replace(print_of, data=as_pdf(pictures(print_of.data)))
    report = read_page(scan)
    breaches = list(judge(report, scan.expected))
    assert [str(breach) for breach in breaches if breach.wrong in MISREAD] == []
    assert sum(breach.wrong is Wrong.UNREAD for breach in breaches) <= 5
    assert report.media == "scan"
    assert (report.agency, report.year, report.form) == (scan.expected.agency, scan.expected.year, "2021")
    assert [f.fault for f in report.findings if f.rule == "ocr"] == [Fault.READING]
    place = report.locators["requests.received.total"]
    assert place.page
    assert place.box


@printed
@installed
@slow
def test_one_page_that_is_a_picture_among_others(print_of: Page) -> None:
    """The second page of the print, which holds a table, put in the place of its own text."""
    target, scanned = pdfium.PdfDocument(print_of.data), pdfium.PdfDocument(as_pdf(pictures(print_of.data)[1:2]))
    del target[1]
    target.import_pages(scanned, index=1)
    stream = io.BytesIO()
    target.save(stream)
    page = replace(print_of, data=stream.getvalue())
    report = read_page(page)
    assert [str(breach) for breach in judge(report, page.expected) if breach.wrong in MISREAD] == []
    assert report.media == "pdf"
    assert ["第2页" in f.message for f in report.findings if f.rule == "ocr"] == [True]


@printed
@installed
@slow
def test_pictures_in_an_article_are_its_pages(print_of: Page) -> None:
    """The last two pages, which hold a table over the page break; the first from its last rows on."""
    files = []
    *_, first, second = pictures(print_of.data, tilt=0.0)
    rows = first.crop((0, first.height * 3 // 4, first.width, first.height))
    for number, sheet in enumerate((rows, second)):
        stream = io.BytesIO()
        sheet.save(stream, "PNG" if number else "JPEG")
        files.append(Source(stream.getvalue(), f"https://a.example/{number}.jpg", "image/jpeg"))
    article = "<html><title>螺洋街道办事处2021年政府信息公开工作年度报告</title><body><p>请看图片。</p></body></html>"
    report = read(Source(article.encode(), "https://a.example/"), files)
    assert report.source == "https://a.example/0.jpg"
    assert report.media == "scan"
    assert report.year == 2021
    table = {path: value for path, value in print_of.expected.cells.items() if path.startswith("challenges.")}
    for path, value in table.items():
        name, row, cell = path.split(".")
        read_value = report.tables[name][row][cell]
        assert read_value == value or any(f.rule == f"unread:{path}" for f in report.findings)
    assert report.locators["challenges.reconsideration.total"].page in (1, 2)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_without_the_extra_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for room in ("ocr", "pdf"):
        monkeypatch.setattr(f"extract.{room}.available", lambda: False)
    stream = io.BytesIO()
    Image.new("L", (800, 1100), 255).save(stream, kind)
    with pytest.raises(Unreadable) as caught:
        read(Source(stream.getvalue(), "scan"))
    assert caught.value.status is Status.NO_TEXT
    assert "gongkai[ocr]" in caught.value.message


@installed
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n cut", b"\xff\xd8\xff" + b"\0" * 50])
def test_a_damaged_picture_has_a_status(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, "x.png"))
    assert caught.value.status is Status.MALFORMED


def filed(rows: dict[str, list[Number | None]], doubtful: list[str]) -> tuple[Filing, Document]:
    """Rows of table 3 as filed, some cells of them in doubt."""
    filing, document = Filing(), Document("scan", [], recognised={1})
    for number, (row, values) in enumerate(rows.items()):
        filing.tables["requests"][row] = dict(zip(APPLICANTS, values, strict=True))
        for column, name in enumerate(APPLICANTS):
            path = f"requests.{row}.{name}"
            place = Cell("", number, column, locator=Locator(1, (column, number, column + 1, number + 1))).locator
            filing.locators[path] = place
            if path in doubtful:
                document.unsure.add(place)
    return filing, document


def test_a_doubtful_cell_counts_where_a_sum_bears_it_out() -> None:
    filing, document = filed({"granted": [3, 1, 0, 0, 0, 0, 4]}, ["requests.granted.natural_person"])
    settle_doubts(filing, document)
    assert filing.tables["requests"]["granted"]["natural_person"] == 3
    assert filing.findings == []


@pytest.mark.parametrize(
    ("values", "doubtful"),
    [
        ([8, 1, 0, 0, 0, 0, 4], ["natural_person"]),  # the sum does not hold
        ([3, 1, 0, 0, 0, 0, None], ["natural_person"]),  # there is no sum
        ([3, 1, 0, 0, 0, 0, 4], ["natural_person", "total"]),  # two in doubt may be wrong together
    ],
)
def test_a_doubtful_cell_without_a_witness_is_null_and_said(values: list[Number | None], doubtful: list[str]) -> None:
    paths = [f"requests.granted.{name}" for name in doubtful]
    filing, document = filed({"granted": values}, paths)
    settle_doubts(filing, document)
    for path, name in zip(paths, doubtful, strict=True):
        assert filing.tables["requests"]["granted"][name] is None
        assert filing.printed[path]
    assert [f.rule for f in filing.findings] == [f"unread:{path}" for path in sorted(paths)]


def test_a_sum_that_does_not_hold_in_a_scan_is_not_blamed_on_the_report() -> None:
    broken = Finding("row_sum:granted", Severity.ERROR, Fault.SOURCE, "之和9，总计栏为10。", 9, 10)
    [told] = ours_perhaps([broken])
    assert (told.fault, told.severity) == (Fault.READING, Severity.WARNING)
    assert "OCR" in told.message
    other = replace(broken, rule="period")
    assert ours_perhaps([other]) == [other]


def test_a_cell_that_no_sum_bears_out_and_one_breaks_is_null_and_said() -> None:
    """8 was read for 3: its row and its column do not add up; all others stand in one that does."""
    rows: dict[str, list[Number | None]] = {
        "granted": [8, 1, 0, 0, 0, 0, 4],
        "partly_granted": [2, 0, 0, 0, 0, 0, 2],
        "concluded": [5, 1, 0, 0, 0, 0, 6],
    }
    filing, document = filed(rows, [])
    settle_doubts(filing, document)
    assert filing.unread == {"requests.granted.natural_person"}
    assert filing.printed["requests.granted.natural_person"] == "8"
    assert filing.tables["requests"]["granted"]["total"] == 4
    rows["granted"][0] = 3
    filing, document = filed(rows, [])
    settle_doubts(filing, document)
    assert not filing.unread


def test_a_row_with_a_cell_too_many_is_null_and_said() -> None:
    """A line seen where none is parted a cell, and the row was read without its half."""
    filing, document = filed({"granted": [3, 1, 0, 0, 0, 0, 4]}, [])
    last = filing.locators["requests.granted.total"]
    assert last.box
    filing.locators["requests.granted.total"] = replace(last, box=(last.box[0] + 9, *last.box[1:]))
    settle_doubts(filing, document)
    assert len(filing.unread) == len(APPLICANTS)


def test_a_part_of_a_count_is_a_speck_taken_for_a_point() -> None:
    filing, document = filed({"granted": [3.44, None, None, None, None, None, None]}, [])
    settle_doubts(filing, document)
    assert filing.unread == {"requests.granted.natural_person"}


def drawn(columns: list[int], rows: list[int], stroke: tuple[int, int, int, int]) -> Gray:
    """A page with a table's rules and one stroke."""
    np = pytest.importorskip("numpy")
    sheet = Image.new("L", (1800, 2400), 255)
    draw = ImageDraw.Draw(sheet)
    for x in columns:
        draw.rectangle((x, rows[0], x + 3, rows[-1]), fill=0)
    for y in rows:
        draw.rectangle((columns[0], y, columns[-1] + 3, y + 3), fill=0)
    draw.rectangle(stroke, fill=0)
    return np.asarray(sheet)


@installed
@pytest.mark.parametrize("gap", [1, 12])
def test_a_digit_right_beside_a_rule_is_looked_at_with_the_rule(gap: int) -> None:
    """In narrow columns; taking the rule out must leave most of the digit."""
    page = straighten(drawn([300, 500, 700], [300, 500, 700], (500 - gap - 6, 380, 500 - gap, 420)))
    [line] = ink_lines(page.ink, (306, 306, 497, 497))
    assert is_beside_a_rule(page, line) is (gap == 1)
    left = (500 - gap - 6) * page.finer
    assert (page.fine[400 * page.finer, left + 1 : left + 4 * page.finer] < 128).all()


@installed
@pytest.mark.parametrize("paper", [4, 0])
def test_a_stroke_that_nearly_spans_a_narrow_row_is_no_rule(paper: int) -> None:
    rows = [300, 344, 388, 432, 476]
    page = straighten(drawn([300, 700], rows, (450, 348 + paper, 453, 387 - paper)))
    rules = [span for span in page.upright if 440 < span[0] < 460]
    assert bool(rules) is (paper == 0)
    assert bool(page.ink[365, 451]) is (paper > 0), "a stroke stays part of its character"


@installed
def test_a_value_in_no_cell_that_was_found_is_in_doubt() -> None:
    np = pytest.importorskip("numpy")
    sheet = Image.new("L", (1800, 2400), 255)
    ImageDraw.Draw(sheet).text((600, 500), "35742277", fill=0, font=ImageFont.load_default(60))
    page = recognise(np.asarray(sheet), 1, 600.0, 800.0)
    assert "".join(char.text for char in page.chars) == "35742277"
    assert len(page.doubtful) == 1
