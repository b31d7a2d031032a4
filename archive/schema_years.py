"""The third migration: what makes the archive evidence over years. Edits, absences, and bodies as series.

What follows wholly from other tables and costs more than a query (coverage, copies, lineage, outliers) is worked out
anew with every publication and has no table here.
"""

from __future__ import annotations

STATEMENTS = """
ALTER TABLE versions ADD COLUMN extractor TEXT;
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  from_version INTEGER NOT NULL,
  to_version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('cell', 'paragraph')),
  location TEXT NOT NULL,
  before,
  after,
  last_before TEXT NOT NULL,
  first_after TEXT NOT NULL,
  before_capture_id INTEGER NOT NULL REFERENCES captures(id),
  after_capture_id INTEGER NOT NULL REFERENCES captures(id),
  after_due INTEGER CHECK (after_due IN (0, 1)),
  certain INTEGER NOT NULL CHECK (certain IN (0, 1)),
  FOREIGN KEY (report_id, from_version) REFERENCES versions(report_id, number) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (report_id, to_version) REFERENCES versions(report_id, number) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX changes_report ON changes(report_id, to_version);
CREATE INDEX changes_location ON changes(kind, location);
CREATE TABLE absences (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES documents(id),
  crawl_id INTEGER REFERENCES crawls(id),
  last_seen TEXT NOT NULL,
  missed TEXT NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  reason TEXT NOT NULL,
  returned TEXT
);
CREATE UNIQUE INDEX absences_open ON absences(document_id) WHERE returned IS NULL;
CREATE INDEX absences_document ON absences(document_id);
ALTER TABLE agencies ADD COLUMN field TEXT;
ALTER TABLE agencies ADD COLUMN series_id TEXT REFERENCES agencies(id);
CREATE INDEX agencies_series ON agencies(series_id);
"""
