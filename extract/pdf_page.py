"""A PDF page as the reader needs it: characters and ruling lines, in points from the top left of the page as shown.

pdfium delivers both some five times faster than pdfminer; what tables are made of them is pdfplumber's geometry.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

Box = tuple[float, float, float, float]
Edge = dict[str, Any]

_THIN = 3.0
_DEEPEST_FORM = 6
_TILT = 0.05
_LARGE = 18.0
_HUGE = 60.0
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Char:
    """A character in its loose box (the line's height, the character's advance). `upright` is False for text that is
    turned against the page, as watermarks are."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    upright: bool
    light: int
    """How light it is printed: 0 black, 255 white. Asked only of large characters, 0 for the others."""

    @property
    def size(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Page:
    """`rules` are edges that a reader sees as lines; `fills` the edges of painted boxes without a border."""

    number: int
    width: float
    height: float
    chars: list[Char]
    rules: list[Edge]
    fills: list[Edge]
    images: int

    @property
    def bbox(self) -> Box:
        return 0.0, 0.0, self.width, self.height


def read_page(page: pdfium.PdfPage, number: int) -> Page:
    """Read one page. Characters without a Unicode value come out as U+FFFD, so that their loss can be said."""
    width, height = page.get_size()
    view = _View(page)
    rules: list[Edge] = []
    fills: list[Edge] = []
    images = 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST_FORM):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            images += 1
            continue
        _path(item, view, rules, fills)
    return Page(number, width, height, list(_chars(page, view)), rules, fills, images)


class _View:
    """The way from a page's own coordinates to those of the page as shown: crop, rotation, top left."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._left, self._bottom, right, top = page.get_cropbox()
        self._w, self._h = right - self._left, top - self._bottom
        self.rotation = page.get_rotation() % 360

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self._left, y - self._bottom
        match self.rotation:
            case 90:
                return y, x
            case 180:
                return self._w - x, y
            case 270:
                return self._h - y, self._w - x
            case _:
                return x, self._h - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _chars(page: pdfium.PdfPage, view: _View) -> Iterator[Char]:
    text = page.get_textpage()
    rect = raw.FS_RECTF()
    turn = math.radians(view.rotation)
    for n in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, n)
        if raw.FPDFText_IsGenerated(text, n) == 1 or code in (0x0, 0x2, 0xA, 0xD, 0xFFFE, 0xFFFF):
            continue
        raw.FPDFText_GetLooseCharBox(text, n, rect)
        box = view.box(rect.left, rect.bottom, rect.right, rect.top)
        if box[3] - box[1] > _HUGE:
            box = _mended(text, n, view, box)
        tilt = (raw.FPDFText_GetCharAngle(text, n) + turn + math.pi) % (2 * math.pi) - math.pi
        lost = raw.FPDFText_HasUnicodeMapError(text, n) == 1 or 0xD800 <= code <= 0xF8FF
        light = _light(text, n) if box[3] - box[1] > _LARGE else 0
        yield Char(_LOST if lost else chr(code), *box, abs(tilt) < _TILT, light)
    text.close()


def _light(text: pdfium.PdfTextpage, n: int) -> int:
    """The darkest channel of the character's colour on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFText_GetFillColor(text, n, red, green, blue, alpha):
        return 0
    return 255 - (255 - min(red.value, green.value, blue.value)) * alpha.value // 255


def _mended(text: pdfium.PdfTextpage, n: int, view: _View, loose: Box) -> Box:
    """The box of the ink itself where the loose one is many times its size, as pdfium has it for vertical writing."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, n, left, right, bottom, top)
    ink = view.box(left.value, bottom.value, right.value, top.value)
    largest = max(ink[2] - ink[0], ink[3] - ink[1])
    return ink if 0 < largest * 6 < loose[3] - loose[1] else loose


def _path(item: Any, view: _View, rules: list[Edge], fills: list[Edge]) -> None:
    """Sort a path's straight pieces into rules and fills."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, mode, stroke)
    if not mode.value and not stroke.value:
        return
    for points, straight in _subpaths(item, view):
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if min(box[2] - box[0], box[3] - box[1]) < _THIN:
            rules.extend(_bar(box))
        elif stroke.value and straight:
            rules.extend(edge for one, other in itertools.pairwise(points) for edge in _line(one, other))
        elif straight:
            fills.extend(_sides(box))


def _subpaths(item: Any, view: _View) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The pieces of a path as points on the page as shown, and whether they are all straight."""
    matrix = item.get_matrix()
    container = getattr(item, "container", None)
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = getattr(container, "container", None)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    straight = True
    for n in range(raw.FPDFPath_CountSegments(item)):
        segment = raw.FPDFPath_GetPathSegment(item, n)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO and points:
            yield points, straight
            points, straight = [], True
        straight = straight and kind != raw.FPDF_SEGMENT_BEZIERTO
        points.append(view.point(*matrix.on_point(x.value, y.value)))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points, straight


def _bar(box: Box) -> Iterator[Edge]:
    """A thin bar as the one rule that it draws."""
    x0, top, x1, bottom = box
    if x1 - x0 >= bottom - top:
        yield from _line((x0, (top + bottom) / 2), (x1, (top + bottom) / 2))
    else:
        yield from _line(((x0 + x1) / 2, top), ((x0 + x1) / 2, bottom))


def _sides(box: Box) -> Iterator[Edge]:
    x0, top, x1, bottom = box
    corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom), (x0, top))
    for one, other in itertools.pairwise(corners):
        yield from _line(one, other)


def _line(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Edge]:
    """A horizontal or vertical line as an edge of the table finder's kind; slanting lines rule no table."""
    (ax, ay), (bx, by) = one, other
    across, down = abs(ax - bx), abs(ay - by)
    if min(across, down) > 1:
        return
    if across >= down:
        y = (ay + by) / 2
        yield edge("h", min(ax, bx), y, max(ax, bx), y)
    else:
        x = (ax + bx) / 2
        yield edge("v", x, min(ay, by), x, max(ay, by))


def edge(orientation: str, x0: float, top: float, x1: float, bottom: float) -> Edge:
    return {
        "orientation": orientation,
        "object_type": "line",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }
