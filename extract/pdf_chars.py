"""The characters of a PDF page that a reader of it sees, and how each stands."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extract.pdf_paths import Drawing, Text, clipped_to, cut_off, frames, lightness
from extract.pdf_seen import Rows, covered, left_out
from extract.pdf_view import EVERYWHERE, Box, Span, View

LOST = "\ufffd"
MOST_CHARACTERS = 60_000
"""On one page. A full page of the smallest print has 8,000."""
_TILT = 0.05
_HUGE = 60.0
_FILLED, _UNSEEN = 0, (3, 7)
# In sizes of the type: how far the boxes of one line may end apart, and how high it stands on its line.
_ONE_LINE, _ASCENT = 0.6, 0.88
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
    font: str = ""

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

    address: int
    quarter: int | None
    light: int
    unseen: bool
    white: bool
    base: float
    bottom: float
    """Where the baseline is, and the bottom of the first character's box."""
    em: float
    font: str
    order: int
    frames: tuple[Box | None, ...]


def read_characters(page: pdfium.PdfPage, view: View, drawing: Drawing) -> Characters:
    """Characters without a Unicode value come out as U+FFFD, so that their loss can be said."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MOST_CHARACTERS:
            return Characters([], [], too_many=True)
        chars = list(_read(text, count, view, drawing))
    finally:
        text.close()
    if not chars:
        return Characters([], [])
    looks = {look.address: look for _, look in chars}.values()
    found = _sorted(chars, _covered(chars, drawing, page, view), drawing, view)
    reach = min(char.x0 for char, _ in chars) + 1, max(char.x1 for char, _ in chars) - 1
    found.shown = cut_off(clipped_to((frame for look in looks for frame in look.frames), view), reach)
    return found


def _covered(
    chars: Sequence[tuple[Char, _Look]], drawing: Drawing, page: pdfium.PdfPage, view: View
) -> Collection[int]:
    first = min(look.order for _, look in chars)
    later = [cover for cover in drawing.covers if cover.order > first]
    if not later:
        return ()
    return covered([_ink(char) for char, _ in chars], [look.order for _, look in chars], later, page, view)


def _sorted(chars: Sequence[tuple[Char, _Look]], hidden: Collection[int], drawing: Drawing, view: View) -> Characters:
    """The characters that are seen, and those that are not. Where one that is not stands in the place of one that is,
    that one is lost."""
    aside = {
        n
        for n, (char, look) in enumerate(chars)
        if n in hidden or look.unseen or (look.white and not _on_dark(char, drawing))
    }
    found = Characters([char for n, (char, _) in enumerate(chars) if n not in aside], [])
    if not aside:
        return found
    below = {chars[n][1].address for n in aside}
    lost = left_out(drawing.texts, {look.address for _, look in chars} - below, below, view)
    level = [char for char in found.seen if char.quarter is not None and char.text.isdigit()]
    printed = Rows((char.x0, char.top, char.x1, char.bottom) for char in level)
    for n in sorted(aside):
        char, look = chars[n]
        if look.address in lost.certain:
            found.seen.append(char)
        elif char.text.isdigit() and lost.places.around(_ink(char)) and not printed.around(_ink(char)):
            found.seen.append(replace(char, text=LOST))
        else:
            found.unseen.append(char)
    return found


def _within(char: Char, box: Box) -> bool:
    x, y = char.middle
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _ink(char: Char) -> Box:
    """Where a digit or a Chinese character has most of its ink, whatever the height of its line."""
    em, wide = char.em or 0.8 * char.size, char.x1 - char.x0
    return char.x0 + 0.2 * wide, char.base - 0.6 * em, char.x1 - 0.2 * wide, char.base - 0.1 * em


def _read(text: pdfium.PdfTextpage, count: int, view: View, drawing: Drawing) -> Iterator[tuple[Char, _Look]]:
    rect = raw.FS_RECTF()
    turn = math.radians(view.rotation)
    looks: dict[int, _Look] = {}
    fonts: dict[int, str] = {}
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
            painted = drawing.texts.get(key) or Text(0, item, True)
            line = _baseline(text, n, view), box[3]
            look = looks[key] = _look(text, n, key, painted, turn, line, view, _font(item, fonts))
        if box[3] - box[1] > _HUGE:
            box = _mended(text, n, view, box)
        lost = 0xD800 <= code <= 0xF8FF or lost_at(text, n) == 1
        # A text stands on one line, but where it runs down.
        base = look.base if abs(box[3] - look.bottom) < _ONE_LINE * look.em else _baseline(text, n, view)
        if look.quarter == 0 and box[3] - box[1] < look.em:
            # Of a font that does not say how high its lines are, the box is that of the ink, of 一 next to nothing.
            box = box[0], min(box[1], base - _ASCENT * look.em), box[2], max(box[3], base + (1 - _ASCENT) * look.em)
        char = Char(LOST if lost else chr(code), *box, look.quarter, look.light, base, look.em, look.font)
        if char.text.isdigit() and not all(frame is None or _within(char, frame) for frame in look.frames):
            char = replace(char, text=LOST)  # It is cut off, and what is left of its number is another.
        yield char, look


def _look(
    text: pdfium.PdfTextpage,
    n: int,
    address: int,
    painted: Text,
    turn: float,
    line: tuple[float, float],
    view: View,
    font: str,
) -> _Look:
    order, item, in_form = painted
    angle, em = _set(text, n)
    quarters = (angle + turn) % (2 * math.pi) / (math.pi / 2)
    near = round(quarters)
    quarter = near % 4 if abs(quarters - near) * math.pi / 2 < _TILT else None
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    light = lightness(item)
    white = mode == _FILLED and light >= WHITE
    seen_in = () if in_form else tuple(frames(item, view))
    return _Look(address, quarter, light, mode in _UNSEEN, white, *line, em, font, order, seen_in)


def _set(text: pdfium.PdfTextpage, n: int) -> tuple[float, float]:
    """How a character is set: the angle of its line, clockwise, and the size of its type. Type that leans, is scaled or
    drawn by a form has both from where its line runs on the page, not from its own strokes."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, n, matrix):
        return 0.0, 0.0
    along = math.hypot(matrix.a, matrix.b)
    if not along:
        return 0.0, 0.0
    upright = abs(matrix.a * matrix.d - matrix.b * matrix.c) / along
    return -math.atan2(matrix.b, matrix.a), raw.FPDFText_GetFontSize(text, n) * upright


def _font(item: Any, known: dict[int, str]) -> str:
    """Its name, without the mark that each part of a font embedded by itself has; asked once of each font."""
    font = raw.FPDFTextObj_GetFont(item)
    if not font:
        return ""
    key = ctypes.addressof(font.contents)
    if key not in known:
        name = ctypes.create_string_buffer(64)
        size = raw.FPDFFont_GetBaseFontName(font, name, len(name))
        known[key] = name.raw[: min(size, len(name))].rstrip(b"\0").decode("utf-8", "replace").rpartition("+")[2]
    return known[key]


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
