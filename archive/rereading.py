"""What the readings that wait would change in the published reports, and taking them in.

Shown is what was done: to a copy of the archive, beside it, that is thrown away. So whatever follows from a cell (which
of two documents is the better, sums, the year after) is in it, and nobody waits for a lock.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from archive import readings
from archive.ingest import ingest
from archive.readings import READ, current_readings
from archive.schema import open_archive
from extract.report import Number

Progress = Callable[[int, int], None]
Cells = dict[tuple[str, str], Number | None]


class Difference(NamedTuple):
    """One thing that would change in a report. `what` is a cell (`requests.received.total`), a field, a rule, the key
    of a chapter; `now` and `then` its values, `printed_now` and `printed_then` what stands there where the value does
    not tell."""

    kind: str
    report_id: str | None
    agency: str | None
    year: int | None
    what: str
    now: Number | str | None = None
    then: Number | str | None = None
    printed_now: str | None = None
    printed_then: str | None = None

    @property
    def table(self) -> str | None:
        """The table of the form, of a cell."""
        return self.what.partition(".")[0] if self.kind == "cell" else None


@dataclass
class Outlook:
    """What would change, in the order of the reports. `documents` is how many have readings that wait."""

    extractor: str
    documents: int
    differences: list[Difference] = field(default_factory=list)

    def kinds(self) -> Counter[str]:
        return Counter(difference.kind for difference in self.differences)

    def tables(self) -> Counter[str]:
        return Counter(difference.table for difference in self.differences if difference.table)

    def to_json(self, applied: bool) -> dict[str, Any]:
        """The object that `gongkai extract --again --json` prints."""
        return {
            "extractor": self.extractor,
            "documents": self.documents,
            "applied": applied,
            "kinds": dict(self.kinds()),
            "tables": dict(self.tables()),
            "differences": [difference._asdict() for difference in self.differences],
        }


def foresee(data: Path, progress: Progress | None = None) -> Outlook:
    """What taking in the readings that wait would change. The archive is not touched.

    Needs as much free room as the archive takes, for the time it works; raises OSError where that is not there.
    """
    db = open_archive(data)
    try:
        outlook = Outlook(readings.reader(), len(readings.waiting(db)))
        if outlook.documents:
            with _copy(db, data) as copy:
                with copy.atomic():
                    _take_in(copy, progress)
                copy.execute("ATTACH DATABASE ? AS now", [str(data / "archive.db")])
                outlook.differences = sorted(_differences(copy), key=lambda d: (d.report_id or "", d.kind))
    finally:
        db.close()
    return outlook


def take_in(data: Path, progress: Progress | None = None) -> int:
    """Derive the reports anew from the readings that waited; gives of how many documents. A document is a transaction:
    an interrupted run goes on where it stopped."""
    db = open_archive(data)
    try:
        return _take_in(db, progress)
    finally:
        db.close()


def _take_in(db: Database, progress: Progress | None) -> int:
    documents = readings.waiting(db)
    for done, document_id in enumerate(documents, 1):
        with db.atomic():
            readings.accept(db, document_id)
            if readings.good_readings(db, document_id):
                ingest(db, document_id)
        if progress:
            progress(done, len(documents))
    return len(documents)


@contextmanager
def _copy(db: Database, data: Path) -> Iterator[Database]:
    path = data / "archive.db.again"
    parts = [path, *(path.with_name(f"{path.name}-{kind}") for kind in ("journal", "wal", "shm"))]
    for part in parts:
        part.unlink(missing_ok=True)
    pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if (free := shutil.disk_usage(data).free) < pages * size * 1.2:
        needed = f"{pages * size * 1.2 / 1e6:.0f} MB for a copy of the archive, and {free / 1e6:.0f} MB are free"
        raise OSError(f"to show what would change needs {needed}; nothing was changed")
    copy = Database(path)
    try:
        db.conn.backup(copy.conn)
        # It is thrown away, also by a crash: nothing is rolled back, and what it was need not be kept anywhere.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        yield copy
    finally:
        copy.close()
        for part in parts:
            part.unlink(missing_ok=True)


_TABLES = {"disclosure": "disclosures", "requests": "requests", "challenges": "challenges"}
_FIELDS = ("agency_id", "agency", "year", "title", "form", "published", "url")


def _differences(db: Database) -> Iterator[Difference]:
    """From the archive as it is (`now`) to the copy (`main`)."""
    there = {row[0]: row[1:] for row in db.execute("SELECT id, agency, year FROM now.reports")}
    about = {row[0]: row[1:] for row in db.execute("SELECT id, agency, year FROM main.reports")}
    for kind, report_id, what, *values in (*_cells(db), *_fields(db), *_findings(db), *_rows(db)):
        # Of a report that is not there yet, nothing changes.
        if report_id in there:
            agency, year = about[report_id]
            yield Difference(kind, report_id, agency, year, what, *values)
    for report_id in about.keys() - there.keys():
        agency, year = about[report_id]
        yield Difference("new_report", report_id, agency, year, "report")
    for kind, report_id, url, now, then in _documents(db):
        agency, year = about.get(report_id, (None, None))
        yield Difference(kind, report_id, agency, year, url, now, then)


Found = tuple[Any, ...]


def _changed(db: Database, columns: str, table: str, side: str) -> Iterator[Found]:
    """The rows that only that side has."""
    other = "now" if side == "main" else "main"
    return iter(
        db.execute(f"SELECT {columns} FROM {side}.{table} EXCEPT SELECT {columns} FROM {other}.{table}").fetchall()
    )


def _cells(db: Database) -> Iterator[Found]:
    now, then = _values(db, "now"), _values(db, "main")
    texts = {row[:2] for side in ("now", "main") for row in _changed(db, "report_id, cell, text", "printed", side)}
    differing = {key for key in now.keys() | then.keys() if now.get(key) != then.get(key)}
    for report_id, cell in sorted(differing | texts):
        values = [_value(db, side, report_id, cell) for side in ("now", "main")]
        printed = [_printed(db, side, report_id, cell) for side in ("now", "main")]
        yield ("cell", report_id, cell, *values, *printed)


def _values(db: Database, side: str) -> Cells:
    found: Cells = {}
    for key, table in _TABLES.items():
        names = [row[1] for row in db.execute(f"PRAGMA {side}.table_info({table})")]
        for row in _changed(db, ", ".join(f'"{name}"' for name in names), table, side):
            found |= {(row[0], f"{key}.{row[1]}.{name}"): value for name, value in zip(names[2:], row[2:], strict=True)}
    for report_id, number, value in _changed(db, "report_id, number, value", "statistics", side):
        found[report_id, f"statistics.{number}.value"] = value
    return found


def _value(db: Database, side: str, report_id: str, cell: str) -> Number | None:
    table, key, name = cell.split(".")
    if table == "statistics":
        sql = f"SELECT value FROM {side}.statistics WHERE report_id = ? AND number = ?"
    else:
        row_name = {"disclosure": "item", "requests": "outcome", "challenges": "route"}[table]
        sql = f'SELECT "{name}" FROM {side}.{_TABLES[table]} WHERE report_id = ? AND {row_name} = ?'
    row = db.execute(sql, [report_id, key]).fetchone()
    return row[0] if row else None


def _printed(db: Database, side: str, report_id: str, cell: str) -> str | None:
    row = db.execute(f"SELECT text FROM {side}.printed WHERE report_id = ? AND cell = ?", [report_id, cell]).fetchone()
    return row[0] if row else None


def _fields(db: Database) -> Iterator[Found]:
    now, then = (", ".join(f"{side}.{name}" for name in _FIELDS) for side in ("n", "m"))
    differ = " OR ".join(f"n.{name} IS NOT m.{name}" for name in _FIELDS)
    rows = db.execute(
        f"SELECT m.id, {now}, {then} FROM main.reports m JOIN now.reports n ON n.id = m.id WHERE {differ}"
    )
    for report_id, *values in rows.fetchall():
        for name, before, after in zip(_FIELDS, values, values[len(_FIELDS) :], strict=False):
            if before != after:
                yield "field", report_id, name, before, after


def _findings(db: Database) -> Iterator[Found]:
    columns = "report_id, rule, message, cells, severity, fault"
    for report_id, rule, message, *_ in _changed(db, columns, "findings", "now"):
        yield "finding_vanishes", report_id, rule, message, None
    for report_id, rule, message, *_ in _changed(db, columns, "findings", "main"):
        yield "finding_appears", report_id, rule, None, message


def _rows(db: Database) -> Iterator[Found]:
    """What has no number of its own: chapters, counts in the prose, edits, and earlier versions."""
    chapters = {
        (row[0], row[1]) for side in ("now", "main") for row in _changed(db, "report_id, key, text", "sections", side)
    }
    yield from (("text", report_id, key) for report_id, key in sorted(chapters))
    counts = "report_id, section, value, unit, sentence"
    for report_id, section, value, unit, _ in _changed(db, counts, "figures", "now"):
        yield "figure", report_id, f"figures.{section}", f"{value}{unit or ''}", None
    for report_id, section, value, unit, _ in _changed(db, counts, "figures", "main"):
        yield "figure", report_id, f"figures.{section}", None, f"{value}{unit or ''}"
    edit = "report_id, location, before, after, from_version, certain"
    for report_id, location, before, after, *_ in _changed(db, edit, "changes", "now"):
        yield "edit_vanishes", report_id, location, before, after
    for report_id, location, before, after, *_ in _changed(db, edit, "changes", "main"):
        yield "edit_appears", report_id, location, before, after
    for report_id, number in db.execute(
        "SELECT m.report_id, m.number FROM main.versions m JOIN now.versions n USING (report_id, number) "
        "WHERE m.content_sha256 <> n.content_sha256 AND m.number < "
        "(SELECT max(number) FROM main.versions WHERE report_id = m.report_id)"
    ).fetchall():
        yield "earlier_version", report_id, f"versions.{number}"


def _documents(db: Database) -> Iterator[Found]:
    """Documents that become readable or unreadable, with the status they have now and then."""
    rows = db.execute(
        f"SELECT d.report_id, d.url, n.status, m.status FROM main.documents d JOIN {current_readings('main')} m "
        f"ON m.document_id = d.id LEFT JOIN {current_readings('now')} n ON n.document_id = d.id "
        "WHERE (m.status = :read) <> (coalesce(n.status, '') = :read)",
        {"read": READ},
    )
    for report_id, url, now, then in rows.fetchall():
        yield "readable" if then == READ else "unreadable", report_id, url, now, then
