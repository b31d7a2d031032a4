"""The leads, ranked once with each publication: sorting all findings for every reader is slow.

What each kind means to a reader stands with the page that shows it.
"""

from __future__ import annotations

import sqlite3

_TABLE = """
CREATE TABLE leads (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  year INTEGER NOT NULL,
  agency TEXT NOT NULL,
  report_id TEXT REFERENCES reports(id),
  series_id TEXT REFERENCES agencies(id),
  what TEXT NOT NULL,
  cell TEXT,
  before,
  after
)
"""
_INDEXES = """
CREATE INDEX leads_kind ON leads(kind);
CREATE INDEX leads_kind_portal ON leads(kind, portal_id, year);
CREATE INDEX leads_kind_year ON leads(kind, year)
"""
_INTO = "INSERT INTO leads (kind, portal_id, year, agency, report_id, series_id, what, cell, before, after) "
_REPORT = "r.portal_id, r.year, r.agency, r.id, NULL"
_FIRST_CELL = "json_extract(f.cells, '$[' || (json_array_length(f.cells) - 1) || ']')"
_FINDING = (
    f"SELECT :kind, {_REPORT}, f.rule, {_FIRST_CELL}, f.expected, f.actual FROM findings f "
    "JOIN reports r ON r.id = f.report_id WHERE "
)
MOST_REFUSING = 3
"""Of each place, year and reason so many bodies are leads: the table `requests` holds them all."""

_RANKED = {
    "broken": _FINDING + "f.fault = 'source' AND f.severity = 'error' "
    "ORDER BY abs(coalesce(f.actual, 0) - coalesce(f.expected, 0)) DESC, f.id",
    "edits": f"SELECT :kind, {_REPORT}, h.location, h.location, h.before, h.after FROM changes h "
    "JOIN reports r ON r.id = h.report_id WHERE h.kind = 'cell' AND h.certain = 1 AND h.after_due = 1 "
    "ORDER BY h.first_after DESC, h.id",
    "jumps": _FINDING + "f.rule GLOB 'jump:*' OR f.rule GLOB 'peers:*' ORDER BY "
    "max((f.actual + 1.0) / (f.expected + 1.0), (f.expected + 1.0) / (f.actual + 1.0)) DESC, f.id",
    "carry": _FINDING + "f.rule GLOB 'carry:*' ORDER BY abs(f.actual - f.expected) DESC, f.id",
    "copies": f"SELECT :kind, {_REPORT}, s.agency || ' ' || s.year, NULL, round(100 * c.share, 1), c.characters "
    "FROM copies c JOIN reports r ON r.id = c.report_id JOIN reports s ON s.id = c.source_report_id "
    "ORDER BY c.share DESC, r.id, s.id",
    "late": f"SELECT :kind, {_REPORT}, r.days_late, NULL, r.due, r.published FROM reports r WHERE r.days_late > 0 "
    "ORDER BY r.days_late DESC, r.id",
    "missing": "SELECT :kind, c.portal_id, c.year, c.name, NULL, c.series_id, c.basis, NULL, c.due, "
    "substr(c.last_looked, 1, 10) FROM coverage c WHERE c.state = 'not_found' ORDER BY CASE c.basis "
    "WHEN 'between' THEN 4 WHEN 'listed' THEN 3 WHEN 'law' THEN 2 WHEN 'before' THEN 1 ELSE 0 END DESC, "
    "c.year DESC, c.id",
    "refusals": "SELECT :kind, portal_id, year, agency, id, NULL, outcome, 'requests.' || outcome || '.total', "
    "refused, concluded FROM (SELECT r.*, q.outcome, q.total AS refused, c.total AS concluded, row_number() OVER "
    "(PARTITION BY r.portal_id, r.year, q.outcome ORDER BY q.total DESC, r.id) AS place FROM requests q "
    "JOIN reports r ON r.id = q.report_id "
    "LEFT JOIN requests c ON c.report_id = q.report_id AND c.outcome = 'concluded' "
    "WHERE q.outcome GLOB 'refused_*' AND q.total > 0) "
    f"WHERE place <= {MOST_REFUSING} ORDER BY refused DESC, id",
}
KINDS = tuple(_RANKED)


def build_leads(db: sqlite3.Connection) -> None:
    """Make and fill the table `leads`; within a kind the row numbers are the ranks. Findings and `coverage` must be
    whole by then."""
    db.execute(_TABLE)
    for kind, sql in _RANKED.items():
        db.execute(_INTO + sql, {"kind": kind})
    for statement in _INDEXES.split(";\n"):
        db.execute(statement)
