"""What was read from which bytes: the states a document went through, and the readings made of them.

A state is an article capture with the attachment captures that belonged to it; its fingerprint is what a reading is
keyed by, so that the same bytes are never read twice by the same version of the reader.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from extract.report import EXTRACTOR_VERSION, Fault, Figure, Finding, Locator, Report, Section, Severity, Statistic

READ = "read"
"""The only good status of a reading: a report of a known body and year. Every other names what stands in the way."""


def current_readings(schema: str = "main") -> str:
    """SQL for a table (document_id, status, message): of each document the reading that tells how it stands, which is
    the one of what it is now, by the newest extractor. Documents without a reading are not in it."""
    return (
        "(SELECT document_id, status, message FROM (SELECT x.document_id, x.status, x.message, row_number() OVER ("
        "PARTITION BY x.document_id ORDER BY x.capture_id IS d.capture_id OR a.url IS NOT NULL DESC, "
        "CAST(x.extractor AS INTEGER) DESC, x.id DESC) AS place "
        f"FROM {schema}.readings x JOIN {schema}.documents d ON d.id = x.document_id "
        f"LEFT JOIN {schema}.attachments a ON a.document_id = d.id AND a.capture_id = x.capture_id) WHERE place = 1)"
    )


@dataclass(frozen=True)
class State:
    """What a document was at a time. `captures` are ids, the article's first; `at` is when its newest was fetched."""

    document_id: int
    captures: tuple[int, ...]
    fingerprint: str
    at: str


@dataclass(frozen=True)
class Reading:
    """A row of `readings`; `report` is None unless something was read."""

    id: int
    document_id: int
    fingerprint: str
    extractor: str
    status: str
    message: str | None
    capture_id: int | None
    captures: tuple[int, ...]
    report: Report | None


def states(db: Database, document_id: int) -> list[State]:
    """Every state of a document, oldest first; the last is the current one. Empty where nothing was captured yet.

    A state ends with a crawl: an article and its attachments that one run fetched one after the other are one state.
    """
    url, current = db.execute("SELECT url, capture_id FROM documents WHERE id = ?", [document_id]).fetchone()
    if current is None:
        return []
    attached = db.execute("SELECT url, capture_id FROM attachments WHERE document_id = ?", [document_id]).fetchall()
    found = [*_past(db, document_id, url, [row[0] for row in attached], current)]
    captures = (current, *sorted(row[1] for row in attached if row[1] is not None))
    found.append(_state(db, document_id, captures))
    return [state for i, state in enumerate(found) if i + 1 == len(found) or state.fingerprint != found[-1].fingerprint]


def _past(db: Database, document_id: int, url: str, attached: list[str], current: int) -> list[State]:
    marks = ", ".join("?" * (len(attached) + 1))
    rows = db.execute(
        f"SELECT id, url, crawl_id FROM captures WHERE url IN ({marks}) AND status BETWEEN 200 AND 299 "
        "AND role IN ('article', 'attachment') AND id <= max(?, (SELECT coalesce(max(capture_id), 0) FROM attachments "
        "WHERE document_id = ?)) ORDER BY id",
        [url, *attached, current, document_id],
    ).fetchall()
    latest: dict[str, int] = {}
    found: list[State] = []
    for position, (capture, of, crawl) in enumerate(rows):
        latest[of] = capture
        ends = position + 1 == len(rows) or crawl is None or rows[position + 1][2] != crawl
        if ends and url in latest:
            others = sorted(capture for name, capture in latest.items() if name != url)
            found.append(_state(db, document_id, (latest[url], *others)))
    return list({state.fingerprint: state for state in found}.values())


def _state(db: Database, document_id: int, captures: tuple[int, ...]) -> State:
    marks = ", ".join("?" * len(captures))
    rows = db.execute(f"SELECT id, sha256, fetched_at FROM captures WHERE id IN ({marks})", list(captures)).fetchall()
    sha256 = {row[0]: row[1] for row in rows}
    fingerprint = hashlib.sha256("\n".join(sha256[capture] for capture in captures).encode()).hexdigest()
    return State(document_id, captures, fingerprint, max(row[2] for row in rows))


def record(
    db: Database, state: State, status: str, message: str | None, capture: int | None, report: Report | None
) -> int:
    """Write a reading down; a reading of the same bytes by the same version is replaced. Gives its id."""
    stored = None if report is None else json.dumps(dump(report, state.captures), ensure_ascii=False)
    row = db.execute(
        "INSERT INTO readings (document_id, fingerprint, extractor, read_at, status, message, capture_id, report) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (document_id, fingerprint, extractor) DO UPDATE SET "
        "read_at = excluded.read_at, status = excluded.status, message = excluded.message, "
        "capture_id = excluded.capture_id, report = excluded.report RETURNING id",
        [
            state.document_id,
            state.fingerprint,
            EXTRACTOR_VERSION,
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            status,
            message,
            capture,
            stored,
        ],
    ).fetchone()
    return int(row[0])


def good_readings(db: Database, document_id: int) -> list[Reading]:
    """The document's good readings, one for each state it went through (the newest extractor's), oldest state first."""
    order = {state.fingerprint: i for i, state in enumerate(states(db, document_id))}
    rows = db.execute(
        "SELECT id, document_id, fingerprint, extractor, status, message, capture_id, report FROM readings "
        "WHERE document_id = ? AND status = ? AND report IS NOT NULL ORDER BY CAST(extractor AS INTEGER), id",
        [document_id, READ],
    ).fetchall()
    newest = {row[2]: row for row in rows}
    kept = sorted(newest.values(), key=lambda row: order.get(row[2], -1))
    return [_reading(row) for row in kept]


def _reading(row: tuple[Any, ...]) -> Reading:
    stored = json.loads(row[7])
    reading_id, document_id, fingerprint, extractor, status, message, capture_id, _ = row
    captures = tuple(stored["captures"])
    return Reading(reading_id, document_id, fingerprint, extractor, status, message, capture_id, captures, load(stored))


def dump(report: Report, captures: tuple[int, ...] = ()) -> dict[str, Any]:
    """The report's JSON with what only the archive needs: where its cells stand, and the captures it was read from."""
    locators = {path: {k: v for k, v in asdict(at).items() if v is not None} for path, at in report.locators.items()}
    return {**report.to_json(), "locators": locators, "captures": list(captures)}


def load(stored: dict[str, Any]) -> Report:
    """The report that `dump` stored."""
    report = Report(
        **{name: stored[name] for name in ("source", "media", "title", "agency", "year", "published", "form")}
    )
    report.sections = [Section(**section) for section in stored["sections"]]
    report.tables = stored["tables"]
    report.printed = stored["printed"]
    report.statistics = [Statistic(**statistic) for statistic in stored.get("statistics", ())]
    report.figures = [Figure(**figure) for figure in stored["figures"]]
    report.findings = [
        Finding(
            **{
                **finding,
                "severity": Severity(finding["severity"]),
                "fault": Fault(finding["fault"]),
                "cells": tuple(finding["cells"]),
            }
        )
        for finding in stored["findings"]
    ]
    for path, at in stored["locators"].items():
        box = at.get("box")
        report.locators[path] = Locator(at.get("page"), tuple(box) if box else None, at.get("path"))
    return report
