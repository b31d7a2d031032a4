"""Tables of a PDF page from its ruling lines, as grids; tables that run over page ends made whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract import labels
from extract.document import Cell, Grid
from extract.form import OUTCOMES
from extract.pdf_cells import Lattice, joined, lattices, rules_of_boxes, without_frames
from extract.pdf_chars import LOST, Char
from extract.pdf_doubts import of_two_prints, on_a_line, pictured, running_over
from extract.pdf_page import Page
from extract.pdf_paths import Rule
from extract.pdf_text import text_in
from extract.pdf_view import Box
from extract.report import Locator
from extract.values import is_words, read_value

_SNAP = 2.5
_HAIR = 0.1
_WHITE = 250
_OUTCOMES = {labels.core(outcome.label) for outcome in OUTCOMES}
_MOST_LABELS = 3
_ENOUGH_COLUMNS = 5
_NUMBERS_APART = re.compile(r"(?:^|[\t\n])[\d.,]+\t[\d.,]+(?:[\t\n]|$)")
"""Two numbers on one line of a cell: the lines that make it do not part the table's columns."""


@dataclass(frozen=True)
class Ruled:
    """A table on one page: the boxes of its cells and what they hold; whether the page's end leaves it open."""

    page: int
    box: Box
    cells: tuple[tuple[Box, str], ...]
    open_top: bool = False
    open_bottom: bool = False


_STRIPE = 3
"""The lines above, below and inside a painted box that is at most two rows high."""


def find_tables(page: Page, chars: Sequence[Char], lines: Sequence[Rule]) -> list[Ruled]:
    """The ruled tables of a page from top to bottom with the characters given; a frame around text is no table.

    Backgrounds are not rules: writers paint one behind each line of prose. Only where nothing else rules the page are
    painted boxes taken for cells, and only those that show on the paper.
    """
    tables = _found(page, chars, lattices(lines, chars))
    if not tables:
        shades = [box for box, light in page.drawing.fills if light < _WHITE]
        # Stripes shade every other row: a row between two of them would be lost, so that they make no table.
        found = [lattice for lattice in lattices(joined(rules_of_boxes(shades)), chars) if len(lattice.ys) > _STRIPE]
        tables = _found(page, chars, found)
    return sorted(tables, key=lambda table: table.box[1])


def _found(page: Page, chars: Sequence[Char], found: list[Lattice]) -> list[Ruled]:
    return [ruled for lattice in without_frames(found) if (ruled := _ruled(page, chars, lattice)) is not None]


def _ruled(page: Page, chars: Sequence[Char], lattice: Lattice) -> Ruled | None:
    x0, top, x1, bottom = lattice.box
    held: list[list[Char]] = [[] for _ in lattice.cells]
    for char in chars:
        x, y = char.middle
        if x0 <= x <= x1 and top <= y <= bottom:
            cell = lattice.cell_at(x, y)
            if cell is not None:
                held[cell].append(char)
    doubtful = running_over(lattice, chars) | on_a_line(lattice, chars) | of_two_prints(held)
    doubtful |= pictured(lattice, held, page.drawing)
    plain = [text_in(inside) for inside in held]
    texts = [
        LOST if (n in doubtful or _is_cut(box, page)) and not is_words(text) else text
        for n, (box, text) in enumerate(zip(lattice.cells, plain, strict=True))
    ]
    cells = tuple(zip(lattice.cells, texts, strict=True))
    if sum(1 for text in texts if text) < 2 or len({round(box[0]) for box in lattice.cells}) < 2:
        return None
    if any(_NUMBERS_APART.search(text) for text in plain):
        return None
    return Ruled(page.number, lattice.box, cells, lattice.open_top, lattice.open_bottom)


def _is_cut(box: Box, page: Page) -> bool:
    """Whether a cell reaches beyond what the page shows."""
    beside = box[0] < page.shown[0] + _HAIR or box[2] > page.shown[1] - _HAIR
    return beside or box[1] < -_SNAP or box[3] > page.height + _SNAP


def join_over_pages(tables: Sequence[Ruled]) -> Iterator[Grid]:
    """Grids of tables that follow each other without prose between. A table that begins a page with the same outer
    edges as the one that ended the page before is its continuation; also where a column that no line closes at the
    side has nothing on one of the pages that shows it."""
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
    return next_page and (same_edges or _columns_of_one_in_other(above, below))


def _columns_of_one_in_other(one: Ruled, other: Ruled) -> bool:
    """Whether all lines down one part of a table stand where the other has one too."""
    fewer, more = sorted(
        (_snapped([x for box, _ in part.cells for x in (box[0], box[2])]) for part in (one, other)), key=len
    )
    return len(fewer) > _ENOUGH_COLUMNS and all(any(abs(x - y) < _SNAP for y in more) for x in fewer)


def _grid(group: Sequence[Ruled]) -> Grid:
    """One grid of the parts of a table: columns by x over all parts, rows by y within each."""
    xs = _snapped([x for part in group for box, _ in part.cells for x in (box[0], box[2])])
    cells: list[Cell] = []
    base = 0
    for before, part in zip([None, *group], group, strict=False):
        ys = _snapped([y for box, _ in part.cells for y in (box[1], box[3])])
        rows = len(ys) - 1
        new = []
        for box, text in part.cells:
            col, end = _index(xs, box[0]), _index(xs, box[2])
            row, last = _index(ys, box[1]), _index(ys, box[3])
            place = Locator(page=part.page, box=box)
            new.append(Cell(text, base + row, col, max(last - row, 1), max(end - col, 1), place))
        new, rows = _without_gaps(new, base, rows)
        if base:
            new, rows = _without_repeated_head(cells, new, base, rows)
        first_row = [cell for cell in new if cell.row == base]
        if before is not None and before.open_bottom and part.open_top:
            mended = _cut_row(cells, first_row, base - 1)
        else:
            mended = None
        if mended is None and base:
            mended = _ends(cells, first_row, base - 1)
        if mended is None and before is not None and before.open_bottom and part.open_top:
            cells, new = _doubted(cells, new, base)
        elif mended is None and _is_doubtful(
            [cell for cell in cells if cell.row + cell.rowspan == base], first_row, base
        ):
            cells, new = _lost(cells, new, base)
        if mended is not None:
            cells = mended
            new = [replace(cell, row=cell.row - 1) for cell in new if cell.row > base]
            rows -= 1
        cells += new
        base += rows
    first = group[0]
    return Grid(cells, first.page, Locator(page=first.page, box=first.box))


def _without_gaps(cells: list[Cell], base: int, rows: int) -> tuple[list[Cell], int]:
    """The cells of a part, and its rows, without those that are only gaps: nothing stands in them alone, and a number
    that spans them with another row shows that they are none."""
    for row in range(base + rows - 1, base - 1, -1):
        across = [cell for cell in cells if cell.rowspan > 1 and cell.row <= row < cell.row + cell.rowspan]
        if not any(_digits(cell.text) for cell in across):
            continue
        own = [cell for cell in cells if cell.row == row and cell.rowspan == 1]
        if any(cell.text for cell in own):
            continue
        gone = {id(cell) for cell in own}
        shorter = {id(cell) for cell in across}
        cells = [
            replace(cell, row=cell.row - (cell.row > row), rowspan=cell.rowspan - (id(cell) in shorter))
            for cell in cells
            if id(cell) not in gone
        ]
        rows -= 1
    return cells, rows


def _cut_row(above: list[Cell], below: list[Cell], last_row: int) -> list[Cell] | None:
    """The rows above with the last made whole, where the page cut it and no line closes it on either page: what stands
    in a column below goes on what stands there above. None where the two do not fit, or both hold numbers."""
    bottom = {(cell.col, cell.colspan): cell for cell in above if cell.row + cell.rowspan - 1 == last_row}
    going_on = {(cell.col, cell.colspan): cell for cell in below}
    if not going_on.keys() <= bottom.keys() or any(_digits(bottom[place].text) for place in bottom.keys() - going_on):
        return None
    bottom = {place: bottom[place] for place in going_on}
    if any(_digits(cell.text) and _digits(going_on[place].text) for place, cell in bottom.items()):
        return None
    whole = {
        id(cell): replace(
            cell,
            text="\n".join(text for text in (cell.text, going_on[place].text) if text),
            rowspan=cell.rowspan + going_on[place].rowspan - 1,
            # A number stands where it is printed.
            locator=cell.locator if cell.text or not going_on[place].text else going_on[place].locator,
        )
        for place, cell in bottom.items()
    }
    return [whole.get(id(cell), cell) for cell in above]


def _doubted(above: list[Cell], below: list[Cell], base: int) -> tuple[list[Cell], list[Cell]]:
    """The cells with the numbers lost on either side of a page's end that no line closes, where the row below names
    none of the form's: it may be the rest of the row above."""
    first = [cell for cell in below if cell.row == base]
    last = [cell for cell in above if cell.row + cell.rowspan == base]
    if any(labels.outcomes.match(cell.text) or labels.items.match(cell.text) for cell in first if is_words(cell.text)):
        return above, below
    if not any(_digits(cell.text) for cell in first) or not any(_digits(cell.text) for cell in last):
        return above, below
    return _lost(above, below, base)


def _lost(above: list[Cell], below: list[Cell], base: int) -> tuple[list[Cell], list[Cell]]:
    """The cells with the numbers lost on either side of a page's end."""
    beside = [cell for cell in above if cell.row + cell.rowspan == base]
    beside += [cell for cell in below if cell.row == base]
    label = max((cell.col for cell in beside if is_words(cell.text)), default=-1)
    lost = {id(cell) for cell in beside if _digits(cell.text) or (cell.col > label and not cell.text.strip())}
    above, below = ([replace(c, text=LOST) if id(c) in lost else c for c in cells] for cells in (above, below))
    return above, below


def _ends(above: list[Cell], below: list[Cell], last_row: int) -> list[Cell] | None:
    """The rows above with what a page's end cut off put back, where `below`, the first row of the next page, holds
    nothing else: digits under digits and words under words, of which the last put together are one of the form's
    labels to the letter. None where it is a row of its own."""
    filled = {cell.col: cell for cell in below if cell.text.strip()}
    bottom = {cell.col: cell for cell in above if cell.row + cell.rowspan - 1 == last_row and cell.text.strip()}
    if not filled or not filled.keys() <= bottom.keys():
        return None
    # The page may end after a label's first bracket.
    words = [col for col, cell in filled.items() if is_words(cell.text) and not read_value(bottom[col].text).readable]
    numbers = [col for col, cell in filled.items() if _digits(cell.text) and _digits(bottom[col].text)]
    if len(words) + len(numbers) < len(filled) or len(words) > _MOST_LABELS:
        return None
    if words and not _is_cut_label(bottom[max(words)].text, filled[max(words)].text):
        return None
    if not words and len(filled) >= len(bottom):
        return None
    return [
        replace(cell, text=f"{cell.text}\n{filled[cell.col].text}")
        if cell.col in filled and cell is bottom.get(cell.col)
        else cell
        for cell in above
    ]


def _is_cut_label(above: str, below: str) -> bool:
    return not labels.is_numbered(below) and labels.core(above + below) in _OUTCOMES


def _is_doubtful(above: list[Cell], below: list[Cell], base: int) -> bool:
    """Whether a row may be the rest of the one that the page before ends with: that one's label is none by itself, and
    this one's is what the two come to, but not to the letter."""
    ends = ([c for c in cells if is_words(c.text)] for cells in (above, below))
    last, first = (max(cells, key=lambda cell: cell.col, default=None) for cells in ends)
    if last is None or first is None or last.row + last.rowspan != base or labels.outcomes.match(last.text):
        return False
    meant = labels.outcomes.match(first.text)
    return meant is not None and labels.core(first.text) not in _OUTCOMES and not labels.is_numbered(first.text)


def _without_repeated_head(cells: list[Cell], new: list[Cell], base: int, rows: int) -> tuple[list[Cell], int]:
    """The cells of a part, and its rows, without those at its top that repeat the table's own first rows."""
    same = 0
    while same < rows:
        head, row = (
            [(cell.col, cell.colspan, cell.text) for cell in part if cell.row == start + same]
            for part, start in ((cells, 0), (new, base))
        )
        if head != row or not any(is_words(text) for *_, text in row):
            break
        same += 1
    if not same or any(cell.row < base + same < cell.row + cell.rowspan for cell in new):
        return new, rows
    return [replace(cell, row=cell.row - same) for cell in new if cell.row >= base + same], rows - same


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
