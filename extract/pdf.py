"""Reads a PDF into a `Document`: tables by their ruling lines, prose by lines and indents, both joined over pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pypdfium2 as pdfium

from extract.document import Block, Document, Paragraph
from extract.errors import Status, Unreadable
from extract.ocr import INSTALL, available
from extract.ocr_page import mark_recognised
from extract.ocr_source import see
from extract.pdf_cells import joined
from extract.pdf_chars import LOST, Char
from extract.pdf_doubts import drawn
from extract.pdf_margins import margin_lines, without_watermarks
from extract.pdf_marks import strike
from extract.pdf_page import Page, open_page, read_page
from extract.pdf_second import is_chinese, read_again
from extract.pdf_tables import Ruled, find_tables, join_over_pages
from extract.pdf_text import Line, lines_of, paragraphs
from extract.pdf_unruled import find_unruled
from extract.pdf_view import Box, turned_back
from extract.pdf_words import Unruled
from extract.report import Fault, Finding, Locator, Severity

MOST_PAGES = 120
_Part = Line | Ruled | Unruled
_FEW_CHARACTERS = 30


def read_pdf(data: bytes) -> Document:
    """The document in reading order; cells carry page and box in points from the top left of the page as shown.

    What pdfium cannot open, or reads as no Chinese, a second reader may. Raises Unreadable for encrypted, damaged,
    over-long and text-less (scanned) files.
    """
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return _second(data, error)
    try:
        if len(pdf) > MOST_PAGES:
            raise Unreadable(Status.TOO_LARGE, f"The PDF has {len(pdf)} pages; a report has fewer than {MOST_PAGES}.")
        pages = [_page(pdf, number) for number in range(1, len(pdf) + 1)]
        if any(page.chars for page in pages) and not is_chinese(pages):
            again = read_again(data, MOST_PAGES)
            if is_chinese(again):
                return _said(document_of(again), "PDFium读出的不是中文")
        pages = [_seen(pdf, page) for page in pages]
    except pdfium.PdfiumError as error:
        return _second(data, error)
    finally:
        pdf.close()
    return document_of(pages)


def _second(data: bytes, error: pdfium.PdfiumError) -> Document:
    """The document as the second reader has it, where pdfium gives up."""
    unreadable = _unreadable(error)
    again = [] if unreadable.status is Status.ENCRYPTED else read_again(data, MOST_PAGES)
    if not is_chinese(again):
        raise unreadable from error
    return _said(document_of(again), "PDFium打不开这个文件")


def _said(document: Document, why: str) -> Document:
    message = f"{why}，本文由另一读取程序pdfplumber读出。它分不出隐藏的文字，数字请对照原件。"
    document.findings.append(Finding("second_reader", Severity.INFO, Fault.READING, message))
    return document


def _unreadable(error: pdfium.PdfiumError) -> Unreadable:
    if "password" in str(error).lower():
        return Unreadable(Status.ENCRYPTED, "The PDF asks for a password.")
    return Unreadable(Status.MALFORMED, f"The PDF is damaged: {error}")


def _page(pdf: pdfium.PdfDocument, number: int) -> Page:
    page = open_page(pdf, number)
    try:
        return read_page(page, number)
    finally:
        page.close()


def _seen(pdf: pdfium.PdfDocument, read: Page) -> Page:
    page = pdf[read.number - 1]
    try:
        return see(page, read)
    finally:
        page.close()


def _parts(pages: Sequence[Page]) -> Iterator[tuple[int, _Part]]:
    """What stands on the pages from top to bottom, with the page's number; margins left out."""
    lines: list[tuple[Page, list[Line]]] = []
    tables: list[list[Ruled | Unruled]] = []
    outside: list[Char] = []
    for page in pages:
        chars = without_watermarks(page)
        chars, rules = strike(chars, joined(page.drawing.rules))
        ruled = find_tables(page, chars, rules)
        before, outside = outside, [char for char in chars if not any(_inside(char, table.box) for table in ruled)]
        signs = [sign for sign in drawn(page, outside) if not any(_inside(sign, table.box) for table in ruled)]
        unruled = find_unruled(page, [*outside, *signs], rules, before)
        taken = {char for table in unruled for char in table.taken}
        outside = [char for char in outside if id(char) not in taken]
        tables.append([*ruled, *unruled])
        lines.append((page, lines_of(outside)))
    margins = margin_lines(lines)
    for (page, page_lines), page_tables in zip(lines, tables, strict=True):
        # What is lost beside a table, where the page cuts it off, does not part it from the rest of it.
        parts: list[_Part] = [line for line in page_lines if id(line) not in margins and line.text.strip(LOST)]
        yield from ((page.number, part) for part in sorted([*parts, *page_tables], key=lambda part: part.box[1]))


def _inside(char: Char, box: Box) -> bool:
    x, y = char.middle
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def document_of(pages: Sequence[Page], media: str = "pdf") -> Document:
    """The document that pages of characters and rules make, whatever they were read from. Raises Unreadable."""
    images = sum(page.images for page in pages)
    chars = [char.text for page in pages for char in page.chars]
    lost = chars.count(LOST)
    if len(chars) - lost < _FEW_CHARACTERS or lost > len(chars) / 2:
        kind = "its pages are images: a scan" if images else "it has no text"
        kind = "its fonts have no character map" if lost else kind
        advice = "" if available() or not images else f" {INSTALL}"
        raise Unreadable(Status.NO_TEXT, f"The {media.upper()} cannot be read as text; {kind}.{advice}")
    turned = {page.number: page for page in pages if page.turned}
    blocks = [_turned_back(block, turned) for block in _blocks(_parts(pages))] if turned else _blocks(_parts(pages))
    document = Document(media, list(blocks), images=images)
    document.doubts += [doubt for page in pages for doubt in page.doubts]
    if lost:
        document.doubts.append(f"{lost} characters are of a font without a character map and could not be read.")
    blank = [page.number for page in pages if page.images and len(page.chars) < _FEW_CHARACTERS]
    if blank:
        shown = ", ".join(map(str, blank))
        advice = "" if available() else f" {INSTALL}"
        document.doubts.append(f"Pages {shown} are images: what they print was not read.{advice}")
    mark_recognised(document, pages)
    return document


def _turned_back(block: Block, turned: dict[int, Page]) -> Block:
    """The block with places on the page as a viewer shows it, where its text had to be turned to be read."""

    def place(at: Locator) -> Locator:
        page = turned.get(at.page or 0)
        if page is None or at.box is None:
            return at
        return replace(at, box=turned_back(at.box, page.width, page.height, page.turned))

    if isinstance(block, Paragraph):
        return replace(block, locator=place(block.locator))
    cells = [replace(cell, locator=place(cell.locator)) for cell in block.cells]
    return replace(block, cells=cells, locator=place(block.locator))


def _blocks(parts: Iterator[tuple[int, _Part]]) -> Iterator[Block]:
    run: list[tuple[int, Line]] = []
    tables: list[Ruled] = []
    for number, part in parts:
        if isinstance(part, Line):
            if tables:
                yield from join_over_pages(tables)
                tables = []
            run.append((number, part))
            continue
        yield from paragraphs(run)
        run = []
        if isinstance(part, Ruled):
            tables.append(part)
        else:
            yield from join_over_pages(tables)
            tables = []
            yield part.grid
    yield from paragraphs(run)
    yield from join_over_pages(tables)
