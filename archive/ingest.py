"""From readings to the archive: the report's row and everything that hangs on it.

`settle` derives a report wholly from the stored readings, so its result does not depend on the order in which
documents were read, and running it again changes nothing. Callers hold the transaction.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from archive import agencies, corrections, versions
from archive.checks import add_findings, recheck
from archive.readings import READ, Reading, good_readings
from archive.schema import FORM_TABLES
from extract.bodies import due_date, late
from extract.report import Fault, Finding, Report, Severity


class Ingested(NamedTuple):
    """`new` where the report had no row before; `moved` names what could not be changed because of another report."""

    report_id: str
    new: bool


def ingest(db: Database, document_id: int) -> Ingested:
    """Bring a document's newest good reading into the archive. It must have one, with a body and a year.

    A document that has a report keeps it: ids are stable for ever, also where a later reading names the body or the
    year differently.
    """
    reading = good_readings(db, document_id)[-1]
    report = _known(reading)
    portal_id, report_id = db.execute(
        "SELECT portal_id, report_id FROM documents WHERE id = ?", [document_id]
    ).fetchone()
    agency = agencies.find_or_add(db, portal_id, str(report.agency))
    new = False
    if report_id is None:
        row = db.execute("SELECT id FROM reports WHERE agency_id = ? AND year = ?", [agency.id, report.year]).fetchone()
        new = row is None
        report_id = row[0] if row else _free_id(db, f"{agency.id}-{report.year}")
        if new:
            _insert(db, report_id, portal_id, agency, reading)
        db.execute("UPDATE documents SET report_id = ? WHERE id = ?", [report_id, document_id])
    settle(db, report_id)
    return Ingested(report_id, new)


def _known(reading: Reading) -> Report:
    report = reading.report
    if report.agency is None or report.year is None:
        raise ValueError(f"reading {reading.id} names no body or no year: it cannot become a report")
    return report


def _free_id(db: Database, wanted: str) -> str:
    """The id, or where an older report of a body since renamed holds it, with a number after it."""
    # A range of the key, where LIKE would look at every report: "." is the sign after "-".
    rows = db.execute(
        "SELECT id FROM reports WHERE id = ? OR (id > ? AND id < ?)", [wanted, f"{wanted}-", f"{wanted}."]
    )
    taken = {row[0] for row in rows}
    return next(i for n in range(1, len(taken) + 2) if (i := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def settle(db: Database, report_id: str) -> None:
    """Write a report anew from the best reading of its documents (more cells, then later publication), and from what
    people corrected in it."""
    documents = [row[0] for row in db.execute("SELECT id FROM documents WHERE report_id = ? ORDER BY id", [report_id])]
    candidates = [readings[-1] for document in documents if (readings := good_readings(db, document))]
    best = max(candidates, key=_rank)
    report = _known(best)
    extra = _identify(db, report_id, report)
    report, corrected = corrections.apply(db, report_id, report, best.capture_id)
    agency_id, year, kind = db.execute(
        "SELECT agency_id, year, kind FROM reports JOIN agencies ON agencies.id = agency_id WHERE reports.id = ?",
        [report_id],
    ).fetchone()
    due = due_date(kind, year)
    _update(db, report_id, best, due)
    _write_tables(db, report_id, report)
    _write_prose(db, report_id, report)
    # The reading knew the body by its printed name only; the archive knows it in full.
    findings = [finding for finding in report.findings if finding.rule != "late"]
    findings += [*extra, *corrected, *filter(None, [late(report.published, due)])]
    db.execute("DELETE FROM findings WHERE report_id = ?", [report_id])
    add_findings(db, report_id, findings)
    recheck(db, agency_id, year)
    versions.rebuild(db, report_id, best.document_id)


def settle_edited(db: Database) -> None:
    """Settle the reports with several versions that were written before their changes were."""
    rows = db.execute(
        "SELECT DISTINCT v.report_id FROM versions v WHERE v.number > 1 AND v.extractor IS NULL AND EXISTS (SELECT 1 "
        "FROM documents d JOIN readings x ON x.document_id = d.id WHERE d.report_id = v.report_id AND x.status = ?)",
        [READ],
    )
    for (report_id,) in rows.fetchall():
        with db.atomic():
            settle(db, report_id)


def take_corrections(db: Database, data: Path) -> list[str]:
    """Take in DATA/corrections.csv and settle the reports of which it says something new; gives what is wrong in it."""
    found = corrections.read_corrections(db, data)
    with db.atomic():
        for report_id in corrections.store(db, found):
            settle(db, report_id)
    return found.faults


def _rank(reading: Reading) -> tuple[int, str, int]:
    report = _known(reading)
    cells = sum(value is not None for rows in report.tables.values() for row in rows.values() for value in row.values())
    cells += sum(statistic.value is not None for statistic in report.statistics)
    return cells, report.published or "", -reading.document_id


def _identify(db: Database, report_id: str, report: Report) -> list[Finding]:
    """Follow a reading that names the body or year differently, unless another report is that body's of that year."""
    row = db.execute("SELECT portal_id, agency_id, year FROM reports WHERE id = ?", [report_id]).fetchone()
    portal_id, agency_id, year = row
    agency = agencies.find_or_add(db, portal_id, str(report.agency))
    if (agency.id, report.year) == (agency_id, year):
        return []
    other = db.execute("SELECT id FROM reports WHERE agency_id = ? AND year = ?", [agency.id, report.year]).fetchone()
    if other is None:
        db.execute("DELETE FROM findings WHERE report_id = ? AND rule LIKE 'carry:%'", [report_id])
        db.execute("UPDATE reports SET agency_id = ?, year = ? WHERE id = ?", [agency.id, report.year, report_id])
        recheck(db, agency_id, year)
        return []
    message = f"本文现在读作{agency.name}{report.year}年报告，而该报告另有其文（{other[0]}）：请人工核对"
    return [Finding("identity", Severity.WARNING, Fault.READING, message, other[0], report_id)]


def _insert(db: Database, report_id: str, portal_id: str, agency: agencies.Agency, reading: Reading) -> None:
    report = _known(reading)
    db.execute(
        "INSERT INTO reports (id, agency_id, portal_id, agency, year, title, due, media, url, capture_id, "
        "article_capture_id, extractor) VALUES (?, ?, ?, ?, ?, '', '', ?, '', ?, ?, ?)",
        [
            report_id,
            agency.id,
            portal_id,
            report.agency,
            report.year,
            report.media,
            reading.capture_id,
            reading.captures[0],
            reading.extractor,
        ],
    )


def _update(db: Database, report_id: str, best: Reading, due: date) -> None:
    report = _known(best)
    days = (date.fromisoformat(report.published) - due).days if report.published else None
    url, listed = db.execute("SELECT url, title FROM documents WHERE id = ?", [best.document_id]).fetchone()
    db.execute(
        "UPDATE reports SET agency = ?, title = ?, form = ?, published = ?, due = ?, days_late = ?, media = ?, "
        "url = ?, capture_id = ?, article_capture_id = ?, extractor = ? WHERE id = ?",
        [
            report.agency,
            report.title or listed,
            report.form,
            report.published,
            due.isoformat(),
            days,
            report.media,
            url,
            best.capture_id,
            best.captures[0],
            best.extractor,
            report_id,
        ],
    )


def _write_tables(db: Database, report_id: str, report: Report) -> None:
    for key, (table, row_name) in FORM_TABLES.items():
        db.execute(f"DELETE FROM {table} WHERE report_id = ?", [report_id])
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row, cells in report.tables.get(key, {}).items():
            alike.setdefault(tuple(cells), []).append((report_id, row, *cells.values()))
        for own, rows in alike.items():
            names = ", ".join(f'"{name}"' for name in ("report_id", row_name, *own))
            marks = ", ".join("?" * (len(own) + 2))
            db.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
    db.execute("DELETE FROM printed WHERE report_id = ?", [report_id])
    db.conn.executemany(
        "INSERT INTO printed (report_id, cell, text) VALUES (?, ?, ?)",
        [(report_id, cell, text) for cell, text in report.printed.items()],
    )
    db.execute("DELETE FROM statistics WHERE report_id = ?", [report_id])
    db.conn.executemany(
        "INSERT INTO statistics (report_id, number, heading, item, unit, value, printed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(report_id, s.number, s.heading, s.item, s.unit, s.value, s.printed) for s in report.statistics],
    )


def _write_prose(db: Database, report_id: str, report: Report) -> None:
    db.execute("DELETE FROM sections WHERE report_id = ?", [report_id])
    db.conn.executemany(
        "INSERT INTO sections (report_id, number, key, heading, text) VALUES (?, ?, ?, ?, ?)",
        [(report_id, s.number, s.key, s.heading, s.text) for s in report.sections],
    )
    db.execute("DELETE FROM figures WHERE report_id = ?", [report_id])
    db.conn.executemany(
        "INSERT INTO figures (report_id, section, topic, value, unit, approximate, sentence) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(report_id, f.section, f.topic, f.value, f.unit, int(f.approximate), f.sentence) for f in report.figures],
    )
