"""Tables of a PDF page from their ruling lines, as grids; tables that run over page ends made whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pdfplumber.table import Table, TableFinder, TableSettings
from pdfplumber.utils.geometry import obj_to_edges

from extract.document import Cell, Grid
from extract.pdf_text import Box, Char, text_in
from extract.report import Locator

Edge = dict[str, Any]

_SNAP = 2.5
_THIN = 3.0
_SETTINGS = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": 3,
    "join_tolerance": 3,
    "intersection_tolerance": 4,
}


@dataclass(frozen=True)
class Ruled:
    """A table on one page: the boxes of its cells and what they hold."""

    page: int
    box: Box
    cells: tuple[tuple[Box, str], ...]
    size: tuple[float, float]


@dataclass(frozen=True)
class _Canvas:
    """What the table finder asks of a page."""

    edges: list[Edge]
    bbox: Box


def find_tables(page: Any) -> list[Ruled]:
    """The ruled tables of a page from top to bottom; a frame around a single text is no table.

    Backgrounds are not rules: writers paint one behind each line of prose. Only where nothing else rules the page are
    painted boxes taken for cells, and then only if they form columns.
    """
    tables = _found(page, _rules(page))
    if not tables:
        tables = [
            table for table in _found(page, list(page.edges)) if len({round(box[0]) for box, _ in table.cells}) > 2
        ]
    return sorted(tables, key=lambda table: table.box[1])


def _found(page: Any, edges: list[Edge]) -> list[Ruled]:
    if not edges:
        return []
    canvas = _Canvas(edges + _open_ends(edges), page.bbox)
    found = TableFinder(cast(Any, canvas), TableSettings.resolve(_SETTINGS)).tables
    return [ruled for table in found if (ruled := _ruled(page, table)) is not None]


def _rules(page: Any) -> list[Edge]:
    """Edges that a reader sees as rules: lines, thin bars, and the borders of boxes that have one."""
    edges: list[Edge] = [edge for line in page.lines for edge in obj_to_edges(line)]
    for rect in (*page.rects, *page.curves):
        if min(rect["width"], rect["height"]) < _THIN:
            edges += [edge for edge in obj_to_edges(rect) if max(edge["width"], edge["height"]) >= _THIN]
        elif rect["stroke"]:
            edges += obj_to_edges(rect)
    return edges


def _open_ends(edges: Sequence[Edge]) -> list[Edge]:
    """Horizontal rules where a page break left cells open: three or more vertical rules that begin or end together with
    no horizontal one there. Without them the finder drops the row without a word."""
    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    added: list[Edge] = []
    for side in ("top", "bottom"):
        ends: dict[int, list[Edge]] = defaultdict(list)
        for edge in edges:
            if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > 4:
                ends[round(edge[side] / _SNAP)].append(edge)
        for group in ends.values():
            x0, x1 = min(edge["x0"] for edge in group), max(edge["x1"] for edge in group)
            y = group[0][side]
            if len({round(edge["x0"]) for edge in group}) < 3:
                continue
            if any(abs(edge["top"] - y) < 4 and edge["x0"] < x1 - 2 and edge["x1"] > x0 + 2 for edge in horizontal):
                continue
            added.append(
                {
                    "x0": x0,
                    "x1": x1,
                    "top": y,
                    "bottom": y,
                    "width": x1 - x0,
                    "height": 0,
                    "orientation": "h",
                    "object_type": "line",
                }
            )
    return added


def _ruled(page: Any, table: Table) -> Ruled | None:
    if len(table.cells) < 2:
        return None
    x0, top, x1, bottom = (float(v) for v in table.bbox)
    chars: list[Char] = [
        c
        for c in page.chars
        if x0 - 1 <= (c["x0"] + c["x1"]) / 2 <= x1 + 1 and top - 1 <= (c["top"] + c["bottom"]) / 2 <= bottom + 1
    ]
    cells = []
    for cell in table.cells:
        box = (float(cell[0]), float(cell[1]), float(cell[2]), float(cell[3]))
        cells.append((box, text_in([c for c in chars if _within(c, box)])))
    if sum(1 for _, text in cells if text) < 2:
        return None
    return Ruled(page.page_number, (x0, top, x1, bottom), tuple(cells), (float(page.width), float(page.height)))


def _within(char: Char, box: Box) -> bool:
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def join_over_pages(tables: Sequence[Ruled]) -> Iterator[Grid]:
    """Grids of tables that follow each other without prose between. A table that begins a page with the same outer
    edges as the one that ended the page before is its continuation."""
    group: list[Ruled] = []
    for table in tables:
        if group and not _continues(group[-1], table):
            yield _grid(group)
            group = []
        group.append(table)
    if group:
        yield _grid(group)


def _continues(above: Ruled, below: Ruled) -> bool:
    next_page = below.page == above.page + 1
    same_edges = abs(above.box[0] - below.box[0]) < 8 and abs(above.box[2] - below.box[2]) < 8
    return next_page and same_edges


def _grid(group: Sequence[Ruled]) -> Grid:
    """One grid of the parts of a table: columns by x over all parts, rows by y within each."""
    xs = _snapped([x for part in group for box, _ in part.cells for x in (box[0], box[2])])
    cells: list[Cell] = []
    base = 0
    for part in group:
        ys = _snapped([y for box, _ in part.cells for y in (box[1], box[3])])
        for box, text in part.cells:
            col, end = _index(xs, box[0]), _index(xs, box[2])
            row, last = _index(ys, box[1]), _index(ys, box[3])
            cells.append(
                Cell(text, base + row, col, max(last - row, 1), max(end - col, 1), Locator(page=part.page, box=box))
            )
        base += len(ys) - 1
    first = group[0]
    return Grid(cells, first.page, Locator(page=first.page, box=first.box))


def _snapped(values: Sequence[float]) -> list[float]:
    """The distinct positions among these, those within a hair of each other taken as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SNAP:
            out.append(value)
    return out


def _index(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda n: abs(positions[n] - value))
