"""Reads a Word document (DOCX, DOCM, Strict or not) into a `Document`: what it prints, in the order of the body.

Whatever only wraps text (content controls, tracked insertions, links, fields, smart tags) is looked through; whatever
is not printed (tracked deletions, hidden text, the codes of fields) is left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from extract.document import PICTURE, Block, Cell, Document, Grid, Metadata, Paragraph
from extract.errors import Status, Unreadable
from extract.grids import is_form_grid
from extract.html import read_html
from extract.report import Locator
from extract.text import shown
from extract.word_chunk import page_in
from extract.word_lists import Numbers, Styles
from extract.word_text import Inline, begins_item, lines_of
from extract.word_xml import DAMAGE, Element, Package, attribute, count_of, find, name_of, switched, within

_TORN_PART = re.compile(rb"PK\x03\x04.{26}word[/\\]", re.DOTALL)
_FEW_CHARACTERS = 30
_PARTS = {"styles": "样式", "numbering": "编号"}
_MOST_COLUMNS = 200


def is_docx(data: bytes) -> bool:
    """Whether a ZIP file is, or was before it was cut short, a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return Package(archive).usual is not None
    except DAMAGE:
        return _TORN_PART.search(data) is not None


def read_docx(data: bytes) -> Document:
    """The document in body order; locators name paragraph, table, row and cell by number.

    Text boxes stand before the paragraph or table that anchors them; an embedded page is read where it is embedded.
    Headers, footers and footnotes are not read. Raises Unreadable for a package that is damaged, encrypted, too large,
    or holds only pictures.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(Package(archive))
    except DAMAGE as error:
        raise Unreadable(Status.MALFORMED, f"Word文件已损坏：{error}") from error


def _read(package: Package) -> Document:
    main = package.main
    body = find(package.xml(main), "body") if main else None
    if main is None or body is None:
        raise Unreadable(Status.MALFORMED, "Word文件没有正文。")
    document = Document("docx", [])
    parts: dict[str, Element | None] = {}
    related = package.related(main)
    for kind in _PARTS:
        try:
            parts[kind] = package.xml(related[kind]) if kind in related else None
        except DAMAGE as error:
            parts[kind] = None
            document.doubts.append(f"Word文件的{_PARTS[kind]}已损坏，没有采用：{error}")
    walker = _Walker(Styles(parts["styles"]), Numbers(parts["numbering"]), partial(package.embedded, main))
    document.blocks = list(walker.blocks(body, "body"))
    document.images, document.metadata = walker.images, walker.metadata
    if walker.images and sum(len(_all_text(block)) for block in document.blocks) < _FEW_CHARACTERS:
        raise Unreadable(Status.NO_TEXT, "Word文件里没有文字，只有图片。")
    if walker.unread:
        document.doubts.append("Word文件里嵌有另一份文件，没有读取。")
    return document


def _all_text(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else "".join(cell.text for cell in block.cells)


class _Walker:
    """Linearises the body: paragraphs, data tables as grids; tables that only arrange the page are looked through."""

    def __init__(self, styles: Styles, numbers: Numbers, embedded: Callable[[str | None], bytes | None]) -> None:
        self.images = 0
        self.unread = 0
        """How many embedded files were not read."""
        self.metadata = Metadata()
        """What an embedded page says of itself."""
        self._embedded = embedded
        self._styles = styles
        self._numbers = numbers

    def blocks(self, parent: Element, path: str) -> Iterator[Block]:
        carried = ""
        n = chunks = 0
        for part in within(parent, "p", "tbl", "altChunk"):
            if name_of(part) == "altChunk":
                chunks += 1
                yield from self._chunk(part, f"{path}/altChunk[{chunks}]")
                continue
            n += 1
            if name_of(part) == "tbl":
                yield from _paragraphs(carried, f"{path}/p[{n - 1}]")
                carried = ""
                yield from self._table(part, f"{path}/tbl[{n}]")
                continue
            here = f"{path}/p[{n}]"
            inline = self._inline(part)
            yield from self._boxes([inline], here)
            printed = shown(inline.text)
            label = self._label(part, printed)
            text = carried + printed if carried else label + printed
            carried = text if _joins_next(part) else ""
            if not carried:
                yield from _paragraphs(text, here)
        yield from _paragraphs(carried, f"{path}/p")

    def _chunk(self, chunk: Element, path: str) -> Iterator[Block]:
        """What an embedded page prints; all of it stands where it is embedded."""
        key = next((value for name, value in chunk.attrib.items() if name.rpartition("}")[2] == "id"), None)
        page = page_in(self._embedded(key) or b"")
        if page is None:
            self.unread += 1
            return
        document = read_html(page)
        self.metadata = document.metadata
        place = Locator(path=path)
        for block in document.blocks:
            if isinstance(block, Paragraph):
                yield Paragraph(block.text, place)
            else:
                yield Grid([replace(cell, locator=place) for cell in block.cells], locator=place)

    def _inline(self, paragraph: Element) -> Inline:
        inline = Inline(self._styles)
        inline.walk(paragraph, self._styles.hidden(attribute(find(paragraph, "pPr", "pStyle"))))
        self.images += inline.images
        return inline

    def _boxes(self, inlines: list[Inline], path: str) -> Iterator[Block]:
        boxes = [box for inline in inlines for box in inline.boxes]
        for n, box in enumerate(boxes, 1):
            here = f"{path}/txbx[{n}]"
            if name_of(box) == "textpath":
                yield from _paragraphs(box.get("string") or "", here)
            else:
                yield from self.blocks(box, here)

    def _label(self, paragraph: Element, text: str) -> str:
        """The number that Word gives the paragraph; none where one was typed as well."""
        item = self._styles.list_of(paragraph)
        if item is None or (_joins_next(paragraph) and not text):
            return ""
        label = self._numbers.next(*item)
        return label if text.strip() and not begins_item(text) else ""

    def _table(self, table: Element, path: str) -> Iterator[Block]:
        if _is_layout(table) and not _is_form(table):
            for y, row in _rows(table):
                for x, cell in enumerate(within(row, "tc"), 1):
                    yield from self.blocks(cell, f"{path}/tr[{y}]/tc[{x}]")
            return
        inlines: list[Inline] = []
        cells = self._cells(table, path, inlines)
        yield from self._boxes(inlines, path)
        if cells:
            yield Grid(cells, locator=Locator(path=path))
        for y, row in _rows(table):
            for x, cell in enumerate(within(row, "tc"), 1):
                for n, inner in enumerate(_tables_in(cell), 1):
                    yield from self._table(inner, f"{path}/tr[{y}]/tc[{x}]/tbl[{n}]")

    def _cells(self, table: Element, path: str, inlines: list[Inline]) -> list[Cell]:
        """The anchored cells: Word writes a cell for each row that a merged cell covers, marked as its continuation."""
        cells: list[Cell] = []
        open_at: dict[int, int] = {}
        for y, (number, row) in enumerate(_rows(table)):
            x = min(count_of(find(row, "trPr", "gridBefore"), 0), _MOST_COLUMNS)
            last: int | None = None
            for n, tc in enumerate(within(row, "tc"), 1):
                properties = find(tc, "tcPr")
                if find(properties, "cellDel") is not None:
                    continue
                width = min(max(count_of(find(properties, "gridSpan"), 1), 1), _MOST_COLUMNS)
                down, across = _merged(properties, "vMerge"), _merged(properties, "hMerge")
                anchor = cells[open_at[x]] if x in open_at else None
                if across == "continue" and last is not None:
                    cells[last] = _stretched(cells[last], columns=width)
                elif down == "continue" and anchor and anchor.row + anchor.rowspan == y:
                    cells[open_at[x]] = _stretched(anchor, rows=1)
                    last = None
                else:
                    open_at.pop(x, None)
                    last = len(cells)
                    if down == "restart":
                        open_at[x] = last
                    locator = Locator(path=f"{path}/tr[{number}]/tc[{n}]")
                    cells.append(Cell(self._cell_text(tc, inlines), y, x, 1, width, locator))
                x += width
        return cells

    def _cell_text(self, tc: Element, inlines: list[Inline]) -> str:
        """A cell's text without the tables in it; paragraphs are an empty line apart, as in HTML. They count as items
        of their lists, but their numbers are left out: they would run into a value."""
        texts: list[str] = []
        for part in within(tc, "p", "tbl"):
            if name_of(part) == "tbl" and _is_table(part):
                continue
            if name_of(part) == "tbl":
                texts.extend(self._cell_text(inner, inlines) for _, row in _rows(part) for inner in within(row, "tc"))
                continue
            inline = self._inline(part)
            inlines.append(inline)
            self._label(part, inline.text)
            texts.append(inline.text.replace("\f", "\n").strip() or PICTURE * bool(inline.images))
        whole = "\n\n".join(text for text in texts if text)
        return shown(whole).strip()


def _paragraphs(text: str, path: str) -> Iterator[Paragraph]:
    return (Paragraph(line.strip(), Locator(path=path)) for line in lines_of(text) if line.strip())


def _joins_next(paragraph: Element) -> bool:
    """Whether the paragraph's end was deleted, so that the next one runs on in it."""
    mark = find(paragraph, "pPr", "rPr")
    return any(find(mark, name) is not None for name in ("del", "moveFrom", "specVanish"))


def _rows(table: Element) -> Iterator[tuple[int, Element]]:
    """The rows that are printed, each with its number in the file."""
    for n, row in enumerate(within(table, "tr"), 1):
        properties = find(row, "trPr")
        if find(properties, "del") is None and not switched(properties, "hidden"):
            yield n, row


def _is_layout(table: Element) -> bool:
    """Whether a table only arranges the page: it has one cell, or a cell that holds another table."""
    cells = _all_cells(table)
    return len(cells) == 1 or any(_tables_in(cell) for cell in cells)


def _is_form(table: Element) -> bool:
    """Whether a table is one of the form's, whatever its cells hold besides their text."""
    cells = [
        Cell(
            "".join(text.text or "" for part in within(cell, "p") for text in part.iter() if name_of(text) == "t"), y, x
        )
        for y, row in _rows(table)
        for x, cell in enumerate(within(row, "tc"))
    ]
    return is_form_grid(Grid(cells))


def _tables_in(cell: Element) -> list[Element]:
    return [part for part in within(cell, "p", "tbl") if name_of(part) == "tbl" and _is_table(part)]


def _is_table(table: Element) -> bool:
    """Whether it is more than a frame around what stands in its one cell."""
    cells = _all_cells(table)
    return len(cells) > 1 or any(_tables_in(cell) for cell in cells)


def _all_cells(table: Element) -> list[Element]:
    return [cell for _, row in _rows(table) for cell in within(row, "tc")]


def _merged(properties: Element | None, kind: str) -> str | None:
    """ "restart", "continue" (which is what the mark alone means), or None for a cell that is not merged."""
    mark = find(properties, kind)
    if mark is None:
        return None
    return "restart" if attribute(mark) == "restart" else "continue"


def _stretched(cell: Cell, rows: int = 0, columns: int = 0) -> Cell:
    return Cell(cell.text, cell.row, cell.col, cell.rowspan + rows, cell.colspan + columns, cell.locator)
