"""What changed since the last release, and whose doing it is.

`theirs`: a body published or edited. `ours`: the reader, a rule or the reach of the crawl changed. `unclear`: both
could be. Versions are always read by the newest reader, so the old bytes read anew stand between the two releases: what
differs from the last release to that is ours, what differs from that to now is theirs. What people corrected is ours.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from archive.changes import changes

FIELDS = ("agency_id", "year", "title", "form", "published")
_BATCH = 1_000


class Change(NamedTuple):
    """`what` is a field, a cell (`requests.received.total`) or a chapter; `seen` when a body's edit was first seen."""

    whose: str
    kind: str
    report_id: str
    what: str | None
    before: str | int | float | None
    after: str | int | float | None
    seen: str | None


def since(db: sqlite3.Connection, release: Path, as_of: str) -> Iterator[Change]:
    """Every change from that release's folder to the published file. `as_of` is when its newest capture was taken."""
    _load(db, release)
    yield from _came(db, as_of)
    yield from _went(db)
    yield from _fields(db, as_of)
    yield from _contents(db, release)
    yield from _corrections(db, release)


def _load(db: sqlite3.Connection, release: Path) -> None:
    """The last release's reports, and of each its newest version, as temporary tables."""
    columns = ("id", *FIELDS)
    db.execute("DROP TABLE IF EXISTS temp.was")
    db.execute("DROP TABLE IF EXISTS temp.was_version")
    db.execute(f"CREATE TEMP TABLE was (id TEXT PRIMARY KEY, {', '.join(FIELDS)})")
    db.executemany(
        f"INSERT INTO was VALUES ({', '.join('?' * len(columns))})",
        _read(release / "parquet" / "reports.parquet", columns),
    )
    db.execute(
        "CREATE TEMP TABLE was_version (report_id TEXT PRIMARY KEY, number INTEGER, first_seen TEXT, sha256 TEXT)"
    )
    db.executemany(
        "INSERT INTO was_version VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET number = excluded.number, "
        "first_seen = excluded.first_seen, sha256 = excluded.sha256 WHERE excluded.number > number",
        _read(release / "parquet" / "versions.parquet", ("report_id", "number", "first_seen", "content_sha256")),
    )


def _read(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH, columns=list(columns)):
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def _came(db: sqlite3.Connection, as_of: str) -> Iterator[Change]:
    """New reports. Theirs only where the portal's list had been read before and did not have it."""
    rows = db.execute(
        "SELECT r.id, r.title, min(d.first_seen), EXISTS (SELECT 1 FROM crawls c WHERE c.portal_id = r.portal_id "
        "AND c.finished <= :as_of AND c.outcome IN ('ok', 'empty', 'fewer_than_before')) "
        "FROM reports r LEFT JOIN documents d ON d.report_id = r.id "
        "WHERE NOT EXISTS (SELECT 1 FROM was WHERE was.id = r.id) GROUP BY r.id ORDER BY r.id",
        {"as_of": as_of},
    )
    for report, title, seen, looked in rows.fetchall():
        theirs = looked and seen is not None and seen > as_of
        yield Change("theirs" if theirs else "ours", "new_report", report, None, None, title, seen)


def _went(db: sqlite3.Connection) -> Iterator[Change]:
    rows = db.execute("SELECT id, title FROM was WHERE id NOT IN (SELECT id FROM reports) ORDER BY id")
    for report, title in rows.fetchall():
        yield Change("ours", "gone_report", report, None, title, None, None)


def _fields(db: sqlite3.Connection, as_of: str) -> Iterator[Change]:
    """Titles, dates and the like: the bytes are the same (ours), or new, and then either may be why."""
    pairs = ", ".join(f"was.{name}, r.{name}" for name in FIELDS)
    differ = " OR ".join(f"was.{name} IS NOT r.{name}" for name in FIELDS)
    rows = db.execute(
        f"SELECT r.id, max(c.fetched_at), {pairs} FROM was JOIN reports r ON r.id = was.id "
        "JOIN captures c ON c.id IN (r.capture_id, r.article_capture_id) "
        f"WHERE {differ} GROUP BY r.id ORDER BY r.id"
    )
    for report, fetched, *values in rows.fetchall():
        for name, before, after in zip(FIELDS, values[::2], values[1::2], strict=True):
            if before != after:
                new = fetched > as_of
                yield Change(
                    "unclear" if new else "ours", "field", report, name, before, after, fetched if new else None
                )


def _contents(db: sqlite3.Connection, release: Path) -> Iterator[Change]:
    differing = {
        row[0]: row[1]
        for row in db.execute(
            "SELECT w.report_id, w.number FROM was_version w JOIN versions v ON v.report_id = w.report_id "
            "AND v.number = (SELECT max(number) FROM versions WHERE report_id = w.report_id) "
            "WHERE v.content_sha256 <> w.sha256 OR v.first_seen > w.first_seen"
        )
    }
    if not differing:
        return
    for report, number, content in _read(release / "parquet" / "versions.parquet", ("report_id", "number", "content")):
        if differing.get(report) == number:
            yield from _steps(db, report, json.loads(content))


def _corrections(db: sqlite3.Connection, release: Path) -> Iterator[Change]:
    """Cells that people corrected since, or no longer do. Versions are what was read, so they do not show it."""
    path = release / "parquet" / "corrections.parquet"
    columns = ("report_id", "cell", "read", "value")
    was: dict[tuple[str, str], tuple[Any, Any]] = {}
    if path.exists():  # Releases of older versions knew no corrections.
        rows = _read(path, (*columns, "state"))
        was = {row[:2]: (_number(row[2]), _number(row[3])) for row in rows if row[4] == "applied"}
    rows = db.execute("SELECT report_id, cell, \"read\", value FROM corrections WHERE state = 'applied'")
    now = {row[:2]: row[2:] for row in rows}
    there = {row[0] for row in db.execute("SELECT id FROM temp.was")}
    for report, cell in sorted(was.keys() | now.keys()):
        read, value = was.get((report, cell)) or now[report, cell]
        before = value if (report, cell) in was else read
        after = now[report, cell][1] if (report, cell) in now else read
        if report in there and before != after:
            yield Change("ours", "cell", report, cell, before, after, None)


def _number(value: float | None) -> int | float | None:
    """Parquet's column holds them all as floats."""
    return int(value) if value is not None and value.is_integer() else value


def _steps(db: sqlite3.Connection, report: str, was: dict[str, Any]) -> Iterator[Change]:
    (then,) = db.execute("SELECT first_seen FROM was_version WHERE report_id = ?", [report]).fetchone()
    versions = db.execute(
        "SELECT first_seen, content FROM versions WHERE report_id = ? ORDER BY number", [report]
    ).fetchall()
    known = [json.loads(content) for seen, content in versions if seen <= then]
    later = [(seen, json.loads(content)) for seen, content in versions if seen > then]
    if not known:
        # The report is now read from another document, whose past does not reach back to the last release.
        yield from _between("unclear", report, was, later[-1][1], later[-1][0])
        return
    yield from _between("ours", report, was, known[-1], None)
    before = known[-1]
    for seen, after in later:
        yield from _between("theirs", report, before, after, seen)
        before = after


def _between(
    whose: str, report: str, before: dict[str, Any], after: dict[str, Any], seen: str | None
) -> Iterator[Change]:
    found = changes(before, after)
    for cell in found.cells:
        yield Change(whose, "cell", report, cell.cell, cell.before, cell.after, seen)
    for paragraph in found.paragraphs:
        yield Change(whose, "text", report, paragraph.section, paragraph.before, paragraph.after, seen)
