"""Reads a spreadsheet, as LibreOffice writes it in flat OpenDocument: each cell with the text that it shows, numbers in
the format that their cell gives them. What is hidden (sheets, rows, columns, notes) is not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from lxml import etree  # type: ignore[import-untyped]

from extract.document import Block, Cell, Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.grids import kind_of_row
from extract.report import Locator
from extract.text import Look, looking, shown
from extract.word_xml import Element, name_of

_MOST_TAGS = 2_000_000
_MOST_CELLS = 50_000
"""A hundred times what a report has."""
_WIDEST = 1_000
"""More rows or columns a cell does not cover, nor stand for."""
_WHITE = ("#ffffff", "#fff")
_ROWS = ("table-row", "table-row-group", "table-header-rows", "table-rows")
_COLUMNS = ("table-column", "table-column-group", "table-header-columns", "table-columns")


def read_sheets(data: bytes) -> Document:
    """Each sheet as a grid, without the lines of text above and below its tables, which become paragraphs. A cell's
    locator is `sheet!B5`. Raises Unreadable."""
    if data.count(b"<") > _MOST_TAGS:
        raise Unreadable(Status.TOO_LARGE, f"电子表格的标签超过{_MOST_TAGS:,}个。")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise Unreadable(Status.MALFORMED, f"电子表格已损坏：{error}") from error
    looks, hidden = _styles(root)
    blocks: list[Block] = []
    for sheet in root.iter("{*}spreadsheet"):
        for table in sheet.iterchildren("{*}table"):
            if _value(table, "style-name") not in hidden:
                blocks += _blocks(_Sheet(table, looks))
    return Document("xlsx", blocks)


def _styles(root: Element) -> tuple[dict[str, Look], set[str]]:
    """The styles of text that is not plain, and those of sheets that are not shown."""
    looks: dict[str, Look] = {}
    hidden: set[str] = set()
    for style in root.iter("{*}style"):
        name = _value(style, "name")
        for properties in style:
            look = _look(properties) if name_of(properties) == "text-properties" else None
            if look:
                looks[name] = look
            if name_of(properties) == "table-properties" and _value(properties, "display") == "false":
                hidden.add(name)
    return looks, hidden


def _look(properties: Element) -> Look | None:
    line = _value(properties, "text-line-through-type") or _value(properties, "text-line-through-style")
    if line not in ("", "none"):
        return "struck"
    if _value(properties, "text-position", "0%").split()[0] not in ("0%", "sub"):
        return "raised"
    return "white" if _value(properties, "color").lower() in _WHITE else None


class _Sheet:
    """The cells of a sheet that show something, by row and column as the sheet numbers them, and what is hidden."""

    def __init__(self, table: Element, looks: dict[str, Look]) -> None:
        self.name = _value(table, "name")
        self.cells: list[Cell] = []
        self.hidden_rows: list[range] = []
        self._looks = looks
        columns = _counted(_parts(table, _COLUMNS), "number-columns-repeated")
        self.hidden_columns = [places for places, column in columns if _is_hidden(column)]
        for places, row in _counted(_parts(table, _ROWS), "number-rows-repeated"):
            if _is_hidden(row):
                self.hidden_rows.append(places)
            else:
                self._take(places, row)

    def _take(self, places: range, row: Element) -> None:
        cells = (part for part in row if name_of(part) in ("table-cell", "covered-table-cell"))
        for across, cell in _counted(cells, "number-columns-repeated"):
            text = self._text(cell) if name_of(cell) == "table-cell" else ""
            if not text:
                continue
            rows, columns = (min(_count(cell, f"number-{kind}-spanned"), _WIDEST) for kind in ("rows", "columns"))
            for y, x in product(places[:_WIDEST], across[:_WIDEST]):
                self.cells.append(Cell(text, y, x, rows, columns, self.place(y, x)))
            if len(self.cells) > _MOST_CELLS:
                raise Unreadable(Status.TOO_LARGE, f"电子表格中有文字的单元格超过{_MOST_CELLS:,}个。")

    def place(self, row: int, column: int) -> Locator:
        return Locator(path=f"{self.name}!{_letters(column)}{row + 1}")

    def _text(self, cell: Element) -> str:
        look = self._looks.get(_value(cell, "style-name"))
        lines = ("".join(self._runs(line, look)) for line in cell.iterchildren("{*}p"))
        return shown("\n".join(lines)).strip()

    def _runs(self, element: Element, look: Look | None) -> Iterator[str]:
        yield looking(element.text or "", look)
        for part in element:
            match name_of(part):
                case "s" | "tab":
                    yield " "
                case "line-break":
                    yield "\n"
                case "annotation" | "ruby-text" | "":
                    pass
                case _:
                    yield from self._runs(part, self._looks.get(_value(part, "style-name"), look))
            yield looking(part.tail or "", look)


def _blocks(sheet: _Sheet) -> Iterator[Block]:
    """The sheet's tables as one grid, the lines of text above and below them as paragraphs."""
    shown = _Shown(sheet)
    rows = Grid(shown.cells).rows
    tabular = [y for y, row in enumerate(rows) if len(row) > 1 or kind_of_row(row) is not None]
    first, end = (tabular[0], tabular[-1] + 1) if tabular else (len(rows), len(rows))
    yield from (Paragraph(cell.text, cell.locator) for row in rows[:first] for cell in row)
    if tabular:
        yield Grid(shown.filled(rows[first:end], first), locator=Locator(path=sheet.name))
    yield from (Paragraph(cell.text, cell.locator) for row in rows[end:] for cell in row)


class _Shown:
    """The cells of a sheet that are not hidden, in the rows and columns that are left when hidden and blank ones are
    taken out. Of blank rows one stays: a row of a table may show nothing."""

    def __init__(self, sheet: _Sheet) -> None:
        rows = {y for cell in sheet.cells for y in range(cell.row, cell.row + cell.rowspan)}
        columns = {x for cell in sheet.cells for x in range(cell.col, cell.col + cell.colspan)}
        rows |= {y + 1 for y in rows}
        self._rows = sorted(y for y in rows if not _in(sheet.hidden_rows, y))
        self._columns = sorted(x for x in columns if not _in(sheet.hidden_columns, x))
        self._sheet = sheet
        self.cells = list(self._cells())

    def _cells(self) -> Iterator[Cell]:
        row_of = {y: n for n, y in enumerate(self._rows)}
        col_of = {x: n for n, x in enumerate(self._columns)}
        for cell in self._sheet.cells:
            down = [row_of[y] for y in range(cell.row, cell.row + cell.rowspan) if y in row_of]
            across = [col_of[x] for x in range(cell.col, cell.col + cell.colspan) if x in col_of]
            if down and across:
                yield Cell(cell.text, down[0], across[0], len(down), len(across), cell.locator)

    def filled(self, rows: list[list[Cell]], first: int) -> list[Cell]:
        """The cells of some rows, of which the first is 0 from now on, and a blank one at every place that none covers,
        in the row below them too if there is one."""
        width = max(cell.col + cell.colspan for row in rows for cell in row)
        cells: list[Cell] = []
        below: list[list[Cell]] = [[]] if first + len(rows) < len(self._rows) else []
        for y, row in enumerate(rows + below):
            cells += (replace(cell, row=y) for cell in row if cell.row == first + y)
            covered = {x for cell in row for x in range(cell.col, cell.col + cell.colspan)}
            places = ((x, self._sheet.place(self._rows[first + y], self._columns[x])) for x in range(width))
            cells += (Cell("", y, x, locator=place) for x, place in places if x not in covered)
        return cells


def _parts(parent: Element, names: tuple[str, ...]) -> Iterator[Element]:
    """The rows (or columns) of a table: the first of the names; the others gather them."""
    for part in parent:
        if name_of(part) == names[0]:
            yield part
        elif name_of(part) in names:
            yield from _parts(part, names)


def _counted(parts: Iterable[Element], attribute: str) -> Iterator[tuple[range, Element]]:
    """Each part with the places it stands for: one may stand for many that are alike."""
    at = 0
    for part in parts:
        count = _count(part, attribute)
        yield range(at, at + count), part
        at += count


def _in(ranges: list[range], number: int) -> bool:
    return any(number in each for each in ranges)


def _is_hidden(part: Element) -> bool:
    return _value(part, "visibility") in ("collapse", "filter")


def _count(element: Element, name: str) -> int:
    value = _value(element, name)
    return max(1, int(value)) if value.isdecimal() and len(value) < 9 else 1


def _value(element: Element, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), default)


def _letters(column: int) -> str:
    """A column's name: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
