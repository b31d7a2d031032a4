"""The data dictionary: what every published table and column holds, in Chinese and English.

Written by hand in dictionary.csv; the columns of the panel are described from the form's own labels.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.panel import CELLS
from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES

TABLE_NAMES = {"disclosure": "表二", "requests": "表三", "challenges": "表四"}


@dataclass(frozen=True)
class Description:
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} · {self.en}"


@cache
def dictionary() -> dict[tuple[str, str], Description]:
    """(table, column) -> description; the table's own stands under the column ""."""
    with files("archive").joinpath("dictionary.csv").open(encoding="utf-8") as file:
        described = {(row["table"], row["column"]): Description(row["zh"], row["en"]) for row in csv.DictReader(file)}
    for column, place in CELLS.items():
        described["panel", column] = Description(cell_label(*place), column.replace("_", " "))
    return described


@cache
def row_label(table: str, row: str) -> str:
    """The form's own label of a row."""
    if table == "disclosure":
        return next((item.label for form in DISCLOSURE.values() for item in form if item.key == row), row)
    if table == "challenges":
        return ROUTES.get(row, row)
    outcome = next((outcome for outcome in OUTCOMES if outcome.key == row), None)
    return row if outcome is None else outcome.group + outcome.label


@cache
def column_label(table: str, row: str, cell: str) -> str:
    """The form's own label of a column; in table 2 it depends on the row."""
    if table == "requests":
        return APPLICANTS.get(cell, cell)
    if table == "challenges":
        return RESULTS.get(cell, cell)
    items = [item for form in DISCLOSURE.values() for item in form if item.key == row]
    return next((item.cells[cell] for item in items if cell in item.cells), cell)


def cell_label(table: str, row: str, cell: str) -> str:
    """A cell in the words of the form: 表三 · 一、本年新收政府信息公开申请数量 · 总计."""
    if table == "statistics":
        return f"统计表第{row}行"
    return " · ".join((TABLE_NAMES.get(table, table), row_label(table, row), column_label(table, row, cell)))
