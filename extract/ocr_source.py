"""Which pages of a PDF are pictures of text, and their reading."""

from __future__ import annotations

import pypdfium2 as pdfium

from extract import ocr
from extract.ocr import Gray
from extract.ocr_page import SCALE, recognise
from extract.pdf_page import Page

_FEW_CHARACTERS = 30
_MOST_POINTS = 2000.0


def see(page: pdfium.PdfPage, read: Page) -> Page:
    """The page as it was read, or as recognised where it is a picture and the recogniser is installed.

    A text layer that nobody sees, behind a picture of the page, is some scanner's guess: it is not believed either.
    """
    if not ocr.available() or not _is_picture(read):
        return read
    width, height = read.width, read.height
    if not 0 < max(width, height) <= _MOST_POINTS:
        return read
    seen = recognise(_drawn(page), read.number, width, height)
    return seen if len(seen.chars) >= _FEW_CHARACTERS else read


def _is_picture(read: Page) -> bool:
    lost = sum(char.text == "\ufffd" for char in read.chars)
    if lost > len(read.chars) / 2:
        return True
    if len(read.chars) < _FEW_CHARACTERS:
        return bool(read.images)
    return read.layer


def _drawn(page: pdfium.PdfPage) -> Gray:
    import numpy as np

    drawn = np.ascontiguousarray(page.render(scale=SCALE, grayscale=True).to_numpy())
    return drawn if drawn.ndim == 2 else np.ascontiguousarray(drawn[:, :, 0])
