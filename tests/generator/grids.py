"""Tables as HTML knows them (cells with spans), and as a matrix in which a spanning cell stands at each place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(eq=False)
class Cell:
    """Compared by identity: a matrix holds the same object at each place that a span covers."""

    html: str
    colspan: int = 1
    rowspan: int = 1
    path: str | None = None
    value: bool = False
    """Whether it prints a number (or the blank where one should be)."""


Grid = list[list[Cell]]


def matrix(grid: Grid) -> Grid:
    """Rectangular; places that no cell covers become empty cells."""
    placed: dict[tuple[int, int], Cell] = {}
    for y, row in enumerate(grid):
        x = 0
        for cell in row:
            while (y, x) in placed:
                x += 1
            for dy in range(cell.rowspan):
                for dx in range(cell.colspan):
                    placed[y + dy, x + dx] = cell
            x += cell.colspan
    width = max((x for _, x in placed), default=-1) + 1
    return [[placed.get((y, x)) or Cell("") for x in range(width)] for y in range(len(grid))]


def from_matrix(places: Grid) -> Grid:
    """The inverse: each cell once, at its first place, with spans counted anew."""
    seen: set[int] = set()
    grid: Grid = []
    for y, row in enumerate(places):
        line: list[Cell] = []
        for x, cell in enumerate(row):
            if id(cell) in seen:
                continue
            seen.add(id(cell))
            across = sum(1 for other in row[x:] if other is cell)
            down = sum(1 for other in places[y:] if other[x] is cell)
            line.append(replace(cell, colspan=across, rowspan=down))
        grid.append(line)
    return grid


def insert_column(grid: Grid, at: int) -> Grid:
    """An empty column before column `at`; cells that span the place grow."""
    places = matrix(grid)
    for row in places:
        inside = 0 < at < len(row) and row[at - 1] is row[at]
        row.insert(at, row[at] if inside else Cell(""))
    return from_matrix(places)


def unspan(grid: Grid, rows: range | None = None, repeat: bool = False) -> Grid:
    """Spans resolved into cells of their own: empty, or repeating the text."""
    places = matrix(grid)
    seen: set[int] = set()
    for y, row in enumerate(places):
        if rows is not None and y not in rows:
            seen |= {id(cell) for cell in row}
            continue
        for x, cell in enumerate(row):
            if id(cell) in seen:
                row[x] = Cell(cell.html if repeat and not cell.value else "")
            seen.add(id(cell))
    return from_matrix(places)


def cut(grid: Grid, at: int, carry: str = "repeat") -> tuple[Grid, Grid]:
    """Two grids, the second beginning with row `at`. A cell across the cut goes on below as `carry` says: "repeat"
    its text, "empty", or "fragment": half of its text on either side."""
    places = matrix(grid)
    crossing = {id(a): a for a, b in zip(places[at - 1], places[at], strict=True) if a is b}
    for cell in crossing.values():
        head, tail = _halves(cell.html)
        below = {"repeat": cell.html, "empty": "", "fragment": tail}[carry]
        lower = Cell(below, value=cell.value)
        upper = Cell(head) if carry == "fragment" else cell
        for y, row in enumerate(places):
            for x, other in enumerate(row):
                if other is cell:
                    row[x] = upper if y < at else lower
    return from_matrix(places[:at]), from_matrix(places[at:])


def _halves(html: str) -> tuple[str, str]:
    """Cut in the middle, never inside a tag or an entity."""
    pieces = re.findall(r"<[^>]*>|&\w+;|.", html, re.DOTALL)
    half = len(pieces) // 2
    return "".join(pieces[:half]), "".join(pieces[half:])


def to_html(
    grid: Grid, wrap: Callable[[str], str], attributes: str = 'border="1" cellspacing="0" cellpadding="0"'
) -> str:
    rows = []
    for row in grid:
        cells = []
        for cell in row:
            spans = (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "") + (
                f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            )
            cells.append(f"<td{spans}>{wrap(cell.html or '&nbsp;')}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table {attributes}>\n" + "\n".join(rows) + "\n</table>"
