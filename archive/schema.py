"""The working database: its tables, as migrations that run in order, each in a transaction.

Cells are NUMERIC and NULL where the report leaves them blank; the CHECKs refuse text in a cell. `captures` and
`revisits` are append-only.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.migrate import migrate
from archive.schema_years import STATEMENTS as _YEARS
from extract.form import APPLICANTS, DISCLOSURE_CELLS, RESULTS

migrations = Migrations("gongkai")

FORM_TABLES = {
    "disclosure": ("disclosures", "item"),
    "requests": ("requests", "outcome"),
    "challenges": ("challenges", "route"),
}
"""The form's tables by their key in a report: the database's table, and its column that names the row."""


def _cells(names: tuple[str, ...] | list[str]) -> str:
    return ",\n".join(
        f"  \"{name}\" NUMERIC CHECK (typeof(\"{name}\") IN ('integer', 'real', 'null'))" for name in names
    )


@migrations(name="0001_first")
def first(db: Database) -> None:
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            db.execute(statement)


_FIRST = f"""
CREATE TABLE divisions (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL
);
CREATE TABLE portals (
  id TEXT PRIMARY KEY,
  division_code TEXT REFERENCES divisions(code),
  name TEXT NOT NULL,
  level TEXT,
  home_url TEXT,
  column_url TEXT,
  platform TEXT,
  note TEXT
);
CREATE TABLE agencies (
  id TEXT PRIMARY KEY,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  division_code TEXT REFERENCES divisions(code),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('government', 'office', 'department', 'street_or_town', 'other')),
  other_names TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(other_names))
);
CREATE UNIQUE INDEX agencies_portal_name ON agencies(portal_id, name);
CREATE TABLE crawls (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT CHECK (outcome IN ('ok', 'empty', 'fewer_than_before', 'blocked', 'unreachable', 'robots',
                                  'changed_layout', 'interrupted')),
  reason TEXT,
  requests INTEGER NOT NULL DEFAULT 0,
  listed INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0,
  new_captures INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  details TEXT NOT NULL DEFAULT '{{}}' CHECK (json_valid(details))
);
CREATE INDEX crawls_portal ON crawls(portal_id, started);
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  crawl_id INTEGER REFERENCES crawls(id),
  portal_id TEXT REFERENCES portals(id),
  role TEXT NOT NULL CHECK (role IN ('robots', 'home', 'list', 'article', 'attachment', 'other')),
  url TEXT NOT NULL,
  final_url TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  content_type TEXT,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  warc TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,
  warc_length INTEGER NOT NULL,
  record_id TEXT NOT NULL UNIQUE
);
CREATE UNIQUE INDEX captures_place ON captures(warc, warc_offset);
CREATE INDEX captures_url ON captures(url, id);
CREATE INDEX captures_sha256 ON captures(sha256);
CREATE TABLE revisits (
  id INTEGER PRIMARY KEY,
  capture_id INTEGER NOT NULL REFERENCES captures(id),
  crawl_id INTEGER REFERENCES crawls(id),
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  warc TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,
  warc_length INTEGER NOT NULL
);
CREATE INDEX revisits_capture ON revisits(capture_id);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  portal_id TEXT NOT NULL REFERENCES portals(id),
  url TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  listed_on TEXT,
  found_at TEXT,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  capture_id INTEGER REFERENCES captures(id),
  report_id TEXT REFERENCES reports(id)
);
CREATE INDEX documents_report ON documents(report_id);
CREATE TABLE attachments (
  document_id INTEGER NOT NULL REFERENCES documents(id),
  url TEXT NOT NULL,
  label TEXT,
  capture_id INTEGER REFERENCES captures(id),
  last_seen TEXT NOT NULL,
  PRIMARY KEY (document_id, url)
);
CREATE TABLE readings (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES documents(id),
  fingerprint TEXT NOT NULL,
  extractor TEXT NOT NULL,
  read_at TEXT NOT NULL,
  status TEXT NOT NULL,
  message TEXT,
  capture_id INTEGER REFERENCES captures(id),
  report TEXT CHECK (report IS NULL OR json_valid(report)),
  UNIQUE (document_id, fingerprint, extractor)
);
CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  agency_id TEXT NOT NULL REFERENCES agencies(id),
  portal_id TEXT NOT NULL REFERENCES portals(id),
  agency TEXT NOT NULL,
  year INTEGER NOT NULL,
  title TEXT NOT NULL,
  form TEXT CHECK (form IN ('2019', '2021')),
  published TEXT,
  due TEXT NOT NULL,
  days_late INTEGER,
  media TEXT NOT NULL,
  url TEXT NOT NULL,
  capture_id INTEGER NOT NULL REFERENCES captures(id),
  article_capture_id INTEGER NOT NULL REFERENCES captures(id),
  extractor TEXT NOT NULL,
  UNIQUE (agency_id, year)
);
CREATE INDEX reports_year ON reports(year);
CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  number INTEGER NOT NULL,
  content_sha256 TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  capture_id INTEGER NOT NULL REFERENCES captures(id),
  content TEXT NOT NULL CHECK (json_valid(content)),
  UNIQUE (report_id, number)
);
CREATE TABLE disclosures (
  report_id TEXT NOT NULL REFERENCES reports(id),
  item TEXT NOT NULL,
{_cells(DISCLOSURE_CELLS)},
  PRIMARY KEY (report_id, item)
);
CREATE TABLE requests (
  report_id TEXT NOT NULL REFERENCES reports(id),
  outcome TEXT NOT NULL,
{_cells(list(APPLICANTS))},
  PRIMARY KEY (report_id, outcome)
);
CREATE TABLE challenges (
  report_id TEXT NOT NULL REFERENCES reports(id),
  route TEXT NOT NULL,
{_cells(list(RESULTS))},
  PRIMARY KEY (report_id, route)
);
CREATE TABLE printed (
  report_id TEXT NOT NULL REFERENCES reports(id),
  cell TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (report_id, cell)
);
CREATE TABLE sections (
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  number INTEGER NOT NULL,
  key TEXT NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (report_id, number)
);
CREATE TABLE figures (
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  section INTEGER NOT NULL,
  topic TEXT,
  value NUMERIC NOT NULL,
  unit TEXT,
  approximate INTEGER NOT NULL CHECK (approximate IN (0, 1)),
  sentence TEXT NOT NULL
);
CREATE INDEX figures_report ON figures(report_id);
CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  report_id TEXT NOT NULL REFERENCES reports(id),
  rule TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  fault TEXT NOT NULL CHECK (fault IN ('source', 'reading')),
  message TEXT NOT NULL,
  expected NUMERIC,
  actual NUMERIC,
  cells TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(cells))
);
CREATE INDEX findings_report ON findings(report_id);
CREATE INDEX findings_rule ON findings(rule);
"""


@migrations(name="0002_operations")
def operations(db: Database) -> None:
    for statement in _OPERATIONS.split(";\n"):
        if statement.strip():
            db.execute(statement)


_OPERATIONS = """
CREATE TABLE frontier (
  id INTEGER PRIMARY KEY,
  crawl_id INTEGER NOT NULL REFERENCES crawls(id),
  key TEXT,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'done')),
  task TEXT NOT NULL CHECK (json_valid(task)),
  UNIQUE (crawl_id, key)
);
CREATE INDEX frontier_open ON frontier(crawl_id, state, priority DESC, id) WHERE state != 'done';
CREATE TABLE frontier_walks (
  crawl_id INTEGER NOT NULL REFERENCES crawls(id),
  column_url TEXT NOT NULL,
  walk TEXT NOT NULL CHECK (json_valid(walk)),
  PRIMARY KEY (crawl_id, column_url)
);
CREATE TABLE frontier_portals (
  crawl_id INTEGER PRIMARY KEY REFERENCES crawls(id),
  portal_id TEXT NOT NULL REFERENCES portals(id),
  begun TEXT NOT NULL,
  state TEXT NOT NULL CHECK (json_valid(state))
);
CREATE INDEX frontier_portals_portal ON frontier_portals(portal_id);
CREATE TABLE visits (
  portal_id TEXT NOT NULL REFERENCES portals(id),
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  document_id INTEGER REFERENCES documents(id),
  listed TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  PRIMARY KEY (portal_id, key)
);
CREATE INDEX visits_due ON visits(portal_id, due_at);
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  crawl_id INTEGER REFERENCES crawls(id),
  portal_id TEXT REFERENCES portals(id),
  monitor TEXT NOT NULL,
  message TEXT NOT NULL,
  raised_at TEXT NOT NULL
);
CREATE INDEX alarms_run ON alarms(run);
CREATE TABLE manifests (
  warc TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  records INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  closed_at TEXT NOT NULL
);
ALTER TABLE crawls ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE crawls ADD COLUMN resumes INTEGER REFERENCES crawls(id);
ALTER TABLE revisits ADD COLUMN record_id TEXT;
CREATE INDEX revisits_record ON revisits(record_id);
"""


@migrations(name="0003_years")
def years(db: Database) -> None:
    for statement in _YEARS.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations(name="0004_imports")
def imports(db: Database) -> None:
    db.execute(
        "CREATE TABLE imports (id INTEGER PRIMARY KEY, portal_id TEXT NOT NULL REFERENCES portals(id),"
        " imported_at TEXT NOT NULL, files TEXT NOT NULL CHECK (json_valid(files)),"
        " captures INTEGER NOT NULL, revisits INTEGER NOT NULL, known INTEGER NOT NULL, newest TEXT NOT NULL)"
    )
    db.execute("CREATE INDEX imports_portal ON imports(portal_id, imported_at)")


@migrations(name="0005_statistics")
def statistics(db: Database) -> None:
    db.execute(
        "CREATE TABLE statistics (report_id TEXT NOT NULL REFERENCES reports(id), number INTEGER NOT NULL, "
        "heading TEXT NOT NULL, item TEXT NOT NULL, unit TEXT, "
        "value NUMERIC CHECK (typeof(value) IN ('integer', 'real', 'null')), printed TEXT, "
        "PRIMARY KEY (report_id, number))"
    )


@migrations(name="0006_corrections")
def corrections(db: Database) -> None:
    db.execute(
        "CREATE TABLE corrections (id INTEGER PRIMARY KEY, report_id TEXT NOT NULL REFERENCES reports(id), "
        "cell TEXT NOT NULL, "
        "\"read\" NUMERIC CHECK (typeof(\"read\") IN ('integer', 'real', 'null')), "
        "value NUMERIC CHECK (typeof(value) IN ('integer', 'real', 'null')), "
        "who TEXT NOT NULL, why TEXT NOT NULL, capture_sha256 TEXT NOT NULL, "
        "state TEXT NOT NULL CHECK (state IN ('applied', 'agrees', 'asked_again', 'superseded')))"
    )
    db.execute("CREATE INDEX corrections_report ON corrections(report_id, cell)")
    # Read, but not taken in: what a newer version of the reader would change is shown first.
    db.execute("ALTER TABLE readings ADD COLUMN pending INTEGER NOT NULL DEFAULT 0 CHECK (pending IN (0, 1))")
    db.execute("CREATE INDEX readings_pending ON readings(document_id) WHERE pending")


@migrations(name="0007_light_checks")
def light_checks(db: Database) -> None:
    """The same rows under CHECKs that say the same: SQLite makes a table anew for each `IN` of three and more, for each
    cell of each row that is written, which was half the time of taking a report in."""
    for table, _ in FORM_TABLES.values():
        (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
        lighter = sql.replace("IN ('integer', 'real', 'null')", "NOT IN ('text', 'blob')")
        db.execute(lighter.replace(f"TABLE {table} ", f"TABLE {table}_light ", 1))
        db.execute(f"INSERT INTO {table}_light SELECT * FROM {table}")
        db.execute(f"DROP TABLE {table}")
        db.execute(f"ALTER TABLE {table}_light RENAME TO {table}")


def open_archive(data: Path) -> Database:
    """The working database of a data folder, made or migrated to this version. WAL, foreign keys on.

    An older archive is migrated, with a copy kept beside it. Raises OSError where the folder cannot be made or
    written, ArchiveTooNew where the archive is of a newer version, MigrationFailed where it stays as it was.
    """
    data.mkdir(parents=True, exist_ok=True)
    path = data / "archive.db"
    db = Database(path)
    with ExitStack() as unless_ready:
        unless_ready.callback(db.close)
        db.conn.execute("PRAGMA busy_timeout=30000")
        db.conn.execute("PRAGMA foreign_keys=ON")
        migrate(db, path, migrations)
        db.conn.execute("PRAGMA journal_mode=WAL")
        unless_ready.pop_all()
    return db
