"""Tables of a PDF page from their ruling lines, as grids; tables that run over page ends made whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pdfplumber.table import Table, TableFinder, TableSettings

from extract.document import Cell, Grid
from extract.pdf_page import Box, Char, Edge, Page, edge
from extract.pdf_text import text_in
from extract.report import Locator

_SNAP = 2.5
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


@dataclass(frozen=True)
class _Canvas:
    """What the table finder asks of a page."""

    edges: list[Edge]
    bbox: Box


def find_tables(page: Page) -> list[Ruled]:
    """The ruled tables of a page from top to bottom; a frame around a single text is no table.

    Backgrounds are not rules: writers paint one behind each line of prose. Only where nothing else rules the page are
    painted boxes taken for cells, and then only if they form columns.
    """
    tables = _found(page, page.rules)
    if not tables:
        tables = [table for table in _found(page, page.fills) if len({round(box[0]) for box, _ in table.cells}) > 2]
    return sorted(tables, key=lambda table: table.box[1])


def _found(page: Page, edges: list[Edge]) -> list[Ruled]:
    if not edges:
        return []
    canvas = _Canvas(edges + _open_ends(edges), page.bbox)
    found = TableFinder(cast(Any, canvas), TableSettings.resolve(_SETTINGS)).tables
    return [ruled for table in found if (ruled := _ruled(page, table)) is not None]


def _open_ends(edges: Sequence[Edge]) -> list[Edge]:
    """Horizontal rules where a page break left cells open: three or more vertical rules that begin or end together with
    no horizontal one along all of that line. Without them the finder drops the row without a word."""
    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    added: list[Edge] = []
    for side in ("top", "bottom"):
        ends: dict[int, list[Edge]] = defaultdict(list)
        for rule in edges:
            if rule["orientation"] == "v" and rule["bottom"] - rule["top"] > 4:
                ends[round(rule[side] / _SNAP)].append(rule)
        for group in ends.values():
            x0, x1 = min(rule["x0"] for rule in group), max(rule["x1"] for rule in group)
            y = group[0][side]
            if len({round(rule["x0"]) for rule in group}) < 3:
                continue
            if _covered(horizontal, x0, x1, y) > 0.9 * (x1 - x0):
                continue
            added.append(edge("h", x0, y, x1, y))
    return added


def _covered(horizontal: Sequence[Edge], x0: float, x1: float, y: float) -> float:
    """How much of a stretch at this height has a rule."""
    spans = sorted((max(rule["x0"], x0), min(rule["x1"], x1)) for rule in horizontal if abs(rule["top"] - y) < 4)
    total, end = 0.0, x0
    for first, last in spans:
        total += max(0.0, last - max(first, end))
        end = max(end, last)
    return total


def _ruled(page: Page, table: Table) -> Ruled | None:
    if len(table.cells) < 2:
        return None
    x0, top, x1, bottom = (float(v) for v in table.bbox)
    chars = [
        c for c in page.chars if c.upright and x0 - 1 <= c.middle[0] <= x1 + 1 and top - 1 <= c.middle[1] <= bottom + 1
    ]
    cells = []
    for cell in table.cells:
        box = (float(cell[0]), float(cell[1]), float(cell[2]), float(cell[3]))
        cells.append((box, text_in([c for c in chars if _within(c, box)])))
    if sum(1 for _, text in cells if text) < 2:
        return None
    return Ruled(page.number, (x0, top, x1, bottom), tuple(cells))


def _within(char: Char, box: Box) -> bool:
    x, y = char.middle
    return box[0] <= x < box[2] and box[1] <= y < box[3]


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
