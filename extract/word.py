"""Reads a Word document (DOCX) into a `Document`: paragraphs and tables in the order of the body."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from extract.document import Block, Cell, Document, Grid, Paragraph
from extract.errors import Status, Unreadable
from extract.report import Locator

MOST_INFLATED = 200 * 1024 * 1024


def is_docx(data: bytes) -> bool:
    """Whether a ZIP file is a Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return "word/document.xml" in package.namelist()
    except zipfile.BadZipFile:
        return False


def read_docx(data: bytes) -> Document:
    """The document in body order; locators name paragraph, table, row and cell by number.

    Raises Unreadable for a damaged package and for one that would inflate beyond reason. Text boxes, headers and
    automatic numbering are not part of the body's text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            inflated = sum(entry.file_size for entry in package.infolist())
        if inflated > MOST_INFLATED:
            raise Unreadable(Status.TOO_LARGE, f"The document would inflate to {inflated >> 20} MB.")
        body = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        # SyntaxError is what lxml's XML errors are.
        raise Unreadable(Status.MALFORMED, f"The Word document is damaged: {error}") from error
    return Document("docx", list(_blocks(body)))


def _blocks(body: Any, path: str = "body") -> Iterator[Block]:
    for n, part in enumerate(body.iter_inner_content(), 1):
        if isinstance(part, WordParagraph):
            for line in part.text.splitlines():
                if line.strip():
                    yield Paragraph(line, Locator(path=f"{path}/p[{n}]"))
        elif isinstance(part, Table):
            yield from _table(part, f"{path}/tbl[{n}]")


def _table(table: Table, path: str) -> Iterator[Block]:
    """A table as a grid, or, where it only holds other tables, those."""
    if table._tbl.findall(f".//{qn('w:tc')}//{qn('w:tbl')}"):
        for y, row in enumerate(table.rows, 1):
            for x, cell in enumerate(row.cells, 1):
                yield from _blocks(cell, f"{path}/tr[{y}]/tc[{x}]")
        return
    yield Grid(_cells(table, path), locator=Locator(path=path))


def _cells(table: Table, path: str) -> list[Cell]:
    """The anchored cells: Word writes a cell for each row that a merged cell covers, marked as its continuation."""
    cells: list[Cell] = []
    open_at: dict[int, int] = {}
    for y, row in enumerate(table._tbl.tr_lst):
        x = row.grid_before
        for n, tc in enumerate(row.tc_lst, 1):
            width = tc.grid_span
            if tc.vMerge == "continue" and x in open_at:
                anchor = cells[open_at[x]]
                cells[open_at[x]] = Cell(
                    anchor.text, anchor.row, anchor.col, y - anchor.row + 1, anchor.colspan, anchor.locator
                )
            else:
                open_at.pop(x, None)
                if tc.vMerge == "restart":
                    open_at[x] = len(cells)
                cells.append(Cell(_text(tc), y, x, 1, width, Locator(path=f"{path}/tr[{y + 1}]/tc[{n}]")))
            x += width
    return cells


def _text(tc: Any) -> str:
    """A cell's text; paragraphs are an empty line apart, as in HTML."""
    return "\n\n".join(text for p in tc.p_lst if (text := WordParagraph(p, None).text.strip()))  # type: ignore[arg-type]
