"""What people corrected: DATA/corrections.csv, a reviewed file, and the table it becomes.

A correction holds for the bytes that a person looked at. Where the report is now read from others it is not applied
but asked again, until a person confirms it with a new row. The reading itself stays in `readings` and in `versions`, so
a correction is never taken for an edit of the body's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from extract.amend import amend, value_at
from extract.form import APPLICANTS, DISCLOSURE, OUTCOMES, RESULTS, ROUTES
from extract.report import Fault, Finding, Number, Report, Severity

FILE = "corrections.csv"
COLUMNS = ("report", "cell", "value", "who", "why", "capture_sha256")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Correction(NamedTuple):
    """A row of the file that can be used. `value` None: the cell is blank."""

    report_id: str
    cell: str
    value: Number | None
    who: str
    why: str
    capture_sha256: str


class Corrections(NamedTuple):
    """The usable rows of a file in their order, and a sentence with its line number for every other. `whole` is False
    where the file itself cannot be read, which takes nothing back."""

    rows: list[Correction]
    faults: list[str]
    whole: bool = True


def read_corrections(db: Database, data: Path) -> Corrections:
    """DATA/corrections.csv held against the archive. Without a file, and with none taken in, there are no rows."""
    path = data / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        count = db.execute("SELECT count(*) FROM corrections").fetchone()[0]
        gone = f"{path} is gone; its {count} corrections stay. To take them back leave the file with its head alone"
        return Corrections([], [gone] if count else [], whole=not count)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Corrections([], [f"{path}, line {line}: not UTF-8; nothing of the file was taken"], whole=False)
    return _parsed(db, path, text)


def _parsed(db: Database, path: Path, text: str) -> Corrections:
    # A comment is blanked, not taken out, so that line numbers stay; in a quoted text over several lines it may not be.
    lines = ["\n" if line.startswith("#") else line for line in text.splitlines(keepends=True)]
    reader = csv.reader(lines, strict=True)
    found = Corrections([], [])
    head: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if head is None:
                head = [cell.strip() for cell in cells]
                if sorted(head) != sorted(COLUMNS):
                    wanted = f"its first row must be {','.join(COLUMNS)}; nothing of the file was taken"
                    return Corrections([], [f"{path}, line {reader.line_num}: {wanted}"], whole=False)
                continue
            made = _correction(db, head, cells)
            if isinstance(made, Correction):
                found.rows.append(made)
            else:
                found.faults.append(f"{path}, line {reader.line_num}: {made}")
    except csv.Error as error:
        broken = f"{path}, line {reader.line_num}: {error}; nothing of the file was taken"
        return Corrections([], [broken], whole=False)
    return found


def _correction(db: Database, head: list[str], cells: list[str]) -> Correction | str:
    """A row, or what is wrong with it."""
    if len(cells) != len(head):
        return f"{len(cells)} cells where the head has {len(head)}"
    row = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    report = db.execute("SELECT form FROM reports WHERE id = ?", [row["report"]]).fetchone()
    if report is None:
        return f"there is no report {row['report'] or '(empty)'}"
    if row["cell"] not in _cells(db, row["report"], report[0]):
        return f"the form of {row['report']} has no cell {row['cell'] or '(empty)'}"
    if row["value"] and not _NUMBER.fullmatch(row["value"]):
        return f"{row['value']} is no number; leave it empty for a blank cell"
    for name in ("who", "why"):
        if not row[name]:
            return f"{name} is empty"
    sha256 = row["capture_sha256"].lower()
    if not _SHA256.fullmatch(sha256):
        return "capture_sha256 must be the 64 digits that the report's page shows"
    return Correction(row["report"], row["cell"], _number(row["value"]), row["who"], row["why"], sha256)


def _number(text: str) -> Number | None:
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _cells(db: Database, report_id: str, form: str | None) -> set[str]:
    """The cells that can be corrected: those of the report's form, and its statistics."""
    items = [item for key in DISCLOSURE if form in (key, None) for item in DISCLOSURE[key]]
    found = {f"disclosure.{item.key}.{cell}" for item in items for cell in item.cells}
    outcomes = [outcome.key for outcome in OUTCOMES if form is None or form in outcome.forms]
    # A report may print rows of the other form.
    outcomes += [row[0] for row in db.execute("SELECT outcome FROM requests WHERE report_id = ?", [report_id])]
    found |= {f"requests.{outcome}.{applicant}" for outcome in outcomes for applicant in APPLICANTS}
    found |= {f"challenges.{route}.{result}" for route in ROUTES for result in RESULTS}
    numbers = db.execute("SELECT number FROM statistics WHERE report_id = ?", [report_id])
    return found | {f"statistics.{row[0]}.value" for row in numbers}


def store(db: Database, found: Corrections) -> list[str]:
    """Make the table say what the file says; gives the reports that have other corrections now, to be settled."""
    if not found.whole:
        return []
    columns = "report_id, cell, value, who, why, capture_sha256"
    before = _by_report(Correction(*row) for row in db.execute(f"SELECT {columns} FROM corrections ORDER BY id"))
    now = _by_report(found.rows)
    changed = sorted(report for report in before.keys() | now.keys() if before.get(report) != now.get(report))
    for report in changed:
        db.execute("DELETE FROM corrections WHERE report_id = ?", [report])
        db.conn.executemany(
            f"INSERT INTO corrections ({columns}, state) VALUES (?, ?, ?, ?, ?, ?, 'asked_again')",
            now.get(report, []),
        )
    return changed


def _by_report(rows: Iterator[Correction] | list[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for row in rows:
        found.setdefault(row.report_id, []).append(row)
    return found


def apply(db: Database, report_id: str, report: Report, capture_id: int | None) -> tuple[Report, list[Finding]]:
    """The reading as people corrected it, with a finding at each corrected cell and at each that is asked again.

    Of several rows about a cell the last that was made from these bytes counts.
    """
    rows = db.execute(
        "SELECT id, cell, value, who, why, capture_sha256 FROM corrections WHERE report_id = ? ORDER BY id", [report_id]
    ).fetchall()
    if not rows:
        return report, []
    (sha256,) = db.execute("SELECT sha256 FROM captures WHERE id = ?", [capture_id]).fetchone()
    last = {row[1]: row for row in rows}
    holding = {row[1]: row for row in rows if row[5] == sha256}
    values = {cell: row[2] for cell, row in holding.items()}
    findings = []
    for row in rows:
        number, cell, value, who, why, _ = row
        read = value_at(report, cell)
        if holding.get(cell) is row:
            state = "agrees" if value == read and not _unread(report, cell) else "applied"
        else:
            state = "superseded" if cell in holding or last[cell] is not row else "asked_again"
        db.execute('UPDATE corrections SET "read" = ?, state = ? WHERE id = ?', [read, state, number])
        if state == "applied":
            message = f"此格原读作{_shown(read)}，{who}更正为{_shown(value)}：{why}"
            findings.append(Finding("corrected", Severity.INFO, Fault.READING, message, cells=(cell,)))
        elif state == "asked_again":
            message = f"{who}曾将此格更正为{_shown(value)}（{why}），而原件此后已变，未再采用：请对照现在的原件重新确认"
            findings.append(Finding("asked_again", Severity.WARNING, Fault.READING, message, cells=(cell,)))
    return amend(report, values) if values else report, findings


def _unread(report: Report, cell: str) -> bool:
    return any(finding.rule == f"unread:{cell}" for finding in report.findings)


def _shown(value: Number | None) -> str:
    return "空白" if value is None else str(value)


def asked_again(db: Database) -> list[dict[str, object]]:
    """The corrections that wait for a person, since the original has changed."""
    return [
        dict(row)
        for row in db.query(
            'SELECT c.report_id, r.agency, r.year, c.cell, c."read", c.value, c.who, c.why, c.capture_sha256, '
            "n.sha256 AS current_sha256 FROM corrections c JOIN reports r ON r.id = c.report_id "
            "JOIN captures n ON n.id = r.capture_id WHERE c.state = 'asked_again' ORDER BY c.id"
        )
    ]
