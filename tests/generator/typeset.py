"""The same pages as PDF, set and written here without any other program, so that each trait of a print (running lines,
open borders, rows cut by the page's end, a watermark, a turned page) can be had alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, radians, sin

from .grids import Cell, Grid, matrix
from .markup import write_blocks
from .pdf_file import Glyphs, write_pdf
from .render import render_sketch
from .sketch import Page, Sketch
from .truth import Truth

LONG = (
    "为进一步规范政府信息公开工作，按照公开为常态、不公开为例外的原则，持续完善信息公开的审核、发布、更新、撤销机制，"
    "落实专人负责，做到职责清晰、流程规范、监督到位，切实保障公民、法人和其他组织依法获取政府信息的权利，"
    "不断提高政府工作的透明度，充分发挥政府信息对人民群众生产、生活和经济社会活动的服务作用。"
)
_NEVER_FIRST = "，。、；：）》”"
_SLIVER = 0.1


@dataclass(frozen=True)
class Look:
    """How a report is set. Lengths in points."""

    width: float = 595
    height: float = 842
    margin: float = 70
    size: float = 12
    leading: float = 20
    cell: float = 9
    pad: float = 3
    align: str = "left"
    valign: str = "middle"
    font: str = "song"
    rule: str = "line"
    """How table borders are drawn: "line", "rect" (thin rectangles), "box" (around each cell), "shade", "dash",
    "double", "curve", "across" (horizontal ones only), "down" (vertical ones only) or "none"."""
    outer: bool = True
    """Whether a table has borders at its left and right."""
    rows_break: bool = True
    closed: bool = False
    """Whether a border is drawn where the page cuts a row."""
    by_character: bool = False
    printed_twice: float = 0
    """How far to the right everything is printed again, as poor man's bold face."""
    invisible: bool = False
    """Whether the text is the layer below a scan: each page is a picture, its letters are not drawn."""
    on_white: bool = False
    """Whether each line stands on a white rectangle."""
    header: str = ""
    footer: str = ""
    """With {n} for the page and {m} for their number."""
    above: float = 0
    """Empty space above the first table, which shifts where the pages end."""
    labels: tuple[float, ...] = (0.06, 0.1, 0.22)
    """Widths of the columns of labels in the table of requests."""


class Sheet:
    """One page, measured from its top left."""

    def __init__(self, width: float, height: float, glyphs: Glyphs) -> None:
        self.width, self.height = width, height
        self.operators: list[str] = []
        self.entries = ""
        self._glyphs = glyphs

    def text(
        self, x: float, y: float, text: str, size: float, font: str = "song", invisible: bool = False, angle: float = 0
    ) -> None:
        up, along = sin(radians(angle)), cos(radians(angle))
        at = f"{along:.4f} {up:.4f} {-up:.4f} {along:.4f} {x:.2f} {self.height - y - size * 0.88:.2f}"
        shown = f"<{self._glyphs.encode(font, text)}> Tj"
        self.operators.append(f"BT /{font} {size} Tf {3 if invisible else 0} Tr {at} Tm {shown} ET")

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5, dash: str = "") -> None:
        path = f"{x0:.2f} {self.height - y0:.2f} m {x1:.2f} {self.height - y1:.2f} l S"
        self.operators.append(f"q {dash} {width} w {path} Q")

    def curve(self, x0: float, y0: float, x1: float, y1: float) -> None:
        start, end = f"{x0:.2f} {self.height - y0:.2f}", f"{x1:.2f} {self.height - y1:.2f}"
        self.operators.append(f"q .5 w {start} m {start} {end} {end} c S Q")

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Of a single grey dot."""
        place = f"{x1 - x0:.2f} 0 0 {y1 - y0:.2f} {x0:.2f} {self.height - y1:.2f} cm"
        self.operators.append(f"q {place} BI /W 1 /H 1 /BPC 8 /CS /G ID z EI Q")

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, fill: str | None = None) -> None:
        """Filled with a colour ("0 0 0"), or drawn where there is none."""
        paint = (f"{fill} rg", "f") if fill else (".5 w", "S")
        box = f"{x0:.2f} {self.height - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re"
        self.operators.append(f"q {paint[0]} {box} {paint[1]} Q")


def length(text: str, size: float) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text) * size


def plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def wrapped(text: str, width: float, size: float, indent: float = 0) -> list[str]:
    lines: list[str] = []
    line, room = "", width - indent
    for char in text:
        if length(line + char, size) > room + 0.01 and char not in _NEVER_FIRST:
            lines.append(line)
            line, room = "", width
        line += char
    return [*lines, line]


@dataclass
class _Placed:
    """A cell with the rows and columns it covers and its lines."""

    cell: Cell
    top: int
    left: int
    bottom: int
    right: int
    lines: list[str]


class Typesetter:
    def __init__(self, look: Look, glyphs: Glyphs) -> None:
        self.look = look
        self.sheets: list[Sheet] = []
        self._glyphs = glyphs
        self._new_page()

    def _new_page(self) -> None:
        self.page = Sheet(self.look.width, self.look.height, self._glyphs)
        if self.look.invisible:
            self.page.picture(0, 0, self.look.width, self.look.height)
        self.sheets.append(self.page)
        self.y = self.look.margin

    @property
    def _bottom(self) -> float:
        return self.look.height - self.look.margin

    def report(self, sketch: Sketch) -> None:
        for title in sketch.title:
            for line in plain(title).split("\n"):
                self.paragraph(line, 18, "center")
        for text in sketch.lead:
            self.paragraph(text)
        above = self.look.above
        for part in sketch.parts:
            for text in ([part.heading] if part.heading else []) + part.prose:
                self.paragraph(text)
            for grid in sketch.grids[part.table] if part.table else ():
                self.y, above = self.y + above, 0
                self.table(grid, self.look.labels if part.table == "requests" else ())
        for line in sketch.signature:
            self.paragraph(line, align="right")
        for n, sheet in enumerate(self.sheets, 1):
            self._running_lines(sheet, n)

    def _running_lines(self, sheet: Sheet, n: int) -> None:
        look = self.look
        if look.footer:
            text = look.footer.format(n=n, m=len(self.sheets))
            sheet.text((look.width - length(text, 10)) / 2, look.height - look.margin * 0.6, text, 10, look.font)
        if look.header:
            y = look.margin * 0.45
            sheet.text((look.width - length(look.header, 9)) / 2, y, look.header, 9, look.font)
            sheet.line(look.margin, y + 12, look.width - look.margin, y + 12)

    def paragraph(self, text: str, size: float | None = None, align: str = "left") -> None:
        look = self.look
        size = size or look.size
        indent = 2 * size if align == "left" else 0
        for n, line in enumerate(wrapped(plain(text), look.width - 2 * look.margin, size, indent)):
            if self.y + look.leading > self._bottom:
                self._new_page()
            room = look.width - 2 * look.margin - length(line, size)
            x = look.margin + {"left": 0 if n else indent, "center": room / 2, "right": room}[align]
            if look.on_white:
                self.page.rectangle(x, self.y - 2, x + length(line, size), self.y + size + 3, "1 1 1")
            self._print(x, self.y, line, size)
            self.y += look.leading

    def _print(self, x: float, y: float, text: str, size: float) -> None:
        look = self.look
        for shift in (0, look.printed_twice) if look.printed_twice else (0,):
            at = x + shift
            for piece in text if look.by_character else [text]:
                self.page.text(at, y, piece, size, look.font, look.invisible)
                at += length(piece, size)

    def table(self, grid: Grid, labels: tuple[float, ...]) -> None:
        """Rows end where the page does, unless they are kept together; a cut cell goes on at the top of the next."""
        look = self.look
        places = matrix(grid)
        columns = len(places[0])
        total = look.width - 2 * look.margin
        shares = (*labels, *[(1 - sum(labels)) / (columns - len(labels))] * (columns - len(labels)))
        xs = [look.margin + total * sum(shares[:n]) for n in range(columns + 1)]
        cells = _placed(places, xs, look)
        ys = _heights(cells, len(places), look)
        done = 0.0
        while done < ys[-1] - _SLIVER:
            end = self._page_end(ys, done)
            if end <= done + _SLIVER:
                self._new_page()
                continue
            for one in cells:
                if ys[one.bottom + 1] > done + _SLIVER and ys[one.top] < end - _SLIVER:
                    self._part_of_cell(one, xs, ys, done, end)
            self.y += end - done
            done = end
            if done < ys[-1] - _SLIVER:
                self._new_page()
        self.y += look.leading * 0.6

    def _page_end(self, ys: list[float], done: float) -> float:
        """How much of the table is done when this page is full."""
        end = done + self._bottom - self.y
        if end >= ys[-1]:
            return ys[-1]
        whole = max((y for y in ys if done + _SLIVER < y <= end), default=None)
        if whole is not None and end - whole < self.look.cell * 1.3 + 2 * self.look.pad:
            return whole
        return end if self.look.rows_break else whole or done

    def _part_of_cell(self, one: _Placed, xs: list[float], ys: list[float], done: float, end: float) -> None:
        look = self.look
        base = self.y - done
        top, bottom = ys[one.top], ys[one.bottom + 1]
        x0, x1 = xs[one.left], xs[one.right + 1]
        cut = top < done or bottom > end
        self._borders(
            (x0, base + max(top, done), x1, base + min(bottom, end)),
            top=top >= done or look.closed,
            bottom=bottom <= end or look.closed,
            left=look.outer or one.left > 0,
            right=look.outer or one.right + 2 < len(xs),
        )
        leading = look.cell * 1.3
        first = top + look.pad if cut or look.valign == "top" else (top + bottom - len(one.lines) * leading) / 2
        for n, line in enumerate(one.lines):
            y = first + n * leading
            if cut and y < end < y + leading - _SLIVER:
                y = end + look.pad
            if cut and not (done - _SLIVER <= y and y + leading <= end + _SLIVER):
                continue
            room = x1 - x0 - length(line, look.cell)
            x = x0 + {"left": look.pad, "center": room / 2, "right": room - look.pad}[look.align]
            if line:
                self._print(x, base + y, line, look.cell)

    def _borders(
        self, box: tuple[float, float, float, float], top: bool, bottom: bool, left: bool, right: bool
    ) -> None:
        x0, y0, x1, y1 = box
        if self.look.rule == "box":
            self.page.rectangle(*box)
        elif self.look.rule == "shade":
            self.page.rectangle(x0 + 0.5, y0 + 0.5, x1 - 0.5, y1 - 0.5, ".9 .9 .95")
        else:
            sides = ((top, x0, y0, x1, y0), (bottom, x0, y1, x1, y1), (left, x0, y0, x0, y1), (right, x1, y0, x1, y1))
            drawn = {"across": sides[:2], "down": sides[2:], "none": ()}.get(self.look.rule, sides)
            for wanted, *ends in drawn:
                if wanted:
                    self._rule(*ends)

    def _rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        page, rule = self.page, self.look.rule
        if rule == "rect":
            page.rectangle(x0 - 0.25, y0 - 0.25, x1 + 0.25, y1 + 0.25, "0 0 0")
        elif rule == "double":
            for shift in (-0.8, 0.8):
                dx, dy = (shift, 0) if x0 == x1 else (0, shift)
                page.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy, 0.3)
        elif rule == "curve":
            page.curve(x0, y0, x1, y1)
        else:
            page.line(x0, y0, x1, y1, dash="[3 2] 0 d" if rule == "dash" else "")


def _placed(places: Grid, xs: list[float], look: Look) -> list[_Placed]:
    found: dict[int, _Placed] = {}
    for y, row in enumerate(places):
        for x, cell in enumerate(row):
            one = found.setdefault(id(cell), _Placed(cell, y, x, y, x, []))
            one.bottom, one.right = y, x
    for one in found.values():
        width = xs[one.right + 1] - xs[one.left] - 2 * look.pad
        for line in re.split(r"<br\s*/?>", one.cell.html):
            one.lines += wrapped(plain(line), width, look.cell)
    return list(found.values())


def _heights(cells: list[_Placed], rows: int, look: Look) -> list[float]:
    """Where each row begins, and where the last ends, as if the paper had no end."""
    heights = [0.0] * rows
    for one in sorted(cells, key=lambda one: one.bottom - one.top):
        needed = len(one.lines) * look.cell * 1.3 + 2 * look.pad
        heights[one.bottom] += max(0, needed - sum(heights[one.top : one.bottom + 1]))
    return [sum(heights[:n]) for n in range(rows + 1)]


def render_typeset(
    truth: Truth,
    look: Look,
    names: Iterable[str] = (),
    seed: int = 0,
    change: Callable[[Sheet], None] | None = None,
    rotate: int = 0,
    password: str | None = None,
) -> Page:
    """With paragraphs long enough to be cut by the page's end; `change` is done to each sheet.

    `password` "" encrypts a file that anyone may open.
    """
    names = tuple(names)
    sketch = render_sketch(truth, (*names, "published_only_under_signature"), seed)
    for number in (1, 5):
        sketch.part(number).prose += (long := [f"第{n}点，{LONG}" for n in "甲乙丙"])
        sketch.expected.passages[number] = [*sketch.expected.passages.get(number, []), *long]
    write_blocks(sketch)
    sketch.expected.chrome = [look.header] if look.header else []
    glyphs = Glyphs()
    setter = Typesetter(look, glyphs)
    setter.report(sketch)
    if change is not None:
        for sheet in setter.sheets:
            change(sheet)
    pages = [(sheet.width, sheet.height, sheet.entries, "\n".join(sheet.operators)) for sheet in setter.sheets]
    data = write_pdf(pages, glyphs, rotate, password)
    return Page(data, "report.pdf", "application/pdf", sketch.hints, sketch.expected, names)
