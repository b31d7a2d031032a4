"""The second reader of PDF files, pdfplumber: for those that pdfium does not open, or whose characters it gets wrong.

What it finds goes through the same geometry. It is some five times slower and gives up on more kinds of damage than
pdfium, so it is asked only then. It does not tell text that is set to be invisible from what is printed.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from extract.pdf_chars import LOST, MOST_CHARACTERS, WHITE, Char
from extract.pdf_page import Page
from extract.pdf_paths import MOST_PIECES, Drawing, Fill, Rule
from extract.pdf_view import Box

# What pdfminer raises where a file's objects are not what it takes them for: it does not check each.
_FAULTS = (
    PdfminerException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    OverflowError, RecursionError, zlib.error, struct.error,
)  # fmt: skip
_THIN = 3.0
_LEVEL = 0.05
_Found = Mapping[str, Any]


def read_again(data: bytes, most_pages: int) -> list[Page]:
    """The pages of a file, none where this reader cannot read it either, or finds too much."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return [_page(page) for page in pdf.pages] if len(pdf.pages) <= most_pages else []
    except _FAULTS:
        return []


def is_chinese(pages: Sequence[Page]) -> bool:
    """Whether more of the characters are those of a Chinese text than are not: garbled, they come from all over."""
    chars = [char.text for page in pages for char in page.chars if not char.text.isspace()]
    odd = sum(not (char.isascii() or "\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef") for char in chars)
    han = sum("\u4e00" <= char <= "\u9fff" for char in chars)
    return han > odd


def _page(page: Any) -> Page:
    if len(page.chars) > MOST_CHARACTERS:
        doubt = f"Page {page.page_number}: it holds more characters than a page can print and was not read."
        return Page(page.page_number, page.width, page.height, [], Drawing(), doubts=[doubt])
    drawing, doubts = Drawing(pictures=[_box(found) for found in page.images]), []
    if len(page.lines) + len(page.rects) + len(page.curves) > MOST_PIECES:
        doubts = [f"Page {page.page_number}: too much is drawn on it for its lines to be read."]
    else:
        drawing.rules = list(_rules([*page.lines, *page.rects]))
        drawing.fills = [
            Fill(_box(found), _lightness(found["non_stroking_color"])) for found in page.rects if found["fill"]
        ]
    chars = [_char(found) for found in page.chars]
    seen = [char for char in chars if char.light < WHITE and char.quarter == 0]
    return Page(page.page_number, page.width, page.height, seen, drawing, doubts=doubts, shown=(0, page.width))


def _char(found: _Found) -> Char:
    a, b, _, _, _, base = found["matrix"]
    text = found["text"]
    return Char(
        LOST if len(text) != 1 or "\ud800" <= text <= "\uf8ff" else text,
        *_box(found),
        quarter=0 if a > 0 and abs(b) < _LEVEL * a else None,
        light=_lightness(found["non_stroking_color"]),
        base=found["bottom"] + found["y0"] - base,
        em=found["size"] if found["upright"] else 0.0,
    )


def _rules(drawn: Sequence[_Found]) -> Iterator[Rule]:
    for found in drawn:
        x0, top, x1, bottom = _box(found)
        if bottom - top < _THIN <= x1 - x0:
            yield Rule(True, (top + bottom) / 2, x0, x1)
        elif x1 - x0 < _THIN <= bottom - top:
            yield Rule(False, (x0 + x1) / 2, top, bottom)
        elif found["stroke"] and found["object_type"] == "rect":
            yield from (Rule(True, y, x0, x1) for y in (top, bottom))
            yield from (Rule(False, x, top, bottom) for x in (x0, x1))


def _box(found: _Found) -> Box:
    return found["x0"], found["top"], found["x1"], found["bottom"]


def _lightness(color: object) -> int:
    """The darkest channel; what is no plain colour, as a pattern, counts as dark."""
    given = color if isinstance(color, tuple | list) else (color,)
    channels = [float(channel) for channel in given if isinstance(channel, int | float)]
    if len(channels) == 4:
        return round(255 * (1 - min(1.0, max(channels[:3]) + channels[3])))
    return round(255 * min(1.0, max(0.0, min(channels, default=0.0))))
