"""Tables of a PDF page from their ruling lines, as grids; tables that run over page ends made whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from pdfplumber.table import Table, TableFinder, TableSettings, merge_edges

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


def find_tables(page: Page, chars: Sequence[Char]) -> list[Ruled]:
    """The ruled tables of a page from top to bottom with the characters given; a frame around text is no table.

    Backgrounds are not rules: writers paint one behind each line of prose. Only where nothing else rules the page are
    painted boxes taken for cells, and then only if they form columns.
    """
    tables = _found(page, chars, page.rules)
    if not tables:
        tables = [
            table for table in _found(page, chars, page.fills) if len({round(box[0]) for box, _ in table.cells}) > 2
        ]
    return sorted(tables, key=lambda table: table.box[1])


def _found(page: Page, chars: Sequence[Char], edges: list[Edge]) -> list[Ruled]:
    if not edges:
        return []
    joined = merge_edges(edges, 3, 3, 3, 3)
    canvas = _Canvas(joined + _open_ends(joined), page.bbox)
    found = TableFinder(cast(Any, canvas), TableSettings.resolve(_SETTINGS)).tables
    return [ruled for table in found if (ruled := _ruled(page, chars, table)) is not None]


def _open_ends(edges: Sequence[Edge]) -> list[Edge]:
    """Rules that close what the print leaves open: where three or more rules begin or end together and none crosses
    there along all of that line.

    Upright ones end so at a page break that cuts a row; level ones where a style draws no outer border. Without them
    the finder drops the row or column without a word.
    """
    return [
        *_closing(edges, "v", ("top", "bottom"), ("x0", "x1")),
        *_closing(edges, "h", ("x0", "x1"), ("top", "bottom")),
    ]


def _closing(edges: Sequence[Edge], kind: str, ends: tuple[str, str], across: tuple[str, str]) -> Iterator[Edge]:
    other = [rule for rule in edges if rule["orientation"] != kind]
    first, last = across
    for side in ends:
        groups: dict[int, list[Edge]] = defaultdict(list)
        for rule in edges:
            if rule["orientation"] == kind and rule[ends[1]] - rule[ends[0]] > 4:
                groups[round(rule[side] / _SNAP)].append(rule)
        for group in (part for rules in groups.values() for part in _connected(rules, other, first)):
            low, high = min(rule[first] for rule in group), max(rule[last] for rule in group)
            at = group[0][side]
            if len({round(rule[first]) for rule in group}) < 3:
                continue
            near = [rule for rule in other if any(_touch(rule, one) for one in group)]
            table = [rule for rule in edges if any(_touch(rule, one) for one in near)]
            outermost = all((rule[side] - at) * (1 if side == ends[0] else -1) > -4 for rule in table)
            if outermost:
                # Where both sides and ends are open, the table reaches as far as its other rules do.
                low = min([low, *(rule[first] for rule in near)])
                high = max([high, *(rule[last] for rule in near)])
            crossing = [rule for rule in other if abs(rule[ends[0]] - at) < 4]
            if _covered(crossing, first, last, low, high) <= 0.9 * (high - low):
                yield edge("h", low, at, high, at) if kind == "v" else edge("v", at, low, at, high)


def _connected(rules: list[Edge], other: Sequence[Edge], first: str) -> Iterator[list[Edge]]:
    """Parallel rules sorted into tables: two neighbours are of one table when a crossing rule joins them."""
    part: list[Edge] = []
    for rule in sorted(rules, key=lambda rule: rule[first]):
        if part and not any(_touch(cross, rule) and any(_touch(cross, one) for one in part) for cross in other):
            yield part
            part = []
        part.append(rule)
    if part:
        yield part


def _touch(one: Edge, other: Edge) -> bool:
    return bool(
        one["x0"] <= other["x1"] + _SNAP
        and other["x0"] <= one["x1"] + _SNAP
        and one["top"] <= other["bottom"] + _SNAP
        and other["top"] <= one["bottom"] + _SNAP
    )


def _covered(rules: Sequence[Edge], first: str, last: str, low: float, high: float) -> float:
    """How much of a stretch has a rule."""
    spans = sorted((max(rule[first], low), min(rule[last], high)) for rule in rules)
    total, end = 0.0, low
    for begin, finish in spans:
        total += max(0.0, finish - max(begin, end))
        end = max(end, finish)
    return total


def _ruled(page: Page, chars: Sequence[Char], table: Table) -> Ruled | None:
    if len(table.cells) < 2:
        return None
    x0, top, x1, bottom = (float(v) for v in table.bbox)
    near = [c for c in chars if x0 - 1 <= c.middle[0] <= x1 + 1 and top - 1 <= c.middle[1] <= bottom + 1]
    cells = []
    for cell in table.cells:
        box = (float(cell[0]), float(cell[1]), float(cell[2]), float(cell[3]))
        cells.append((box, text_in([c for c in near if _within(c, box)])))
    if sum(1 for _, text in cells if text) < 2 or len({round(box[0]) for box, _ in cells}) < 2:
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
        rows = len(ys) - 1
        new = []
        for box, text in part.cells:
            col, end = _index(xs, box[0]), _index(xs, box[2])
            row, last = _index(ys, box[1]), _index(ys, box[3])
            place = Locator(page=part.page, box=box)
            new.append(Cell(text, base + row, col, max(last - row, 1), max(end - col, 1), place))
        if base and (mended := _ends_of_numbers(cells, [cell for cell in new if cell.row == base], base - 1)):
            cells = mended
            new = [replace(cell, row=cell.row - 1) for cell in new if cell.row > base]
            rows -= 1
        cells += new
        base += rows
    first = group[0]
    return Grid(cells, first.page, Locator(page=first.page, box=first.box))


def _ends_of_numbers(above: list[Cell], below: list[Cell], last_row: int) -> list[Cell] | None:
    """The rows above with the ends of numbers that a page break cut off put back, where `below`, the first row of the
    next page, holds nothing else: digits under digits, and no word. None where it is a row of its own."""
    filled = {cell.col: cell for cell in below if cell.text.strip()}
    bottom = {cell.col: cell for cell in above if cell.row + cell.rowspan - 1 == last_row}
    if not filled or len(filled) >= sum(bool(cell.text.strip()) for cell in bottom.values()):
        return None
    for col, cell in filled.items():
        if col not in bottom or not (_digits(cell.text) and _digits(bottom[col].text)):
            return None
    return [
        replace(cell, text=f"{cell.text}\n{filled[cell.col].text}")
        if cell.col in filled and cell is bottom.get(cell.col)
        else cell
        for cell in above
    ]


def _digits(text: str) -> bool:
    return re.fullmatch(r"[+\-]?[\d.,\s]+", text) is not None


def _snapped(values: Sequence[float]) -> list[float]:
    """The distinct positions among these, those within a hair of each other taken as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SNAP:
            out.append(value)
    return out


def _index(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda n: abs(positions[n] - value))
