"""Finds the form's three tables among a document's blocks and has each read."""

from __future__ import annotations

from collections.abc import Sequence

from extract import request_rows, table_challenges, table_disclosure, table_requests
from extract.chapters import heading_of
from extract.document import Block, Paragraph
from extract.filing import Filing
from extract.form import DISCLOSURE, OUTCOMES, ROUTES, label_of
from extract.grids import Row, form_rows, kind_of_row, kinds_of_rows
from extract.report import Fault, Finding, Severity
from extract.sums import settle_rows

_NAMES = {"disclosure": "表二（主动公开）", "requests": "表三（申请）", "challenges": "表四（复议诉讼）"}


def read_tables(blocks: Sequence[Block]) -> Filing:
    """Read tables 2, 3 and 4 wherever they stand, in one grid or many; other tables are left alone.

    Findings say what is missing and what could not be read. No number is filed under a label that is not its own.
    """
    filing = Filing()
    disclosure = requests = challenges = None
    chapter = 0
    unit: str | None = None
    for block in blocks:
        if isinstance(block, Paragraph):
            heading = heading_of(block.text)
            unit = table_disclosure.unit_named(block.text) or (None if heading else unit)
            if heading:
                chapter = heading.number
                requests = requests if chapter == 3 else None
                disclosure = disclosure if chapter == 2 else None
                challenges = challenges if chapter == 4 else None
            continue
        for part in _parts(form_rows(block)):
            is_disclosure, is_requests, is_challenges = kinds_of_rows(part)
            if is_challenges:
                requests = disclosure = None
                challenges = table_challenges.read(part, filing, challenges)
            elif is_requests or (requests is not None and _continues_requests(part)):
                requests = table_requests.read(part, filing, requests, block.placed)
            elif is_disclosure or (disclosure is not None and disclosure.keys):
                disclosure = table_disclosure.read(part, filing, disclosure, unit)
            elif challenges is not None and not challenges.done:
                challenges = table_challenges.read(part, filing, challenges)
    settle_rows(filing)
    return filing


def _parts(rows: list[Row]) -> list[list[Row]]:
    """One grid may hold several of the tables, one under the other: cut where the kind of the rows changes."""
    parts: list[list[Row]] = []
    current: int | None = None
    for row in rows:
        kind = kind_of_row(row)
        if not parts or (kind is not None and current is not None and kind != current):
            parts.append([])
        parts[-1].append(row)
        current = kind if kind is not None else current
    return parts


def _continues_requests(rows: list[Row]) -> bool:
    return any(request_rows.has_label(row) for row in rows)


def form_of(filing: Filing) -> str | None:
    """The form that the labels name, never the year: the column labels of table 2 decide, then the rows of table 3."""
    if filing.forms:
        return max(("2021", "2019"), key=filing.forms.count)
    requests = filing.tables["requests"]
    if "other_not_corrected" in requests or "other_fee_unpaid" in requests:
        return "2021"
    if "other_services" in filing.tables["disclosure"] or "procurement" in filing.tables["disclosure"]:
        return "2019"
    return "2019" if filing.undivided_other else None


def missing(filing: Filing, form: str | None, images: int = 0) -> list[Finding]:
    """Findings for tables and rows that the form has and the document, as we read it, has not.

    A table that was not found may be an image: that is our doubt. A row that is not in a table all of whose other rows
    were recognised is the source's.
    """
    findings = []
    for table, name in _NAMES.items():
        if not filing.tables[table]:
            pictures = f"页面上有{images}张图片，表格可能是图片。" if images else ""
            findings.append(_missing(table, f"文中没有找到{name}。{pictures}", Fault.READING))
    if form is None and len(findings) == len(_NAMES):
        return findings
    # Where the labels do not name the form, the fuller one is asked for.
    form = form or "2021"
    wanted = {
        "disclosure": [item.key for item in DISCLOSURE[form]],
        "requests": [outcome.key for outcome in OUTCOMES if form in outcome.forms],
        "challenges": list(ROUTES),
    }
    if filing.undivided_other:
        wanted["requests"] = [key for key in wanted["requests"] if not key.startswith("other_")]
    for table, keys in wanted.items():
        have = filing.tables[table]
        doubtful = any(finding.rule == f"unread:{table}" for finding in filing.findings)
        fault = Fault.READING if doubtful else Fault.SOURCE
        findings += [
            _missing(f"{table}.{key}", f"{_NAMES[table]}中没有“{label_of(table, key)}”一行。", fault)
            for key in keys
            if have and key not in have
        ]
    return findings


def _missing(what: str, message: str, fault: Fault) -> Finding:
    return Finding(f"missing:{what}", Severity.WARNING, fault, message, cells=(what,))
