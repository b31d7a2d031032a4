"""What changed between two contents of a report: cells, and paragraphs chapter by chapter."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, NamedTuple

from sqlite_utils import Database

from extract.report import Number
from extract.text import canonical

_CHINA = timezone(timedelta(hours=8))


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


class Edit(NamedTuple):
    """From one version of a report to the next: what changed, and the captures between which it did.

    `last_before` is when the earlier content was last seen whole, `first_after` when the later one was first seen:
    the body edited in between. `certain` is False where no version of our reader read both, so that the difference
    may be ours.
    """

    from_version: int
    last_before: str
    first_after: str
    before_capture_id: int
    after_capture_id: int
    certain: bool
    changes: Changes


def after_due(due: str, last_before: str, first_after: str) -> int | None:
    """Whether an edit was made after the legal date: 1, 0, or None where it may have been on either side of it."""
    end = datetime.combine(date.fromisoformat(due) + timedelta(days=1), time(), _CHINA)
    if datetime.fromisoformat(last_before) >= end:
        return 1
    return 0 if datetime.fromisoformat(first_after) < end else None


def write(db: Database, report_id: str, edits: list[Edit]) -> None:
    """Make the rows of `changes` of a report be these. Rows that stay the same keep their ids."""
    due = db.execute("SELECT due FROM reports WHERE id = ?", [report_id]).fetchone()[0]
    rows = [row for edit in edits for row in _rows(report_id, due, edit)]
    there = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM changes WHERE report_id = ? ORDER BY id", [report_id])
    if there.fetchall() == rows:
        return
    db.execute("DELETE FROM changes WHERE report_id = ?", [report_id])
    marks = ", ".join("?" * len(_COLUMNS))
    db.conn.executemany(f"INSERT INTO changes ({', '.join(_COLUMNS)}) VALUES ({marks})", rows)


_COLUMNS = (
    "report_id",
    "from_version",
    "to_version",
    "kind",
    "location",
    "before",
    "after",
    "last_before",
    "first_after",
    "before_capture_id",
    "after_capture_id",
    "after_due",
    "certain",
)


def _rows(report_id: str, due: str, edit: Edit) -> Iterator[tuple[Any, ...]]:
    tail = (
        edit.last_before,
        edit.first_after,
        edit.before_capture_id,
        edit.after_capture_id,
        after_due(due, edit.last_before, edit.first_after),
        int(edit.certain),
    )
    head = (report_id, edit.from_version, edit.from_version + 1)
    for cell in edit.changes.cells:
        yield (*head, "cell", cell.cell, cell.before, cell.after, *tail)
    for paragraph in edit.changes.paragraphs:
        yield (*head, "paragraph", paragraph.section, paragraph.before, paragraph.after, *tail)


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
