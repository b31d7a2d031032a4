"""Reads a PDF into a `Document`: tables by their ruling lines, prose by lines and indents, both joined over pages."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from extract.document import Block, Document, Grid
from extract.errors import Status, Unreadable
from extract.pdf_tables import Ruled, find_tables, join_over_pages
from extract.pdf_text import Line, lines_of, paragraphs

MOST_PAGES = 120
_FEW_CHARACTERS = 30

# pdfminer warns of every odd colour and font; what matters to a reading becomes a doubt or an error here.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


@dataclass
class _Page:
    number: int
    parts: list[Line | Ruled]
    height: float


def read_pdf(data: bytes) -> Document:
    """The document in reading order; cells carry page and box in points from the top left.

    Raises Unreadable for encrypted, damaged, over-long and text-less (scanned) files.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise Unreadable(
                    Status.TOO_LARGE, f"The PDF has {len(pdf.pages)} pages; a report has fewer than {MOST_PAGES}."
                )
            pages = []
            images = 0
            for page in pdf.pages:
                pages.append(_read_page(page))
                images += len(page.images)
                page.close()
    except PdfminerException as error:
        raise _unreadable(error.args[0] if error.args else error) from error
    except (
        PDFException,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        AssertionError,
        RecursionError,
    ) as error:
        # pdfminer meets broken files with whatever its inner structures raise.
        raise _unreadable(error) from error
    return _document(pages, images)


def _unreadable(error: object) -> Unreadable:
    if isinstance(error, PDFPasswordIncorrect | PDFEncryptionError):
        return Unreadable(Status.ENCRYPTED, "The PDF asks for a password.")
    return Unreadable(Status.MALFORMED, f"The PDF is damaged: {type(error).__name__} {error}".strip())


def _read_page(page: Any) -> _Page:
    tables = find_tables(page)
    boxes = [table.box for table in tables]
    outside = [char for char in page.chars if char["upright"] and not any(_inside(char, box) for box in boxes)]
    parts: list[Line | Ruled] = [*lines_of(outside), *tables]
    parts.sort(key=lambda part: part.box[1])
    return _Page(page.page_number, parts, float(page.height))


def _inside(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _document(pages: list[_Page], images: int) -> Document:
    blocks = list(_blocks(pages))
    text = "".join(
        block.text if not isinstance(block, Grid) else "".join(cell.text for cell in block.cells) for block in blocks
    )
    if len(text) < _FEW_CHARACTERS:
        kind = "its pages are images: a scan" if images else "it has no text"
        raise Unreadable(Status.NO_TEXT, f"The PDF cannot be read as text; {kind}.")
    document = Document("pdf", blocks, images=images)
    unmapped = text.count("(cid:")
    if unmapped:
        document.doubts.append(f"{unmapped} characters are of a font without a character map and could not be read.")
    return document


def _blocks(pages: list[_Page]) -> Iterator[Block]:
    parts: list[tuple[int, Line | Ruled]] = []
    for page in pages:
        for part in page.parts:
            if isinstance(part, Line) and part.is_page_number(page.height):
                continue
            parts.append((page.number, part))
    run: list[tuple[int, Line]] = []
    tables: list[Ruled] = []
    for number, part in parts:
        if isinstance(part, Line):
            if tables:
                yield from join_over_pages(tables)
                tables = []
            run.append((number, part))
        else:
            yield from paragraphs(run)
            run = []
            tables.append(part)
    yield from paragraphs(run)
    yield from join_over_pages(tables)
