"""Versions of a report: its distinct contents (chapter texts and cells), and what changed from one to the next.

A new page frame, a visit counter or other white space makes no version; neither does a re-reading: versions are
always derived from readings by the newest extractor of each state, so what our reader changed is not taken for an
edit of the publisher's.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from archive.readings import Reading, good_readings
from extract.report import Number, Report
from extract.text import canonical


@dataclass(frozen=True)
class CellChange:
    """`cell` is `table.row.cell`; None where the cell was blank or not there."""

    cell: str
    before: Number | None
    after: Number | None


@dataclass(frozen=True)
class ParagraphChange:
    """A paragraph of a chapter: replaced, or with `before` or `after` None added or taken out."""

    section: str
    before: str | None
    after: str | None


@dataclass
class Changes:
    cells: list[CellChange] = field(default_factory=list)
    paragraphs: list[ParagraphChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.paragraphs)


def content_of(report: Report) -> dict[str, Any]:
    """What makes a version: the chapters as read, the tables, and the statistics where there are any."""
    tables = dict(report.tables)
    if report.statistics:
        tables["statistics"] = {str(s.number): {"value": s.value} for s in report.statistics}
    return {
        "sections": [{"number": s.number, "key": s.key, "heading": s.heading, "text": s.text} for s in report.sections],
        "tables": tables,
    }


def content_sha256(content: dict[str, Any]) -> str:
    """The fingerprint of a content; layout and order of rows do not matter to it."""
    normal = {
        "sections": [[s["key"], canonical(s["heading"]), canonical(s["text"])] for s in content["sections"]],
        "tables": content["tables"],
    }
    return hashlib.sha256(json.dumps(normal, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rebuild(db: Database, report_id: str, document_id: int) -> int:
    """Derive the versions of a report from the readings of the document that holds it; gives how many there are.

    Version rows that stay the same are left alone, so their ids are stable.
    """
    runs: list[tuple[str, list[Reading]]] = []
    for reading in good_readings(db, document_id):
        assert reading.report is not None
        digest = content_sha256(content_of(reading.report))
        if not runs or runs[-1][0] != digest:
            runs.append((digest, []))
        runs[-1][1].append(reading)
    for number, (digest, readings) in enumerate(runs, 1):
        _write(db, report_id, number, digest, readings)
    db.execute("DELETE FROM versions WHERE report_id = ? AND number > ?", [report_id, len(runs)])
    return len(runs)


def _write(db: Database, report_id: str, number: int, digest: str, readings: list[Reading]) -> None:
    first = readings[0]
    assert first.report is not None
    captures = [capture for reading in readings for capture in reading.captures]
    began = db.execute(
        f"SELECT max(fetched_at) FROM captures WHERE id IN ({_marks(first.captures)})", list(first.captures)
    )
    seen = db.execute(
        f"SELECT max(fetched_at) FROM (SELECT fetched_at FROM captures WHERE id IN ({_marks(captures)}) "
        f"UNION ALL SELECT fetched_at FROM revisits WHERE capture_id IN ({_marks(captures)}))",
        [*captures, *captures],
    )
    db.execute(
        "INSERT INTO versions (report_id, number, content_sha256, first_seen, last_seen, capture_id, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (report_id, number) DO UPDATE SET "
        "content_sha256 = excluded.content_sha256, first_seen = excluded.first_seen, last_seen = excluded.last_seen, "
        "capture_id = excluded.capture_id, content = excluded.content",
        [
            report_id,
            number,
            digest,
            began.fetchone()[0],
            seen.fetchone()[0],
            first.capture_id,
            json.dumps(content_of(first.report), ensure_ascii=False),
        ],
    )


def _marks(values: tuple[int, ...] | list[int]) -> str:
    return ", ".join("?" * len(values))


def changes(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """What changed between two contents (`versions.content`, parsed): cells, and paragraphs chapter by chapter."""
    found = Changes()
    old, new = _cells(before), _cells(after)
    found.cells = [
        CellChange(cell, old.get(cell), new.get(cell)) for cell in _order(old, new) if old.get(cell) != new.get(cell)
    ]
    was, now = _texts(before), _texts(after)
    for key in _order(was, now):
        found.paragraphs += _paragraphs(key, was.get(key, []), now.get(key, []))
    return found


def _order(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _cells(content: dict[str, Any]) -> dict[str, Number | None]:
    return {
        f"{table}.{row}.{cell}": value
        for table, rows in content["tables"].items()
        for row, cells in rows.items()
        for cell, value in cells.items()
    }


def _texts(content: dict[str, Any]) -> dict[str, list[str]]:
    return {
        s["key"]: [s["heading"], *(line for line in s["text"].splitlines() if line.strip())]
        for s in content["sections"]
    }


def _paragraphs(section: str, was: list[str], now: list[str]) -> list[ParagraphChange]:
    matcher = difflib.SequenceMatcher(None, [canonical(p) for p in was], [canonical(p) for p in now], autojunk=False)
    found = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(i2 - i1, j2 - j1)):
            before = was[i1 + offset] if i1 + offset < i2 else None
            after = now[j1 + offset] if j1 + offset < j2 else None
            found.append(ParagraphChange(section, before, after))
    return found
