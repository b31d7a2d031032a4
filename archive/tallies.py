"""Counts that pages show, made once with each publication: counting 100,000 reports for every reader is slow."""

from __future__ import annotations

import sqlite3

from archive.facets import FACETS, JOINED

DIMENSIONS = ("province", "place", "kind", "form", "findings")
"""The facets that report_counts tells apart, beside the year."""

_TABLES = """
CREATE TABLE report_counts (
  id INTEGER PRIMARY KEY,
  province TEXT NOT NULL,
  place TEXT NOT NULL REFERENCES portals(id),
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  findings TEXT NOT NULL,
  year INTEGER NOT NULL,
  reports INTEGER NOT NULL
);
CREATE TABLE totals (
  what TEXT NOT NULL,
  value TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (what, value)
) WITHOUT ROWID
"""
_TOTALS = {
    "reports": "SELECT '', count(*) FROM reports",
    "agencies": "SELECT '', count(*) FROM agencies",
    "portals": "SELECT '', count(*) FROM portals",
    "captures": "SELECT '', count(*) FROM captures",
    "findings": "SELECT '', count(*) FROM findings WHERE fault = 'source' AND severity <> 'info'",
    "unread": "SELECT '', count(*) FROM documents WHERE report_id IS NULL",
    "year": "SELECT year, sum(reports) FROM report_counts GROUP BY 1",
    "province": "SELECT province, sum(reports) FROM report_counts GROUP BY 1",
    "place": "SELECT p.id, coalesce(sum(c.reports), 0) FROM portals p LEFT JOIN report_counts c ON c.place = p.id "
    "GROUP BY 1",
    "kind": "SELECT kind, sum(reports) FROM report_counts GROUP BY 1",
    "form": "SELECT form, sum(reports) FROM report_counts GROUP BY 1",
    "with_findings": "SELECT findings, sum(reports) FROM report_counts GROUP BY 1",
    "field": "SELECT a.field, count(*) FROM reports r JOIN agencies a ON a.id = r.agency_id "
    "WHERE a.field IS NOT NULL GROUP BY 1",
    "rule_source": "{rules} WHERE fault = 'source' GROUP BY 1",
    "rule_reading": "{rules} WHERE fault = 'reading' GROUP BY 1",
}
"""What is counted, by its name in `totals`: a value and the count."""
_RULES = (
    "SELECT CASE WHEN instr(rule, ':') THEN substr(rule, 1, instr(rule, ':') - 1) ELSE rule END, "
    "count(DISTINCT report_id) FROM findings"
)


def build_tallies(db: sqlite3.Connection) -> None:
    """Make and fill `report_counts` and `totals`, once all findings are there."""
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    values = ", ".join(FACETS[name] for name in DIMENSIONS)
    db.execute(
        f"INSERT INTO report_counts ({', '.join(DIMENSIONS)}, year, reports) "
        f"SELECT {values}, r.year, count(*) FROM {JOINED} GROUP BY {values}, r.year"
    )
    for what, sql in _TOTALS.items():
        db.execute(f"INSERT INTO totals SELECT '{what}', * FROM ({sql.format(rules=_RULES)})")
