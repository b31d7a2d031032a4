"""Shapes of table 4."""

from __future__ import annotations

from .. import layouts
from ..grids import Cell, insert_column, unspan
from ..irregularity import Registry
from ..sketch import Sketch

KNOWN = Registry()
TITLES = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")


@KNOWN.sketch("table", reshapes=("challenges",), topic="challenges_layout")
def challenges_ragged(sketch: Sketch) -> None:
    sketch.layouts["challenges"] = layouts.challenges_ragged


@KNOWN.sketch("table", reshapes=("challenges",), topic="challenges_layout")
def challenges_slid(sketch: Sketch) -> None:
    sketch.layouts["challenges"] = layouts.challenges_slid


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_layout")
def challenges_empty_header_cells(sketch: Sketch) -> None:
    sketch.grids["challenges"] = [unspan(grid) for grid in sketch.grids["challenges"]]


@KNOWN.sketch("table", "words", reshapes=("challenges",), topic="challenges_layout")
def challenges_transposed(sketch: Sketch) -> None:
    sketch.layouts["challenges"] = layouts.challenges_by_route


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_layout")
def challenges_turned(sketch: Sketch) -> None:
    """Results down the side, routes across."""
    routes = [Cell(""), *map(Cell, ("行政复议", "未经复议直接起诉", "复议后起诉"))]
    rows = zip(*sketch.routes.values(), strict=True)
    heads = sketch.result_heads.values()
    sketch.grids["challenges"] = [
        [routes] + [[Cell(head), *map(layouts.number, values)] for head, values in zip(heads, rows, strict=True)]
    ]


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_layout")
def challenges_columns_numbered(sketch: Sketch) -> None:
    """A row that only numbers the columns, above the fifteen numbers."""
    for grid in sketch.grids["challenges"]:
        grid.insert(-1, [Cell(str(n)) for n in range(1, 16)])


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_layout")
def challenges_in_three_tables(sketch: Sketch) -> None:
    heads = list(sketch.result_heads.values())
    sketch.grids["challenges"] = [
        [[Cell(title, colspan=5)], [Cell(head) for head in heads], [layouts.number(value) for value in values]]
        for title, values in zip(TITLES, sketch.routes.values(), strict=True)
    ]


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_layout")
def challenges_in_another_order(sketch: Sketch) -> None:
    """The total first, or lawsuits after reconsideration before the others: the header says so."""
    order = sketch.rng.choice(([4, 0, 1, 2, 3], [1, 0, 2, 3, 4], [0, 1, 2, 3, 4]))
    heads = [list(sketch.result_heads.values())[n] for n in order]
    first, direct, after = ([layouts.number(values[n]) for n in order] for values in sketch.routes.values())
    lawsuits = [("复议后起诉", after), ("未经复议直接起诉", direct)]
    if order[0] and sketch.rng.random() < 0.5:
        lawsuits.reverse()
    sketch.grids["challenges"] = [
        [
            [Cell("行政复议", colspan=5), Cell("行政诉讼", colspan=10)],
            [*(Cell(head, rowspan=2) for head in heads), *(Cell(name, colspan=5) for name, _ in lawsuits)],
            [Cell(head) for head in heads * 2],
            [*first, *lawsuits[0][1], *lawsuits[1][1]],
        ]
    ]


@KNOWN.sketch("table", "grid", "exact_or_null", reshapes=("challenges",), topic="challenges_layout")
def challenges_header_cut_off(sketch: Sketch) -> None:
    """A page break between the header and the numbers: two tables."""
    grid = sketch.grids["challenges"][0]
    sketch.grids["challenges"] = [grid[:-1], grid[-1:]]


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_column")
def challenges_empty_column(sketch: Sketch) -> None:
    sketch.grids["challenges"] = [insert_column(grid, 99) for grid in sketch.grids["challenges"]]


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_row")
def challenges_empty_row(sketch: Sketch) -> None:
    width = sum(cell.colspan for cell in sketch.grids["challenges"][-1][-1])
    sketch.grids["challenges"][-1].append([Cell("") for _ in range(width)])


@KNOWN.sketch("table", "grid", reshapes=("challenges",), topic="challenges_row")
def challenges_empty_row_first(sketch: Sketch) -> None:
    """An empty line between the header and the numbers."""
    width = sum(cell.colspan for cell in sketch.grids["challenges"][-1][-1])
    sketch.grids["challenges"][-1].insert(-1, [Cell("") for _ in range(width)])


@KNOWN.sketch("table")
def challenges_heads_spaced(sketch: Sketch) -> None:
    for key, text in sketch.result_heads.items():
        sketch.result_heads[key] = f"{text[:2]} {text[2:]}" if len(text) > 2 else f"{text[:1]}　{text[1:]}"


@KNOWN.sketch("table")
def challenges_heads_reworded(sketch: Sketch) -> None:
    sketch.result_heads |= {"upheld": "维持", "corrected": "纠正", "pending": "未审结", "total": "合计"}
