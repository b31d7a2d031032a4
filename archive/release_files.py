"""The files of a release that hold rows: CSV, plain and for Excel; Parquet; one workbook.

The same rows give the same bytes: they come in the order of their keys, and no file holds the time of its making.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from archive import spreadsheet
from archive.release_tables import CODEBOOK, Table
from archive.spreadsheet import fitted

SHEETS = ("portals", "agencies", "reports", "panel", "disclosures", "requests", "challenges", "figures", "findings")
"""The tables that are in the workbook, beside the codebook and those that later versions add for people to read.
The others are texts longer than a cell holds, or the archive's own records."""
FILES_ONLY = frozenset(
    {"divisions", "crawls", "captures", "revisits", "documents", "attachments", "versions", "printed", "sections"}
)


class UnfitColumn(Exception):
    """A column holds what its type does not allow."""


_PARQUET = {"integer": pa.int64(), "number": pa.float64(), "string": pa.string()}
_BATCH = 10_000
"""Rows of a group in Parquet; all of them are held at once."""
_LARGE_ROWS = {"versions": 500}
"""A row of it is a whole report."""


def write_csv(db: sqlite3.Connection, table: Table, path: Path) -> None:
    """As RFC 4180 has it, UTF-8 without a mark, a blank is an empty field: for programs."""
    with path.open("w", encoding="utf-8", newline="") as file:
        # Not with a bare LF at the line's end: Python then leaves a CR in a cell unquoted, which breaks the row.
        writer = csv.writer(file)
        writer.writerow(table.names)
        writer.writerows(table.rows(db))


def write_excel_csv(db: sqlite3.Connection, table: Table, folder: Path) -> None:
    """UTF-8 with its mark, CRLF, no live formulas, Chinese headings; in parts that Excel can hold."""
    spreadsheet.prepare(db)
    cursor = table.rows(db, [spreadsheet.column(f'"{name}"') for name in table.names])
    for number, part in enumerate(_parts(cursor), 1):
        name = table.name if number == 1 else f"{table.name}-{number}"
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(spreadsheet.BOM)
            writer = csv.writer(file)
            writer.writerow([column.heading for column in table.columns])
            writer.writerows(part)


def _parts(cursor: Iterator[Any]) -> Iterator[Iterator[Any]]:
    """The rows in parts, each no more than a sheet holds; one part where there are none."""
    first = list(islice(cursor, 1))
    yield chain(first, islice(cursor, spreadsheet.MOST_ROWS - 1))
    while first := list(islice(cursor, 1)):
        yield chain(first, islice(cursor, spreadsheet.MOST_ROWS - 1))


def write_parquet(db: sqlite3.Connection, table: Table, path: Path) -> None:
    """Typed, with both descriptions of each column in its metadata. Raises UnfitColumn."""
    fields = [
        pa.field(column.name, _PARQUET[column.type], metadata={"zh": column.zh, "en": column.en})
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata={"zh": table.zh, "en": table.en})
    mixed = [i for i, column in enumerate(table.columns) if column.type == "string"]
    cursor = table.rows(db)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while rows := cursor.fetchmany(_LARGE_ROWS.get(table.name, _BATCH)):
            columns: list[Any] = list(zip(*rows, strict=True))
            for i in mixed:
                columns[i] = [value if value is None else str(value) for value in columns[i]]
            arrays = [_array(table, values, field) for values, field in zip(columns, fields, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _array(table: Table, values: list[Any], field: Any) -> Any:
    try:
        return pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise UnfitColumn(
            f"{table.name}.{field.name} is of type {field.type} and holds something else: {error}"
        ) from error


def write_workbook(db: sqlite3.Connection, tables: list[Table], path: Path, as_of: datetime) -> None:
    """A sheet a table; the first tells where the tables are that are not here. A table of more rows than a sheet holds
    is not: of a table cut in pieces a spreadsheet can neither sort nor filter the whole."""
    counts = {table.name: table.count(db) for table in tables}
    chosen = [table for table in tables if not _elsewhere(table, counts[table.name])]
    chosen.sort(key=lambda table: SHEETS.index(table.name) if table.name in SHEETS else len(SHEETS))
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "use_zip64": True,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Gongkai 公开", "created": as_of})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        _contents(book, head, tables, counts)
        for table in sorted(chosen, key=lambda table: table.name not in CODEBOOK):
            _sheet(book, head, table, table.rows(db))


def _elsewhere(table: Table, rows: int) -> str:
    """Why a table is not in the workbook, and where it is; "" for one that is there."""
    if table.name in FILES_ONLY - set(CODEBOOK):
        return f"不在本文件中 not here: excel/{table.name}.csv"
    if rows > spreadsheet.MOST_ROWS:
        return (
            f"多于一张工作表所能容纳的 {spreadsheet.MOST_ROWS:,} 行，不在本文件中，分成几个文件 more rows than a sheet "
            f"holds, not here but in parts: excel/{table.name}.csv, excel/{table.name}-2.csv …"
        )
    return ""


def _contents(book: Any, head: Any, tables: list[Table], counts: dict[str, int]) -> None:
    sheet = book.add_worksheet("说明 contents")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 4, 50)
    for at, text in enumerate(("表 table", "行 rows", "在哪里 where", "说明", "description")):
        sheet.write_string(0, at, text, head)
    for row, table in enumerate(tables, 1):
        where = _elsewhere(table, counts[table.name]) or f"工作表 sheet {table.name}"
        sheet.write_string(row, 0, table.name)
        sheet.write_number(row, 1, counts[table.name])
        for at, text in enumerate((where, table.zh, table.en), 2):
            sheet.write_string(row, at, text)
    sheet.write_string(
        len(tables) + 2, 0, "空白不是 0：空白表示报告未填、填“/”、没有这一行或未能读出。A blank is never 0."
    )


def _sheet(book: Any, head: Any, table: Table, rows: Iterator[Any]) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(table.columns) - 1, 16)
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.heading, head)
    number, string = sheet.write_number, sheet.write_string
    for row, values in enumerate(rows, 1):
        for at, value in enumerate(values):
            if value is None:
                continue
            if isinstance(value, str):
                string(row, at, fitted(value))
            else:
                number(row, at, value)
