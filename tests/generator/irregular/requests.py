"""Shapes of table 3."""

from __future__ import annotations

from dataclasses import replace

from .. import layouts
from ..grids import Cell, Grid, cut, from_matrix, insert_column, matrix, unspan
from ..irregularity import Registry
from ..sketch import Sketch
from .numbers import empty_some

KNOWN = Registry()
HEADER_ROWS = 3


def _body_cut(sketch: Sketch, grid: Grid) -> int:
    """A row somewhere among the results."""
    return sketch.rng.randint(HEADER_ROWS + 4, len(grid) - 3)


@KNOWN.sketch("table", reshapes=("requests",), topic="requests_layout")
def requests_slid_left(sketch: Sketch) -> None:
    sketch.layouts["requests"] = layouts.requests_slid


@KNOWN.sketch("table", reshapes=("requests",), topic="requests_layout requests_cut requests_label_cell requests_column")
def requests_with_subtotals(sketch: Sketch) -> None:
    """Each group has a row of its own with the sums of its rows."""
    sketch.layouts["requests"] = layouts.requests_with_subtotals


@KNOWN.sketch(
    "table", "grid", "exact_or_null", reshapes=("requests",), topic="requests_label_cell requests_column blank"
)
def requests_number_too_many(sketch: Sketch) -> None:
    """A row holds one number more than the form has columns: which of them is too much, only a sum may tell."""
    rows = [row for grid in sketch.grids["requests"] for row in grid if sum(cell.value for cell in row) == 7]
    row = sketch.rng.choice(rows)
    places = [n for n, cell in enumerate(row) if cell.value]
    row.insert(sketch.rng.choice((*places, len(row))), Cell(str(sketch.rng.randint(100, 999))))
    sketch.expected.maybe_null |= {cell.path for cell in row if cell.path}


@KNOWN.sketch("table", reshapes=("requests",), topic="requests_layout")
def requests_ragged(sketch: Sketch) -> None:
    sketch.layouts["requests"] = layouts.requests_ragged


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_layout")
def requests_empty_header_cells(sketch: Sketch) -> None:
    """Empty cells where the form has rowspans and colspans, in the header alone."""
    sketch.grids["requests"] = [unspan(grid, range(HEADER_ROWS)) for grid in sketch.grids["requests"]]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_layout")
def requests_without_spans(sketch: Sketch) -> None:
    sketch.grids["requests"] = [unspan(grid) for grid in sketch.grids["requests"]]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_layout")
def requests_labels_in_every_row(sketch: Sketch) -> None:
    sketch.grids["requests"] = [unspan(grid, repeat=True) for grid in sketch.grids["requests"]]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_label_repeated(sketch: Sketch) -> None:
    """三、本年度办理结果 and the group once more after a page break, in the same table."""
    grid = sketch.grids["requests"][0]
    upper, lower = cut(grid, _body_cut(sketch, grid))
    sketch.grids["requests"] = [upper + lower]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_split_in_two(sketch: Sketch) -> None:
    grid = sketch.grids["requests"][0]
    sketch.grids["requests"] = list(cut(grid, _body_cut(sketch, grid), sketch.rng.choice(("repeat", "empty"))))


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_split_with_header(sketch: Sketch) -> None:
    """The header printed again on the second table."""
    grid = sketch.grids["requests"][0]
    upper, lower = cut(grid, _body_cut(sketch, grid))
    header = layouts.requests_header(sketch)
    sketch.grids["requests"] = [upper, header + lower]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_split_inside_label(sketch: Sketch) -> None:
    """The cut goes through a merged label: （四）无 above, 法提供 below."""
    grid = sketch.grids["requests"][0]
    inside = [y for y, row in enumerate(grid) if y > HEADER_ROWS + 3 and row and row[0].html[:1].isdigit()]
    at = sketch.rng.choice(inside) if inside else _body_cut(sketch, grid)
    sketch.grids["requests"] = list(cut(grid, at, "fragment"))


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_label_cut_in_place(sketch: Sketch) -> None:
    """The same within one table."""
    requests_split_inside_label(sketch)
    upper, lower = sketch.grids["requests"]
    sketch.grids["requests"] = [upper + lower]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_column")
def requests_empty_column_at_end(sketch: Sketch) -> None:
    sketch.grids["requests"] = [insert_column(grid, 99) for grid in sketch.grids["requests"]]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_column")
def requests_empty_column_inside(sketch: Sketch) -> None:
    """An empty column between labels and numbers, or between two applicants."""
    at = sketch.rng.choice((3, 4, 6, 9))
    sketch.grids["requests"] = [insert_column(grid, at) for grid in sketch.grids["requests"]]


def _with_columns(sketch: Sketch, order: list[int]) -> None:
    """The columns of applicants put in another order; a negative number is a column that the form has not."""
    grids = []
    for grid in sketch.grids["requests"]:
        places = matrix(grid)
        for y, row in enumerate(places):
            new = Cell(("申请人情况", "上年总计", "上年总计")[y] if y < HEADER_ROWS else str(sketch.rng.randint(2, 99)))
            row[3:] = [new if at < 0 else row[3 + at] for at in order]
        grids.append(from_matrix(places))
    sketch.grids["requests"] = grids


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_column")
def requests_columns_in_another_order(sketch: Sketch) -> None:
    """The header says so, and every row stands under it."""
    inner = [1, 2, 3, 4, 5]
    sketch.rng.shuffle(inner)
    _with_columns(sketch, [0, *inner, 6])


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_column")
def requests_column_of_last_year(sketch: Sketch) -> None:
    """A column that the form has not, behind the totals or before them."""
    _with_columns(sketch, sketch.rng.choice(([0, 1, 2, 3, 4, 5, 6, -1], [0, 1, 2, 3, 4, 5, -1, 6])))


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_legend")
def requests_columns_numbered(sketch: Sketch) -> None:
    """甲 1 2 3: a row that only numbers the columns."""
    numbers = [Cell(str(n)) for n in range(1, 8)]
    for grid in sketch.grids["requests"]:
        grid.insert(HEADER_ROWS, [Cell(sketch.rng.choice(("甲", "栏次")), colspan=3), *numbers])


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_layout")
def requests_turned(sketch: Sketch) -> None:
    """Applicants down the side, outcomes across."""
    groups = [Cell(f"{line.group}{line.label}") for line in sketch.lines]
    heads = [Cell(head) for head in sketch.applicant_heads.values()]
    rows = zip(*(line.values for line in sketch.lines), strict=True)
    sketch.grids["requests"] = [
        [[Cell("申请人情况"), *groups]]
        + [[head, *map(layouts.number, values)] for head, values in zip(heads, rows, strict=True)]
    ]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_label_cell")
def requests_empty_label_cell(sketch: Sketch) -> None:
    """（六） and （七） with an empty cell where a colspan should be."""
    for grid in sketch.grids["requests"]:
        for row in grid:
            first = next((i for i, cell in enumerate(row) if cell.value), 0)
            if first and row[first - 1].html.startswith(("（六", "（七")) and row[first - 1].colspan == 2:
                row[first - 1].colspan = 1
                row.insert(first, Cell(""))


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_label_cell")
def requests_surplus_label_cell(sketch: Sketch) -> None:
    """（六） and （七） with an empty cell too many: their numbers stand one column to the right."""
    for grid in sketch.grids["requests"]:
        for row in grid:
            first = next((i for i, cell in enumerate(row) if cell.value), 0)
            if first and row[first - 1].html.startswith(("（六", "（七")):
                row.insert(first, Cell(""))
                _doubtful_if_blank(sketch, row)


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_label_cell")
def requests_rows_slid(sketch: Sketch) -> None:
    """In some rows the label's colspan is missing: their numbers stand to the left of their headers."""
    for grid in sketch.grids["requests"]:
        for row in grid:
            first = next((i for i, cell in enumerate(row) if cell.value), 0)
            if first and row[first - 1].colspan > 1 and sketch.rng.random() < 0.5:
                row[first - 1].colspan = 1
                _doubtful_if_blank(sketch, row)


@KNOWN.sketch("table", "grid", "exact_or_null", reshapes=("requests",), topic="requests_label_cell requests_column")
def requests_cell_lost(sketch: Sketch) -> None:
    """One of seven numbers was not printed at all: the rest slid left, which column is missing is a guess."""
    _lose_a_cell(sketch)


@KNOWN.sketch(
    "table",
    "grid",
    "exact_or_null",
    reshapes=("requests",),
    topic="requests_label_cell requests_column blank blank_mark",
)
def requests_cell_lost_and_filled_up(sketch: Sketch) -> None:
    """The same, and a blank stands at the row's end. Among other blanks nobody could tell in every case."""
    _lose_a_cell(sketch).append(Cell(""))


def _lose_a_cell(sketch: Sketch) -> list[Cell]:
    rows = [row for grid in sketch.grids["requests"] for row in grid if sum(cell.value for cell in row) == 7]
    row = sketch.rng.choice(rows)
    lost = sketch.rng.choice([cell for cell in row if cell.value])
    row.remove(lost)
    if lost.path:
        sketch.expected.cells[lost.path] = None
    return row


def _doubtful_if_blank(sketch: Sketch, row: list[Cell]) -> None:
    if any(cell.value and not any(sign.isdigit() for sign in cell.html) for cell in row):
        sketch.expected.maybe_null |= {cell.path for cell in row if cell.path}


@KNOWN.sketch("table", "grid", "exact_or_null", reshapes=("requests",), topic="requests_label_cell")
def requests_stray_digit_cell(sketch: Sketch) -> None:
    """A digit in a cell of its own between a label and the numbers; the numbers stand under their headers."""
    for grid in sketch.grids["requests"]:
        for row in grid:
            first = next((i for i, cell in enumerate(row) if cell.value), 0)
            if first and row[first - 1].colspan > 1 and sketch.rng.random() < 0.5:
                row[first - 1].colspan -= 1
                row.insert(first, Cell(str(sketch.rng.randint(1, 9))))


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_layout requests_column")
def requests_total_first(sketch: Sketch) -> None:
    """The column 总计 before 自然人: the header says so."""
    places = matrix(sketch.grids["requests"][0])
    for row in places:
        row.insert(3, row.pop())
    places[0][3] = places[0][4]
    sketch.grids["requests"] = [from_matrix(places)]


@KNOWN.sketch("table", "grid", "exact_or_null", reshapes=("requests",), topic="requests_cut")
def requests_header_missing(sketch: Sketch) -> None:
    sketch.grids["requests"] = [grid[HEADER_ROWS:] for grid in sketch.grids["requests"]]


@KNOWN.sketch("table", "grid", reshapes=("requests",), topic="requests_cut")
def requests_printed_twice(sketch: Sketch) -> None:
    sketch.grids["requests"] *= 2


@KNOWN.sketch("table", "grid", "exact_or_null", reshapes=("requests",), topic="requests_cut")
def requests_second_table_differs(sketch: Sketch) -> None:
    """Another body's or year's table after the report's own."""
    other = [
        [replace(cell, html="77" if cell.value else cell.html) for cell in row] for row in sketch.grids["requests"][0]
    ]
    sketch.grids["requests"].append(other)


def _among_blanks() -> None:
    """The same where blanks stand among the numbers: what is missing and what is blank then look alike."""
    for name in (
        "requests_slid_left",
        "requests_rows_slid",
        "requests_surplus_label_cell",
        "requests_stray_digit_cell",
    ):
        KNOWN.add(replace(KNOWN[name], name=f"{name}_among_blanks", change_truth=empty_some))


_among_blanks()
