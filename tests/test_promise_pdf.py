"""The promise of the reader for PDF: whatever a print looks like, a cell is what it prints, or null with a finding.

The files are set and written here, so that every trait of a print can be had alone and no other program is needed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from generator import Page, Wrong, judge, make_truth
from generator.accuracy import read_page
from generator.held_out import held_out
from generator.pdf import chromium, render_pdf
from generator.pdf_file import Glyphs, write_pdf
from generator.pdf_looks import PRINTED
from generator.typeset import render_typeset
from generator.typeset_looks import CHANGES, HARD, LOOKS, USUAL

from extract import Source, read
from extract.errors import Status, Unreadable
from extract.report import Report


def breaches(page: Page, report: Report) -> list[str]:
    found = [str(breach)[:200] for breach in judge(report, page.expected)]
    for number, passages in page.expected.passages.items():
        lines = {_squeezed(line) for each in report.sections if each.number == number for line in each.text.split("\n")}
        found += [f"not a paragraph of chapter {number}: {p[:20]}" for p in passages if _squeezed(p) not in lines]
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", text)


@pytest.mark.parametrize("name", LOOKS)
def test_a_print_of_any_look(name: str) -> None:
    """In a form and with a first table at a height of its own each, so that pages end in other rows."""
    n = list(LOOKS).index(name)
    look = replace(LOOKS[name], above=n * 97 % 260)
    page = render_typeset(make_truth(Random(n), "2019" if n % 4 == 3 else "2021", dense=True), look, seed=n)
    found = breaches(page, read_page(page))
    assert not found, found[:8]


@pytest.mark.parametrize("above", range(0, 260, 37))
def test_a_page_may_end_in_any_row(above: int) -> None:
    look = replace(USUAL, above=above, cell=12, labels=(0.05, 0.08, 0.3))
    page = render_typeset(make_truth(Random(above), "2021", dense=True), look, seed=above)
    found = breaches(page, read_page(page))
    assert not found, found[:8]


@pytest.mark.parametrize("name", CHANGES)
def test_a_print_to_which_something_was_done(name: str) -> None:
    change, rotate, password = CHANGES[name]
    truth = make_truth(Random(1), "2021", dense=True)
    page = render_typeset(truth, USUAL, seed=1, change=change, rotate=rotate, password=password)
    found = breaches(page, read_page(page))
    assert not found, found[:8]


MISREAD = (Wrong.NUMBER, Wrong.INVENTED, Wrong.SILENT, Wrong.FALSE_ALARM)


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_to_read_is_never_misread(name: str) -> None:
    """These may leave cells null and paragraphs joined; but a number is right, and a null one is spoken of."""
    for seed in (1, 2):
        page = render_typeset(make_truth(Random(seed), "2021", dense=True), HARD[name], seed=seed)
        misread = [str(breach) for breach in judge(read_page(page), page.expected) if breach.wrong in MISREAD]
        assert not misread, misread[:8]


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine to print pages with")
@pytest.mark.parametrize("ruled", [True, False])
def test_looks_that_no_threshold_was_set_on_are_not_misread(ruled: bool) -> None:
    for seed in (720001, 720002):
        page = render_pdf(make_truth(Random(seed), "2021", dense=True), (), seed, look=held_out(seed, ruled))
        misread = [str(breach) for breach in judge(read_page(page), page.expected) if breach.wrong in MISREAD]
        assert not misread, misread[:8]


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine to print pages with")
@pytest.mark.parametrize("name", ["leaning", "table_scaled"])
def test_a_table_that_leans_or_is_scaled(name: str) -> None:
    """A browser draws a scaled table through a form, in whose own measure its type has another size."""
    page = render_pdf(make_truth(Random(1), "2021", dense=True), (), 1, look=PRINTED[name])
    found = list(judge(read_page(page), page.expected))
    assert [str(breach) for breach in found if breach.wrong in MISREAD] == []
    # pdfium misplaces the few characters that Chromium sets as pictures there; one may fall upon a number.
    assert sum(breach.wrong is Wrong.UNREAD for breach in found) <= 2 * (name == "table_scaled")


def test_the_judge_sees_a_print_that_differs() -> None:
    """The twin of all the above: a digit printed over, and a line of chrome between paragraphs, do not pass."""
    truth = make_truth(Random(1), "2021", dense=True)
    other = make_truth(Random(2), "2021", dense=True)
    page = render_typeset(truth, USUAL, seed=1)
    assert breaches(page, read_page(render_typeset(other, USUAL, seed=1)))
    printed_over = render_typeset(
        truth, USUAL, seed=1, change=lambda sheet: sheet.text(80, sheet.height / 2, "某处的一行文字", 12)
    )
    assert breaches(printed_over, read_page(printed_over))


def status_of(data: bytes) -> tuple[Status, str]:
    with pytest.raises(Unreadable) as caught:
        read(Source(data, "report.pdf"))
    return caught.value.status, caught.value.message


def test_a_password_is_named() -> None:
    page = render_typeset(make_truth(Random(1), "2021"), USUAL, password="secret")
    assert status_of(page.data)[0] is Status.ENCRYPTED


def test_a_font_without_a_character_map_is_no_text_and_no_other_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.ocr.available", lambda: False)
    page = render_typeset(make_truth(Random(1), "2021"), replace(USUAL, font="unmapped"))
    assert status_of(page.data)[0] is Status.NO_TEXT


def test_empty_pages_are_no_text() -> None:
    assert status_of(write_pdf([(595, 842, "", "")] * 4, Glyphs()))[0] is Status.NO_TEXT


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_cut_short_never_breaks_the_reader(share: float) -> None:
    data = render_typeset(make_truth(Random(1), "2021"), USUAL).data
    status, message = status_of(data[: int(len(data) * share)])
    assert status in (Status.MALFORMED, Status.NO_TEXT, Status.NOT_A_REPORT)
    assert message
