"""Checks that need more than one year: what a body carried over, and which documents it says are in force.

Rule names are those of the form's contract: `carry:<applicant>`, `in_force:<row>`. A break is the source's fault and
stands at the later of the two years. Numbers that leap are another matter: see `outliers`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlite_utils import Database

from extract.form import APPLICANTS
from extract.report import Fault, Finding, Number, Severity

_DOCUMENT_ROWS = {"rules": "规章", "normative_documents": "行政规范性文件"}


def recheck(db: Database, agency_id: str, year: int) -> None:
    """Work out anew the checks that a body's report of that year takes part in: its own, and next year's. A body that
    was renamed is the same body; one that another was merged into is not."""
    for later in (year, year + 1):
        for report, agency in _reports(db, agency_id, later):
            db.execute(
                "DELETE FROM findings WHERE report_id = ? AND (rule LIKE 'carry:%' OR rule LIKE 'in_force:%')", [report]
            )
            earlier = _report_before(db, agency, later)
            if earlier is not None:
                add_findings(db, report, _carry(db, report, earlier, later))
                add_findings(db, report, _in_force(db, report, earlier, later))


def add_findings(db: Database, report_id: str, findings: Iterator[Finding] | list[Finding]) -> None:
    """Store findings of a report, in order."""
    db.conn.executemany(
        "INSERT INTO findings (report_id, rule, severity, fault, message, expected, actual, cells) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                report_id,
                f.rule,
                f.severity.value,
                f.fault.value,
                f.message,
                f.expected,
                f.actual,
                json.dumps(list(f.cells)),
            )
            for f in findings
        ],
    )


def _reports(db: Database, agency_id: str, year: int) -> list[tuple[str, str]]:
    """The reports of a year of all the names of a body, each with the body under that name."""
    return db.execute(
        # A union: over an OR of both SQLite would look at all bodies, or at all reports of the year.
        "SELECT id, agency_id FROM reports WHERE year = :year AND agency_id IN (SELECT :agency UNION "
        "SELECT a.id FROM agencies mine JOIN agencies a ON a.series_id = mine.series_id WHERE mine.id = :agency) "
        "ORDER BY id",
        {"agency": agency_id, "year": year},
    ).fetchall()


def _report_before(db: Database, agency_id: str, year: int) -> str | None:
    """Last year's report of a body under the same name, else the only one under another: of two, either may be it."""
    found = _reports(db, agency_id, year - 1)
    own = [report for report, agency in found if agency == agency_id]
    return own[0] if own else found[0][0] if len(found) == 1 else None


def _carry(db: Database, report: str, earlier: str, year: int) -> Iterator[Finding]:
    columns = ", ".join(f'"{applicant}"' for applicant in APPLICANTS)
    sql = f"SELECT {columns} FROM requests WHERE report_id = ? AND outcome = ?"
    carried_in = db.execute(sql, [report, "carried_in"]).fetchone()
    carried_forward = db.execute(sql, [earlier, "carried_forward"]).fetchone()
    if carried_in is None or carried_forward is None:
        return
    for (applicant, label), actual, expected in zip(APPLICANTS.items(), carried_in, carried_forward, strict=True):
        # Both blank or either blank: nothing was stated that could be contradicted.
        if actual is None or expected is None or actual == expected:
            continue
        yield Finding(
            f"carry:{applicant}",
            Severity.WARNING,
            Fault.SOURCE,
            f"{year}年“上年结转”（{label}）为{actual}，而{year - 1}年报告“结转下年度继续办理”为{expected}",
            expected,
            actual,
            (f"requests.carried_in.{applicant}",),
        )


def _in_force(db: Database, report: str, earlier: str, year: int) -> Iterator[Finding]:
    sql = "SELECT in_force, issued, repealed FROM disclosures WHERE report_id = ? AND item = ?"
    for row, label in _DOCUMENT_ROWS.items():
        now = db.execute(sql, [report, row]).fetchone()
        before = db.execute(sql, [earlier, row]).fetchone()
        if now is None or before is None or now[0] is None or before[0] is None:
            continue
        expected: Number = before[0] + (now[1] or 0) - (now[2] or 0)
        if now[0] != expected:
            yield Finding(
                f"in_force:{row}",
                Severity.WARNING,
                Fault.SOURCE,
                f"{label}：{year}年“现行有效件数”为{now[0]}，而{year - 1}年的{before[0]}件加本年制发{now[1] or 0}件、"
                f"减本年废止{now[2] or 0}件应为{expected}",
                expected,
                now[0],
                (f"disclosure.{row}.in_force",),
            )
