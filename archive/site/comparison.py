"""Values to hold a report's own against: the body's report of the year before, or the other bodies of its place.

Both are looked up cell by cell; a cell that the other report leaves blank, or that fewer than three bodies filled in,
has nothing beside it.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from archive.schema import FORM_TABLES
from archive.site.pages import Row, row, rows

if TYPE_CHECKING:
    from datasette.app import Datasette

FEWEST = 3
"""A median of fewer bodies would name one of them."""


async def year_before(ds: Datasette, report: Row) -> tuple[Row | None, dict[str, float]]:
    """The body's report of the year before, and its cells by path (`requests.received.total`)."""
    before = await row(
        ds, "SELECT id, year FROM reports WHERE agency_id = ? AND year = ?", [report["agency_id"], report["year"] - 1]
    )
    return before, await cells_of(ds, before["id"]) if before else {}


async def place(ds: Datasette, report: Row) -> tuple[int, dict[str, float]]:
    """How many bodies of the same kind reported on that portal for that year, this one included; and by path the
    median of what they printed."""
    found = await rows(
        ds,
        "SELECT r.id FROM reports r JOIN agencies a ON a.id = r.agency_id "
        "WHERE r.portal_id = ? AND r.year = ? AND a.kind = ?",
        [report["portal_id"], report["year"], report["kind"]],
    )
    cells = await _cells(ds, [other["id"] for other in found])
    return len(found), {path: median(values) for path, values in cells.items() if len(values) >= FEWEST}


async def cells_of(ds: Datasette, report: str) -> dict[str, float]:
    """The numbers of one report by path."""
    return {path: found[0] for path, found in (await _cells(ds, [report])).items()}


async def _cells(ds: Datasette, reports: list[str]) -> dict[str, list[float]]:
    """By path, the values that the reports print there."""
    cells: dict[str, list[float]] = defaultdict(list)
    marks = ", ".join("?" * len(reports))
    for key, (table, name) in FORM_TABLES.items():
        for line in await rows(ds, f"SELECT * FROM {table} WHERE report_id IN ({marks})", reports) if reports else ():
            subject = line.pop(name)
            del line["report_id"]
            for cell, value in line.items():
                if value is not None:
                    cells[f"{key}.{subject}.{cell}"].append(value)
    return cells
