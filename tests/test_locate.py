"""From every number back to its place: what stands there in the original is what was read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytest
from bs4 import BeautifulSoup
from conftest import SHARED
from generator import IRREGULARITIES, make_truth, render_html
from generator.accuracy import read_page
from generator.typeset import Look, render_typeset
from generator.typeset_looks import CHANGES, HARD, LOOKS
from generator.word import render_docx

from archive.readings import dump, load
from crawler.sample.truth import truth as sample
from extract import Locator, Report, Source, locate, read
from extract.decode import decode
from extract.html_shown import shown_by
from extract.pdf_page import read_page as read_pdf_page
from extract.proof import (
    body_of_docx,
    element_at,
    text_in_body,
    text_in_box,
    text_in_docx,
    text_in_html,
    text_in_pdf,
    text_of,
)
from extract.text import canonical

Text = Callable[[Locator], str | None]
CASES = [(name, one.forms[n % len(one.forms)]) for n, (name, one) in enumerate(IRREGULARITIES.items())]


def plain(text: str | None) -> str:
    return re.sub("[,，]", "", canonical(text or ""))


def cells(report: Report) -> Iterator[tuple[str, float]]:
    for table, rows in report.tables.items():
        for row, values in rows.items():
            yield from ((f"{table}.{row}.{name}", value) for name, value in values.items() if value is not None)


def wanted(report: Report) -> Iterator[tuple[str, Locator | None, str]]:
    """Everything that must be found: its name, where it is said to stand, and how it is printed."""
    for path, value in cells(report):
        yield path, locate(report, path), report.printed.get(path, str(value))
    for section in report.sections:
        if section.heading:
            yield section.heading, locate(report, section), section.heading
        for n, line in enumerate(filter(None, section.text.split("\n")), 1):
            yield line, locate(report, ("sections", section.number, n)), line[:12]
    for n, figure in enumerate(report.figures):
        yield figure.sentence, locate(report, ("figures", n)), figure.sentence[:8]


def lost(report: Report, text_at: Text) -> list[str]:
    """What cannot be found where it is said to stand."""
    assert report.locators
    return [
        f"{name} = {printed}: {place}"
        for name, place, printed in wanted(report)
        if place is None or plain(printed) not in plain(text_at(place))
    ]


def in_page(data: bytes, charset: str | None = None) -> Text:
    text = decode(data, charset).text
    soup = BeautifulSoup(text, "lxml")
    styled = shown_by(text, soup).generated

    def text_at(place: Locator) -> str | None:
        element = element_at(soup, place)
        if element is None:
            return None
        within = [element, *element.find_all(True)] if styled else []
        return text_of(element) + "".join("".join(styled.get(id(each), "")) for each in within)

    return text_at


@pytest.mark.parametrize(("name", "form"), CASES)
def test_every_number_of_a_page_is_found_in_it(name: str, form: str) -> None:
    """Whatever was done to it: merged and split cells, cells slid aside, a cell a line, a script that holds it all."""
    page = render_html(make_truth(Random(1), form, dense=True), [name], 1)
    charset = (page.content_type or "").partition("charset=")[2] or None
    assert lost(read_page(page), in_page(page.data, charset)) == []


@pytest.mark.parametrize(("name", "form"), [case for case in CASES if IRREGULARITIES[case[0]].chapter == "table"])
def test_every_number_of_a_word_document_is_found_in_it(name: str, form: str) -> None:
    page = render_docx(make_truth(Random(1), form, dense=True), [name], 1)
    body = body_of_docx(page.data)
    assert lost(read_page(page), lambda place: text_in_body(body, place)) == []


PRINTS = {**dict(list(LOOKS.items())[:24:2]), **HARD}


# A layer that nobody sees is read as any other print, after ten seconds of looking at its pages.
@pytest.mark.parametrize("name", [name for name, look in PRINTS.items() if not look.invisible])
def test_every_number_of_a_print_is_found_in_its_box(name: str) -> None:
    n = len(name)
    look = replace(PRINTS[name], above=n * 97 % 260)
    page = render_typeset(make_truth(Random(n), "2021", dense=True), look, seed=n)
    assert lost(read_page(page), in_pdf(page.data)) == []


def in_pdf(data: bytes) -> Text:
    """As `text_in_pdf`, with each page read once."""
    pdf = pdfium.PdfDocument(data)
    pages = [read_pdf_page(pdf[n], n + 1).chars for n in range(len(pdf))]

    def text_at(place: Locator) -> str | None:
        assert place.page is not None
        assert place.box is not None
        return text_in_box(pages[place.page - 1], place.box).replace("\n", "")

    return text_at


def bounded(data: bytes) -> Text:
    """What pdfium itself says stands in a box, by another way than the reader's."""
    pdf = pdfium.PdfDocument(data)

    def text_at(place: Locator) -> str | None:
        assert place.page is not None
        assert place.box is not None
        page = pdf[place.page - 1]
        height = page.get_height()
        x0, top, x1, bottom = place.box
        return str(page.get_textpage().get_text_bounded(x0, height - bottom, x1, height - top))

    return text_at


def test_pdfium_itself_finds_the_numbers_in_their_boxes() -> None:
    data = render_typeset(make_truth(Random(1), "2021", dense=True), Look(), seed=1).data
    report, text_at = read(Source(data, "report.pdf")), bounded(data)
    found = [(path, locate(report, path), report.printed.get(path, str(value))) for path, value in cells(report)]
    assert len(found) > 150
    assert [
        path for path, place, printed in found if place is None or plain(printed) not in plain(text_at(place))
    ] == []


@pytest.mark.parametrize("name", ["turned_and_marked_so", "cropped", "printed_at_half_size"])
def test_boxes_are_of_the_page_as_shown(name: str) -> None:
    change, rotate, password = CHANGES[name]
    truth = make_truth(Random(1), "2021", dense=True)
    page = render_typeset(truth, Look(), seed=1, change=change, rotate=rotate, password=password)
    report = read_page(page)
    assert lost(report, in_pdf(page.data)) == []
    pdf = pdfium.PdfDocument(page.data)
    for place in report.locators.values():
        assert place.page is not None
        assert place.box is not None
        width, height = pdf[place.page - 1].get_size()
        assert 0 <= place.box[0] < place.box[2] <= width + 1
        assert 0 <= place.box[1] < place.box[3] <= height + 1


def test_the_sample_pdfs_and_the_real_reports() -> None:
    files = [report.file for report in sample() if report.file]
    real = [path for path in SHARED.rglob("*") if path.suffix in (".html", ".pdf")] if SHARED.is_dir() else []
    for file in (*files, *real):
        data = Path(file).read_bytes()
        if not is_report(data):
            continue
        report = read(Source(data, str(file)))
        text_at = in_pdf(data) if report.media == "pdf" else in_page(data)
        assert lost(report, text_at) == [], file


def is_report(data: bytes) -> bool:
    return data.startswith(b"%PDF") or "予以公开" in decode(data).text


def test_a_stored_reading_tells_the_same_places() -> None:
    page = render_html(make_truth(Random(4), "2021", dense=True))
    report = read_page(page)
    stored = load(json.loads(json.dumps(dump(report))), places=True)
    places = [(name, place) for name, place, _ in wanted(report)]
    assert [(name, place) for name, place, _ in wanted(stored)] == places
    assert None not in dict(places).values()


def test_a_place_is_asked_for_by_the_forms_names() -> None:
    report = read_page(render_html(make_truth(Random(4), "2021", dense=True)))
    place = locate(report, "requests.granted.natural_person")
    assert place is not None
    assert locate(report, ("requests", "granted", "natural_person")) == place
    assert locate(report, ("disclosures", "rules", "issued")) == locate(report, "disclosure.rules.issued") is not None
    assert locate(report, ("figures", 0)) == locate(report, report.figures[0]) is not None
    assert locate(report, ("sections", 3)) == locate(report, report.sections[2]) is not None
    for nowhere in ("requests.granted.martians", ("sections", 9), ("figures", 999)):
        assert locate(report, nowhere) is None
    for wrong in ("moons.rules.issued", "requests.granted", "", ("figures",)):
        with pytest.raises(ValueError, match="no address"):
            locate(report, wrong)


def test_a_place_that_the_page_does_not_have_is_none() -> None:
    for path in ("html/body/div[9]/p[1]", "script-text[3]/p[1]", "body/p[1]", None):
        assert text_in_html(b"<div><p>x</p></div>", Locator(path=path)) is None
    assert text_in_html(b"<div><p>x</p></div>", Locator(path="html/body/div[1]/p[1]/text()")) == "x"
    page = render_typeset(make_truth(Random(1), "2021"), Look())
    assert text_in_pdf(page.data, Locator(page=999, box=(0, 0, 9, 9))) is None
    assert text_in_pdf(page.data, Locator(path="html/body")) is None
    word = render_docx(make_truth(Random(1), "2021"), seed=1).data
    assert text_in_docx(word, Locator(path="body/p[9999]")) is None
    assert text_in_docx(word, Locator()) is None


def test_a_wrong_place_is_noticed() -> None:
    """The twin: were the places of two cells exchanged, the tests above would say so."""
    page = render_html(make_truth(Random(1), "2021", dense=True))
    report = read_page(page)
    one, other = "requests.received.total", "requests.granted.natural_person"
    report.locators[one], report.locators[other] = report.locators[other], report.locators[one]
    assert len(lost(report, in_page(page.data))) == 2


def test_an_element_that_was_found_can_be_marked() -> None:
    page = render_html(make_truth(Random(1), "2021", dense=True))
    soup = BeautifulSoup(decode(page.data).text, "lxml")
    place = locate(read_page(page), "requests.received.total")
    assert place is not None
    element = element_at(soup, place)
    assert element is not None
    element["id"] = "proof"
    assert 'id="proof"' in str(soup)
