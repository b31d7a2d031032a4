"""Which pages of a PDF are pictures of text, and their reading."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extract import ocr
from extract.ocr import Gray
from extract.ocr_page import SCALE, recognise
from extract.pdf_page import Page

_FEW_CHARACTERS = 30
_WHOLE_PAGE = 0.6
_INVISIBLE = 3
_MOST_POINTS = 2000.0


def see(page: pdfium.PdfPage, read: Page) -> Page:
    """The page as it was read, or as recognised where it is a picture and the recogniser is installed.

    A text layer that nobody sees, behind a picture of the page, is some scanner's guess: it is not believed either.
    """
    if not ocr.available() or not _is_picture(page, read):
        return read
    width, height = read.width, read.height
    if not 0 < max(width, height) <= _MOST_POINTS:
        return read
    seen = recognise(_drawn(page), read.number, width, height)
    return seen if len(seen.chars) >= _FEW_CHARACTERS else read


def _is_picture(page: pdfium.PdfPage, read: Page) -> bool:
    lost = sum(char.text == "\ufffd" for char in read.chars)
    if lost > len(read.chars) / 2:
        return True
    if len(read.chars) < _FEW_CHARACTERS:
        return bool(read.images)
    return bool(read.images) and _is_covered(page, read) and _is_invisible(page)


def _is_covered(page: pdfium.PdfPage, read: Page) -> bool:
    """Whether one picture fills the page."""
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > _WHOLE_PAGE * read.width * read.height:
            return True
    return False


def _is_invisible(page: pdfium.PdfPage) -> bool:
    """Whether most of the page's text is set so that it is not painted."""
    texts: list[Any] = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=3))
    hidden = sum(raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE for item in texts)
    return bool(hidden * 2 > len(texts))


def _drawn(page: pdfium.PdfPage) -> Gray:
    import numpy as np

    drawn = np.ascontiguousarray(page.render(scale=SCALE, grayscale=True).to_numpy())
    return drawn if drawn.ndim == 2 else np.ascontiguousarray(drawn[:, :, 0])
