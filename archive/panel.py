"""The panel: one wide row a report, a column for each cell of the form, for statistics packages.

Columns are `<table>_<row>_<cell>`, as in `requests_received_total`. A cell is NULL where the report leaves it blank or
does not print the row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from archive.schema import FORM_TABLES
from extract.form import APPLICANTS, DISCLOSURE, DISCLOSURE_KEYS, OUTCOMES, RESULTS, ROUTES

KEYS: dict[str, str] = {
    "report_id": "TEXT PRIMARY KEY REFERENCES reports(id)",
    "agency_id": "TEXT NOT NULL REFERENCES agencies(id)",
    "agency_name": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "portal_id": "TEXT NOT NULL REFERENCES portals(id)",
    "division_code": "TEXT REFERENCES divisions(code)",
    "place": "TEXT NOT NULL",
    "year": "INTEGER NOT NULL",
    "form": "TEXT",
    "published": "TEXT",
    "days_late": "INTEGER",
    "versions": "INTEGER NOT NULL",
    "source_findings": "INTEGER NOT NULL",
    "reading_findings": "INTEGER NOT NULL",
}


def _disclosure_cells(row: str) -> list[str]:
    return list(
        dict.fromkeys(cell for form in DISCLOSURE.values() for item in form if item.key == row for cell in item.cells)
    )


CELLS: dict[str, tuple[str, str, str]] = {
    f"{table}_{row}_{cell}": (table, row, cell)
    for table, rows in (
        ("disclosure", {row: _disclosure_cells(row) for row in DISCLOSURE_KEYS}),
        ("requests", {outcome.key: list(APPLICANTS) for outcome in OUTCOMES}),
        ("challenges", {route: list(RESULTS) for route in ROUTES}),
    )
    for row, cells in rows.items()
    for cell in cells
}
"""Column name -> (table, row, cell) of the form, in the form's order."""


def build_panel(db: sqlite3.Connection) -> None:
    """Make and fill the table `panel` from the tables beside it."""
    columns = [f"{name} {kind}" for name, kind in KEYS.items()] + [f"{name} NUMERIC" for name in CELLS]
    db.execute(f"CREATE TABLE panel ({', '.join(columns)})")
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT INTO panel VALUES ({marks})", _rows(db))
    db.execute("CREATE INDEX panel_agency ON panel(agency_id, year)")
    db.execute("CREATE INDEX panel_year ON panel(year)")


def _rows(db: sqlite3.Connection) -> Iterator[list[Any]]:
    """Walks the three tables once, side by side, in the order of their report ids."""
    position = {path: i for i, path in enumerate(CELLS.values(), len(KEYS))}
    walks = {key: _by_report(db, key, *place) for key, place in FORM_TABLES.items()}
    heads = {key: next(walk, None) for key, walk in walks.items()}
    for row in _keys(db):
        wide = [*row, *([None] * len(CELLS))]
        for key, walk in walks.items():
            while (head := heads[key]) is not None and head[0] <= row[0]:
                if head[0] == row[0]:
                    _place(wide, position, key, head)
                heads[key] = next(walk, None)
        yield wide


def _place(
    wide: list[Any], position: dict[tuple[str, str, str], int], table: str, row: tuple[str, str, dict[str, Any]]
) -> None:
    for cell, value in row[2].items():
        at = position.get((table, row[1], cell))
        if at is not None:
            wide[at] = value


def _by_report(
    db: sqlite3.Connection, key: str, table: str, row_name: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    names = list(dict.fromkeys(cell for of, _, cell in CELLS.values() if of == key))
    columns = ", ".join(f'"{name}"' for name in names)
    for report, row, *values in db.execute(
        f"SELECT report_id, {row_name}, {columns} FROM main.{table} ORDER BY report_id"
    ):
        yield report, row, dict(zip(names, values, strict=True))


def _keys(db: sqlite3.Connection) -> Iterator[list[Any]]:
    return iter(
        db.execute(
            "SELECT r.id, r.agency_id, a.name, a.kind, r.portal_id, p.division_code, p.name, r.year, r.form, "
            "r.published, r.days_late, (SELECT count(*) FROM main.versions WHERE report_id = r.id), "
            "(SELECT count(*) FROM main.findings WHERE report_id = r.id AND fault = 'source'), "
            "(SELECT count(*) FROM main.findings WHERE report_id = r.id AND fault = 'reading' AND rule <> 'corrected') "
            "FROM main.reports r JOIN main.agencies a ON a.id = r.agency_id JOIN main.portals p ON p.id = r.portal_id "
            "ORDER BY r.id"
        )
    )
