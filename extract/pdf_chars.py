"""The characters of a PDF page that a reader of it sees, and how each stands."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extract.pdf_paths import Drawing, clipped_to, cut_off, lightness
from extract.pdf_view import EVERYWHERE, Box, Span, View, shared

LOST = "\ufffd"
MOST_CHARACTERS = 60_000
"""On one page. A full page of the smallest print has 8,000."""
_TILT = 0.05
_HUGE = 60.0
_FILLED, _UNSEEN = 0, (3, 7)
# White from here on; dark enough below that white shows on it.
WHITE, _GROUND = 248, 225


@dataclass(frozen=True, slots=True)
class Char:
    """A character in its loose box (the line's height, the character's advance).

    `quarter` is how far its text is turned against the page: 0 upright, 1 to 3 quarters clockwise, None for
    a slant, as watermarks have it. `light` is how light it is printed, 0 black, 255 white."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    quarter: int | None
    light: int
    base: float = 0.0
    """How far down the page its baseline is: the same for all fonts of a line, as the boxes are not."""
    em: float = 0.0
    """The size of its type, the same for all fonts that a line is set in; 0 where that is not known."""

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass
class Characters:
    """`seen` are those that are printed, `unseen` those that a file holds and nobody sees: the text layer of a scan,
    white letters on white paper. `too_many` says that the page has more than `MOST_CHARACTERS`; then there are none."""

    seen: list[Char]
    unseen: list[Char]
    too_many: bool = False
    shown: Span = EVERYWHERE
    """Between where and where the page shows anything: what is printed beyond is cut off there, and may be gone."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the characters of one text object have in common."""

    quarter: int | None
    light: int
    unseen: bool
    white: bool
    drop: float
    """From the baseline down to the box's bottom."""
    shown: Span
    em: float


def read_characters(page: pdfium.PdfPage, view: View, drawing: Drawing) -> Characters:
    """Characters without a Unicode value come out as U+FFFD, so that their loss can be said."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MOST_CHARACTERS:
            return Characters([], [], too_many=True)
        return _read(text, count, view, drawing)
    finally:
        text.close()


def _read(text: pdfium.PdfTextpage, count: int, view: View, drawing: Drawing) -> Characters:
    found = Characters([], [])
    rect = raw.FS_RECTF()
    turn = math.radians(view.rotation)
    looks: dict[int, _Look] = {}
    unicode_at, box_at, object_at, lost_at = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_GetTextObject,
        raw.FPDFText_HasUnicodeMapError,
    )
    for n in range(count):
        code = unicode_at(text, n)
        if code in (0x0, 0x2, 0xA, 0xD, 0xFFFE, 0xFFFF):
            continue
        item = object_at(text, n)
        if not item:
            continue  # A space or line break that pdfium adds.
        key = ctypes.addressof(item.contents)
        look = looks.get(key)
        box_at(text, n, rect)
        box = view.box(rect.left, rect.bottom, rect.right, rect.top)
        if look is None:
            look = looks[key] = _look(text, n, item, turn, box[3] - _baseline(text, n, view), view)
        if box[3] - box[1] > _HUGE:
            box = _mended(text, n, view, box)
        lost = 0xD800 <= code <= 0xF8FF or lost_at(text, n) == 1
        char = Char(LOST if lost else chr(code), *box, look.quarter, look.light, box[3] - look.drop, look.em)
        hidden = look.unseen or (look.white and not _on_dark(char, drawing))
        (found.unseen if hidden else found.seen).append(char)
    chars = [*found.seen, *found.unseen]
    if chars:
        reach = min(char.x0 for char in chars) + 1, max(char.x1 for char in chars) - 1
        found.shown = cut_off(shared(*(look.shown for look in looks.values())), reach)
    return found


def _look(text: pdfium.PdfTextpage, n: int, item: Any, turn: float, drop: float, view: View) -> _Look:
    angle = (raw.FPDFText_GetCharAngle(text, n) + turn) % (2 * math.pi)
    quarters = angle / (math.pi / 2)
    near = round(quarters)
    quarter = near % 4 if abs(quarters - near) * math.pi / 2 < _TILT else None
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    light = lightness(item)
    white = mode == _FILLED and light >= WHITE
    return _Look(quarter, light, mode in _UNSEEN, white, drop, clipped_to(item, view), _em(item))


def _em(item: Any) -> float:
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    if not raw.FPDFTextObj_GetFontSize(item, size) or not raw.FPDFPageObj_GetMatrix(item, matrix):
        return 0.0
    return size.value * math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))


def _baseline(text: pdfium.PdfTextpage, n: int, view: View) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, n, x, y)
    return view.point(x.value, y.value)[1]


def _on_dark(char: Char, drawing: Drawing) -> bool:
    """Whether a white character stands on something that it shows on. Pictures are taken to be dark."""
    x, y = char.middle
    for box in drawing.pictures:
        if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
            return True
    for (x0, top, x1, bottom), light in reversed(drawing.fills):
        if x0 <= x <= x1 and top <= y <= bottom:
            return light < _GROUND
    return False


def _mended(text: pdfium.PdfTextpage, n: int, view: View, loose: Box) -> Box:
    """The box of the ink itself where the loose one is many times its size, as pdfium has it for vertical writing."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, n, left, right, bottom, top)
    ink = view.box(left.value, bottom.value, right.value, top.value)
    largest = max(ink[2] - ink[0], ink[3] - ink[1])
    return ink if 0 < largest * 6 < loose[3] - loose[1] else loose


def main_quarter(chars: Sequence[Char]) -> int:
    """The quarter turn that most of the characters have."""
    turns = [0, 0, 0, 0]
    for char in chars:
        if char.quarter is not None and not char.text.isspace():
            turns[char.quarter] += 1
    return max(range(4), key=lambda quarter: turns[quarter])
