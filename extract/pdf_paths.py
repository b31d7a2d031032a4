"""What is drawn on a PDF page: ruling lines, painted boxes and pictures, in points from the top left as shown.

pdfium is asked for each object's box, and for a path's points only where the box is not a line by itself.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple

import pypdfium2.raw as raw

from extract.pdf_view import EVERYWHERE, Box, Span, View, shared

MOST_PIECES = 40_000
"""Lines, dots and boxes on one page. A page of tables in dotted lines has 15,000; beyond this it is not drawn for
readers."""
_THIN = 3.0
# A bar may be as thick as this where it is far longer: the frame of a table, never the ground of a line of text.
_THICK, _FAR_LONGER = 6.0, 6
_MORE_THAN_A_BOX = 6
HIGHEST_SIGN, _WIDEST_SIGN, _DARK = 24.0, 1.2, 140
_WIDE_FRAME = 0.6
_STEEP = 1.0
_DEEPEST_FORM = 6
# Dots whose middles are further apart than this, or fewer than these in a row, are no line.
_DOT_GAP, _FEWEST_DOTS, _SAME_LINE = 6.0, 5, 0.8
_CLOSER = 2
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Matrix = tuple[float, float, float, float, float, float]
_Dot = tuple[float, float]


class Rule(NamedTuple):
    """A level (or upright) line at one height (or distance from the left), from `low` to `high`."""

    level: bool
    at: float
    low: float
    high: float


class Cover(NamedTuple):
    """Something opaque, perhaps: a painted box, or a picture if `picture` is given. It hides text that was painted
    before, as `order` tells."""

    order: int
    box: Box
    picture: Any


class Text(NamedTuple):
    """A text object, when it was painted, and whether in a form, which has coordinates of its own."""

    order: int
    item: Any
    in_form: bool


class Fill(NamedTuple):
    """A painted box, and how light it is: 0 black, 255 white."""

    box: Box
    light: int


@dataclass
class Drawing:
    """`crowded` says that the page has more pieces than are read: then `rules` and `fills` are empty."""

    rules: list[Rule] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    signs: list[Box] = field(default_factory=list)
    """Dark shapes as large as a character that are neither lines nor boxes: perhaps one, drawn."""
    crowded: bool = False
    covers: list[Cover] = field(default_factory=list)
    texts: dict[int, Text] = field(default_factory=dict)
    """By the address that pdfium has each object at."""
    shown: Span = EVERYWHERE
    """Between where and where the page's frame shows what reaches furthest to either side, if it cuts any off."""


class _Crowded(Exception):
    """The page has more pieces than `MOST_PIECES`."""


def read_drawing(page: Any, view: View) -> Drawing:
    """Lines, boxes and pictures of a page, those inside forms too."""
    artist = _Artist(view)
    try:
        artist.objects(page, _IDENTITY, 0)
    except _Crowded:
        return Drawing(pictures=artist.drawing.pictures, crowded=True)
    artist.drawing.rules += _dotted(artist.dots)
    return artist.drawing


class _Artist:
    """Sorts the objects of a page into what they draw."""

    def __init__(self, view: View) -> None:
        self.drawing = Drawing()
        self.dots: list[_Dot] = []
        self._view = view
        self._left = MOST_PIECES
        self._reach = inf, 0.0
        self._order = 0
        self._sides = tuple(ctypes.c_float() for _ in range(4))
        self._mode = ctypes.c_int(), ctypes.c_int()

    def objects(self, holder: Any, matrix: _Matrix, depth: int) -> None:
        """Everything on a page, or in a form that stands on it."""
        if depth:
            count, item_at = raw.FPDFFormObj_CountObjects(holder), raw.FPDFFormObj_GetObject
        else:
            count, item_at = raw.FPDFPage_CountObjects(holder), raw.FPDFPage_GetObject
        for n in range(count):
            item = item_at(holder, n)
            kind = raw.FPDFPageObj_GetType(item)
            self._order += 1
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self.drawing.texts[ctypes.addressof(item.contents)] = Text(self._order, item, depth > 0)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                self.objects(item, _times(_matrix_of(item), matrix), depth + 1)

    def _count(self, pieces: int = 1) -> None:
        self._left -= pieces
        if self._left < 0:
            raise _Crowded

    def _box(self, item: Any, matrix: _Matrix) -> Box:
        left, bottom, right, top = self._sides
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return 0.0, 0.0, 0.0, 0.0
        x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
        if matrix is _IDENTITY:
            return self._view.box(x0, y0, x1, y1)
        points = [_on(matrix, x, y) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return self._view.box(min(xs), min(ys), max(xs), max(ys))

    def _picture(self, item: Any, matrix: _Matrix) -> None:
        """Some writers draw lines as pictures of one dot, stretched."""
        self._count()
        box = self._box(item, matrix)
        if _is_line(box):
            self._thin(box)
        else:
            self.drawing.pictures.append(box)
            if matrix is _IDENTITY:
                self.drawing.covers.append(Cover(self._order, box, item))

    def _path(self, item: Any, matrix: _Matrix) -> None:
        self._count()
        fill, stroke = self._mode
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not fill.value and not stroke.value:
            return
        box = self._box(item, matrix)
        if box[0] < self._reach[0] or box[2] > self._reach[1]:
            self._reach = min(box[0], self._reach[0]), max(box[2], self._reach[1])
            # The border of a table as wide as the text is cut too, and shows.
            cut = cut_off(clipped_to(frames(item, self._view), self._view), (box[0] + _THICK, box[2] - _THICK))
            self.drawing.shown = shared(cut, self.drawing.shown)
        if _is_line(box) and raw.FPDFPath_CountSegments(item) < _MORE_THAN_A_BOX:
            self._thin(box)
            return
        pieces = list(self._subpaths(item, _times(_matrix_of(item), matrix)))
        if box[3] - box[1] < HIGHEST_SIGN and _is_dark(item, bool(fill.value)):
            signs = [_around(points) for points, straight in pieces if not (straight and _is_box(points))]
            signs = [sign for sign in signs if _is_as_a_character(sign)]
            self.drawing.signs += signs
            if signs:
                return
        for points, straight in pieces:
            box = _around(points)
            if _is_line(box):
                self._thin(box)
                continue
            if stroke.value and straight:
                for one, other in itertools.pairwise(points):
                    self._line(one, other)
            if fill.value and straight:
                self.drawing.fills.append(Fill(box, lightness(item)))
                if matrix is _IDENTITY and _is_box(points):
                    self._cover(item, box)

    def _cover(self, item: Any, box: Box) -> None:
        channels = [ctypes.c_uint() for _ in range(4)]
        if raw.FPDFPageObj_HasTransparency(item) or not raw.FPDFPageObj_GetFillColor(item, *channels):
            return
        for frame in frames(item, self._view):
            if frame is None:
                return
            box = (max(box[0], frame[0]), max(box[1], frame[1]), min(box[2], frame[2]), min(box[3], frame[3]))
        self.drawing.covers.append(Cover(self._order, box, None))

    def _subpaths(self, item: Any, matrix: _Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The pieces of a path as points on the page as shown, and whether they are all straight."""
        count = raw.FPDFPath_CountSegments(item)
        self._count(count)
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        straight = True
        for n in range(count):
            segment = raw.FPDFPath_GetPathSegment(item, n)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO and points:
                yield points, straight
                points, straight = [], True
            straight = straight and kind != raw.FPDF_SEGMENT_BEZIERTO
            points.append(self._view.point(*_on(matrix, x.value, y.value)))
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
        if points:
            yield points, straight

    def _thin(self, box: Box) -> None:
        """A thin bar as the one rule that it draws; a dot is one only among others in a row."""
        x0, top, x1, bottom = box
        across, down = x1 - x0, bottom - top
        if max(across, down) < _THIN:
            self.dots.append(((x0 + x1) / 2, (top + bottom) / 2))
        elif across >= down:
            self.drawing.rules.append(Rule(True, (top + bottom) / 2, x0, x1))
        else:
            self.drawing.rules.append(Rule(False, (x0 + x1) / 2, top, bottom))

    def _line(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        """Slanting lines rule no table."""
        (ax, ay), (bx, by) = one, other
        across, down = abs(ax - bx), abs(ay - by)
        if min(across, down) > _STEEP or max(across, down) < _THIN:
            return
        if across >= down:
            self.drawing.rules.append(Rule(True, (ay + by) / 2, min(ax, bx), max(ax, bx)))
        else:
            self.drawing.rules.append(Rule(False, (ax + bx) / 2, min(ay, by), max(ay, by)))


def _is_line(box: Box) -> bool:
    across, down = box[2] - box[0], box[3] - box[1]
    thin, long = min(across, down), max(across, down)
    return thin < _THIN or (thin < _THICK and long > _FAR_LONGER * thin)


def _is_as_a_character(box: Box) -> bool:
    across, down = box[2] - box[0], box[3] - box[1]
    return _THIN < down < HIGHEST_SIGN and across < _WIDEST_SIGN * down


def _is_dark(item: Any, filled: bool) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if filled:
        return lightness(item) < _DARK
    known = raw.FPDFPageObj_GetStrokeColor(item, red, green, blue, alpha)
    return bool(known) and min(red.value, green.value, blue.value) < _DARK < alpha.value


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_box(points: list[tuple[float, float]]) -> bool:
    box = _around(points)
    return len(points) <= _MORE_THAN_A_BOX and all(
        min(x - box[0], box[2] - x) < _STEEP and min(y - box[1], box[3] - y) < _STEEP for x, y in points
    )


def _dotted(dots: list[_Dot]) -> Iterator[Rule]:
    """The lines that dots make. Those of dotted lines near to each other stand in rows across them too, but further
    apart than along them: these are no lines."""
    runs = {level: list(_rows_of_dots(dots, level)) for level in (True, False)}
    for level, found in runs.items():
        closest = {dot: pitch for run, pitch in runs[not level] for dot in run}
        for run, pitch in found:
            if sum(closest.get(dot, inf) * _CLOSER < pitch for dot in run) * 2 < len(run):
                (x0, y0), (x1, y1) = run[0], run[-1]
                yield Rule(True, y0, x0, x1) if level else Rule(False, x0, y0, y1)


def _rows_of_dots(dots: list[_Dot], level: bool) -> Iterator[tuple[list[_Dot], float]]:
    """Dots in a row, and how far apart they stand."""
    across, along = (1, 0) if level else (0, 1)
    rows: list[list[_Dot]] = []
    for dot in sorted(dots, key=lambda dot: (dot[across], dot[along])):
        if not rows or dot[across] - rows[-1][0][across] > _SAME_LINE:
            rows.append([])
        rows[-1].append(dot)
    for row in rows:
        run: list[_Dot] = []
        for dot in [*sorted(row, key=lambda dot: dot[along]), (inf, inf)]:
            if run and dot[along] - run[-1][along] > _DOT_GAP:
                if len(run) >= _FEWEST_DOTS:
                    yield run, (run[-1][along] - run[0][along]) / (len(run) - 1)
                run = []
            run.append(dot)


def lightness(item: Any) -> int:
    """The darkest channel of an object's fill on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0
    return 255 - (255 - min(red.value, green.value, blue.value)) * alpha.value // 255


def frames(item: Any, view: View) -> Iterator[Box | None]:
    """The boxes that an object is shown in, None for what is no box."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(clip), 0)):
        count = raw.FPDFClipPath_CountPathSegments(clip, path)
        xs, ys = [], []
        for n in range(count if count <= _MORE_THAN_A_BOX else 0):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, n), x, y)
            point = view.point(x.value, y.value)
            xs.append(point[0])
            ys.append(point[1])
        yield (min(xs), min(ys), max(xs), max(ys)) if xs else None


def clipped_to(boxes: Iterable[Box | None], view: View) -> Span:
    """Between where and where the page's frame shows an object. Frames much narrower than the page are those of cells,
    which hold what they print."""
    wide = [(box[0], box[2]) for box in boxes if box and box[2] - box[0] > _WIDE_FRAME * view.size[0]]
    return shared(EVERYWHERE, *wide)


def cut_off(frame: Span, reach: Span) -> Span:
    """The frame on those sides where something reaches beyond it: where it fits, it cuts nothing off."""
    return frame[0] if reach[0] < frame[0] else -inf, frame[1] if reach[1] > frame[1] else inf


def _matrix_of(item: Any) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    """First the one, then the other."""
    if other is _IDENTITY:
        return one
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _on(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
