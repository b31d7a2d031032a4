"""What Datasette serves: `public.db`, built anew beside the old one, checked, and renamed into place.

Readers never see a half-written file, and a publication that fails leaves the old one as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from archive.agencies import settle_names
from archive.copies import build_copies
from archive.coverage import build_coverage
from archive.durable import sync
from archive.evidence import build_evidence
from archive.facets import beside, tokens
from archive.ingest import settle_edited
from archive.leads import build_leads
from archive.lineage import build_lineage
from archive.outliers import build_outliers
from archive.panel import build_panel
from archive.readings import READ, current_readings
from archive.schema import open_archive
from archive.search import STRIDE, TOKENIZER, index_text
from archive.tallies import build_tallies
from archive.versions import seen_again
from extract.errors import Alarm

TABLES = (
    "divisions",
    "portals",
    "agencies",
    "crawls",
    "captures",
    "revisits",
    "documents",
    "attachments",
    "reports",
    "versions",
    "changes",
    "absences",
    "disclosures",
    "requests",
    "challenges",
    "printed",
    "statistics",
    "sections",
    "figures",
    "findings",
    "corrections",
)
"""The tables of the working archive that are published, with every column; `readings` stays inside, its latest status
goes with its document."""

BUILT = (
    "panel",
    "lineage",
    "coverage",
    "gone",
    "copies",
    "copied_paragraphs",
    "evidence",
    "leads",
    "report_counts",
    "totals",
)
"""What is worked out from them with every publication."""

_INDEXES = """
CREATE INDEX IF NOT EXISTS reports_published ON reports(published DESC, id);
CREATE INDEX IF NOT EXISTS reports_portal_year ON reports(portal_id, year);
CREATE INDEX IF NOT EXISTS reports_capture ON reports(capture_id);
CREATE INDEX IF NOT EXISTS reports_article_capture ON reports(article_capture_id);
CREATE INDEX IF NOT EXISTS versions_seen ON versions(first_seen);
CREATE INDEX IF NOT EXISTS versions_edited ON versions(first_seen) WHERE number > 1;
CREATE INDEX IF NOT EXISTS versions_capture ON versions(capture_id);
CREATE INDEX IF NOT EXISTS documents_report ON documents(report_id);
CREATE INDEX IF NOT EXISTS documents_status ON documents(reading_status);
CREATE INDEX IF NOT EXISTS captures_fetched ON captures(fetched_at);
CREATE INDEX IF NOT EXISTS requests_outcome ON requests(outcome, total);
CREATE INDEX IF NOT EXISTS disclosures_item ON disclosures(item);
CREATE INDEX IF NOT EXISTS sections_key ON sections(key);
CREATE INDEX IF NOT EXISTS figures_topic ON figures(topic, unit);
"""


_LAST = "versions"
"""Filled after the search index is made: large enough to use the pages that the index's merging has left empty."""

_GONE = """
CREATE VIEW gone AS
SELECT r.id AS report_id, r.agency_id, r.year, max(a.last_seen) AS last_seen, min(a.missed) AS missed,
  max(a.listed) AS listed, group_concat(DISTINCT a.reason) AS reason
FROM documents d JOIN reports r ON r.id = d.report_id LEFT JOIN absences a ON a.document_id = d.id
  AND a.returned IS NULL AND a.crawl_id IN (SELECT id FROM crawls WHERE outcome IN ('ok', 'fewer_than_before'))
GROUP BY r.id HAVING count(*) = count(a.id)
"""
"""A report is gone where every document of it is. A crawl that met a portal in trouble proves nothing."""


class PublicationFailed(Alarm):
    """The new file is not fit to be served; the old one is untouched."""


def publish(data: Path, today: date | None = None) -> Path:
    """Build DATA/public.db from DATA/archive.db and rename it into place; gives its path. What is due is judged as of
    today in China, unless another day is given.

    Raises FileNotFoundError where there is no archive yet, PublicationFailed where the result does not pass SQLite's
    checks, sqlite3.Error or OSError where it cannot be written (a full disk).
    """
    if not (data / "archive.db").is_file():
        raise FileNotFoundError(f"no archive in {data}: run `gongkai crawl` and `gongkai extract` first")
    archive = open_archive(data)
    try:
        settle_names(archive)
        settle_edited(archive)
        seen_again(archive)
    finally:
        archive.close()
    target, building = data / "public.db", data / "public.db.tmp"
    building.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(building, isolation_level=None)) as db:
            _build(db, data / "archive.db", today)
            _check(db)
        sync(building)
        building.replace(target)
        sync(data)
    finally:
        building.unlink(missing_ok=True)
        building.with_name(building.name + "-journal").unlink(missing_ok=True)
    return target


def _build(db: sqlite3.Connection, archive: Path, today: date | None) -> None:
    # Nobody reads this file before it is renamed, so a crash costs only the attempt.
    db.execute("PRAGMA journal_mode=OFF")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("ATTACH DATABASE ? AS source", [str(archive)])
    db.execute("BEGIN")
    _copy(db)
    # Before the index, which holds what each report was found to be.
    build_outliers(db)
    _index_sections(db)
    _fill(db, _LAST)
    _reading_status(db)
    for statement in _INDEXES.split(";"):
        db.execute(statement)
    build_panel(db)
    build_lineage(db)
    build_coverage(db, today)
    build_copies(db)
    build_evidence(db)
    db.execute(_GONE)
    build_tallies(db)
    build_leads(db)
    _index_reports(db)
    db.execute("COMMIT")
    db.execute("DETACH DATABASE source")
    db.execute("ANALYZE")
    db.execute("PRAGMA journal_mode=DELETE")


def _copy(db: sqlite3.Connection) -> None:
    marks = ", ".join("?" * len(TABLES))
    definitions = db.execute(
        f"SELECT type, sql FROM source.sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL "
        "ORDER BY type = 'index'",
        TABLES,
    ).fetchall()
    for kind, sql in definitions:
        if kind == "table":
            db.execute(sql)
    for table in TABLES:
        if table != _LAST:
            _fill(db, table)
    for kind, sql in definitions:
        if kind == "index":
            db.execute(sql)


def _fill(db: sqlite3.Connection, table: str) -> None:
    """Copy a table. The row numbers of reports and sections are made in the order of time, so that a walk through the
    search index meets the newest first: a report's is a multiple of STRIDE, those of its sections follow it."""
    names = [f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({table})")]
    columns = ", ".join(names)
    if table == "reports":
        sql = (
            f"INSERT INTO main.reports (rowid, {columns}) SELECT row_number() OVER (ORDER BY year, published, id) "
            f"* {STRIDE}, {columns} FROM source.reports ORDER BY 1"
        )
    elif table == "sections":
        others = ", ".join(f"s.{name}" for name in names[1:])
        sql = (
            f"INSERT INTO main.sections ({columns}) SELECT r.rowid + row_number() OVER (PARTITION BY r.rowid "
            f"ORDER BY s.number), {others} FROM source.sections s JOIN main.reports r ON r.id = s.report_id ORDER BY 1"
        )
    else:
        sql = f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}"
    db.execute(sql)


def _reading_status(db: sqlite3.Connection) -> None:
    """How the newest reading of each document ended, so that what could not be read is seen by everybody."""
    db.execute("ALTER TABLE documents ADD COLUMN reading_status TEXT")
    db.execute("ALTER TABLE documents ADD COLUMN reading_message TEXT")
    db.execute(
        "UPDATE documents SET reading_status = r.status, reading_message = r.message "
        f"FROM {current_readings('source')} AS r WHERE documents.id = r.document_id"
    )
    db.execute("UPDATE documents SET reading_status = 'not_read' WHERE reading_status IS NULL")
    db.execute("UPDATE documents SET reading_message = NULL WHERE reading_status = ?", [READ])


def _index_sections(db: sqlite3.Connection) -> None:
    db.execute(
        f"CREATE VIRTUAL TABLE sections_fts USING fts5(heading, text, facets, content='', tokenize='{TOKENIZER}')"
    )
    _build_in_large_steps(db, "sections_fts")
    rows = db.execute("SELECT id, heading, text FROM sections ORDER BY id")
    sql = "INSERT INTO sections_fts (rowid, heading, text, facets) VALUES (?, ?, ?, ?)"
    db.executemany(sql, beside(_tokens(rows), tokens(db)))
    # The official headings are the same everywhere: a hit in the text says more.
    db.execute("INSERT INTO sections_fts (sections_fts, rank) VALUES ('rank', 'bm25(0.1, 1.0, 0.0)')")
    db.execute("INSERT INTO sections_fts (sections_fts) VALUES ('optimize')")


def _index_reports(db: sqlite3.Connection) -> None:
    db.execute(
        f"CREATE VIRTUAL TABLE reports_fts USING fts5(title, agency, name, facets, content='', tokenize='{TOKENIZER}')"
    )
    rows = db.execute(
        "SELECT r.rowid, r.title, r.agency, a.name FROM reports r JOIN agencies a ON a.id = r.agency_id ORDER BY 1"
    )
    sql = "INSERT INTO reports_fts (rowid, title, agency, name, facets) VALUES (?, ?, ?, ?, ?)"
    db.executemany(sql, beside(_tokens(rows), tokens(db)))
    db.execute("INSERT INTO reports_fts (reports_fts) VALUES ('optimize')")


def _build_in_large_steps(db: sqlite3.Connection, index: str) -> None:
    """FTS5's own 1 MB at a time makes thousands of small segments, merged again and again."""
    db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', {64 * 2**20})")
    db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('automerge', 0)")


def _tokens(rows: Iterator[tuple[int, str]]) -> Iterator[tuple[Any, ...]]:
    return ((rowid, *(index_text(text) for text in texts)) for rowid, *texts in rows)


def _check(db: sqlite3.Connection) -> None:
    found = [row[0] for row in db.execute("PRAGMA integrity_check(5)")]
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    if found != ["ok"] or broken:
        why = (
            "; ".join(found)
            if found != ["ok"]
            else f"{len(broken)} rows refer to rows that are not there ({broken[0]})"
        )
        raise PublicationFailed(f"the new public.db is not sound, the old one stays: {why}")
